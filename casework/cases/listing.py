"""What staff read of cases: lists, numbers of a board, one case with all that belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.cases.lookup import keys_meant
from casework.cases.masks import is_sensitive, masked, masked_name
from casework.cases.numbers import is_only_number, number_in
from casework.cases.records import WORDS, open_answers
from casework.cases.states import CLOSED, OPEN
from casework.cases.visibility import visible_cases
from casework.crypto import Keyring
from casework.tables import (
    CASE_STATES,
    Attachment,
    Case,
    CaseEvent,
    CaseFile,
    CaseGroup,
    CaseKey,
    Department,
    Organisation,
    Staff,
)

MINE, UNASSIGNED = "mine", "unassigned"


@dataclass(frozen=True)
class Filter:
    """Which cases are listed; what is not set is not looked at.

    `state` is a state, `open` or `closed`; `assignee` is `mine`, `unassigned` or somebody's number as text. `query` is
    a case's number, or exactly a phone, an identity number, a name or an employer. `waits` is whether something was
    asked of the worker that she has not given yet; `closed_since` leaves out what was closed before.
    """

    state: str = ""
    department_id: int | None = None
    assignee: str = ""
    procedure: str = ""
    overdue: bool = False
    query: str = ""
    waits: bool | None = None
    closed_since: datetime | None = None


@dataclass(frozen=True)
class CaseRow:
    """A case in a list; `name` is masked. `is_overdue` means that a promise was not kept."""

    id: int
    number: str
    procedure: str
    state: str
    reason: str | None
    department_id: int
    department: str
    organisation: str
    assignee_id: int | None
    assignee: str | None
    name: str
    group: str | None
    priority: int
    complaint: bool
    employer_contact: str
    awaits_worker: bool
    due_at: datetime | None
    lapsed: int
    is_overdue: bool
    is_erased: bool
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class Listing:
    """One page of a list, from 1 on."""

    rows: tuple[CaseRow, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Told:
    """One answer of the worker's, in its own shape (docs/procedures.md); a masked one may be revealed."""

    step: str
    value: Any
    is_masked: bool


@dataclass(frozen=True)
class Step:
    """One line of a case's trail; `who` is `worker`, `system` or somebody's name."""

    at: datetime
    who: str
    event: str
    details: dict[str, Any]
    words: str


@dataclass(frozen=True)
class File:
    """A photo, document or recording that belongs to a case."""

    id: int
    kind: str
    media_type: str
    size: int
    created_at: datetime


@dataclass(frozen=True)
class GroupCase:
    """One case of a group, as far as the actor may see it."""

    id: int
    number: str
    state: str
    represents: bool


@dataclass(frozen=True)
class Group:
    """The cases of one employer's workers; `count` is how many there are."""

    number: str
    count: int
    cases: tuple[GroupCase, ...]


@dataclass(frozen=True)
class Detail:
    """One case with all that belongs to it."""

    row: CaseRow
    conversation_id: int | None
    answers: tuple[Told, ...]
    events: tuple[Step, ...]
    files: tuple[File, ...]
    group: Group | None
    next_states: tuple[str, ...]
    is_mine_to_do: bool


def condition(keyring: Keyring, actor: Actor, wanted: Filter, moment: datetime) -> ColumnElement[bool]:
    """Return the condition on `Case` of a list."""
    parts: list[ColumnElement[bool]] = [visible_cases(actor)]
    if wanted.state:
        states = {"open": OPEN, "closed": tuple(CLOSED)}.get(wanted.state, (wanted.state,))
        parts.append(Case.state.in_(states))
    if wanted.department_id is not None:
        parts.append(Case.department_id == wanted.department_id)
    if wanted.assignee:
        parts.append(_assigned(actor, wanted.assignee))
    if wanted.procedure:
        parts.append(Case.procedure == wanted.procedure)
    if wanted.overdue:
        parts.append(and_(Case.state.in_(OPEN), or_(Case.due_at < moment, Case.lapsed > 0)))
    if wanted.waits is not None:
        parts.append(Case.awaits_worker.is_(wanted.waits))
    if wanted.closed_since is not None:
        parts.append(Case.closed_at >= wanted.closed_since)
    if wanted.query.strip():
        parts.append(_meant(keyring, wanted.query))
    return and_(*parts)


