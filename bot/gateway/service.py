"""The gateway as a channel sees it: hand a message in, wait for what is said."""

from __future__ import annotations

import asyncio
import time

import structlog

from bot.gateway.pump import Pump
from casework.cards import Answer, Bubble
from casework.conversations import Conversations, Received, Shown
from casework.distress import find_distress
from casework.text import understood
from casework.wording import Wording

_log = structlog.get_logger()


class Gateway:
    """Stores what comes in, answers distress at once, leaves the rest to the pump."""

    def __init__(self, conversations: Conversations, pump: Pump, wording: Wording, notice: Bubble) -> None:
        """`notice` is the notice on personal data that goes with a contact's first answer."""
        self._conversations = conversations
        self._pump = pump
        self._wording = wording
        self._notice = notice

    async def submit(
        self, channel: str, address: str, platform_message_id: str, *, text: str = "", button: str | None = None
    ) -> Received:
        """Store a message and see to its answer. Raises `UnknownButton`."""
        received = await asyncio.to_thread(
            self._conversations.receive, channel, address, platform_message_id, text=text, button=button
        )
        if received.is_new and button is None:
            await self._answer_distress(received, text)
        self._pump.kick(received.conversation_id)
        return received

    async def wait_for_answer(self, received: Received, seconds: float) -> tuple[bool, list[Shown]]:
        """Wait until the message is answered or kept for later; tell which, and what was said in reply."""
        deadline = time.monotonic() + seconds
        while True:
            handling, replies = await asyncio.to_thread(self._conversations.replies, received.message_id)
            if handling != "received":
                return True, replies
            remaining = deadline - time.monotonic()
            if replies or remaining <= 0 or await self._is_stalled(received):
                return False, replies
            await self._pump.wait_handled(min(remaining, 0.5))

    async def _is_stalled(self, received: Received) -> bool:
        return await asyncio.to_thread(self._conversations.is_stalled, received.conversation_id)

    async def _answer_distress(self, received: Received, text: str) -> None:
        """Answer distress before and beside everything else: other messages, the engine, whoever is assigned."""
        distress = find_distress(understood(text, limit=None))
        if distress is None:
            return
        answer = Answer((self._wording.bubble(f"utter_distress_{distress}"),), "told")
        await asyncio.to_thread(
            self._conversations.answer, received.message_id, answer, notice=self._notice, asked_engine=False
        )
        await asyncio.to_thread(
            self._conversations.record, "conversation.distress", received.conversation_id, kind=distress.value
        )
        _log.warning("conversation.distress", conversation=received.conversation_id, kind=distress.value)
