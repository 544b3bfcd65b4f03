"""Who acts in the console, and what a role may do. Pure."""

from __future__ import annotations

from dataclasses import dataclass

RANKS = {"agent": 1, "supervisor": 2, "admin": 3}
"""Roles that work with conversations, each allowed all that a lower one is; an editor is not among them."""
LOCAL_LEVELS = ("street", "enterprise")
"""Levels of unions that never see a complaint: in a small firm the union's chair is often the manager."""


@dataclass(frozen=True)
class Actor:
    """A signed-in member of staff; `level` is that of the organisation."""

    id: int
    name: str
    role: str
    organisation_id: int
    level: str
    department_ids: tuple[int, ...] = ()

    def is_at_least(self, role: str) -> bool:
        """Tell whether the role is this one or a higher one."""
        return RANKS.get(self.role, 0) >= RANKS[role]

    @property
    def may_see_complaints(self) -> bool:
        """Tell whether the organisation stands high enough to see complaints."""
        return self.level not in LOCAL_LEVELS
