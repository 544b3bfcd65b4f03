"""Call backs, the staff's part: whom to ring, at which number, and how it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework import call_back_rules as rules
from casework.actors import Actor
from casework.call_backs import AWAITS_HOURS, CALL_BACK, PHONE_FIELD, close
from casework.cards import Bubble, Button
from casework.console_events import tell
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.messages import add_bubble
from casework.organisations import visible_to
from casework.tables import CALL_OUTCOMES, AuditEvent, CallBack, CallBackAttempt, Conversation, Department, Staff
from casework.text import clean
from casework.wording import Wording

NO_ANSWERS = 3
"""Calls that nobody took, after which staff stop ringing."""
LONGEST_NOTE = 500


@dataclass(frozen=True)
class Attempt:
    """One time that staff rang; `outcome` is one of `tables.CALL_OUTCOMES`."""

    at: datetime
    staff: str
    outcome: str
    note: str


@dataclass(frozen=True)
class Promise:
    """A call back as staff see it; `phone` is masked.

    `hours` is one of `call_back_rules.HOURS`, `unknown`, or the worker's own words; `is_safe_now` is None where
    somebody has to read them.
    """

    id: int
    conversation_id: int
    department: str | None
    assignee: str | None
    phone: str
    hours: str
    is_safe_now: bool | None
    state: str
    created_at: datetime
    closed_at: datetime | None
    attempts: tuple[Attempt, ...]
    is_mine_to_do: bool


class CallBackDesk:
    """Shows promises to telephone, and keeps how they ended."""

    def __init__(
        self, database: Database, keyring: Keyring, wording: Wording, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._wording = wording
        self._clock = clock

    def open_promises(self, actor: Actor, limit: int = 200) -> list[Promise]:
        """Return the promises that are still to be kept, those that have waited longest first."""
        return self._promises(actor, CallBack.state == "open", limit)

    def of_conversation(self, actor: Actor, conversation_id: int) -> list[Promise]:
        """Return all promises of a conversation, the oldest first. Raises `NotFound`."""
        with self._database.read() as session:
            seen = select(Conversation.id).where(Conversation.id == conversation_id, visible_to(actor))
            if session.scalar(seen) is None:
                raise NotFound(f"conversation {conversation_id}")
        return self._promises(actor, CallBack.conversation_id == conversation_id, 50)

    def reveal(self, actor: Actor, call_back_id: int) -> str:
        """Return the number to dial, and write down who looked. Raises `NotFound`, `NotAllowed`."""
        with self._database.write() as session:
            promise, _conversation = _to_do(session, actor, call_back_id)
            _record(session, f"staff:{actor.id}", "call_back.number_shown", promise.conversation_id)
            return self._keyring.open(promise.phone_sealed, PHONE_FIELD)

    def record(self, actor: Actor, call_back_id: int, outcome: str, note: str, attempts_seen: int) -> None:
        """Write down a call. Reached ends the promise; so do three calls that nobody took, and a wrong number.

        `attempts_seen` is how many were on the page when the button was pressed: with another number somebody was
        faster, or it was pressed twice. Raises `NotFound`, `NotAllowed`, `Invalid`, `Conflict`.
        """
        if outcome not in CALL_OUTCOMES:
            raise Invalid("请选这次电话的结果")
        words = clean(note)
        if len(words) > LONGEST_NOTE:
            raise Invalid(f"说明最多 {LONGEST_NOTE} 字")
        with self._database.write() as session:
            promise, conversation = _to_do(session, actor, call_back_id)
            if promise.state != "open":
                raise Conflict("这个回电已经结束了，请刷新页面")
            outcomes = list(
                session.scalars(select(CallBackAttempt.outcome).where(CallBackAttempt.call_back_id == call_back_id))
            )
            if len(outcomes) != attempts_seen:
                raise Conflict("刚刚已经记过一次了，请刷新页面，看过再记")
            session.add(
                CallBackAttempt(
                    call_back_id=call_back_id, staff_id=actor.id, outcome=outcome, note=words, at=self._clock()
                )
            )
            self._conclude(session, conversation, promise, [*outcomes, outcome])
            _record(session, f"staff:{actor.id}", f"call_back.{outcome}", conversation.id)
            tell(session, conversation.id, CALL_BACK)

    def cancel(self, actor: Actor, call_back_id: int) -> None:
        """Drop a promise, for instance because the matter is settled. Raises `NotFound`, `NotAllowed`, `Conflict`."""
        with self._database.write() as session:
            promise, conversation = _to_do(session, actor, call_back_id)
            if promise.state != "open":
                raise Conflict("这个回电已经结束了，请刷新页面")
            close(promise, "cancelled", self._clock())
            _drop_question(conversation)
            _record(session, f"staff:{actor.id}", "call_back.cancelled", conversation.id)
            tell(session, conversation.id, CALL_BACK)

    def _conclude(self, session: Session, conversation: Conversation, promise: CallBack, outcomes: list[str]) -> None:
        """End a promise that was kept or cannot be; a worker who was not reached is told, and may leave a number."""
        if outcomes[-1] == "reached":
            close(promise, "reached", self._clock())
            _drop_question(conversation)
            return
        if outcomes[-1] == "wrong_number":
            last = rules.last_digits(self._keyring.open(promise.phone_sealed, PHONE_FIELD))
            text = self._wording.text("utter_call_back_wrong_number", last=last)
        elif outcomes.count("no_answer") >= NO_ANSWERS:
            text = self._wording.text("utter_call_back_unreachable")
        else:
            return
        close(promise, "unreachable", self._clock())
        again = Button(self._wording.text("utter_button_call_back"), CALL_BACK)
        _drop_question(conversation)
        add_bubble(session, conversation, Bubble(text, (again,)), author="system")

    def _promises(self, actor: Actor, condition: ColumnElement[bool], limit: int) -> list[Promise]:
        with self._database.read() as session:
            rows = session.execute(
                select(CallBack, Conversation, Department.name, Staff.display_name)
                .join(Conversation, Conversation.id == CallBack.conversation_id)
                .outerjoin(Department, Department.id == Conversation.department_id)
                .outerjoin(Staff, Staff.id == Conversation.assignee_id)
                .where(condition, visible_to(actor))
                .order_by(CallBack.id)
                .limit(limit)
            ).all()
            attempts = _attempts(session, [row[0].id for row in rows])
        return [
            Promise(
                id=promise.id,
                conversation_id=promise.conversation_id,
                department=department,
                assignee=assignee,
                phone=rules.masked(self._keyring.open(promise.phone_sealed, PHONE_FIELD)),
                hours=promise.safe_hours,
                is_safe_now=rules.is_safe_now(promise.safe_hours, self._clock()),
                state=promise.state,
                created_at=promise.created_at,
                closed_at=promise.closed_at,
                attempts=tuple(attempts.get(promise.id, ())),
                is_mine_to_do=_may_do(actor, conversation),
            )
            for promise, conversation, department, assignee in rows
        ]


def _drop_question(conversation: Conversation) -> None:
    """Await no hours any more for a promise that ended."""
    if (conversation.awaits or "").startswith(AWAITS_HOURS):
        conversation.awaits = None


def _to_do(session: Session, actor: Actor, call_back_id: int) -> tuple[CallBack, Conversation]:
    """Return a promise and its conversation, both locked. Raises `NotFound`, `NotAllowed`."""
    conversation = session.scalar(
        select(Conversation)
        .where(
            Conversation.id.in_(select(CallBack.conversation_id).where(CallBack.id == call_back_id)), visible_to(actor)
        )
        .with_for_update()
    )
    if conversation is None:
        raise NotFound(f"call back {call_back_id}")
    if not _may_do(actor, conversation):
        raise NotAllowed("the conversation is assigned to somebody else")
    return session.get_one(CallBack, call_back_id, with_for_update=True), conversation


def _may_do(actor: Actor, conversation: Conversation) -> bool:
    return conversation.assignee_id in {None, actor.id} or actor.is_at_least("supervisor")


def _attempts(session: Session, call_back_ids: list[int]) -> dict[int, list[Attempt]]:
    rows = session.execute(
        select(CallBackAttempt, Staff.display_name)
        .join(Staff, Staff.id == CallBackAttempt.staff_id)
        .where(CallBackAttempt.call_back_id.in_(call_back_ids))
        .order_by(CallBackAttempt.id)
    )
    found: dict[int, list[Attempt]] = {}
    for attempt, staff in rows:
        found.setdefault(attempt.call_back_id, []).append(Attempt(attempt.at, staff, attempt.outcome, attempt.note))
    return found


def _record(session: Session, actor: str, event: str, conversation_id: int) -> None:
    session.add(AuditEvent(actor=actor, event=event, object_type="conversation", object_id=conversation_id, details={}))
