"""The action server serves what was published last: it follows, falls back, mends, and never fails an answer for it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import httpx
import pytest
import structlog
from structlog.testing import capture_logs

from actions.follow import Follower, open_or_mend
from knowledge_base import BrokenIndex, artefact, records
from knowledge_base.keeper import Keeper
from knowledge_base.loader import load
from knowledge_base.training import train
from settings import ROOT
from tests.knowledge_base.conftest import POLICIES, model_of

DAY = date(2026, 11, 21)
DUES = "要交多少会费"
WITHIN = 5.0
"""Seconds from the end of `index` until the server answers from it."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small encoder of the project's kind."""
    folder = tmp_path_factory.mktemp("trained") / "encoder"
    train(load(POLICIES), ["今天天气怎么样"], steps=20).save(folder)
    model_of().save(folder / artefact.CONFIDENCE)
    return folder


@pytest.fixture
def keeper(tmp_path: Path, trained: Path) -> Keeper:
    """A keeper with an index of three entries."""
    source = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    made = Keeper(source=source, folder=tmp_path / "index", setting=str(trained), trained=trained, policies=source)
    made.build(made.entries()[0])
    return made


@pytest.fixture(autouse=True)
def _events() -> Iterator[None]:
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


def publish(keeper: Keeper, title: str) -> records.Record:
    """Give the entry on dues another title, as the union would, and publish."""
    path = keeper.source / "joining" / "dues.md"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(f"title: {title}\n" if line.startswith("title:") else line for line in lines), "utf-8")
    other = replace(keeper)
    return other.build(other.entries()[0]).record


def titles(follower: Follower) -> list[str]:
    return [hit.entry.title for hit in follower.knowledge_base.search(DUES, on=DAY).hits]


def spoil(keeper: Keeper, record: records.Record) -> None:
    (keeper.folder / record.data / "vectors.npy").write_bytes(b"nothing")


def test_a_new_index_is_followed_with_the_encoder_that_is_loaded(keeper: Keeper) -> None:
    follower = Follower(keeper)
    loaded = follower.knowledge_base.encoder
    publish(keeper, "会费的新规定")
    assert "会费的新规定" not in titles(follower)
    follower.look()
    assert "会费的新规定" in titles(follower)
    assert follower.knowledge_base.encoder is loaded
    keeper.roll_back()
    follower.look()
    assert "会费的新规定" not in titles(follower)


