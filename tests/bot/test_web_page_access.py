"""The chat page for everybody: small screens, large type, keyboard, screen reader, little light."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.bot.web_page_phone import OpenPage, ask, bubbles
from tests.bot.web_page_server import ChatServer, Message, Refusal

LONG: list[Message] = [
    {"text": "先别签任何字据，也别辞职。把工资条、转账记录、考勤都拍下来存好，再打 12333 问去哪里投诉。" * 2},
    {
        "text": "怎么办：\n1. 找劳动监察投诉，不收钱。\n2. 申请仲裁。\n期限：离开后一年内。\n材料：身份证。" * 3,
        "citations": [{"document": "保障农民工工资支付条例", "article": "第三条", "title": "", "url": None}],
        "basis": "2026-11-21 核对，长期有效",
        "more": "派遣工两家都可以找。",
        "buttons": [{"title": f"这是第 {n} 个相关的问题", "token": f"t{n}"} for n in range(5)]
        + [{"title": "打 12351", "url": "tel:12351"}],
    },
]


def axe_faults(page: Page) -> list[str]:
    """Return axe's findings that shut somebody out: rule and place."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [f"{each['id']} {node['target']} {node['failureSummary']}" for each in grave for node in each["nodes"]]


def overflow(page: Page) -> int:
    """Pixels by which the page or a part of it is wider than the screen."""
    return int(
        page.evaluate(
            "Math.max(document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('body *')]"
            ".filter((one) => !one.closest('.vh, .skip, .who') && one.getClientRects().length)"
            ".map((one) => one.getBoundingClientRect().right - innerWidth))"
        )
    )


def in_view(part: Locator, page: Page) -> bool:
    box, screen = part.bounding_box(), page.viewport_size
    assert box is not None
    assert screen is not None
    return box["x"] >= 0 and box["x"] + box["width"] <= screen["width"] and box["y"] + box["height"] <= screen["height"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360, 320])
def test_axe_finds_nothing_serious(server: ChatServer, open_chat: OpenPage, width: int, scheme: str) -> None:
    server.replies["问"] = LONG
    page = open_chat(viewport={"width": width, "height": 640}, color_scheme=scheme)
    assert axe_faults(page) == [], "empty"
    page.get_by_test_id("privacy").locator("summary").click()
    ask(page, "问")
    expect(bubbles(page, "bot")).to_have_count(2)
    server.say("staff", "我是区总工会的小陈，请打 0511-12345678 找我")
    server.say("system", "工作人员明天 9 点回来")
    page.get_by_test_id("basis").locator("summary").click()
    expect(bubbles(page, "system")).to_have_count(1)
    assert axe_faults(page) == [], "conversation"
    server.refusals.append(Refusal(422, "这条消息格式不对，请改一下再发。"))
    ask(page, "错")
    expect(page.get_by_test_id("error")).not_to_be_empty()
    assert axe_faults(page) == [], "error"
    page.get_by_test_id("clear").click()
    assert axe_faults(page) == [], "dialog"
    page.get_by_test_id("erase").click()
    assert axe_faults(page) == [], "second question of the dialog"
    page.get_by_test_id("erase-back").click()
    page.get_by_test_id("clear-cancel").click()
    server.stop()
    page.get_by_test_id("input").fill("断网" * 600)
    page.get_by_test_id("send").click()
    page.get_by_test_id("input").fill("断网" * 600)
    expect(page.get_by_test_id("connection")).not_to_be_empty()
    expect(page.get_by_test_id("delivery")).to_be_visible()
    assert axe_faults(page) == [], "without network"


@pytest.mark.parametrize("presses", [0, 1, 2])
def test_a_narrow_phone_never_scrolls_sideways(server: ChatServer, open_chat: OpenPage, presses: int) -> None:
    server.replies["问"] = LONG
    page = open_chat(viewport={"width": 320, "height": 568})
    for _ in range(presses):
        page.get_by_test_id("size").click()
    assert overflow(page) <= 0
    ask(page, "问")
    expect(bubbles(page, "bot")).to_have_count(2)
    server.say("bot", "https://example.org/" + "x" * 200 + " " + "9" * 100)
    expect(bubbles(page, "bot")).to_have_count(3)
    page.get_by_test_id("basis").locator("summary").click()
    page.get_by_test_id("input").fill("w" * 300)
    assert overflow(page) <= 0
    assert in_view(page.get_by_test_id("send"), page)
    assert in_view(page.get_by_test_id("clear"), page)
    page.get_by_test_id("clear").click()
    assert overflow(page) <= 0


def test_the_notice_on_personal_data_is_on_the_smallest_screen(open_chat: OpenPage) -> None:
    page = open_chat(viewport={"width": 320, "height": 480})
    expect(page.get_by_test_id("welcome")).to_be_visible()
    expect(page.get_by_test_id("privacy").locator("summary")).to_be_in_viewport(ratio=1)


