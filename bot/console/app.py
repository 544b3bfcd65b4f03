"""The console's pages. So far one: what is coming, and where staff stand until then."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles

PAGE = Path(__file__).parent / "static"


def build_console() -> FastAPI:
    """Put the console together."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route("/", _page, methods=["GET"])
    app.add_api_route("/healthz", _alive, methods=["GET"])
    app.mount("/static", StaticFiles(directory=PAGE))
    return app


async def _page(_request: Request) -> Response:
    return FileResponse(
        PAGE / "coming.html",
        headers={
            "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
            "Cache-Control": "no-cache",
        },
    )


async def _alive(_request: Request) -> Response:
    return JSONResponse({"parts": {"console": "ok"}})
