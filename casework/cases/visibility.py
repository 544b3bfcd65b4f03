"""Who sees which cases: as `organisations.visible_to` has it for conversations, and never the union they are about."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, false, or_, select
from sqlalchemy.orm import aliased

from casework.actors import RANKS, Actor
from casework.cases.lookup import ABOUT
from casework.organisations import subtree
from casework.tables import Case, CaseKey, Department, Organisation


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on `Case` for what this actor may see; every query of the desk contains it."""
    if actor.role not in RANKS:
        return false()
    departments = select(Department.id).where(Department.organisation_id.in_(subtree(actor.organisation_id)))
    seen: ColumnElement[bool] = Case.department_id.in_(departments)
    if not actor.is_at_least("supervisor") and actor.department_ids:
        seen = and_(seen, or_(Case.department_id.in_(actor.department_ids), Case.assignee_id == actor.id))
    if not actor.may_see_complaints:
        return and_(seen, Case.complaint.is_(False))
    own = _upwards(actor.organisation_id)
    about = exists().where(CaseKey.case_id == Case.id, CaseKey.field == ABOUT, CaseKey.digest.in_(own))
    return and_(seen, ~about)


def _upwards(organisation_id: int) -> Select[str]:
    """Return a query of the numbers, as text, of this organisation and of all above it."""
    tree = select(Organisation.id, Organisation.parent_id).where(Organisation.id == organisation_id).cte(recursive=True)
    parent = aliased(Organisation)
    tree = tree.union(select(parent.id, parent.parent_id).where(parent.id == tree.c.parent_id))
    return select(cast(tree.c.id, String))
