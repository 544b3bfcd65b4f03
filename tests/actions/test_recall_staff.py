"""What staff said is repeated: who, when, in order, once; nobody is made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.cards import AnswerCards
from actions.recall_staff import ActionRecallStaff, latest_words, spoken_time
from casework.cards import SECOND_BUBBLE, Card
from casework.wording import Wording
from knowledge_base import Entry, Found, Hit
from knowledge_base.points import Points


def said(number: int, text: str, staff: str = "小陈", at: str = "2026-11-20T06:05:00+00:00") -> dict[str, Any]:
    data = {"author": "staff", "staff": staff, "at": at, "message": number}
    return {"event": "bot", "text": text, "timestamp": 1.0, "data": data}


BOT = {"event": "bot", "text": "我是机器人", "data": {"custom": {"card": {}}}}


ENTRY = Entry(id="transfer", title="公司要调岗怎么办", category="legal", conclusion="先别签字。", steps="1. 问清楚。")
NOTHING = Found()


class Knowledge:
    """Knows one entry, or nothing."""

    def __init__(self, found: Found) -> None:
        self._found = found

    def search(self, _question: str, **_options: Any) -> Found:
        return self._found

    def points(self, _question: str, _entry: Entry) -> Points:
        return Points(None, ())


async def recall(wording: Wording, *events: dict[str, Any], found: Found = NOTHING) -> Card:
    knowledge: Any = Knowledge(found)
    action = ActionRecallStaff(knowledge, AnswerCards(knowledge, wording), wording)
    dispatcher = CollectingDispatcher()
    message = {"text": "刚才怎么说的", "intent": {"name": "recall_staff"}}
    await action.run(dispatcher, Tracker("s", {}, message, list(events), False, None, {}, "action_listen"), {})
    (sent,) = dispatcher.messages
    return Card.from_dict(sent["custom"])


async def test_it_repeats_who_when_and_what(wording: Wording) -> None:
    card = await recall(wording, BOT, said(1, "你好"), said(2, "周一上午九点带身份证来"), BOT)
    assert card.conclusion.startswith("小陈")
    assert "14:05" in card.conclusion
    assert card.detail == "你好\n周一上午九点带身份证来"
    assert [button.intent for button in card.buttons] == ["request_human"]


async def test_nobody_of_staff_has_written_yet(wording: Wording) -> None:
    card = await recall(wording, BOT)
    assert card.conclusion == wording.text("utter_recall_staff_none")


async def test_what_sounded_like_it_may_be_a_question_of_its_own(wording: Wording) -> None:
    found = Found((Hit(ENTRY, 1.0),), 0.9, answered=True)
    assert (await recall(wording, BOT, found=found)).conclusion == ENTRY.conclusion
    assert (await recall(wording, said(1, "带身份证"), found=found)).detail == "带身份证"


@pytest.mark.parametrize(
    "found",
    [
        Found((Hit(replace(ENTRY, category="service"), 1.0),), 0.9, answered=True),
        Found((Hit(ENTRY, 1.0),), 0.5, answered=True, ambiguous=True),
    ],
    ids=["an entry on our own services", "no entry for sure"],
)
async def test_what_only_sounds_alike_is_no_answer(wording: Wording, found: Found) -> None:
    assert (await recall(wording, BOT, found=found)).conclusion == wording.text("utter_recall_staff_none")


async def test_what_stands_twice_in_the_tracker_is_said_once(wording: Wording) -> None:
    card = await recall(wording, said(1, "带身份证"), said(2, "周一来"), said(1, "带身份证"), said(2, "周一来"))
    assert card.detail == "带身份证\n周一来"


async def test_several_people_are_named(wording: Wording) -> None:
    later = "2026-11-20T07:05:00+00:00"
    card = await recall(wording, said(1, "我转给法律部", "小陈"), said(2, "带合同来", "老李", later))
    assert card.detail == "小陈：我转给法律部\n老李：带合同来"
    assert card.conclusion.startswith("老李")


async def test_another_days_matter_is_left_out(wording: Wording) -> None:
    card = await recall(wording, said(1, "上个月的事", at="2026-10-01T02:00:00+00:00"), said(2, "带身份证"))
    assert card.detail == "带身份证"


async def test_a_long_talk_is_folded(wording: Wording) -> None:
    card = await recall(wording, *(said(number, f"{number}" + "要" * 99) for number in range(1, 7)))
    assert len(card.detail) <= SECOND_BUBBLE
    assert card.detail.splitlines()[-1].startswith("6")
    assert card.more.splitlines()[0].startswith("1")
    long = await recall(wording, said(1, "长" * 900))
    assert len(long.detail) == 900


@pytest.mark.parametrize(
    ("at", "spoken"),
    [
        (datetime(2026, 11, 20, 6, 5, tzinfo=UTC), "今天14:05"),
        (datetime(2026, 11, 19, 1, 30, tzinfo=UTC), "昨天9:30"),
        (datetime(2026, 11, 2, 16, 20, tzinfo=UTC), "11月3日0:20"),
    ],
)
def test_times_are_said_as_people_say_them(at: datetime, spoken: str) -> None:
    assert spoken_time(at, date(2026, 11, 20)) == spoken


def test_other_events_are_passed_over() -> None:
    assert latest_words([{"event": "slot", "name": "x"}, {"event": "user", "text": "在吗"}, BOT]) == []
