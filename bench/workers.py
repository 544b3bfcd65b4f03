"""A hundred random workers fill in forms with typos, detours and pauses while processes are killed under them.

`python -m bench.workers` starts the whole system, lets them fill in, kills parts of it again and again, and checks
afterwards: each finished form is one case with exactly the answers that were meant; each other one goes on where it was
and ends; after erasure a walk through every file, the databases and the tracker among them, finds nothing personal; no
log holds a word of theirs.
"""

from __future__ import annotations

import argparse
import random
import signal
import tempfile
import threading
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import func, select

from casework.cases.records import open_answers
from casework.crypto import Keyring
from casework.database import Database
from casework.procedures.library import Library
from casework.tables import Case, Draft
from tests.bot.gateway_server import visitor
from tests.end_to_end.stack import Stack
from tests.end_to_end.test_privacy import _settle, holders
from tests.form_worker import FormWorker, Seen

WISHES = {"join": "我要入会", "aid": "帮我申请困难补助", "legal": "我要申请法律援助"}
SIDE_BY_SIDE = 6
KILLED = ("actions", "gateway", "rasa")
PAUSE = (30.0, 50.0)
"""Seconds of health between two kills."""
PATIENCE = 240.0
"""Seconds that a worker's page waits for one answer."""
FAMILY, GIVEN = "诸葛慕容司徒上官欧阳夏侯", "云岭铁柱翠花建国桂香"


@dataclass
class Page:
    """A worker's page: it sends a message again, with the same id, until it is answered."""

    client: httpx.Client
    seconds: list[float] = field(default_factory=list)

    def speak(self, text: str, token: str | None) -> Sequence[Seen]:
        """Type or tap, and see what is said in reply."""
        content = {"text": text} if token is None else {"button": token}
        body = {"id": uuid.uuid4().hex, **content}
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            try:
                answer = self.client.post("/chat/api/messages", json=body, timeout=20)
            except httpx.HTTPError:
                time.sleep(0.5)
                continue
            if answer.status_code == 200 and answer.json()["status"] == "answered":
                self.seconds.append(time.monotonic() - began)
                return [_seen(message) for message in answer.json()["messages"] if message["author"] != "worker"]
            if answer.status_code not in (200, 202) and answer.status_code < 500:
                raise AssertionError(f"{answer.status_code}: {answer.text[:200]}")
            time.sleep(0.5)
        raise AssertionError("never answered")


def _seen(message: dict[str, object]) -> Seen:
    buttons: list[dict[str, str]] = message["buttons"]  # type: ignore[assignment]  # as the contract has it
    return Seen(str(message["text"]), {button["title"]: button["token"] for button in buttons if "token" in button})


def main() -> None:
    """Run it and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        stack = Stack(Path(folder) / "var")
        stack.start()
        held.callback(stack.stop)
        pages = [Page(held.enter_context(visitor(stack.chat))) for _worker in range(options.count)]
        workers = [_worker(page, number, options.seed) for number, page in enumerate(pages)]
        kills = _fill(stack, workers)
        stack.wait_until_well()
        unfinished = [worker for worker in workers if worker.number is None]
        for worker in unfinished:
            worker.gives_up = False
            worker.fill()
        wrong = _wrong(stack, workers)
        leaks = _leaks(stack, workers, pages)
    seconds = sorted(second for page in pages for second in page.seconds)
    print(f"workers {len(workers)}, finished at once {len(workers) - len(unfinished)}, gone on later {len(unfinished)}")
    print(f"messages {len(seconds)}, processes killed {kills}, forms {', '.join(WISHES)}")
    print(f"median {seconds[len(seconds) // 2]:.2f} s, p95 {seconds[len(seconds) * 95 // 100]:.2f} s")
    print(f"cases that are wrong, missing or double: {wrong or 'none'}")
    print(f"personal data found after erasure, or a worker's words in a log: {leaks or 'none'}")
    if wrong or leaks:
        raise SystemExit(1)


def _worker(page: Page, number: int, seed: int) -> FormWorker:
    form_id = list(WISHES)[number % len(WISHES)]
    form = Library.from_folder().get(form_id)
    assert form is not None
    chance = random.Random(seed * 1000 + number)
    name = "".join(chance.sample(FAMILY, 2)) + "".join(chance.sample(GIVEN, 2))
    return FormWorker(form, page.speak, chance, WISHES[form_id], gives_up=number % 4 == 3, names=(name,))


def _fill(stack: Stack, workers: Sequence[FormWorker]) -> int:
    """Let them fill in while parts of the system are killed; return how many kills there were."""
    done, kills = threading.Event(), 0
    chance = random.Random(0)

    def kill() -> None:
        nonlocal kills
        while not done.wait(chance.uniform(*PAUSE)):
            if stack.is_well():
                stack.signal(KILLED[kills % len(KILLED)], signal.SIGKILL)
                kills += 1

    killer = threading.Thread(target=kill)
    killer.start()
    try:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            for finished in [pool.submit(worker.fill) for worker in workers]:
                finished.result()
    finally:
        done.set()
        killer.join()
    return kills


def _wrong(stack: Stack, workers: Sequence[FormWorker]) -> list[str]:
    settings = stack.settings()
    keyring = Keyring.from_data_key(settings.data_key.get_secret_value())
    database = Database(settings.database)
    with database.read() as session:
        cases = {case.number: open_answers(keyring, case) for case in session.scalars(select(Case))}
        drafts = session.scalar(select(func.count()).select_from(Draft))
    database.close()
    wrong = [f"{worker.form.id} {worker.number}" for worker in workers if cases.get(str(worker.number)) != worker.meant]
    double = [f"{len(cases)} cases of {len(workers)} workers"] if len(cases) != len(workers) else []
    return [*wrong, *double, *([f"{drafts} drafts left"] if drafts else [])]


def _leaks(stack: Stack, workers: Sequence[FormWorker], pages: Sequence[Page]) -> list[str]:
    hers = sorted({text for worker in workers for text in worker.hers})
    logged = [f"log: {place}" for text in hers for place in holders(stack.var / "log", text)]
    assert any(holders(stack.var, text) for text in hers), "the walk finds what is kept"
    for page in pages:
        page.client.post("/chat/api/erase").raise_for_status()
    stack.run("bot", "retention")
    _settle(stack)
    kept = {place for text in hers for place in holders(stack.var, text)}
    return [*logged, *sorted(place for place in kept if not place.endswith(("-wal", "-journal")))]


if __name__ == "__main__":
    main()
