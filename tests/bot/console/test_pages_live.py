"""Pages that stay right by themselves: news, alarms, colleagues, lost connections, several tabs."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from casework.crypto import Keyring
from casework.database import Database, now
from casework.tables import Message
from casework.wording import Wording
from tests.bot.console.page_site import DESK, PHONE, NewContext, Site, ready, row_of, rows, running_site, said

BROKEN = "连接断了，正在重连…"
QUESTION = "老板拖欠我三个月工资怎么办"


@pytest.fixture
def site(console_database: Database, keyring: Keyring, wording: Wording, tmp_path: Path) -> Iterator[Site]:
    with running_site(console_database, keyring, wording, tmp_path / "files") as running:
        yield running


@pytest.fixture
def chen(site: Site) -> str:
    return site.hire("小陈", "supervisor")


def listening(page: Page) -> None:
    """Wait until the page has heard of the server once."""
    expect(page.get_by_test_id("connection")).to_be_empty()
    page.wait_for_timeout(300)


def tones(page: Page) -> tuple[int, str]:
    """Return how often the page wanted to sound, and what last."""
    button = page.get_by_test_id("sound")
    return int(button.get_attribute("data-played") or 0), button.get_attribute("data-tone") or ""


def shown(page: Page, number: int) -> dict[str, Any]:
    """Return all that a row says, but for the seconds that go by."""
    return row_of(page, number).evaluate(  # type: ignore[no-any-return]
        """row => ({
          href: row.getAttribute('href'), sort: row.dataset.sort, alarm: row.classList.contains('alarm'),
          current: row.getAttribute('aria-current'),
          parts: [...row.querySelectorAll('[class]')].filter((part) => !part.matches('.line, .vh')).map((part) => [
            part.className, part.hidden, part.textContent, part.dataset.level || '', part.dataset.since ?
            Date.parse(part.dataset.since) : '', Date.parse(part.dateTime || '') || '',
          ]),
        })"""
    )


def test_a_new_one_appears_without_reloading_and_in_time(site: Site, new_context: NewContext, chen: str) -> None:
    page = site.enter(new_context(**DESK), chen)
    listening(page)
    expect(page.get_by_test_id("empty")).to_be_visible()
    before, _ = tones(page)
    began = time.monotonic()
    number = site.ask_for_person("worker", QUESTION)
    expect(row_of(page, number)).to_be_visible()
    assert time.monotonic() - began < 5, "two seconds and what a busy machine adds"
    expect(page.get_by_test_id("empty")).to_be_hidden()
    expect(page.get_by_test_id("queue-count")).to_have_text("1")
    expect(page).to_have_title("(1) 收件箱 · 娘家人")
    expect(page.get_by_test_id("announcement")).to_contain_text("有新的求助")
    assert tones(page) == (before + 1, "new")


def test_a_live_row_looks_as_the_reloaded_page_shows_it(site: Site, new_context: NewContext, chen: str) -> None:
    page = site.enter(new_context(**DESK), chen, "/inbox?view=all")
    listening(page)
    waiting = site.ask_for_person("a", QUESTION, name="阿卜杜拉·买买提", reason="legal_urgency", minutes=7.5)
    alarm = site.ask_for_person("b", "我被锁在厂里了", reason="distress", detail="locked_in")
    mine = site.ask_for_person("c", "我想入会", channel="wechat")
    site.hand_offs.claim(site.actor(chen), mine)
    site.hand_offs.reply(site.actor(chen), mine, "您好，" + "很长的回答" * 20, "1")
    bot = site.write("d", "<b>你好</b> &amp;")
    done = site.ask_for_person("e", "孩子上学")
    site.hand_offs.claim(site.actor(chen), done)
    site.hand_offs.resolve(site.actor(chen), done, "solved", "aid")
    numbers = [waiting, alarm, mine, bot, done]
    expect(rows(page)).to_have_count(5)
    expect(row_of(page, done)).to_contain_text("已结束")
    page.wait_for_timeout(500)
    live = {number: shown(page, number) for number in numbers}
    order = rows(page).evaluate_all("rows => rows.map((row) => row.dataset.id)")
    page.reload()
    for number in numbers:
        assert shown(page, number) == live[number]
    assert rows(page).evaluate_all("rows => rows.map((row) => row.dataset.id)") == order


@pytest.mark.parametrize("view", ["unassigned", "mine", "all"])
def test_the_order_of_a_live_list_is_the_servers(site: Site, new_context: NewContext, chen: str, view: str) -> None:
    page = site.enter(new_context(**DESK), chen, f"/inbox?view={view}")
    listening(page)
    for n, (minutes, reason) in enumerate([(3, "asked_for"), (20, "asked_for"), (1, "legal_urgency"), (9, "distress")]):
        site.ask_for_person(f"worker-{n}", f"第 {n} 位", minutes=minutes, reason=reason)
        number = site.ask_for_person(f"taken-{n}", f"接了 {n}", minutes=minutes)
        site.hand_offs.claim(site.actor(chen), number)
        if n % 2:
            site.hand_offs.reply(site.actor(chen), number, "您好", f"{n}")
    expect(rows(page)).to_have_count(8 if view == "all" else 4)
    page.wait_for_timeout(700)
    live = rows(page).evaluate_all("rows => rows.map((row) => row.dataset.id)")
    page.reload()
    assert rows(page).evaluate_all("rows => rows.map((row) => row.dataset.id)") == live


def test_an_alarm_comes_first_and_sounds_until_somebody_takes_it(
    site: Site, new_context: NewContext, chen: str
) -> None:
    site.ask_for_person("other", QUESTION, minutes=30)
    page = site.enter(new_context(**DESK), chen)
    listening(page)
    expect(page.get_by_test_id("alarm-bar")).to_be_hidden()
    number = site.ask_for_person("alarm", "我被锁在厂里了，出不去", reason="distress", detail="locked_in")
    expect(rows(page).first).to_have_attribute("data-id", str(number))
    expect(row_of(page, number).get_by_test_id("alarm-mark")).to_be_visible()
    expect(row_of(page, number).get_by_test_id("waiting")).to_contain_text("马上接")
    expect(page.get_by_test_id("alarm-bar")).to_contain_text("有 1 个求救还没有人接")
    expect(page.get_by_test_id("alarm-announcement")).to_contain_text("报警")
    expect(page.get_by_test_id("sound")).to_have_attribute("data-tone", "alarm")
    once = tones(page)[0]
    page.wait_for_timeout(6500)
    assert tones(page)[0] > once, "the alarm was not repeated"
    site.hand_offs.claim(site.actor(site.hire("周敏")), number)
    expect(page.get_by_test_id("alarm-bar")).to_be_hidden()
    expect(row_of(page, number)).to_have_count(0)
    quiet = tones(page)[0]
    page.wait_for_timeout(6500)
    assert tones(page)[0] == quiet, "the alarm went on"


def test_the_sound_can_be_switched_off_for_good(site: Site, new_context: NewContext, chen: str) -> None:
    page = site.enter(new_context(**DESK), chen)
    page.get_by_test_id("sound").click()
    expect(page.get_by_test_id("sound")).to_have_attribute("aria-pressed", "false")
    page.reload()
    listening(page)
    expect(page.get_by_test_id("sound")).to_have_text("声音：关")
    number = site.ask_for_person("alarm", "我被锁在厂里了", reason="distress")
    expect(row_of(page, number)).to_be_visible()
    assert tones(page)[0] == 0


def test_a_notice_outside_the_page_needs_consent_and_names_nobody(
    site: Site, new_context: NewContext, chen: str
) -> None:
    context = new_context(**DESK)
    context.add_init_script(
        """
        window.notices = [];
        window.Notification = class {
          constructor(title, options) { window.notices.push([title, options.body]); }
          static permission = 'default';
          static async requestPermission() { this.permission = 'granted'; window.asked = true; }
        };
        Object.defineProperty(document, 'hidden', { get: () => true });
        """
    )
    page = site.enter(context, chen)
    listening(page)
    assert page.evaluate("window.asked") is None
    number = site.ask_for_person("first", QUESTION, name="王建国")
    expect(row_of(page, number)).to_be_visible()
    assert page.evaluate("window.notices") == []
    page.get_by_test_id("notify").click()
    expect(page.get_by_test_id("notify")).to_have_text("桌面提醒：开")
    number = site.ask_for_person("second", QUESTION, name="李秀英")
    expect(row_of(page, number)).to_be_visible()
    assert page.evaluate("window.notices") == [["娘家人工作台", "有新的求助"]]


def test_two_claim_at_once_and_one_is_told(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    first = site.enter(new_context(**DESK), chen, f"/conversations/{number}")
    second = site.enter(new_context(**DESK), site.hire("周敏"), f"/conversations/{number}")
    held: list[Route] = []
    second.route("**/claim*", lambda route: held.append(route))  # her click is under way when the other's arrives
    with second.expect_request("**/claim*"):
        second.get_by_test_id("claim").click()
    first.get_by_test_id("claim").click()
    expect(first.get_by_test_id("state")).to_have_text("我在接待")
    held[0].continue_()
    expect(second.get_by_test_id("alert")).to_have_text("已被小陈接走")
    expect(second.get_by_test_id("state")).to_have_text("小陈在接待")
    expect(second.get_by_test_id("claim")).to_have_count(0)
    expect(second.get_by_test_id("standing")).to_contain_text("只有小陈能回复")
    expect(row_of(second, number)).to_have_count(0)


def test_who_claims_too_late_reads_by_whom_it_was_taken(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}")
    page.context.set_offline(True)  # her page hears nothing
    expect(page.get_by_test_id("connection")).to_have_text(BROKEN)
    site.hand_offs.claim(site.actor(site.hire("周敏")), number)
    page.route("**/events*", lambda route: route.abort())
    page.context.set_offline(False)
    page.get_by_test_id("reply").fill("我来帮您")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("send-error")).to_contain_text("已被周敏接走")
    expect(page.get_by_test_id("reply")).to_have_value("我来帮您")
    expect(page.get_by_test_id("state")).to_have_text("周敏在接待")


def test_what_a_colleague_takes_leaves_the_queue(site: Site, new_context: NewContext, chen: str) -> None:
    first = site.ask_for_person("a", QUESTION, minutes=2)
    second = site.ask_for_person("b", "我想入会", minutes=1)
    page = site.enter(new_context(**DESK), chen)
    listening(page)
    page.keyboard.press("j")
    expect(row_of(page, first)).to_be_focused()
    site.hand_offs.claim(site.actor(site.hire("周敏")), first)
    expect(row_of(page, first)).to_have_count(0)
    expect(row_of(page, second)).to_be_focused()


def test_after_a_lost_connection_the_page_is_right_again(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("a", QUESTION, minutes=3)
    gone = site.ask_for_person("b", "我想入会", minutes=1)
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}")
    listening(page)
    site.stop()
    expect(page.get_by_test_id("connection")).to_have_text(BROKEN)
    site.write("a", "还有人吗")
    new = site.ask_for_person("c", "工伤怎么办")
    site.hand_offs.claim(site.actor(chen), gone)
    expect(row_of(page, new)).to_have_count(0)
    site.start()
    expect(page.get_by_test_id("connection")).to_be_empty(timeout=30_000)
    expect(row_of(page, new)).to_be_visible()
    expect(row_of(page, gone)).to_have_count(0)
    expect(said(page, "worker").last).to_have_text("还有人吗")
    expect(page.get_by_test_id("mine-count")).to_have_text("1")
    site.write("a", "终于通了")
    expect(said(page, "worker").last).to_have_text("终于通了")


def test_the_phone_too_says_that_the_line_is_down(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("a", QUESTION)
    page = site.enter(new_context(**PHONE), chen, f"/conversations/{number}")
    listening(page)
    site.stop()
    expect(page.get_by_test_id("connection")).to_be_in_viewport()
    expect(page.get_by_test_id("connection")).to_have_text(BROKEN)


def test_who_reads_further_up_is_told_of_new_messages(site: Site, new_context: NewContext, chen: str) -> None:
    for n in range(60):
        site.write("worker", f"第 {n} 条")
    number = site.ask_for_person("worker", "找人工")
    site.hand_offs.claim(site.actor(chen), number)
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}?view=mine")
    listening(page)
    scroller, pill = page.get_by_test_id("transcript"), page.get_by_test_id("new-messages")
    rest = "part => part.scrollHeight - part.clientHeight - part.scrollTop"
    site.write("worker", "跟着走")
    expect(said(page, "worker").last).to_have_text("跟着走")
    expect(pill).to_be_hidden()
    assert scroller.evaluate(rest) < 5
    scroller.evaluate("part => { part.scrollTop = 300; }")
    page.wait_for_timeout(200)
    site.write("worker", "新的一条")
    expect(pill).to_have_text("有新消息")
    expect(page.get_by_test_id("announcement")).to_have_text("职工：新的一条")
    assert scroller.evaluate("part => part.scrollTop") == 300
    pill.click()
    expect(pill).to_be_hidden()
    expect(said(page, "worker").last).to_be_in_viewport()


def test_a_message_that_arrived_is_marked_so(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    site.hand_offs.claim(site.actor(chen), number)
    sent = site.hand_offs.reply(site.actor(chen), number, "您好", "1")
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}?view=mine")
    listening(page)
    expect(page.get_by_test_id("delivery")).to_have_text("已存，还没送达")
    with site.database.write() as session:
        session.get_one(Message, sent.id).delivered_at = now()
    site.shift(number)
    expect(page.get_by_test_id("delivery")).to_have_text("已送达")
    expect(said(page, "staff")).to_have_count(1)


def test_what_the_channel_still_takes_is_said(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION, channel="wechat")
    site.hand_offs.claim(site.actor(chen), number)
    site.shift(number, reachable_until=now() + timedelta(hours=30, minutes=5))
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}?view=mine")
    listening(page)
    expect(page.get_by_test_id("reach")).to_contain_text("条，1 天内有效")
    site.shift(number, reachable_until=now() + timedelta(hours=3, minutes=1))
    expect(page.get_by_test_id("reach")).to_have_attribute("data-reach", "soon")
    expect(page.get_by_test_id("reach")).to_contain_text("条，3 小时")
    site.shift(number, reachable_until=now() - timedelta(minutes=1))
    expect(page.get_by_test_id("reach")).to_have_attribute("data-reach", "closed")
    expect(page.get_by_test_id("reach")).to_contain_text("留了电话的，打电话")


def test_the_waiting_time_goes_on_by_itself(site: Site, new_context: NewContext, chen: str) -> None:
    context = new_context(**DESK)
    context.clock.install()
    number = site.ask_for_person("worker", QUESTION)
    page = site.enter(context, chen)
    waiting = row_of(page, number).get_by_test_id("waiting")
    expect(waiting).to_have_attribute("data-level", "usual")
    context.clock.fast_forward("06:00")
    expect(waiting).to_have_attribute("data-level", "long")
    expect(waiting).to_have_text(re.compile(r"^偏久 · [67] 分钟$"))
    context.clock.fast_forward("10:00")
    expect(waiting).to_have_attribute("data-level", "too_long")
    expect(waiting).to_have_text(re.compile(r"^太久 · 1[67] 分钟$"))


def test_the_tabs_of_one_browser_share_one_line(site: Site, new_context: NewContext, chen: str) -> None:
    context = new_context(**DESK)
    lines: list[Request] = []
    context.on("request", lambda request: lines.append(request) if "/events" in request.url else None)
    first = site.enter(context, chen)
    listening(first)
    second = context.new_page()
    second.goto(f"{site.url}/inbox?view=all")
    ready(second)
    listening(second)
    assert len(lines) == 1
    number = site.ask_for_person("a", QUESTION)
    expect(row_of(first, number)).to_be_visible()
    expect(row_of(second, number)).to_be_visible()
    assert tones(second)[0] == 0, "each new one sounds once, not in every tab"
    first.close()
    listening(second)
    number = site.ask_for_person("b", QUESTION)
    expect(row_of(second, number)).to_be_visible()
    assert len(lines) == 2
    expect(second.get_by_test_id("sound")).to_have_attribute("data-tone", "new")


def test_a_tab_that_comes_later_has_missed_nothing(site: Site, new_context: NewContext, chen: str) -> None:
    context = new_context(**DESK)
    first = site.enter(context, chen)
    listening(first)
    second = context.new_page()
    late: list[int] = []

    def in_between(route: Any) -> None:
        answer = route.fetch()  # the page is made, but has not come yet
        late.append(site.ask_for_person("between", QUESTION))
        expect(row_of(first, late[0])).to_be_visible()
        route.fulfill(response=answer)

    second.route("**/inbox?view=all", in_between)
    second.goto(f"{site.url}/inbox?view=all")
    expect(row_of(second, late[0])).to_be_visible()


def test_typing_is_told_to_the_worker_now_and_then(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    site.hand_offs.claim(site.actor(chen), number)
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}?view=mine")
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url) if request.url.endswith("/typing") else None)
    page.get_by_test_id("reply").press_sequentially("您好，我看一下", delay=20)
    page.wait_for_timeout(300)
    assert len(told) == 1
    assert site.conversations.status(number).typing


def test_who_was_signed_out_is_led_back_and_loses_nothing(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}")
    listening(page)
    page.get_by_test_id("reply").fill("写到一半")
    other = page.context.new_page()
    other.goto(f"{site.url}/password")
    other.get_by_test_id("logout").click()
    other.close()
    expect(page.get_by_test_id("connection")).to_contain_text("登录已经过期", timeout=25_000)
    page.get_by_role("link", name="重新登录").click()
    page.get_by_test_id("login-username").fill(chen)
    page.get_by_test_id("login-password").fill("horse battery staple")
    page.get_by_test_id("login-submit").click()
    page.wait_for_url(f"**/conversations/{number}")
    expect(page.get_by_test_id("reply")).to_have_value("写到一半")
