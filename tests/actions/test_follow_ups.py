"""What was asked before helps to understand what is asked next, and only that."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from casework.database import Database, now
from casework.tables import Message
from casework.wording import Wording
from tests.actions.talk import Talk


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("那要多久?", "期限：受理后 60 天内出结果。"),
        ("要带什么", "材料：申请表、病历。"),
        ("去哪办", "怎么办：1. 问人事报了没有。"),
        ("他说不给怎么办", "怎么办：1. 问人事报了没有。"),
    ],
)
async def test_a_part_of_the_answer_is_given(talk: Talk, wording: Wording, asked: str, part: str) -> None:
    await talk.say("受伤了怎么申请")
    said = await talk.say(asked, intent="out_of_scope")
    assert said.texts == [wording.text("utter_continued", title="工伤怎么申请"), part]


async def test_the_topic_lasts_over_several_questions_and_thanks(talk: Talk) -> None:
    await talk.say("受伤了怎么申请")
    await talk.say("那要多久?")
    await talk.say("？？")
    assert (await talk.say("要带什么")).texts[-1] == "材料：申请表、病历。"


async def test_a_whole_question_is_not_pulled_to_the_old_topic(talk: Talk) -> None:
    await talk.say("受伤了怎么申请")
    assert (await talk.say("那年假呢")).texts == ["满一年 5 天。"]
    assert talk.knowledge.searched[-1] == "那年假呢"


async def test_a_part_that_is_not_written_down_gives_the_whole_entry(talk: Talk) -> None:
    await talk.say("年假几天")
    assert (await talk.say("要带什么")).texts == ["满一年 5 天。"]


async def test_the_variant_that_was_given_is_gone_on_with(talk: Talk) -> None:
    await talk.say("我是骑手，摔了怎么办")
    assert (await talk.say("那要多久?")).texts == ["走职业伤害保障。"]


async def test_a_follow_up_that_leads_elsewhere_is_answered_without_asking_again(talk: Talk, wording: Wording) -> None:
    talk.knowledge.first = "那时间呢", "inspection"
    assert (await talk.say("受伤了怎么申请")).texts[-1] == wording.text("utter_ask_kind")
    assert (await talk.say("那时间呢")).texts == ["打 12333 投诉。"]


async def test_after_half_an_hour_a_question_stands_for_itself(talk: Talk, sqlite: Database) -> None:
    await talk.say("受伤了怎么申请")
    with sqlite.write() as session:
        session.execute(update(Message).values(created_at=now() - timedelta(minutes=31)))
    said = await talk.say("那要多久?")
    assert "previous" not in talk.engine.asked[-1][2]
    assert "受理后" not in "".join(said.texts)


async def test_without_a_question_before_nothing_is_supposed(talk: Talk, wording: Wording) -> None:
    assert (await talk.say("那要多久?")).texts == [wording.text("utter_declined")]


async def test_what_was_not_answered_ends_the_topic_before_it(talk: Talk, wording: Wording) -> None:
    await talk.say("受伤了怎么申请")
    await talk.say("今天天气怎么样", intent="out_of_scope")
    assert (await talk.say("那要多久?")).texts == [wording.text("utter_declined")]


async def test_a_resend_gets_the_same_answer(talk: Talk) -> None:
    await talk.say("受伤了怎么申请")
    metadata = talk.engine.asked[-1][2]
    first = talk.engine.tracker[str(metadata["message_key"])]
    assert await talk.engine.ask("s", "受伤了怎么申请", metadata) == first


async def test_a_guess_of_distress_does_not_hide_a_follow_up(talk: Talk, wording: Wording) -> None:
    await talk.say("工资拖着不发怎么办")
    talk.engine.confidence = 0.66
    said = await talk.say("如果他跑了呢", intent="distress")
    assert said.texts[0] == wording.text("utter_continued", title="老板拖欠工资怎么办")
