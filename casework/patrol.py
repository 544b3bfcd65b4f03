"""Looks after hand-offs that were forgotten. It remembers nothing: all it goes by stands in the database.

Each hand-off is dealt with in one transaction under its conversation's lock, where it is looked at again: of several
processes one takes the step, and what a process left undone the next one does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from casework.console_events import tell
from casework.database import Database, now
from casework.duty import called
from casework.errors import CaseworkError
from casework.escalation import AWAY_FOR, Situation, Step, next_step
from casework.notifications import Notifications
from casework.organisations import department_hours
from casework.queue import return_to_queue
from casework.staff import PRESENT, is_present
from casework.tables import AuditEvent, Conversation, ConversationEvent, Department, HandOff, Notification, Staff
from casework.wording import Wording

AT_ONCE = 100
"""Hand-offs that one run deals with at most, so that an alarm never waits behind hundreds of others."""
MORNING = timedelta(minutes=30)
"""How long after an opening its notice is still worth sending, where no process ran at the moment itself."""


@dataclass(frozen=True)
class PatrolReport:
    """What one run did: how often each kind of step, and which hand-offs (by number) failed with which error.

    `is_full` when more may be due at once.
    """

    done: Mapping[str, int]
    failed: Mapping[int, str]
    is_full: bool = False


class Patrol:
    """Raises what was forgotten, calls whoever is on duty, gives back what an absent assignee left."""

    def __init__(
        self,
        database: Database,
        notifications: Notifications,
        wording: Wording,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._notifications = notifications
        self._wording = wording
        self._clock = clock

    def run_once(self) -> PatrolReport:
        """Take every step that is due. Raises SQLAlchemy's errors when the database cannot be read."""
        moment = self._clock()
        done: Counter[str] = Counter()
        failed: dict[int, str] = {}
        due = self._due(moment)
        for hand_off_id, conversation_id in due:
            try:
                step = self._look_after(hand_off_id, conversation_id, moment)
            except (SQLAlchemyError, CaseworkError) as error:  # the others must not wait for this one
                failed[hand_off_id] = type(error).__name__
                continue
            if step is not None:
                done[step] += 1
        for department_id in self._opened(moment):
            done["morning"] += self._greet(department_id, moment)
        return PatrolReport(+done, failed, is_full=len(due) == AT_ONCE and not failed)

    def _due(self, moment: datetime) -> Sequence[tuple[int, int]]:
        """Return hand-offs whose time has come, and those whose worker waits for somebody who is not there."""
        is_away = or_(
            Staff.disabled_at.is_not(None),
            Staff.available.is_(False),
            Staff.last_seen_at.is_(None),
            Staff.last_seen_at < moment - PRESENT,
        )
        query = (
            select(HandOff.id, HandOff.conversation_id)
            .join(Conversation, Conversation.id == HandOff.conversation_id)
            .outerjoin(Staff, Staff.id == Conversation.assignee_id)
            .where(
                HandOff.ended_at.is_(None),
                or_(
                    HandOff.next_look_at.is_(None),
                    HandOff.next_look_at <= moment,
                    and_(
                        Conversation.assignee_id.is_not(None),
                        Conversation.unanswered_since <= moment - AWAY_FOR,
                        is_away,
                    ),
                ),
            )
            .order_by(HandOff.priority.desc(), HandOff.next_look_at, HandOff.id)
            .limit(AT_ONCE)
        )
        with self._database.read() as session:
            return [(row[0], row[1]) for row in session.execute(query)]

    def _look_after(self, hand_off_id: int, conversation_id: int, moment: datetime) -> str | None:
        """Take the hand-off's next step if it is due; return its kind."""
        with self._database.write() as session:
            conversation = session.get(Conversation, conversation_id, with_for_update=True)
            hand_off = session.get(HandOff, hand_off_id) if conversation is not None else None
            if conversation is None or hand_off is None or hand_off.ended_at is not None:
                return None
            hours = department_hours(session, hand_off.department_id)
            situation = _situation(session, conversation, hand_off, moment)
            step = next_step(situation, moment, hours.after_open_minutes)
            if step.at > moment:
                if step.kind == "silent":
                    hand_off.next_look_at = step.at
                return None
            if step.kind == "returned":
                return_to_queue(session, conversation, self._wording)
                return step.kind
            self._take(session, conversation, hand_off, step, moment)
            hand_off.raised += 1
            hand_off.next_look_at = step.look_again_at
            return step.kind

    def _take(
        self, session: Session, conversation: Conversation, hand_off: HandOff, step: Step, moment: datetime
    ) -> None:
        people: list[int] = []
        if step.kind == "watched":
            return
        if step.kind == "alarm":
            people = called(session, hand_off, hand_off.raised)
        elif step.kind == "raised" and conversation.assignee_id is not None:
            people = [conversation.assignee_id]
        if not people:
            self._notifications.announce(session, hand_off, step.kind)
        for staff_id in people:
            self._notifications.announce(session, hand_off, step.kind, staff_id)
        if hand_off.raised == 0:
            return  # the consoles know from whatever brought it here
        tell(session, conversation.id, "alarm" if step.kind == "alarm" else "raised")
        session.add(
            AuditEvent(
                at=moment,
                actor="patrol",
                event=f"hand_off.{step.kind}",
                object_type="hand_off",
                object_id=hand_off.id,
                details={"time": hand_off.raised, "staff": people},
            )
        )

    def _opened(self, moment: datetime) -> list[int]:
        """Return the departments that opened just now and have people who waited for it."""
        if not self._notifications.targets:
            return []
        waiting = (
            select(HandOff.department_id, func.min(HandOff.opened_at))
            .join(Conversation, Conversation.id == HandOff.conversation_id)
            .where(HandOff.ended_at.is_(None), Conversation.assignee_id.is_(None))
            .group_by(HandOff.department_id)
        )
        with self._database.read() as session:
            return [
                department_id
                for department_id, since in session.execute(waiting)
                if (opening := _opening(session, department_id, moment)) is not None and since < opening
            ]

    def _greet(self, department_id: int, moment: datetime) -> int:
        """Tell, once an opening, that people wait; return 1 if it was told now."""
        with self._database.write() as session:
            department = session.get(Department, department_id, with_for_update={"key_share": True})
            opening = _opening(session, department_id, moment) if department is not None else None
            if opening is None:
                return 0
            told = (
                select(Notification.id)
                .join(HandOff, HandOff.id == Notification.hand_off_id)
                .where(
                    HandOff.department_id == department_id,
                    Notification.kind == "morning",
                    Notification.created_at >= opening,
                )
            )
            first = (
                select(HandOff)
                .join(Conversation, Conversation.id == HandOff.conversation_id)
                .where(
                    HandOff.department_id == department_id,
                    HandOff.ended_at.is_(None),
                    HandOff.opened_at < opening,
                    Conversation.assignee_id.is_(None),
                )
                .order_by(HandOff.opened_at, HandOff.id)
            )
            hand_off = session.scalar(first.limit(1))
            if hand_off is None or session.scalar(told.limit(1)) is not None:
                return 0
            self._notifications.announce(session, hand_off, "morning")
            return 1


