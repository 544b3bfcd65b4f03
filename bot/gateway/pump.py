"""Handles conversations: one conversation's messages one after another, different ones side by side.

The order holds across processes because a conversation is handled only under its lease. What a dead process left
behind is found by the sweep when its lease has run out.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.turns import Turns
from casework.conversations import Conversations, LeaseLost
from casework.logs import place_of

_log = structlog.get_logger()

LEASE = timedelta(seconds=25)
"""Longer than one attempt can take: tracker 10 s, turn 10 s, health 3 s."""
SWEEP = 1.0
"""Seconds between two looks for what is due."""
SIDE_BY_SIDE = 16
"""Conversations handled at once; Rasa handles one turn at a time and a longer queue there only runs into deadlines."""


class Pump:
    """Runs the turns of all conversations in this process."""

    def __init__(self, conversations: Conversations, turns: Turns) -> None:
        self._conversations = conversations
        self._turns = turns
        self._owner = secrets.token_urlsafe(12)
        self._running: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()
        self._slots = asyncio.Semaphore(SIDE_BY_SIDE)
        self._sweeper: asyncio.Task[None] | None = None
        self._handled = asyncio.Condition()

    def start(self) -> None:
        """Begin to look for what is due."""
        self._sweeper = asyncio.create_task(self._sweep())

    async def stop(self) -> None:
        """Finish the turns that run, and give their conversations back."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._sweeper
        self._again.clear()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    def kick(self, conversation_id: int) -> None:
        """Say that a conversation has a new message."""
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._run(conversation_id))
        self._running[conversation_id] = task

    async def wait_handled(self, seconds: float) -> None:
        """Return when some turn was handled in this process, or after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._handled:
                await self._handled.wait()

    async def _run(self, conversation_id: int) -> None:
        try:
            async with self._slots:
                await self._drain(conversation_id)
        except LeaseLost:
            _log.warning("pump.lease_lost", conversation=conversation_id)
        except SQLAlchemyError as error:  # the sweep tries again
            _log.error("pump.database", conversation=conversation_id, error=type(error).__name__)
        except Exception as error:  # a task's boundary: a fault of ours must be seen, and the sweep tries again
            _log.error("pump.unexpected", conversation=conversation_id, error=type(error).__name__, at=place_of(error))
        finally:
            del self._running[conversation_id]
            if conversation_id in self._again:
                self._again.discard(conversation_id)
                self.kick(conversation_id)

    async def _drain(self, conversation_id: int) -> None:
        if not await asyncio.to_thread(self._conversations.claim, conversation_id, self._owner, LEASE):
            return
        try:
            while True:
                self._again.discard(conversation_id)
                turn = await asyncio.to_thread(self._conversations.begin_turn, conversation_id, self._owner, LEASE)
                if turn is None:
                    break
                await self._turns.handle(turn, self._owner)
                async with self._handled:
                    self._handled.notify_all()
        finally:
            await asyncio.to_thread(self._conversations.release, conversation_id, self._owner)

    async def _sweep(self) -> None:
        while True:
            try:
                for conversation_id in await asyncio.to_thread(self._conversations.due):
                    if conversation_id not in self._running:
                        self.kick(conversation_id)
            except SQLAlchemyError as error:
                _log.error("pump.sweep", error=type(error).__name__)
            await asyncio.sleep(SWEEP)
