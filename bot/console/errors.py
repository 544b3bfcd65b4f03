"""What a request may fail with: a code for scripts, a sentence for staff, as a page or as JSON."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.rendering import render
from casework.errors import CaseworkError, Conflict, Invalid, NotAllowed, NotFound
from casework.logs import place_of

MESSAGES = {
    "bad_request": (400, "这个请求的格式不对。请返回上一页，刷新后再试。"),
    "not_signed_in": (401, "登录已经过期，请重新登录。"),
    "not_allowed": (403, "你的角色不能做这件事。需要的话，请找管理员调整权限。"),
    "no_conversations": (403, "你的角色负责知识库，不查看职工的对话。需要接待职工的话，请找管理员调整角色。"),
    "must_change_password": (403, "请先设置自己的密码。"),
    "stale_page": (403, "这个页面打开太久了，刚才的操作没有执行。请返回上一页，刷新后再试。"),
    "from_elsewhere": (403, "这个操作不是从工作台的页面发出的，没有执行。"),
    "not_found": (404, "没有找到：它可能已经删除，或者你的账号看不到。"),
    "not_allowed_method": (405, "这个地址不能这样用。"),
    "conflict": (409, "别人刚刚改过，请刷新后再看。"),
    "too_large": (413, "内容太长了，请缩短后再发。"),
    "invalid": (422, "有内容缺少或者格式不对，请改一下再试。"),
    "too_many": (429, "试得太频繁了，请过一分钟再试。"),
    "unexpected": (500, "系统出了点问题，已经记录下来。请过一会儿再试。"),
}
_BY_STATUS = {404: "not_found", 405: "not_allowed_method", 413: "too_large", 422: "invalid", 429: "too_many"}
_log = structlog.get_logger()


class ConsoleError(Exception):
    """A request that cannot be served; `code` is one of `MESSAGES`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def wants_json(request: Request) -> bool:
    """Tell a script's call from a page that a person opens."""
    accept = request.headers.get("accept", "")
    return "text/html" not in accept and ("application/json" in accept or "text/event-stream" in accept)


def local_path(address: str | None, otherwise: str = "/") -> str:
    """Return the address if it is a path of this site, else `otherwise`: nobody is ever sent elsewhere.

    Browsers drop tabs and line ends, and take a backslash for a slash: whatever holds one is refused.
    """
    if not address or not address.startswith("/") or address.startswith("//") or len(address) > 500:
        return otherwise
    if "\\" in address or any(character <= " " or character == "\x7f" for character in address):
        return otherwise
    return quote(address, safe="/?&=%:@!$'()*+,;~#[]")


def error_response(request: Request, code: str, message: str | None = None) -> Response:
    """Return the error in the form that the client reads."""
    status, usual = MESSAGES[code]
    message = message or usual
    headers = {"Retry-After": "60"} if status == 429 else None
    if wants_json(request):
        return JSONResponse({"error": {"code": code, "message": message}}, status, headers=headers)
    if code == "not_signed_in":
        return RedirectResponse(f"/login{_next(request)}", 303)
    if code == "must_change_password":
        return RedirectResponse("/password", 303)
    page = render(request, "error.html", status, code=code, message=message, back=_back(request))
    page.headers.update(headers or {})
    return page


async def on_error(request: Request, error: Exception) -> Response:
    """Answer what routes and services raise."""
    match error:
        case ConsoleError():
            return error_response(request, error.code)
        case NotFound():
            return error_response(request, "not_found")
        case NotAllowed():
            return error_response(request, "not_allowed")
        case Conflict():
            return error_response(request, "conflict", error.message)
        case Invalid():
            return error_response(request, "invalid", error.message)
        case RequestValidationError():
            return error_response(request, "invalid")
        case HTTPException():
            code = _BY_STATUS.get(error.status_code, "bad_request" if error.status_code < 500 else "unexpected")
            return error_response(request, code)
        case _:
            raise error


ANSWERED = (ConsoleError, CaseworkError, RequestValidationError, HTTPException)
"""The errors for which `on_error` is registered."""


class Failures:
    """Turns what nobody expected into a page, and logs where it happened but not what it said."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            _log.error("console.failed", error=type(error).__name__, place=place_of(error))
            if started:
                raise ConnectionError("an answer was broken off") from None
            await error_response(Request(scope, receive), "unexpected")(scope, receive, send)


async def refuse_too_large(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request that is too long."""
    await error_response(Request(scope, receive), "too_large")(scope, receive, send)


def _next(request: Request) -> str:
    if request.method != "GET" or request.url.path == "/":
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"?next={quote(local_path(request.url.path + query), safe='/')}"


def _back(request: Request) -> str:
    """Return the path of the page before, when it was one of this site."""
    before = urlsplit(request.headers.get("referer", ""))
    if before.netloc != request.url.netloc or before.path == request.url.path:
        return "/"
    return local_path(before.path + (f"?{before.query}" if before.query else ""))
