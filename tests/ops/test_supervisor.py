"""Parts are started, waited for, restarted when they die, and stopped without a trace."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ops import ROOT, supervisor
from ops.children import ROTATE_AT, Children, describe, rotate
from ops.processes import CommandFailed
from ops.supervisor import Part, PartFailed, Supervisor, until_well

SERVER = """
import http.server, signal, subprocess, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response({status})
        self.end_headers()
        self.wfile.write(b'{{"parts": {{"rasa": "away", "database": "ok"}}}}')
    def log_message(self, *words):
        pass
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", {port}), Answer).serve_forever()
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def part(name: str, program: str | None = None, status: int = 200, deadline: float = 20) -> Part:
    port = free_port()
    code = program if program is not None else SERVER.format(port=port, status=status)
    command = (sys.executable, "-c", code)
    return Part(name, command, dict(os.environ), f"http://127.0.0.1:{port}/", deadline=deadline)


def lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{number}/stat")
    return not (state.exists() and state.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] == "Z")


async def until(condition: object, seconds: float = 10) -> None:
    """Wait until the callable is true."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


class System:
    """A supervisor with what it said and the numbers of its processes."""

    def __init__(self, folder: Path) -> None:
        self.said: list[str] = []
        self.children = Children(folder, patience=1.0)
        self.supervisor = Supervisor(self.children, self.said.append)

    def pid(self, name: str) -> int:
        return next(child.process.pid for child in self.children.alive if child.name == name)


@pytest.fixture
async def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[System]:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.05)
    system = System(tmp_path / "log")
    yield system
    await system.supervisor.stop([])


async def test_a_part_is_started_and_said_to_be_ready(system: System) -> None:
    await system.supervisor.start(part("gateway"))
    assert system.said[0].startswith("  gateway is ready … ")


async def test_a_part_that_dies_before_it_is_ready_is_named_with_its_code_and_last_lines(system: System) -> None:
    broken = part("actions", "print('line one'); raise SystemExit(3)")
    with pytest.raises(PartFailed) as told:
        await system.supervisor.start(broken)
    assert "actions died (exit code 3)" in str(told.value)
    assert "line one" in str(told.value)


async def test_a_part_that_never_gets_ready_says_what_it_waits_for(system: System) -> None:
    with pytest.raises(PartFailed, match=r"gateway was not ready after 2 s \(rasa: away\); see"):
        await system.supervisor.start(part("gateway", status=503, deadline=2))


async def test_what_is_not_well_is_named(system: System) -> None:
    away = part("gateway", status=503)
    child = await system.children.spawn(away.name, away.command, away.env)
    await until(lambda: "listening" in child.log.read_text(encoding="utf-8"))
    with pytest.raises(PartFailed, match=r"not everything is well after 1 s \(rasa: away\)"):
        await until_well(away.ready_url, 1)


async def test_a_death_is_noticed_within_a_second_and_the_part_started_again(system: System) -> None:
    await system.supervisor.start(part("actions"))
    first = system.pid("actions")
    os.kill(first, signal.SIGKILL)
    await until(lambda: any("actions died (killed by SIGKILL" in line for line in system.said), seconds=1)
    await until(lambda: any("actions is ready again" in line for line in system.said))
    assert system.pid("actions") != first
    assert not system.supervisor.failure.done()


async def test_a_part_that_dies_again_and_again_is_given_up(system: System, tmp_path: Path) -> None:
    once = tmp_path / "ran"
    port = free_port()
    code = f"import os, pathlib\nif pathlib.Path({str(once)!r}).exists(): raise SystemExit(7)\n"
    code += SERVER.format(port=port, status=200)
    fragile = Part("actions", (sys.executable, "-c", code), dict(os.environ), f"http://127.0.0.1:{port}/")
    await system.supervisor.start(fragile)
    once.touch()
    os.kill(system.pid("actions"), signal.SIGTERM)
    with pytest.raises(PartFailed, match="actions died 4 times within 60 s"):
        await asyncio.wait_for(system.supervisor.failure, 10)
    assert sum("started again" in line for line in system.said) == 3


async def test_stopping_goes_from_the_last_to_the_first_and_leaves_no_process(system: System, tmp_path: Path) -> None:
    order = tmp_path / "order"
    note = "import signal, sys\ndef end(*_):\n open({!r}, 'a').write({!r}); sys.exit()\nsignal.signal(15, end)\n"
    names = ["rasa", "actions", "gateway"]
    for name in reversed(names):
        port = free_port()
        code = note.format(str(order), f"{name} ") + SERVER.format(port=port, status=200)
        env = dict(os.environ)
        await system.supervisor.start(Part(name, (sys.executable, "-c", code), env, f"http://127.0.0.1:{port}/"))
    numbers = [system.pid(name) for name in names]
    await system.supervisor.stop(names)
    assert order.read_text(encoding="utf-8").split() == ["gateway", "actions", "rasa"]
    assert not any(lives(number) for number in numbers)


async def test_what_does_not_stop_when_asked_is_made_to(system: System) -> None:
    child = await system.children.spawn("stubborn", [sys.executable, "-c", STUBBORN], os.environ)
    await until(lambda: "here" in child.log.read_text(encoding="utf-8"))
    began = time.monotonic()
    await system.children.stop_all([])
    assert 0.9 < time.monotonic() - began < 5
    assert not lives(child.process.pid)


async def test_what_a_part_left_behind_goes_with_it(system: System) -> None:
    code = f"import subprocess, sys; print(subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]).pid, flush=True)"
    child = await system.children.spawn("parent", [sys.executable, "-c", code], os.environ)
    await system.children.wait(child)
    grandchild = int(child.log.read_text(encoding="utf-8").split()[0])
    await until(lambda: not lives(grandchild))


async def test_a_program_that_fails_is_named_with_its_last_lines_and_its_log(system: System) -> None:
    code = "print('training'); raise SystemExit('domain.yml: no such intent')"
    with pytest.raises(CommandFailed) as told:
        await system.children.run("rasa-train", [sys.executable, "-c", code], os.environ)
    assert "rasa-train failed (exit code 1); all of it in" in str(told.value)
    assert "    domain.yml: no such intent" in str(told.value)


async def test_a_program_may_end_with_a_passable_exit_code(system: System) -> None:
    code = "import sys; print('one entry is bad'); sys.exit(1)"
    told = await system.children.run("knowledge-index", [sys.executable, "-c", code], os.environ, passable=1)
    assert "one entry is bad" in told
    assert await system.children.run("knowledge-index", [sys.executable, "-c", ""], os.environ, passable=1) == ""


async def test_a_program_that_is_not_there_is_named(system: System) -> None:
    with pytest.raises(CommandFailed, match="nothing: /nonexistent cannot be started: No such file"):
        await system.children.run("nothing", ["/nonexistent"], os.environ)


def test_when_the_supervisor_is_killed_its_children_end(tmp_path: Path) -> None:
    code = f"""
import asyncio, os, sys
from pathlib import Path
from ops.children import Children
async def main():
    children = Children(Path({str(tmp_path)!r}))
    child = await children.spawn("part", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ)
    print(child.process.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        number = int(killed.stdout.readline())
        assert lives(number)
        killed.kill()
    deadline = time.monotonic() + 5
    while lives(number):
        assert time.monotonic() < deadline, "the child outlived its supervisor"
        time.sleep(0.05)


def test_ends_are_told_in_words() -> None:
    assert describe(1) == "exit code 1"
    assert describe(-15) == "killed by SIGTERM"
    assert describe(-9) == "killed by SIGKILL, perhaps for want of memory"


def test_a_long_log_is_put_aside_and_the_oldest_goes(tmp_path: Path) -> None:
    log = tmp_path / "rasa.log"
    for turn in range(5):
        log.write_bytes(b"%d" % turn + b"x" * ROTATE_AT)
        rotate(log)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["rasa.log.1", "rasa.log.2", "rasa.log.3"]
    assert (tmp_path / "rasa.log.1").read_bytes().startswith(b"4")
    log.write_text("short", encoding="utf-8")
    rotate(log)
    assert log.exists()
