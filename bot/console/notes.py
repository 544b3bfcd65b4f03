"""Private notes about a conversation; what stands in them is shown with the transcript."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.console.errors import wants_json
from bot.console.security import Agent
from casework.notes import Notes

Number = Annotated[int, Path(gt=0, lt=2**31)]


class NoteRoutes:
    """Takes notes."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route("/conversations/{number}/notes", self.add, methods=["POST"])
        return router

    def add(self, request: Request, signed_in: Agent, number: Number, text: Annotated[str, Form()] = "") -> Response:
        """Keep a note."""
        note = self._notes.add(signed_in.actor, number, text)
        if wants_json(request):
            return JSONResponse({"note": {"id": note.id, "text": note.text, "time": note.created_at.isoformat()}})
        return RedirectResponse(f"/conversations/{number}", 303)
