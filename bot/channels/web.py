"""The web chat: its page and its HTTP interface (the contract stands in docs/architecture.md)."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Self

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.channels.inbox import Inbox, LiveMessages
from bot.channels.visitor import Allowance, Visitors
from bot.channels.web_errors import WebError
from bot.channels.web_replies import Replies, message_as_json, status_as_json
from casework.conversations import Conversations, Status, UnknownButton
from casework.distress import find_distress
from casework.erasure import Erasure
from casework.text import understood

CHANNEL = "web"
MAX_WAITING = 50
"""Messages of one visitor that may wait for an answer."""
MAX_STREAMS = 5
"""Event streams of one visitor: a few tabs."""
_MOST = 2**31 - 1
"""The largest message id that the database's type holds."""
PAGE = Path(__file__).parent / "web_page"


class IncomingMessage(BaseModel):
    """The body of `POST /chat/api/messages`."""

    model_config = ConfigDict(strict=True, extra="ignore")

    id: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")] | None = None
    text: str | None = None
    button: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.text is None) == (self.button is None):
            raise ValueError("either text or button")
        return self


class FreshFiles(StaticFiles):
    """Files that a browser asks about each time: after an upgrade old and new modules must not meet."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a file with the header that says so; unchanged it costs a 304."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


class WebChat:
    """Serves visitors of the web page."""

    def __init__(
        self,
        inbox: Inbox,
        live: LiveMessages,
        conversations: Conversations,
        erasure: Erasure,
        visitors: Visitors,
        allowance: Allowance,
    ) -> None:
        self._inbox = inbox
        self._live = live
        self._conversations = conversations
        self._erasure = erasure
        self._visitors = visitors
        self._allowance = allowance
        self._replies = Replies(inbox, conversations)

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route("/chat", self.page, methods=["GET"])
        router.add_api_route("/chat/api/messages", self.post_message, methods=["POST"])
        router.add_api_route("/chat/api/messages", self.get_messages, methods=["GET"])
        router.add_api_route("/chat/api/events", self.events, methods=["GET"])
        router.add_api_route("/chat/api/forget", self.forget, methods=["POST"])
        router.add_api_route("/chat/api/erase", self.erase, methods=["POST"])
        router.mount("/chat/static", FreshFiles(directory=PAGE))
        return router

    async def page(self, request: Request) -> Response:
        """Serve the page and see that the visitor has a cookie."""
        response = FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})
        self._visitors.welcome(request, response)
        return response

    async def post_message(self, request: Request) -> Response:
        """Take a message in; answer it, or say that its answer comes by events (202)."""
        visitor = self._visitors.known(request)
        message = await _parse(request)
        key = f"{visitor}:{message.id or secrets.token_urlsafe(18)}"
        if message.text is None or find_distress(understood(message.text, limit=None)) is None:
            await self._check_allowance(visitor)  # a cry for help is never sent too fast
        try:
            received = await self._inbox.submit(CHANNEL, visitor, key, text=message.text or "", button=message.button)
        except UnknownButton as error:
            raise WebError("unknown_button") from error
        return await self._replies.to(received)

    async def get_messages(self, request: Request) -> Response:
        """Return what was said since `after`, or the latest."""
        visitor = self._visitors.known(request)
        after = _message_id(request.query_params.get("after")) or 0
        conversation_id = await asyncio.to_thread(self._conversations.find, CHANNEL, visitor)
        if conversation_id is None:
            return JSONResponse({"conversation": status_as_json(Status()), "messages": []})
        shown = await asyncio.to_thread(self._conversations.shown, conversation_id, after=after)
        return await self._replies.with_messages(conversation_id, shown)

    async def events(self, request: Request) -> Response:
        """Stream what is said, from `Last-Event-ID` on, and where the conversation stands."""
        visitor = self._visitors.known(request)
        after = _message_id(request.headers.get("last-event-id") or request.query_params.get("after"))
        if self._live.streams(visitor) >= MAX_STREAMS:
            raise WebError("too_many")
        return EventSourceResponse(self._stream(visitor, after), ping=15, headers={"X-Accel-Buffering": "no"})

    async def forget(self, request: Request) -> Response:
        """Take the cookie from this browser; what was said stays on record."""
        self._visitors.known(request)
        response = Response(status_code=204)
        self._visitors.forget(response)
        return response

    async def erase(self, request: Request) -> Response:
        """Delete all that is held of this visitor, and take the cookie."""
        visitor = self._visitors.known(request)
        conversation_id = await asyncio.to_thread(self._conversations.find, CHANNEL, visitor)
        if conversation_id is not None:
            await asyncio.to_thread(self._erasure.erase_contact_of, conversation_id)
        return await self.forget(request)

    async def _check_allowance(self, visitor: str) -> None:
        if not self._allowance.take(visitor):
            raise WebError("too_many")
        conversation_id = await asyncio.to_thread(self._conversations.find, CHANNEL, visitor)
        if conversation_id is None:
            return
        if await asyncio.to_thread(self._conversations.waiting, conversation_id) >= MAX_WAITING:
            raise WebError("too_many")

    async def _stream(self, visitor: str, after: int | None) -> AsyncIterator[ServerSentEvent]:
        async for happened in self._live.events(CHANNEL, visitor, after):
            if isinstance(happened, Status):
                yield ServerSentEvent(event="state", data=json.dumps(status_as_json(happened), ensure_ascii=False))
                continue
            data = json.dumps(message_as_json(happened), ensure_ascii=False)
            yield ServerSentEvent(event="message", id=str(happened.id), data=data)
            await self._replies.delivered(happened.conversation_id, [happened])  # now that it was handed over


async def _parse(request: Request) -> IncomingMessage:
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise WebError("not_json")
    try:
        body = json.loads((await request.body()).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise WebError("bad_request") from error
    try:
        return IncomingMessage.model_validate(body)
    except ValidationError as error:
        raise WebError("invalid") from error


def _message_id(value: str | None) -> int | None:
    """Read a message id; anything but a number that PostgreSQL takes for one is refused."""
    if value is None or value == "":
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 18 and int(value) <= _MOST):
        raise WebError("invalid")
    return int(value)
