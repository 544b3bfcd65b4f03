"""`POST /search`: the knowledge base for the staff's console, from the one process that holds the encoder.

Takes `{"question", "region"?, "top_k"?}` and answers `{"results": [{"id", "title", "conclusion", "detail", "basis",
"citations": [{"document", "article", "url"}], "confidence"}]}`, best first: entries that are in force today for the
region or a wider one. `confidence` is the calibrated chance (0 to 1) that the first entry answers; the others have none
(null), because the calibration knows nothing of them. Errors: 400 for another shape, 413 for more than 16 KiB, 503 when
the search takes longer than its deadline.
"""

from __future__ import annotations

import asyncio
import json as plain_json
from dataclasses import dataclass
from typing import Any, Self

from sanic import Request
from sanic.response import HTTPResponse, json

from actions.cards import basis
from knowledge_base import Found, Hit, KnowledgeBase

DEADLINE = 2.5
"""Seconds; the console waits 3."""
MAX_BODY = 16 * 1024
LONGEST_QUESTION = 1000
MOST_RESULTS = 20


class Search:
    """Answers the console."""

    def __init__(self, knowledge_base: KnowledgeBase, deadline: float = DEADLINE) -> None:
        self._knowledge_base = knowledge_base
        self._deadline = deadline

    async def handle(self, request: Request) -> HTTPResponse:
        """Answer one request; the search itself runs in a thread, so that actions go on meanwhile."""
        if len(request.body) > MAX_BODY:
            return json({"error": "too_large"}, status=413)
        try:
            asked = _Asked.from_body(request.body)
        except (ValueError, RecursionError):
            return json({"error": "bad_request"}, status=400)
        try:
            async with asyncio.timeout(self._deadline):
                found = await asyncio.to_thread(
                    self._knowledge_base.search, asked.question, region=asked.region, top_k=asked.top_k
                )
        except TimeoutError:
            return json({"error": "too_slow"}, status=503)
        return json({"results": results(found)})


def results(found: Found) -> list[dict[str, Any]]:
    """Return what was found as JSON."""
    return [_as_dict(hit, found.confidence if place == 0 else None) for place, hit in enumerate(found.hits)]


@dataclass(frozen=True)
class _Asked:
    question: str
    region: str | None
    top_k: int

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Read a request's body. Raises `ValueError` for another shape."""
        data = plain_json.loads(body)
        if not isinstance(data, dict):
            raise ValueError("no object")
        question, region, top_k = data.get("question"), data.get("region"), data.get("top_k", 3)
        if not isinstance(question, str) or not question.strip():
            raise ValueError("no question")
        if region is not None and not isinstance(region, str):
            raise ValueError("region is no text")
        if not isinstance(top_k, int) or isinstance(top_k, bool) or not 1 <= top_k <= MOST_RESULTS:
            raise ValueError("top_k out of range")
        return cls(question.strip()[:LONGEST_QUESTION], region or None, top_k)


def _as_dict(hit: Hit, confidence: float | None) -> dict[str, Any]:
    entry = hit.entry
    return {
        "id": entry.id,
        "title": entry.title,
        "conclusion": entry.conclusion,
        "detail": entry.detail,
        "basis": basis(entry),
        "citations": [{"document": c.document, "article": c.article, "url": c.url} for c in entry.citations],
        "confidence": confidence,
    }
