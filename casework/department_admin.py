"""Departments as supervisors keep them in the console: hours, special days, who works there, who is called first.

Everybody keeps the departments of her own union and of those below it; others do not exist for her.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from casework.actors import RANKS, Actor
from casework.database import Database, now
from casework.errors import Invalid, NotAllowed, NotFound
from casework.hours import ZONE, format_hours, parse_day, parse_hours
from casework.organisations import department_hours, subtree
from casework.tables import (
    AuditEvent,
    Conversation,
    Department,
    DepartmentDay,
    DepartmentMember,
    HandOff,
    Organisation,
    Staff,
)

LAST_PLACE = 99
UNIONS = 8
"""Unions on a page of the list."""
LONGEST_DAY_NAME = 60


@dataclass(frozen=True)
class DepartmentLine:
    """A department in the list; `on_duty` are the names of those called in an alarm, in order."""

    id: int
    organisation: str
    name: str
    hours: str
    is_open: bool
    waiting: int
    members: int
    on_duty: tuple[str, ...]


@dataclass(frozen=True)
class DepartmentList:
    """One page of departments, the first is 1."""

    lines: tuple[DepartmentLine, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class SpecialDay:
    """A day with hours of its own."""

    day: date
    hours: str
    name: str


@dataclass(frozen=True)
class Colleague:
    """Somebody of the department's union who may work in it; `duty` is her place on the list for alarms."""

    id: int
    name: str
    username: str
    role: str
    is_member: bool
    duty: int | None


@dataclass(frozen=True)
class DepartmentDetail:
    """A department with all that can be changed; special days from today on."""

    id: int
    organisation: str
    name: str
    hours: str
    days: tuple[SpecialDay, ...]
    colleagues: tuple[Colleague, ...]


