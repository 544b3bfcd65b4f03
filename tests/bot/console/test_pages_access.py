"""The console for everybody: small screens, screen readers, little light, slow lines."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from casework.crypto import Keyring
from casework.database import Database, now
from casework.wording import Wording
from tests.bot.console.page_site import DESK, PHONE, NewContext, Site, row_of, rows, running_site, said

QUESTION = "老板拖欠我三个月工资怎么办"
SIZES = {1280: DESK, 390: PHONE}
LONG = "阿卜杜拉·买买提·艾合买提江·" + "长" * 26
LIMIT = 100_000
"""Bytes on the way to a browser that has nothing of it yet."""


@pytest.fixture
def site(console_database: Database, keyring: Keyring, wording: Wording, tmp_path: Path) -> Iterator[Site]:
    with running_site(console_database, keyring, wording, tmp_path / "files") as running:
        yield running


@pytest.fixture
def chen(site: Site) -> str:
    return site.hire("小陈", "supervisor")


def axe_faults(page: Page) -> list[str]:
    """Return axe's findings that shut somebody out: rule and place."""
    found: list[dict[str, Any]] = Axe().run(page).response["violations"]
    grave = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [f"{each['id']} {node['target']} {node['failureSummary']}" for each in grave for node in each["nodes"]]


def overflow(page: Page) -> int:
    """Pixels by which the page or a part of it that does not scroll is wider than the screen."""
    return int(
        page.evaluate(
            """Math.max(document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll('main *')]
            .filter((one) => one.getClientRects().length && !one.closest('.vh, .actions'))
            .map((one) => Math.round(one.getBoundingClientRect().right - innerWidth)))"""
        )
    )


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "#888").save(file, "JPEG")
    return file.getvalue()


def busy(site: Site, chen: str) -> int:
    """Fill the site with all that a page can show; return the conversation of 小陈."""
    number = site.write("worker", QUESTION)
    site.bot_answers(number, intent="ask_policy", confidence=0.93, entries=["wage-arrears"])
    site.ask_for_person("worker", "找人工，我的电话 13812345678，https://example.org/" + "x" * 90, name=LONG)
    site.send_photo("worker", picture(), "工资条" * 20 + ".jpg", "这是工资条")
    site.send_place("worker", 34.2, 117.28)
    site.past_hand_off(number, now() - timedelta(days=20), 1, "等了太久")
    site.promise_call(number, chen)
    site.hand_offs.claim(site.actor(chen), number)
    site.notes.add(site.actor(chen), number, "先别联系单位")
    site.hand_offs.reply(site.actor(chen), number, "您好，我是小陈", "1")
    site.write("worker", "我可以直接去仲裁吗？" + "9" * 60)
    for n, minutes in enumerate((0, 6, 20, 200)):
        site.ask_for_person(f"w{n}", "x" * 80, minutes=minutes, name=LONG if n % 2 else "", reason="legal_urgency")
    site.ask_for_person("alarm", "我被锁在厂里了", reason="distress", detail="locked_in", minutes=2)
    return number


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", SIZES)
def test_axe_finds_nothing_serious(site: Site, new_context: NewContext, chen: str, width: int, scheme: str) -> None:
    page = site.enter(new_context(**SIZES[width], color_scheme=scheme), chen)
    page.get_by_test_id("filter-toggle").click()
    assert axe_faults(page) == [], "empty"
    number = busy(site, chen)
    expect(rows(page).first).to_contain_text("报警")
    rows(page).nth(1).focus()
    assert axe_faults(page) == [], "busy"
    page.goto(f"{site.url}/conversations/{number}?view=mine")
    expect(page.get_by_test_id("suggestion").first).to_be_visible()
    for fold in page.locator("details.fold summary").all():
        fold.click()
    page.get_by_test_id("reply").fill("/")
    assert axe_faults(page) == [], "conversation"
    page.get_by_test_id("note").check()
    page.get_by_test_id("reply").fill(" ")
    page.evaluate("document.getElementById('send-error').textContent = '没有发出去，你写的还在框里。'")
    page.evaluate("document.getElementById('alert').textContent = '已被周敏接走'")
    assert axe_faults(page) == [], "note and errors"
    for button in ("resolve", "transfer"):
        page.get_by_test_id(button).click()
        expect(page.get_by_test_id(f"{button}-dialog")).to_be_visible()
        assert axe_faults(page) == [], button
        page.keyboard.press("Escape")
    if width == 390:
        page.get_by_test_id("show-details").click()
    for button in ("call-back", "rename"):
        page.get_by_test_id(button).click()
        assert axe_faults(page) == [], button
        page.keyboard.press("Escape")
    assert axe_faults(page) == [], "details"
    site.stop()
    expect(page.get_by_test_id("connection")).not_to_be_empty()
    assert axe_faults(page) == [], "without network"


