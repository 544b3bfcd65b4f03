"""Notices to staff outside the console: what is to be told and where to, until it was sent or given up.

A row is written in the transaction of what it tells about. A process takes rows for a limited time (`LEASE`), so that
only one sends each and those of a process that died are sent by another. What is told is read when it is sent: by then
somebody may have taken the conversation, and more may wait.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, func, or_, select, text, update
from sqlalchemy.orm import Session

from casework.database import Database, now
from casework.organisations import department_hours
from casework.queue import ALARM
from casework.tables import AuditEvent, Conversation, Department, HandOff, Notification, Organisation, Staff

BACKOFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""Waits after the first, second, … failure; after the last one a notice is given up."""
LEASE = timedelta(seconds=60)
"""How long one process may take to send; longer than any target's deadline."""
BURST = timedelta(seconds=60)
"""What is no alarm goes out at most once in this time to each target, together: group robots take 20 a minute."""
KEPT = timedelta(days=1)
"""Older notices are not worth sending, for instance those to a target that was switched off for a while."""
LATER = timedelta(hours=1)
"""When to look again at a notice for a department that does not open at all."""
LOCK = 5_712_001
"""PostgreSQL's advisory lock under which notices are taken, so that two processes see each other's bursts."""


@dataclass(frozen=True)
class Line:
    """What is told of one department; no worker's name, words or employer.

    `kind` is `new`, `alarm`, `raised`, `supervisor`, `silent` or `morning`, `count` how many hand-offs it is about.
    `reason` and `conversation_id` are there when it is about one. `people` are the staff who are called.
    """

    kind: str
    department: str
    count: int
    waiting: int
    reason: str | None = None
    conversation_id: int | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True)
class Parcel:
    """One message to one target, with the rows that it settles."""

    target: str
    ids: tuple[int, ...]
    lines: tuple[Line, ...]
    is_alarm: bool


@dataclass(frozen=True)
class _Due:
    """A row with all that decides about it."""

    row: Notification
    hand_off: HandOff
    conversation: Conversation
    department: Department
    organisation: Organisation

    @property
    def is_alarm(self) -> bool:
        return self.hand_off.priority >= ALARM and self.row.kind != "silent"


class Notifications:
    """Keeps notices and gives them out for sending."""

    def __init__(self, database: Database, targets: Sequence[str], clock: Callable[[], datetime] = now) -> None:
        """`targets` are the names of the targets that are set up (`webhook`, `email`); without any, nothing is kept."""
        self._database = database
        self._targets = tuple(targets)
        self._clock = clock

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the names of the targets that are set up."""
        return self._targets

    def announce(self, session: Session, hand_off: HandOff, kind: str, staff_id: int | None = None) -> None:
        """Write down, in the caller's transaction, what is to be told; `staff_id` is who is called by name."""
        moment = self._clock()
        for target in self._targets:
            session.add(
                Notification(
                    hand_off_id=hand_off.id,
                    kind=kind,
                    staff_id=staff_id,
                    target=target,
                    next_attempt_at=moment,
                    created_at=moment,
                )
            )

    def take(self, target: str, limit: int = 500) -> list[Parcel]:
        """Take what is due for sending to this target: at most one message of alarms and one of all the rest.

        Alarms are due at once, by day and night. The rest waits for its department to open, and for a minute to pass
        since the last message to the same target. What became needless meanwhile is dropped.
        """
        moment = self._clock()
        with self._database.read() as session:  # most looks find nothing, and need no writer's lock for that
            if session.execute(_due(session, target, moment).limit(1)).first() is None:
                return []
        with self._database.write() as session:
            if not self._database.is_sqlite:
                session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            due = [_Due(*row) for row in session.execute(_due(session, target, moment).limit(limit))]
            due = self._without_needless(session, due, moment)
            parcels = []
            for is_alarm in (True, False):
                rows = [each for each in due if each.is_alarm == is_alarm]
                if rows:
                    parcels.append(Parcel(target, _claim(rows, moment), _lines(session, rows), is_alarm))
            return parcels

    def sent(self, ids: Iterable[int]) -> None:
        """Settle notices that their target took."""
        settled = update(Notification).where(Notification.id.in_(ids), Notification.sent_at.is_(None))
        with self._database.write() as session:
            session.execute(settled.values(sent_at=self._clock(), next_attempt_at=None))

    def failed(self, ids: Iterable[int], reason: str) -> list[int]:
        """Have notices tried again later; return those that were given up. `reason` is a code without words."""
        moment = self._clock()
        given_up = []
        with self._database.write() as session:
            for row in session.scalars(
                select(Notification).where(Notification.id.in_(ids), Notification.sent_at.is_(None)).with_for_update()
            ):
                if row.attempts <= len(BACKOFF):
                    row.next_attempt_at = moment + BACKOFF[row.attempts - 1]
                    continue
                row.next_attempt_at = None
                given_up.append(row.id)
                session.add(
                    AuditEvent(
                        at=moment,
                        actor="system",
                        event="notification.given_up",
                        object_type="notification",
                        object_id=row.id,
                        details={"target": row.target, "kind": row.kind, "hand_off": row.hand_off_id, "reason": reason},
                    )
                )
        return given_up

    def _without_needless(self, session: Session, due: list[_Due], moment: datetime) -> list[_Due]:
        """Drop what nobody needs to be told any more, and put off what can wait for the department to open."""
        wanted = []
        openings: dict[int, datetime | None] = {}
        for each in due:
            if not _is_needed(each, moment):
                each.row.next_attempt_at = None
                continue
            department = each.department.id
            if department not in openings:
                openings[department] = department_hours(session, department).next_opening(moment)
            opening = openings[department]
            if each.is_alarm or opening == moment:
                wanted.append(each)
            else:
                each.row.next_attempt_at = opening or moment + LATER
        return wanted


