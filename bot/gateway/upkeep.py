"""What is deleted by itself: contacts silent for too long, and words that Rasa's tracker need not keep."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from casework.erasure import Erasure

_log = structlog.get_logger()

EVERY = 600.0
"""Seconds between two runs."""
SOON = 5.0
"""Seconds until the first."""


class Upkeep:
    """Deletes by itself what need not be kept."""

    def __init__(self, erasure: Erasure, tracker: Path, days: int) -> None:
        self._erasure = erasure
        self._tracker = tracker
        self._days = days
        self._wake = asyncio.Event()
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

    def run_once(self) -> tuple[int, int]:
        """Delete what is due; return how many contacts and how many tracker conversations went."""
        contacts = self._erasure.erase_silent(self._days)
        self._erasure.erase_orphans()
        senders = self._erasure.senders_to_delete()
        if senders:
            delete_from_tracker(self._tracker, senders)
            self._erasure.senders_deleted(senders)
        return contacts, len(senders)

    async def _run(self) -> None:
        await asyncio.sleep(SOON)
        while True:
            try:
                contacts, senders = await asyncio.to_thread(self.run_once)
                _log.info("upkeep.done", contacts=contacts, tracker_conversations=senders)
            except (SQLAlchemyError, sqlite3.Error) as error:
                _log.error("upkeep.failed", error=type(error).__name__)
            await asyncio.sleep(EVERY)


def delete_from_tracker(tracker: Path, senders: list[str]) -> None:
    """Delete these senders' events from Rasa's own database, which its HTTP API cannot do.

    Nothing else touches that database. Raises `sqlite3.Error`; a tracker that does not exist yet holds nothing.
    """
    if not tracker.exists():
        return
    with contextlib.closing(sqlite3.connect(tracker, timeout=10)) as connection, connection:
        connection.execute("PRAGMA secure_delete=ON")
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
            connection.executemany("DELETE FROM events WHERE sender_id = ?", [(sender,) for sender in senders])
