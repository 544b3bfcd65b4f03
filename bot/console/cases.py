"""Cases: the list, the board, and the list as a workbook for those who may have it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.console.case_filters import CaseFilters, ReadCaseFilters
from bot.console.case_lists import CaseLists, wanted
from bot.console.rendering import render
from bot.console.security import Agent, Supervisor
from casework.cases.desk import MOST_EXPORTED
from casework.errors import Invalid
from casework.hours import ZONE

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CaseListPages:
    """Serves what shows many cases at once."""

    def __init__(self, lists: CaseLists) -> None:
        self._lists = lists

    def router(self) -> APIRouter:
        """Return the routes; they come before those of single cases, whose numbers stand in the same place."""
        router = APIRouter(prefix="/cases")
        router.add_api_route("", self.page, methods=["GET"])
        router.add_api_route("/board", self.board, methods=["GET"])
        router.add_api_route("/export", self.ask_export, methods=["GET"])
        router.add_api_route("/export.xlsx", self.export, methods=["POST"])
        return router

    def page(self, request: Request, signed_in: Agent, filters: ReadCaseFilters) -> Response:
        """Show a list."""
        return render(request, "cases.html", **self._lists.page(signed_in.actor, filters))

    def board(self, request: Request, signed_in: Agent, filters: ReadCaseFilters) -> Response:
        """Show the board."""
        return render(request, "cases_board.html", **self._lists.board(signed_in.actor, filters))

    def ask_export(self, request: Request, signed_in: Supervisor, filters: ReadCaseFilters) -> Response:
        """Say what the workbook will hold, and that it is written down, before it is made."""
        return self._confirm(request, signed_in, filters)

    def export(self, request: Request, signed_in: Supervisor, filters: ReadCaseFilters) -> Response:
        """Give the workbook; who took it, and how many lines, is in the audit log."""
        try:
            titles = {form.id: form.title for form in self._lists.library}
            content = self._lists.desk.export(signed_in.actor, wanted(filters), titles)
        except Invalid as error:
            return self._confirm(request, signed_in, filters, 422, error.message)
        name = f"cases-{self._lists.clock().astimezone(ZONE):%Y%m%d-%H%M}.xlsx"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
        return Response(content, media_type=WORKBOOK, headers=headers)

    def _confirm(
        self, request: Request, signed_in: Supervisor, filters: CaseFilters, status: int = 200, error: str = ""
    ) -> Response:
        return render(
            request,
            "cases_export.html",
            status,
            filters=filters,
            count=self._lists.count(signed_in.actor, filters),
            most=MOST_EXPORTED,
            error=error,
        )
