"""The forms as they stand in their files: short, reachable, the sensitive asked last, never too long."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.documents.claims import KINDS
from casework.documents.evidence import ITEMS
from casework.procedures.advice import ADVISERS
from casework.procedures.filled import CONFIRM, CONSENT, SENSITIVE, Filled, applicable, next_step, step_before
from casework.procedures.filling import Filling, Given
from casework.procedures.library import Library
from casework.procedures.model import Choice, Form, Kind, Step
from casework.procedures.reading import Reading
from casework.procedures.spoken import masked
from casework.readers import Choice as Option
from casework.readers import Unreadable, command_in, read_choice, read_choices
from casework.tables import TOPICS
from settings import ROOT

TODAY = date(2026, 11, 22)
LIBRARY = Library.from_folder()
FORMS = [form for form in LIBRARY if form.ends != "calculation"]
STEPS = [pytest.param(form, step, id=f"{form.id}-{step.id}") for form in FORMS for step in form.steps]
CHOOSING = [
    pytest.param(form, step, id=f"{form.id}-{step.id}") for form in FORMS for step in form.steps if step.choices
]
DECIDES_EARLY = ("injured_on",)
"""Sensitive steps that cannot wait: an injury of today goes to people at once."""
MOST_STEPS = 16
STEPS_OF_ARREARS = 12
EMPLOYER_FORMS = ("legal", "enforcement", "demand")
REFUSALS = (
    *(
        "不要",
        "不可以",
        "不可以的",
        "不能",
        "不能找",
        "别找",
        "别找吧",
        "不找吧",
        "别去找",
        "不要去找",
        "先别找",
        "不行",
        "绝对不行",
    ),
    *(
        "不好的",
        "不同意",
        "我不同意",
        "不愿意的",
        "不太愿意",
        "不太同意",
        "不太好",
        "不敢",
        "不想让他们知道",
        "千万不要让老板知道",
    ),
    *("千万别告诉厂里", "不可以找", "保密"),
)
"""Ways to say that the employer must not be told."""
READING = Reading(TODAY, lambda _text, _district: {}, lambda text: "江苏/徐州" if "徐州" in text else None)


def form_of(form_id: str) -> Form:
    """Return a form that is there."""
    form = LIBRARY.get(form_id)
    assert form is not None
    return form


def listed(step: Step) -> list[Option]:
    """Return a step's choices as readers take them."""
    return [Option(choice.code, choice.title, choice.words) for choice in step.choices]


def phrases(choice: Choice) -> tuple[str, ...]:
    """Return all ways to say a choice."""
    return (choice.title, *choice.words)


def test_the_forms_of_the_procedures_are_there() -> None:
    wanted = {"join", "transfer", "membership", "aid", "mutual", "legal", "enforcement", "demand", "register_study"}
    assert wanted <= {form.id for form in LIBRARY}
    assert {form.intent for form in FORMS} - {None} == {"join_union", "apply_aid", "request_legal_aid"}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_a_forms_own_texts_are_short_and_it_names_who_sees_it_and_a_source(form: Form) -> None:
    assert len(f"{form.title}：{form.eligibility}") <= 120
    assert len(form.title) <= 8
    assert 0 < len(form.seen_by) <= 50
    assert 0 < len(form.purpose) <= 40
    assert form.sources
    assert bool(form.afterwards) == (form.ends == "case")
    assert form.topic in TOPICS


@pytest.mark.parametrize(("form", "step"), STEPS)
def test_a_question_is_short_and_has_an_example_where_something_is_typed(form: Form, step: Step) -> None:
    assert 0 < len(step.question) <= 60
    assert 0 < len(step.label) <= 8
    assert bool(step.example) == (not step.choices and step.kind != "files")
    assert "亲" not in step.question.replace("亲属", "")
    assert "\n" not in step.question
    assert form.steps.index(step) >= 0


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_labels_differ_so_that_a_line_can_be_named(form: Form) -> None:
    labels = Counter(step.label for step in form.steps)
    assert [label for label, count in labels.items() if count > 1] == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_photos_can_be_left_out_and_the_sensitive_is_asked_last(form: Form) -> None:
    assert all(step.optional for step in form.steps if step.kind == "files")
    sensitive = [step.sensitive for step in form.steps if step.id not in DECIDES_EARLY]
    assert sensitive == sorted(sensitive)
    assert all(step.sensitive for step in form.steps if step.kind == "identity")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_only_a_look_up_cannot_do_without_the_sensitive(form: Form) -> None:
    needed = [step.id for step in form.steps if step.sensitive and not step.optional]
    assert needed == (["identity"] if form.id == "membership" else [])


