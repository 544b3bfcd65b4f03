"""Suggested answers from the knowledge base, which the action server searches: it holds the encoder, the console not.

`GET /conversations/{number}/suggestions` and `GET /suggestions?q=…` answer `{"question", "suggestions": [{"id",
"title", "text", "confidence", "sources", "basis", "citations": [{"document", "article", "url"}]}]}`. `text` is ready to
be sent, with its sources in plain words; `confidence` is the calibrated chance that this one answers, null for all but
the first. Entries that are not in force or for another region are not among them. Where the action server is away, the
answer is 503 with a sentence for staff: the page works on without suggestions.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import httpx
import structlog
from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response

from bot.console.security import Agent
from bot.console.views import citation
from casework.last_question import LastQuestions
from casework.text import understood

DEADLINE = 3.0
"""Seconds for one search."""
MOST = 3
LEAST_CONFIDENCE = 0.25
"""Below this, less than one first hit in four is right: nothing is suggested unasked."""
AWAY = "推荐回答暂时用不了，知识库没有回应。回复不受影响，过一会儿会自己恢复。"

_log = structlog.get_logger()

Number = Annotated[int, Path(gt=0, lt=2**31)]
Asked = Annotated[str, Query(max_length=500)]


class SearchAway(Exception):
    """The action server did not answer in time, or not as it should."""


class SearchClient:
    """Asks the action server."""

    def __init__(self, http: httpx.AsyncClient, actions_url: str, token: str) -> None:
        self._http = http
        self._url = f"{actions_url}/search"
        self._token = token

    async def search(self, question: str, region: str | None, top_k: int) -> list[dict[str, Any]]:
        """Return entries, best first. Raises `SearchAway`."""
        body = {"question": question, "region": region, "top_k": top_k}
        try:
            async with asyncio.timeout(DEADLINE):
                response = await self._http.post(self._url, params={"token": self._token}, json=body, timeout=DEADLINE)
            response.raise_for_status()
            return [dict(entry) for entry in response.json()["results"]]
        except (httpx.HTTPError, TimeoutError, ValueError, KeyError, TypeError) as error:
            raise SearchAway(type(error).__name__) from error


class SuggestionRoutes:
    """Gives suggestions to the page of a conversation, and to staff who search themselves."""

    def __init__(self, client: SearchClient, questions: LastQuestions) -> None:
        self._client = client
        self._questions = questions

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter()
        router.add_api_route("/conversations/{number}/suggestions", self.for_conversation, methods=["GET"])
        router.add_api_route("/suggestions", self.for_staff, methods=["GET"])
        return router

    async def for_conversation(self, signed_in: Agent, number: Number) -> Response:
        """Suggest answers to what the worker said last; none where she asked nothing that entries are about."""
        asked = await asyncio.to_thread(self._questions.of, signed_in.actor, number)
        if not asked.text:
            return _answer("", [])
        try:
            found = await self._client.search(asked.text, asked.region, MOST)
        except SearchAway as error:
            return _away(error)
        sure = found and (found[0].get("confidence") or 0) >= LEAST_CONFIDENCE
        return _answer(asked.text, found if sure else [])

    async def for_staff(self, _signed_in: Agent, q: Asked = "", region: Asked = "") -> Response:
        """Search for what a member of staff typed."""
        question = understood(q)
        if not question:
            return _answer("", [])
        try:
            return _answer(question, await self._client.search(question, region or None, 2 * MOST))
        except SearchAway as error:
            return _away(error)


def suggestion(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as staff insert it."""
    citations = list(entry.get("citations") or ())
    sources = source_words(citations)
    lines = [str(entry["conclusion"]), str(entry.get("detail") or ""), f"依据：{'；'.join(sources)}" if sources else ""]
    return {
        "id": entry["id"],
        "title": entry["title"],
        "text": "\n".join(line for line in lines if line),
        "confidence": entry.get("confidence"),
        "sources": sources,
        "basis": entry.get("basis") or "",
        "citations": citations,
    }


def source_words(citations: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say sources in plain words, a document once: 《劳动合同法》第三十条、第八十五条."""
    articles: dict[str, list[str]] = {}
    for each in citations:
        document = citation({"document": each.get("document")})
        articles.setdefault(document, [])
        if each.get("article"):
            articles[document].append(str(each["article"]))
    return [document + "、".join(named) for document, named in articles.items()]


def _answer(question: str, found: Sequence[Mapping[str, Any]]) -> Response:
    return JSONResponse({"question": question, "suggestions": [suggestion(entry) for entry in found]})


def _away(error: SearchAway) -> Response:
    _log.warning("suggestions.away", reason=str(error))
    return JSONResponse({"error": {"code": "suggestions_away", "message": AWAY}}, 503)
