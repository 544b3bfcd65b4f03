"""The patrol goes on, whatever happens to one of its rounds."""

from __future__ import annotations

import asyncio
import time
from typing import cast

import pytest
from structlog.testing import capture_logs

from bot.gateway import patrol as module
from bot.gateway.patrol import Rounds
from casework.patrol import Patrol, PatrolReport


class Scripted:
    """Reports what a test wants, one round after another."""

    def __init__(self, *reports: PatrolReport | Exception) -> None:
        self._reports = list(reports)
        self.rounds = 0

    def run_once(self) -> PatrolReport:
        self.rounds += 1
        report = self._reports.pop(0) if self._reports else PatrolReport({}, {})
        if isinstance(report, Exception):
            raise report
        return report


async def go(scripted: Scripted, rounds: int) -> None:
    """Let it go until so many rounds are done."""
    running = Rounds(cast(Patrol, scripted))
    running.start()
    deadline = time.monotonic() + 5
    while scripted.rounds < rounds:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
    await running.stop()


async def test_a_broken_round_is_told_and_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.01)
    with capture_logs() as logs:
        await go(Scripted(ValueError("李师傅"), PatrolReport({"alarm": 1}, {7: "WordingError"})), 3)
    assert [log["event"] for log in logs] == ["patrol.failed", "patrol.done", "patrol.hand_off_failed"]
    assert "李师傅" not in str(logs)
    assert (logs[1]["alarm"], logs[2]["hand_off"]) == (1, 7)


async def test_a_round_that_could_not_do_everything_is_followed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 60)
    monkeypatch.setattr(module, "SOON", 0.01)
    await go(Scripted(PatrolReport({}, {}, is_full=True), PatrolReport({}, {}, is_full=True)), 3)
