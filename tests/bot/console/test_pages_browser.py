"""Working in the inbox and in a conversation, in a browser: mostly with the keyboard, as staff do all day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from casework.crypto import Keyring
from casework.database import Database, now
from casework.search_index import SearchIndex
from casework.tables import AuditEvent, CallBackAttempt, CannedAnswer, Conversation, HandOff
from casework.wording import Wording
from tests.bot.console.page_site import DESK, NewContext, Site, ready, row_of, rows, running_site, said

QUESTION = "老板拖欠我三个月工资怎么办"


@pytest.fixture
def site(console_database: Database, keyring: Keyring, wording: Wording, tmp_path: Path) -> Iterator[Site]:
    with running_site(console_database, keyring, wording, tmp_path / "files") as running:
        yield running


@pytest.fixture
def chen(site: Site) -> str:
    return site.hire("小陈", "supervisor")


def state_of(site: Site, number: int) -> tuple[str, int | None]:
    with site.database.read() as session:
        conversation = session.get_one(Conversation, number)
        return conversation.state, conversation.assignee_id


def latest_hand_off(site: Site, number: int) -> HandOff:
    with site.database.read() as session:
        query = select(HandOff).where(HandOff.conversation_id == number).order_by(HandOff.id.desc())
        return session.scalars(query).first() or pytest.fail("there is no hand-off")


def open_mine(site: Site, new_context: NewContext, chen: str, number: int) -> Page:
    """Let 小陈 take a conversation and open it."""
    site.hand_offs.claim(site.actor(chen), number)
    return site.enter(new_context(**DESK), chen, f"/conversations/{number}?view=mine")


def test_a_whole_hand_off_with_the_keyboard_alone(site: Site, new_context: NewContext, chen: str) -> None:
    site.ask_for_person("first", "我想问入会", minutes=20, name="李秀英")
    number = site.ask_for_person("second", QUESTION, minutes=7, name="王建国")
    page = site.enter(new_context(**DESK), chen)
    expect(rows(page)).to_have_count(2)
    page.keyboard.press("j")
    expect(rows(page).first).to_be_focused()
    page.keyboard.press("j")
    expect(row_of(page, number)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/conversations/{number}")
    ready(page)
    expect(page.get_by_test_id("title")).to_have_text("王建国")
    expect(page.get_by_test_id("state")).to_have_text("待接")
    page.keyboard.press("c")
    expect(page.get_by_test_id("state")).to_have_text("我在接待")
    expect(page.get_by_test_id("reply")).to_be_focused()
    page.keyboard.type("王师傅您好，我是小陈。jkeics?/")
    page.keyboard.press("Enter")
    expect(said(page, "staff")).to_have_text(["王师傅您好，我是小陈。jkeics?/"])
    expect(page.get_by_test_id("reply")).to_have_value("")
    expect(page.get_by_test_id("delivery")).to_have_text("已存，还没送达")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_test_id("reply")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.get_by_test_id("resolve-dialog")).to_be_visible()
    page.keyboard.press("ArrowDown")  # the first outcome has the focus
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("下周回访")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("resolve-confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("state")).to_have_text("已结束")
    expect(page.get_by_test_id("toast")).to_contain_text("已结束")
    assert state_of(site, number) == ("resolved", None)
    ended = latest_hand_off(site, number)
    assert (ended.outcome, ended.category) == ("advised", "wages")
    assert ("staff", "王师傅您好，我是小陈。jkeics?/") in site.says(number)
    expect(said(page, "note")).to_have_text(["下周回访"])


def test_the_shortcuts_are_listed_and_silent_while_somebody_types(
    site: Site, new_context: NewContext, chen: str
) -> None:
    site.ask_for_person("worker", QUESTION)
    page = site.enter(new_context(**DESK), chen)
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys-dialog")).to_be_visible()
    page.keyboard.press("j")
    expect(page.get_by_test_id("keys-close")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_test_id("search")).to_be_focused()
    page.keyboard.type("jk?c")
    expect(page.get_by_test_id("search")).to_have_value("jk?c")
    expect(page.get_by_test_id("keys-dialog")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_url("**/conversations/*")
    expect(page.get_by_test_id("state")).to_have_text("我在接待")


def test_a_suggested_answer_is_put_in_with_one_key_and_can_be_changed(
    site: Site, new_context: NewContext, chen: str
) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = open_mine(site, new_context, chen, number)
    suggested = page.get_by_test_id("suggestion")
    expect(suggested).to_have_count(2)
    expect(suggested.first).to_contain_text("怎么申请劳动仲裁")
    expect(suggested.first).to_contain_text("把握 87%")
    expect(suggested.first).to_contain_text("《劳动争议调解仲裁法》第五条")
    page.keyboard.press("s")
    box = page.get_by_test_id("reply")
    expect(box).to_be_focused()
    expect(box).to_have_value(re.compile("可以直接去仲裁.*依据：《劳动争议调解仲裁法》第五条", re.DOTALL))
    page.keyboard.press("Alt+2")
    expect(box).to_have_value(re.compile("第五条\n能证明你在那里上班.*第六条", re.DOTALL))
    box.fill("改过的回答")
    page.keyboard.press("Enter")
    expect(said(page, "staff")).to_have_text(["改过的回答"])


def test_without_the_search_the_page_says_so_and_works_on(site: Site, new_context: NewContext, chen: str) -> None:
    site.search.is_away = True
    number = site.ask_for_person("worker", QUESTION)
    page = open_mine(site, new_context, chen, number)
    expect(page.get_by_test_id("suggestions")).to_contain_text("推荐回答暂时用不了")
    page.get_by_test_id("reply").fill("您好")
    page.get_by_test_id("send").click()
    expect(said(page, "staff")).to_have_text(["您好"])


def test_a_canned_answer_is_found_by_its_shortcut_and_filled_in(site: Site, new_context: NewContext, chen: str) -> None:
    with site.database.write() as session:
        for shortcut, title, text in (
            ("hi", "问好", "{worker}您好，我是{staff}。"),
            ("his", "历史", "看看以前的记录。"),
            ("zl", "材料", "请带身份证和工资条。"),
        ):
            organisation_id = site.actor(chen).organisation_id
            session.add(CannedAnswer(organisation_id=organisation_id, shortcut=shortcut, title=title, text=text))
    number = site.ask_for_person("worker", QUESTION, name="王建国")
    page = open_mine(site, new_context, chen, number)
    page.keyboard.press("r")
    page.keyboard.type("/")
    expect(page.get_by_test_id("canned-item")).to_have_count(3)
    page.keyboard.type("hi")
    expect(page.get_by_test_id("canned-item")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_test_id("canned").get_by_role("option", selected=True)).to_contain_text("/his")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("reply")).to_have_value("王建国您好，我是小陈。")
    expect(page.get_by_test_id("canned")).to_be_hidden()
    expect(said(page, "staff")).to_have_count(0)
    page.get_by_test_id("reply").fill("/材")
    page.get_by_test_id("canned-item").click()
    expect(page.get_by_test_id("reply")).to_have_value("请带身份证和工资条。")


def test_a_note_is_for_colleagues_only(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}")
    before = site.says(number)
    page.keyboard.press("n")
    expect(page.get_by_test_id("note")).to_be_checked()
    page.keyboard.type("先别联系单位")
    page.keyboard.press("Enter")
    expect(said(page, "note")).to_have_text(["先别联系单位"])
    expect(page.get_by_test_id("details")).to_contain_text("先别联系单位")
    assert site.says(number) == before
    assert state_of(site, number) == ("open", None)


def test_enter_sends_but_not_with_shift_nor_inside_an_unfinished_word(
    site: Site, new_context: NewContext, chen: str
) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = open_mine(site, new_context, chen, number)
    page.get_by_test_id("reply").click()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "gong", "selectionStart": 4, "selectionEnd": 4})
    page.keyboard.press("Enter")
    keyboard.send("Input.insertText", {"text": "工资"})
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    expect(said(page, "staff")).to_have_count(0)
    page.keyboard.press("Control+Enter")
    expect(said(page, "staff")).to_have_text(["工资\n第二行"], use_inner_text=True)


def test_writing_to_somebody_who_waits_takes_her(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}")
    expect(page.get_by_test_id("send")).to_have_text("接过来并发送")
    page.get_by_test_id("reply").fill("您好，我来帮您")
    page.get_by_test_id("send").click()
    expect(said(page, "staff")).to_have_text(["您好，我来帮您"])
    expect(page.get_by_test_id("state")).to_have_text("我在接待")
    assert state_of(site, number) == ("open", site.staff_id(chen))


def test_a_draft_waits_in_its_conversation(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    other = site.ask_for_person("other", "我想入会")
    page = open_mine(site, new_context, chen, number)
    page.get_by_test_id("reply").fill("写到一半")
    page.get_by_test_id("note").check()
    expect(page.get_by_test_id("reply")).to_have_value("")
    page.get_by_test_id("reply").fill("备注一半")
    page.goto(f"{site.url}/conversations/{other}")
    expect(page.get_by_test_id("reply")).to_have_value("")
    page.goto(f"{site.url}/conversations/{number}")
    expect(page.get_by_test_id("reply")).to_have_value("写到一半")
    page.get_by_test_id("note").check()
    expect(page.get_by_test_id("reply")).to_have_value("备注一半")


def test_what_could_not_be_sent_stays_in_the_box(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = open_mine(site, new_context, chen, number)
    box, error = page.get_by_test_id("reply"), page.get_by_test_id("send-error")
    box.fill("我的身份证是 110101199003077758")
    page.get_by_test_id("send").click()
    expect(error).to_contain_text("别在聊天里发身份证号")
    expect(error).to_contain_text("你写的还在框里")
    expect(box).to_have_value("我的身份证是 110101199003077758")
    box.fill("长" * 2001)
    expect(page.get_by_test_id("length-hint")).to_have_text("多了 1 字，请分两条")
    page.get_by_test_id("send").click()
    expect(error).to_contain_text("太长了")
    box.fill("没网也不丢")
    site.stop()
    page.get_by_test_id("send").click()
    expect(error).to_contain_text("没连上服务器")
    expect(box).to_have_value("没网也不丢")
    site.start()
    expect(page.get_by_test_id("connection")).to_be_empty()
    page.get_by_test_id("send").click()
    expect(said(page, "staff")).to_have_text(["没网也不丢"])
    expect(error).to_be_empty()
    page.context.clear_cookies()
    box.fill("登录过期也不丢")
    page.get_by_test_id("send").click()
    expect(error).to_contain_text("登录已经过期")
    expect(box).to_have_value("登录过期也不丢")


def test_an_answer_that_was_lost_on_the_way_is_not_sent_twice(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = open_mine(site, new_context, chen, number)
    page.route("**/conversations/*/messages", lambda route: (route.fetch(), route.abort())[-1], times=1)
    page.get_by_test_id("reply").fill("只说一次")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("send-error")).to_contain_text("没连上服务器")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("reply")).to_have_value("")
    assert [text for author, text in site.says(number) if author == "staff"] == ["只说一次"]
    expect(said(page, "staff")).to_have_text(["只说一次"])


def test_passing_on_with_a_few_words(site: Site, new_context: NewContext, chen: str) -> None:
    zhou = site.hire("周敏", "agent", "province", ["aid"])
    number = site.ask_for_person("worker", QUESTION)
    page = open_mine(site, new_context, chen, number)
    page.get_by_test_id("transfer").click()
    page.get_by_test_id("transfer-department").select_option(label="aid · province工会")
    page.get_by_test_id("transfer-person").select_option(label="周敏（现在不在）")
    page.get_by_test_id("transfer-note").fill("孩子也要助学")
    page.get_by_test_id("transfer-confirm").click()
    expect(page.get_by_test_id("state")).to_have_text("周敏在接待")
    expect(page.get_by_test_id("standing")).to_contain_text("只有周敏能回复")
    expect(page.get_by_test_id("send")).to_be_disabled()
    expect(said(page, "note")).to_have_text(["孩子也要助学"])
    assert state_of(site, number) == ("open", site.staff_id(zhou))


def test_what_an_agent_passes_on_out_of_sight_is_gone_for_her(site: Site, new_context: NewContext) -> None:
    li = site.hire("小李", "agent", "province", ["legal"])
    number = site.ask_for_person("worker", QUESTION)
    page = open_mine(site, new_context, li, number)
    page.get_by_test_id("transfer").click()
    page.get_by_test_id("transfer-department").select_option(label="aid · province工会")
    page.get_by_test_id("transfer-confirm").click()
    expect(page.get_by_test_id("alert")).to_contain_text("已经转到别处")
    expect(row_of(page, number)).to_have_count(0)
    page.get_by_role("link", name="回到收件箱").click()
    expect(page.get_by_test_id("empty")).to_be_visible()


def test_back_to_the_queue_and_back_to_the_bot(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = open_mine(site, new_context, chen, number)
    page.get_by_test_id("release").click()
    expect(page.get_by_test_id("state")).to_have_text("待接")
    assert state_of(site, number) == ("open", None)
    page.get_by_test_id("claim").click()
    page.get_by_test_id("back-to-bot").click()
    expect(page.get_by_test_id("state")).to_have_text("机器人接待")
    assert state_of(site, number) == ("pending", None)
    expect(page.get_by_test_id("claim")).to_have_text("我来接待")


def test_without_scripts_the_forms_still_work(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = site.enter(
        new_context(**DESK, java_script_enabled=False), chen, f"/conversations/{number}?view=all", scripts=False
    )
    page.get_by_test_id("claim").click()
    expect(page.get_by_test_id("state")).to_have_text("我在接待")
    assert page.url.endswith(f"/conversations/{number}?view=all")


def test_a_number_is_shown_on_demand_and_that_is_written_down(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", "我的电话 13812345678，打给我")
    page = site.enter(new_context(**DESK), site.hire("小李"), f"/conversations/{number}")
    expect(said(page, "worker")).to_have_text("我的电话 〔手机号1〕，打给我")
    page.get_by_test_id("reveal").click()
    expect(page.get_by_test_id("toast")).to_contain_text("不能做这件事")
    page = open_mine(site, new_context, chen, number)
    page.get_by_test_id("reveal").click()
    expect(page.get_by_test_id("reveal")).to_have_text("13812345678")
    with site.database.read() as session:
        events = session.scalars(select(AuditEvent.event)).all()
    assert events.count("private_number.revealed") == 1


def test_what_the_bot_understood_and_said_is_there_but_folded(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.write("worker", QUESTION)
    site.bot_answers(number, intent="ask_policy", confidence=0.926, entries=["wage-arrears", "unknown-entry"])
    site.past_hand_off(site.ask_for_person("worker", "找人工"), now(), 4, "小伙子很耐心")
    page = open_mine(site, new_context, chen, number)
    understood = page.get_by_test_id("understood").first
    expect(understood.get_by_text("机器人听成")).to_be_hidden()
    understood.locator("summary").click()
    expect(understood.locator("li")).to_have_text(
        ["机器人听成：问政策，把握 93%", "给了条目：拖欠工资怎么办", "给了条目：unknown-entry"]
    )
    basis = page.get_by_test_id("citations")
    basis.locator("summary").click()
    expect(basis).to_contain_text("《保障农民工工资支付条例》第三条")
    expect(page.get_by_test_id("offered").first).to_contain_text("给了按钮：找人工打 12351")
    expect(page.get_by_test_id("past-hand-off")).to_contain_text("满意（4/5），“小伙子很耐心”")
    site.write("worker", "在吗")  # what is new leaves open what was unfolded
    expect(said(page, "worker").last).to_have_text("在吗")
    expect(understood.get_by_text("机器人听成")).to_be_visible()


def test_a_call_back_is_made_from_the_conversation(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    site.promise_call(number)
    page = open_mine(site, new_context, chen, number)
    expect(page.get_by_test_id("call-back-item")).to_contain_text("等着回电 · 晚上 6 点以后")
    page.get_by_test_id("call-back").click()
    page.get_by_test_id("call-back-reveal").click()
    expect(page.get_by_test_id("call-back-number")).to_have_attribute("href", "tel:13800138000")
    page.get_by_test_id("call-outcome-no_answer").check()
    page.get_by_test_id("call-back-note").fill("响了很久")
    page.get_by_test_id("call-back-confirm").click()
    expect(page.get_by_test_id("call-back-item")).to_contain_text("小陈：没人接，响了很久")
    with site.database.read() as session:
        assert session.scalars(select(CallBackAttempt.outcome)).all() == ["no_answer"]


def test_noting_what_somebody_is_called(site: Site, new_context: NewContext, chen: str) -> None:
    number = site.ask_for_person("worker", QUESTION)
    page = site.enter(new_context(**DESK), chen, f"/conversations/{number}")
    page.get_by_test_id("rename").click()
    page.get_by_test_id("name-input").fill("王建国")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("title")).to_have_text("王建国")
    expect(page.get_by_test_id("name")).to_contain_text("王建国")
    expect(row_of(page, number).locator(".title")).to_have_text("王建国")


def test_older_messages_come_when_one_scrolls_up(site: Site, new_context: NewContext, chen: str) -> None:
    for n in range(1, 101):
        site.write("worker", f"第 {n} 条")
    number = site.ask_for_person("worker", "找人工")
    page = open_mine(site, new_context, chen, number)
    scroller = page.get_by_test_id("transcript")
    assert said(page, "worker").count() < 50
    assert scroller.evaluate("part => part.scrollHeight - part.clientHeight - part.scrollTop") < 5
    first = said(page, "worker").first
    text = first.inner_text()
    scroller.evaluate("part => { part.scrollTop = 0; }")
    expect(page.get_by_text("第 60 条", exact=True)).to_be_attached()
    kept = page.get_by_text(text, exact=True)
    place = kept.evaluate(
        "part => part.getBoundingClientRect().top - document.getElementById('talk-scroll').getBoundingClientRect().top"
    )
    assert 0 <= place < 200, "what was read moved away"
    earlier = page.get_by_test_id("earlier")
    for _time in range(75):  # pressing scrolls up, which loads by itself: the press then changes nothing
        if earlier.is_hidden():
            break
        earlier.click()
        page.wait_for_timeout(200)
    expect(page.get_by_text("第 1 条", exact=True)).to_be_attached()
    expect(earlier).to_be_hidden()
    expect(said(page, "worker")).to_have_count(101)


def test_lists_filters_and_search(site: Site, new_context: NewContext, chen: str) -> None:
    wages = site.ask_for_person("a", "厂里拖欠工资三个月", name="王建国", reason="not_understood")
    joining = site.ask_for_person("b", "我想入会", channel="wechat")
    done = site.ask_for_person("c", "孩子上学学费不够")
    site.write("d", "你好")
    site.hand_offs.claim(site.actor(chen), done)
    SearchIndex(site.database).index_new()
    page = site.enter(new_context(**DESK), chen)
    expect(page.get_by_test_id("queue-count")).to_have_text("2")
    expect(page.get_by_test_id("mine-count")).to_have_text("1")
    page.get_by_test_id("inbox-tab-mine").click()
    expect(rows(page)).to_have_count(1)
    page.get_by_test_id("inbox-tab-resolved").click()
    expect(page.get_by_test_id("empty")).to_contain_text("还没有结束的对话")
    page.get_by_test_id("inbox-tab-bot").click()
    expect(rows(page)).to_have_count(1)
    page.get_by_test_id("inbox-tab-all").click()
    expect(rows(page)).to_have_count(4)
    page.get_by_test_id("filter-toggle").click()
    page.get_by_test_id("filter-channel").select_option("wechat")
    page.get_by_test_id("search-submit").click()
    expect(rows(page)).to_have_count(1)
    expect(row_of(page, joining)).to_be_visible()
    page.get_by_test_id("filter-clear").click()
    page.get_by_test_id("search").fill("工资")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(row_of(page, wages)).to_contain_text("没听懂")
    row_of(page, wages).click()
    page.get_by_test_id("inbox-tab-all").click()  # what was searched for goes along
    expect(page.get_by_test_id("search")).to_have_value("工资")
    page.get_by_test_id("search").fill("没有这个词")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("empty")).to_contain_text("没有找到")
    page.get_by_test_id("search").fill("王建国")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)


def test_a_long_list_is_loaded_in_pieces(site: Site, new_context: NewContext, chen: str) -> None:
    for n in range(35):
        site.ask_for_person(f"worker-{n}", f"第 {n} 位", minutes=60 - n)
    page = site.enter(new_context(**DESK), chen)
    expect(rows(page)).to_have_count(30)
    page.get_by_test_id("more").click()
    expect(rows(page)).to_have_count(35)
    expect(page.get_by_test_id("more")).to_be_hidden()
    snippets = page.locator(".row .snippet").all_inner_texts()
    assert snippets == [f"第 {n} 位" for n in range(35)]
