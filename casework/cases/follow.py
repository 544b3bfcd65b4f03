"""What the gateway answers itself about cases: taps on their buttons, a bare number, and what staff asked for.

`CaseFollow.handle` answers a turn that belongs to it and gives None for every other. A turn does when a button of an
intent in `taps.INTENTS` was tapped, when nothing but a case's number was typed, or when the conversation awaits
something for a case: `case:12` what staff asked for, in words or as a photo; `case:12:more` further photos of it.
A question meanwhile goes its usual way, and so does what is typed into a form. What a message does, it does once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.call_back_rules import is_question
from casework.cards import Answer, Bubble, Button, Card
from casework.cases.mine import MyCases
from casework.cases.numbers import is_only_number, number_in
from casework.cases.opening import add_files
from casework.cases.promises import spoken_promise
from casework.cases.records import WORDS, lock_case, note
from casework.cases.states import CLOSED
from casework.cases.steps import AWAITS, case_awaited, drop_request, promise_next
from casework.cases.taps import ADD_TO_CASE, INTENTS, SHOW_CASE, WITHDRAW_CASE
from casework.conversations import Turn
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import Conflict, NotFound
from casework.ledger import Ledger
from casework.organisations import department_hours
from casework.second_thoughts import wants_to_stop
from casework.tables import Attachment, Case, Conversation, Draft
from casework.text import understood
from casework.wording import Wording

MORE = ":more"
LONGEST_WORDS = 1000
_WANTS = re.compile(
    r"(?:请|帮我|我要|我想)*(?:[查看](?:一?下|看)?(?:我的)?(?:办理|办件|申请)?(?:进度|进展)|撤回(?:申请)?)[了吧。.!！]*"
)
"""What a worker types who wants something of us; the bot itself names 查进度 to her."""


class CaseFollow:
    """Leads the little dialogues about cases."""

    def __init__(
        self, database: Database, keyring: Keyring, wording: Wording, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._wording = wording
        self._clock = clock
        self._ledger = Ledger(database)
        self._mine = MyCases(database, wording, clock)

    def handle(self, turn: Turn) -> Answer | None:
        """Answer a turn about a case; None for one that goes its usual way."""
        if turn.intent == SHOW_CASE or (turn.intent is None and is_only_number(turn.text)):
            return self._shown(turn)
        if turn.intent not in INTENTS and case_awaited(turn.awaits) is None:
            return None
        said = self._ledger.once(turn.message_key, "cases", lambda session: self._step(session, turn))
        return self._answer(**said) if said else None

    def _shown(self, turn: Turn) -> Answer | None:
        """Tell how her cases go; a number typed into a form is left to the form."""
        with self._database.read() as session:
            conversation = session.get(Conversation, turn.conversation_id)
            if conversation is None or (turn.intent is None and _fills_in(session, conversation.id)):
                return None
        card = self._mine.card(conversation.contact_id, turn.values.get("case") or number_in(turn.text))
        return _of_card(card)

    def _step(self, session: Session, turn: Turn) -> dict[str, Any]:
        """Do what the message asks for; return the response's name and its values, nothing when it is not for us."""
        conversation = session.get(Conversation, turn.conversation_id, with_for_update=True)
        if conversation is None or conversation.assignee_id is not None:
            return {}
        if turn.intent == WITHDRAW_CASE:
            return self._withdraw(session, conversation, turn.values.get("case", ""), turn.values.get("sure"))
        if turn.intent == ADD_TO_CASE:
            return self._begin_to_add(session, conversation, turn.values.get("case", ""))
        case_id = case_awaited(conversation.awaits)
        if turn.intent is not None:  # another button: she goes on to something else
            conversation.awaits = None if case_id is not None else conversation.awaits
            return {}
        if case_id is None or _fills_in(session, conversation.id):
            return {}
        return self._add(session, conversation, case_id, turn)

    def _withdraw(self, session: Session, conversation: Conversation, number: str, sure: str | None) -> dict[str, Any]:
        try:
            progress = self._mine.by_number_in(session, conversation.contact_id, number)
            if not progress.is_open:
                return {"say": "closed", "number": number}
            if sure == "yes":
                self._mine.withdraw(session, conversation.contact_id, number)
                return {"say": "withdrawn", "number": number}
        except NotFound:
            return {"say": "unknown"}
        except Conflict:  # staff closed it while she thought about it
            return {"say": "closed", "number": number}
        return {"say": "kept" if sure == "no" else "ask_withdraw", "number": number}

    def _begin_to_add(self, session: Session, conversation: Conversation, number: str) -> dict[str, Any]:
        try:
            progress = self._mine.by_number_in(session, conversation.contact_id, number)
        except NotFound:
            return {"say": "unknown"}
        if not progress.is_open:
            return {"say": "closed", "number": number}
        conversation.awaits = f"{AWAITS}{progress.case_id}"
        return {"say": "ask_add", "number": number}

    def _add(self, session: Session, conversation: Conversation, case_id: int, turn: Turn) -> dict[str, Any]:
        text = understood(turn.text)
        more = (conversation.awaits or "").endswith(MORE)
        if turn.attachment is None and (more or is_question(text) or _WANTS.fullmatch(text) or not text):
            conversation.awaits = None if more else conversation.awaits
            return {}
        if turn.attachment is None and wants_to_stop(text):
            conversation.awaits = None
            return {"say": "add_later"}
        case = lock_case(session, case_id)
        if case is None or case.contact_id != conversation.contact_id or case.state in CLOSED:
            conversation.awaits = None
            return {"say": "closed", "number": case.number} if case is not None else {}
        return self._keep(session, conversation, case, turn)

    def _keep(self, session: Session, conversation: Conversation, case: Case, turn: Turn) -> dict[str, Any]:
        """Make a message with all that came with it part of the case; what was asked for gets a new promise."""
        moment = self._clock()
        sent = select(Attachment.id).where(Attachment.message_id == turn.message_id)
        files = add_files(session, case, session.scalars(sent).all())
        words = turn.text.strip()[:LONGEST_WORDS]
        if case.awaits_worker or case.due_at is None or case.due_at < moment:  # what nobody asked for postpones nothing
            drop_request(session, case)
            promise_next(session, case, moment)
        note(
            session,
            case,
            "worker",
            "added",
            moment,
            details={"message": turn.message_id, "files": files},
            words=self._keyring.seal(words, WORDS) if words else None,
        )
        conversation.awaits = f"{AWAITS}{case.id}{MORE}"
        hours = department_hours(session, case.department_id)
        promised = spoken_promise(case.due_at or moment, moment, hours)
        return {"say": "added", "number": case.number, "promised": promised}

    def _answer(self, say: str, **values: str) -> Answer:
        text = self._wording.text(f"utter_case_{say}", **values)
        return Answer((Bubble(text, self._buttons(say, values.get("number", ""))),), "told")

    def _buttons(self, say: str, number: str) -> tuple[Button, ...]:
        if say == "ask_withdraw":
            return (
                Button(self._title("withdraw_sure"), WITHDRAW_CASE, {"case": number, "sure": "yes"}),
                Button(self._title("withdraw_no"), WITHDRAW_CASE, {"case": number, "sure": "no"}),
            )
        if say in {"closed", "unknown"}:
            return (Button(self._wording.text("utter_button_human"), "request_human"),)
        return ()

    def _title(self, name: str) -> str:
        return self._wording.text(f"utter_button_case_{name}")


def _of_card(card: Card) -> Answer:
    return Answer(card.bubbles(), card.outcome)


def _fills_in(session: Session, conversation_id: int) -> bool:
    """Tell whether what is typed in this conversation now is for a form."""
    active = select(Draft.id).where(Draft.conversation_id == conversation_id, Draft.state == "active")
    return session.scalar(active.limit(1)) is not None
