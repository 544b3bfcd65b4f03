"""What the chat page shows while people have the conversation: the queue, who is there, who types, five faces."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from tests.bot.test_web_page_access import axe_faults, overflow
from tests.bot.web_page_phone import OpenPage, ask, bubbles
from tests.bot.web_page_server import ChatServer

FACES = ["😞 很不满意", "🙁 不满意", "😐 一般", "🙂 满意", "😄 很满意"]


def rate(server: ChatServer) -> None:
    buttons = [{"title": title, "token": f"t{score}"} for score, title in enumerate(FACES, 1)]
    server.say("system", "工作人员这次帮到你了吗？", buttons=buttons)


def test_the_page_follows_the_queue_without_a_word_being_said(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    state, bar = page.get_by_test_id("state"), page.get_by_test_id("waiting-bar")
    expect(state).to_have_text("自动回答，附依据")
    expect(bar).to_be_hidden()
    server.say("system", "已转人工")
    server.visitor.state, server.visitor.queue = "open", 3
    expect(state).to_have_text("已转人工，排第 3 位")
    expect(bar).to_be_visible()
    server.visitor.queue = 1
    expect(state).to_have_text("已转人工，排第 1 位")
    server.visitor.queue, server.visitor.assigned = None, "小陈"
    expect(state).to_have_text("工作人员小陈在和你说话")
    expect(bar).to_be_hidden()
    server.visitor.state, server.visitor.assigned = "pending", None
    expect(state).to_have_text("自动回答，附依据")
    expect(state).to_have_attribute("role", "status")


def test_who_waits_can_leave_with_one_tap(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.visitor.state, server.visitor.queue = "open", 2
    page.get_by_test_id("leave-queue").click()
    expect(bubbles(page, "worker")).to_have_text([re.compile("不等了")])
    assert [post["text"] for post in server.posts] == ["不等了"]
    server.visitor.state, server.visitor.queue = "pending", None
    expect(page.get_by_test_id("waiting-bar")).to_be_hidden()


def test_the_state_is_there_after_a_reload(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.visitor.state, server.visitor.assigned = "open", "小陈"
    page.reload()
    expect(page.get_by_test_id("state")).to_have_text("工作人员小陈在和你说话")


def test_staff_have_their_names(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.say("staff", "你好，我来帮你", name="小陈")
    expect(bubbles(page, "staff")).to_have_text([re.compile(r"小陈（工会工作人员）：.*你好，我来帮你")])


def test_a_name_is_text_and_never_markup(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    name = "<img src=x onerror=alert(1)>"
    server.say("staff", "你好", name=name)
    server.visitor.state, server.visitor.assigned, server.visitor.typing = "open", name, True
    expect(bubbles(page, "staff").locator(".name")).to_have_text(f"{name}（工会工作人员）")
    expect(page.get_by_test_id("state")).to_have_text(f"工作人员{name}在和你说话")
    expect(page.get_by_test_id("typing")).to_have_text(f"{name}正在打字")


def test_typing_is_seen_and_ends(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    typing = page.get_by_test_id("typing")
    server.visitor.state, server.visitor.assigned = "open", "小陈"
    ask(page, "在吗")
    expect(page.get_by_test_id("notice")).to_have_text("已送到，工作人员看到就会回你")
    expect(typing).to_be_hidden()
    server.visitor.typing = True
    expect(typing).to_have_text("小陈正在打字")
    expect(typing).to_be_visible()
    server.visitor.typing = False
    expect(typing).to_be_hidden()


def test_five_faces_stand_in_one_row_and_say_what_they_mean(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat(viewport={"width": 320, "height": 568})
    ask(page, "你好")
    expect(bubbles(page, "bot")).to_have_count(1)
    server.say("bot", "前面的", buttons=[{"title": "🙂 满意", "token": "a"}, {"title": "找人工", "token": "b"}])
    rate(server)
    row = page.get_by_test_id("buttons").last
    faces = row.get_by_test_id("button")
    expect(faces).to_have_count(5)
    boxes = [face.bounding_box() for face in faces.all()]
    assert len({box["y"] for box in boxes if box}) == 1
    assert all(box and box["width"] >= 44 and box["height"] >= 44 for box in boxes)
    assert overflow(page) <= 0
    expect(row.get_by_role("button", name="很不满意", exact=True)).to_be_visible()
    large = row.locator(".face").first.evaluate("face => parseFloat(getComputedStyle(face).fontSize)")
    assert large >= 28
    expect(page.get_by_test_id("buttons").first).not_to_have_class(re.compile("faces"))
    page.get_by_test_id("scroller").evaluate("part => { part.scrollTop = part.scrollHeight; }")
    expect(page.get_by_test_id("new-messages")).to_be_hidden()  # it lies over the last of the faces otherwise
    row.get_by_role("button", name="满意", exact=True).click()
    expect(bubbles(page, "worker").last).to_have_text(re.compile("🙂 满意"))
    assert server.posts[-1]["button"] == "t4"
    rate(server)
    expect(page.get_by_test_id("buttons")).to_have_count(3)
    expect(page.get_by_test_id("buttons").nth(1).get_by_test_id("button").nth(3)).to_have_class(re.compile("used"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_axe_finds_nothing_serious(server: ChatServer, open_chat: OpenPage, width: int, scheme: str) -> None:
    page = open_chat(viewport={"width": width, "height": 640}, color_scheme=scheme)
    server.visitor.state, server.visitor.queue = "open", 2
    expect(page.get_by_test_id("waiting-bar")).to_be_visible()
    assert axe_faults(page) == [], "waiting"
    page.get_by_test_id("leave-queue").click()
    expect(bubbles(page, "worker")).to_have_count(1)
    assert axe_faults(page) == [], "leaving"
    server.visitor.queue, server.visitor.assigned, server.visitor.typing = None, "小陈", True
    server.say("staff", "你好", name="小陈")
    expect(page.get_by_test_id("typing")).to_be_visible()
    assert axe_faults(page) == [], "with staff"
    rate(server)
    expect(page.get_by_test_id("button")).to_have_count(5)
    assert axe_faults(page) == [], "rating"
    assert overflow(page) <= 0


def test_an_answer_that_comes_late_does_not_turn_the_state_back(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    expect(page.get_by_test_id("state")).to_have_text("自动回答，附依据")

    def hold(route: Route) -> None:
        answer = route.fetch()  # what it says of the state is old when it arrives
        server.visitor.state, server.visitor.queue = "open", 1
        expect(page.get_by_test_id("state")).to_have_text("已转人工，排第 1 位")
        route.fulfill(response=answer)

    page.route("**/chat/api/messages", hold, times=1)
    ask(page, "找人工")
    expect(bubbles(page, "bot")).to_have_count(1)
    expect(page.get_by_test_id("typing")).to_be_hidden()
    expect(page.get_by_test_id("state")).to_have_text("已转人工，排第 1 位")
