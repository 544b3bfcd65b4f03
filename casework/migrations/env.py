"""Alembic's environment: runs the migrations on the connection that `casework.migrate` gives."""

from typing import Any, Literal

from alembic import context

from casework.database import UtcDateTime
from casework.tables import Base


def _plain_types(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our time type as the plain one that it is stored as, so that a migration needs no code of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    compare_type=True,
    render_item=_plain_types,
)
with context.begin_transaction():
    context.run_migrations()
