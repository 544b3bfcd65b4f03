"""The web chat's documents: the drafted application of a visitor's own case, made anew at every request."""

from __future__ import annotations

import asyncio
import re
from typing import cast
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.channels.visitor import Allowance, Visitors
from bot.channels.web_errors import WebError
from casework.documents.service import MEDIA_TYPES, CaseDocuments, Kind
from casework.errors import NotFound

CHANNEL = "web"
DOCUMENTS = "/chat/api/documents"
MADE_AT_ONCE = 2
"""Documents that are made at once: each takes a processor for a moment."""
NOT_FOUND = "没有找到这份文件。请用当初办这件事的手机或电脑打开，或者打 12351 问工会。"
_NAME = re.compile(r"(?P<number>[A-Z]{2,4}-[0-9]{8}-[0-9]{4,6})\.(?P<kind>docx|pdf)", re.ASCII)
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class WebDocuments:
    """Gives visitors of the web page what their own cases' answers are made into."""

    def __init__(self, documents: CaseDocuments, visitors: Visitors, allowance: Allowance) -> None:
        self._documents = documents
        self._visitors = visitors
        self._allowance = allowance
        self._making = asyncio.Semaphore(MADE_AT_ONCE)

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route(DOCUMENTS + "/{name}", self.get, methods=["GET"])
        return router

    async def get(self, request: Request, name: str) -> Response:
        """Give a visitor her document; whoever else asks is not told whether there is one."""
        visitor, asked = self._visitors.identify(request), _NAME.fullmatch(name)
        if visitor is None or asked is None:
            raise WebError("not_found", NOT_FOUND)
        if not self._allowance.take(visitor):
            raise WebError("too_many")
        number, kind = asked["number"], cast(Kind, asked["kind"])
        try:
            async with self._making:
                content = await asyncio.to_thread(self._documents.of_address, CHANNEL, visitor, number, kind)
        except NotFound as error:
            raise WebError("not_found", NOT_FOUND) from error
        headers = {**_HEADERS, "Content-Disposition": _disposition(number, kind)}
        return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)


def _disposition(number: str, kind: Kind) -> str:
    """Return the header with a name for readers of ASCII and one that says what it is (RFC 6266, appendix D)."""
    plain = f"{number}.{kind}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(f'仲裁申请书草稿-{plain}', safe='')}"
