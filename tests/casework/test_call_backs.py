"""A worker leaves a number and safe hours: kept once, hidden, cancelled when she says so, never pressed for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.call_backs import PHONE_FIELD, CallBacks
from casework.cards import Bubble
from casework.conversations import Turn
from casework.crypto import Keyring
from casework.database import Database
from casework.tables import CallBack, Message
from casework.wording import Wording
from tests.casework.worker import Union, Worker, audited, told_consoles


@pytest.fixture
def call_backs(database: Database, keyring: Keyring, wording: Wording) -> CallBacks:
    return CallBacks(database, keyring, wording)


@pytest.fixture
def wang(database: Database, keyring: Keyring, wording: Wording, call_backs: CallBacks) -> Worker:
    """Somebody who waits for a person and is offered to be rung."""
    Union(database)
    worker = Worker(database, keyring, wording)
    worker.hand_over()
    worker.is_shown(Bubble("下班了", (call_backs.offer_button(),)))
    return worker


def promises(database: Database) -> list[CallBack]:
    with database.read() as session:
        return list(session.scalars(select(CallBack).order_by(CallBack.id)))


def test_from_the_button_to_the_promise(
    wang: Worker, call_backs: CallBacks, database: Database, keyring: Keyring, wording: Wording
) -> None:
    assert wang.taps("留个电话", call_backs) == wording.text("utter_call_back_ask_phone")
    assert wang.awaits() == "callback_phone"
    said = wang.says("我的手机是 138 0013 8000", call_backs)
    assert said == wording.text("utter_call_back_ask_hours", last="8000")
    assert [button.title for button in wang.buttons] == ["随时都行", "中午12点到1点", "晚上6点以后", "周末"]
    assert wang.awaits() == "callback_hours"
    said = wang.taps("晚上6点以后", call_backs)
    assert said == wording.text("utter_call_back_promised", hours="晚上6点以后", last="8000")
    assert wang.awaits() is None
    (promise,) = promises(database)
    assert (promise.state, promise.safe_hours) == ("open", "evening")
    assert keyring.open(promise.phone_sealed, PHONE_FIELD) == "13800138000"
    assert told_consoles(database).count("call_back") == 2


def test_the_number_is_nowhere_in_the_clear(wang: Worker, call_backs: CallBacks, database: Database) -> None:
    wang.taps("留个电话", call_backs)
    wang.says("13800138000", call_backs)
    with database.read() as session:
        texts = session.scalars(select(Message.text)).all()
    assert not [text for text in texts if "138001" in text]
    assert ("gateway", "call_back.promised") in audited(database)


def test_her_own_words_for_the_hours_are_kept(wang: Worker, call_backs: CallBacks, database: Database) -> None:
    wang.taps("留个电话", call_backs)
    wang.says("13800138000", call_backs)
    said = wang.says("下午三点以后，我上夜班", call_backs)
    assert said is not None
    assert "下午三点以后，我上夜班" in said
    assert promises(database)[0].safe_hours == "下午三点以后，我上夜班"


@pytest.mark.parametrize(
    "phone", ["0516-83712345", "（0516）83712345 转 8", "+86 139 1234 5678", "幺三九幺二三四五六七八"]
)
def test_landlines_and_other_spellings(wang: Worker, call_backs: CallBacks, database: Database, phone: str) -> None:
    wang.taps("留个电话", call_backs)
    wang.says(phone, call_backs)
    assert len(promises(database)) == 1


def test_three_unusable_answers_end_it_kindly(
    wang: Worker, call_backs: CallBacks, database: Database, wording: Wording
) -> None:
    wang.taps("留个电话", call_backs)
    again = wording.text("utter_call_back_phone_again")
    assert wang.says("1380013800", call_backs) == again
    assert wang.says("83712345", call_backs) == again
    assert wang.says("嗯", call_backs) == wording.text("utter_call_back_gave_up")
    assert wang.awaits() is None
    assert promises(database) == []
    assert wang.taps("留个电话", call_backs) == wording.text("utter_call_back_ask_phone")


def test_a_question_meanwhile_is_left_to_the_bot(wang: Worker, call_backs: CallBacks, database: Database) -> None:
    wang.taps("留个电话", call_backs)
    assert wang.says("工伤认定要多久，需要哪些材料", call_backs) is None
    assert wang.says("13800138000", call_backs) is not None
    assert wang.says("那要等多久", call_backs) is None
    assert wang.says("周末", call_backs) is not None
    assert [promise.safe_hours for promise in promises(database)] == ["weekend"]


def test_only_questions_end_it_quietly(wang: Worker, call_backs: CallBacks) -> None:
    wang.taps("留个电话", call_backs)
    for _ in range(3):
        assert wang.says("工伤认定要多久，需要哪些材料", call_backs) is None
    assert wang.awaits() is None


def test_hours_that_she_does_not_say_leave_the_promise(
    wang: Worker, call_backs: CallBacks, database: Database, wording: Wording
) -> None:
    wang.taps("留个电话", call_backs)
    wang.says("13800138000", call_backs)
    assert wang.says("好", call_backs) == wording.text("utter_call_back_hours_again")
    assert wang.says("嗯", call_backs) == wording.text("utter_call_back_hours_again")
    promised = wording.text("utter_call_back_promised", hours="上班时间", last="8000")
    assert wang.says("哦", call_backs) == promised
    assert [promise.safe_hours for promise in promises(database)] == ["unknown"]


def test_second_thoughts_before_and_after_the_number(
    wang: Worker, call_backs: CallBacks, database: Database, wording: Wording
) -> None:
    wang.taps("留个电话", call_backs)
    assert wang.says("算了", call_backs) == wording.text("utter_call_back_dropped")
    assert wang.awaits() is None
    wang.taps("留个电话", call_backs)
    wang.says("13800138000", call_backs)
    assert wang.says("不用打了", call_backs) == wording.text("utter_call_back_cancelled")
    assert [promise.state for promise in promises(database)] == ["cancelled"]


@pytest.mark.parametrize("how", ["取消回电", "不用给我打电话了", "button"])
def test_a_promise_is_cancelled_by_word_or_button(
    wang: Worker, call_backs: CallBacks, database: Database, wording: Wording, how: str
) -> None:
    wang.taps("留个电话", call_backs)
    wang.says("13800138000", call_backs)
    wang.taps("周末", call_backs)
    said = wang.taps("取消回电", call_backs) if how == "button" else wang.says(how, call_backs)
    assert said == wording.text("utter_call_back_cancelled")
    (promise,) = promises(database)
    assert promise.state == "cancelled"
    assert promise.closed_at is not None
    assert wang.says("取消回电", call_backs) == wording.text("utter_call_back_none")
    assert wang.says("不用给我打电话了", call_backs) is None


def test_another_number_replaces_the_first(wang: Worker, call_backs: CallBacks, database: Database) -> None:
    wang.taps("留个电话", call_backs)
    wang.says("13800138000", call_backs)
    said = wang.says("打错了，是 13900139000", call_backs)
    assert said is not None
    assert "9000" in said
    assert [promise.state for promise in promises(database)] == ["cancelled", "open"]


def test_another_button_ends_the_question(wang: Worker, call_backs: CallBacks, wording: Wording) -> None:
    wang.taps("留个电话", call_backs)
    wang.is_shown(wording.bubble("utter_greet"))
    assert wang.taps("我能问什么", call_backs) is None
    assert wang.awaits() is None


def test_a_turn_that_is_handled_again_does_nothing_twice(
    wang: Worker, call_backs: CallBacks, database: Database
) -> None:
    wang.taps("留个电话", call_backs)
    wang.says("13800138000", call_backs)
    turn = wang.turn
    assert turn is not None
    assert call_backs.handle(turn) == wang.latest
    assert len(promises(database)) == 1
    assert wang.awaits() == "callback_hours"


def test_what_belongs_to_others_is_left_alone(wang: Worker, call_backs: CallBacks, database: Database) -> None:
    assert wang.says("13800138000", call_backs) is None
    assert wang.says("工资怎么要", call_backs) is None
    assert promises(database) == []


def test_a_label_that_somebody_types_finds_only_her_own_numbers(
    wang: Worker, call_backs: CallBacks, database: Database, keyring: Keyring, wording: Wording
) -> None:
    other = Worker(database, keyring, wording, "li")
    other.writes("我的电话 13912345678")
    wang.taps("留个电话", call_backs)
    assert wang.says("〔手机号1〕", call_backs) == wording.text("utter_call_back_phone_again")
    assert promises(database) == []


def test_an_erased_conversation_is_answered_by_nobody(call_backs: CallBacks, wang: Worker) -> None:
    wang.taps("留个电话", call_backs)
    assert wang.turn is not None
    gone = Turn(**{**vars(wang.turn), "conversation_id": 10_000, "message_key": "gone"})
    assert call_backs.handle(gone) is None
