"""One turn: a stored message becomes a stored answer, or is kept for later."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from bot.gateway.dialogue import Dialogue, TurnFailed
from casework.cards import Answer, Bubble, CardError, answer_from_rasa
from casework.choices import Offer, chosen
from casework.conversations import Conversations, Turn
from casework.database import now
from casework.distress import find_distress
from casework.erasure import asks_for_erasure
from casework.text import LIMIT, is_overlong, understood
from casework.wording import Wording

_log = structlog.get_logger()

BACKOFF = (1, 2, 4, 8, 15)
"""Seconds until the next attempt; the last is repeated."""
ATTEMPTS_WHEN_HEALTHY = 4
"""Failures after which a message is given up, if both servers say that they are well: the message is the trouble."""


class Turns:
    """Answers turns with the dialogue engine."""

    def __init__(self, conversations: Conversations, dialogue: Dialogue, wording: Wording, notice: Bubble) -> None:
        """`notice` is the notice on personal data that goes with a contact's first answer."""
        self._conversations = conversations
        self._dialogue = dialogue
        self._wording = wording
        self._notice = notice

    async def handle(self, turn: Turn, owner: str) -> None:
        """Answer one turn, or keep it for a later attempt."""
        text = understood(turn.text)
        if turn.intent is None and not text:
            await self._store(turn, owner, self._told("utter_empty_message"), asked_engine=False)
        elif turn.intent is None and asks_for_erasure(text):
            await self._store(turn, owner, self._told("utter_erase_how"), asked_engine=False)
        elif turn.intent is None and (distress := find_distress(understood(turn.text, limit=None))):
            # the gateway answers it as it comes in; here is what a process left behind that died before it could
            await self._store(turn, owner, self._told(f"utter_distress_{distress}"), asked_engine=False)
            await asyncio.to_thread(
                self._conversations.record, "conversation.distress", turn.conversation_id, kind=distress.value
            )
        elif turn.intent is None and (offer := await self._chosen(turn, text)) and offer.token is None:
            # a typed number cannot open an address: the button's words hold the number to call
            await self._store(turn, owner, Answer((Bubble(offer.title),), "told"), asked_engine=False)
        else:
            await self._ask(turn, owner, text)

    async def _ask(self, turn: Turn, owner: str, text: str) -> None:
        try:
            answer = await self._answer(turn, text)
        except (TurnFailed, CardError) as error:
            await self._failed(turn, owner, type(error).__name__ + ": " + str(error))
            return
        if is_overlong(turn.text):
            cut = self._wording.bubble("utter_cut_overlong", limit=LIMIT)
            answer = Answer((*answer.bubbles, cut), answer.outcome)
        await self._store(turn, owner, answer)

    async def _answer(self, turn: Turn, text: str) -> Answer:
        """Ask the engine, but read its tracker first when it may have been asked already."""
        messages = []
        if turn.attempts > 1:
            messages = await self._dialogue.earlier_answer(turn.rasa_sender, turn.message_key)
        if not messages:
            sent, values = await self._as_sent(turn, text)
            metadata = {"message_key": turn.message_key, "misses": turn.misses, "text": text, **values}
            if turn.region:
                metadata["region"] = turn.region
            messages = await self._dialogue.ask(turn.rasa_sender, sent, metadata)
        answer = answer_from_rasa(messages)
        if answer is None:
            raise TurnFailed("nothing to show in the answer")
        return answer

    async def _as_sent(self, turn: Turn, text: str) -> tuple[str, dict[str, str]]:
        """Return what Rasa reads: a tapped or typed choice as its intent, anything else as text."""
        if turn.intent is not None:
            return f"/{turn.intent}", turn.values
        offer = await self._chosen(turn, text)
        if offer is None or offer.token is None:
            return text, {}
        button = await asyncio.to_thread(self._conversations.offered, turn.conversation_id, offer.token)
        return f"/{button.intent}", dict(button.values)

    async def _chosen(self, turn: Turn, text: str) -> Offer | None:
        offers = await asyncio.to_thread(self._conversations.latest_offers, turn.conversation_id)
        return chosen(text, offers)

    async def _failed(self, turn: Turn, owner: str, reason: str) -> None:
        _log.warning("turn.failed", message=turn.message_id, attempts=turn.attempts, reason=reason)
        if turn.attempts >= ATTEMPTS_WHEN_HEALTHY and await self._is_healthy():
            await self._store(turn, owner, self._told("utter_turn_failed"), failed=True)
            return
        wait = BACKOFF[min(turn.attempts, len(BACKOFF)) - 1]
        notice = self._wording.bubble("utter_message_kept")
        until = now() + timedelta(seconds=wait)
        await asyncio.to_thread(self._conversations.postpone, turn.message_id, owner, until, notice)

    async def _is_healthy(self) -> bool:
        return all(state == "ok" for state in (await self._dialogue.parts()).values())

    async def _store(
        self, turn: Turn, owner: str, answer: Answer, *, failed: bool = False, asked_engine: bool = True
    ) -> None:
        await asyncio.to_thread(
            self._conversations.answer,
            turn.message_id,
            answer,
            owner=owner,
            notice=self._notice,
            failed=failed,
            asked_engine=asked_engine,
        )
        _log.info("turn.answered", message=turn.message_id, attempts=turn.attempts, outcome=answer.outcome)

    def _told(self, name: str) -> Answer:
        return Answer((self._wording.bubble(name),), "told")
