"""`organisations.visible_to` for what is in memory already: one event is shown or not to hundreds of consoles.

`sees` is pure and says the same as the query; a test compares the two on random trees.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.actors import RANKS, Actor
from casework.tables import Conversation, Department, Organisation


@dataclass(frozen=True)
class Place:
    """Where a conversation stands, as far as it decides who may see it."""

    department_id: int | None
    assignee_id: int | None
    complaint: bool


NOWHERE = Place(None, None, False)
"""Where a conversation stands that was never handed off: most do."""


@dataclass(frozen=True)
class Tree:
    """For each department its organisation and all above that one, and the organisations that have none above."""

    above: dict[int, frozenset[int]]
    roots: frozenset[int]


def sees(tree: Tree, actor: Actor, place: Place) -> bool:
    """Tell whether this actor may see what stands at this place."""
    if actor.role not in RANKS or (place.complaint and not actor.may_see_complaints):
        return False
    if place.department_id is None:
        return actor.is_at_least("supervisor") and actor.organisation_id in tree.roots
    if actor.organisation_id not in tree.above.get(place.department_id, ()):
        return False
    if actor.is_at_least("supervisor") or not actor.department_ids:
        return True
    return place.department_id in actor.department_ids or place.assignee_id == actor.id


def load_tree(session: Session) -> Tree:
    """Read what `sees` needs to know of organisations and departments."""
    parents = dict(session.execute(select(Organisation.id, Organisation.parent_id)).all())
    departments = session.execute(select(Department.id, Department.organisation_id))
    return Tree(
        above={department_id: _upwards(parents, organisation_id) for department_id, organisation_id in departments},
        roots=frozenset(organisation_id for organisation_id, parent_id in parents.items() if parent_id is None),
    )


def load_places(session: Session) -> dict[int, Place]:
    """Read where each conversation stands that was ever handed off."""
    known: dict[Place, Place] = {}  # a hundred thousand conversations stand at some hundred places
    query = select(Conversation.id, Conversation.department_id, Conversation.assignee_id, Conversation.complaint).where(
        Conversation.department_id.is_not(None)
    )
    return {
        conversation_id: known.setdefault(place := Place(department_id, assignee_id, complaint), place)
        for conversation_id, department_id, assignee_id, complaint in session.execute(query)
    }


def _upwards(parents: dict[int, int | None], organisation_id: int) -> frozenset[int]:
    way: set[int] = set()
    at: int | None = organisation_id
    while at is not None and at not in way:
        way.add(at)
        at = parents.get(at)
    return frozenset(way)
