"""Who may do what in the console: the session's cookie, the door of every route, and headers on every answer.

A route that is not for everybody names its door: `Annotated[SignedIn, Depends(signed_in("agent"))]`. The door finds
the session, checks the role and, where something is changed, the session's CSRF token (form field `csrf` or header
`X-CSRF-Token`). `build_console` refuses a router with a route that has none.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.console.errors import ConsoleError
from casework.actors import RANKS
from casework.staff import StaffAccounts
from casework.staff_sessions import LIFE, SignedIn, StaffSessions

COOKIE = "niangjia_staff"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'self'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


@dataclass(frozen=True)
class Door:
    """What a route asks of whoever comes: a role, and a password of her own."""

    role: str
    with_first_password: bool = False

    async def __call__(self, request: Request) -> AsyncIterator[SignedIn]:
        """Give who is signed in, for as long as the request lasts. Raises `ConsoleError`."""
        try:
            yield await self._enter(request)
        finally:
            await request.close()  # a form that only the door read may hold files

    async def _enter(self, request: Request) -> SignedIn:
        token = session_token(request)
        sessions: StaffSessions = request.app.state.sessions
        signed_in = await run_in_threadpool(sessions.session, token) if token else None
        if signed_in is None:
            raise ConsoleError("not_signed_in")
        request.state.signed_in = signed_in
        if request.method not in SAFE_METHODS:
            await _check_csrf(request, signed_in.csrf)
        if signed_in.must_change_password and not self.with_first_password:
            raise ConsoleError("must_change_password")
        self._check_role(signed_in.actor.role)
        accounts: StaffAccounts = request.app.state.accounts
        await run_in_threadpool(accounts.seen, signed_in.actor.id)
        return signed_in

    def _check_role(self, role: str) -> None:
        if self.role == "anyone" or role in {"admin", self.role}:
            return
        if self.role == "editor" or RANKS.get(role, 0) < RANKS[self.role]:
            raise ConsoleError("no_conversations" if role == "editor" else "not_allowed")


def signed_in(role: str = "agent", *, with_first_password: bool = False) -> Door:
    """Return the door for a role: `agent`, `supervisor` or `admin` and whoever ranks above; `editor`; `anyone`.

    An admin passes every door. Who still has the password she was given is sent to change it, unless
    `with_first_password`.
    """
    return Door(role, with_first_password)


Anyone = Annotated[SignedIn, Depends(signed_in("anyone"))]
Agent = Annotated[SignedIn, Depends(signed_in("agent"))]
Supervisor = Annotated[SignedIn, Depends(signed_in("supervisor"))]
Admin = Annotated[SignedIn, Depends(signed_in("admin"))]


def session_token(request: Request) -> str | None:
    """Return the token that the browser holds; over https only the cookie that no other site can have set."""
    return request.cookies.get(_cookie_name(request))


def set_session(request: Request, response: Response, token: str) -> None:
    """Give the browser its session: unreadable for scripts, not sent along by other sites' forms."""
    response.set_cookie(
        _cookie_name(request),
        token,
        max_age=int(LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )


def drop_session(request: Request, response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(_cookie_name(request), path="/", httponly=True, samesite="lax", secure=_is_secure(request))


def check_origin(request: Request) -> None:
    """Refuse what another site's page sends. A client that is no browser says nothing of where it comes from."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise ConsoleError("from_elsewhere")
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ConsoleError("from_elsewhere")


class SecurityHeaders:
    """Puts the headers on every answer that keep a page from being framed, sniffed, kept or fed foreign scripts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**HEADERS, "Cache-Control": "no-store"}.items():
                    headers.setdefault(name, value)  # a worker's file has a stricter policy of its own
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        await self._app(scope, receive, with_headers)


async def _check_csrf(request: Request, expected: str) -> None:
    check_origin(request)
    given: object = request.headers.get("x-csrf-token")
    if given is None and _is_form(request):
        given = (await request.form()).get("csrf")
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), expected.encode()):
        raise ConsoleError("stale_page")


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in {"application/x-www-form-urlencoded", "multipart/form-data"}


def _cookie_name(request: Request) -> str:
    return f"__Host-{COOKIE}" if _is_secure(request) else COOKIE


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
