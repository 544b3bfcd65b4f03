"""Who asks decides what the answer is: asked once, with one tap, and remembered."""

from casework.wording import Wording
from tests.actions.talk import Talk

ORDINARY = "单位 30 天内报，你 1 年内自己报。"
RIDER = "走职业伤害保障。"


async def test_an_unknown_kind_gets_the_ordinary_answer_and_one_question(talk: Talk, wording: Wording) -> None:
    said = await talk.say("受伤了怎么申请")
    assert said.texts[0] == ORDINARY
    assert said.texts[-1] == wording.text("utter_ask_kind")
    assert said.texts[-1].startswith("您是哪种情况？")
    assert said.buttons() == ["学生、实习生", "送外卖、跑单", "过了退休年龄还在干", "都不是"]


async def test_a_tap_gives_the_variant_and_is_remembered(talk: Talk) -> None:
    said = await talk.tap(await talk.say("受伤了怎么申请"), "送外卖、跑单")
    assert said.texts == [RIDER]
    assert said.buttons() == ["换一种情况", "找人工"]
    later = await talk.say("算不算工伤")
    assert later.texts == [RIDER]
    assert talk.engine.asked[-1][2]["kind"] == "骑手"


async def test_a_typed_number_answers_the_question(talk: Talk) -> None:
    await talk.say("受伤了怎么申请")
    assert (await talk.say("2")).texts == [RIDER]


async def test_none_of_these_is_never_asked_again(talk: Talk, wording: Wording) -> None:
    said = await talk.tap(await talk.say("受伤了怎么申请"), "都不是")
    assert said.texts == [wording.text("utter_kind_other")]
    again = await talk.say("受伤了怎么申请")
    assert again.texts[0] == ORDINARY
    assert wording.text("utter_ask_kind") not in again.texts


async def test_who_does_not_answer_three_times_is_left_in_peace(talk: Talk, wording: Wording) -> None:
    asked = [wording.text("utter_ask_kind") in (await talk.say("受伤了怎么申请")).texts for _time in range(5)]
    assert asked == [True, True, True, False, False]


async def test_a_kind_in_the_words_is_used_and_remembered(talk: Talk) -> None:
    assert (await talk.say("我是骑手，摔了怎么办")).texts == [RIDER]
    assert (await talk.say("受伤了怎么申请")).texts == [RIDER]


async def test_somebody_elses_kind_is_used_and_not_remembered(talk: Talk, wording: Wording) -> None:
    said = await talk.say("我爸62岁，在工地摔了")
    assert said.texts == ["超龄也能认定。"]
    assert "换一种情况" not in said.buttons()
    assert (await talk.say("受伤了怎么申请")).texts[-1] == wording.text("utter_ask_kind")


async def test_a_question_for_somebody_else_is_not_answered_by_her_kind(talk: Talk, wording: Wording) -> None:
    await talk.say("我是骑手，摔了怎么办")
    said = await talk.say("我老婆在厂里受伤了")
    assert said.texts[0] == ORDINARY
    assert wording.text("utter_ask_kind") not in said.texts


async def test_a_kind_that_the_entry_has_no_variant_for_gets_the_ordinary_answer(talk: Talk, wording: Wording) -> None:
    said = await talk.say("我是保姆，受伤了怎么申请")
    assert said.texts[0] == ORDINARY
    assert wording.text("utter_ask_kind") not in said.texts


async def test_the_kind_alone_goes_on_with_what_was_asked(talk: Talk, wording: Wording) -> None:
    await talk.say("受伤了怎么申请")
    assert (await talk.say("我是骑手")).texts == [RIDER]
    assert talk.engine.asked[-1][1] == "/ask_policy"
    assert (await talk.say("那实习生呢")).texts == ["学校和单位都要管。"]
    assert (await talk.say("受伤了怎么申请")).texts == [RIDER]


async def test_the_kind_alone_without_a_question_is_noted(talk: Talk, wording: Wording) -> None:
    assert (await talk.say("我是骑手")).texts == [wording.text("utter_kind_noted", kind="骑手")]


async def test_it_is_changed_by_a_button(talk: Talk, wording: Wording) -> None:
    said = await talk.say("我是骑手，摔了怎么办")
    question = await talk.tap(said, "换一种情况")
    assert question.texts == [wording.text("utter_ask_kind")]
    assert (await talk.tap(question, "学生、实习生")).texts == ["学校和单位都要管。"]
    assert (await talk.tap(question, "都不是")).texts[0] == ORDINARY
    assert wording.text("utter_ask_kind") not in (await talk.say("受伤了怎么申请")).texts


async def test_it_is_taken_back_by_word(talk: Talk, wording: Wording) -> None:
    await talk.say("我是骑手，摔了怎么办")
    said = await talk.say("我不是骑手了")
    assert said.texts == [wording.text("utter_kind_forgotten", kind="骑手")]
    assert "都不是" in said.buttons()
    assert (await talk.say("受伤了怎么申请")).texts[0] == ORDINARY
    noted = await talk.tap(said, "做家政、保姆")
    assert noted.texts == [wording.text("utter_kind_noted", kind="家政")]


async def test_an_answer_by_kind_does_not_lead_back_to_itself(talk: Talk) -> None:
    said = await talk.say("我是骑手，摔了怎么办")
    assert "工伤怎么申请" not in said.buttons()


async def test_what_a_button_means_stays_on_the_server(talk: Talk) -> None:
    said = await talk.say("受伤了怎么申请")
    for button in said.bubbles[-1].extra["buttons"]:
        assert set(button) == {"title", "token"}
        assert "骑手" not in button["token"]
