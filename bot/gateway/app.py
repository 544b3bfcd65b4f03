"""The public port: health, callbacks of the platforms, and the channels that are on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from bot.channels.web_errors import (
    BodyLimit,
    SecurityHeaders,
    WebError,
    on_http_error,
    on_web_error,
)
from bot.gateway.dialogue import Dialogue
from casework.database import Database

Background = tuple[Callable[[], None], Callable[[], Awaitable[None]]]
"""How something that runs beside the requests is started and stopped."""


def build_app(channels: list[APIRouter], health: Health, background: list[Background]) -> FastAPI:
    """Put the public port together."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        for start, _stop in background:
            start()
        yield
        for _start, stop in reversed(background):
            await stop()

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    app.add_exception_handler(WebError, on_web_error)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_web_error)
    app.add_api_route("/", _to_chat, methods=["GET"])
    app.add_api_route("/healthz", health.alive, methods=["GET"])
    app.add_api_route("/readyz", health.ready, methods=["GET"])
    app.add_api_route("/webhooks/{channel}", _channel_off, methods=["GET", "POST"])
    for channel in channels:
        app.include_router(channel)
    return app


class Health:
    """Says whether the gateway lives, and whether all that it needs does."""

    def __init__(self, database: Database, dialogue: Dialogue) -> None:
        self._database = database
        self._dialogue = dialogue

    async def alive(self, _request: Request) -> Response:
        """Answer as long as the process does."""
        return JSONResponse({"parts": {"gateway": "ok"}})

    async def ready(self, _request: Request) -> Response:
        """Answer 200 when every part is well, else 503 with the reason."""
        parts = {"database": await asyncio.to_thread(self._check_database), **await self._dialogue.parts()}
        return JSONResponse({"parts": parts}, 200 if all(state == "ok" for state in parts.values()) else 503)

    def _check_database(self) -> str:
        try:
            self._database.check()
        except SQLAlchemyError as error:
            return type(error).__name__
        return "ok"


async def _to_chat(_request: Request) -> Response:
    return RedirectResponse("/chat")


async def _channel_off(_request: Request) -> Response:
    """Refuse callbacks of platforms that are not switched on."""
    raise WebError("channel_off")
