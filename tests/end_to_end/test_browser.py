"""A worker on a phone asks the running system on its real page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from casework.wording import Wording
from tests.bot.web_page_phone import ask, bubbles
from tests.end_to_end.stack import Stack

QUESTIONS = {
    "老板拖欠我三个月工资怎么办": "《劳动合同法》第三十条",
    "送外卖算不算有劳动关系": "人社部发〔2021〕56号",
    "会费一个月交多少": "《中国工会章程》",
    "孩子考上大学学费不够能找工会吗": "《工会法》第六条",
    "怎么仲裁": "《劳动争议调解仲裁法》第二十八条",
}


def open_phone(stack: Stack, new_context: Callable[..., BrowserContext]) -> Page:
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{stack.chat}/chat")
    expect(page.get_by_test_id("log")).to_have_attribute("aria-busy", "false")
    return page


def test_five_questions_are_answered_with_their_source_and_the_sixth_is_declined(
    stack: Stack,
    new_context: Callable[..., BrowserContext],
    wording: Wording,
) -> None:
    page = open_phone(stack, new_context)
    for count, (question, source) in enumerate(QUESTIONS.items(), start=1):
        ask(page, question)
        answers = bubbles(page, "bot").filter(has=page.locator("summary"))  # below it may stand a question back
        expect(answers).to_have_count(count)
        answer = answers.last
        answer.locator("summary").first.click()
        expect(answer).to_contain_text(source)
    ask(page, "今天天气怎么样")
    expect(bubbles(page, "bot").last).to_contain_text(wording.text("utter_out_of_scope"))
    page.reload()
    expect(bubbles(page, "worker")).to_have_count(6)


def test_a_tap_and_a_call(stack: Stack, new_context: Callable[..., BrowserContext]) -> None:
    page = open_phone(stack, new_context)
    ask(page, "老板拖欠我三个月工资怎么办")
    expect(bubbles(page, "bot").nth(1)).to_be_visible()
    answered = bubbles(page, "bot").count()
    bubbles(page, "bot").get_by_role("button", name="劳动监察怎么投诉举报").click()
    expect(bubbles(page, "worker").last).to_contain_text("劳动监察怎么投诉举报")
    expect(bubbles(page, "bot").nth(answered + 1)).to_be_visible()
    expect(page.locator("a[href='tel:12333']").first).to_be_visible()
