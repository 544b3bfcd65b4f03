"""One turn: a stored message becomes a stored answer, or is kept for later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.gateway.desk import Desk
from bot.gateway.dialogue import Dialogue, TurnFailed
from bot.gateway.insight import Insight
from bot.gateway.staff_words import tracker_events
from casework.cards import Answer, Bubble, CardError, answer_from_rasa
from casework.choices import Offer, chosen
from casework.conversations import Conversations, Effect, Status, Turn
from casework.database import now
from casework.erasure import asks_for_erasure
from casework.plain_words import intent_of_words
from casework.procedures.model import INFORM
from casework.queue import Opening
from casework.text import LIMIT, is_overlong, understood
from casework.urgency import find_urgency
from casework.wording import Wording

_log = structlog.get_logger()

BACKOFF = (1, 2, 4, 8, 15)
"""Seconds until the next attempt; the last is repeated."""
ATTEMPTS_WHEN_HEALTHY = 4
"""Failures after which a message is given up, if both servers say that they are well: the message is the trouble."""
MISSES = 2
"""Questions in a row that nothing was found for, after which a person is brought in."""
SAID_WHILE_WAITING = ("answered", "asked_back", "filling")
"""Outcomes that are worth saying to a worker who waits for a person; anything else she says is for the staff."""
CHINA = ZoneInfo("Asia/Shanghai")


class FollowUp(Protocol):
    """A little dialogue of our own, which the engine does not know: it answers its turns, and None for all others."""

    def handle(self, turn: Turn) -> Answer | None: ...


class Turns:
    """Answers turns with the dialogue engine."""

    def __init__(
        self,
        conversations: Conversations,
        dialogue: Dialogue,
        wording: Wording,
        desk: Desk,
        follow_ups: Sequence[FollowUp],
        insight: Insight,
        notice: Bubble,
        resuming: Callable[[str], Sequence[Bubble]] = lambda _form: (),
        names_form: Callable[[str], bool] = lambda _text: False,
    ) -> None:
        """`notice` is the notice on personal data that goes with a contact's first answer.

        `resuming` offers to go on with a form that was put aside; `names_form` tells whether a text is a form's title.
        """
        self._resuming = resuming
        self._names_form = names_form
        self._conversations = conversations
        self._dialogue = dialogue
        self._wording = wording
        self._desk = desk
        self._follow_ups = follow_ups
        self._insight = insight
        self._notice = notice

    async def handle(self, turn: Turn, owner: str) -> None:
        """Answer one turn, or keep it for a later attempt."""
        text = understood(turn.text)
        # a form takes digits for answers, and knows the words of its own buttons
        offer = await self._chosen(turn, text) if turn.intent is None and not turn.in_form else None
        if offer is not None and offer.token is not None:  # typed, it means what a tap means
            button = await asyncio.to_thread(self._conversations.offered, turn.conversation_id, offer.token)
            turn = replace(turn, intent=button.intent, values=dict(button.values))
        typed = turn.intent is None
        # the gateway decides these as a message comes in; here is what a process left behind that died before it could
        decision = self._desk.decide(turn.text if typed else "", turn.intent, Status(turn.state))
        if decision is not None:
            await self._store(turn, owner, decision.answer, asked_engine=False, effect=decision.effect)
        elif turn.state == "open" and turn.attachment is not None and not text:
            await asyncio.to_thread(self._conversations.leave_to_staff, turn.message_id, owner)
        elif typed and asks_for_erasure(text):  # before what would take it for an answer
            await self._store(turn, owner, self._told("utter_erase_how"), asked_engine=False)
        elif (answer := await self._followed_up(turn)) is not None:
            await self._store(turn, owner, answer, asked_engine=False)
        elif typed and not text:
            await self._store(turn, owner, self._told("utter_empty_message"), asked_engine=False)
        elif offer is not None and offer.token is None:
            # a typed number cannot open an address: the button's words hold the number to call
            await self._store(turn, owner, Answer((Bubble(offer.title),), "told"), asked_engine=False)
        else:
            await self._ask(turn, owner, text)

    async def _followed_up(self, turn: Turn) -> Answer | None:
        for follow_up in self._follow_ups:
            answer = await asyncio.to_thread(follow_up.handle, turn)
            if answer is not None:
                return answer
        return None

    async def _ask(self, turn: Turn, owner: str, text: str) -> None:
        try:
            answer = await self._answer(turn, text)
        except (TurnFailed, CardError) as error:
            await self._failed(turn, owner, type(error).__name__ + ": " + str(error))
            return
        effect = self._effect(turn, answer, text)
        if turn.state == "open" and effect is None and turn.intent is None:
            if answer.outcome not in SAID_WHILE_WAITING:
                await asyncio.to_thread(self._conversations.leave_to_staff, turn.message_id, owner)
                return
            if answer.outcome != "filling":
                waiting = Bubble(self._wording.text("utter_bot_while_waiting"))
                answer = replace(answer, bubbles=(waiting, *answer.bubbles))
        if answer.outcome == "hand_off":
            answer = replace(answer, bubbles=())  # the place in the queue says it all
        if turn.attachment is not None and turn.state != "open":
            beside = Bubble(self._wording.text("utter_attachment_beside"))
            answer = replace(answer, bubbles=(*answer.bubbles, beside))
        if is_overlong(turn.text):
            cut = self._wording.bubble("utter_cut_overlong", limit=LIMIT)
            answer = replace(answer, bubbles=(*answer.bubbles, cut))
        if turn.paused is not None and turn.is_first and effect is None and answer.outcome != "filling":
            answer = replace(answer, bubbles=(*answer.bubbles, *self._resuming(turn.paused)))
        await self._store(turn, owner, answer, effect=effect)

    def _effect(self, turn: Turn, answer: Answer, text: str) -> Effect | None:
        """Return what brings a person in, where the answer or the worker's words call for one."""
        if answer.outcome == "distress":
            return self._desk.hand_over(Opening("distress", "heard"))
        if answer.outcome == "hand_off":
            return self._desk.hand_over(Opening("asked_for", intent="request_human"))
        if (opening := answer.understood.get("opening")) is not None:
            return self._desk.hand_over(Opening(opening["reason"], opening["detail"]))
        if turn.state == "open":
            return None
        if turn.intent is None and (urgency := find_urgency(text, datetime.now(CHINA).date())) is not None:
            return self._desk.hand_over(Opening("legal_urgency", urgency.value))
        if answer.outcome == "declined" and turn.misses + 1 >= MISSES:
            return self._desk.hand_over(Opening("not_understood"))
        return None

    async def _answer(self, turn: Turn, text: str) -> Answer:
        """Ask the engine, but read its tracker first when it may have been asked already."""
        messages = []
        if turn.attempts > 1:
            messages = await self._dialogue.earlier_answer(turn.rasa_sender, turn.message_key)
        if not messages:
            if turn.is_first:
                await self._tell_of_staff(turn)
            intent = turn.intent
            if intent is None and not turn.in_form:
                named = INFORM if self._names_form(text) else None
                intent = named or intent_of_words(text, goes_on=turn.previous is not None)
            sent = text if intent is None else f"/{intent}"
            messages = await self._dialogue.ask(turn.rasa_sender, sent, _metadata(turn, text))
        answer = answer_from_rasa(messages)
        if answer is None:
            raise TurnFailed("nothing to show in the answer")
        return answer

    async def _tell_of_staff(self, turn: Turn) -> None:
        """Let the engine know what worker and staff said to each other while it was silent."""
        said = await asyncio.to_thread(self._conversations.staff_words, turn.conversation_id)
        if said:
            await self._dialogue.append_events(turn.rasa_sender, tracker_events(said))

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
        self,
        turn: Turn,
        owner: str,
        answer: Answer,
        *,
        failed: bool = False,
        asked_engine: bool = True,
        effect: Effect | None = None,
    ) -> None:
        await asyncio.to_thread(
            self._conversations.answer,
            turn.message_id,
            answer,
            owner=owner,
            notice=self._notice,
            failed=failed,
            asked_engine=asked_engine,
            effect=effect,
        )
        if effect is not None and asked_engine:
            self._insight.note(turn.conversation_id)
        _log.info("turn.answered", message=turn.message_id, attempts=turn.attempts, outcome=answer.outcome)

    def _told(self, name: str) -> Answer:
        return Answer((self._wording.bubble(name),), "told")


def _metadata(turn: Turn, text: str) -> dict[str, object]:
    """Return what goes to the action beside the words: what a button means, and what is known of the worker."""
    known = {"region": turn.region, "kind": turn.kind, "previous": turn.previous}
    given = {name: value for name, value in known.items() if value}
    return {"message_key": turn.message_key, "misses": turn.misses, "text": text, **turn.values, **given}
