"""Live consoles: one watcher a process, one look at the database a change, fanned out to every open console."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.console.live_events import News, Telling, counts_as_json, encode, retold
from casework.actors import Actor
from casework.changes import ChangeWatcher, WatchFailed
from casework.console_events import ConsoleFeed, Event, Reader
from casework.inbox import Inbox, Look
from casework.visibility import Tree

BATCH = 0.2
"""Seconds between two looks: what happens meanwhile is told at once."""
CHECK = 15.0
"""Seconds between two looks whether whoever listens is still signed in, and as whom."""
LOOKS = 2
"""Looks at the database for single consoles that go on at once: after a restart hundreds come back together, and what
happens is told meanwhile."""
WAITING = 16
"""Batches that wait for a slow console before they are given up for a `reset`."""
MOST_MISSED = 200
"""Conversations that are told again after a lost connection; a list is reloaded sooner than so many are patched."""
_LOOK = 5.0
"""Seconds after which the watcher's thread comes back, so that it can be stopped."""

_log = structlog.get_logger()

StillThere = Callable[[], Awaitable[Actor | None]]
"""Says who listens, None when the session has ended."""


@dataclass(eq=False)
class _Console:
    actor: Actor
    waiting: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(WAITING))


class ConsoleLive:
    """Gives each console the changes that concern it.

    Server-sent events, their ids those of the feed:

    * `conversation`: `{"conversation": id, "kind", "row": {…} or null, "counts": {…}}`; null when the conversation is
      out of sight now;
    * `ready`: `{"counts"}`, the line is open and nothing was missed;
    * `reset`: `{"counts"}`, something was missed: reload what is shown;
    * `signed_out`: the session has ended, the stream too.
    """

    def __init__(self, feed: ConsoleFeed, inbox: Inbox, watcher: ChangeWatcher, *, check: float = CHECK) -> None:
        self._feed = feed
        self._inbox = inbox
        self._watcher = watcher
        self._check = check
        self._reader = Reader(feed)
        self._unread: list[Event] = []
        self._begun = asyncio.Event()
        self._news = News({}, [], 0)
        self._latest = Telling([], Look({}, [], Tree({}, frozenset())))
        self._looks = asyncio.Semaphore(LOOKS)
        self._consoles: set[_Console] = set()
        self._streams: Counter[int] = Counter()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch the database."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Stop watching."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await asyncio.to_thread(self._watcher.close)

    def streams(self, staff_id: int) -> int:
        """Return how many streams of this account are open in this process."""
        return self._streams[staff_id]

    @property
    def newest(self) -> int:
        """The highest id of the events that were told."""
        return self._news.newest

    def present(self) -> set[int]:
        """Return the accounts that have a stream open in this process."""
        return set(self._streams)

    async def listen(self, actor: Actor, still_there: StillThere, after: int | None = None) -> AsyncIterator[bytes]:
        """Yield encoded events: those after event `after`, or from now on, for as long as the session lasts."""
        console = _Console(actor)
        self._streams[actor.id] += 1
        try:
            await self._begun.wait()
            self._consoles.add(console)  # before the look, so that nothing falls between; twice is harmless
            yield await self._greeting(actor, after)
            async for chunk in self._follow(console, still_there):
                yield chunk
        finally:
            self._consoles.discard(console)
            self._streams -= Counter([actor.id])

    async def _follow(self, console: _Console, still_there: StillThere) -> AsyncIterator[bytes]:
        check_at = time.monotonic() + self._check * random.uniform(0.5, 1)  # noqa: S311  spread, not secret
        while True:
            if time.monotonic() >= check_at:
                async with self._looks:
                    actor = await still_there()
                if actor is None:
                    yield encode("signed_out", self._news.newest, {})
                    return
                if actor != console.actor:
                    console.actor = actor
                    yield self._reset(actor)
                check_at = time.monotonic() + self._check
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(check_at - time.monotonic()):
                    chunk = await console.waiting.get()
                yield chunk

    async def _greeting(self, actor: Actor, after: int | None) -> bytes:
        newest = self._news.newest
        missed = self._news.since(after) if after is not None and after < newest else []
        if missed is None or len({change.event.conversation_id for change in missed}) > MOST_MISSED:
            return self._reset(actor)
        told = b""
        if missed:
            async with self._looks:
                look = await asyncio.to_thread(self._inbox.look, {change.event.conversation_id for change in missed})
            told = Telling(retold(missed, look), look).to(actor)
        return told or encode("ready", newest, {"counts": counts_as_json(self._latest.counts(actor))})

    def _reset(self, actor: Actor) -> bytes:
        return encode("reset", self._news.newest, {"counts": counts_as_json(self._latest.counts(actor))})

    async def _watch(self) -> None:
        lost = False
        while True:
            try:
                if not self._begun.is_set():
                    self._news, self._latest = await asyncio.to_thread(self._begin)
                    self._begun.set()
                if await asyncio.to_thread(self._watcher.wait, 0 if lost else _LOOK) or lost:
                    await self._tell()
                    await asyncio.sleep(BATCH)
                lost = False
            except (SQLAlchemyError, WatchFailed) as error:
                _log.error("console.watch", error=type(error).__name__)
                self._watcher.close()
                lost = True  # what changed meanwhile was not seen
                await asyncio.sleep(1)

    def _begin(self) -> tuple[News, Telling]:
        self._watcher.wait(0)  # from here on it notices changes
        self._reader = Reader(self._feed)
        past = self._reader.new()
        newest = max((event.id for event in past), default=self._feed.newest_event_id())
        return News(self._inbox.places(), past, newest), Telling([], self._inbox.look(()))

    async def _tell(self) -> None:
        found = await asyncio.to_thread(self._read)
        if found is None:
            return
        events, look = found
        self._latest = telling = Telling(self._news.add(events, look), look)
        for console in list(self._consoles):
            if chunk := telling.to(console.actor):
                self._put(console, chunk)

    def _read(self) -> tuple[list[Event], Look] | None:
        self._unread += self._reader.new()  # kept until the look at them succeeds
        if not self._unread:
            return None
        look = self._inbox.look({event.conversation_id for event in self._unread})
        events, self._unread = self._unread, []
        return events, look

    def _put(self, console: _Console, chunk: bytes) -> None:
        """Hand a batch over; a console that takes none loses what waits and has to reload."""
        if console.waiting.full():
            while not console.waiting.empty():
                console.waiting.get_nowait()
            chunk = self._reset(console.actor)
        console.waiting.put_nowait(chunk)
