"""How many conversations wait: counted in one query for everybody, then summed for each who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.tables import Conversation, HandOff
from casework.visibility import Place

_ALARM = 2


@dataclass(frozen=True)
class Group:
    """How many conversations with people stand at one place; `alarms` is how many of them are alarms."""

    place: Place
    number: int
    unanswered: int
    alarms: int


@dataclass(frozen=True)
class Counts:
    """Numbers on the console's lists; `departments` has the unassigned of each department that has any.

    `alarms` are those that nobody took yet.
    """

    unassigned: int = 0
    mine: int = 0
    mine_unanswered: int = 0
    alarms: int = 0
    departments: dict[int, int] = field(default_factory=dict)


def groups_where(session: Session, condition: ColumnElement[bool]) -> list[Group]:
    """Return the groups of conversations that are with people and fit."""
    place = (Conversation.department_id, Conversation.assignee_id, Conversation.complaint)
    query = (
        select(
            *place,
            func.count(),
            func.count(Conversation.unanswered_since),
            func.count(case((HandOff.priority == _ALARM, 1))),
        )
        .outerjoin(HandOff, and_(HandOff.conversation_id == Conversation.id, HandOff.ended_at.is_(None)))
        .where(Conversation.state == "open", condition)
        .group_by(*place)
    )
    return [
        Group(Place(department_id, assignee_id, complaint), number, unanswered, alarms)
        for department_id, assignee_id, complaint, number, unanswered, alarms in session.execute(query)
    ]


def count(groups: Iterable[Group], actor: Actor) -> Counts:
    """Sum up the groups that `actor` may see."""
    unassigned = alarms = mine = mine_unanswered = 0
    departments: dict[int, int] = {}
    for group in groups:
        if group.place.assignee_id is None:
            unassigned += group.number
            alarms += group.alarms
            if (department_id := group.place.department_id) is not None:
                departments[department_id] = departments.get(department_id, 0) + group.number
        elif group.place.assignee_id == actor.id:
            mine += group.number
            mine_unanswered += group.unanswered
    return Counts(unassigned, mine, mine_unanswered, alarms, departments)
