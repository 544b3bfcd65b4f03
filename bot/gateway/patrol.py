"""Lets the patrols of casework (hand-offs, cases) go their rounds beside the requests."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Protocol

import structlog

from casework.logs import place_of
from casework.patrol import PatrolReport

EVERY = 5.0
"""Seconds between two rounds."""
SOON = 0.2
"""Seconds until the next one when this one could not do everything."""

_log = structlog.get_logger()


class Patrolling(Protocol):
    """Takes every step that is due, and remembers nothing."""

    def run_once(self) -> PatrolReport: ...


class Rounds:
    """Runs a patrol again and again; several gateways may do so at once."""

    def __init__(self, patrol: Patrolling, what: str = "hand_off") -> None:
        """`what` is what the patrol looks after, for the log."""
        self._patrol = patrol
        self._what = what
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            pause = EVERY
            try:
                report = await asyncio.to_thread(self._patrol.run_once)
            except Exception as error:  # whatever it was: the next alarm must not go unheard
                _log.error("patrol.failed", error=type(error).__name__, place=place_of(error))
            else:
                if report.done:
                    _log.info("patrol.done", what=self._what, **report.done)
                for number, error_name in report.failed.items():
                    _log.error(f"patrol.{self._what}_failed", **{self._what: number}, error=error_name)
                pause = SOON if report.is_full else EVERY
            await asyncio.sleep(pause)
