"""Errors of the public port: a code for programs, a sentence for the visitor, and limits on what comes in."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 64 * 1024
"""Bytes of a request; a message of 1,000 characters has 3,000."""

MAX_UPLOAD = 20 * 1024 * 1024 + MAX_BODY
"""Bytes of a request that brings a file: the largest file that is taken, and what stands around it."""
UPLOADS = "/chat/api/attachments"

MESSAGES = {
    "bad_request": (400, "这条消息的格式不对，没有收到。请刷新页面再发一次。"),
    "no_visitor": (401, "页面打开太久了，请刷新后再发。"),
    "not_found": (404, "没有这个地址。"),
    "channel_off": (404, "这个渠道还没有开通。"),
    "not_allowed": (405, "这个地址不能这样用。"),
    "unknown_button": (409, "这个按钮已经用不了了，请直接把问题打出来。"),
    "too_large": (413, "内容太长了，请分几次发。"),
    "file_too_large": (413, "这个文件太大了，最多 20 MB。请分开发，或者把要紧的几页拍照发。"),
    "file_type": (415, "这里只收照片、PDF、Word、Excel、录音和位置。"),
    "not_json": (415, "这里只收 JSON 格式的消息。"),
    "invalid": (422, "这条消息缺了内容或者格式不对，没有收到。请改一下再发。"),
    "file_invalid": (422, "没有收到能打开的文件。请重新选一个再发。"),
    "too_slow": (400, "传得太慢，断了。请到信号好的地方再发一次。"),
    "too_many": (429, "发得太快了，请等一会儿再发。"),
    "unexpected": (500, "系统出了点问题，请过一会儿再试；急事请打 12351。"),
}


class WebError(Exception):
    """A request that cannot be served; `code` is one of `MESSAGES`, `message` says it better where that is known."""

    def __init__(self, code: str, message: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def error_response(code: str, message: str | None = None) -> JSONResponse:
    """Return the error as the contract has it."""
    status, usual = MESSAGES[code]
    headers = {"Retry-After": "10"} if status == 429 else None
    return JSONResponse({"error": {"code": code, "message": message or usual}}, status, headers=headers)


async def on_web_error(_request: Request, error: Exception) -> JSONResponse:
    """Answer a `WebError`."""
    if isinstance(error, WebError):
        return error_response(error.code, error.message)
    return error_response("unexpected")


async def on_http_error(_request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses: an unknown address, a wrong method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return error_response(
        {404: "not_found", 405: "not_allowed"}.get(status, "bad_request" if status < 500 else "unexpected")
    )


class BodyLimit:
    """Refuses requests whose body is longer than `MAX_BODY`, or `MAX_UPLOAD`, whatever their header says."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most, refusal = (MAX_UPLOAD, "file_too_large") if _is_upload(scope) else (MAX_BODY, "too_large")
        if _declared_length(scope, most) > most:
            await error_response(refusal)(scope, receive, send)
            return
        received = 0
        answering = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received <= most:
                return message
            if answering:  # too late to refuse: what comes is not kept
                return {"type": "http.request", "body": b"", "more_body": False}
            raise WebError(refusal)

        async def noting(message: Message) -> None:
            nonlocal answering
            answering = True
            await send(message)

        await self._app(scope, counted, noting)


def _is_upload(scope: Scope) -> bool:
    kind: bytes = dict(scope["headers"]).get(b"content-type", b"")
    return scope["path"] == UPLOADS and kind.lower().startswith(b"multipart/form-data")


def _declared_length(scope: Scope, most: int) -> int:
    """Return the length that the request's header names; 0 where it names none."""
    value = dict(scope["headers"]).get(b"content-length", b"0")
    if not value.isdigit():
        return 0
    digits = value.lstrip(b"0") or b"0"
    return int(digits) if len(digits) < 20 else most + 1


SECURITY_HEADERS = {
    # blob: is what the visitor chose or recorded on this page, shown to her before she sends it
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(self), geolocation=(self)",
}


class SecurityHeaders:
    """Adds the headers that keep a page from being framed, sniffed or fed foreign scripts, where it has none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = list(message.get("headers", []))
                names = {name.lower() for name, _value in present}
                added = [(name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]
                message["headers"] = [*present, *(header for header in added if header[0] not in names)]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
