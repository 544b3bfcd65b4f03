"""Suggestions come with their sources, are about what was asked, and their absence breaks nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastapi import APIRouter

import bot.console.suggestions as module
from bot.console.suggestions import AWAY, SearchAway, SearchClient, SuggestionRoutes, source_words
from casework.crypto import Keyring
from casework.database import Database
from casework.last_question import LastQuestions
from casework.wording import Wording
from tests.bot.console.conftest import Console
from tests.casework.worker import Worker

JSON = {"Accept": "application/json"}
ENTRY = {
    "id": "wage-arrears",
    "title": "老板拖欠工资怎么办",
    "conclusion": "先别签字，打 12333 投诉。",
    "detail": "怎么办：1. 留证据。",
    "basis": "2026-11-21 核对，长期有效",
    "citations": [
        {"document": "劳动合同法", "article": "第三十条", "url": None},
        {"document": "劳动合同法", "article": "第八十五条", "url": None},
        {"document": "劳社部发〔2005〕12号", "article": None, "url": None},
    ],
    "confidence": 0.8,
}


class ActionServer:
    """Answers searches as a test tells it to."""

    def __init__(self) -> None:
        self.results: list[dict[str, Any]] = [ENTRY, {**ENTRY, "id": "other", "citations": [], "confidence": None}]
        self.asked: list[dict[str, Any]] = []
        self.tokens: list[str] = []
        self.answer: Callable[[], httpx.Response] = lambda: httpx.Response(200, json={"results": self.results})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(json.loads(request.content))
        self.tokens.append(request.url.params["token"])
        return self.answer()


@pytest.fixture
def actions() -> ActionServer:
    return ActionServer()


def client(actions: ActionServer) -> SearchClient:
    return SearchClient(httpx.AsyncClient(transport=httpx.MockTransport(actions)), "http://actions", "secret")


@pytest.fixture
def console_routers(console_database: Database, actions: ActionServer) -> list[APIRouter]:
    return [SuggestionRoutes(client(actions), LastQuestions(console_database)).router()]


@pytest.fixture
def wang(console_database: Database, keyring: Keyring, wording: Wording) -> Worker:
    worker = Worker(console_database, keyring, wording)
    worker.hand_over()
    worker.writes("老板三个月没发工资")
    worker.writes("怎么去要")
    return worker


def test_what_can_be_sent_comes_with_its_sources(console: Console, wang: Worker, actions: ActionServer) -> None:
    response = console.sign_in("agent").get(f"/conversations/{wang.number}/suggestions", headers=JSON)
    assert response.status_code == 200
    body = response.json()
    assert body["question"] == "老板三个月没发工资，怎么去要"
    first, second = body["suggestions"]
    assert first["text"].splitlines() == [
        "先别签字，打 12333 投诉。",
        "怎么办：1. 留证据。",
        "依据：《劳动合同法》第三十条、第八十五条；劳社部发〔2005〕12号",
    ]
    assert first["sources"] == ["《劳动合同法》第三十条、第八十五条", "劳社部发〔2005〕12号"]
    assert (first["confidence"], second["confidence"]) == (0.8, None)
    assert "依据" not in second["text"]
    assert actions.asked == [{"question": "老板三个月没发工资，怎么去要", "region": None, "top_k": 3}]
    assert actions.tokens == ["secret"]


def test_nothing_is_suggested_for_what_entries_do_not_answer(
    console: Console, wang: Worker, actions: ActionServer
) -> None:
    actions.results = [{**ENTRY, "confidence": 0.1}]
    response = console.sign_in("agent").get(f"/conversations/{wang.number}/suggestions", headers=JSON)
    assert response.json()["suggestions"] == []
    assert console.sign_in("agent").get("/suggestions?q=欠薪", headers=JSON).json()["suggestions"][0]["title"]


def test_without_a_question_nobody_is_asked(
    console: Console, console_database: Database, keyring: Keyring, wording: Wording, actions: ActionServer
) -> None:
    li = Worker(console_database, keyring, wording, "li")
    li.hand_over("转人工")
    response = console.sign_in("agent").get(f"/conversations/{li.number}/suggestions", headers=JSON)
    assert response.json() == {"question": "", "suggestions": []}
    assert console.sign_in("agent").get("/suggestions?q=", headers=JSON).json()["suggestions"] == []
    assert actions.asked == []


def broken() -> httpx.Response:
    raise httpx.ConnectError("away")


@pytest.mark.parametrize(
    "answer",
    [
        broken,
        lambda: httpx.Response(401, json={"error": "token"}),
        lambda: httpx.Response(503, json={"error": "too_slow"}),
        lambda: httpx.Response(200, content=b"<html>"),
        lambda: httpx.Response(200, json=["results"]),
        lambda: httpx.Response(200, json={"results": 7}),
    ],
)
def test_an_action_server_that_is_away_is_said_and_breaks_nothing(
    console: Console, wang: Worker, actions: ActionServer, answer: Callable[[], httpx.Response]
) -> None:
    actions.answer = answer
    for path in (f"/conversations/{wang.number}/suggestions", "/suggestions?q=欠薪怎么办"):
        response = console.sign_in("agent").get(path, headers=JSON)
        assert response.status_code == 503
        assert response.json() == {"error": {"code": "suggestions_away", "message": AWAY}}


async def test_a_search_has_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forever(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(30)
        return httpx.Response(200)

    monkeypatch.setattr(module, "DEADLINE", 0.1)
    slow = SearchClient(httpx.AsyncClient(transport=httpx.MockTransport(forever)), "http://actions", "secret")
    with pytest.raises(SearchAway):
        await slow.search("欠薪", None, 3)


def test_what_one_may_not_see_gives_no_suggestions(console: Console, wang: Worker, actions: ActionServer) -> None:
    elsewhere = console.sign_in("supervisor", "enterprise")
    for number in (wang.number, 999_999):
        response = elsewhere.get(f"/conversations/{number}/suggestions", headers=JSON)
        assert response.status_code == 404
    assert actions.asked == []


def test_sources_that_carry_their_own_marks() -> None:
    assert source_words([{"document": "《关于建立劳动关系的通知》", "article": None}]) == ["《关于建立劳动关系的通知》"]
    assert source_words([]) == []
