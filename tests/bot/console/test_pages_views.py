"""How the console says times, waits, sources and states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.console import words
from bot.console.views import (
    blank_row,
    citation,
    conversation_href,
    duration,
    holder,
    message_view,
    pieces,
    query,
    reach_view,
    row_view,
    safe_hours,
    score_words,
    size_words,
    snippet,
    sort_key,
    spoken,
    spoken_day,
    spoken_short,
    waited_words,
    waiting_level,
    waiting_words,
)
from casework import tables
from casework.call_back_rules import HOURS, UNKNOWN
from casework.distress import Distress
from casework.hand_offs import CATEGORIES
from casework.inbox import VIEWS
from casework.inbox_details import File, Item
from casework.inbox_rows import Row
from casework.reach import Reach
from casework.urgency import Urgency

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
"""Noon in Xuzhou, a Saturday."""
TITLES: dict[str, str] = {"a": "拖欠工资"}
ROW = Row(
    conversation_id=7,
    title="王建国",
    channel="web",
    state="open",
    department_id=3,
    department="法律部",
    topic="legal",
    reason="asked_for",
    detail=None,
    priority=0,
    waiting_since=NOON - timedelta(minutes=7),
    opened_at=NOON - timedelta(minutes=7),
    assignee_id=None,
    assignee=None,
    last_author="worker",
    last_text="工资三个月没发",
    last_message_at=NOON - timedelta(minutes=6),
    is_unanswered=True,
    complaint=False,
)


def item(**values: object) -> Item:
    given: dict[str, object] = {
        "kind": "message",
        "id": 5,
        "author": "worker",
        "staff_id": None,
        "staff": None,
        "text": "工资",
        "created_at": NOON,
    }
    return Item(**(given | values))  # type: ignore[arg-type]  # the fields of a test


@pytest.mark.parametrize(
    ("minutes", "level", "said"),
    [
        (0.5, "usual", "刚开始等"),
        (1, "usual", "等 1 分钟"),
        (4.9, "usual", "等 4 分钟"),
        (5, "long", "偏久 · 5 分钟"),
        (15, "too_long", "太久 · 15 分钟"),
        (125, "too_long", "太久 · 2 小时 5 分"),
        (120, "too_long", "太久 · 2 小时"),
        (3 * 1440, "too_long", "太久 · 3 天"),
    ],
)
def test_waiting_is_said_in_words_and_levels(minutes: float, level: str, said: str) -> None:
    since = NOON - timedelta(minutes=minutes)
    assert waiting_level(since, NOON) == level
    assert waiting_words(since, NOON, waiting_level(since, NOON)) == said


def test_an_alarm_is_the_worst_from_its_first_second_until_it_is_taken() -> None:
    alarm = replace(ROW, priority=2, waiting_since=NOON)
    assert row_view(alarm, "all", NOON, me=1, href="").level == "alarm"
    assert row_view(alarm, "all", NOON, me=1, href="").waiting == "马上接 · 不到 1 分钟"
    assert row_view(replace(alarm, assignee_id=2), "all", NOON, me=1, href="").level == "usual"
    assert not row_view(replace(alarm, state="resolved"), "all", NOON, me=1, href="").is_alarm
    assert waiting_words(None, NOON) == ""


def test_times_are_those_of_china() -> None:
    late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # half past one at night on the 21st
    assert spoken_short(late, NOON) == "01:30"
    assert spoken_short(late - timedelta(hours=2), NOON) == "昨天"
    assert spoken_short(late - timedelta(days=3), NOON) == "11月18日"
    assert spoken_short(late - timedelta(days=400), NOON) == "2025/10/17"
    assert spoken_day(late, NOON) == "今天"
    assert spoken_day(late - timedelta(days=3), NOON) == "11月18日 星期三"
    assert spoken(late - timedelta(days=3), NOON) == "11月18日 01:30"
    assert spoken(late - timedelta(days=400), NOON) == "2025年10月17日 01:30"
    assert duration(timedelta(seconds=20)) == "不到 1 分钟"
    assert waited_words(timedelta(seconds=20)) == "等了不到 1 分钟"
    assert waited_words(timedelta(minutes=8)) == "等了 8 分钟"


def test_every_code_has_its_word() -> None:
    assert words.REASONS.keys() == set(tables.REASONS)
    assert words.OUTCOMES.keys() == set(tables.OUTCOMES)
    assert set(words.CHOSEN_OUTCOMES) == set(tables.OUTCOMES) - {"left", "back_to_bot"}
    assert words.CATEGORIES.keys() == set(CATEGORIES)
    assert words.STATES.keys() == set(tables.STATES)
    assert words.AUTHORS.keys() == set(tables.AUTHORS)
    assert words.CALL_BACK_STATES.keys() == set(tables.CALL_BACK_STATES)
    assert words.CALL_OUTCOMES.keys() == set(tables.CALL_OUTCOMES)
    assert words.FILE_KINDS.keys() == set(tables.FILE_KINDS)
    assert words.VIEWS.keys() == words.EMPTY.keys() == set(VIEWS)
    assert words.DETAILS.keys() == {*Distress, *Urgency}
    assert words.SAFE_HOURS.keys() == {*HOURS, UNKNOWN}
    assert words.TOPIC_CATEGORIES.items() <= {(topic, topic) for topic in tables.TOPICS}


def test_who_has_a_conversation_is_said() -> None:
    assert holder(ROW, me=1) == "待接"
    assert holder(replace(ROW, assignee_id=1, assignee="小陈"), me=1) == "我"
    assert holder(replace(ROW, assignee_id=2, assignee="小陈"), me=1) == "小陈"
    assert holder(replace(ROW, state="pending"), me=1) == "机器人接待"
    assert holder(replace(ROW, state="resolved"), me=1) == "已结束"


def test_a_snippet_says_who_spoke_unless_it_was_the_worker() -> None:
    assert snippet(ROW, me=1) == "工资三个月没发"
    assert snippet(replace(ROW, last_author="bot"), me=1) == "机器人：工资三个月没发"
    assert snippet(replace(ROW, last_author="staff", assignee_id=1), me=1) == "我：工资三个月没发"
    assert snippet(replace(ROW, last_author="staff", assignee_id=2, assignee="小陈"), me=1).startswith("小陈：")
    assert snippet(replace(ROW, last_author="staff"), me=1).startswith("工作人员：")
    assert snippet(replace(ROW, last_author=None, last_text=""), me=1) == ""


def test_lists_are_sorted_as_the_server_does() -> None:
    opened = int(ROW.opened_at.timestamp() * 1000) if ROW.opened_at else 0
    last = int(ROW.last_message_at.timestamp() * 1000)
    assert sort_key(ROW, "unassigned") == [0, opened, 7]
    assert sort_key(ROW, "mine") == [0, opened, -last, -7]
    assert sort_key(replace(ROW, is_unanswered=False), "mine") == [1, 0, -last, -7]
    assert sort_key(ROW, "all") == [-last, -7]
    assert blank_row().sort == "[]"


def test_texts_are_split_at_numbers_and_addresses() -> None:
    split = [(each.kind, each.text) for each in pieces("打〔手机号1〕，看 https://a.cn/x。〔照片〕〔其他1〕")]
    assert split == [
        ("text", "打"),
        ("number", "〔手机号1〕"),
        ("text", "，看 "),
        ("link", "https://a.cn/x"),
        ("text", "。〔照片〕〔其他1〕"),
    ]
    assert pieces("") == ()
    assert all(each.kind == "text" for each in pieces("javascript:alert(1) ftp://x data:text/html,x"))


def test_what_the_bot_understood_is_said_in_words() -> None:
    seen = item(understood={"intent": "ask_policy", "confidence": 0.926, "entries": ["a", "b"]})
    shown = message_view(seen, NOON, me=1, title=TITLES.get)
    assert shown.understood == ("机器人听成：问政策，把握 93%", "给了条目：拖欠工资", "给了条目：b")
    unknown = item(understood={"intent": "brand_new", "confidence": None})
    assert message_view(unknown, NOON, me=1, title=TITLES.get).understood == ("机器人听成：brand_new",)
    assert message_view(item(), NOON, me=1, title=TITLES.get).understood == ()


def test_delivery_is_said_of_what_staff_sent() -> None:
    def delivery(**values: object) -> str:
        return message_view(item(**values), NOON, me=1, title=TITLES.get).delivery_name

    assert delivery(author="staff", staff_id=1) == "已存，还没送达"
    assert delivery(author="staff", staff_id=1, delivered_at=NOON) == "已送达"
    assert delivery(author="staff", staff_id=1, handling="failed") == "没送出去"
    assert delivery(author="bot") == ""
    assert delivery(kind="note", author="staff") == ""


def test_a_message_changes_its_version_with_what_is_shown() -> None:
    def version(**values: object) -> str:
        return message_view(item(**values), NOON, me=1, title=TITLES.get).version

    assert version() == version()
    assert (
        len({version(), version(text="别的"), version(understood={"intent": "greet"}), version(handling="failed")}) == 4
    )


def test_who_spoke_is_named() -> None:
    def name(**values: object) -> str:
        return message_view(item(**values), NOON, me=1, title=TITLES.get).name

    assert name() == "职工"
    assert name(author="bot") == "机器人"
    assert name(author="system") == "系统"
    assert name(author="staff", staff_id=1, staff="小陈") == "我"
    assert name(author="staff", staff_id=2, staff="小陈") == "小陈"
    assert name(author="staff", staff_id=2) == "工作人员"


def test_files_places_and_buttons_are_shown() -> None:
    sent = item(
        files=(
            File(1, "photo", "image/jpeg", 3 * 1024 * 1024, "工资条.jpg"),
            File(2, "voice", "audio/ogg", 900, "a.ogg"),
        ),
        extra={"location": "sealed", "intent": "request_human", "buttons": [{"title": "找人工", "token": "t"}]},
    )
    shown = message_view(sent, NOON, me=1, title=TITLES.get)
    assert [(file.kind_name, file.size) for file in shown.files] == [("照片", "3.0 MB"), ("语音", "900 B")]
    assert (shown.has_place, shown.tapped, shown.buttons) == (True, True, ("找人工",))
    assert size_words(2048) == "2 KB"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("劳动合同法", "《劳动合同法》第三十条"),
        ("《劳动合同法》", "《劳动合同法》第三十条"),
        ("人社部发〔2025〕62号", "人社部发〔2025〕62号第三十条"),
    ],
)
def test_sources_are_named_as_lawyers_do(document: str, said: str) -> None:
    assert citation({"document": document, "article": "第三十条"}) == said


def test_what_a_channel_still_takes_and_what_to_do_when_nothing() -> None:
    assert reach_view(Reach(), "web").level == "ok"
    assert "下次打开" in reach_view(Reach(), "web").text
    assert reach_view(Reach(NOON, 30.2, 5), "wechat").text == "微信还能发 5 条，1 天内有效。"
    assert reach_view(Reach(NOON, 30.2, 1), "wechat").level == "soon"
    assert reach_view(Reach(NOON, 3.5, 4), "wechat").level == "soon"
    assert "4 条，3 小时 30 分内有效" in reach_view(Reach(NOON, 3.5, 4), "wechat").text
    late, used_up = reach_view(Reach(NOON, 0.0, 4), "wechat"), reach_view(Reach(NOON, 30.2, 0), "wechat")
    assert (late.level, used_up.level) == ("closed", "closed")
    assert "太久" in late.text
    assert "条数用完" in used_up.text
    assert "打电话" in late.text
    assert "打电话" in used_up.text


def test_addresses_of_lists_leave_out_what_goes_without_saying() -> None:
    assert query(view="unassigned", q="", department=None) == ""
    assert query(view="mine", q="工 资&", department=3) == "?view=mine&q=%E5%B7%A5%20%E8%B5%84%26&department=3"
    assert conversation_href(view="mine") == "/conversations/{id}?view=mine"
    assert row_view(ROW, "mine", NOON, me=1, href="/conversations/{id}?view=mine").href == "/conversations/7?view=mine"


def test_small_words() -> None:
    assert score_words(5) == "很满意（5/5）"
    assert score_words(None) == ""
    assert safe_hours("evening") == "晚上 6 点以后"
    assert safe_hours("周三下午") == "周三下午"