@pytest.mark.parametrize(("form", "step"), CHOOSING)
def test_every_choice_has_words_and_none_stands_for_two(form: Form, step: Step) -> None:
    said = Counter(phrase for choice in step.choices for phrase in set(phrases(choice)))
    assert [phrase for phrase, count in said.items() if count > 1] == []
    for choice in step.choices:
        assert 0 < len(choice.title) <= 12
        assert 5 <= len(choice.words) <= 25, choice.code


@pytest.mark.parametrize(("form", "step"), CHOOSING)
def test_every_title_and_word_is_read_as_its_choice(form: Form, step: Step) -> None:
    for choice in step.choices:
        for phrase in phrases(choice):
            if step.kind == "choices":
                assert read_choices(phrase, listed(step)) == (choice.code,), phrase
            else:
                assert read_choice(phrase, listed(step)) == choice.code, phrase


@pytest.mark.parametrize(("form", "step"), CHOOSING)
def test_no_word_steers_the_form_instead_of_answering(form: Form, step: Step) -> None:
    labels = [each.label for each in form.steps]
    taken = [phrase for choice in step.choices for phrase in phrases(choice) if command_in(phrase, labels)]
    assert taken == []


@pytest.mark.parametrize(("form", "step"), STEPS)
def test_every_step_is_reached_by_some_answers(form: Form, step: Step) -> None:
    answers: dict[str, Any] = {}
    for earlier in form.steps:
        if earlier.id in step.when:
            value = step.when[earlier.id][0]
            answers[earlier.id] = [value] if earlier.kind == "choices" else value
    assert step in applicable(form, Filled(answers))


@pytest.mark.parametrize("form_id", EMPLOYER_FORMS)
def test_whether_the_employer_may_be_told_is_asked_wherever_it_is_about_one(form_id: str) -> None:
    form = form_of(form_id)
    step = form.step("employer_contact")
    assert step is not None
    assert not step.optional
    assert not step.when
    assert {choice.code for choice in step.choices} == {"never", "ask_first", "yes"}
    assert form.step("employer") is not None
    assert form.grievance


def test_forms_of_aid_never_ask_for_the_employer() -> None:
    for form_id in ("aid", "mutual"):
        assert not {"employer", "employer_contact"} & {step.id for step in form_of(form_id).steps}


@pytest.mark.parametrize("form_id", EMPLOYER_FORMS)
def test_no_is_never_read_as_yes_when_the_employer_may_be_told(form_id: str) -> None:
    step = form_of(form_id).step("employer_contact")
    assert step is not None
    read = {text: reads_as(text, step) for text in REFUSALS}
    assert {text for text, code in read.items() if code in ("yes", "ask_first")} == set()
    assert list(read.values()).count("never") >= len(REFUSALS) - 2


@pytest.mark.parametrize("form_id", EMPLOYER_FORMS)
@pytest.mark.parametrize("text", ["怕", "害怕", "不放心", "可以，但别说是我", "可以找，别提我名字", "没事，先别找"])
def test_fear_and_a_yes_with_a_but_are_not_read_as_yes(form_id: str, text: str) -> None:
    step = form_of(form_id).step("employer_contact")
    assert step is not None
    assert reads_as(text, step) in ("never", None)


def reads_as(text: str, step: Step) -> str | None:
    """Return the choice that is read, None for what cannot be read."""
    try:
        return read_choice(text, listed(step))
    except Unreadable:
        return None


def test_evidence_is_what_the_draft_of_an_application_lists() -> None:
    step = form_of("legal").step("evidence")
    assert step is not None
    assert {choice.code for choice in step.choices} - {"none"} <= set(ITEMS)


