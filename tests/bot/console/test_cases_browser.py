"""Cases in a real browser: a case from the list to its end, the keyboard alone, two at once, every screen, axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from casework.crypto import Keyring
from casework.database import Database, now
from casework.wording import Wording
from tests.bot.console.case_workers import PHONE, CaseWorkers
from tests.bot.console.page_site import DESK, NewContext, Site, ready, running_site
from tests.bot.console.page_site import PHONE as HANDSET
from tests.bot.console.test_cases import picture
from tests.bot.console.test_pages_access import axe_faults, overflow

SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
"""A folder in which a picture of every page is kept, to be looked at."""
LONG = "阿卜杜拉·买买提·艾合买提江·" + "长" * 20
TAPS = "main button, main a:not(dd a):not(p a):not(li a), main select, main input[type=search], main summary"


@pytest.fixture
def site(console_database: Database, keyring: Keyring, wording: Wording, tmp_path: Path) -> Iterator[Site]:
    with running_site(console_database, keyring, wording, tmp_path / "files") as running:
        yield running


@pytest.fixture
def workers(site: Site, keyring: Keyring, wording: Wording) -> CaseWorkers:
    return CaseWorkers(site.database, keyring, wording)


@pytest.fixture
def chen(site: Site) -> str:
    return site.hire("小陈", "supervisor")


def busy(site: Site, workers: CaseWorkers, chen: str) -> str:
    """Fill lists and board with all that they can show; return the case that shows the most."""
    photo = workers.photo(site.attachments, picture())
    answers = {"name": LONG, "employer": LONG * 2, "people": 12, "representatives": "赵敏、钱洪", "happened": "9" * 200}
    whole = workers.sends(answers=answers, files=(photo,), employer_contact="never", urgent_reason="deadline")
    actor = site.actor(chen)
    site.cases.take(actor, whole.case_id)
    site.cases.move(actor, whole.case_id, "accepted", words="x" * 300)
    site.cases.ask_worker(actor, whole.case_id, "考勤")
    for n, hours in enumerate((-60, 0, 400)):
        number = workers.sends(f"w{n}", "join", answers={"name": LONG if n else "李"}).number
        workers.shift(number, due_at=now() + timedelta(hours=hours, seconds=20), lapsed=n == 2)
    done = workers.sends("done", "join")
    site.cases.move(actor, done.case_id, "accepted")
    site.cases.move(actor, done.case_id, "done", "granted")
    return whole.number


def check(page: Page, what: str, name: str) -> None:
    """Nothing that axe takes seriously, nothing that stands out at the side."""
    if SCREENSHOTS:
        page.screenshot(path=Path(SCREENSHOTS) / f"{what}-{name}.png", full_page=True)
    assert axe_faults(page) == [], what
    assert overflow(page) <= 0, what


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")])
def test_the_pages_are_for_everybody(
    site: Site, workers: CaseWorkers, new_context: NewContext, chen: str, width: int, scheme: str
) -> None:
    name = f"{width}-{scheme}"
    page = site.enter(new_context(viewport={"width": width, "height": 800}, color_scheme=scheme), chen, "/cases")
    check(page, "cases-empty", name)
    page.get_by_test_id("cases-to-board").click()
    check(page, "board-empty", name)
    number = busy(site, workers, chen)
    for path in ("/cases?state=any", "/cases/board", "/cases/export", f"/cases/{number}"):
        page.goto(site.url + path)
        check(page, path.strip("/").replace("/", "-").partition("?")[0], name)
    too_small = (
        "parts => parts.filter((part) => part.getClientRects().length && !part.closest('.vh')"
        " && Math.round(part.getBoundingClientRect().height) < 44).map((part) => part.outerHTML.slice(0, 120))"
    )
    for summary in page.locator("main .do > summary").all():
        summary.click()
    check(page, "case-open", name)
    if width == 390:
        assert page.locator(TAPS).evaluate_all(too_small) == []
    page.get_by_test_id("reveal-phone").click()
    expect(page.get_by_test_id("answer-shown")).to_have_text(PHONE)
    page.get_by_test_id("case-refused").click()
    page.get_by_test_id("case-refused-other").check()
    page.get_by_test_id("case-refused-words").fill(" ")
    page.get_by_test_id("case-refused-confirm").click()
    expect(page.get_by_test_id("case-error")).to_be_visible()
    check(page, "case-error", name)


def test_a_case_is_found_taken_asked_about_and_closed(
    site: Site, workers: CaseWorkers, new_context: NewContext, chen: str
) -> None:
    number = workers.sends("wang", "join").number
    workers.sends("li", answers={"phone": "13911112222", "name": "别人"})
    page = site.enter(new_context(**DESK), chen, "/inbox")
    page.get_by_test_id("nav-cases").click()
    page.get_by_test_id("cases-search").fill(PHONE)
    page.get_by_test_id("cases-find").click()
    expect(page.get_by_test_id("case-row")).to_have_count(1)
    page.get_by_test_id("case-open").click()
    expect(page.get_by_test_id("case-number")).to_have_text(number)
    page.get_by_test_id("case-take").click()
    expect(page.get_by_test_id("case-facts").get_by_test_id("case-assignee")).to_have_text("我")
    page.get_by_test_id("case-accepted").click()
    page.get_by_test_id("case-accepted-confirm").click()
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", "accepted")
    page.get_by_test_id("case-ask").click()
    expect(page.get_by_test_id("case-ask-words")).to_be_focused()
    page.get_by_test_id("case-ask-words").fill("接单页面的截图")
    page.get_by_test_id("case-ask-confirm").click()
    expect(page.get_by_test_id("case-mark-waits")).to_be_visible()
    ready(page)
    expect(page.get_by_test_id("cases-fresh")).to_be_hidden()

    assert workers.answers("截图里有我的名字", "wang")
    expect(page.get_by_test_id("cases-fresh")).to_be_visible()
    page.get_by_test_id("cases-fresh-reload").click()
    expect(page.get_by_test_id("case-mark-waits")).to_have_count(0)
    expect(page.get_by_test_id("trail-step").first).to_contain_text("截图里有我的名字")

    page.get_by_test_id("case-done").click()
    page.get_by_test_id("case-done-granted").check()
    page.get_by_test_id("case-done-confirm").click()
    expect(page.get_by_test_id("case-closed")).to_be_visible()
    expect(page.get_by_test_id("case-reason")).to_have_text("申请已批准")
    page.get_by_test_id("case-conversation").click()
    expect(page.get_by_test_id("worker-case")).to_contain_text("已办结")
    told = [text for author, text in site.says(workers.conversation("wang")[1]) if author == "system"]
    assert any(number in text and "办结" in text for text in told)
    assert not any("宏远" in text or "入会" in text for text in told)


def test_the_keyboard_alone_is_enough(site: Site, workers: CaseWorkers, new_context: NewContext, chen: str) -> None:
    number = workers.sends("wang", "join").number
    page = site.enter(new_context(**DESK), chen, "/cases")
    page.keyboard.press("/")
    expect(page.get_by_test_id("cases-search")).to_be_focused()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases?*q=*")
    ready(page)
    page.get_by_test_id("cases-search").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.testid") == "case-open":
            break
    expect(page.get_by_test_id("case-open")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("case-take")).to_be_visible()
    ready(page)
    page.get_by_test_id("case-back").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.testid") == "case-take":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("case-take")).to_have_count(0)
    ready(page)
    page.get_by_test_id("case-refused").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("case-refused-not_eligible")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("case-refused-words")).to_be_focused()
    page.keyboard.type("已经是会员")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("case-refused-confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", "refused")
    expect(page.get_by_test_id("trail-step").first).to_contain_text("已经是会员")


def test_two_at_once_one_is_faster_and_the_other_is_told(
    site: Site, workers: CaseWorkers, new_context: NewContext
) -> None:
    number = workers.sends("wang", "join").number
    one, two = site.hire("小周"), site.hire("小吴", "supervisor")
    first = site.enter(new_context(**DESK), one, f"/cases/{number}")
    second = site.enter(new_context(**DESK), two, f"/cases/{number}")
    second.get_by_test_id("case-ask").click()
    second.get_by_test_id("case-ask-words").fill("身份证正面的照片")
    first.get_by_test_id("case-take").click()
    expect(first.get_by_test_id("case-take")).to_have_count(0)
    expect(second.get_by_test_id("cases-fresh")).to_be_visible()
    second.get_by_test_id("case-ask-confirm").click()
    expect(second.get_by_test_id("case-error")).to_contain_text("没有执行")
    expect(second.get_by_test_id("trail-step").first).to_contain_text("小周 接过来办")
    expect(second.get_by_test_id("case-ask-words")).to_have_value("身份证正面的照片")
    assert not workers.case(number).awaits_worker


def test_the_board_is_worked_with_by_buttons_on_a_phone(
    site: Site, workers: CaseWorkers, new_context: NewContext, chen: str
) -> None:
    number = workers.sends("wang", "join").number
    page = site.enter(new_context(**HANDSET), chen, "/cases/board")
    new, accepted = page.get_by_test_id("board-submitted"), page.get_by_test_id("board-accepted")
    new.get_by_test_id("board-take").tap()
    expect(new.get_by_test_id("case-assignee")).to_have_text("我在办")
    new.get_by_test_id("board-move-accepted").tap()
    new.get_by_test_id("board-move-accepted-confirm").tap()
    expect(accepted.get_by_test_id("board-case")).to_have_attribute("data-number", number)
    expect(accepted).to_be_in_viewport()
    boxes = [page.get_by_test_id(f"board-{name}").bounding_box() for name in ("submitted", "accepted", "closed")]
    tops = [box["y"] for box in boxes if box]
    assert tops == sorted(tops)
    assert len(set(tops)) == 3, "one under another"
    page.get_by_test_id("board-jump-closed").tap()
    expect(page.get_by_test_id("board-closed")).to_be_in_viewport()


def test_all_of_it_works_without_scripts(site: Site, workers: CaseWorkers, new_context: NewContext, chen: str) -> None:
    number = workers.sends("wang", "join").number
    page = site.enter(new_context(**DESK, java_script_enabled=False), chen, f"/cases/{number}", scripts=False)
    page.get_by_test_id("reveal-name").click()
    expect(page.get_by_test_id("answer-shown")).to_have_text("李秀英")
    page.get_by_test_id("case-accepted").click()
    page.get_by_test_id("case-accepted-confirm").click()
    expect(page.get_by_test_id("case-state")).to_have_attribute("data-state", "accepted")
    page.goto(f"{site.url}/cases/{number}?do=done")
    expect(page.get_by_test_id("case-done-confirm")).to_be_visible()


def test_the_workbook_is_asked_for_first(site: Site, workers: CaseWorkers, new_context: NewContext, chen: str) -> None:
    workers.sends("wang", "join")
    page = site.enter(new_context(**DESK), chen, "/cases?procedure=join")
    page.get_by_test_id("cases-to-export").click()
    expect(page.get_by_test_id("export-count")).to_have_text("1")
    with page.expect_download() as download:
        page.get_by_test_id("export-confirm").click()
    assert download.value.suggested_filename.endswith(".xlsx")
