"""Call backs, the worker's part: she leaves a number and safe hours in a little dialogue that Rasa never sees.

`CallBacks.handle` answers a turn that belongs to it and gives None for every other. A turn does when the conversation
awaits a number or hours (`awaits` begins with `callback_`), when a button of an intent in `INTENTS` was tapped (a typed
choice of it counts, once the caller has put its intent and values into the turn), or when the worker cancels. What a
message does, it does once (`casework/ledger.py`), so that a turn may be handled again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import call_back_rules as rules
from casework.cards import Answer, Bubble, Button
from casework.console_events import tell
from casework.conversations import Turn
from casework.crypto import Keyring
from casework.database import Database, now
from casework.ledger import Ledger
from casework.queue import Opening, open_hand_off
from casework.second_thoughts import wants_to_stop
from casework.tables import AuditEvent, CallBack, Conversation, PrivateNumber
from casework.text import understood
from casework.wording import Wording

CALL_BACK = "call_back"
CALL_BACK_HOURS = "call_back_hours"
INTENTS = frozenset({CALL_BACK, CALL_BACK_HOURS})
"""Intents of buttons that belong here."""
TRIES = 3
"""Answers without a number, or without a time, after which the question is dropped."""
PHONE_FIELD = "call_backs.phone"
"""The name under which numbers are encrypted."""
AWAITS_PHONE, AWAITS_HOURS = "callback_phone", "callback_hours"


class CallBacks:
    """Makes promises to telephone."""

    def __init__(
        self, database: Database, keyring: Keyring, wording: Wording, clock: Callable[[], datetime] = now
    ) -> None:
        self._keyring = keyring
        self._wording = wording
        self._clock = clock
        self._ledger = Ledger(database)

    def offer_button(self) -> Button:
        """Return the button that begins the dialogue."""
        return Button(self._wording.text("utter_button_call_back"), CALL_BACK)

    def handle(self, turn: Turn) -> Answer | None:
        """Answer a turn of this dialogue; None for one that goes its usual way."""
        text = understood(turn.text)
        awaited = (turn.awaits or "").startswith("callback_")
        cancels = turn.intent is None and rules.asks_to_cancel(text)
        if not (awaited or cancels or turn.intent in INTENTS):
            return None
        said = self._ledger.once(turn.message_key, CALL_BACK, lambda session: self._step(session, turn, text))
        return self._answer(**said) if said else None

    def _step(self, session: Session, turn: Turn, text: str) -> dict[str, Any]:
        """Do what the message asks for; return the response's name and its values, nothing when it is not for us."""
        conversation = session.get(Conversation, turn.conversation_id, with_for_update=True)
        if conversation is None or conversation.assignee_id is not None:
            return {}
        awaits = conversation.awaits or ""
        if turn.intent == CALL_BACK and turn.values.get("step") == "cancel":
            return self._cancel(session, conversation)
        if turn.intent == CALL_BACK:
            return _ask_phone(conversation)
        if turn.intent == CALL_BACK_HOURS:
            return self._promise(session, conversation, turn.values.get("hours", rules.UNKNOWN))
        if turn.intent is not None:  # another button: she goes on to something else
            conversation.awaits = None
            return {}
        if rules.names_call_back(text) or (
            rules.asks_to_cancel(text) and (awaits or open_promise(session, conversation.id))
        ):
            return self._cancel(session, conversation)
        if awaits.startswith(AWAITS_PHONE):
            return self._read_phone(session, conversation, turn, text)
        if awaits.startswith(AWAITS_HOURS):
            return self._read_hours(session, conversation, turn, text)
        return {}

    def _read_phone(self, session: Session, conversation: Conversation, turn: Turn, text: str) -> dict[str, Any]:
        phone = self._phone_in(session, conversation, turn.text)
        if phone is not None:
            return self._keep_phone(session, conversation, phone)
        if wants_to_stop(text):
            conversation.awaits = None
            return {"say": "dropped"}
        tried = rules.is_number_try(text)
        if _count_try(conversation, AWAITS_PHONE):
            return {"say": "phone_again"} if tried else {}
        return {"say": "gave_up"} if tried else {}

    def _read_hours(self, session: Session, conversation: Conversation, turn: Turn, text: str) -> dict[str, Any]:
        phone = self._phone_in(session, conversation, turn.text)
        if phone is not None:  # she noticed that the first one was wrong
            return self._keep_phone(session, conversation, phone)
        if wants_to_stop(text):
            return self._cancel(session, conversation)
        hours = rules.hours_in(text)
        if hours is not None:
            spoken = " ".join(turn.text.split())[: rules.LONGEST_HOURS]  # as she wrote it
            return self._promise(session, conversation, hours if hours in rules.HOURS else spoken)
        if _count_try(conversation, AWAITS_HOURS):
            return {} if rules.is_question(text) else {"say": "hours_again"}
        return self._promise(session, conversation, rules.UNKNOWN)

    def _phone_in(self, session: Session, conversation: Conversation, text: str) -> str | None:
        """Return the usable number that a stored text refers to."""
        reference = rules.phone_reference(text)
        if reference is None:
            return None
        position, extension = reference
        sealed = session.scalar(
            select(PrivateNumber.sealed).where(
                PrivateNumber.contact_id == conversation.contact_id,
                PrivateNumber.kind == rules.kind_of_reference(text),
                PrivateNumber.position == position,
            )
        )
        return rules.usable_phone(self._keyring.open(sealed, "private_number"), extension) if sealed else None

    def _keep_phone(self, session: Session, conversation: Conversation, phone: str) -> dict[str, Any]:
        """Promise to ring this number; one that was promised before is not rung any more.

        Somebody has to ring: a conversation that no department has in hand gets into the queue with it.
        """
        if conversation.state != "open":
            open_hand_off(session, conversation, Opening("asked_for"))
        before = open_promise(session, conversation.id)
        if before is not None:
            close(before, "cancelled", self._clock())
        session.add(
            CallBack(
                conversation_id=conversation.id,
                phone_sealed=self._keyring.seal(phone, PHONE_FIELD),
                safe_hours=rules.UNKNOWN,
                created_at=self._clock(),
            )
        )
        conversation.awaits = AWAITS_HOURS
        _record(session, "call_back.promised", conversation.id)
        tell(session, conversation.id, CALL_BACK)
        return {"say": "ask_hours", "last": rules.last_digits(phone)}

    def _promise(self, session: Session, conversation: Conversation, hours: str) -> dict[str, Any]:
        promise = open_promise(session, conversation.id)
        if promise is None:  # a button of long ago
            return _ask_phone(conversation)
        promise.safe_hours = hours
        conversation.awaits = None
        tell(session, conversation.id, CALL_BACK)
        phone = self._keyring.open(promise.phone_sealed, PHONE_FIELD)
        return {"say": "promised", "hours": hours, "last": rules.last_digits(phone)}

    def _cancel(self, session: Session, conversation: Conversation) -> dict[str, Any]:
        promise = open_promise(session, conversation.id)
        awaited, conversation.awaits = conversation.awaits, None
        if promise is None:
            return {"say": "dropped" if awaited else "none"}
        close(promise, "cancelled", self._clock())
        _record(session, "call_back.cancelled", conversation.id)
        tell(session, conversation.id, CALL_BACK)
        return {"say": "cancelled"}

    def _answer(self, say: str, **values: str) -> Answer:
        if "hours" in values:
            values = {**values, "hours": spoken_hours(self._wording, values["hours"])}
        text = self._wording.text(f"utter_call_back_{say}", **values)
        return Answer((Bubble(text, self._buttons(say)),), "told")

    def _buttons(self, say: str) -> tuple[Button, ...]:
        if say in {"ask_hours", "hours_again"}:
            return tuple(
                Button(self._wording.text(f"utter_button_hours_{code}"), CALL_BACK_HOURS, {"hours": code})
                for code in rules.HOURS
            )
        if say == "promised":
            return (Button(self._wording.text("utter_button_cancel_call_back"), CALL_BACK, {"step": "cancel"}),)
        return (self.offer_button(),) if say in {"cancelled", "gave_up"} else ()


