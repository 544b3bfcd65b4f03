"""Through all processes: who asks is asked once, what was asked before is known, and odd input gets a useful answer."""

from __future__ import annotations

import pytest

from casework.wording import Wording
from tests.bot.gateway_server import visitor
from tests.end_to_end.stack import Stack
from tests.end_to_end.test_line import say, tap

PHRASING = "工伤怎么申请"


def test_the_kind_is_asked_tapped_and_remembered(stack: Stack, wording: Wording) -> None:
    with visitor(stack.chat) as client:
        asked = say(client, PHRASING)
        assert asked[-1]["text"] == wording.text("utter_ask_kind")
        token = next(button["token"] for button in asked[-1]["buttons"] if button["title"] == "送外卖、跑单")
        rider = tap(client, token)
        assert rider[0]["text"] != asked[0]["text"]
        assert "换一种情况" in [button["title"] for button in rider[-1]["buttons"]]
        assert say(client, PHRASING)[0]["text"] == rider[0]["text"]


def test_a_follow_up_goes_on_with_what_was_asked(stack: Stack, wording: Wording) -> None:
    with visitor(stack.chat) as client:
        say(client, PHRASING)
        first, second = say(client, "那要带什么？")
    assert first["text"] == wording.text("utter_continued", title="工伤怎么申请")
    assert second["text"].startswith("材料：")


def test_who_one_is_is_understood_without_a_question(stack: Stack, wording: Wording) -> None:
    with visitor(stack.chat) as client:
        assert say(client, "我是骑手")[0]["text"] == wording.text("utter_kind_noted", kind="骑手")
        assert say(client, "我不是骑手了")[0]["text"] == wording.text("utter_kind_forgotten", kind="骑手")
        assert say(client, "在徐州")[0]["text"] == wording.text("utter_region_noted_alone", region="江苏徐州")


@pytest.mark.parametrize(
    ("typed", "response"),
    [
        ("\u200b \x07", "utter_empty_message"),
        ("👍👍", "utter_no_words"),
        ("？！。。。", "utter_no_words"),
        ("12", "utter_no_words"),
        ("how can I get a passport", "utter_declined_latin"),
        ("我要离婚，孩子归谁", "utter_refer_legal_aid"),
        ("护照去哪办", "utter_refer_city"),
    ],
)
def test_odd_input_gets_a_polite_answer(stack: Stack, wording: Wording, typed: str, response: str) -> None:
    with visitor(stack.chat) as client:
        assert say(client, typed)[0]["text"] == wording.text(response)


@pytest.mark.parametrize(
    "typed",
    [
        "工傷怎麼申請",
        "工\x00伤\u200b怎么申请",
        "工伤怎么申请" + "。" * 9_990,
        "gongzi bu fa zenme ban",
        "我在厂里做了三年包装工上个月机器把手压了老板说给两千块钱就完了我家里还有两个孩子要养我不懂这些想问一下我这种情况该怎么办",
    ],
)
def test_odd_spelling_is_answered_or_asked_back_about(stack: Stack, typed: str) -> None:
    with visitor(stack.chat) as client:
        bubbles = say(client, typed)
    assert bubbles[0]["text"]
    assert any(bubble["buttons"] for bubble in bubbles)
