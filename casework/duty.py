"""Who is called in an alarm: the duty lists from a department upwards, then the supervisors."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.organisations import visible_to
from casework.tables import Conversation, Department, DepartmentMember, HandOff, Organisation, Staff


def called(session: Session, hand_off: HandOff, turn: int) -> list[int]:
    """Return whom an alarm calls at its `turn`, from 0 on; empty when there is nobody at all.

    One after another the duty list of the hand-off's department (whether they are at their desks or not), then those
    of the same topic at the unions above it; then all supervisors together, every time. Nobody is called who may not
    open the conversation.
    """
    department = session.get_one(Department, hand_off.department_id)
    conversation_id = hand_off.conversation_id
    unions = _upwards(session, department.organisation_id)
    listed: list[int] = []
    for union in unions:
        listed += [each for each in _duty_list(session, union, department.topic) if each not in listed]
    able = _who_may_open(session, conversation_id, listed)
    if turn < len(able):
        return [able[turn]]
    for role in ("supervisor", "admin"):
        able = _who_may_open(session, conversation_id, _of_role(session, unions, role))
        if able:
            return able
    return []


def _upwards(session: Session, organisation_id: int) -> list[int]:
    way: list[int] = []
    following: int | None = organisation_id
    while following is not None and following not in way:
        way.append(following)
        following = session.scalar(select(Organisation.parent_id).where(Organisation.id == following))
    return way


def _duty_list(session: Session, organisation_id: int, topic: str) -> Iterable[int]:
    """Return the list of the topic's department, then that of the department for everything."""
    query = (
        select(DepartmentMember.staff_id)
        .join(Department, Department.id == DepartmentMember.department_id)
        .where(
            Department.organisation_id == organisation_id,
            Department.topic.in_({topic, "general"}),
            DepartmentMember.duty.is_not(None),
        )
        .order_by(case((Department.topic == topic, 0), else_=1), DepartmentMember.duty, DepartmentMember.staff_id)
    )
    return session.scalars(query).all()


def _of_role(session: Session, unions: list[int], role: str) -> Iterable[int]:
    query = select(Staff.id).where(Staff.organisation_id.in_(unions), Staff.role == role)
    return session.scalars(query.order_by(Staff.id)).all()


def _who_may_open(session: Session, conversation_id: int, staff_ids: Iterable[int]) -> list[int]:
    able = []
    for staff_id in dict.fromkeys(staff_ids):
        actor = _actor(session, staff_id)
        if actor is None:
            continue
        visible = select(Conversation.id).where(Conversation.id == conversation_id, visible_to(actor))
        if session.scalar(visible) is not None:
            able.append(staff_id)
    return able


def _actor(session: Session, staff_id: int) -> Actor | None:
    row = session.execute(
        select(Staff, Organisation.level)
        .join(Organisation, Organisation.id == Staff.organisation_id)
        .where(Staff.id == staff_id, Staff.disabled_at.is_(None))
    ).first()
    if row is None:
        return None
    staff, level = row
    departments = session.scalars(
        select(DepartmentMember.department_id).where(DepartmentMember.staff_id == staff_id)
    ).all()
    return Actor(staff.id, staff.display_name, staff.role, staff.organisation_id, level, tuple(departments))
