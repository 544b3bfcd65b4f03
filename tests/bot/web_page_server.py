"""A loopback server that keeps the web chat's contract with canned answers, to try the page against.

It holds its conversations while it is stopped and started again, like the gateway with its database.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import UploadFile

PAGE = Path(__file__).parents[2] / "bot" / "channels" / "web_page"
CSP = (
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'"
)
KINDS = {"image": "photo", "audio": "voice"}
LABELS = {"photo": "〔照片〕", "voice": "〔语音〕", "document": "〔文件〕", "location": "〔位置〕"}

Message = dict[str, Any]


@dataclass
class Refusal:
    """What the next message is refused with; wait is the Retry-After in seconds."""

    status: int
    message: str
    wait: int | None = None


@dataclass
class Visitor:
    """One cookie's conversation."""

    messages: list[Message] = field(default_factory=list)
    answers: dict[str, asyncio.Task[tuple[int, dict[str, Any]]]] = field(default_factory=dict)
    state: str = "pending"
    queue: int | None = None
    assigned: str | None = None
    typing: bool = False
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    def conversation(self) -> dict[str, Any]:
        said = {"queue": self.queue, "assigned": self.assigned, "typing": self.typing or None}
        return {"state": self.state} | {name: value for name, value in said.items() if value is not None}


