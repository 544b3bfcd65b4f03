"""The web chat's files and places: sent like messages, given back to the visitor who sent them."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from bot.channels.inbox import Inbox
from bot.channels.visitor import Allowance, Visitors
from bot.channels.web_errors import MAX_UPLOAD, UPLOADS, WebError
from bot.channels.web_replies import Replies
from casework.attachments import Attachments, Place
from casework.conversations import Conversations
from casework.errors import NotFound
from casework.file_kinds import FileRefused, FileTooLarge, FileTypeRefused, Prepared, prepare
from casework.messages import Enclosure

_log = structlog.get_logger()

CHANNEL = "web"
SECONDS = 120.0
"""Time for a file to come in: 20 MB over a slow line."""
AT_ONCE = 16
"""Files that may be coming in at once: they are held in memory, never written to the disk as they are."""
DRAWN_AT_ONCE = 2
"""Photos that are decoded at once: each may take 150 MB while it lasts."""
_MOST = 2**31 - 1

MessageId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\x21-\x7e]+$")]


class IncomingPlace(BaseModel):
    """Degrees, WGS 84."""

    model_config = ConfigDict(strict=True, extra="ignore")

    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class IncomingLocation(BaseModel):
    """The JSON body of `POST /chat/api/attachments`."""

    model_config = ConfigDict(strict=True, extra="ignore")

    id: MessageId | None = None
    location: IncomingPlace


class IncomingFile(BaseModel):
    """The fields of the form beside the file itself."""

    id: MessageId | None = None
    text: Annotated[str, StringConstraints(max_length=2000)] = ""


class InMemory(MultiPartParser):
    """Keeps a file in memory: on the disk it would lie unencrypted, if only for a while."""

    spool_max_size = MAX_UPLOAD

    def close(self) -> None:
        """Let go of every file, also of one whose end never came, which the form does not know."""
        for file in self._files_to_close_on_error:
            file.close()


class WebAttachments:
    """Takes files and places from visitors of the web page."""

    def __init__(
        self,
        inbox: Inbox,
        conversations: Conversations,
        attachments: Attachments,
        visitors: Visitors,
        allowance: Allowance,
    ) -> None:
        self._inbox = inbox
        self._conversations = conversations
        self._attachments = attachments
        self._visitors = visitors
        self._allowance = allowance
        self._replies = Replies(inbox, conversations)
        self._coming = 0
        self._drawing = asyncio.Semaphore(DRAWN_AT_ONCE)

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route(UPLOADS, self.post, methods=["POST"])
        router.add_api_route(UPLOADS + "/{attachment_id}", self.get, methods=["GET"])
        return router

    async def post(self, request: Request) -> Response:
        """Take a file or a place in; it is answered like a message."""
        visitor = self._visitors.known(request)
        if not self._allowance.take(visitor):
            raise WebError("too_many")
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind == "multipart/form-data":
            with self._room():
                fields, name, content = await _read_form(request)
                file = await self._prepared(content, name)
            return await self._submit(visitor, fields.id, fields.text, await self._enclosed(file))
        if kind == "application/json":
            said = await _read_location(request)
            place = Place(said.location.lat, said.location.lon)
            return await self._submit(visitor, said.id, "", self._attachments.enclose_place(place))
        raise WebError("file_type")

    async def get(self, request: Request, attachment_id: str) -> Response:
        """Give a visitor what she sent herself; a file, never a page."""
        visitor = self._visitors.known(request)
        conversation_id = await asyncio.to_thread(self._conversations.find, CHANNEL, visitor)
        number = int(attachment_id) if attachment_id.isascii() and attachment_id.isdigit() else 0
        if conversation_id is None or not 0 < number <= _MOST:
            raise WebError("not_found")
        try:
            file = await asyncio.to_thread(self._attachments.of_conversation, conversation_id, number)
        except NotFound as error:
            raise WebError("not_found") from error
        status, content, headers = file.part(request.headers.get("range"))
        return Response(content, status, media_type=file.media_type, headers=headers)

    @contextmanager
    def _room(self) -> Iterator[None]:
        """Count a file that is coming in. Raises `WebError` when there are too many."""
        if self._coming >= AT_ONCE:
            raise WebError("too_many")
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def _prepared(self, content: bytes, name: str) -> Prepared:
        try:
            async with self._drawing:
                return await asyncio.to_thread(prepare, content, name)
        except FileRefused as error:
            raise WebError(_code(error), error.message) from error

    async def _enclosed(self, file: Prepared) -> Enclosure:
        try:
            return await asyncio.to_thread(self._attachments.enclose, file)
        except OSError as error:
            _log.error("attachments.not_kept", error=type(error).__name__, code=error.errno)
            raise WebError("unexpected") from error

    async def _submit(self, visitor: str, message_id: str | None, text: str, enclosure: Enclosure) -> Response:
        """Store the message; what it came with is discarded unless it became part of it."""
        key = f"{visitor}:{message_id or secrets.token_urlsafe(18)}"
        is_kept = False
        try:
            received = await self._inbox.submit(CHANNEL, visitor, key, text=text, enclosure=enclosure)
            is_kept = received.is_new
        except FileRefused as error:
            raise WebError(_code(error), error.message) from error
        finally:
            if not is_kept:
                await asyncio.to_thread(enclosure.discard)
        return await self._replies.to(received)


def _code(refused: FileRefused) -> str:
    if isinstance(refused, FileTooLarge):
        return "file_too_large"
    return "file_type" if isinstance(refused, FileTypeRefused) else "file_invalid"


async def _read_form(request: Request) -> tuple[IncomingFile, str, bytes]:
    """Read the form: its fields, the file's name, its content."""
    parser = InMemory(request.headers, request.stream(), max_files=1, max_fields=4, max_part_size=16 * 1024)
    try:
        async with asyncio.timeout(SECONDS):
            form = await parser.parse()
    except TimeoutError as error:
        raise WebError("too_slow") from error
    except (MultiPartException, ClientDisconnect, LookupError, ValueError) as error:
        raise WebError("bad_request") from error
    try:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise WebError("file_invalid")
        said = {name: value for name in ("id", "text") if isinstance(value := form.get(name), str)}
        return IncomingFile.model_validate(said), file.filename or "", await file.read()
    except ValidationError as error:
        raise WebError("invalid") from error
    finally:
        parser.close()


async def _read_location(request: Request) -> IncomingLocation:
    try:
        body = json.loads((await request.body()).decode("utf-8"))
        return IncomingLocation.model_validate(body)
    except ValidationError as error:
        raise WebError("invalid") from error
    except (ValueError, RecursionError) as error:
        raise WebError("bad_request") from error