def test_kinds_are_those_that_the_draft_of_an_application_knows() -> None:
    step = form_of("legal").step("kinds")
    assert step is not None
    assert {choice.code for choice in step.choices} == set(KINDS)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("老板欠我三个月工资还把我辞退了", ["arrears", "dismissal"]),
        ("没签合同也没交社保", ["no_contract", "insurance"]),
        ("手被机器压伤了", ["injury"]),
        ("1和4", ["arrears", "no_contract"]),
        ("加班没有钱", ["overtime"]),
        ("老板跑路了工钱没给", ["arrears"]),
    ],
)
def test_what_workers_say_of_their_trouble_is_understood(text: str, kinds: list[str]) -> None:
    step = form_of("legal").step("kinds")
    assert step is not None
    assert READING.read(step, text, {}) == kinds


@settings(deadline=None)
@given(st.data())
def test_who_is_owed_pay_alone_is_done_in_twelve_steps(data: st.DataObject) -> None:
    form = form_of("legal")
    fixed = {"kinds": ["arrears"], "together": data.draw(st.sampled_from(["alone", "few"]))}
    filled, asked = walk(form, data, fixed)
    assert len(asked) <= STEPS_OF_ARREARS
    assert next_step(form, filled) == CONFIRM


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_random_answers_end_at_the_summary_in_few_steps(form: Form, data: st.DataObject) -> None:
    filled, asked = walk(form, data)
    assert next_step(form, filled) == CONFIRM
    assert len(asked) == len(set(asked)) <= MOST_STEPS
    assert set(filled.answers) <= set(asked)
    assert list(filled.sent(form)) == [step_id for step_id in asked if step_id in filled.answers]
    for step in applicable(form, filled):
        if step.id in filled.answers:
            assert masked(step, filled.answers[step.id])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_going_back_all_the_way_loses_no_answer(form: Form, data: st.DataObject) -> None:
    filled, asked = walk(form, data)
    rules, step_id, seen = Filling(form, READING), CONFIRM, []
    before = dict(filled.answers)
    while step_before(form, filled, step_id) is not None:
        moved = rules.turn(filled, step_id, 0, Given(do="back"))
        filled, step_id = moved.filled, moved.step
        seen.append(step_id)
    assert seen[::-1] == [step.id for step in applicable(form, filled)]
    assert filled.answers == before
    assert next_step(form, filled) == CONFIRM
    assert asked


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_another_choice_keeps_the_answers_to_all_other_questions(form: Form, data: st.DataObject) -> None:
    filled, _ = walk(form, data)
    changed = [step for step in applicable(form, filled) if step.kind == "choice" and step.id in filled.answers]
    if not changed:
        return
    step = data.draw(st.sampled_from(changed))
    tapped = data.draw(st.sampled_from(step.choices)).code
    moved = Filling(form, READING).turn(filled, CONFIRM, 0, Given(step=step.id, value=tapped))
    others = {step_id: value for step_id, value in filled.answers.items() if step_id != step.id}
    assert {**others, step.id: tapped} == moved.filled.answers


def walk(form: Form, data: st.DataObject, fixed: dict[str, Any] | None = None) -> tuple[Filled, list[str]]:
    """Fill in a form; return what was filled in and the steps that were asked, without the consents."""
    filled, asked = Filled(), []
    while (step_id := next_step(form, filled)) != CONFIRM:
        if step_id == CONSENT:
            filled = replace(filled, agreed=frozenset({"general"}))
            continue
        if step_id == SENSITIVE:
            agrees = data.draw(st.booleans())
            filled = replace(filled, agreed=filled.agreed | {"sensitive"}, declined=not agrees)
            continue
        step = form.step(step_id)
        assert step is not None
        asked.append(step_id)
        given_value = (fixed or {}).get(step_id)
        if given_value is None and step.optional and (step.kind == "files" or data.draw(st.booleans())):
            filled = filled.without(step)
        else:
            filled = filled.with_answer(step, given_value or data.draw(answers(step)))
        assert len(asked) <= len(form.steps)
    return filled, asked


