"""What the console's process does beside its pages: indexing new messages for the search, deleting old events."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from casework.console_events import ConsoleFeed
from casework.search_index import SearchIndex

PAUSE = 2.0
"""Seconds between two looks for new messages; so long a message may not be found yet."""
PRUNE_EVERY = 3600.0
EVENTS_KEPT = timedelta(days=1)
"""A console that was away for longer reloads its list."""

_log = structlog.get_logger()


class ConsoleUpkeep:
    """Runs for as long as the process does."""

    def __init__(self, index: SearchIndex, feed: ConsoleFeed) -> None:
        self._index = index
        self._feed = feed
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        prune_at = time.monotonic()
        while True:
            try:
                if not await asyncio.to_thread(self._index.index_new):
                    await asyncio.sleep(PAUSE)
                if time.monotonic() >= prune_at:
                    await asyncio.to_thread(self._feed.prune, EVENTS_KEPT)
                    prune_at = time.monotonic() + PRUNE_EVERY
            except SQLAlchemyError as error:
                _log.error("console.upkeep", error=type(error).__name__)
                await asyncio.sleep(PAUSE)
