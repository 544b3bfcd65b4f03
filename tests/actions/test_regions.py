"""What a region adds is said where it is known; where it is not, it is asked once."""

from casework.wording import Wording
from tests.actions.talk import Talk

NATIONAL = "打 12333 投诉。"


async def test_an_unknown_region_is_asked_below_the_answer(talk: Talk, wording: Wording) -> None:
    said = await talk.say("怎么举报")
    assert said.texts == [NATIONAL, wording.text("utter_ask_region")]
    assert said.texts[-1].startswith("您在哪里上班？")
    assert said.buttons() == ["上海", "江苏", "其他地方"]


async def test_a_tapped_region_gives_the_addition_and_is_remembered(talk: Talk) -> None:
    said = await talk.tap(await talk.say("怎么举报"), "上海")
    assert said.texts == ["在上海：网上就能投诉。"]
    assert said.buttons() == ["上海怎么投诉"]
    again = await talk.say("怎么举报")
    assert again.texts == [NATIONAL, "在上海：网上就能投诉。"]
    assert (await talk.tap(again, "上海怎么投诉")).texts == ["网上就能投诉。"]


async def test_a_province_whose_cities_differ_is_asked_for_the_city(talk: Talk, wording: Wording) -> None:
    said = await talk.tap(await talk.say("怎么举报"), "江苏")
    assert said.texts == [wording.text("utter_ask_city", region="江苏")]
    assert said.buttons() == ["泰州", "其他地方"]
    assert (await talk.tap(said, "泰州")).texts == ["在泰州：去人社局。"]
    assert (await talk.say("怎么举报")).texts == [NATIONAL, "在泰州：去人社局。"]


async def test_elsewhere_is_not_asked_again(talk: Talk, wording: Wording) -> None:
    said = await talk.tap(await talk.say("怎么举报"), "其他地方")
    assert said.texts == [wording.text("utter_region_other")]
    assert (await talk.say("怎么举报")).texts == [NATIONAL]


async def test_who_does_not_answer_is_asked_three_times(talk: Talk) -> None:
    assert [len((await talk.say("怎么举报")).texts) for _time in range(5)] == [2, 2, 2, 1, 1]


async def test_a_worker_in_xuzhou_never_gets_what_holds_in_shanghai(talk: Talk) -> None:
    assert (await talk.say("徐州怎么举报")).texts == [NATIONAL]
    assert (await talk.say("怎么举报")).texts == [NATIONAL]
    assert talk.engine.asked[-1][2]["region"] == "江苏/徐州"


async def test_a_region_alone_goes_on_with_what_was_asked(talk: Talk, wording: Wording) -> None:
    await talk.say("怎么举报")
    assert (await talk.say("我在上海上班")).texts == ["在上海：网上就能投诉。"]
    assert (await talk.say("在徐州")).texts == [wording.text("utter_region_noted", region="江苏徐州")]


async def test_a_region_alone_without_a_question_is_noted(talk: Talk, wording: Wording) -> None:
    assert (await talk.say("徐州")).texts == [wording.text("utter_region_noted_alone", region="江苏徐州")]


async def test_a_wider_region_does_not_replace_the_known_one(talk: Talk) -> None:
    await talk.say("泰州怎么举报")
    await talk.say("江苏怎么举报")
    assert (await talk.say("怎么举报")).texts == [NATIONAL, "在泰州：去人社局。"]


async def test_the_addition_rests_on_sources_of_its_own(talk: Talk) -> None:
    said = await talk.say("上海怎么举报")
    assert said.bubbles[-1].extra["basis"].startswith("适用地区：上海；")