def _situation(session: Session, conversation: Conversation, hand_off: HandOff, moment: datetime) -> Situation:
    return Situation(
        priority=hand_off.priority,
        assigned=conversation.assignee_id is not None,
        look_at=hand_off.next_look_at or moment,
        raised=hand_off.raised,
        written_at=conversation.last_message_at,
        unanswered_since=conversation.unanswered_since,
        away_since=_away_since(session, conversation, moment),
    )


def _away_since(session: Session, conversation: Conversation, moment: datetime) -> datetime | None:
    """Return since when the assignee is not there, at the earliest since she got the conversation; None if she is."""
    staff = session.get(Staff, conversation.assignee_id) if conversation.assignee_id is not None else None
    if staff is None or is_present(staff, moment):
        return None
    since = datetime.min.replace(tzinfo=UTC)
    if staff.last_seen_at is not None and staff.available and staff.disabled_at is None:
        since = staff.last_seen_at + PRESENT
    got = session.scalar(
        select(func.max(ConversationEvent.created_at)).where(
            ConversationEvent.conversation_id == conversation.id,
            ConversationEvent.kind == "claimed",
            ConversationEvent.created_at > moment - AWAY_FOR,
        )
    )
    return max(since, got) if got is not None else since


def _opening(session: Session, department_id: int, moment: datetime) -> datetime | None:
    """Return when the department opened, if that was just now."""
    opening = department_hours(session, department_id).next_opening(moment - MORNING)
    return opening if opening is not None and moment - MORNING < opening <= moment else None
