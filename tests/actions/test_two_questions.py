"""Two questions of one message get two short answers; staff see both entries."""

from sqlalchemy import select

from casework.database import Database
from casework.tables import Message
from casework.wording import Wording
from tests.actions.talk import Talk


async def test_both_are_answered_in_their_order(talk: Talk, sqlite: Database) -> None:
    said = await talk.say("押金不退怎么办，还有年假有几天")
    assert said.texts == ["押金要退。", "满一年 5 天。"]
    assert [said.buttons(0), said.buttons(1)] == [["押金不退怎么办", "找人工"], ["年假几天", "找人工"]]
    with sqlite.read() as session:
        extra = session.scalars(select(Message.extra).where(Message.author == "worker")).one()
    assert extra["understood"]["entries"] == ["deposit", "annual-leave"]


async def test_all_of_an_answer_is_one_tap_away(talk: Talk, wording: Wording) -> None:
    said = await talk.say("受伤了怎么申请？年假有几天？")
    assert said.texts == ["单位 30 天内报，你 1 年内自己报。", "满一年 5 天。"]
    whole = await talk.tap(said, "工伤怎么申请")
    assert whole.texts[-1] == wording.text("utter_ask_kind")


async def test_one_that_is_not_known_leaves_one_question(talk: Talk) -> None:
    said = await talk.say("押金不退怎么办，还有食堂的饭谁管")
    assert said.texts == ["押金要退。"]


async def test_one_that_is_not_sure_is_asked_back_beside_the_answer(talk: Talk, wording: Wording) -> None:
    said = await talk.say("押金不退怎么办，还有调休怎么算")
    assert said.texts == ["押金要退。", wording.text("utter_ask_which", question="调休怎么算")]
    assert said.buttons() == ["年假几天", "找人工"]


async def test_the_same_answer_is_not_given_twice(talk: Talk) -> None:
    assert (await talk.say("工资不发怎么办？还有欠薪找谁？")).texts[0] == "打 12333。"


async def test_of_three_the_third_is_asked_again(talk: Talk, wording: Wording) -> None:
    said = await talk.say("押金不退怎么办？年假有几天？工资不发怎么办？")
    assert said.texts == ["押金要退。", "满一年 5 天。", wording.text("utter_two_at_once")]


async def test_her_kind_counts_for_both(talk: Talk) -> None:
    await talk.say("我是骑手")
    assert (await talk.say("受伤了怎么申请？年假有几天？")).texts == ["走职业伤害保障。", "满一年 5 天。"]
