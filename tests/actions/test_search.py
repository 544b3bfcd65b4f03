"""The console's way to the knowledge base: over HTTP, with the token, within limits, without holding actions up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
from sanic import Sanic

from actions.search import MAX_BODY, Search
from actions.server import Executor, build_server
from knowledge_base import Citation, Entry, Found, Hit

ARREARS = Entry(
    id="wage-arrears",
    title="老板拖欠工资怎么办",
    category="legal",
    reviewed=date(2026, 11, 21),
    citations=(Citation("劳动合同法", "第三十条"),),
    conclusion="先别签字，打 12333 投诉。",
    steps="1. 留证据。",
)
ARBITRATION = replace(ARREARS, id="arbitration-how", title="怎么仲裁", conclusion="去仲裁委。")


class Knowledge:
    """Finds the same two entries, as slowly as it is told to."""

    def __init__(self) -> None:
        self.searched: list[tuple[str, dict[str, Any]]] = []
        self.seconds = 0.0

    def search(self, question: str, **options: Any) -> Found:
        time.sleep(self.seconds)
        self.searched.append((question, options))
        return Found((Hit(ARREARS, 1.0), Hit(ARBITRATION, 0.5)), 0.8, answered=True)


@contextlib.asynccontextmanager
async def serving(knowledge: Knowledge, deadline: float = 2.0) -> AsyncIterator[httpx.AsyncClient]:
    """Run the real server on a free port."""
    Sanic._app_registry.clear()  # rasa-sdk gives every app the same name
    search = Search(knowledge, deadline)  # type: ignore[arg-type]  # finds what the test gives it
    app = build_server(Executor(), search, "secret")
    app.config.TOUCHUP = False  # it rewrites Sanic's own methods, once a process
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.start_serving()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", params={"token": "secret"}) as client:
            yield client
    finally:
        await server.close()


async def test_what_is_found_comes_with_its_sources() -> None:
    knowledge = Knowledge()
    async with serving(knowledge) as client:
        asked = {"question": " 欠薪怎么办 ", "region": "江苏/徐州", "top_k": 3}
        response = await client.post("/search", json=asked)
    assert response.status_code == 200
    first, second = response.json()["results"]
    assert first == {
        "id": "wage-arrears",
        "title": "老板拖欠工资怎么办",
        "conclusion": "先别签字，打 12333 投诉。",
        "detail": "怎么办：1. 留证据。",
        "basis": "2026-11-21 核对，长期有效，法规修改时更新",
        "citations": [{"document": "劳动合同法", "article": "第三十条", "url": None}],
        "confidence": 0.8,
    }
    assert (second["id"], second["confidence"]) == ("arbitration-how", None)
    assert knowledge.searched == [("欠薪怎么办", {"region": "江苏/徐州", "top_k": 3})]


async def test_nothing_is_found_without_the_token() -> None:
    async with serving(Knowledge()) as client, httpx.AsyncClient(base_url=client.base_url) as stranger:
        for params in ({"token": "guess"}, {}):
            assert (await stranger.post("/search", json={"question": "x"}, params=params)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"question": ""}',
        b'{"question": 7}',
        b'{"question": "x", "region": 7}',
        b'{"question": "x", "top_k": 0}',
        b'{"question": "x", "top_k": true}',
        b'{"question": "x", "top_k": 500}',
    ],
)
async def test_another_shape_is_refused(body: bytes) -> None:
    async with serving(Knowledge()) as client:
        assert (await client.post("/search", content=body)).status_code == 400


async def test_too_much_is_refused() -> None:
    async with serving(Knowledge()) as client:
        assert (await client.post("/search", content=b"x" * (MAX_BODY + 1))).status_code == 413


async def test_a_slow_search_has_a_deadline_and_holds_nobody_up() -> None:
    knowledge = Knowledge()
    knowledge.seconds = 1.0
    async with serving(knowledge, deadline=0.3) as client:
        searching = asyncio.create_task(client.post("/search", json={"question": "x"}))
        await asyncio.sleep(0.05)
        began = time.monotonic()
        assert (await client.get("/health")).status_code == 200
        assert time.monotonic() - began < 0.2
        assert (await searching).status_code == 503
