"""The gateway as a channel sees it: hand a message in, wait for what is said."""

from __future__ import annotations

import asyncio
import time

import structlog

from bot.channels.inbox import Taken
from bot.gateway.desk import Desk
from bot.gateway.insight import Insight
from bot.gateway.pump import Pump
from casework.cards import Bubble
from casework.conversations import Conversations, Received
from casework.messages import Enclosure, Shown

_log = structlog.get_logger()


class Gateway:
    """Stores what comes in, does at once what the desk's rules decide, leaves the rest to the pump."""

    def __init__(self, conversations: Conversations, pump: Pump, desk: Desk, insight: Insight, notice: Bubble) -> None:
        """`notice` is the notice on personal data that goes with a contact's first answer."""
        self._conversations = conversations
        self._pump = pump
        self._desk = desk
        self._insight = insight
        self._notice = notice

    async def submit(
        self,
        channel: str,
        address: str,
        platform_message_id: str,
        *,
        text: str = "",
        button: str | None = None,
        enclosure: Enclosure | None = None,
    ) -> Received:
        """Store a message and see to its answer. Raises `UnknownButton`, and what keeping `enclosure` raises."""
        received = await asyncio.to_thread(
            self._conversations.receive,
            channel,
            address,
            platform_message_id,
            text=text,
            button=button,
            enclosure=enclosure,
        )
        if received.is_new and await asyncio.to_thread(self._decide, received, text):
            self._insight.note(received.conversation_id)
        self._pump.kick(received.conversation_id)
        return received

    async def wait_for_answer(self, received: Received, seconds: float) -> tuple[Taken, list[Shown]]:
        """Wait until the message is answered, kept for later or with staff; tell which, and what was said in reply."""
        deadline = time.monotonic() + seconds
        while True:
            handling, replies = await asyncio.to_thread(self._conversations.replies, received.message_id)
            if handling != "received":
                return ("staff" if handling == "staff" else "answered"), replies
            remaining = deadline - time.monotonic()
            if replies or remaining <= 0 or await self._is_stalled(received):
                return "queued", replies
            await self._pump.wait_handled(min(remaining, 0.5))

    async def _is_stalled(self, received: Received) -> bool:
        return await asyncio.to_thread(self._conversations.is_stalled, received.conversation_id)

    def _decide(self, received: Received, text: str) -> bool:
        """Do at once what a rule decides, beside messages that wait, the engine and staff; tell whether one did."""
        status = self._conversations.status(received.conversation_id)
        decision = self._desk.decide(text, received.intent, status)
        if decision is None:
            return False
        self._conversations.answer(
            received.message_id,
            decision.answer,
            notice=self._notice,
            asked_engine=False,
            effect=decision.effect,
            always=decision.always,
        )
        _log.info("desk.decided", conversation=received.conversation_id, outcome=decision.answer.outcome)
        return True
