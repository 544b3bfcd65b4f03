"""What the chat page makes of the server's text: links where they help, never markup."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.bot.web_page_phone import OpenPage, bubbles
from tests.bot.web_page_server import ChatServer

PIECES = "async (line) => (await import('/chat/static/richtext.js')).pieces(line)"


def links(page: Page, line: str) -> list[str]:
    pieces = page.evaluate(PIECES, line)
    assert "".join(piece["text"] for piece in pieces) == line
    return [piece["href"] for piece in pieces if piece["href"]]


@pytest.fixture
def page(open_chat: OpenPage) -> Page:
    return open_chat()


NUMBERS = {
    "打 12351 找工会，12333 问社保，12348 请律师": ["tel:12351", "tel:12333", "tel:12348"],
    "12345政务热线、12356心理热线、12350举报隐患": ["tel:12345", "tel:12356", "tel:12350"],
    "马上打 120 或 110、119": ["tel:120", "tel:110", "tel:119"],
    "急救 120（报警110）": ["tel:120", "tel:110"],
    "120急救车，被打马上110。": ["tel:120", "tel:110"],
    "拨打12333人社热线": ["tel:12333"],
    "手机 138 0013 8000，座机 0511-12345678": ["tel:13800138000", "tel:051112345678"],
    "办公室（010-65592114）": ["tel:01065592114"],
    "客服 400-810-8888": ["tel:4008108888"],
    "2025年12月31日前，第120条，劳动合同法第八十二条": [],
    "罚款12345元，赔 120 元、110块，共 120 人": [],
    "¥12351，12351.50，12,351": [],
    "工资120，加班110": [],
    "人社部发〔2025〕62号，编号2026-12351": [],
    "身份证 320102199001011234，卡号 6222020200112233445": [],
    "按120%发，超过120天": [],
}


def test_telephone_numbers_can_be_tapped(page: Page) -> None:
    assert {line: links(page, line) for line in NUMBERS} == NUMBERS


def test_addresses_open_on_a_page_of_their_own(server: ChatServer, page: Page) -> None:
    server.say("bot", "看这里：https://www.acftu.org/a?b=1。或者http://example.org/x，再说")
    addresses = bubbles(page).get_by_role("link")
    expect(addresses).to_have_text(["https://www.acftu.org/a?b=1", "http://example.org/x"])
    expect(addresses.first).to_have_attribute("rel", "noopener noreferrer")
    expect(addresses.first).to_have_attribute("target", "_blank")


@pytest.mark.parametrize("author", ["bot", "staff", "system", "worker"])
def test_text_is_never_markup(server: ChatServer, page: Page, author: str) -> None:
    evil = "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>&amp;<b>粗</b>"
    server.say(
        author,
        evil,
        basis=evil,
        more=evil,
        citations=[{"document": evil, "article": evil, "title": evil, "url": "javascript:document.title='hit'"}],
        buttons=[{"title": evil, "token": "t"}, {"title": "坏链接", "url": "javascript:document.title='hit'"}],
    )
    page.get_by_test_id("basis").locator("summary").click()
    expect(page.get_by_test_id("text")).to_have_text(evil)
    expect(page.get_by_test_id("more")).to_have_text(evil)
    expect(page.get_by_test_id("citation")).to_contain_text(evil)
    expect(page.get_by_test_id("button")).to_have_text([evil])
    expect(page.get_by_text("坏链接")).to_have_count(0)
    log = page.get_by_test_id("log")
    expect(log.locator("img, script, b, a, [onerror]")).to_have_count(0)
    expect(page).to_have_title("娘家人 · 工会帮你问")


def test_an_unknown_author_is_shown_as_a_notice(server: ChatServer, page: Page) -> None:
    server.say("constructor", "说明")
    expect(bubbles(page)).to_have_attribute("data-author", "system")


def test_lists_and_their_names_are_told_apart(server: ChatServer, page: Page) -> None:
    server.say("bot", "怎么办：\n1. 先打 12333。\n2. 再申请。\n材料：身份证")
    lines = bubbles(page).get_by_test_id("text").locator("p")
    expect(lines).to_have_text(["怎么办：", "1. 先打 12333。", "2. 再申请。", "材料：身份证"])
    expect(lines.nth(0)).to_have_class("label")
    expect(lines.nth(1)).to_have_class("step")
    expect(lines.nth(3).locator("strong")).to_have_text("材料：")


FAKE_SPEECH = """
window.said = []; window.cancelled = 0;
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, 'speechSynthesis', { value: {
  speak: (utterance) => window.said.push(utterance), cancel: () => { window.cancelled += 1; } } });
"""


def test_an_answer_is_read_aloud_with_its_numbers_digit_by_digit(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    page.add_init_script(FAKE_SPEECH)
    page.reload()
    server.say("bot", "先别签字。打 12351 问工会，2026年有效。")
    server.say("staff", "我是小陈")
    button = page.get_by_test_id("read-aloud")
    expect(button).to_have_count(1)
    button.click()
    expect(button).to_have_text("停止")
    said = page.evaluate("window.said.map(({ text, lang }) => [text, lang])")
    assert said == [["先别签字。", "zh-CN"], ["打 1 2 3 5 1 问工会，2026年有效。", "zh-CN"]]
    button.click()
    expect(button).to_have_text("朗读")
    button.click()
    page.evaluate("window.said[window.said.length - 1].onend()")
    expect(button).to_have_text("朗读")


def test_without_a_voice_there_is_no_button(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    page.add_init_script("delete window.speechSynthesis; delete Window.prototype.speechSynthesis;")
    page.reload()
    server.say("bot", "没有声音")
    expect(bubbles(page)).to_have_text([re.compile("没有声音")])
    expect(page.get_by_test_id("read-aloud")).to_have_count(0)
