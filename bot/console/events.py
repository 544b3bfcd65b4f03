"""`GET /events`: the open line of a console."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from bot.console.errors import ConsoleError
from bot.console.live import ConsoleLive
from bot.console.security import Agent, session_token
from casework.actors import Actor
from casework.staff_sessions import StaffSessions

MOST_STREAMS = 6
"""Streams of one account: as many tabs as a browser opens to one place at once over HTTP/1.1."""
HEARTBEAT = 15
"""Seconds between two comments that keep the line open."""
STALLED = 30.0
"""Seconds after which a line that takes nothing is given up."""


class EventPages:
    """Serves the events."""

    def __init__(self, live: ConsoleLive, sessions: StaffSessions) -> None:
        self._live = live
        self._sessions = sessions

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter()
        router.add_api_route("/events", self.events, methods=["GET"])
        return router

    async def events(self, request: Request, signed_in: Agent) -> Response:
        """Stream what changes, from `Last-Event-ID` (or `?after=`) on; see `ConsoleLive` for the events."""
        after = _event_id(request.headers.get("last-event-id") or request.query_params.get("after"))
        if self._live.streams(signed_in.actor.id) >= MOST_STREAMS:
            raise ConsoleError("too_many")
        token = session_token(request) or ""

        async def still_there() -> Actor | None:
            return await run_in_threadpool(self._look, token)

        return EventSourceResponse(
            self._live.listen(signed_in.actor, still_there, after), ping=HEARTBEAT, send_timeout=STALLED
        )

    def _look(self, token: str) -> Actor | None:
        """Return who the session belongs to by now; a stream keeps no session alive."""
        signed_in = self._sessions.session(token, use=False)
        return signed_in.actor if signed_in else None


def _event_id(value: str | None) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18):
        raise ConsoleError("invalid")
    return int(value)
