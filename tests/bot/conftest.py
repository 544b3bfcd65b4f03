"""A browser and a loopback server for the tests of the web chat page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.bot.engine import ScriptedEngine
from tests.bot.gateway_server import running_gateway
from tests.bot.web_page_phone import OpenPage
from tests.bot.web_page_server import ChatServer


@pytest.fixture
def server() -> Iterator[ChatServer]:
    chat = ChatServer()
    chat.start()
    yield chat
    chat.stop()


@pytest.fixture(params=["loopback server", "gateway"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of the page, on the loopback server and on the gateway: what holds on one must hold on the other."""
    if request.param == "loopback server":
        server: ChatServer = request.getfixturevalue("server")
        yield server.url
        return
    with running_gateway(tmp_path, ScriptedEngine()) as (address, _settings):
        yield f"{address}/chat"


@pytest.fixture
def open_chat(server: ChatServer, new_context: Callable[..., BrowserContext]) -> OpenPage:
    """Open the page on a phone of its own, ready to write."""

    def open_page(context: BrowserContext | None = None, **options: Any) -> Page:
        page = (context or new_context(**options)).new_page()
        page.goto(server.url)
        expect(page.get_by_test_id("log")).to_have_attribute("aria-busy", "false")
        return page

    return open_page
