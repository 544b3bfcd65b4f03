"""Where a case goes: the department of its matter, at the union that it was sent to or above the one it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.actors import LOCAL_LEVELS
from casework.cases.lookup import employer_spelling
from casework.errors import NotFound
from casework.organisations import route
from casework.tables import Department, Organisation
from casework.topics import Grievance


def chosen_organisation(answers: Mapping[str, Any]) -> int | None:
    """Return the organisation that the worker chose in an answer, None where she chose none of ours."""
    for answer in answers.values():
        if isinstance(answer, Mapping) and isinstance(answer.get("id"), int) and "name" in answer:
            return int(answer["id"])
    return None


def department_of(
    session: Session, *, contact_id: int, topic: str, grievance: bool, organisation_id: int | None, about: int | None
) -> Department:
    """Return the department for a case. Raises `NotFound` where there is none on the way.

    A grievance goes to county level or above, and past the union that it is `about` with all below that one. Anything
    else goes to the organisation that was chosen or the next one above, by default to the worker's own.
    """
    if not grievance and organisation_id is not None:
        chosen = nearest(session, organisation_id, topic)
        if chosen is not None:
            return chosen
    kind = Grievance.YES if grievance else Grievance.NO
    department = route(session, contact_id=contact_id, topic=topic, grievance=kind)
    if not grievance or about is None or about not in upwards(session, department.organisation_id):
        return department
    parent = session.scalar(select(Organisation.parent_id).where(Organisation.id == about))
    past = nearest(session, parent, topic, local=False) if parent is not None else None
    if past is None:
        raise NotFound(f"no department above organisation {about}")
    return past


def nearest(session: Session, organisation_id: int, topic: str, *, local: bool = True) -> Department | None:
    """Return the nearest department from an organisation upwards: one of the topic, else one for everything.

    Without `local` those of streets and enterprises are passed by.
    """
    way = list(upwards(session, organisation_id))
    query = (
        select(Department)
        .join(Organisation, Organisation.id == Department.organisation_id)
        .where(Department.organisation_id.in_(way), Department.topic.in_({topic, "general"}))
    )
    if not local:
        query = query.where(Organisation.level.not_in(LOCAL_LEVELS))
    found = session.scalars(query).all()
    in_order = sorted(found, key=lambda each: (each.topic != topic, way.index(each.organisation_id)))
    return in_order[0] if in_order else None


def one_level_up(session: Session, department: Department) -> Department | None:
    """Return who looks after what a department left undone: the same topic at the union above; None at the top."""
    parent = session.scalar(select(Organisation.parent_id).where(Organisation.id == department.organisation_id))
    return nearest(session, parent, department.topic) if parent is not None else None


def organisation_about(session: Session, employer: Any) -> int | None:
    """Return the union of the employer that a grievance is about, None where it is none of ours.

    It is told by name, or chosen. The topmost union is left in: above it there is nobody who could act.
    """
    if isinstance(employer, Mapping) and isinstance(employer.get("id"), int):
        return _below_the_top(session, int(employer["id"]))
    name = employer.get("name") if isinstance(employer, Mapping) else employer
    plain = employer_spelling(name) if isinstance(name, str) else ""
    if len(plain) < 2:
        return None
    first = func.lower(Organisation.name).like(f"%{plain[:2]}%")  # narrows it down; the spelling decides
    rows = session.execute(select(Organisation.id, Organisation.name).where(first).order_by(Organisation.id))
    same = [number for number, known in rows if employer_spelling(known) == plain]
    return _below_the_top(session, same[0]) if same else None


def upwards(session: Session, organisation_id: int) -> Iterator[int]:
    """Give an organisation and all above it, the nearest first."""
    seen: set[int] = set()
    at: int | None = organisation_id
    while at is not None and at not in seen:
        seen.add(at)
        yield at
        at = session.scalar(select(Organisation.parent_id).where(Organisation.id == at))


def _below_the_top(session: Session, organisation_id: int) -> int | None:
    organisation = session.get(Organisation, organisation_id)
    return organisation.id if organisation is not None and organisation.parent_id is not None else None