class ChatServer:
    """The contract on a free loopback port, with the ways of failing that a test asks for."""

    def __init__(self) -> None:
        self.visitors: dict[str, Visitor] = {}
        self.posts: list[dict[str, Any]] = []
        self.uploads: list[dict[str, Any]] = []
        self.upload_refusals: deque[Refusal] = deque()
        self.uploading = threading.Event()
        self.uploading.set()
        self.refusals: deque[Refusal] = deque()
        self.replies: dict[str, list[Message]] = {}
        self.queued = False
        self.delay = 0.0
        self.pause = 0.03
        self.erased: list[str] = []
        self._next_id = 1
        self._stopping = False
        self._port = 0
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/chat"

    @property
    def visitor(self) -> Visitor:
        """The newest visitor."""
        return list(self.visitors.values())[-1]

    def start(self) -> None:
        """Listen; after stop() on the same port as before."""
        self._stopping = False
        config = uvicorn.Config(self._app(), host="127.0.0.1", port=self._port, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the test server did not start")
            time.sleep(0.01)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        """Close every connection and the port; what was said stays."""
        self._stopping = True
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(timeout=10)
        if self._thread.is_alive():
            raise RuntimeError("the test server did not stop")
        self._server = self._thread = None

    def say(self, author: str, text: str, ago: timedelta = timedelta(0), **more: Any) -> Message:
        """Add a message to the newest visitor's conversation; live pages get it as an event."""
        return self._keep(self.visitor, author, text, ago=ago, **more)

    def _keep(self, visitor: Visitor, author: str, text: str, ago: timedelta = timedelta(0), **more: Any) -> Message:
        message = {
            "id": str(self._next_id),
            "author": author,
            "text": text,
            "time": (datetime.now(UTC) - ago).isoformat().replace("+00:00", "Z"),
            "buttons": [],
            "citations": [],
            "basis": None,
            "more": None,
            "attachment": None,
            "reply_to": None,
        } | more
        self._next_id += 1
        visitor.messages.append(message)
        return message

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.mount("/chat/static", StaticFiles(directory=PAGE))
        app.add_api_route("/chat", self._page, response_model=None)
        app.add_api_route("/chat/api/messages", self._ask, methods=["POST"], response_model=None)
        app.add_api_route("/chat/api/messages", self._history, response_model=None)
        app.add_api_route("/chat/api/attachments", self._attach, methods=["POST"], response_model=None)
        app.add_api_route("/chat/api/attachments/{number}", self._file, response_model=None)
        app.add_api_route("/chat/api/events", self._events, response_model=None)
        app.add_api_route("/chat/api/forget", self._forget, methods=["POST"], response_model=None)
        app.add_api_route("/chat/api/erase", self._erase, methods=["POST"], response_model=None)
        return app

    def _who(self, request: Request) -> Visitor | None:
        return self.visitors.get(request.cookies.get("visitor", ""))

    async def _page(self, request: Request) -> Response:
        response = FileResponse(
            PAGE / "index.html", headers={"Content-Security-Policy": CSP, "Cache-Control": "no-cache"}
        )
        if self._who(request) is None:
            name = secrets.token_hex(8)
            self.visitors[name] = Visitor()
            response.set_cookie("visitor", name, httponly=True, samesite="lax")
        return response

    async def _ask(self, request: Request) -> Response:
        visitor = self._who(request)
        body = await request.json()
        self.posts.append(body)
        if visitor is None:
            return _refuse(Refusal(401, "请重新打开页面"))
        if self.refusals:
            return _refuse(self.refusals.popleft())
        if body["id"] not in visitor.answers:
            visitor.answers[body["id"]] = asyncio.create_task(self._answer(visitor, body))
        status, answer = await asyncio.shield(visitor.answers[body["id"]])
        return JSONResponse(answer, status)

    async def _answer(self, visitor: Visitor, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        text = body["text"] if "text" in body else _title(visitor, body["button"])
        asked = self._keep(visitor, "worker", text, attachment=body.get("attachment"))
        await asyncio.sleep(self.delay)
        answer: dict[str, Any] = {"conversation": visitor.conversation(), "received": asked["id"], "messages": []}
        if self.queued:
            return 202, answer | {"status": "queued"}
        if visitor.state == "open":
            return 200, answer | {"status": "staff"}
        replies = self.replies.get(text, [{"text": f"收到：{text}"}])
        messages = [self._keep(visitor, "bot", **({"reply_to": asked["id"]} | reply)) for reply in replies]
        return 200, answer | {"status": "answered", "messages": messages}

    async def _attach(self, request: Request) -> Response:
        """Take a file or a place like a message; held back while `uploading` is cleared."""
        visitor = self._who(request)
        if visitor is None:
            return _refuse(Refusal(401, "请重新打开页面"))
        if request.headers["content-type"].startswith("application/json"):
            sent = await request.json()
            kind, content, media_type = "location", b"", ""
        else:
            async with request.form() as form:
                file = form["file"]
                assert isinstance(file, UploadFile)
                media_type, content = file.content_type or "", await file.read()
                sent = {name: value for name, value in form.items() if isinstance(value, str)}
            sent["name"] = file.filename
            kind = KINDS.get(media_type.split("/")[0], "document")
        self.uploads.append(sent | {"kind": kind, "content": content})
        await asyncio.to_thread(self.uploading.wait, 10)
        if self.upload_refusals:
            return _refuse(self.upload_refusals.popleft())
        if sent["id"] not in visitor.answers:
            number = str(len(visitor.files) + 1)
            visitor.files[number] = (media_type, content)
            attachment = {"kind": kind, "id": number, "media_type": media_type, "size": len(content)}
            text = LABELS[kind] + str(sent.get("text", ""))
            asked = {"text": text, "attachment": attachment if content else {"kind": kind}}
            visitor.answers[sent["id"]] = asyncio.create_task(self._answer(visitor, asked))
        status, answer = await asyncio.shield(visitor.answers[sent["id"]])
        return JSONResponse(answer, status)

    async def _file(self, request: Request, number: str) -> Response:
        visitor = self._who(request)
        if visitor is None or number not in visitor.files:
            return _refuse(Refusal(404, "没有这个地址。"))
        media_type, content = visitor.files[number]
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        return Response(content, media_type=media_type, headers=headers)

    async def _history(self, request: Request, after: int = 0) -> Response:
        visitor = self._who(request)
        if visitor is None:
            return _refuse(Refusal(401, "请重新打开页面"))
        messages = [message for message in visitor.messages if int(message["id"]) > after]
        return JSONResponse({"conversation": visitor.conversation(), "messages": messages[-200:]})

    async def _events(self, request: Request) -> Response:
        visitor = self._who(request)
        if visitor is None:
            return _refuse(Refusal(401, "请重新打开页面"))
        newest = int(visitor.messages[-1]["id"]) if visitor.messages else 0
        after = int(request.headers.get("Last-Event-ID", newest))
        return StreamingResponse(self._stream(visitor, after), media_type="text/event-stream")

    async def _stream(self, visitor: Visitor, after: int) -> AsyncIterator[str]:
        yield ": hello\n\n"
        said: dict[str, Any] = {}
        while not self._stopping:
            if said != visitor.conversation():
                said = visitor.conversation()
                yield f"event: state\ndata: {json.dumps(said, ensure_ascii=False)}\n\n"
            for message in [each for each in visitor.messages if int(each["id"]) > after]:
                after = int(message["id"])
                yield f"event: message\nid: {after}\ndata: {json.dumps(message, ensure_ascii=False)}\n\n"
            await asyncio.sleep(self.pause)

    async def _forget(self) -> Response:
        response = Response(status_code=204)
        response.delete_cookie("visitor")
        return response

    async def _erase(self, request: Request) -> Response:
        name = request.cookies.get("visitor", "")
        self.visitors.pop(name, None)
        self.erased.append(name)
        return await self._forget()


def _refuse(refusal: Refusal) -> Response:
    headers = {} if refusal.wait is None else {"Retry-After": str(refusal.wait)}
    error = {"code": f"e{refusal.status}", "message": refusal.message}
    return JSONResponse({"error": error}, refusal.status, headers=headers)


def _title(visitor: Visitor, token: str) -> str:
    buttons = [button for message in visitor.messages for button in message["buttons"]]
    return next(str(button["title"]) for button in buttons if button.get("token") == token)
