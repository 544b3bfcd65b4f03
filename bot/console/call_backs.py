"""Call backs that are still to be made: whom, when it is safe, the number on demand, and how it went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.console import words
from bot.console.errors import wants_json
from bot.console.rendering import render
from bot.console.security import Agent
from bot.console.views import duration, safe_hours, spoken
from casework.actors import Actor
from casework.call_back_desk import LONGEST_NOTE, NO_ANSWERS, CallBackDesk
from casework.database import now
from casework.errors import Conflict, Invalid

Number = Annotated[int, Path(gt=0, lt=2**31)]
Text = Annotated[str, Form()]


class CallBackPages:
    """Serves the list and what is done with it."""

    def __init__(self, desk: CallBackDesk, clock: Callable[[], datetime] = now) -> None:
        self._desk = desk
        self._clock = clock

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/call-backs")
        router.add_api_route("", self.page, methods=["GET"])
        router.add_api_route("/{number}/number", self.reveal, methods=["POST"])
        router.add_api_route("/{number}/attempts", self.record, methods=["POST"])
        router.add_api_route("/{number}/cancel", self.cancel, methods=["POST"])
        return router

    def page(self, request: Request, signed_in: Agent) -> Response:
        """Show what is to be done, who has waited longest first."""
        return self._page(request, signed_in.actor)

    def reveal(self, request: Request, signed_in: Agent, number: Number) -> Response:
        """Show a number to dial; that somebody looked is written down."""
        phone = self._desk.reveal(signed_in.actor, number)
        if wants_json(request):
            return JSONResponse({"number": phone})
        return self._page(request, signed_in.actor, shown={number: phone})

    def record(
        self,
        request: Request,
        signed_in: Agent,
        number: Number,
        outcome: Text = "",
        note: Text = "",
        attempts: Text = "",
    ) -> Response:
        """Write down a call."""
        if not attempts.isdecimal() or len(attempts) > 6:
            raise Invalid("这一页打开太久了，请刷新后再记。")
        try:
            self._desk.record(signed_in.actor, number, outcome, note, int(attempts))
        except (Invalid, Conflict) as error:
            if wants_json(request):
                raise
            status = 409 if isinstance(error, Conflict) else 422
            return self._page(request, signed_in.actor, status, error=error.message, at=number, note=note)
        return _done(request)

    def cancel(self, request: Request, signed_in: Agent, number: Number) -> Response:
        """Drop a promise; the page has asked before."""
        self._desk.cancel(signed_in.actor, number)
        return _done(request)

    def _page(
        self,
        request: Request,
        actor: Actor,
        status: int = 200,
        *,
        shown: dict[int, str] | None = None,
        error: str = "",
        at: int = 0,
        note: str = "",
    ) -> Response:
        moment = self._clock()
        return render(
            request,
            "call_backs.html",
            status,
            promises=self._desk.open_promises(actor),
            shown=shown or {},
            error=error,
            at=at,
            note=note,
            words=words,
            spoken=lambda when: spoken(when, moment),
            waited=lambda when: duration(moment - when),
            safe_hours=safe_hours,
            longest_note=LONGEST_NOTE,
            no_answers=NO_ANSWERS,
        )


def _done(request: Request) -> Response:
    return JSONResponse({"done": True}) if wants_json(request) else RedirectResponse("/call-backs", 303)
