"""Canned answers: the page on which supervisors write them, and the list that the composer inserts from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.console.errors import wants_json
from bot.console.rendering import render
from bot.console.security import Agent, Supervisor
from casework.actors import Actor
from casework.canned_answers import (
    LONGEST_SHORTCUT,
    LONGEST_TEXT,
    LONGEST_TITLE,
    PLACEHOLDERS,
    Canned,
    CannedAnswers,
    fill,
)
from casework.errors import Conflict, Invalid
from casework.inbox import Inbox

HOTLINE = "12351"
"""The unions' own telephone number, what `{phone}` stands for."""

Number = Annotated[int, Path(gt=0, lt=2**31)]
Text = Annotated[str, Form()]


class CannedPages:
    """Serves the page and the list."""

    def __init__(self, answers: CannedAnswers, inbox: Inbox) -> None:
        self._answers = answers
        self._inbox = inbox

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route("/canned.json", self.listed, methods=["GET"])
        router.add_api_route("/canned", self.page, methods=["GET"])
        router.add_api_route("/canned", self.add, methods=["POST"])
        router.add_api_route("/canned/{number}", self.edit_page, methods=["GET"])
        router.add_api_route("/canned/{number}", self.change, methods=["POST"])
        router.add_api_route("/canned/{number}/delete", self.delete, methods=["POST"])
        return router

    def listed(self, signed_in: Agent, conversation: Annotated[int | None, Query(gt=0, lt=2**31)] = None) -> Response:
        """Give what can be inserted, of each shortcut the nearest union's; for a conversation with its names in it.

        What is not known of a conversation keeps its braces, so that whoever sends it sees the gap.
        """
        actor = signed_in.actor
        values = self._values(actor, conversation) if conversation is not None else {}
        nearest: dict[str, Canned] = {}
        for answer in self._answers.all_for(actor):
            nearest.setdefault(answer.shortcut, answer)
        return JSONResponse(
            {
                "answers": [
                    {"id": each.id, "shortcut": each.shortcut, "title": each.title, "text": fill(each.text, values)}
                    for each in nearest.values()
                ]
            }
        )

    def page(self, request: Request, signed_in: Agent) -> Response:
        """Show all of them; supervisors can write."""
        return self._page(request, signed_in.actor)

    def add(
        self, request: Request, signed_in: Supervisor, shortcut: Text = "", title: Text = "", text: Text = ""
    ) -> Response:
        """Store a new one."""
        try:
            number = self._answers.add(signed_in.actor, shortcut, title, text)
        except (Invalid, Conflict) as error:
            if wants_json(request):
                raise
            written = {"shortcut": shortcut, "title": title, "text": text}
            return self._page(request, signed_in.actor, written=written, error=error.message, status=_status(error))
        return _done(request, number)

    def edit_page(self, request: Request, signed_in: Supervisor, number: Number) -> Response:
        """Show the form for one of them."""
        answer = self._answers.get(signed_in.actor, number)
        written = {"shortcut": answer.shortcut, "title": answer.title, "text": answer.text}
        return self._edit_page(request, answer, written)

    def change(
        self,
        request: Request,
        signed_in: Supervisor,
        number: Number,
        shortcut: Text = "",
        title: Text = "",
        text: Text = "",
    ) -> Response:
        """Store what was changed."""
        try:
            self._answers.change(signed_in.actor, number, shortcut, title, text)
        except (Invalid, Conflict) as error:
            if wants_json(request):
                raise
            written = {"shortcut": shortcut, "title": title, "text": text}
            answer = self._answers.get(signed_in.actor, number)
            return self._edit_page(request, answer, written, error=error.message, status=_status(error))
        return _done(request, number)

    def delete(self, request: Request, signed_in: Supervisor, number: Number) -> Response:
        """Delete one of them; the page has asked before."""
        self._answers.delete(signed_in.actor, number)
        return _done(request, number)

    def _values(self, actor: Actor, conversation_id: int) -> dict[str, str]:
        detail = self._inbox.conversation(actor, conversation_id)
        known = {"worker": detail.name, "staff": actor.name, "department": detail.row.department, "phone": HOTLINE}
        return {name: value for name, value in known.items() if value}

    def _page(self, request: Request, actor: Actor, status: int = 200, **context: Any) -> Response:
        empty = {"shortcut": "", "title": "", "text": ""}
        given = {"written": empty, "error": "", **context}
        return render(request, "canned.html", status, answers=self._answers.all_for(actor), **_limits(), **given)

    def _edit_page(
        self, request: Request, answer: Canned, written: dict[str, str], error: str = "", status: int = 200
    ) -> Response:
        return render(request, "canned_edit.html", status, answer=answer, written=written, error=error, **_limits())


def _limits() -> dict[str, Any]:
    return {
        "longest_shortcut": LONGEST_SHORTCUT,
        "longest_title": LONGEST_TITLE,
        "longest_text": LONGEST_TEXT,
        "placeholders": PLACEHOLDERS,
    }


def _status(error: Invalid | Conflict) -> int:
    return 409 if isinstance(error, Conflict) else 422


def _done(request: Request, number: int) -> Response:
    return JSONResponse({"id": number}) if wants_json(request) else RedirectResponse("/canned", 303)
