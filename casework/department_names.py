"""The departments whose conversations a member of staff sees, by name: what lists are narrowed down by."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from casework.actors import Actor
from casework.database import Database
from casework.organisations import subtree
from casework.tables import Department, Organisation


@dataclass(frozen=True)
class DepartmentName:
    """A department; `organisation` is the union that it belongs to."""

    id: int
    name: str
    organisation: str


class DepartmentNames:
    """Reads names of departments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def seen_by(self, actor: Actor) -> list[DepartmentName]:
        """Return the departments of the actor's union and of those below it; of a member only her own."""
        query = (
            select(Department.id, Department.name, Organisation.name)
            .join(Organisation, Organisation.id == Department.organisation_id)
            .where(Department.organisation_id.in_(subtree(actor.organisation_id)))
            .order_by(Organisation.id != actor.organisation_id, Organisation.id, Department.id)
        )
        if actor.department_ids and not actor.is_at_least("supervisor"):
            query = query.where(Department.id.in_(actor.department_ids))
        with self._database.read() as session:
            return [DepartmentName(*row) for row in session.execute(query)]
