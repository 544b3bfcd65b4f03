"""Grievances of ten workers or more of one employer become one group case, with one number for all.

劳动争议调解仲裁法, article 7: ten workers or more with one request may choose who represents them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework.cases.lookup import digests, spelling
from casework.cases.numbers import next_number
from casework.cases.records import EMPLOYER, note
from casework.cases.states import CLOSED, OPEN
from casework.crypto import Keyring
from casework.hours import ZONE
from casework.queue import URGENT
from casework.tables import AuditEvent, Case, CaseGroup, CaseKey

MANY = 10
"""Workers of one employer from whom on their cases are one."""
PREFIX = "QT"


def join_group(
    session: Session, keyring: Keyring, case: Case, answers: Mapping[str, Any], at: datetime
) -> CaseGroup | None:
    """Put a new grievance into its employer's group, and open that where the case makes it ten; None where it does not.

    The answers name the employer.
    """
    keys = digests(keyring, "employer", spelling("employer", answers.get("employer")))
    _lock(session, keys[-1])
    group = session.scalar(_open_group(keys, case.department_id))
    alike = _alike(session, keys, case.department_id)
    if group is None:
        if people_in(answers) < MANY and len(alike) < MANY:
            return None
        group = _open(session, keyring, case, answers, keys[0], at)
    for each in alike:
        if each.group_id is None:
            each.group_id = group.id
            each.priority = max(each.priority, URGENT)
            note(session, each, "system", "grouped", at, details={"group": group.id})
    chosen = representatives_in(answers)
    if chosen:
        note(session, case, "worker", "representatives", at, details={"count": len(chosen)})
    return group


def close_if_empty(session: Session, group_id: int, at: datetime) -> None:
    """Close a group whose cases are all closed."""
    session.flush()
    left = session.scalar(select(Case.id).where(Case.group_id == group_id, Case.state.not_in(CLOSED)).limit(1))
    group = session.get(CaseGroup, group_id)
    if left is None and group is not None and group.closed_at is None:
        group.closed_at = at


def people_in(answers: Mapping[str, Any]) -> int:
    """Return how many a submission speaks for, 1 where it does not say."""
    people = answers.get("people")
    return people if isinstance(people, int) and not isinstance(people, bool) else 1


def representatives_in(answers: Mapping[str, Any]) -> list[str]:
    """Return the names of those who speak for the others."""
    told = answers.get("representatives")
    if isinstance(told, str):
        return [name for name in re.split(r"[\s、,，;；]+", told) if name]
    return [str(name) for name in told] if isinstance(told, list) else []


def _open(
    session: Session, keyring: Keyring, case: Case, answers: Mapping[str, Any], key: str, at: datetime
) -> CaseGroup:
    employer = answers.get("employer")
    name = employer.get("name") if isinstance(employer, Mapping) else employer
    group = CaseGroup(
        number=next_number(session, PREFIX, at.astimezone(ZONE).date()),
        department_id=case.department_id,
        employer_digest=key,
        employer_sealed=keyring.seal(str(name), EMPLOYER) if spelling("employer", name) else None,
        created_at=at,
    )
    session.add(group)
    session.flush()
    details = {"case": case.id, "people": people_in(answers)}
    session.add(
        AuditEvent(
            at=at,
            actor="system",
            event="case_group.opened",
            object_type="case_group",
            object_id=group.id,
            details=details,
        )
    )
    return group


def _open_group(keys: Sequence[str], department_id: int) -> Select[CaseGroup]:
    return (
        select(CaseGroup)
        .where(
            CaseGroup.employer_digest.in_(keys), CaseGroup.department_id == department_id, CaseGroup.closed_at.is_(None)
        )
        .order_by(CaseGroup.id)
        .limit(1)
    )


def _alike(session: Session, keys: Sequence[str], department_id: int) -> list[Case]:
    """Return the open grievances against this employer at this department, the oldest first."""
    keyed = select(CaseKey.case_id).where(CaseKey.field == "employer", CaseKey.digest.in_(keys))
    query = select(Case).where(
        Case.id.in_(keyed), Case.department_id == department_id, Case.complaint.is_(True), Case.state.in_(OPEN)
    )
    return list(session.scalars(query.order_by(Case.id)))


def _lock(session: Session, key: str) -> None:
    """Let grievances against one employer come in one after another, so that the tenth is seen as the tenth."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))