def test_at_four_times_the_size_the_conversation_still_has_room(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat(viewport={"width": 320, "height": 256})  # 1280 × 1024 at 400 %
    ask(page, "问")
    expect(bubbles(page, "bot")).to_have_count(1)
    assert in_view(page.get_by_test_id("send"), page)
    assert page.get_by_test_id("scroller").evaluate("part => part.clientHeight") >= 110


def test_large_type_is_remembered(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.say("bot", "看得清吗")
    height = "text => parseFloat(getComputedStyle(text).fontSize)"
    sizes = [page.get_by_test_id("text").evaluate(height)]
    for name in ("字号：大", "字号：特大"):
        page.get_by_test_id("size").click()
        expect(page.get_by_role("button", name=name)).to_be_visible()
        sizes.append(page.get_by_test_id("text").evaluate(height))
    assert sizes == sorted(set(sizes))
    assert sizes[-1] >= 24
    page.reload()
    expect(page.get_by_role("button", name="字号：特大")).to_be_visible()
    assert page.get_by_test_id("text").evaluate(height) == sizes[-1]
    page.get_by_test_id("size").click()
    assert page.get_by_test_id("text").evaluate(height) == sizes[0]


def test_everything_can_be_done_with_the_keyboard(server: ChatServer, open_chat: OpenPage) -> None:
    server.replies["问"] = LONG
    page = open_chat()
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("input")).to_be_focused()
    page.keyboard.type("问")
    page.keyboard.press("Enter")
    expect(bubbles(page, "bot")).to_have_count(2)
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_test_id("attach")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_test_id("new-messages")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("scroller")).to_be_focused()
    page.get_by_test_id("basis").locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("basis-line")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(bubbles(page, "bot")).to_have_count(3)
    page.get_by_test_id("clear").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("clear-cancel")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_test_id("erase")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("clear")).to_be_focused()


def test_a_screen_reader_hears_what_is_new(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("log", name="对话记录")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("textbox", name="你想问什么")).to_be_visible()
    expect(page.get_by_test_id("error")).to_have_attribute("role", "alert")
    expect(page.get_by_test_id("connection")).to_have_attribute("role", "status")
    server.delay = 0.5
    ask(page, "问")
    expect(page.get_by_role("status").filter(has_text="正在查，请稍等")).to_be_visible()
    expect(bubbles(page)).to_have_count(2)
    own = bubbles(page, "worker").element_handle()
    expect(bubbles(page, "worker")).to_have_attribute("data-id", "1")
    assert own.evaluate("bubble => bubble.isConnected"), "read out twice: the bubble was made anew"


def test_what_a_thumb_taps_is_large_enough(server: ChatServer, open_chat: OpenPage) -> None:
    server.replies["问"] = LONG
    page = open_chat()
    for control in page.get_by_test_id("suggestion").all():
        assert control.evaluate("part => part.offsetHeight") >= 44
    ask(page, "问")
    expect(bubbles(page, "bot")).to_have_count(2)
    names = ("send", "attach", "size", "clear", "button", "button-link")
    for control in [part for name in names for part in page.get_by_test_id(name).all()]:
        assert control.evaluate("part => Math.min(part.offsetHeight, part.offsetWidth)") >= 44
    assert page.locator(".basis summary").evaluate("part => part.offsetHeight") >= 44


def test_nothing_moves_for_who_asked_for_stillness(server: ChatServer, open_chat: OpenPage) -> None:
    server.delay = 0.5
    page = open_chat(reduced_motion="reduce")
    ask(page, "问")
    expect(page.get_by_test_id("typing")).to_be_visible()
    assert page.locator(".dots i").first.evaluate("dot => getComputedStyle(dot).animationName") == "none"


def test_the_newest_is_followed_unless_she_scrolled_up(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    for number in range(30):
        server.say("bot", f"第 {number} 条")
    page.reload()
    scroller, pill = page.get_by_test_id("scroller"), page.get_by_test_id("new-messages")
    expect(bubbles(page)).to_have_count(30)
    rest = "part => part.scrollHeight - part.clientHeight - part.scrollTop"
    assert scroller.evaluate(rest) < 5
    server.say("staff", "跟着走")
    expect(bubbles(page)).to_have_count(31)
    assert scroller.evaluate(rest) < 5
    scroller.evaluate("part => { part.scrollTop = 100; }")
    page.wait_for_timeout(100)
    server.say("bot", "新的一条")
    expect(pill).to_have_text("有新消息")
    assert scroller.evaluate("part => part.scrollTop") == 100
    pill.click()
    expect(pill).to_be_hidden()
    assert scroller.evaluate(rest) < 5


def test_a_long_answer_is_shown_from_its_beginning(server: ChatServer, open_chat: OpenPage) -> None:
    server.replies["问"] = LONG
    page = open_chat(viewport={"width": 320, "height": 568})
    ask(page, "问")
    expect(bubbles(page, "bot")).to_have_count(2)
    expect(page.get_by_test_id("new-messages")).to_have_text("下面还有")
    top = bubbles(page, "bot").first.evaluate(
        "one => one.getBoundingClientRect().top - document.getElementById('scroller').getBoundingClientRect().top"
    )
    assert 0 <= top <= 120


def test_the_page_needs_nothing_from_elsewhere(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    ask(page, "问")
    expect(bubbles(page, "bot")).to_have_count(1)
    assert {url.split("/chat")[0] for url in asked} == {server.url.removesuffix("/chat")}
    assert page.locator("[style*='url'], style, script:not([src]), [onclick], [onload]").count() == 0
