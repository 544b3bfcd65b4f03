"""What a message does to a form: each command at each kind of step, consents, taps, and what is no answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.procedures.filled import CONFIRM, CONSENT, OWN_STEPS, SENSITIVE, applicable
from casework.procedures.filling import MISSES, Given
from casework.procedures.library import Library
from casework.procedures.model import Form
from tests.casework.procedures.small_form import ANSWERED, FORM, READ, UNIONS, Pen, said

STEPS = [step for step, _text in ANSWERED]
EVERYWHERE = [*STEPS, SENSITIVE, "identity", "income", CONFIRM]
OPTIONAL = {step.id for step in FORM.steps if step.optional}


def test_a_form_is_filled_in_and_sent() -> None:
    pen = Pen().until(CONFIRM)
    assert {step: pen.filled.answers[step] for step in READ} == READ
    assert pen.filled.answers["identity"] == {"type": "resident", "number": "11010519491231002X"}
    moved = pen.types("提交")
    assert moved.result == "sends"
    assert moved.filled.sent(FORM) == {**READ, "identity": pen.filled.answers["identity"]}


# Commands.


@pytest.mark.parametrize("step", EVERYWHERE)
@pytest.mark.parametrize("typed", ["上一步", None])
def test_back_goes_to_the_question_before_and_loses_nothing(step: str, typed: str | None) -> None:
    pen = Pen().until(step)
    before = dict(pen.filled.answers)
    moved = pen.types(typed) if typed else pen.does("back")
    order = [each.id for each in applicable(FORM, pen.filled)]
    at = {SENSITIVE: order.index("identity"), CONFIRM: len(order)}.get(step)
    at = order.index(step) if at is None else at
    assert (moved.result, moved.filled.answers) == ("asks", before)
    assert (moved.step, said(moved)) == ((step, ["first"]) if at == 0 else (order[at - 1], []))


@pytest.mark.parametrize("step", STEPS)
def test_an_answer_after_going_back_replaces_the_one_that_was_there_and_goes_on(step: str) -> None:
    pen = Pen().until(SENSITIVE)
    for _step in range(len(STEPS) - STEPS.index(step)):
        pen.does("back")
    assert pen.step == step
    pen.types({"phone": "13900139000", "name": "李秀英", "situation": "1", "union": "宏远"}.get(step, "跳过"))
    if step in ("name", "phone", "union"):
        assert pen.filled.answers[step] != READ[step]
        assert pen.step == SENSITIVE


@pytest.mark.parametrize("step", EVERYWHERE)
def test_skip_leaves_out_what_may_be_left_out_and_says_what_is_needed(step: str) -> None:
    if step in (SENSITIVE, CONFIRM):
        return
    pen = Pen().until(step)
    moved = pen.does("skip")
    if step in OPTIONAL:
        assert step in moved.filled.skipped
        assert moved.step != step
    else:
        assert (moved.step, said(moved)) == (step, ["needed"])
        assert moved.said[0].values["label"] in {each.label for each in FORM.steps}


@pytest.mark.parametrize("own", [CONSENT, SENSITIVE, CONFIRM])
def test_neither_consent_nor_summary_can_be_skipped(own: str) -> None:
    pen = Pen() if own == CONSENT else Pen().until(own)
    before = pen.filled
    assert pen.types("跳过").step == own
    assert pen.does("skip").step == own
    assert pen.filled == before


@pytest.mark.parametrize("step", EVERYWHERE)
def test_stop_puts_aside_where_it_is(step: str) -> None:
    pen = Pen().until(step)
    before = pen.filled
    moved = pen.types("先停一下吧" if step == "told" else "等会再填")
    assert (moved.result, moved.step, moved.filled, said(moved)) == ("paused", step, before, ["paused"])


def test_stop_at_the_consent_keeps_nothing() -> None:
    moved = Pen().does("stop")
    assert (moved.result, said(moved)) == ("discarded", ["not_begun"])


@pytest.mark.parametrize("step", EVERYWHERE)
def test_restart_forgets_every_answer_and_the_sensitive_consent(step: str) -> None:
    pen = Pen().until(step)
    moved = pen.types("重新填")
    assert (moved.step, said(moved)) == ("situation", ["restarted"])
    assert dict(moved.filled.answers) == {}
    assert moved.filled.agreed == {"general"}


@pytest.mark.parametrize("step", EVERYWHERE)
def test_discard_ends_it(step: str) -> None:
    assert Pen().until(step).types("都删掉").result == "discarded"


@pytest.mark.parametrize("line", range(1, 9))
def test_a_line_of_the_summary_is_changed_by_its_number(line: int) -> None:
    pen = Pen().until(CONFIRM)
    before = dict(pen.filled.answers)
    moved = pen.types(str(line))
    assert moved.step == applicable(FORM, pen.filled)[line - 1].id
    assert moved.filled.answers == before


@pytest.mark.parametrize(
    ("text", "step"), [("电话填错了", "phone"), ("改姓名", "name"), ("第六项不对", "name"), ("把欠多少改一下", "owed")]
)
def test_a_line_is_changed_by_its_name(text: str, step: str) -> None:
    assert Pen().until(CONFIRM).types(text).step == step


@pytest.mark.parametrize("text", ["99", "0", "有错", "有问题", "不对", "这个那个"])
def test_which_line_is_asked_where_none_is_meant(text: str) -> None:
    moved = Pen().until(CONFIRM).types(text)
    assert (moved.result, moved.step, said(moved)) == ("asks", CONFIRM, ["which_line"])


def test_a_line_that_was_not_asked_yet_is_no_place_to_go() -> None:
    pen = Pen().until("told")
    assert pen.types("改电话").step == "told"


def test_a_changed_line_comes_back_to_the_summary() -> None:
    pen = Pen().until(CONFIRM)
    pen.types("电话填错了")
    moved = pen.types("13900139000")
    assert (moved.step, moved.filled.answers["phone"]) == (CONFIRM, "13900139000")


def test_an_answer_that_stays_is_kept_with_one_tap() -> None:
    pen = Pen().until(CONFIRM)
    pen.types("改姓名")
    moved = pen.does("next")
    assert (moved.step, moved.filled.answers["name"]) == (CONFIRM, "王小明")


@pytest.mark.parametrize("step", STEPS)
def test_submitting_too_early_sends_nothing(step: str) -> None:
    pen = Pen().until(step)
    assert pen.does("submit", CONFIRM).result == "asks"
    assert pen.step == step


@pytest.mark.parametrize("step", STEPS)
def test_a_summary_too_early_is_told_for_later(step: str) -> None:
    moved = Pen().until(step).types("看看我填了什么")
    assert (moved.step, said(moved)) == (step, ["summary_later"])


# Consents.


@pytest.mark.parametrize("text", ["同意", "好的", "可以", "嗯", "行，开始吧", "我同意"])
def test_a_yes_begins(text: str) -> None:
    moved = Pen().types(text)
    assert moved.step == "situation"
    assert moved.filled.agreed == {"general"}


@pytest.mark.parametrize("text", ["不同意", "不", "算了", "不填了"])
def test_a_no_keeps_nothing(text: str) -> None:
    moved = Pen().types(text)
    assert (moved.result, said(moved), moved.filled.answers) == ("discarded", ["not_begun"], {})


@pytest.mark.parametrize("text", ["我是骑手", "我要法律援助", "有个事想说", "老板不给钱", "王小明"])
def test_what_is_no_plain_word_begins_nothing_and_sends_nothing(text: str) -> None:
    for own in (CONSENT, CONFIRM):
        pen = Pen() if own == CONSENT else Pen().until(own)
        agreed = pen.filled.agreed
        moved = pen.types(text)
        assert (moved.step, moved.filled.agreed) == (own, agreed)
        assert moved.result in ("asks", "not_ours", "discarded")
        assert moved.result != "discarded" or text == "老板不给钱"


@pytest.mark.parametrize("text", ["对", "没问题", "确认", "好的", "提交吧", "是的"])
def test_a_yes_sends(text: str) -> None:
    assert Pen().until(CONFIRM).types(text).result == "sends"


@pytest.mark.parametrize(
    "text",
    ["对了，工资写错了", "对了，我还有个问题", "可以，先别交", "行，等一下", "没错，但是我想加一句", "继续", "下一步"],
)
def test_a_yes_with_something_beside_it_sends_nothing(text: str) -> None:
    moved = Pen().until(CONFIRM).types(text)
    assert (moved.result, moved.step, said(moved)) == ("asks", CONFIRM, ["which_line"])


@pytest.mark.parametrize("text", ["没问题，谢谢你们", "都对，交吧", "好的，麻烦了", "嗯 对"])
def test_a_yes_with_thanks_sends(text: str) -> None:
    assert Pen().until(CONFIRM).types(text).result == "sends"


@pytest.mark.parametrize("own", [CONSENT, SENSITIVE])
def test_to_go_on_is_a_yes_to_a_consent(own: str) -> None:
    pen = Pen() if own == CONSENT else Pen().until(own)
    assert pen.types("继续").step != own


@pytest.mark.parametrize("tapped", [True, False])
def test_without_the_second_consent_the_sensitive_questions_fall_away_and_that_is_said_once(tapped: bool) -> None:
    pen = Pen().until(SENSITIVE)
    moved = pen.taps(SENSITIVE, "no") if tapped else pen.types("不想给")
    if not tapped and moved.step == SENSITIVE:  # read as leaving the question out, which a consent cannot be
        moved = pen.types("不同意")
    assert (moved.step, said(moved), moved.filled.declined) == (CONFIRM, ["sensitive_declined"], True)
    assert "identity" not in [step.id for step in applicable(FORM, pen.filled)]
    assert said(pen.types("1")) == []


def test_where_nothing_sensitive_may_be_asked_no_restart_asks_for_it() -> None:
    pen = Pen(asks_sensitive=False).until("photos")
    assert pen.types("跳过").step == CONFIRM
    pen.types("重新填")
    assert pen.until("photos").types("跳过").step == CONFIRM


def test_the_second_consent_is_asked_only_when_it_is_needed() -> None:
    pen = Pen().until("photos")
    assert SENSITIVE not in pen.filled.agreed
    assert pen.types("跳过").step == SENSITIVE
    assert pen.taps(SENSITIVE, "yes").step == "identity"


# Taps.


def test_a_button_of_an_earlier_question_corrects_it_and_goes_on_where_she_was() -> None:
    pen = Pen().until("name")
    moved = pen.taps("situation", "platform")
    assert (moved.filled.answers["situation"], moved.step, said(moved)) == ("platform", "name", [])
    assert "union" not in moved.filled.sent(FORM)


@pytest.mark.parametrize(
    ("step", "value"),
    [("phone", "x"), ("situation", "owner"), ("nothing", "x"), ("union", "7"), (CONSENT, "yes"), ("identity", "x")],
)
def test_a_button_that_means_nothing_here_changes_nothing(step: str, value: str) -> None:
    pen = Pen().until("told")
    before = pen.filled
    moved = pen.taps(step, value)
    assert (moved.result, moved.step, moved.filled, said(moved)) == ("asks", "told", before, ["button_old"])


def test_a_button_of_a_question_that_fell_away_changes_nothing() -> None:
    pen = Pen().until("union")
    pen.types("顺达")
    pen.taps("situation", "platform")
    assert said(pen.taps("union", "7")) == ["button_old"]


@pytest.mark.parametrize("given_", [Given(step="situation", value="platform"), Given(step="told", do="skip")])
def test_a_button_of_another_form_changes_nothing(given_: Given) -> None:
    pen = Pen().until("told")
    before = pen.filled
    moved = pen.gives(replace(given_, form="another"))
    assert (moved.step, moved.filled, said(moved)) == ("told", before, ["button_old"])


@pytest.mark.parametrize("do", ["skip", "next", "submit", "nonsense"])
def test_a_command_of_a_question_that_is_not_asked_changes_nothing(do: str) -> None:
    pen = Pen().until("name")
    before = pen.filled
    moved = pen.does(do, "owed")
    assert (moved.step, moved.filled, said(moved)) == ("name", before, ["button_old"])


# Several answers, and unions.


def test_choices_are_toggled_until_she_is_done() -> None:
    pen = Pen().until("topics")
    assert pen.taps("topics", "pay").step == "topics"
    pen.taps("topics", "hours")
    pen.taps("topics", "pay")
    assert pen.filled.answers["topics"] == ["hours"]
    assert pen.does("next").step == "told"


def test_nothing_chosen_is_not_enough_where_something_is_needed() -> None:
    pen = Pen().until("topics")
    assert said(pen.does("next")) == ["needed"]
    pen.taps("topics", "pay")
    pen.taps("topics", "pay")
    assert said(pen.does("next")) == ["needed"]


@pytest.mark.parametrize("text", ["都没有", "没有"])
def test_none_of_the_choices_is_no_answer_where_one_is_needed(text: str) -> None:
    pen = Pen().until("topics")
    moved = pen.types(text)
    assert (moved.step, said(moved), "topics" in moved.filled.answers) == ("topics", ["needed"], False)


def test_choices_that_are_all_taken_back_are_asked_again_before_anything_is_sent() -> None:
    pen = Pen().until(CONFIRM)
    pen.types("3")
    pen.taps("topics", "pay")
    pen.types("改第6项")
    assert pen.step == "name"
    assert pen.types("李秀英").step == "topics"


def test_choices_are_typed_at_once() -> None:
    moved = Pen().until("topics").types("工资和加班")
    assert (moved.filled.answers["topics"], moved.step) == (["pay", "hours"], "told")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("顺达快递工会", {"id": 8, "name": "顺达快递工会"}),
        ("1", {"id": 7, "name": "顺达物流工会"}),
        ("都不是", {"name": ""}),
    ],
)
def test_a_union_is_chosen_from_those_offered(text: str, value: dict[str, object]) -> None:
    pen = Pen().until("union")
    moved = pen.types("顺达")
    assert (moved.step, said(moved)) == ("union", ["which"])
    assert moved.filled.options == {**UNIONS, "none": "都不是"}
    moved = pen.types(text)
    assert (moved.filled.answers["union"], moved.step, moved.filled.options) == (value, "topics", {})


def test_another_name_than_those_offered_is_looked_up_anew() -> None:
    pen = Pen().until("union")
    pen.types("顺达")
    assert pen.types("红星砖瓦厂").filled.answers["union"] == {"name": "红星砖瓦厂"}


def test_a_tapped_union_is_one_of_those_offered() -> None:
    pen = Pen().until("union")
    assert said(pen.taps("union", "7")) == ["button_old"]
    pen.types("顺达")
    assert pen.taps("union", "8").filled.answers["union"] == {"id": 8, "name": "顺达快递工会"}


# What is no answer.


def test_three_unusable_answers_in_a_row_offer_a_person_and_a_good_one_begins_anew() -> None:
    pen = Pen().until("phone")
    told = [said(pen.types(text)) for text in ("我家里", "138", "……")]
    assert [each[1:] for each in told] == [[], [], ["person_helps"]]
    assert pen.misses == MISSES
    assert pen.types("13800138000").misses == 0


@pytest.mark.parametrize("text", ["一分没给", "一分钱都没有", "没给过", "不清楚", "在职"])
def test_nothing_to_tell_leaves_an_optional_question_out(text: str) -> None:
    moved = Pen().until("owed").types(text)
    assert (moved.step, "owed" in moved.filled.skipped) == ("name", True)


@pytest.mark.parametrize("step", ["situation", "union", "owed", "name", "phone", "identity"])
@pytest.mark.parametrize("text", ["工伤怎么认定？", "年假有几天呢？"])
def test_a_question_in_the_middle_is_left_to_others(step: str, text: str) -> None:
    pen = Pen().until(step)
    before = pen.filled
    moved = pen.types(text)
    assert (moved.result, moved.step, moved.filled, moved.misses) == ("not_ours", step, before, 0)


def test_a_story_may_ask_but_a_few_words_of_a_question_are_one() -> None:
    assert Pen().until("told").types("工伤怎么认定？").result == "not_ours"
    story = "老板拖了我三个月的工资，打电话也不接，他说年底再给，你说我该怎么办？"
    moved = Pen().until("told").types(story)
    assert (moved.result, moved.filled.answers["told"], moved.step) == ("asks", story, "owed")


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("要多久？", "asked_time"),
        ("会不会告诉老板？", "asked_seen"),
        ("为什么要身份证？", "asked_why"),
        ("收费吗", "asked_cost"),
    ],
)
def test_what_she_asks_of_the_form_itself_is_told_at_every_step(text: str, response: str) -> None:
    for step in ("situation", "told", "phone", CONFIRM):
        moved = Pen().until(step).types(text)
        assert (moved.result, moved.step, said(moved)) == ("asks", step, [response])


@pytest.mark.parametrize("intent", ["greet", "thank", "goodbye", "bot_challenge"])
def test_small_talk_where_no_answer_can_be_read_is_left_to_others(intent: str) -> None:
    moved = Pen().until("phone").types("你好呀", intent)
    assert (moved.result, moved.step, moved.misses) == ("not_ours", "phone", 0)


def test_an_answer_that_can_be_read_is_one_whatever_the_engine_takes_it_for() -> None:
    assert Pen().until("phone").types("谢谢，13800138000", "thank").filled.answers["phone"] == "13800138000"


@pytest.mark.parametrize("step", [CONSENT, "situation", "name", "phone", CONFIRM])
def test_the_wish_for_another_form_is_left_to_others(step: str) -> None:
    pen = Pen() if step == CONSENT else Pen().until(step)
    moved = pen.types("我要法律援助", "request_legal_aid")
    assert (moved.result, moved.step) == ("not_ours", step)


@pytest.mark.parametrize(
    ("step", "text"), [("situation", "上班的，是会员"), ("union", "工会会员之家"), ("name", "王小明")]
)
def test_an_answer_that_the_engine_takes_for_a_wish_begins_no_other_form(step: str, text: str) -> None:
    moved = Pen().until(step).types(text, "join_union")
    assert (moved.result, step in moved.filled.answers) == ("asks", True)


def test_a_story_that_sounds_like_a_wish_is_a_story() -> None:
    assert Pen().until("told").types("我想申请困难补助", "apply_aid").step == "owed"


@pytest.mark.parametrize(("text", "step"), [("没有", SENSITIVE), ("没照片", SENSITIVE), ("在路上", "photos")])
def test_where_photos_are_asked_for_words_say_that_there_are_none_or_nothing(text: str, step: str) -> None:
    moved = Pen().until("photos").types(text)
    assert moved.step == step
    assert said(moved) == ([] if step == SENSITIVE else ["no_file"])


# A file that changed under a draft.


def without(form: Form, step_id: str) -> Form:
    return replace(form, steps=tuple(step for step in form.steps if step.id != step_id))


@pytest.mark.parametrize("step", [*STEPS, "identity"])
def test_a_question_that_was_taken_out_of_the_form_leaves_the_next_one(step: str) -> None:
    pen = Pen().until(step)
    changed = Pen(without(FORM, step))
    changed.filled, changed.step = pen.filled, pen.step
    moved = changed.does("back")
    assert changed.form.step(moved.step) is not None or moved.step in OWN_STEPS
    moved = changed.taps(step, "x")
    assert moved.step != step
    assert step not in moved.filled.sent(changed.form)


def test_a_question_that_was_added_is_asked_before_anything_is_sent() -> None:
    pen = Pen(without(FORM, "phone"))
    pen.types("同意")
    for step, text in ANSWERED:
        if step != "phone":
            pen.types(text)
    pen.taps(SENSITIVE, "no")
    assert pen.step == CONFIRM
    changed = Pen()
    changed.filled, changed.step = pen.filled, pen.step
    moved = changed.does("submit", CONFIRM)
    assert (moved.result, moved.step) == ("asks", "phone")


# Whatever is said.

TEXTS = st.one_of(
    st.sampled_from(
        [text for _step, text in ANSWERED]
        + [
            "上一步",
            "跳过",
            "等会再填",
            "重新填",
            "提交",
            "看看",
            "同意",
            "不",
            "1",
            "2",
            "99",
            "顺达",
            "都不是",
            "没有",
            "？",
        ]
        + ["电话填错了", "改姓名", "要多久？", "工伤怎么认定？", "……", "11010519491231002X", "好的", "骑手", "加班"]
    ),
    st.text(max_size=30),
)
INTENTS = st.sampled_from(["", "greet", "join_union", "ask_policy", "inform", "thank"])
PLACES = st.sampled_from([*(step.id for step in FORM.steps), *OWN_STEPS, "gone"])
VALUES = st.sampled_from(["yes", "no", "employee", "platform", "pay", "hours", "7", "none", "x"])
DOES = st.sampled_from(["back", "skip", "next", "stop", "restart", "change", "submit", "summary", "bogus"])
INPUTS = st.one_of(
    st.builds(Given, text=TEXTS, intent=INTENTS),
    st.builds(Given, step=PLACES, value=VALUES),
    st.builds(Given, step=PLACES, do=DOES),
)


@settings(deadline=None)
@given(st.lists(INPUTS, max_size=25))
def test_whatever_is_said_leaves_a_question_to_ask_and_every_other_answer(inputs: list[Given]) -> None:
    pen = Pen()
    for each in inputs:
        before, at = dict(pen.filled.answers), pen.step
        moved = pen.gives(each)
        if moved.result == "discarded":
            pen = Pen()
            continue
        asked = [step.id for step in applicable(FORM, pen.filled)]
        assert pen.step in asked or pen.step in OWN_STEPS
        assert moved.result != "sends" or at == CONFIRM
        restarted = "utter_form_restarted" in [say.name for say in moved.said]
        changed = {step for step in before if pen.filled.answers.get(step) != before[step]}
        assert restarted or changed <= {at, each.step}
        if "sensitive" not in pen.filled.agreed:
            assert not {"identity", "income"} & set(pen.filled.answers)
        assert set(moved.filled.sent(FORM)) <= set(asked)


REAL = [form for form in Library.from_folder() if form.ends == "case"]


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from(REAL), st.lists(st.one_of(TEXTS, st.sampled_from(["2026-03-01", "徐州", "12", "5千"])), max_size=20)
)
def test_real_forms_take_whatever_is_said(form: Form, texts: list[str]) -> None:
    pen = Pen(form)
    pen.types("同意")
    for text in texts:
        moved = pen.types(text)
        if moved.result in ("sends", "discarded", "people"):
            break
        asked = [step.id for step in applicable(form, pen.filled)]
        assert pen.step in asked or pen.step in OWN_STEPS
        assert moved.filled.as_json() == type(moved.filled).from_json(moved.filled.as_json()).as_json()
