"""What the console's process does beside its pages: who is there, words for the search, old events deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.console.live import ConsoleLive
from casework.console_events import ConsoleFeed
from casework.search_index import SearchIndex
from casework.staff import StaffAccounts

PAUSE = 2.0
"""Seconds between two looks for new messages; so long a message may not be found yet."""
SEEN_EVERY = 20.0
"""Seconds between two notes of who has a console open, for all of them at once: a write a console and look would
keep SQLite busy for nothing."""
PRUNE_EVERY = 3600.0
EVENTS_KEPT = timedelta(days=1)
"""A console that was away for longer reloads its list."""

_log = structlog.get_logger()


class ConsoleUpkeep:
    """Runs for as long as the process does."""

    def __init__(
        self,
        index: SearchIndex,
        feed: ConsoleFeed,
        accounts: StaffAccounts,
        live: ConsoleLive,
        *,
        seen_every: float = SEEN_EVERY,
    ) -> None:
        self._index = index
        self._feed = feed
        self._accounts = accounts
        self._live = live
        self._seen_every = seen_every
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin."""
        works = ((self._look_for_words, PAUSE), (self._note_who_is_there, self._seen_every), (self._prune, PRUNE_EVERY))
        self._tasks = [asyncio.create_task(_repeat(work, pause)) for work, pause in works]

    async def stop(self) -> None:
        """Stop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _look_for_words(self) -> None:
        while self._index.index_new():
            pass

    def _note_who_is_there(self) -> None:
        if present := self._live.present():
            self._accounts.seen_all(present)

    def _prune(self) -> None:
        self._feed.prune(EVENTS_KEPT)


async def _repeat(work: Callable[[], None], pause: float) -> None:
    """Do something in a thread again and again; a database that is away for a while ends nothing."""
    while True:
        try:
            await asyncio.to_thread(work)
        except SQLAlchemyError as error:
            _log.error("console.upkeep", error=type(error).__name__)
        await asyncio.sleep(pause)
