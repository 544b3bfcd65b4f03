"""Live pages: one watcher a process, fanned out to the event streams of many visitors."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections import Counter
from collections.abc import AsyncIterator

import structlog
from sqlalchemy.exc import SQLAlchemyError

from casework.changes import ChangeWatcher, WatchFailed
from casework.conversations import Conversations, Status
from casework.messages import Shown

_log = structlog.get_logger()

_LOOK = 5.0
"""Seconds after which the watcher's thread comes back, so that it can be stopped."""
_LOOK_WHILE_TYPING = 1.0
"""Seconds between two looks while somebody of the staff types: that ends without a change of the database."""
_LOOK_FOR_CONVERSATION = 2.0
"""Seconds between two looks for the conversation of a visitor who has not written yet."""

_ERASED = sys.maxsize
"""What stands for the newest message of a conversation that is there no more: its streams wake up and end."""


class Live:
    """Gives each subscriber the messages of its conversation, in order, each once, and tells where it stands.

    A few queries a change find out which conversations have something new; only their subscribers read.
    """

    def __init__(self, conversations: Conversations, watcher: ChangeWatcher) -> None:
        self._conversations = conversations
        self._watcher = watcher
        self._changed = asyncio.Condition()
        self._newest: dict[int, int] = {}
        self._statuses: dict[int, Status] = {}
        self._looks = 0
        self._listening: Counter[int] = Counter()
        self._streams: Counter[str] = Counter()
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

    def streams(self, address: str) -> int:
        """Return how many streams of this address are open in this process."""
        return self._streams[address]

    async def events(self, channel: str, address: str, after: int | None) -> AsyncIterator[Shown | Status]:
        """Yield what is said with this address after message `after`, for as long as the visitor listens.

        Where the conversation stands comes at the beginning and whenever it changes. Without `after` it begins with
        what is said from now on. The conversation may not exist yet.
        """
        self._streams[address] += 1
        try:
            conversation_id = await asyncio.to_thread(self._conversations.find, channel, address)
            while conversation_id is None:
                after = after or 0
                await asyncio.sleep(_LOOK_FOR_CONVERSATION)
                conversation_id = await asyncio.to_thread(self._conversations.find, channel, address)
            if after is None:
                after = await self._latest(conversation_id)
            async for happened in self._follow(channel, address, conversation_id, after):
                yield happened
        finally:
            self._streams -= Counter([address])

    async def _follow(
        self, channel: str, address: str, conversation_id: int, after: int
    ) -> AsyncIterator[Shown | Status]:
        """Yield what happens in the conversation for as long as it is this address's: erasing ends the stream."""
        self._listening[conversation_id] += 1
        said: Status | None = None
        try:
            while await asyncio.to_thread(self._conversations.find, channel, address) == conversation_id:
                looks = self._looks  # what was found before this reading is no news
                for message in await asyncio.to_thread(self._conversations.shown, conversation_id, after=after):
                    after = message.id
                    yield message
                status = await asyncio.to_thread(self._conversations.status, conversation_id)
                if status != said:
                    said = status
                    yield status
                async with self._changed:
                    while not self._has_news(conversation_id, after, said, looks):
                        await self._changed.wait()
        finally:
            self._listening -= Counter([conversation_id])

    def _has_news(self, conversation_id: int, after: int, said: Status, looks: int) -> bool:
        if self._newest.get(conversation_id, 0) > after:
            return True
        return self._looks > looks and self._statuses.get(conversation_id, said) != said

    async def _latest(self, conversation_id: int) -> int:
        latest = await asyncio.to_thread(self._conversations.shown, conversation_id, limit=1)
        return latest[-1].id if latest else 0

    async def _watch(self) -> None:
        lost = False
        while True:
            try:
                typing = any(status.typing for status in self._statuses.values())
                look = 0 if lost else _LOOK_WHILE_TYPING if typing else _LOOK
                if await asyncio.to_thread(self._watcher.wait, look) or lost or typing:
                    await self._tell()
                lost = False
            except (SQLAlchemyError, WatchFailed) as error:
                _log.error("live.watch", error=type(error).__name__)
                self._watcher.close()
                lost = True  # what changed meanwhile was not seen
                await asyncio.sleep(1)

    async def _tell(self) -> None:
        listening = list(self._listening)
        newest = await asyncio.to_thread(self._conversations.newest, listening)
        self._statuses = await asyncio.to_thread(self._conversations.statuses, listening)
        self._looks += 1
        self._newest = {conversation_id: newest.get(conversation_id, _ERASED) for conversation_id in listening}
        async with self._changed:
            self._changed.notify_all()
