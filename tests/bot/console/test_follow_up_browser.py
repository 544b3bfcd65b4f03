"""Call backs, canned answers and ratings in a real browser: narrow and wide, dark and light, by keyboard, for axe."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from playwright.sync_api import BrowserContext, Page, expect

from bot.console.call_backs import CallBackPages
from bot.console.canned import CannedPages
from bot.console.ratings import RatingPages
from casework.call_back_desk import CallBackDesk
from casework.call_backs import CallBacks
from casework.canned_answers import CannedAnswers, seed_answers
from casework.cards import Bubble
from casework.crypto import Keyring
from casework.database import Database
from casework.inbox import Inbox
from casework.ratings import Ratings
from casework.wording import Wording
from tests.bot.console.conftest import PASSWORD, Console
from tests.bot.console.server import running
from tests.bot.console.test_sign_in_browser import faults, fits
from tests.casework.worker import Worker

SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
"""A folder in which a picture of every page is kept, to be looked at."""


@pytest.fixture
def console_routers(console_database: Database, keyring: Keyring, wording: Wording) -> list[APIRouter]:
    return [
        CallBackPages(CallBackDesk(console_database, keyring, wording)).router(),
        CannedPages(CannedAnswers(console_database), Inbox(console_database, keyring)).router(),
        RatingPages(Ratings(console_database, wording)).router(),
    ]


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    with running(console.app) as address:
        yield address


class Office:
    """A browser of a supervisor, and what workers did."""

    def __init__(self, console: Console, address: str, context: BrowserContext, name: str) -> None:
        self.page: Page = context.new_page()
        self._address, self._name = address, name
        self._username = console.add_staff("supervisor")
        self.page.goto(f"{address}/login?next=/canned")
        self.page.get_by_test_id("login-username").fill(self._username)
        self.page.get_by_test_id("login-password").fill(PASSWORD)
        self.page.get_by_test_id("login-submit").click()
        expect(self.page.get_by_test_id("nav-canned")).to_have_attribute("aria-current", "page")

    def goes_to(self, path: str) -> None:
        self.page.goto(self._address + path)

    def check(self, what: str) -> None:
        """Nothing that axe takes seriously, nothing that stands out at the side."""
        if SCREENSHOTS:
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{what.replace(' ', '-')}-{self._name}.png", full_page=True)
        assert faults(self.page) == [], what
        assert fits(self.page), what


@pytest.fixture
def workers(console_database: Database, keyring: Keyring, wording: Wording) -> Callable[[Console], None]:
    """Let workers leave numbers and ratings."""

    def write(console: Console) -> None:
        call_backs, ratings = CallBacks(console_database, keyring, wording), Ratings(console_database, wording)
        lead = console.sign_in("supervisor")
        signed_in = console.sessions.session(next(iter(lead.cookies.jar)).value or "")
        assert signed_in is not None
        for name, hours in (("wang", "随时都行"), ("li", "下午三点以后，上夜班，白天在睡觉")):
            worker = Worker(console_database, keyring, wording, name)
            worker.hand_over()
            worker.is_shown(Bubble("下班了", (call_backs.offer_button(),)))
            worker.taps("留个电话", call_backs)
            worker.says("13800138000", call_backs)
            worker.says(hours, call_backs)
        for name, face, words in (
            ("a", "😞 很不满意", "等了三天，来了一句“自己去仲裁”就没下文了，我哪知道仲裁在哪"),
            ("b", "😄 很满意", "讲得清楚，谢谢"),
        ):
            rater = Worker(console_database, keyring, wording, name)
            rater.is_shown(ratings.ask_bubble(rater.is_served_by(signed_in.actor)))
            rater.taps(face, ratings)
            rater.taps("写两句", ratings)
            rater.says(words, ratings)

    return write


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_the_pages_are_for_everybody(
    console: Console,
    console_database: Database,
    address: str,
    new_context: Callable[..., BrowserContext],
    workers: Callable[[Console], None],
    width: int,
    scheme: str,
) -> None:
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    office = Office(console, address, context, f"{width}-{scheme}")
    page = office.page
    for path in ("/canned", "/call-backs", "/ratings"):
        office.goes_to(path)
        office.check(f"empty {path.strip('/')}")
    with console_database.write() as session:
        seed_answers(session, 1)
    workers(console)

    office.goes_to("/canned")
    page.get_by_test_id("canned-new-open").click()
    page.get_by_test_id("canned-shortcut").fill("hi")
    page.get_by_test_id("canned-title").fill("又一个打招呼")
    page.get_by_test_id("canned-text").fill("你好，我是{staff}")
    page.get_by_test_id("canned-save").click()
    expect(page.get_by_test_id("canned-error")).to_be_visible()
    office.check("canned with an error")
    page.get_by_test_id("canned-delete").first.click()
    office.check("canned asking before deleting")
    page.get_by_test_id("canned-edit").first.click()
    expect(page.get_by_test_id("canned-cancel")).to_be_visible()
    office.check("canned edit")

    page.get_by_test_id("nav-call-backs").click()
    expect(page.get_by_test_id("call-back")).to_have_count(2)
    office.check("call-backs")
    page.get_by_test_id("call-back-reveal").first.click()
    expect(page.get_by_test_id("call-back-number")).to_have_text("13800138000")
    page.get_by_test_id("call-back-cancel").last.click()
    office.check("call-backs with a number")
    page.get_by_test_id("call-back-note").first.fill("没人接，晚点再打")
    page.get_by_test_id("call-back-no_answer").first.click()
    expect(page.get_by_test_id("call-back-attempt")).to_contain_text("没人接，晚点再打")

    page.get_by_test_id("nav-ratings").click()
    expect(page.get_by_test_id("rating-words")).to_have_count(2)
    office.check("ratings")


def test_the_keyboard_alone_writes_a_call_down(
    console: Console,
    address: str,
    new_context: Callable[..., BrowserContext],
    workers: Callable[[Console], None],
) -> None:
    workers(console)
    office = Office(console, address, new_context(viewport={"width": 1280, "height": 800}), "keyboard")
    office.goes_to("/call-backs")
    page = office.page
    page.get_by_test_id("call-back-note").first.focus()
    page.keyboard.type("说好周一来")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("call-back-reached").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("call-back")).to_have_count(1)
    page.get_by_test_id("call-back-cancel").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("call-back-cancel-confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("call-back-empty")).to_be_visible()
