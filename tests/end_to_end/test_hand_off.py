"""The way to a person and back, with the whole system running: a worker's phone and the staff's browsers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from casework.database import Database, now
from casework.tables import Conversation, Department, HandOff
from tests.bot.web_page_phone import ask, bubbles
from tests.end_to_end.stack import Stack
from tests.end_to_end.test_browser import open_phone

LIVE = 2.0
"""Seconds within which staff see what happens."""
_numbers = count(1)
PASSWORD = "a good long password"
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def quiet_day(stack: Stack) -> None:
    """Open every department round the clock, and let nobody wait from the tests before."""
    database = Database(stack.settings().database)
    with database.write() as session:
        for department in session.scalars(select(Department)):
            department.hours = {str(day): [["00:00", "24:00"]] for day in range(7)}
        session.execute(update(HandOff).where(HandOff.ended_at.is_(None)).values(ended_at=now(), outcome="other"))
        session.execute(update(Conversation).values(state="pending", assignee_id=None, unanswered_since=None))
    database.close()


@pytest.fixture
def sign_in(stack: Stack, quiet_day: None, new_context: NewContext) -> Callable[..., Page]:
    """Add a member of staff by the command line and sign in with a browser of her own."""

    def sign_in(role: str = "agent") -> Page:
        name = f"{role}{next(_numbers)}"
        said = stack.run("bot", "staff", "add", name, "--role", role, "--password-stdin", given=PASSWORD + "\n")
        assert name in said
        page = new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.goto(stack.console)
        page.get_by_test_id("login-username").fill(name)
        page.get_by_test_id("login-password").fill(PASSWORD)
        page.get_by_test_id("login-submit").click()
        expect(page).to_have_url(re.compile(r"/inbox"))
        return page

    return sign_in


def row_with(page: Page, words: str) -> object:
    return page.get_by_test_id("inbox-row").filter(has_text=words)


def test_from_asking_for_a_person_to_the_bot_again(
    stack: Stack, new_context: NewContext, sign_in: Callable[..., Page]
) -> None:
    staff = sign_in()
    phone = open_phone(stack, new_context)
    ask(phone, "老板拖欠我三个月工资怎么办")
    expect(bubbles(phone, "bot").nth(1)).to_be_visible()
    answered = bubbles(phone, "bot").count()
    ask(phone, "转人工，工资的事")
    began = time.monotonic()
    row = staff.get_by_test_id("inbox-row").first
    expect(row).to_be_visible(timeout=LIVE * 1000)
    assert time.monotonic() - began < LIVE + 1
    expect(bubbles(phone, "system").last).to_contain_text("第 1 位")
    expect(phone.get_by_test_id("state")).to_contain_text("排第 1 位")

    row.click()
    expect(staff.get_by_test_id("transcript")).to_contain_text("老板拖欠我三个月工资怎么办")
    expect(staff.get_by_test_id("suggestion").first).to_be_visible()
    staff.get_by_test_id("claim").click()
    expect(bubbles(phone, "system").last).to_contain_text("真人")

    staff.get_by_test_id("reply").fill("你好，我是工会的小陈。先把工资条拍给我看看。")
    staff.get_by_test_id("send").click()
    expect(bubbles(phone, "staff")).to_have_count(1)
    expect(bubbles(phone, "staff")).to_contain_text("工资条")
    ask(phone, "工伤怎么认定")
    expect(staff.get_by_test_id("transcript")).to_contain_text("工伤怎么认定")
    expect(bubbles(phone, "bot")).to_have_count(answered)

    staff.get_by_test_id("resolve").click()
    staff.get_by_test_id("outcome-advised").check()
    staff.get_by_test_id("category").select_option("wages")
    staff.get_by_test_id("resolve-confirm").click()
    faces = phone.get_by_role("button", name=re.compile("很满意"))
    expect(faces).to_be_visible()
    faces.click()
    expect(bubbles(phone).last).to_contain_text("谢谢")
    ask(phone, "刚才工作人员怎么说的")
    expect(bubbles(phone, "bot").last).to_contain_text("工资条")
    before = bubbles(phone, "bot").count()
    ask(phone, "送外卖算不算有劳动关系")
    expect(bubbles(phone, "bot").nth(before + 1)).to_be_visible()


def test_two_take_it_at_once_and_the_second_is_told(
    stack: Stack, new_context: NewContext, sign_in: Callable[..., Page]
) -> None:
    first, second = sign_in(), sign_in()
    phone = open_phone(stack, new_context)
    ask(phone, "人工")
    for page in (first, second):
        page.get_by_test_id("inbox-row").first.click()
        expect(page.get_by_test_id("claim")).to_be_visible()
    address = first.url.split("?")[0]
    second.goto(address)
    expect(second.get_by_test_id("claim")).to_be_visible()
    second.route("**/events*", lambda route: route.abort())  # she does not see yet that a colleague was faster
    second.reload()
    first.get_by_test_id("claim").click()
    expect(bubbles(phone, "system").last).to_contain_text("真人")
    second.get_by_test_id("claim").click()
    expect(second.get_by_text(re.compile("已被.*接走")).first).to_be_visible()


def test_distress_rings_at_the_top(stack: Stack, new_context: NewContext, sign_in: Callable[..., Page]) -> None:
    staff = sign_in()
    calm, hurt = open_phone(stack, new_context), open_phone(stack, new_context)
    ask(calm, "人工")
    expect(bubbles(calm, "system").last).to_contain_text("位")
    ask(hurt, "我被锁在仓库里出不去了")
    top = staff.get_by_test_id("inbox-row").first
    expect(top).to_contain_text("求救", timeout=LIVE * 1000)
    expect(top.get_by_test_id("alarm-mark")).to_be_visible()
    expect(bubbles(hurt, "bot").last).to_contain_text("110")


def test_leaving_the_queue_takes_the_row_away(
    stack: Stack, new_context: NewContext, sign_in: Callable[..., Page]
) -> None:
    staff = sign_in()
    phone = open_phone(stack, new_context)
    ask(phone, "人工")
    expect(bubbles(phone, "system").last).to_contain_text("位")
    expect(staff.get_by_test_id("inbox-row")).to_have_count(1)
    phone.get_by_test_id("leave-queue").click()
    expect(bubbles(phone, "system").last).to_contain_text("不排了")
    expect(staff.get_by_test_id("inbox-row")).to_have_count(0)
