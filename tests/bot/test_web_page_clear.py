"""清除本机记录: a shared phone is left clean, and the server too, if she wants."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.bot.web_page_phone import OpenPage, ask, bubbles
from tests.bot.web_page_server import ChatServer


def kept_on(page: Page) -> list[str]:
    keys: list[str] = page.evaluate("[...Object.keys(localStorage), ...Object.keys(sessionStorage)]")
    return keys


def talk(page: Page) -> None:
    page.get_by_test_id("size").click()
    ask(page, "别让人看见")
    expect(bubbles(page, "bot")).to_have_count(1)


def test_only_this_phone_is_cleared(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    talk(page)
    before = server.visitor
    page.get_by_role("button", name="清除本机记录").click()
    page.get_by_test_id("forget").click()
    expect(page.get_by_test_id("welcome")).to_be_visible()
    expect(bubbles(page)).to_have_count(0)
    assert kept_on(page) == []
    assert page.evaluate("document.documentElement.dataset.size") == "normal"
    assert [message["text"] for message in before.messages] == ["别让人看见", "收到：别让人看见"]
    assert server.visitor is not before
    page.go_back()
    expect(page.get_by_text("别让人看见")).to_have_count(0)


def test_another_tab_on_the_phone_is_cleared_as_well(
    open_chat: OpenPage, new_context: Callable[..., BrowserContext]
) -> None:
    phone = new_context()
    first, second = open_chat(phone), open_chat(phone)
    talk(first)
    expect(bubbles(second)).to_have_count(2)
    first.get_by_test_id("clear").click()
    first.get_by_test_id("forget").click()
    expect(second.get_by_test_id("welcome")).to_be_visible()
    expect(bubbles(second)).to_have_count(0)


def test_what_was_not_sent_yet_goes_too(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    page.route("**/chat/api/messages", lambda route: route.abort())
    ask(page, "没发出去的")
    expect(page.get_by_test_id("delivery")).to_be_visible()
    page.get_by_test_id("clear").click()
    page.get_by_test_id("forget").click()
    expect(page.get_by_test_id("clear-dialog")).to_be_hidden()
    page.unroute_all()
    page.reload()
    expect(page.get_by_test_id("welcome")).to_be_visible()
    assert kept_on(page) == []
    assert server.posts == []


def test_erasing_at_the_server_asks_again_first(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    talk(page)
    name = next(iter(server.visitors))
    page.get_by_test_id("clear").click()
    page.get_by_test_id("erase").click()
    expect(page.get_by_test_id("erase-back")).to_be_focused()
    page.get_by_test_id("erase-back").click()
    assert server.erased == []
    page.get_by_test_id("erase").click()
    page.get_by_test_id("erase-confirm").click()
    expect(page.get_by_test_id("welcome")).to_be_visible()
    assert server.erased == [name]
    assert name not in server.visitors
    assert kept_on(page) == []


def test_nothing_is_cleared_without_a_choice(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    talk(page)
    page.get_by_test_id("clear").click()
    page.get_by_test_id("clear-cancel").click()
    expect(page.get_by_test_id("clear-dialog")).to_be_hidden()
    page.get_by_test_id("clear").click()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("clear-dialog")).to_be_hidden()
    expect(page.get_by_test_id("clear")).to_be_focused()
    expect(bubbles(page)).to_have_count(2)


def test_a_failed_clearing_is_told_and_nothing_is_pretended(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    talk(page)
    page.route("**/chat/api/forget", lambda route: route.abort())
    page.get_by_test_id("clear").click()
    page.get_by_test_id("forget").click()
    expect(page.get_by_test_id("clear-error")).to_have_text(re.compile("没清掉：没连上"))
    expect(page.get_by_test_id("forget")).to_be_enabled()
    expect(bubbles(page)).to_have_count(2)