@pytest.mark.parametrize("width", [1280, 1000, 768, 390, 320])
def test_nothing_is_wider_than_the_screen(site: Site, new_context: NewContext, chen: str, width: int) -> None:
    number = busy(site, chen)
    page = site.enter(new_context(viewport={"width": width, "height": 780}), chen)
    page.get_by_test_id("filter-toggle").click()
    assert overflow(page) <= 0, "list"
    page.goto(f"{site.url}/conversations/{number}?view=mine")
    expect(page.get_by_test_id("suggestion").first).to_be_visible()
    for fold in page.locator("details.fold summary").all():
        fold.click()
    page.get_by_test_id("reply").fill("w" * 300)
    assert overflow(page) <= 0, "conversation"
    expect(page.get_by_test_id("send")).to_be_in_viewport(ratio=1)
    if width < 1200:
        page.get_by_test_id("show-details").click()
        assert overflow(page) <= 0, "details"


def test_the_phone_shows_one_thing_at_a_time(site: Site, new_context: NewContext, chen: str) -> None:
    number = busy(site, chen)
    page = site.enter(new_context(**PHONE), chen, "/inbox?view=mine")
    row_of(page, number).tap()
    page.wait_for_url("**/conversations/*")
    expect(page.get_by_test_id("inbox-list")).to_be_hidden()
    expect(page.get_by_test_id("details")).to_be_hidden()
    expect(said(page, "worker").last).to_be_in_viewport()
    page.get_by_test_id("show-details").tap()
    expect(page.get_by_test_id("details")).to_be_visible()
    expect(page.get_by_test_id("hide-details")).to_be_focused()
    page.get_by_test_id("hide-details").tap()
    expect(page.get_by_test_id("details")).to_be_hidden()
    page.get_by_test_id("back").tap()
    page.wait_for_url("**/inbox?view=mine")
    expect(row_of(page, number)).to_be_visible()


def test_the_keyboard_of_a_phone_leaves_room_to_write(site: Site, new_context: NewContext, chen: str) -> None:
    number = busy(site, chen)
    page = site.enter(new_context(**PHONE), chen, f"/conversations/{number}?view=mine")
    page.set_viewport_size({"width": 390, "height": 420})  # as Android's browsers shrink it
    page.get_by_test_id("reply").fill("您好\n" * 5)
    expect(page.get_by_test_id("send")).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("reply")).to_be_in_viewport()
    assert page.get_by_test_id("transcript").evaluate("part => part.clientHeight") >= 48


def test_what_a_thumb_taps_is_large_enough(site: Site, new_context: NewContext, chen: str) -> None:
    number = busy(site, chen)
    page = site.enter(new_context(**PHONE), chen)
    size = "part => Math.min(part.offsetHeight, part.offsetWidth)"
    too_small = (
        "parts => parts.filter((part) => part.getClientRects().length && !part.closest('.vh')"
        " && Math.round(part.getBoundingClientRect().height) < 44).map((part) => part.outerHTML.slice(0, 120))"
    )
    taps = (
        "main button, main a:not(.text a):not(.download):not(.skip), main select, main input:not([type=radio]), "
        "main summary"
    )
    page.get_by_test_id("filter-toggle").click()
    assert page.locator(taps).evaluate_all(too_small) == []
    assert rows(page).first.evaluate(size) >= 44
    page.goto(f"{site.url}/conversations/{number}?view=mine")
    expect(page.get_by_test_id("suggestion").first).to_be_visible()
    assert page.locator(taps).evaluate_all(too_small) == []
    page.get_by_test_id("resolve").click()
    dialog = page.get_by_test_id("resolve-dialog")
    assert dialog.locator("button, select, label.choice").evaluate_all(too_small) == []


