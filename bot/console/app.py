"""The staff's web app, put together from the routers that it is given."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from bot.console.errors import ANSWERED, Failures, on_error, refuse_too_large
from bot.console.limits import AddressLimit, BodyLimit
from bot.console.rendering import make_templates
from bot.console.security import Door, SecurityHeaders
from bot.console.sign_in import SignInPages
from casework.staff import StaffAccounts
from casework.staff_sessions import StaffSessions

STATIC = Path(__file__).parent / "static"
SIGN_INS_PER_MINUTE = 20
"""Tries to sign in from one address."""

Background = tuple[Callable[[], None], Callable[[], Awaitable[None]]]
"""How something that runs beside the requests is started and stopped."""


class FreshFiles(StaticFiles):
    """Files that a browser asks about each time: after an upgrade old and new modules must not meet."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a file with the header that says so; unchanged it costs a 304."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


def build_console(
    accounts: StaffAccounts,
    sessions: StaffSessions,
    routers: Sequence[APIRouter] = (),
    *,
    public: Sequence[APIRouter] = (),
    background: Sequence[Background] = (),
    filters: Mapping[str, Any] | None = None,
) -> FastAPI:
    """Put the console together.

    Every route of `routers` must have a door (`signed_in`); those of `public` are open to all that reach the port.
    `filters` are further filters of the templates. Raises `ValueError` for a route without a door.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        for start, _stop in background:
            start()
        yield
        for _start, stop in reversed(background):
            await stop()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.accounts = accounts
    app.state.sessions = sessions
    app.state.templates = make_templates(filters)
    app.add_middleware(BodyLimit, refuse=refuse_too_large)
    app.add_middleware(Failures)
    app.add_middleware(SecurityHeaders)
    for kind in ANSWERED:
        app.add_exception_handler(kind, on_error)
    app.add_api_route("/healthz", _alive, methods=["GET"])
    app.mount(
        "/static", GZipMiddleware(FreshFiles(directory=STATIC), minimum_size=1000)
    )  # pages hold secrets: not they
    pages = SignInPages(accounts, sessions, AddressLimit(SIGN_INS_PER_MINUTE, 60))
    for router in (pages.router(), *routers):
        check_doors(router)
        app.include_router(router)
    for router in (pages.public_router(), *public):
        app.include_router(router)
    return app


def check_doors(router: APIRouter) -> None:
    """Raise `ValueError` when one of the routes is open to everybody."""
    for route in router.routes:
        if not isinstance(route, APIRoute) or not _has_door(route.dependant):
            raise ValueError(f"no door on {getattr(route, 'path', route)}: see bot.console.security.signed_in")


def _has_door(dependant: Dependant) -> bool:
    return isinstance(dependant.call, Door) or any(_has_door(each) for each in dependant.dependencies)


async def _alive(_request: Request) -> Response:
    return JSONResponse({"parts": {"console": "ok"}})
