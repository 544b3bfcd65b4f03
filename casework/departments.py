"""Departments as the operator keeps them: which there are, and when they are open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.database import Database, now
from casework.errors import Invalid, NotFound
from casework.hours import Day, OpeningHours, Week
from casework.tables import AuditEvent, Department, DepartmentDay, DepartmentMember, Organisation, Staff


@dataclass(frozen=True)
class DepartmentRow:
    """A department as it is listed; `days` are those on which it keeps hours of their own."""

    organisation: str
    code: str | None
    topic: str
    name: str
    week: Week
    days: dict[date, Day]
    members: tuple[str, ...]


class Departments:
    """Lists departments and sets their hours; an organisation is named by its code, the root by None."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    def list(self) -> list[DepartmentRow]:
        """Return every department with its members: those on duty first, in their order."""
        rows = (
            select(Department, Organisation.name, Organisation.code)
            .join(Organisation, Organisation.id == Department.organisation_id)
            .order_by(Organisation.id, Department.id)
        )
        with self._database.read() as session:
            return [
                DepartmentRow(
                    organisation=organisation,
                    code=code,
                    topic=department.topic,
                    name=department.name,
                    week=department.hours,
                    days=_days(session, department.id),
                    members=_members(session, department.id),
                )
                for department, organisation, code in session.execute(rows)
            ]

    def set_hours(self, topic: str, week: Week, organisation: str | None = None, *, by: str = "operator") -> None:
        """Set the usual week. Raises `Invalid`, and `NotFound` where there is no such department."""
        OpeningHours(week)  # raises `Invalid`
        with self._database.write() as session:
            department = _find(session, topic, organisation)
            department.hours = {weekday: [list(span) for span in day] for weekday, day in week.items()}
            self._record(session, by, "department.hours_set", department.id)

    def set_day(
        self,
        topic: str,
        day: date,
        hours: Day,
        name: str = "",
        organisation: str | None = None,
        *,
        by: str = "operator",
    ) -> None:
        """Set the hours of one day, `[]` for closed; raises as `set_hours` does."""
        OpeningHours({}, {day: hours})  # raises `Invalid`
        if len(name) > 60:
            raise Invalid("这一天的名称最多 60 个字。")
        with self._database.write() as session:
            department = _find(session, topic, organisation)
            kept = session.get(DepartmentDay, (department.id, day))
            if kept is None:
                kept = DepartmentDay(department_id=department.id, day=day)
                session.add(kept)
            kept.hours, kept.name = [list(span) for span in hours], name
            self._record(session, by, "department.day_set", department.id, day=day.isoformat())

    def _record(self, session: Session, by: str, event: str, department_id: int, **details: str) -> None:
        session.add(
            AuditEvent(
                at=self._clock(),
                actor=by,
                event=event,
                object_type="department",
                object_id=department_id,
                details=details,
            )
        )


def _find(session: Session, topic: str, code: str | None) -> Department:
    organisation = Organisation.parent_id.is_(None) if code is None else Organisation.code == code
    department = session.scalars(
        select(Department)
        .join(Organisation, Organisation.id == Department.organisation_id)
        .where(organisation, Department.topic == topic)
        .order_by(Organisation.id)
    ).first()
    if department is None:
        raise NotFound(f"{'最上级工会' if code is None else f'代码是 {code} 的工会'}没有 {topic} 部门。")
    return department


def _days(session: Session, department_id: int) -> dict[date, Day]:
    days = select(DepartmentDay).where(DepartmentDay.department_id == department_id).order_by(DepartmentDay.day)
    return {each.day: each.hours for each in session.scalars(days)}


def _members(session: Session, department_id: int) -> tuple[str, ...]:
    return tuple(
        session.scalars(
            select(Staff.username)
            .join(DepartmentMember, DepartmentMember.staff_id == Staff.id)
            .where(DepartmentMember.department_id == department_id, Staff.disabled_at.is_(None))
            .order_by(DepartmentMember.duty.is_(None), DepartmentMember.duty, Staff.username)
        )
    )
