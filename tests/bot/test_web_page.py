"""A conversation on the chat page: asking, answers with their sources, quick replies, history."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.bot.web_page_phone import OpenPage, ask, bubbles
from tests.bot.web_page_server import ChatServer, Message

QUESTION = "老板拖欠我三个月工资怎么办"
ANSWER: list[Message] = [
    {"text": "先别签字，也别辞职。把工资条和转账记录存好，打 12333 问去哪里投诉。"},
    {
        "text": "怎么办：\n1. 找劳动监察投诉。\n2. 申请仲裁，不收费。\n期限：离开单位后一年内。",
        "citations": [
            {"document": "劳动合同法", "article": "第三十条", "title": "拖欠工资", "url": None},
            {"document": "人社部发〔2025〕62号", "article": None, "title": "", "url": "https://example.org/62"},
        ],
        "basis": "2026-11-21 核对，长期有效",
        "more": "派遣工两家都可以找。\n- 骑手先看有没有劳动关系。",
        "buttons": [
            {"title": "怎么仲裁", "token": "t-arbitration"},
            {"title": "找人工", "token": "t-human"},
            {"title": "打 12351", "url": "tel:12351"},
        ],
    },
]


def test_an_answer_comes_with_its_source_folded(server: ChatServer, open_chat: OpenPage) -> None:
    server.replies[QUESTION] = ANSWER
    page = open_chat()
    ask(page, QUESTION)
    expect(bubbles(page, "worker")).to_have_text([re.compile(QUESTION)])
    expect(bubbles(page, "bot")).to_have_count(2)
    basis = page.get_by_test_id("basis")
    expect(page.get_by_test_id("basis-line")).not_to_be_visible()
    basis.get_by_text("依据").click()
    expect(page.get_by_test_id("citation")).to_have_text(["《劳动合同法》第三十条", "人社部发〔2025〕62号"])
    expect(page.get_by_role("link", name="人社部发〔2025〕62号")).to_have_attribute("rel", "noopener noreferrer")
    expect(page.get_by_test_id("basis-line")).to_have_text("2026-11-21 核对，长期有效")
    expect(page.get_by_test_id("more")).to_contain_text("骑手先看有没有劳动关系")


def test_enter_sends_and_shift_enter_begins_a_line(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    box = page.get_by_test_id("input")
    box.click()
    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    assert server.posts == []
    page.keyboard.press("Enter")
    expect(bubbles(page, "bot")).to_have_count(1)
    assert [post["text"] for post in server.posts] == ["第一行\n第二行"]
    expect(box).to_have_value("")
    expect(box).to_be_focused()


def test_enter_inside_an_unfinished_chinese_word_does_not_send(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    page.get_by_test_id("input").click()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "gong", "selectionStart": 4, "selectionEnd": 4})
    page.keyboard.press("Enter")
    assert server.posts == []
    expect(bubbles(page)).to_have_count(0)
    keyboard.send("Input.insertText", {"text": "工资"})
    page.get_by_test_id("input").dispatch_event("keydown", {"key": "Enter", "keyCode": 229})  # as Safari reports it
    assert server.posts == []
    page.keyboard.press("Enter")
    expect(bubbles(page, "bot")).to_have_count(1)
    assert [post["text"] for post in server.posts] == ["工资"]


def test_nothing_but_spaces_is_not_sent(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    ask(page, "  \n ")
    expect(page.get_by_test_id("input")).to_be_focused()
    assert server.posts == []


def test_who_speaks_is_seen_and_heard(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.say("bot", "机器人说的")
    server.say("staff", "人说的")
    server.say("system", "排在第 2 位")
    expect(bubbles(page)).to_have_text(
        [
            re.compile("娘家人（自动回答）：.*机器人说的"),
            re.compile("工会工作人员：.*人说的"),
            re.compile("提示：.*排在第 2 位"),
        ]
    )
    colours = (
        bubbles(page)
        .locator(".bubble")
        .evaluate_all("boxes => boxes.map((box) => getComputedStyle(box).backgroundColor)")
    )
    assert len(set(colours)) == 3


def test_a_quick_reply_sends_its_token_and_shows_its_words(server: ChatServer, open_chat: OpenPage) -> None:
    server.replies[QUESTION] = ANSWER
    page = open_chat()
    ask(page, QUESTION)
    page.get_by_role("button", name="怎么仲裁").click()
    expect(bubbles(page, "worker")).to_have_text([re.compile(QUESTION), re.compile("怎么仲裁")])
    expect(bubbles(page, "bot")).to_have_count(3)
    assert server.posts[1]["button"] == "t-arbitration"
    assert "text" not in server.posts[1]
    expect(page.get_by_test_id("button-link")).to_have_attribute("href", "tel:12351")


def test_used_quick_replies_close_but_the_newest_stay_open(server: ChatServer, open_chat: OpenPage) -> None:
    server.replies[QUESTION] = ANSWER
    page = open_chat()
    ask(page, QUESTION)
    first = page.get_by_test_id("buttons").first.get_by_test_id("button")
    first.first.click()
    expect(bubbles(page, "bot")).to_have_count(3)
    expect(first.first).to_be_enabled()  # nothing newer has taken its place
    ask(page, QUESTION)
    expect(page.get_by_test_id("buttons")).to_have_count(2)
    expect(first.first).to_be_disabled()
    expect(first.last).to_be_disabled()
    expect(page.get_by_test_id("buttons").last.get_by_test_id("button").first).to_be_enabled()


def test_an_empty_page_says_what_can_be_asked(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    expect(page.get_by_test_id("suggestion")).to_have_count(6)
    page.get_by_role("button", name="怎么加入工会").click()
    expect(bubbles(page, "bot")).to_have_text([re.compile("收到：怎么加入工会")])
    expect(page.get_by_test_id("welcome")).to_be_hidden()


def test_the_notice_on_personal_data_is_there_before_the_first_message(open_chat: OpenPage) -> None:
    page = open_chat()
    privacy = page.get_by_test_id("privacy")
    expect(privacy).to_contain_text("你发的内容存在工会的服务器上")
    expect(privacy.get_by_role("listitem").first).not_to_be_visible()
    privacy.get_by_text("细看").click()
    expect(privacy.get_by_role("listitem").first).to_contain_text("身份证号")


def test_the_history_is_there_after_a_reload(server: ChatServer, open_chat: OpenPage) -> None:
    server.replies[QUESTION] = ANSWER
    page = open_chat()
    ask(page, QUESTION)
    expect(bubbles(page, "bot")).to_have_count(2)
    before = bubbles(page).evaluate_all("all => all.map((one) => [one.dataset.id, one.innerText])")
    page.reload()
    expect(bubbles(page)).to_have_count(3)
    assert bubbles(page).evaluate_all("all => all.map((one) => [one.dataset.id, one.innerText])") == before
    expect(page.get_by_test_id("welcome")).to_be_hidden()
    assert len(server.posts) == 1


def test_times_stand_where_time_has_passed(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.say("worker", "昨天问的", ago=timedelta(days=1, minutes=1))
    server.say("bot", "昨天答的", ago=timedelta(days=1))
    server.say("bot", "今天答的")
    stamps = page.get_by_test_id("time-stamp")
    expect(stamps).to_have_text([re.compile(r"^昨天 \d\d:\d\d$"), re.compile(r"^今天 \d\d:\d\d$")])


def test_times_are_said_as_people_say_them(open_chat: OpenPage) -> None:
    said = {
        "2026-11-21T06:03:00Z": "今天 14:03",
        "2026-11-20T15:59:00Z": "昨天 23:59",
        "2026-11-19T01:05:00Z": "11月19日 09:05",
        "2025-12-31T16:30:00Z": "1月1日 00:30",
        "2025-11-19T01:05:00Z": "2025年11月19日 09:05",
    }
    clock = "const { spoken } = await import('/chat/static/clock.js')"
    now = "new Date('2026-11-21T09:00Z')"
    script = f"async (times) => {{ {clock}; return times.map((time) => spoken(new Date(time), {now})); }}"
    assert open_chat().evaluate(script, list(said)) == list(said.values())


def test_while_an_answer_is_made_the_page_says_so(server: ChatServer, open_chat: OpenPage) -> None:
    server.delay = 0.6
    page = open_chat()
    ask(page, QUESTION)
    expect(page.get_by_test_id("typing")).to_be_visible()
    expect(bubbles(page, "bot")).to_have_count(1)
    expect(page.get_by_test_id("typing")).to_be_hidden()


def test_a_late_answer_is_announced_and_comes_by_itself(server: ChatServer, open_chat: OpenPage) -> None:
    server.queued = True
    page = open_chat()
    ask(page, QUESTION)
    notice = page.get_by_test_id("notice")
    expect(notice).to_have_text("已收到，答案会自动出现")
    expect(page.get_by_test_id("typing")).to_be_hidden()
    server.say("bot", "晚到的答案", reply_to=server.visitor.messages[0]["id"])
    expect(bubbles(page)).to_have_text([re.compile(QUESTION), re.compile("晚到的答案")])
    expect(notice).to_be_empty()


def test_with_staff_the_page_says_who_will_answer(server: ChatServer, open_chat: OpenPage) -> None:
    page = open_chat()
    server.visitor.state, server.visitor.queue = "open", 2
    ask(page, "找人工")
    expect(page.get_by_test_id("state")).to_have_text("已转人工，排第 2 位")
    expect(page.get_by_test_id("notice")).to_have_text("已送到，工作人员看到就会回你")
    server.say("staff", "你好，我是小陈")
    expect(bubbles(page, "staff")).to_have_count(1)
    expect(page.get_by_test_id("notice")).to_be_empty()


def test_a_message_that_the_server_rewrote_is_shown_as_it_is_kept(server: ChatServer, open_chat: OpenPage) -> None:
    server.queued = True
    page = open_chat()
    ask(page, "我的电话 13800138000")
    expect(bubbles(page, "worker")).to_have_attribute("data-id", re.compile(r"\d+"))
    server.visitor.messages[0]["text"] = "我的电话〔电话1〕"
    page.reload()
    expect(bubbles(page, "worker")).to_have_text([re.compile("我的电话〔电话1〕")])


@pytest.mark.parametrize("pause", [0.0, 0.5])
def test_her_own_message_never_stands_there_twice(server: ChatServer, open_chat: OpenPage, pause: float) -> None:
    server.queued, server.pause = True, pause
    page = open_chat()
    page.evaluate(
        """() => {
            const log = document.querySelector('#log');
            window.most = 0;
            const count = () => { window.most = Math.max(window.most, log.querySelectorAll('.msg.worker').length); };
            new MutationObserver(count).observe(log, { childList: true });
        }"""
    )
    ask(page, "在吗")
    expect(bubbles(page, "worker")).to_have_attribute("data-id", re.compile(r"\d+"))
    server.say("staff", "在的")
    expect(bubbles(page, "staff")).to_have_count(1)
    assert page.evaluate("window.most") == 1


def test_a_long_message_is_counted(open_chat: OpenPage) -> None:
    page = open_chat()
    hint = page.get_by_test_id("length-hint")
    page.get_by_test_id("input").fill("工" * 100)
    expect(hint).to_be_empty()
    page.get_by_test_id("input").fill("工" * 950)
    expect(hint).to_have_text("还能写 50 字")
    page.get_by_test_id("input").fill("工" * 1005)
    expect(hint).to_have_text("多了 5 字，请分两条发")


def test_the_line_to_write_in_grows_with_the_text(open_chat: OpenPage) -> None:
    page = open_chat()
    box = page.get_by_test_id("input")
    small = box.evaluate("box => box.offsetHeight")
    box.fill("一行\n两行\n三行\n四行")
    assert box.evaluate("box => box.offsetHeight") > small + 40
    page.get_by_test_id("send").click()
    assert box.evaluate("box => box.offsetHeight") == small
