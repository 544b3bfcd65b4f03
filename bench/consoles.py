"""Measure live consoles: `python -m bench.consoles` opens 200 of them while 50 workers wait and go on writing.

One gateway and one console process on one database. The dialogue engine is an echo: what is measured is how soon every
console that may see it hears of a change, counted from the moment the change was written down, and whether the
console's memory stays the same. Everything runs on this machine, the 250 clients too.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import itertools
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import select

from bot import app
from bot.console.security import COOKIE
from casework import migrate
from casework.database import Database, now
from casework.logs import configure_logs
from casework.organisations import ensure_root
from casework.tables import ConversationEvent, Department, Organisation, Staff, StaffSession
from settings import Settings, load_settings, with_secrets

EVERY = 60.0
"""Seconds between two looks at the console's memory."""
_EVENT = re.compile(rb'id: (\d+)\nevent: conversation\ndata: \{"conversation":(\d+),"kind":"(\w+)"')
_RESET = re.compile(rb"event: reset\n")


class Echo:
    """A dialogue engine that says every message again."""

    async def ask(self, sender: str, text: str, metadata: Mapping[str, object]) -> list[dict[str, Any]]:
        return [{"text": text}]

    async def earlier_answer(self, sender: str, message_key: str) -> list[dict[str, Any]]:
        return []

    async def append_events(self, sender: str, events: Sequence[Mapping[str, Any]]) -> None:
        return None

    async def understandings(self, sender: str) -> dict[str, dict[str, Any]]:
        return {}

    async def parts(self) -> dict[str, str]:
        return {"rasa": "ok", "actions": "ok"}


