"""The inbox: lists of conversations, narrowed down and searched."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from bot.console import words
from bot.console.rendering import render
from bot.console.security import Agent
from bot.console.views import RowView, blank_row, conversation_href, query, row_views
from casework.actors import Actor
from casework.console_events import ConsoleFeed
from casework.database import now
from casework.department_names import DepartmentNames
from casework.errors import Invalid
from casework.inbox import VIEWS, Inbox, View

ROWS = 30
"""Rows of a list that are loaded at once."""
ROWS_BESIDE = 12
"""The same of the list beside a conversation."""
LONGEST_QUERY = 100
ROW_WORDS = json.dumps(
    {
        "reasons": words.REASONS,
        "channels": words.CHANNELS,
        "states": words.STATES,
        "authors": words.AUTHORS,
    },
    ensure_ascii=False,
    separators=(",", ":"),
)
"""What the page's script needs to write a row."""
LIST_MODULES = ("api", "attention", "keys", "list", "live", "row", "sound", "storage", "toast", "viewport", "waiting")
"""Modules that `inbox.js` imports, fetched side by side instead of one after another."""


@dataclass(frozen=True)
class Filters:
    """Which list, narrowed down to what; the empty string narrows nothing."""

    view: View = "unassigned"
    department: int | None = None
    channel: str = ""
    reason: str = ""
    q: str = ""

    @property
    def is_narrow(self) -> bool:
        """Tell whether something is left out of the list."""
        return self != Filters(self.view)

    def query(self, **changes: Any) -> str:
        """Return the query part of an address that shows this list, changed."""
        filters = replace(self, **changes) if changes else self
        return query(**vars(filters))


def read_filters(view: str = "", department: str = "", channel: str = "", reason: str = "", q: str = "") -> Filters:
    """Read the filters of an address; forms send what is not chosen as empty. Raises `Invalid`."""
    chosen: View | None = next((known for known in VIEWS if known == (view or "unassigned")), None)
    if chosen is None:
        raise Invalid("没有这个列表。")
    if department and not (department.isascii() and department.isdigit() and len(department) < 10):
        raise Invalid("没有这个部门。")
    return Filters(chosen, int(department) if department else None, channel, reason, q.strip()[:LONGEST_QUERY])


ReadFilters = Annotated[Filters, Depends(read_filters)]


class Lists:
    """Gives pages the list that stands at their side."""

    def __init__(
        self, inbox: Inbox, departments: DepartmentNames, feed: ConsoleFeed, clock: Callable[[], datetime] = now
    ) -> None:
        self._inbox = inbox
        self._departments = departments
        self._feed = feed
        self._clock = clock

    def page(self, actor: Actor, filters: Filters, current: int | None = None) -> dict[str, Any]:
        """Return what the template `inbox_list.html` needs: rows, numbers, filters.

        `heard` is the latest event that the rows know of: the page listens from there on.
        """
        heard = self._feed.newest_event_id()
        departments = self._departments.seen_by(actor)
        several = len({department.organisation for department in departments}) > 1
        counts = self._inbox.counts(actor)
        return {
            **self.rows(actor, filters, None, current, ROWS if current is None else ROWS_BESIDE),
            "counts": counts,
            "heard": heard,
            "attention": counts.unassigned + counts.mine_unanswered,
            "departments": [
                (department.id, f"{department.name} · {department.organisation}" if several else department.name)
                for department in departments
            ],
            "blank": blank_row(),
            "words": words,
            "row_words": ROW_WORDS,
            "list_modules": LIST_MODULES,
        }

    def rows(
        self, actor: Actor, filters: Filters, before: str | None, current: int | None = None, limit: int = ROWS
    ) -> dict[str, Any]:
        """Return a page of rows. Raises `Invalid`."""
        found = self._inbox.rows(
            actor,
            filters.view,
            department_id=filters.department,
            channel=filters.channel or None,
            reason=filters.reason or None,
            query=filters.q,
            before=before,
            limit=limit,
        )
        moment = self._clock()
        shown: list[RowView] = row_views(
            found.rows,
            filters.view,
            moment,
            me=actor.id,
            href=conversation_href(**vars(filters)),
            current=current,
        )
        return {"rows": shown, "before": found.before, "filters": filters, "moment": moment, "current": current}


class InboxPages:
    """Serves the inbox."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route("/inbox", self.inbox, methods=["GET"])
        router.add_api_route("/inbox/list", self.rows, methods=["GET"])
        return router

    def inbox(self, request: Request, signed_in: Agent, filters: ReadFilters) -> Response:
        """Show a list."""
        return render(request, "inbox.html", **self._lists.page(signed_in.actor, filters))

    def rows(
        self,
        request: Request,
        signed_in: Agent,
        filters: ReadFilters,
        before: Annotated[str | None, Query(max_length=500)] = None,
        current: str = "",
    ) -> Response:
        """Return a page of rows without the page around them: what follows `before`, else the first ones."""
        marked = int(current) if current.isascii() and current.isdigit() and len(current) < 10 else None
        return render(request, "inbox_rows.html", **self._lists.rows(signed_in.actor, filters, before or None, marked))
