"""The calculators as a form: each can be reached, asks what it has to know, and tells what it counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.calculators import ask
from casework.calculators.figures import NoFigures
from casework.procedures.calculating import AREAS, CALCULATE, Calculation, calculate_form, known_answers, step_id
from casework.procedures.filled import CONFIRM, Filled, applicable, next_step
from casework.procedures.library import faults
from casework.readers import Choice, read_choice
from casework.wording import Wording
from settings import ROOT

FORM = calculate_form()
CODES = [code for _title, codes in AREAS.values() for code in codes]


def test_the_form_is_sound_and_every_calculator_stands_in_it_once() -> None:
    assert list(faults(FORM, CALCULATE)) == []
    assert sorted(CODES) == sorted(ask.CALCULATORS)


@pytest.mark.parametrize("code", CODES)
def test_a_chosen_calculator_asks_its_own_questions_only(code: str) -> None:
    filled = Filled(known_answers(code, {}))
    asked = [step.id for step in applicable(FORM, filled)]
    own = {step_id(code, question.id) for question in ask.CALCULATORS[code].questions}
    assert set(asked[2:]) <= own
    assert asked[:2] == ["area", next(name for name in filled.answers if name.startswith("what_"))]
    assert next_step(FORM, filled) in (own | {CONFIRM})


def test_what_is_counted_is_what_she_chose_last() -> None:
    wording = Wording.from_domain(ROOT / "domain.yml")
    first = known_answers("severance", {"service_months": 42, "monthly_pay": "5000"})
    answers = {**first, **known_answers("annual_leave", {"unpaid_days": 5, "monthly_pay": "4350"})}
    session: Any = None
    card = Calculation(wording, NoFigures())(session, answers, date(2026, 11, 22), None)
    assert card.citations[0].document == "职工带薪年休假条例"
    assert "2000元" in card.conclusion  # 4350 ÷ 21.75 × 5 × 200 %


@pytest.mark.parametrize("code", CODES)
def test_what_was_told_already_is_not_asked(code: str) -> None:
    first = ask.CALCULATORS[code].questions[0]
    filled = Filled(known_answers(code, {first.id: "1", "nonsense": "2"}))
    assert filled.answers[step_id(code, first.id)] == "1"
    assert step_id(code, "nonsense") not in filled.answers
    assert next_step(FORM, filled) != step_id(code, first.id)


@pytest.mark.parametrize(
    ("text", "area"), [("加班费", "pay"), ("被辞退了", "leaving"), ("产假", "leave"), ("工伤", "injury")]
)
def test_areas_are_found_by_how_people_say_them(text: str, area: str) -> None:
    choices = [Choice(choice.code, choice.title, choice.words) for choice in FORM.steps[0].choices]
    assert read_choice(text, choices) == area