def _ask_phone(conversation: Conversation) -> dict[str, Any]:
    conversation.awaits = AWAITS_PHONE
    return {"say": "ask_phone"}


def _count_try(conversation: Conversation, question: str) -> bool:
    """Count an answer that was none, in `awaits` itself (`callback_phone:1`); tell whether another one is awaited."""
    tries = int((conversation.awaits or "").partition(":")[2] or 0) + 1
    conversation.awaits = f"{question}:{tries}" if tries < TRIES else None
    return tries < TRIES


def open_promise(session: Session, conversation_id: int) -> CallBack | None:
    """Return the promise that is still to be kept, locked; the conversation's row must be locked before."""
    return session.scalar(
        select(CallBack)
        .where(CallBack.conversation_id == conversation_id, CallBack.state == "open")
        .order_by(CallBack.id.desc())
        .limit(1)
        .with_for_update()
    )


def close(promise: CallBack, state: str, at: datetime) -> None:
    """End a promise."""
    promise.state = state
    promise.closed_at = at


def spoken_hours(wording: Wording, hours: str) -> str:
    """Return hours in words: a code's, or the worker's own."""
    if hours in {*rules.HOURS, rules.UNKNOWN}:
        return wording.text(f"utter_call_back_hours_{hours}")
    return hours


def _record(session: Session, event: str, conversation_id: int) -> None:
    session.add(
        AuditEvent(actor="gateway", event=event, object_type="conversation", object_id=conversation_id, details={})
    )