def answers(step: Step) -> st.SearchStrategy[Any]:
    """Return answers to a step, by its kind."""
    codes = [choice.code for choice in step.choices]
    days = st.dates(date(2015, 1, 1), TODAY).map(date.isoformat)
    match step.kind:
        case "choice":
            return st.sampled_from(codes)
        case "choices":
            return st.lists(st.sampled_from(codes), min_size=1, unique=True)
        case "integer":
            return st.integers(max(step.least, 1), step.most or 1000)
        case "amount":
            return st.decimals(Decimal(1), Decimal(100_000), places=2).map(lambda yuan: f"{yuan:f}")
        case "date":
            return days | days.map(lambda day: {"from": day, "to": TODAY.isoformat()})
        case "identity":
            return st.just({"type": "resident", "number": "110105194912310026"})
        case "union" | "district":
            return st.sampled_from([{"name": "顺达物流"}, {"id": 3, "name": "鼓楼区总工会"}])
        case "phone":
            return st.just("13800138000")
        case "region":
            return st.just("江苏/徐州")
    return st.text("徐州顺达物流工地欠薪", min_size=max(step.least, 2), max_size=20)


def test_the_document_names_every_form_and_every_field_of_one() -> None:
    told = (ROOT / "docs" / "procedures.md").read_text("utf-8")
    named = {word for quoted in re.findall(r"`([^`\n]+)`", told) for word in re.findall(r"[a-z_]+", quoted)}
    shown = set(re.findall(r"^(\w+):", told, re.MULTILINE))
    assert {form.id for form in LIBRARY} <= named
    assert all(form.prefix in told for form in FORMS if form.ends == "case")
    assert {field.name for field in fields(Step)} <= named
    assert {field.name for field in fields(Form)} <= named | shown
    assert set(get_args(Kind)) <= named
    assert {step_id for _form, step_id in ADVISERS} <= named


def typed_walks() -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield forms with what a worker types, and the question at which she arrives at last."""
    person = {"name": "阿卜杜拉·买买提", "phone": "138 0013 8000"}
    yield (
        "legal",
        {
            "kinds": "老板欠我工资",
            "status": "在工地上跟着包工头干",
            "together": "就我一个人",
            "employer": "徐州宏远建筑有限公司",
            "ended": "上个月15号",
            "owed_amount": "一万二左右",
            "owed_since": "今年三月",
            "happened": "活干完了一直拖着，说甲方没给钱",
            "employer_contact": "千万不要让老板知道",
            **person,
            SENSITIVE: "不同意",
        },
        CONFIRM,
    )
    yield (
        "enforcement",
        {
            "award_kind": "仲裁裁决书",
            "award_date": "2026年3月15日",
            "owed_amount": "两万三",
            "paid_part": "跳过",
            "applied": "还没有",
            "employer": "徐州宏远建筑有限公司",
            "employer_state": "老板跑了",
            "employer_contact": "先问我",
            **person,
            "papers": "跳过",
            SENSITIVE: "不同意",
        },
        CONFIRM,
    )
    yield (
        "aid",
        {
            "situation": "孩子考上大学交不起学费",
            "region": "徐州鼓楼区",
            "member": "不知道",
            "schooling": "刚考上大学",
            "happened": "一家四口靠我一个人挣钱",
            **person,
            SENSITIVE: "不同意",
        },
        CONFIRM,
    )
    yield (
        "demand",
        {
            "subject": "宿舍",
            "happened": "宿舍八个人一间，夏天起没有热水",
            "wish": "月底前把热水修好",
            "together": "我们几十个人",
            "people": "32个",
            "representatives": "王小明、李秀英、张伟",
            "employer": "顺达物流分拣车间",
            "employer_contact": "可以",
            "name": "跳过",
            "phone": "跳过",
        },
        CONFIRM,
    )


@pytest.mark.parametrize(("form_id", "said", "end"), list(typed_walks()))
def test_what_is_typed_brings_a_worker_through(form_id: str, said: dict[str, str], end: str) -> None:
    form, filled, step_id, turns = form_of(form_id), Filled(), CONSENT, 0
    rules = Filling(form, READING)
    while step_id != end:
        text = "同意" if step_id == CONSENT else said[step_id]
        moved = rules.turn(filled, step_id, 0, Given(text=text))
        assert moved.result == "asks"
        assert moved.step != step_id, moved.said
        filled, step_id, turns = moved.filled, moved.step, turns + 1
    assert turns == len(said) + 1
