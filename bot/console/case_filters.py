"""Which cases a list shows: read from an address, written back into one. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import Depends, Query

from bot.console import words
from bot.console.views import query
from casework.cases.states import NAMES
from casework.errors import Invalid

Whose = Literal["all", "mine", "unassigned"]
LONGEST_QUERY = 60
MOST_PAGES = 10_000


@dataclass(frozen=True)
class CaseFilters:
    """Which cases; the empty string and None narrow nothing. `state` may be one of `words.CASE_PHASES` too."""

    whose: Whose = "all"
    state: str = "open"
    procedure: str = ""
    department: int | None = None
    overdue: bool = False
    q: str = ""
    page: int = 1

    @property
    def is_narrow(self) -> bool:
        """Tell whether something is left out of the list that is shown first."""
        return replace(self, page=1) != CaseFilters(self.whose)

    def query(self, **changes: Any) -> str:
        """Return the query part of an address that shows this list, changed; another list begins at its first page."""
        wanted = replace(self, **({"page": 1} | changes))
        usual = CaseFilters(state=_usual_state(wanted.q))
        given = {name: value for name, value in vars(wanted).items() if value != getattr(usual, name)}
        return query(**{name: "yes" if value is True else value or "any" for name, value in given.items()})


def read_filters(
    whose: str = "",
    state: str = "",
    procedure: Annotated[str, Query(max_length=40)] = "",
    department: str = "",
    overdue: str = "",
    q: str = "",
    page: str = "",
) -> CaseFilters:
    """Read the filters of an address; forms send what is not chosen as empty. Raises `Invalid`."""
    chosen: Whose | None = next((each for each in _WHOSE if each == (whose or "all")), None)
    if chosen is None:
        raise Invalid("没有这个列表。")
    words_searched = q.strip()[:LONGEST_QUERY]
    state = state or _usual_state(words_searched) or "any"
    if state not in {"any", *NAMES, *words.CASE_PHASES}:
        raise Invalid("没有这个状态。")
    return CaseFilters(
        whose=chosen,
        state="" if state == "any" else state,
        procedure=procedure,
        department=_number(department, "没有这个部门。"),
        overdue=overdue == "yes",
        q=words_searched,
        page=min(_number(page, "没有这一页。") or 1, MOST_PAGES),
    )


ReadCaseFilters = Annotated[CaseFilters, Depends(read_filters)]
_WHOSE: tuple[Whose, ...] = ("all", "mine", "unassigned")


def _usual_state(searched: str) -> str:
    """Return what is meant where no state is chosen: a search looks among closed cases too."""
    return "" if searched else "open"


def _number(text: str, otherwise: str) -> int | None:
    if text and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid(otherwise)
    return int(text) if text else None