def listing(
    session: Session, keyring: Keyring, where: ColumnElement[bool], moment: datetime, page: int, size: int
) -> Listing:
    """Return one page: what is due first at the top, what is closed at the end, the newest first."""
    total = session.scalar(select(func.count()).select_from(Case).where(where)) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, page), pages)
    chosen = (
        select(Case.id)
        .where(where)
        .order_by(Case.due_at.is_(None), Case.due_at, Case.id.desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return Listing(rows_of(session, keyring, session.scalars(chosen).all(), moment), total, page, pages)


def counts(session: Session, actor: Actor) -> dict[str, int]:
    """Return how many cases there are in each state."""
    query = select(Case.state, func.count()).where(visible_cases(actor)).group_by(Case.state)
    found: dict[str, int] = dict(session.execute(query).all())
    return {state: found.get(state, 0) for state in CASE_STATES}


def rows_of(session: Session, keyring: Keyring, case_ids: Sequence[int], moment: datetime) -> tuple[CaseRow, ...]:
    """Return these cases as rows, in this order."""
    query = (
        select(Case, Department.name, Organisation.name, Staff.display_name, CaseGroup.number)
        .join(Department, Department.id == Case.department_id)
        .join(Organisation, Organisation.id == Department.organisation_id)
        .outerjoin(Staff, Staff.id == Case.assignee_id)
        .outerjoin(CaseGroup, CaseGroup.id == Case.group_id)
        .where(Case.id.in_(case_ids))
    )
    rows = {row[0].id: _row(keyring, moment, *row) for row in session.execute(query)}
    return tuple(rows[case_id] for case_id in case_ids if case_id in rows)


def told_of(keyring: Keyring, case: Case) -> tuple[Told, ...]:
    """Return the worker's answers, masked where that is due."""
    answers = open_answers(keyring, case)
    return tuple(Told(step, masked(step, value), is_sensitive(step, value)) for step, value in answers.items())


def steps_of(session: Session, keyring: Keyring, case_id: int) -> tuple[Step, ...]:
    """Return a case's trail, the oldest first."""
    rows = session.scalars(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)).all()
    numbers = {int(row.actor.partition(":")[2]) for row in rows if row.actor.startswith("staff:")}
    query = select(Staff.id, Staff.display_name).where(Staff.id.in_(numbers))
    names = {f"staff:{number}": name for number, name in session.execute(query)}
    return tuple(
        Step(
            row.at,
            names.get(row.actor, row.actor),
            row.event,
            row.details,
            keyring.open(row.words_sealed, WORDS) if row.words_sealed is not None else "",
        )
        for row in rows
    )


def files_of(session: Session, case_id: int) -> tuple[File, ...]:
    """Return what belongs to a case."""
    query = select(Attachment).join(CaseFile, CaseFile.attachment_id == Attachment.id)
    rows = session.scalars(query.where(CaseFile.case_id == case_id).order_by(Attachment.id))
    return tuple(File(row.id, row.kind, row.media_type, row.size, row.created_at) for row in rows)


def group_of(session: Session, actor: Actor, group_id: int | None) -> Group | None:
    """Return the group that a case belongs to, with those of its cases that the actor may see."""
    group = session.get(CaseGroup, group_id) if group_id is not None else None
    if group is None:
        return None
    count = session.scalar(select(func.count()).select_from(Case).where(Case.group_id == group.id)) or 0
    speak = select(CaseEvent.case_id).where(CaseEvent.event == "representatives")
    query = select(Case.id, Case.number, Case.state, Case.id.in_(speak)).order_by(Case.id)
    rows = session.execute(query.where(Case.group_id == group.id, visible_cases(actor)))
    return Group(group.number, count, tuple(GroupCase(row[0], row[1], row[2], bool(row[3])) for row in rows))


def _row(
    keyring: Keyring, moment: datetime, case: Case, department: str, union: str, assignee: str | None, group: str | None
) -> CaseRow:
    name = open_answers(keyring, case).get("name")
    is_late = case.due_at is not None and case.due_at < moment
    return CaseRow(
        id=case.id,
        number=case.number,
        procedure=case.procedure,
        state=case.state,
        reason=case.reason,
        department_id=case.department_id,
        department=department,
        organisation=union,
        assignee_id=case.assignee_id,
        assignee=assignee,
        name=masked_name(name) if isinstance(name, str) else "",
        group=group,
        priority=case.priority,
        complaint=case.complaint,
        employer_contact=case.employer_contact,
        awaits_worker=case.awaits_worker,
        due_at=case.due_at,
        lapsed=case.lapsed,
        is_overdue=case.state in OPEN and (is_late or case.lapsed > 0),
        is_erased=case.answers_sealed is None,
        created_at=case.created_at,
        closed_at=case.closed_at,
    )


def _assigned(actor: Actor, assignee: str) -> ColumnElement[bool]:
    if assignee == UNASSIGNED:
        return Case.assignee_id.is_(None)
    if assignee == MINE:
        return Case.assignee_id == actor.id
    return Case.assignee_id == int(assignee) if assignee.isdecimal() else false()


def _meant(keyring: Keyring, query: str) -> ColumnElement[bool]:
    """Return the condition of a search; one that means nothing finds nothing."""
    number = number_in(query)
    if number is not None and is_only_number(query):
        group = select(CaseGroup.id).where(CaseGroup.number == number)
        return or_(Case.number == number, Case.group_id.in_(group))
    keys = [and_(CaseKey.field == field, CaseKey.digest == value) for field, value in keys_meant(keyring, query)]
    return Case.id.in_(select(CaseKey.case_id).where(or_(*keys))) if keys else false()
