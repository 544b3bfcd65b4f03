"""What the dialogue engine made of a worker's words, kept with them once people are to read them."""

from __future__ import annotations

import asyncio

import structlog

from bot.gateway.dialogue import Dialogue, TurnFailed
from casework.conversations import Conversations

_log = structlog.get_logger()


class Insight:
    """Fetches it beside the turn: the worker's answer does not wait for it, and a turn does not fail by it."""

    def __init__(self, conversations: Conversations, dialogue: Dialogue) -> None:
        self._conversations = conversations
        self._dialogue = dialogue
        self._tasks: set[asyncio.Task[None]] = set()

    def note(self, conversation_id: int) -> None:
        """Begin to fetch; returns at once."""
        task = asyncio.create_task(self._fetch(conversation_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, conversation_id: int) -> None:
        sender = await asyncio.to_thread(self._conversations.sender, conversation_id)
        if sender is None:
            return
        try:
            found = await self._dialogue.understandings(sender)
        except TurnFailed as error:
            _log.warning("insight.failed", conversation=conversation_id, reason=str(error))
            return
        if found:
            await asyncio.to_thread(self._conversations.understood, found)
