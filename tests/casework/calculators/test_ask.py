"""A form knows no law: it asks what is left, and runs the calculator over the answers as forms keep them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from casework.calculators.ask import CALCULATORS, calculator, questions_left, response, run
from casework.calculators.calculation import NotCalculable
from casework.calculators.figures import Figured, NoFigures
from casework.calculators.given import Missing
from casework.wording import Wording

TODAY = date(2026, 11, 22)
PAY: dict[str, Any] = {"monthly_pay": "4350"}
CASES: list[tuple[str, dict[str, Any], str, str]] = [
    ("severance", {**PAY, "started": "2023-03-15", "ended": "2026-09-14"}, "17400元", ""),
    ("severance", {**PAY, "started": "2026-05-23"}, "4350元", ""),  # six months today
    ("severance", {**PAY, "started": "2026-05-24"}, "2175元", ""),  # a day less
    ("severance", {**PAY, "service_months": 42}, "17400元", ""),
    ("damages", {**PAY, "service_months": 42}, "34800元", ""),
    ("double_pay", {**PAY, "started": "2026-03-01", "signed": "2026-05-01"}, "4350元", ""),
    ("double_pay", {**PAY, "started": "2026-11-01"}, "0元", "none"),
    ("double_pay", {**PAY, "started": "2020-11-01"}, "0元", "over"),
    ("double_pay", {**PAY, "service_months": 3}, "8700元", ""),
    ("double_pay", {**PAY, "service_months": 1}, "0元", "none"),
    ("overtime", {**PAY, "weekday_hours": 20, "rest_day_hours": 16, "holiday_hours": 8}, "2150元", ""),
    ("overtime", {**PAY, "hours_a_day": "2", "overtime_months": 6}, "9301.5元", ""),  # 2 × 20.67 × 6 × 37.5
    ("annual_leave", {**PAY, "unpaid_days": 5}, "2000元", ""),
    ("annual_leave_days", {"total_years": 11, "joined": "2026-04-01", "taken": 2}, "5天", ""),  # 275 ÷ 365 × 10
    ("annual_leave_days", {"total_years": 0}, "0天", "none"),
    ("notice_pay", {**PAY, "started": "2023-03-15", "ended": "2026-09-14"}, "4350元", ""),
    ("probation", {**PAY, "contract_term": "1_year", "served": 3, "probation_pay": "3480"}, "4350元", ""),
    ("probation", {"contract_term": "1_year", "served": 3}, "0元", "too_long"),
    ("probation", {"contract_term": "3_years", "served": 6}, "0元", "none"),
    ("injury", {**PAY, "grade": 10}, "30450元", ""),
    ("injury_death", {**PAY, "spouse": "yes", "relatives": 2}, "0元", "formula"),
    ("maternity", {"birth": "difficult", "children": 2}, "128天", ""),
    ("maternity", {"birth": "miscarriage_late"}, "42天", ""),
    ("limit_wages", {}, "0天", "none"),
    ("limit_wages", {"left": "2026-10-30"}, "344天", ""),  # 30 October 2027 is a Saturday: 1 November
    ("limit_dispute", {"knew": {"from": "2025-11-01", "to": "2025-11-30"}}, "0天", "over"),  # the earliest day
    ("limit_injury", {"hurt": "2026-11-21"}, "364天", ""),
    ("limit_award", {"received": "2026-11-07"}, "1天", ""),  # due on a Sunday: Monday
    ("limit_injury", {"hurt": "2025-11-22"}, "0天", "today"),
    ("limit_annual_leave", {"leave_year": 2025}, "39天", ""),
    ("limit_inspection", {"happened": "2024-12-01"}, "9天", ""),
]


@pytest.mark.parametrize(("code", "answers", "result", "variant"), CASES)
def test_answers_of_a_form_come_to_a_result_that_can_be_told(
    wording: Wording, code: str, answers: dict[str, Any], result: str, variant: str
) -> None:
    calculation = run(code, answers, NoFigures(), TODAY)
    assert (calculation.result, calculation.variant) == (result, variant)
    assert calculation.steps
    assert all(step.endswith(("。", "；")) for step in (*calculation.steps, *calculation.assumptions))
    name, values = response(code, calculation)
    assert wording.text(name, **values)
    assert "{" not in wording.text(name, **values)


def test_every_calculator_is_run_above() -> None:
    assert {code for code, *_ in CASES} == set(CALCULATORS)


@pytest.mark.parametrize("code", CALCULATORS)
def test_questions_can_be_put_in_a_chat(code: str) -> None:
    each = calculator(code)
    assert each.code == code
    assert len(each.title) <= 12
    for question in each.questions:
        assert len(question.question) <= 60
        assert question.example or question.choices
        assert bool(question.choices) == (question.kind == "choice")
        assert all(len(title) <= 12 for _, title in question.choices)
    ids = [question.id for question in each.questions]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("code", CALCULATORS)
def test_without_any_answer_the_first_needed_question_is_missing(code: str) -> None:
    needed = {question.id for question in calculator(code).questions if not question.optional}
    if not needed or code in ("overtime", "injury_death"):
        return
    with pytest.raises(Missing) as raised:
        run(code, {}, NoFigures(), TODAY)
    assert raised.value.question in needed


def test_only_what_was_not_told_is_asked() -> None:
    assert [each.id for each in questions_left("severance", {"service_months": 42})] == ["monthly_pay", "region"]
    assert [each.id for each in questions_left("severance", {})] == ["started", "ended", "monthly_pay", "region"]
    assert [each.id for each in questions_left("double_pay", {**PAY, "signed": "2026-05-01"})] == ["started"]
    assert "weekday_hours" not in [each.id for each in questions_left("overtime", {"hours_a_day": "3"})]


def test_what_is_only_about_so_is_counted_carefully_and_said() -> None:
    answers = {"monthly_pay": {"yuan": "5000", "about": True}, "started": {"from": "2026-05-01", "to": "2026-05-31"}}
    result = run("severance", answers, NoFigures(), TODAY)
    assert result.amount == 2500, "from the last day of May it is not half a year"
    assert any("大概" in line and "5000元" in line for line in result.assumptions)
    assert any("2026年5月31日" in line for line in result.assumptions)


class Capital:
    """A mean pay and a minimum wage."""

    def of(self, code: str, region: str | None, on: date) -> Figured | None:
        values = {"average_wage": 10_000, "minimum_wage": 2500}
        if region != "北京" or code not in values:
            return None
        return Figured(Decimal(values[code]), "北京", date(2026, 1, 1), None, "京人社")


def test_local_figures_cap_and_hold_up_and_are_named() -> None:
    rich = run("severance", {"monthly_pay": "60000", "service_months": 240, "region": "北京"}, Capital(), TODAY)
    assert rich.amount == 360_000
    poor = run("severance", {"monthly_pay": "2000", "service_months": 12, "region": "北京"}, Capital(), TODAY)
    assert poor.amount == 2500
    assert any("月最低工资" in line and "京人社" in line for line in poor.assumptions)
    assert run("severance", {"monthly_pay": "60000", "service_months": 12}, Capital(), TODAY).amount == 60_000


@pytest.mark.parametrize(
    ("code", "answers"),
    [
        ("nothing", {}),
        ("severance", {"monthly_pay": "many", "service_months": 12}),
        ("severance", {"monthly_pay": "NaN", "service_months": 12}),
        ("severance", {"monthly_pay": {"about": True}, "service_months": 12}),
        ("severance", {**PAY, "started": "yesterday"}),
        ("severance", {**PAY, "started": {"from": "2026-01-01"}}),
        ("severance", {**PAY, "service_months": "1.5"}),
        ("injury", {**PAY, "grade": 11}),
        ("limit_injury", {"hurt": "2026-11-23"}),
        ("overtime", {**PAY, "weekday_hours": 0}),
    ],
)
def test_what_cannot_be_counted_with_is_refused(code: str, answers: dict[str, Any]) -> None:
    with pytest.raises(NotCalculable):
        run(code, answers, NoFigures(), TODAY)
