"""What has been filled in: which questions are asked in which order, and what is sent of the answers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.procedures.filled import (
    CONFIRM,
    CONSENT,
    SENSITIVE,
    Filled,
    applicable,
    next_step,
    position,
    standing_at,
    step_before,
)
from casework.procedures.model import Step, holds
from tests.casework.procedures.small_form import FORM, READ

AGREED = frozenset({"general"})
BOTH = frozenset({"general", "sensitive"})
DONE = {**READ, "identity": {"type": "passport", "number": "E12345678"}, "income": "3000"}


def ids(filled: Filled) -> list[str]:
    return [step.id for step in applicable(FORM, filled)]


@pytest.mark.parametrize(
    ("filled", "step"),
    [
        (Filled(), CONSENT),
        (Filled(READ), CONSENT),
        (Filled(agreed=AGREED), "situation"),
        (Filled({"situation": "employee"}, agreed=AGREED), "union"),
        (Filled({"situation": "platform"}, agreed=AGREED), "topics"),
        (Filled(READ, agreed=AGREED), "photos"),
        (Filled(READ, frozenset({"photos"}), AGREED), SENSITIVE),
        (Filled(READ, frozenset({"photos"}), BOTH), "identity"),
        (Filled(READ, frozenset({"photos"}), AGREED, declined=True), CONFIRM),
        (Filled(DONE, frozenset({"photos"}), BOTH), CONFIRM),
    ],
)
def test_the_next_question_is_the_first_that_was_neither_answered_nor_left_out(filled: Filled, step: str) -> None:
    assert next_step(FORM, filled) == step


def test_a_calculation_asks_for_no_consent() -> None:
    assert next_step(replace(FORM, ends="calculation"), Filled()) == "situation"


def test_a_question_is_asked_only_with_the_answer_it_hangs_on() -> None:
    assert "union" in ids(Filled({"situation": "employee"}))
    assert "union" not in ids(Filled({"situation": "platform"}))
    assert "union" not in ids(Filled())


def test_a_question_is_not_asked_beside_an_answer_that_makes_it_needless() -> None:
    form = replace(FORM, steps=(*FORM.steps, Step("days", "integer", "天数", "几天？", unless=("owed",))))
    assert "days" in [step.id for step in applicable(form, Filled())]
    assert "days" not in [step.id for step in applicable(form, Filled({"owed": "3000"}))]


@pytest.mark.parametrize(
    ("given_", "fits"),
    [("employee", True), ("platform", False), (["platform", "employee"], True), ([], False), (None, False)],
)
def test_a_condition_fits_one_answer_or_one_of_several(given_: object, fits: bool) -> None:
    assert holds({"situation": ("employee", "dispatched")}, {"situation": given_}) is fits


def test_answers_to_questions_that_fell_away_are_not_sent_and_come_back_with_them() -> None:
    filled = Filled(DONE, agreed=BOTH)
    platform = filled.with_answer(FORM.steps[0], "platform")
    assert "union" not in platform.sent(FORM)
    assert platform.with_answer(FORM.steps[0], "employee").sent(FORM) == DONE


def test_nothing_sensitive_is_sent_without_its_consent() -> None:
    assert Filled(DONE, agreed=AGREED, declined=True).sent(FORM) == READ


def test_an_answer_takes_the_place_of_what_was_left_out_and_the_other_way_round() -> None:
    owed = next(step for step in FORM.steps if step.id == "owed")
    left_out = Filled(READ).without(owed)
    assert ("owed" in left_out.answers, "owed" in left_out.skipped) == (False, True)
    told = replace(left_out, options={"7": "x"}).with_answer(owed, "20")
    assert (told.answers["owed"], "owed" in told.skipped, dict(told.options)) == ("20", False, {})


@pytest.mark.parametrize(
    ("at", "before"),
    [("situation", None), ("topics", "union"), (SENSITIVE, "photos"), (CONFIRM, "income"), (CONSENT, None)],
)
def test_the_question_before(at: str, before: str | None) -> None:
    step = step_before(FORM, Filled(DONE, agreed=BOTH), at)
    assert (step.id if step else None) == before


def test_questions_are_counted_as_things_stand() -> None:
    employee, platform = (Filled({"situation": each}, agreed=AGREED) for each in ("employee", "platform"))
    assert position(FORM, employee, "topics") == (3, 10)
    assert position(FORM, platform, "topics") == (2, 9)
    assert position(FORM, employee, CONFIRM) == (10, 10)


@pytest.mark.parametrize(
    ("at", "filled", "asked"),
    [
        ("gone", Filled({"situation": "platform"}, agreed=AGREED), "topics"),
        ("union", Filled({"situation": "platform"}, agreed=AGREED), "topics"),
        ("name", Filled(READ, agreed=AGREED), "name"),
        ("name", Filled(READ), CONSENT),
        (CONFIRM, Filled({"situation": "platform"}, agreed=AGREED), "topics"),
        ("identity", Filled(READ, frozenset({"photos"}), AGREED), SENSITIVE),
        (SENSITIVE, Filled(READ, frozenset({"photos"}), AGREED, declined=True), CONFIRM),
    ],
)
def test_where_a_draft_stands_there_is_a_question(at: str, filled: Filled, asked: str) -> None:
    assert standing_at(FORM, filled, at) == asked


JSON = st.one_of(st.text(), st.integers(), st.booleans(), st.lists(st.text()), st.dictionaries(st.text(), st.text()))
FILLED = st.builds(
    Filled,
    st.dictionaries(st.sampled_from([step.id for step in FORM.steps]), JSON),
    st.frozensets(st.text()),
    st.frozensets(st.sampled_from(["general", "sensitive"])),
    st.booleans(),
    st.dictionaries(st.text(), st.text()),
    st.none() | st.text(),
)


@given(FILLED)
def test_what_is_sealed_is_read_back_as_it_was(filled: Filled) -> None:
    assert Filled.from_json(filled.as_json()) == filled


@given(FILLED)
def test_only_answers_of_questions_that_are_asked_are_sent(filled: Filled) -> None:
    assert set(filled.sent(FORM)) == set(filled.answers) & set(ids(filled))
