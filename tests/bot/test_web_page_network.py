"""What the chat page does when the network, the server or the cookie fails: nothing is lost, nothing doubled."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.bot.web_page_phone import OpenPage, ask, bubbles, wait_until_sent
from tests.bot.web_page_server import ChatServer, Refusal

BROKEN = "网络断了，正在重连…"
NewContext = Callable[..., BrowserContext]


def texts_of(server: ChatServer, author: str) -> list[str]:
    return [message["text"] for message in server.visitor.messages if message["author"] == author]


def kept_on(page: Page) -> list[str]:
    """Return what the phone keeps of this page, by key without its random part."""
    return page.evaluate("Object.keys(localStorage).map((key) => key.replace(/out\\..*/, 'out'))")  # type: ignore[no-any-return]


def test_a_message_written_while_the_server_is_away_goes_when_it_is_back(
    server: ChatServer, open_chat: OpenPage
) -> None:
    page = open_chat()
    server.stop()
    expect(page.get_by_test_id("connection")).to_have_text(BROKEN)
    for text in ("第一句", "第二句", "第三句"):
        ask(page, text)
    expect(page.get_by_test_id("delivery").first).to_have_text("没网，连上后自动发")
    assert server.visitor.messages == []
    server.start()
    expect(bubbles(page, "bot")).to_have_count(3)
    expect(page.get_by_test_id("connection")).to_be_empty()
    expect(page.get_by_test_id("delivery")).to_have_count(0)
    assert texts_of(server, "worker") == ["第一句", "第二句", "第三句"]
    assert kept_on(page) == []


def test_a_phone_without_network_says_so_and_recovers(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    page.context.set_offline(True)
    expect(page.get_by_test_id("connection")).to_have_text(BROKEN)
    ask(page, "没网时写的")
    expect(page.get_by_test_id("delivery")).to_be_visible()
    page.context.set_offline(False)
    expect(bubbles(page)).to_have_text([re.compile("没网时写的"), re.compile("收到：没网时写的")])
    assert texts_of(server, "worker") == ["没网时写的"]


def test_an_unsent_message_survives_closing_the_page(
    server: ChatServer, open_chat: OpenPage, new_context: NewContext
) -> None:
    phone = new_context()
    page = open_chat(phone)
    phone.set_offline(True)
    ask(page, "关掉之前写的")
    expect(page.get_by_test_id("delivery")).to_be_visible()
    assert kept_on(page) == ["niangjia.out"]
    page.close()
    phone.set_offline(False)
    page = open_chat(phone)
    expect(bubbles(page)).to_have_text([re.compile("关掉之前写的"), re.compile("收到：关掉之前写的")])
    assert texts_of(server, "worker") == ["关掉之前写的"]
    assert kept_on(page) == []


def test_a_lost_answer_makes_no_second_message(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/chat/api/messages", lose, times=1)
    ask(page, "问一句")
    expect(bubbles(page)).to_have_text([re.compile("问一句"), re.compile("收到：问一句")])
    expect(page.get_by_test_id("typing")).to_be_hidden()
    wait_until_sent(page)
    assert len({post["id"] for post in server.posts}) == 1
    assert len(server.posts) == 2
    assert texts_of(server, "worker") == ["问一句"]
    expect(bubbles(page)).to_have_count(2)


def test_an_answer_lost_with_the_page_is_there_once_after_a_reload(server: ChatServer, open_chat: OpenPage) -> None:
    server.delay = 1.0
    page = open_chat()
    ask(page, "问一句")
    expect(bubbles(page, "worker")).to_have_attribute("data-id", re.compile(r"\d+"))
    page.reload()
    expect(page.get_by_test_id("typing")).to_be_visible()
    expect(bubbles(page)).to_have_count(1)
    expect(bubbles(page)).to_have_text([re.compile("问一句"), re.compile("收到：问一句")])
    wait_until_sent(page)
    expect(bubbles(page)).to_have_count(2)


def test_what_was_said_while_the_stream_was_down_is_fetched(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.stop()
    expect(page.get_by_test_id("connection")).to_have_text(BROKEN)
    server.say("staff", "你在吗")
    server.start()
    expect(bubbles(page, "staff")).to_have_count(1)
    expect(page.get_by_test_id("connection")).to_be_empty()


def test_without_an_event_stream_the_page_still_works(server: ChatServer, new_context: NewContext) -> None:
    phone = new_context()
    phone.route("**/chat/api/events", lambda route: route.abort())
    page = phone.new_page()
    page.goto(server.url)
    ask(page, "没有事件流")
    expect(bubbles(page, "bot")).to_have_count(1)
    server.say("staff", "我来回你")
    expect(bubbles(page, "staff")).to_have_count(1)
    expect(page.get_by_test_id("connection")).to_be_empty()


def test_several_quick_messages_stay_in_order(server: ChatServer, open_chat: OpenPage) -> None:
    server.delay = 0.3
    page = open_chat()
    said = ["一", "二", "三", "四"]
    for text in said:
        ask(page, text)
    expect(bubbles(page, "bot")).to_have_count(4)
    assert texts_of(server, "worker") == said
    ids = bubbles(page).evaluate_all("all => all.map((one) => Number(one.dataset.id))")
    assert ids == sorted(set(ids))
    assert len(ids) == 8


def test_two_tabs_show_each_message_once(server: ChatServer, open_chat: OpenPage, new_context: NewContext) -> None:
    phone = new_context()
    first, second = open_chat(phone), open_chat(phone)
    ask(first, "第一页问的")
    ask(second, "第二页问的")
    for page in (first, second):
        expect(bubbles(page)).to_have_count(4)
        ids = bubbles(page).evaluate_all("all => all.map((one) => one.dataset.id)")
        assert ids == [message["id"] for message in server.visitor.messages]


def test_a_passing_fault_of_the_server_is_tried_again(server: ChatServer, open_chat: OpenPage) -> None:
    server.refusals.append(Refusal(503, "系统在重启"))
    page = open_chat()
    ask(page, "再试一次")
    expect(page.get_by_test_id("delivery")).to_have_text("还没送到，会自动再发")
    expect(bubbles(page, "bot")).to_have_count(1)
    assert [post["text"] for post in server.posts] == ["再试一次"] * 2


def test_too_many_messages_wait_as_long_as_the_server_says(server: ChatServer, open_chat: OpenPage) -> None:
    server.refusals.append(Refusal(429, "发得太快了，请等一会儿再发。", wait=1))
    page = open_chat()
    ask(page, "快")
    expect(page.get_by_test_id("error")).to_have_text("发得太快了，请等一会儿再发。（1 秒后自动再发）")
    expect(bubbles(page, "bot")).to_have_count(1)
    expect(page.get_by_test_id("error")).to_be_empty()


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_message_comes_back_into_the_input(server: ChatServer, open_chat: OpenPage, status: int) -> None:
    server.refusals.append(Refusal(status, "内容太长了，请分几次发。"))
    page = open_chat()
    ask(page, "很长的话")
    expect(page.get_by_test_id("error")).to_contain_text("内容太长了，请分几次发。")
    expect(page.get_by_test_id("input")).to_have_value("很长的话")
    expect(bubbles(page)).to_have_count(0)
    assert kept_on(page) == []
    ask(page, "短的")
    expect(bubbles(page, "bot")).to_have_count(1)
    expect(page.get_by_test_id("error")).to_be_empty()


def test_a_button_that_no_longer_works_says_what_to_do(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.say("bot", "选一个", buttons=[{"title": "怎么仲裁", "token": "old"}])
    server.refusals.append(Refusal(409, "这个按钮已经用不了了，请直接把问题打出来。"))
    page.get_by_test_id("button").click()
    expect(page.get_by_test_id("error")).to_contain_text("请直接把问题打出来")
    expect(page.get_by_test_id("input")).to_have_value("")
    expect(bubbles(page, "worker")).to_have_count(0)


def test_an_unknown_visitor_gets_a_new_page_once(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    pages: list[str] = []

    def count(request: Request) -> None:
        if request.is_navigation_request():
            pages.append(request.url)

    page.on("request", count)
    server.visitors.clear()
    ask(page, "还认得我吗")
    expect(bubbles(page)).to_have_text([re.compile("还认得我吗"), re.compile("收到：还认得我吗")])
    assert len(pages) == 1


def test_a_visitor_who_may_read_but_not_write_is_not_reloaded_for_ever(server: ChatServer, open_chat: OpenPage) -> None:
    server.refusals.extend([Refusal(401, "页面打开太久了，请刷新后再发。")] * 2)
    page = open_chat()
    ask(page, "写不进去")
    expect(page.get_by_test_id("error")).to_have_text("页面认不出你了，请关掉这个页面，重新打开")
    assert len(server.posts) == 2


def test_what_is_written_before_the_history_came_is_sent_once(server: ChatServer, new_context: NewContext) -> None:
    phone = new_context()
    page = phone.new_page()
    waiting: list[Route] = []
    page.route(re.compile(r"/chat/api/messages$"), lambda route: waiting.append(route), times=1)
    page.goto(server.url)
    page.wait_for_timeout(300)
    server.say("bot", "以前说的")
    ask(page, "等不及先写")
    expect(bubbles(page, "bot")).to_have_count(1)
    assert len(waiting) == 1
    waiting[0].continue_()
    expect(bubbles(page)).to_have_text(
        [re.compile("以前说的"), re.compile("等不及先写"), re.compile("收到：等不及先写")]
    )
    assert texts_of(server, "worker") == ["等不及先写"]
    assert len(server.posts) == 1


def test_a_phone_that_refuses_cookies_is_told_and_not_reloaded_for_ever(
    server: ChatServer, new_context: NewContext
) -> None:
    phone = new_context()
    phone.route("**/chat/api/**", lambda route: route.fulfill(status=401, json={"error": {"message": "请刷新"}}))
    page = phone.new_page()
    page.goto(server.url)
    expect(page.get_by_test_id("error")).to_have_text("页面认不出你了，请关掉这个页面，重新打开")
