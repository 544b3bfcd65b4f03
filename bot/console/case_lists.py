"""What the pages of cases share: forms by their ids, cases by their numbers, lists and columns ready to be shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.console import words
from bot.console.case_filters import CaseFilters
from bot.console.case_views import CaseView, case_view, next_moves
from casework.actors import Actor
from casework.cases.desk import CaseDesk
from casework.cases.listing import CaseRow, Filter
from casework.cases.states import CLOSED, NAMES, next_states
from casework.console_events import ConsoleFeed
from casework.database import now
from casework.department_names import DepartmentNames
from casework.errors import NotFound
from casework.procedures.library import Library

ROWS = 30
"""Cases of a page."""
COLUMN = 50
"""Cases of a column of the board; the list shows the rest."""
RECENT = timedelta(days=7)
"""How long a closed case stays on the board."""
_NUMBER = re.compile(r"[A-Z]{2,4}-\d{8}-\d{4,6}")


@dataclass(frozen=True)
class Column:
    """A column of the board; `rest` is the address of what did not fit in."""

    name: str
    title: str
    cases: tuple[CaseView, ...]
    total: int
    rest: str


class CaseLists:
    """Reads cases for pages."""

    def __init__(
        self,
        desk: CaseDesk,
        departments: DepartmentNames,
        library: Library,
        feed: ConsoleFeed,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.desk = desk
        self.library = library
        self.clock = clock
        self._departments = departments
        self._feed = feed

    def find(self, actor: Actor, number: str) -> CaseRow:
        """Return the case of a number. Raises `NotFound`, for one out of sight as for one that was never given."""
        if not _NUMBER.fullmatch(number):
            raise NotFound("no number of a case")
        for row in self.desk.cases(actor, Filter(query=number), size=ROWS).rows:
            if row.number == number:
                return row
        raise NotFound(f"case {number}")

    def page(self, actor: Actor, filters: CaseFilters) -> dict[str, Any]:
        """Return what the list's template needs."""
        found = self.desk.cases(actor, wanted(filters), filters.page, ROWS)
        return {
            **self._around(actor, filters),
            "cases": self._views(actor, found.rows),
            "listed": found,
            "states": NAMES,
        }

    def board(self, actor: Actor, filters: CaseFilters) -> dict[str, Any]:
        """Return what the board's template needs."""
        return {
            **self._around(actor, filters),
            "columns": [self._column(actor, name, filters) for name in words.CASE_COLUMNS],
        }

    def beside(self, actor: Actor, conversation_id: int) -> tuple[CaseView, ...]:
        """Return the cases of a conversation's worker."""
        return self._views(actor, self.desk.of_conversation(actor, conversation_id))

    def count(self, actor: Actor, filters: CaseFilters) -> int:
        """Return how many cases a list has."""
        return self.desk.cases(actor, wanted(filters), size=1).total

    def heard(self) -> int:
        """Return the latest event that a page made now knows of: it listens from there on."""
        return self._feed.newest_event_id()

    def _column(self, actor: Actor, name: str, filters: CaseFilters) -> Column:
        closes = {"state": "closed", "closed_since": self.clock() - RECENT}
        narrowed: dict[str, Any] = {
            "waiting": {"state": "open", "waits": True},
            "closed": closes,
        }.get(name, {"state": name, "waits": False})
        found = self.desk.cases(actor, replace(wanted(filters), **narrowed), size=COLUMN)
        state = {"waiting": "open"}.get(name, name)
        views = self._views(actor, found.rows, on_board=True)
        return Column(name, words.CASE_COLUMNS[name], views, found.total, f"/cases{filters.query(state=state)}")

    def _views(self, actor: Actor, rows: tuple[CaseRow, ...], *, on_board: bool = False) -> tuple[CaseView, ...]:
        moment = self.clock()
        several = len({row.organisation for row in rows}) > 1
        return tuple(
            replace(
                case_view(row, moment, me=actor.id, form=self.library.get(row.procedure), several=several),
                moves=next_moves(next_states(row.state, "staff")) if on_board and _may_work(actor, row) else (),
            )
            for row in rows
        )

    def _around(self, actor: Actor, filters: CaseFilters) -> dict[str, Any]:
        heard = self.heard()
        departments = self._departments.seen_by(actor)
        several = len({department.organisation for department in departments}) > 1
        return {
            "heard": heard,
            "filters": filters,
            "procedures": {form.id: form.title for form in self.library if form.ends == "case"},
            "departments": [
                (department.id, f"{department.name} · {department.organisation}" if several else department.name)
                for department in departments
            ],
            "words": words,
        }


def wanted(filters: CaseFilters) -> Filter:
    """Return what the desk is asked for."""
    return Filter(
        state=filters.state,
        department_id=filters.department,
        assignee="" if filters.whose == "all" else filters.whose,
        procedure=filters.procedure,
        overdue=filters.overdue,
        query=filters.q,
    )


def _may_work(actor: Actor, row: CaseRow) -> bool:
    is_hers = row.assignee_id in {None, actor.id} or actor.is_at_least("supervisor")
    return is_hers and row.state not in CLOSED