def test_an_index_of_a_new_encoder_of_our_own_is_followed(keeper: Keeper, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(keeper.trained, own)
    ours = replace(keeper, setting="")
    follower = Follower(ours)
    train(load(POLICIES), ["今天天气怎么样"], steps=1).save(own)
    made = replace(keeper, setting=str(own))
    made.build(made.entries()[0])
    follower.look()
    assert follower.knowledge_base.encoder.fingerprint == made.encoder.fingerprint


def test_a_damaged_index_leaves_the_old_one_and_is_told_once(keeper: Keeper) -> None:
    follower = Follower(keeper)
    with capture_logs() as events:
        spoil(keeper, publish(keeper, "坏了"))
        follower.look()
        follower.look()
        (keeper.folder / records.MANIFEST).unlink()
        follower.look()
        assert titles(follower)
        assert [event["event"] for event in events] == ["index.not_followed"] * 2
        assert "vectors.npy is not as it was written" in events[0]["reason"]
        publish(keeper, "又好了")
        follower.look()
    assert events[-1] == {"event": "index.followed", "log_level": "info", "entries": 3}
    assert "又好了" in titles(follower)


def test_at_the_start_a_damaged_index_is_built_again(keeper: Keeper) -> None:
    spoil(keeper, records.current(keeper.folder))
    with capture_logs() as events:
        assert open_or_mend(replace(keeper)).size == 3
        assert open_or_mend(replace(keeper)).size == 3
    assert [event["event"] for event in events] == ["index.damaged", "index.built_again"]


def test_at_the_start_without_entries_the_newest_whole_index_serves(keeper: Keeper) -> None:
    first = records.current(keeper.folder)
    spoil(keeper, publish(keeper, "坏了"))
    shutil.rmtree(keeper.source)
    with capture_logs() as events:
        assert open_or_mend(replace(keeper)).size == 3
    assert [event["event"] for event in events] == ["index.damaged", "index.fell_back"]
    assert events[1]["data"] == first.data
    spoil(keeper, first)
    with pytest.raises(BrokenIndex):
        open_or_mend(replace(keeper))


@dataclass
class Server:
    """A real action server, and the command line beside it."""

    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    client: httpx.Client

    def command(self, *words: str) -> str:
        """Run `python -m knowledge_base` and return its output."""
        words = (sys.executable, "-m", "knowledge_base", *words)
        done = subprocess.run(words, capture_output=True, cwd=ROOT, env=self.environment, check=True)
        return done.stdout.decode()

    def ask(self) -> list[str]:
        """Return the titles that a search finds; raise for any other answer."""
        asked = self.client.post("/search", json={"question": DUES})
        return [row["title"] for row in asked.raise_for_status().json()["results"]]

    def seconds_until(self, title: str, is_there: bool = True) -> float:
        """Return how long it took until a title was found, or no more."""
        began = time.monotonic()
        while (title in self.ask()) is not is_there:
            assert time.monotonic() - began < 4 * WITHIN
            time.sleep(0.05)
        return time.monotonic() - began


@pytest.fixture
def server(keeper: Keeper, tmp_path: Path) -> Iterator[Server]:
    """Start `python -m actions` on the keeper's index."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = os.environ | {
        "VAR_DIR": str(tmp_path / "var"),
        "KB_SOURCE": str(keeper.source),
        "KB_INDEX": str(keeper.folder),
        "ENCODER": keeper.setting,
        "ACTIONS_PORT": str(port),
        "ACTIONS_TOKEN": "secret",
        "HF_HUB_OFFLINE": "1",
        "PYTHONUTF8": "1",
    }
    with (tmp_path / "actions.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "actions"], cwd=ROOT, env=environment, stderr=log)
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", params={"token": "secret"}, timeout=10)
    made = Server(environment, process, client)
    try:
        _wait(made, tmp_path / "actions.log")
        yield made
    finally:
        process.terminate()
        process.wait(20)
        client.close()


def _wait(server: Server, log: Path) -> None:
    for _ in range(900):
        assert server.process.poll() is None, log.read_text("utf-8")
        try:
            if server.client.get("/health").status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


@pytest.mark.timeout(600)
def test_the_running_server_follows_without_a_failed_answer(server: Server, keeper: Keeper, tmp_path: Path) -> None:
    failed: list[str] = []
    answers: list[int] = []
    done = threading.Event()

    def keep_asking() -> None:
        while not done.is_set():
            try:
                answers.append(len(server.ask()))
            except Exception as error:
                failed.append(repr(error))
            time.sleep(0.1)

    threads = [threading.Thread(target=keep_asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        record = publish(keeper, "会费的新规定")
        took = [server.seconds_until("会费的新规定")]
        assert "is served, 3 entries" in server.command("rollback")
        took.append(server.seconds_until("会费的新规定", is_there=False))
        assert record.data in server.command("history")
        last = json.loads((keeper.folder / "index.json").read_text("utf-8"))
        spoilt = replace(record, files={**record.files, "entries.json": "0" * 64})
        records.serve(keeper.folder, spoilt)
        time.sleep(3)
        assert "会费的新规定" not in server.ask()
        assert last["pinned"] is True
        assert "3 entries" in server.command("index")
        took.append(server.seconds_until("会费的新规定"))
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not failed
    assert len(answers) > 50
    assert max(took) < WITHIN, took
    assert (tmp_path / "actions.log").read_text("utf-8").count("index.not_followed") == 1