def test_a_screen_reader_hears_who_speaks_and_what_colours_mean(site: Site, new_context: NewContext, chen: str) -> None:
    number = busy(site, chen)
    page = site.enter(new_context(**DESK), chen)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_test_id("announcement")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_test_id("alarm-announcement")).to_have_attribute("aria-live", "assertive")
    first = rows(page).first
    expect(first).to_contain_text("报警")
    expect(first).to_contain_text("马上接")
    expect(first.get_by_test_id("unanswered")).to_have_text("还没回复 ")
    expect(page.locator("[data-level=long]").first).to_contain_text("偏久")
    expect(page.locator("[data-level=too_long]").first).to_contain_text("太久")
    page.goto(f"{site.url}/conversations/{number}?view=mine")
    names = page.locator("#log .msg .name").all_inner_texts()
    assert {"职工", "机器人", "系统", "我"} <= set(names)
    expect(page.get_by_role("region", name="聊天内容")).to_be_visible()
    expect(page.get_by_role("textbox", name="内容")).to_be_visible()
    expect(page.get_by_test_id("send-error")).to_have_attribute("role", "alert")


def test_nothing_moves_for_who_asked_for_stillness(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = site.enter(new_context(**DESK, reduced_motion="reduce"), chen, f"/conversations/{number}")
    site.write("worker", "在吗")
    arrived = page.locator(".msg.arrived .bubble").last
    expect(arrived).to_contain_text("在吗")
    assert arrived.evaluate("part => getComputedStyle(part).animationName") == "none"


def test_a_conversation_of_a_hundred_messages_is_a_light_page(site: Site, new_context: NewContext, chen: str) -> None:
    for n in range(50):
        site.write("worker", f"{n}：厂里三个月没发工资了，找谁都不管，我该怎么办呢")
        if n % 5 == 0:
            site.bot_answers(
                site.write("worker", QUESTION), intent="ask_policy", confidence=0.9, entries=["wage-arrears"]
            )
    number = site.ask_for_person("worker", "找人工")
    for n in range(30):
        site.ask_for_person(f"w{n}", QUESTION, name="王建国")
    site.hand_offs.claim(site.actor(chen), number)
    for n in range(20):
        site.write("worker", "还有，他们让我签一张工资已经结清的条子，不签就不给钱")
        site.hand_offs.reply(site.actor(chen), number, "您好，请把工资条和考勤记录拍下来，先别签任何字据。", f"{n}")
    page = site.enter(new_context(**DESK), chen)
    network = page.context.new_cdp_session(page)
    sizes: dict[str, int] = {}
    names: dict[str, str] = {}
    network.on("Network.responseReceived", lambda told: names.__setitem__(told["requestId"], told["response"]["url"]))
    network.on("Network.loadingFinished", lambda told: sizes.__setitem__(told["requestId"], told["encodedDataLength"]))
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.route("**/events*", lambda route: route.abort())  # it never ends
    page.goto(f"{site.url}/conversations/{number}", wait_until="networkidle")
    assert len(site.says(number)) >= 100
    came = {names[each].removeprefix(site.url): int(size) for each, size in sizes.items()}
    assert {"/static/conversation.js", "/static/work.css", f"/conversations/{number}"} <= came.keys()
    assert sum(came.values()) < LIMIT, came


def test_the_pages_need_nothing_from_elsewhere(site: Site, new_context: NewContext, chen: str) -> None:
    number = busy(site, chen)
    page = site.enter(new_context(**DESK), chen)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/inbox", f"/conversations/{number}?view=mine"):
        page.goto(site.url + path)
        page.wait_for_timeout(500)
        assert (
            page.locator(
                "style, script:not([src]), [onclick], [onload], [onerror], [style]:not(textarea):not(html)"
            ).count()
            == 0
        )
    assert {url.split("/")[2] for url in asked if not url.startswith("data:")} == {site.url.split("/")[2]}
