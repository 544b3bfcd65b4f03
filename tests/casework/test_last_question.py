"""What a worker wants to know just now."""

from __future__ import annotations

import pytest

from casework.cards import Bubble
from casework.crypto import Keyring
from casework.database import Database
from casework.errors import NotFound
from casework.last_question import LastQuestions, worth_searching
from casework.wording import Wording
from tests.casework.worker import Union, Worker


@pytest.mark.parametrize(
    "text", ["好的", "在吗", "谢谢你啊", "嗯嗯嗯嗯嗯", "转人工服务", "好的，谢谢", "你好，在吗？", "知道了，麻烦你了"]
)
def test_what_holds_no_question(text: str) -> None:
    assert not worth_searching(text)


@pytest.mark.parametrize("text", ["工资三个月没发", "怎么仲裁", "好的，那加班费怎么算", "怀孕被辞退"])
def test_what_holds_one(text: str) -> None:
    assert worth_searching(text)


@pytest.fixture
def union(database: Database) -> Union:
    return Union(database)


@pytest.fixture
def wang(union: Union, database: Database, keyring: Keyring, wording: Wording) -> Worker:
    worker = Worker(database, keyring, wording)
    worker.hand_over()
    return worker


def test_the_last_two_messages_since_staff_answered(union: Union, wang: Worker, database: Database) -> None:
    chen = union.hire("小陈")
    asked = LastQuestions(database)
    assert asked.of(chen, wang.number).text == ""
    wang.writes("入会要交钱吗")
    wang.hand_offs.claim(chen, wang.number)
    wang.hand_offs.reply(chen, wang.number, "你好", "k1")
    assert asked.of(chen, wang.number).text == ""
    for text in ("我在工地上干活", "老板三个月没发工资", "好的", "我电话13800138000 怎么去要", "在吗"):
        wang.writes(text)
    assert asked.of(chen, wang.number).text == "老板三个月没发工资，我电话 怎么去要"
    assert asked.of(chen, wang.number).region is None


def test_tapped_buttons_are_no_questions(union: Union, wang: Worker, database: Database, wording: Wording) -> None:
    chen = union.hire("小陈")

    class Nobody:
        def handle(self, turn: object) -> None:
            return None

    wang.is_shown(Bubble("选一个", wording.bubble("utter_help").buttons))
    wang.taps("算算该拿多少钱", Nobody())
    assert LastQuestions(database).of(chen, wang.number).text == ""


def test_what_one_may_not_see_asks_nothing(union: Union, wang: Worker, database: Database) -> None:
    outsider = union.hire("小孙", union.firm, "supervisor")
    for number in (wang.number, 999_999):
        with pytest.raises(NotFound):
            LastQuestions(database).of(outsider, number)