@dataclass
class Heard:
    """What the consoles heard: when each of them got which event."""

    arrivals: defaultdict[tuple[int, str], list[tuple[int, float, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    open: int = 0
    all_open: asyncio.Event = field(default_factory=asyncio.Event)
    resets: int = 0
    lost: int = 0


def main() -> None:
    """Run everything, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.consoles", description=__doc__.partition("\n")[0])
    parser.add_argument("--consoles", type=int, default=200)
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--pause", type=float, default=10, help="seconds between two messages of one worker")
    parser.add_argument("--database", default="", help="address of an empty PostgreSQL database instead of SQLite")
    parser.add_argument("--serve", choices=["gateway"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        _serve_gateway()
        return
    with tempfile.TemporaryDirectory() as folder:
        gateway_port, console_port = _free_ports()
        environment = {
            "VAR_DIR": folder,
            "BOT_PORT": str(gateway_port),
            "CONSOLE_PORT": str(console_port),
            "DATABASE_URL": options.database,
            "LOG_LEVEL": "WARNING",
        }
        os.environ.update(environment)
        settings = with_secrets(load_settings(None))
        tokens = _prepare(settings, options.consoles)
        with (
            _process(f"http://127.0.0.1:{gateway_port}", "bench.consoles", "--serve", "gateway"),
            _process(f"http://127.0.0.1:{console_port}", "bot", "console") as console,
        ):
            asyncio.run(_measure(settings, options, tokens, console.pid))


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return int(one.getsockname()[1]), int(other.getsockname()[1])


def _serve_gateway() -> None:
    settings = with_secrets(load_settings(None))
    configure_logs(settings.log_level)
    uvicorn.run(app.gateway(settings, Echo()), port=settings.bot_port, log_level="warning", access_log=False)


def _prepare(settings: Settings, consoles: int) -> list[str]:
    """Make the database with so many people who are signed in; return their sessions' tokens."""
    database = Database(settings.database)
    migrate.upgrade(database)
    ensure_root(database)
    tokens = [secrets.token_urlsafe(32) for _ in range(consoles)]
    with database.write() as session:
        root = session.scalars(select(Organisation.id)).one()
        for number, token in enumerate(tokens):
            role = "supervisor" if number % 10 == 0 else "agent"
            staff = Staff(organisation_id=root, username=f"staff{number}", display_name=f"工作人员{number}", role=role)
            session.add(staff)
            session.flush()
            session.add(
                StaffSession(
                    token_digest=hashlib.sha256(token.encode()).hexdigest(),
                    staff_id=staff.id,
                    csrf=secrets.token_urlsafe(32),
                    expires_at=now() + timedelta(days=1),
                )
            )
        open_always = {str(day): [["00:00", "24:00"]] for day in range(7)}
        for department in session.scalars(select(Department)):
            department.hours = open_always
    database.close()
    return tokens


async def _measure(settings: Settings, options: argparse.Namespace, tokens: list[str], console_pid: int) -> None:
    heard = Heard()
    listeners = [
        asyncio.create_task(_listen(settings.console_port, number, token, heard, len(tokens)))
        for number, token in enumerate(tokens)
    ]
    await heard.all_open.wait()
    print(f"{heard.open} consoles are open", flush=True)
    ends = time.monotonic() + options.seconds
    workers = [
        asyncio.create_task(_write(settings.bot_port, number, options, ends)) for number in range(options.workers)
    ]
    memory, began_busy = [_resident(console_pid)], _busy(console_pid)
    while time.monotonic() < ends:
        await asyncio.sleep(min(EVERY, max(0.0, ends - time.monotonic())))
        memory.append(_resident(console_pid))
        print(f"{memory[-1]:6.0f} MB, {heard.open} consoles open, {heard.resets} told to reload", flush=True)
    busy = (_busy(console_pid) - began_busy) / options.seconds
    said = sum(await asyncio.gather(*workers))
    await asyncio.sleep(3)
    for listener in listeners:
        listener.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)
    _report(settings, heard, said, len(tokens))
    for name, value in (("start", memory[0]), ("end", memory[-1]), ("largest", max(memory))):
        _row(f"console's memory, {name}", f"{value:.0f} MB")
    _row("console's share of one core", f"{busy:.0%}")


async def _listen(port: int, number: int, token: str, heard: Heard, consoles: int) -> None:
    """Be one console: read its events, and note when they came."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    request = (
        f"GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\nCookie: {COOKIE}={token}\r\n\r\n"
    )
    writer.write(request.encode())
    status = await reader.readline()
    if b" 200 " not in status:
        raise SystemExit(f"the console answered {status.decode().strip()}")
    heard.open += 1
    if heard.open == consoles:
        heard.all_open.set()
    waiting = b""
    try:
        while data := await reader.read(2**18):
            arrived = time.time()
            waiting += data
            whole, end, waiting = waiting.rpartition(b"\n\n")
            for match in _EVENT.finditer(whole + end):
                place = (int(match[2]), match[3].decode())
                heard.arrivals[place].append((int(match[1]), arrived, number))
            heard.resets += len(_RESET.findall(whole))
        heard.lost += 1
    finally:
        heard.open -= 1
        writer.close()


async def _write(port: int, number: int, options: argparse.Namespace, ends: float) -> int:
    """Be one worker: ask for a person, then go on writing while she waits; return how many messages were sent."""
    said = 0
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        await asyncio.sleep(options.pause * number / options.workers)
        (await client.get("/chat")).raise_for_status()
        for turn in itertools.count():
            text = "我要找人工" if turn == 0 else f"第{turn}次问，还要等多久，老板欠我工资"
            (await client.post("/chat/api/messages", json={"text": text})).raise_for_status()
            said += 1
            if time.monotonic() + options.pause >= ends:
                return said
            await asyncio.sleep(options.pause)
    return said


def _report(settings: Settings, heard: Heard, said: int, consoles: int) -> None:
    """Compare what was written down with what was heard. A later event of the same kind stands for an earlier one.

    What was said before a conversation went to people is left out: only supervisors see that.
    """
    database = Database(settings.database)
    with database.read() as session:
        events = session.execute(
            select(
                ConversationEvent.id,
                ConversationEvent.conversation_id,
                ConversationEvent.kind,
                ConversationEvent.created_at,
            ).order_by(ConversationEvent.id)
        ).all()
    database.close()
    delays: list[float] = []
    missing = 0
    by_console: dict[tuple[int, str], dict[int, list[tuple[int, float]]]] = {}
    for place, arrivals in heard.arrivals.items():
        lists: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        for event_id, arrived, number in sorted(arrivals):
            lists[number].append((event_id, arrived))
        by_console[place] = lists
    opened = {conversation_id: event_id for event_id, conversation_id, kind, _ in reversed(events) if kind == "opened"}
    after_opening = [event for event in events if event.id >= opened.get(event.conversation_id, sys.maxsize)]
    for event_id, conversation_id, kind, created_at in after_opening:
        lists_here = by_console.get((conversation_id, kind), {})
        for number in range(consoles):
            got = lists_here.get(number, [])
            place_in_list = bisect_left(got, (event_id, 0.0))
            if place_in_list == len(got):
                missing += 1
            else:
                delays.append(got[place_in_list][1] - created_at.timestamp())
    ranked = statistics.quantiles(delays, n=100)
    rows = [
        ("consoles", str(consoles)),
        ("messages of workers", str(said)),
        ("events", str(len(after_opening))),
        ("heard, all consoles together", str(len(delays))),
        ("not heard", str(missing)),
        ("p50", f"{ranked[49] * 1000:.0f} ms"),
        ("p95", f"{ranked[94] * 1000:.0f} ms"),
        ("p99", f"{ranked[98] * 1000:.0f} ms"),
        ("slowest", f"{max(delays) * 1000:.0f} ms"),
        ("later than 2 s", f"{sum(delay > 2 for delay in delays) / len(delays):.3%}"),
        ("told to reload", str(heard.resets)),
        ("connections lost", str(heard.lost)),
    ]
    for name, value in rows:
        _row(name, value)


def _row(name: str, value: str) -> None:
    print(f"| {name:30} | {value:>12} |")


def _busy(pid: int) -> float:
    """Return the seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(pid: int) -> float:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


@contextlib.contextmanager
def _process(address: str, *module: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process until it answers; end it afterwards."""
    process = subprocess.Popen([sys.executable, "-m", *module])
    try:
        for _ in range(300):
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"{address}/healthz", timeout=1).is_success:
                    break
            if process.poll() is not None:
                raise SystemExit(f"{' '.join(module)} ended with {process.returncode}")
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    main()