class DepartmentAdmin:
    """Shows and changes departments; every method raises `NotAllowed` for those below a supervisor."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    def departments(self, actor: Actor, query: str = "", page: int = 1) -> DepartmentList:
        """Return a page of the departments that the actor keeps, those of her own union first.

        `query` is a part of the union's name; a page has `UNIONS` unions.
        """
        moment = self._clock()
        kept = _kept_by(actor).order_by(Organisation.id != actor.organisation_id, Organisation.id, Department.id)
        if query:
            kept = kept.where(Organisation.name.contains(query, autoescape=True))
        with self._database.read() as session:
            rows = session.execute(kept).all()
            unions = list(dict.fromkeys(organisation.id for _department, organisation in rows))
            pages = max(1, math.ceil(len(unions) / UNIONS))
            page = min(max(page, 1), pages)
            shown = set(unions[(page - 1) * UNIONS : page * UNIONS])
            lines = [_line(session, each, union, moment) for each, union in rows if union.id in shown]
            return DepartmentList(tuple(lines), page, pages)

    def get(self, actor: Actor, department_id: int) -> DepartmentDetail:
        """Return one of them. Raises `NotFound`."""
        today = self._clock().astimezone(ZONE).date()
        with self._database.read() as session:
            department, organisation = _find(session, actor, department_id)
            days = session.scalars(
                select(DepartmentDay)
                .where(DepartmentDay.department_id == department_id, DepartmentDay.day >= today)
                .order_by(DepartmentDay.day)
            )
            return DepartmentDetail(
                id=department.id,
                organisation=organisation.name,
                name=department.name,
                hours=format_hours(department.hours),
                days=tuple(SpecialDay(each.day, _day_hours(each), each.name) for each in days),
                colleagues=tuple(_colleagues(session, department)),
            )

    def set_hours(self, actor: Actor, department_id: int, hours: str) -> None:
        """Set the usual week, written as `parse_hours` reads it. Raises `NotFound`, `Invalid`."""
        week = parse_hours(hours)
        with self._database.write() as session:
            department, _organisation = _find(session, actor, department_id)
            department.hours = week
            self._record(session, actor, "department.hours_set", department_id)

    def set_day(self, actor: Actor, department_id: int, day: str, hours: str, name: str = "") -> None:
        """Set the hours of one day (`YYYY-MM-DD`), `休息` for closed. Raises `NotFound`, `Invalid`."""
        chosen = _read_day(day)
        if chosen < self._clock().astimezone(ZONE).date():
            raise Invalid("这一天已经过去了，请选今天或以后的日子")
        spans = parse_day(hours)
        name = " ".join(name.split())
        if len(name) > LONGEST_DAY_NAME:
            raise Invalid(f"说明最多 {LONGEST_DAY_NAME} 个字")
        with self._database.write() as session:
            _find(session, actor, department_id)
            kept = session.get(DepartmentDay, (department_id, chosen))
            if kept is None:
                kept = DepartmentDay(department_id=department_id, day=chosen)
                session.add(kept)
            kept.hours, kept.name = spans, name
            self._record(session, actor, "department.day_set", department_id, day=chosen.isoformat())

    def remove_day(self, actor: Actor, department_id: int, day: str) -> None:
        """Let a day have the usual hours again. Raises `NotFound`, `Invalid`."""
        chosen = _read_day(day)
        with self._database.write() as session:
            _find(session, actor, department_id)
            session.execute(
                delete(DepartmentDay).where(DepartmentDay.department_id == department_id, DepartmentDay.day == chosen)
            )
            self._record(session, actor, "department.day_removed", department_id, day=chosen.isoformat())

    def set_members(self, actor: Actor, department_id: int, members: Mapping[int, int | None]) -> None:
        """Say who works there: staff by number, each with her place on the list for alarms, or None.

        Closed accounts keep their place for when they are opened again. Raises `NotFound`, `Invalid`.
        """
        places = [place for place in members.values() if place is not None]
        if any(not 1 <= place <= LAST_PLACE for place in places):
            raise Invalid(f"值班顺序要在 1 到 {LAST_PLACE} 之间")
        if len(set(places)) < len(places):
            raise Invalid("值班顺序有重复，请让每个人不一样")
        with self._database.write() as session:
            department, _organisation = _find(session, actor, department_id)
            able = set(session.scalars(_able(department).with_only_columns(Staff.id)))
            if not set(members) <= able:
                raise Invalid("名单变了，请刷新页面再改")
            session.execute(
                delete(DepartmentMember).where(
                    DepartmentMember.department_id == department_id, DepartmentMember.staff_id.in_(able)
                )
            )
            session.add_all(
                DepartmentMember(department_id=department_id, staff_id=staff_id, duty=place)
                for staff_id, place in members.items()
            )
            self._record(session, actor, "department.members_set", department_id, staff=sorted(members))

    def _record(self, session: Session, actor: Actor, event: str, department_id: int, **details: object) -> None:
        session.add(
            AuditEvent(
                at=self._clock(),
                actor=f"staff:{actor.id}",
                event=event,
                object_type="department",
                object_id=department_id,
                details=details,
            )
        )


def _kept_by(actor: Actor) -> Select[Department, Organisation]:
    if not actor.is_at_least("supervisor"):
        raise NotAllowed("departments are kept by supervisors")
    return (
        select(Department, Organisation)
        .join(Organisation, Organisation.id == Department.organisation_id)
        .where(Department.organisation_id.in_(subtree(actor.organisation_id)))
    )


def _find(session: Session, actor: Actor, department_id: int) -> tuple[Department, Organisation]:
    row = session.execute(_kept_by(actor).where(Department.id == department_id)).first()
    if row is None:
        raise NotFound(f"department {department_id}")
    return row[0], row[1]


def _line(session: Session, department: Department, organisation: Organisation, moment: datetime) -> DepartmentLine:
    members = session.execute(
        select(Staff.display_name, DepartmentMember.duty)
        .join(Staff, Staff.id == DepartmentMember.staff_id)
        .where(DepartmentMember.department_id == department.id, Staff.disabled_at.is_(None))
        .order_by(DepartmentMember.duty, Staff.id)
    ).all()
    waiting = (
        select(func.count())
        .select_from(HandOff)
        .join(Conversation, Conversation.id == HandOff.conversation_id)
        .where(HandOff.department_id == department.id, HandOff.ended_at.is_(None), Conversation.assignee_id.is_(None))
    )
    return DepartmentLine(
        id=department.id,
        organisation=organisation.name,
        name=department.name,
        hours=format_hours(department.hours),
        is_open=department_hours(session, department.id).is_open(moment),
        waiting=int(session.scalar(waiting) or 0),
        members=len(members),
        on_duty=tuple(name for name, duty in members if duty is not None),
    )


def _able(department: Department) -> Select[Staff]:
    """Return who may work in the department: open accounts of its union whose role works with conversations."""
    return select(Staff).where(
        Staff.organisation_id == department.organisation_id, Staff.disabled_at.is_(None), Staff.role.in_(RANKS)
    )


def _colleagues(session: Session, department: Department) -> list[Colleague]:
    members = {
        each.staff_id: each
        for each in session.scalars(select(DepartmentMember).where(DepartmentMember.department_id == department.id))
    }
    found = [
        Colleague(
            id=staff.id,
            name=staff.display_name,
            username=staff.username,
            role=staff.role,
            is_member=staff.id in members,
            duty=members[staff.id].duty if staff.id in members else None,
        )
        for staff in session.scalars(_able(department).order_by(Staff.username))
    ]
    return sorted(found, key=lambda each: (not each.is_member, each.duty or LAST_PLACE + 1))


def _day_hours(day: DepartmentDay) -> str:
    return " ".join(f"{opens}-{closes}" for opens, closes in day.hours) or "休息"


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid("日期看不懂，请写成 2026-05-01") from error