def _due(
    session: Session, target: str, moment: datetime
) -> Select[Notification, HandOff, Conversation, Department, Organisation]:
    """Return the query for what may go to the target now, alarms first; only alarms within a burst."""
    query = (
        select(Notification, HandOff, Conversation, Department, Organisation)
        .join(HandOff, HandOff.id == Notification.hand_off_id)
        .join(Conversation, Conversation.id == HandOff.conversation_id)
        .join(Department, Department.id == HandOff.department_id)
        .join(Organisation, Organisation.id == Department.organisation_id)
        .where(Notification.sent_at.is_(None), Notification.next_attempt_at <= moment, Notification.target == target)
        .order_by(HandOff.priority.desc(), Notification.id)
    )
    if _was_told(session, target, moment):
        return query.where(HandOff.priority >= ALARM, Notification.kind != "silent")
    return query


def _was_told(session: Session, target: str, moment: datetime) -> bool:
    """Tell whether a message that is no alarm just went to the target, is under way, or is tried again soon."""
    is_soon = and_(Notification.next_attempt_at > moment, Notification.next_attempt_at <= moment + BURST)
    told = select(Notification.id).where(
        Notification.target == target,
        Notification.kind != "alarm",
        or_(
            Notification.sent_at > moment - BURST,
            and_(Notification.sent_at.is_(None), Notification.attempts > 0, is_soon),
        ),
    )
    return session.scalar(told.limit(1)) is not None


def _is_needed(each: _Due, moment: datetime) -> bool:
    row, conversation = each.row, each.conversation
    if each.hand_off.ended_at is not None or moment - row.created_at > KEPT:
        return False
    waits = conversation.assignee_id is None
    unanswered = not waits and conversation.unanswered_since is not None
    match row.kind:
        case "new" | "alarm" | "morning":
            return waits
        case "raised" if row.staff_id is not None:
            return unanswered and conversation.assignee_id == row.staff_id
        case "raised" | "supervisor":
            return waits or unanswered
        case _:
            return True


def _claim(rows: list[_Due], moment: datetime) -> tuple[int, ...]:
    for each in rows:
        each.row.attempts += 1
        each.row.next_attempt_at = moment + LEASE
    return tuple(each.row.id for each in rows)


def _lines(session: Session, rows: list[_Due]) -> tuple[Line, ...]:
    """Say what is to be told, one line for a kind and a department."""
    in_the_morning = {each.department.id for each in rows if each.row.kind == "morning"}
    grouped: dict[tuple[str, int], list[_Due]] = {}
    for each in rows:
        if each.row.kind in {"new", "raised"} and each.department.id in in_the_morning and each.row.staff_id is None:
            continue  # the morning's line counts them
        grouped.setdefault((each.row.kind, each.department.id), []).append(each)
    return tuple(_line(session, kind, group) for (kind, _department), group in grouped.items())


def _line(session: Session, kind: str, group: list[_Due]) -> Line:
    hand_offs = {each.hand_off.id: each for each in group}
    one = group[0] if len(hand_offs) == 1 else None
    called = {each.row.staff_id for each in group if each.row.staff_id is not None}
    names = session.scalars(select(Staff.display_name).where(Staff.id.in_(called)).order_by(Staff.id))
    return Line(
        kind=kind,
        department=_name(group[0]),
        count=len(hand_offs),
        waiting=_waiting(session, group[0].department.id),
        reason=one.hand_off.reason if one and kind != "morning" else None,
        conversation_id=one.conversation.id if one and kind != "morning" else None,
        people=tuple(names),
    )


def _name(each: _Due) -> str:
    """Return a department's name with its union's; an enterprise's union would name the employer."""
    if each.organisation.level == "enterprise":
        return each.department.name
    return f"{each.organisation.name} {each.department.name}"


def _waiting(session: Session, department_id: int) -> int:
    count = (
        select(func.count())
        .select_from(HandOff)
        .join(Conversation, Conversation.id == HandOff.conversation_id)
        .where(HandOff.department_id == department_id, HandOff.ended_at.is_(None), Conversation.assignee_id.is_(None))
    )
    return int(session.scalar(count) or 0)
