"""What a visitor does on the chat page, on the loopback server of these tests and on the gateway."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect

from tests.bot.web_page_phone import ask, bubbles, wait_until_sent
from tests.casework import files

NewContext = Callable[..., BrowserContext]
QUESTION = "老板拖欠我三个月工资怎么办"
ANSWER_WITHIN = 30_000  # ms: a real answer takes a turn through all processes


def visit(phone: BrowserContext, site: str) -> Page:
    page = phone.new_page()
    page.goto(site)
    expect(page.get_by_test_id("log")).to_have_attribute("aria-busy", "false")
    return page


def ids(page: Page) -> list[int]:
    found = bubbles(page).evaluate_all("all => all.map((one) => one.dataset.id)")
    return [int(each) for each in found]


def answered(page: Page, texts: int) -> None:
    """Wait until so many messages of hers are kept and the last one is answered."""
    expect(bubbles(page, "worker")).to_have_count(texts)
    expect(page.get_by_test_id("typing")).to_be_hidden(timeout=ANSWER_WITHIN)
    expect(bubbles(page).last).not_to_have_attribute("data-author", "worker", timeout=ANSWER_WITHIN)
    wait_until_sent(page)


def test_a_question_is_answered_and_still_there_after_a_reload(site: str, new_context: NewContext) -> None:
    page = visit(new_context(), site)
    expect(page.get_by_test_id("welcome")).to_be_visible()
    ask(page, QUESTION)
    answered(page, 1)
    expect(bubbles(page, "worker")).to_have_text([re.compile(QUESTION)])
    before = ids(page)
    assert before == sorted(set(before))
    page.reload()
    expect(bubbles(page)).to_have_count(len(before))
    assert ids(page) == before


def test_one_visitor_does_not_see_the_other(site: str, new_context: NewContext) -> None:
    first = visit(new_context(), site)
    ask(first, QUESTION)
    answered(first, 1)
    second = visit(new_context(), site)
    expect(second.get_by_test_id("welcome")).to_be_visible()
    expect(bubbles(second)).to_have_count(0)


def test_a_lost_answer_makes_no_second_message(site: str, new_context: NewContext) -> None:
    page = visit(new_context(), site)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/chat/api/messages", lose, times=1)
    ask(page, QUESTION)
    answered(page, 1)
    kept = ids(page)
    page.reload()
    expect(bubbles(page)).to_have_count(len(kept))
    assert ids(page) == kept


def test_a_message_written_without_network_goes_when_it_is_back(site: str, new_context: NewContext) -> None:
    phone = new_context()
    page = visit(phone, site)
    phone.set_offline(True)
    ask(page, QUESTION)
    expect(page.get_by_test_id("connection")).to_have_text("网络断了，正在重连…")
    phone.set_offline(False)
    answered(page, 1)
    expect(page.get_by_test_id("connection")).to_be_empty()


def test_two_tabs_show_the_same_conversation(site: str, new_context: NewContext) -> None:
    phone = new_context()
    first, second = visit(phone, site), visit(phone, site)
    ask(first, QUESTION)
    answered(first, 1)
    expect(bubbles(second)).to_have_count(len(ids(first)))
    assert ids(second) == ids(first)


def test_only_this_phone_is_cleared(site: str, new_context: NewContext) -> None:
    phone = new_context()
    page = visit(phone, site)
    ask(page, QUESTION)
    answered(page, 1)
    before = phone.cookies()
    page.get_by_test_id("clear").click()
    page.get_by_test_id("forget").click()
    expect(page.get_by_test_id("welcome")).to_be_visible()
    expect(bubbles(page)).to_have_count(0)
    assert [cookie.get("value") for cookie in phone.cookies()] != [cookie.get("value") for cookie in before]
    assert all(cookie.get("httpOnly") for cookie in phone.cookies())


def test_what_the_server_keeps_is_erased(site: str, new_context: NewContext) -> None:
    phone = new_context()
    page = visit(phone, site)
    ask(page, QUESTION)
    answered(page, 1)
    cookies = [{"name": each["name"], "value": each["value"], "url": site} for each in phone.cookies()]
    page.get_by_test_id("clear").click()
    page.get_by_test_id("erase").click()
    page.get_by_test_id("erase-confirm").click()
    expect(page.get_by_test_id("welcome")).to_be_visible()
    phone.clear_cookies()
    phone.add_cookies(cookies)  # type: ignore[arg-type]
    page.reload()
    expect(page.get_by_test_id("welcome")).to_be_visible()
    expect(page.get_by_text(QUESTION)).to_have_count(0)


def test_a_photo_is_sent_and_still_there_after_a_reload(site: str, new_context: NewContext) -> None:
    page = visit(new_context(), site)
    page.get_by_test_id("attach").click()
    photo: FilePayload = {"name": "工资条.png", "mimeType": "image/png", "buffer": files.picture("PNG")}
    page.get_by_test_id("photo-file").set_input_files(photo)
    page.get_by_test_id("attach-send").click()
    answered(page, 1)
    expect(page.get_by_test_id("upload")).to_have_count(0)
    shown = "async (image) => { await image.decode(); return [image.naturalWidth, image.naturalHeight]; }"
    image = page.get_by_test_id("photo").locator("img")
    assert image.evaluate(shown) == [800, 600]
    page.reload()
    expect(bubbles(page, "worker")).to_have_count(1)
    expect(bubbles(page, "worker").get_by_test_id("text")).to_be_empty()
    assert image.evaluate(shown) == [800, 600]
    assert "/chat/api/attachments/" in (image.get_attribute("src") or "")


def test_a_place_is_sent_and_kept_from_the_page(site: str, new_context: NewContext) -> None:
    phone = new_context(geolocation={"latitude": 34.2611, "longitude": 117.1859}, permissions=["geolocation"])
    page = visit(phone, site)
    page.get_by_test_id("attach").click()
    page.get_by_test_id("choose-place").click()
    page.get_by_test_id("attach-send").click()
    answered(page, 1)
    page.reload()
    expect(bubbles(page, "worker")).to_contain_text("位置（只有工作人员看得到）")
    assert "117.1859" not in page.content()
