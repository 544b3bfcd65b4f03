"""Injury benefits by 工伤保险条例, articles 33 to 39 and 64: tables worked by hand, and what holds for everybody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable
from casework.calculators.injury import MONTHS, Dependants, Local, death, injury, nursing_care, own_pay, treatment_pay

PAYS = st.decimals(1000, 60_000, places=2)


@pytest.mark.parametrize(
    ("grade", "amount", "allowance", "article"),
    [
        (1, 162_000, "5400元", "第三十五条"),  # 27 × 6000; 90 %
        (2, 150_000, "5100元", "第三十五条"),
        (3, 138_000, "4800元", "第三十五条"),
        (4, 126_000, "4500元", "第三十五条"),
        (5, 108_000, "4200元", "第三十六条"),
        (6, 96_000, "3600元", "第三十六条"),
        (7, 78_000, None, "第三十七条"),
        (8, 66_000, None, "第三十七条"),
        (9, 54_000, None, "第三十七条"),
        (10, 42_000, None, "第三十七条"),
    ],
)
def test_the_grant_and_the_allowance_of_each_grade(
    grade: int, amount: int, allowance: str | None, article: str
) -> None:
    result = injury(grade, Decimal(6000))
    assert result.amount == amount
    assert result.articles[0] == ("工伤保险条例", article)
    told = [step for step in result.steps if step.startswith("伤残津贴")]
    assert bool(told) == (allowance is not None)
    assert allowance is None or allowance in told[0]
    assert any("离职时" in step for step in result.steps) == (grade >= 5)


@pytest.mark.parametrize(
    ("pay", "average", "counted"),
    [("40000", "10000", 30_000), ("3000", "10000", 6000), ("6000", "10000", 6000), ("6000", None, 6000)],
)
def test_own_pay_lies_between_60_and_300_per_cent_by_article_64(pay: str, average: str | None, counted: int) -> None:
    assert own_pay(Decimal(pay), Decimal(average) if average else None) == counted


def test_provincial_sums_are_told_where_they_are_known_and_else_whom_to_ask() -> None:
    local = Local(average=Decimal(8000), medical=Decimal(30_000), employment=Decimal(20_000))
    known = injury(9, Decimal(6000), local)
    assert any("54000元 + 30000元 + 20000元 = 104000元" in step for step in known.steps)
    assert known.amount == 54_000, "what comes only on leaving is no part of the sum"
    unknown = injury(9, Decimal(6000))
    assert sum("12333" in step for step in unknown.steps) >= 2


def test_the_allowance_is_at_least_the_minimum_wage() -> None:
    result = injury(4, Decimal(2000), Local(minimum=Decimal(2260)))
    assert any("2260元" in step for step in result.steps if step.startswith("伤残津贴"))


@given(PAYS, st.integers(1, 9))
def test_a_graver_injury_and_a_higher_pay_bring_more(pay: Decimal, grade: int) -> None:
    assert injury(grade, pay).amount > injury(grade + 1, pay).amount
    assert injury(grade, pay).amount < injury(grade, pay + 1).amount
    assert injury(grade, pay).amount == MONTHS[grade] * pay


def test_treatment_is_paid_twelve_months_and_twelve_more_at_the_most_by_article_33() -> None:
    assert treatment_pay(Decimal(5000), 12).amount == 60_000
    assert treatment_pay(Decimal(5000), 24).amount == 120_000
    for months in (0, 25):
        with pytest.raises(NotCalculable):
            treatment_pay(Decimal(5000), months)


@pytest.mark.parametrize(("need", "amount"), [("all", 4000), ("most", 3200), ("some", 2400)])
def test_nursing_care_by_article_34(need: str, amount: int) -> None:
    assert nursing_care(need, Decimal(8000)).amount == amount


@pytest.mark.parametrize(
    ("dependants", "monthly"),
    [
        (Dependants(spouse=True), "2400元"),  # 40 %
        (Dependants(spouse=True, others=1), "4200元"),
        (Dependants(others=1, alone=1), "2400元"),  # an orphan: 30 + 10 %
        (Dependants(spouse=True, others=3), "6000元"),  # 130 %, never above the pay
    ],
)
def test_the_pension_of_dependants_by_article_39(dependants: Dependants, monthly: str) -> None:
    result = death(Decimal(6000), dependants)
    (told,) = (step for step in result.steps if step.startswith("供养亲属抚恤金"))
    assert f"= {monthly}" in told


def test_a_death_at_work_by_article_39() -> None:
    """Six months of 8,000 and twenty times 54,188."""
    result = death(Decimal(6000), Dependants(), average=Decimal(8000), urban_income=Decimal(54_188))
    assert result.amount == 48_000 + 1_083_760
    assert sum(part for _, part in result.parts) == result.amount
    assert result.variant == ""
    unknown = death(Decimal(6000), Dependants())
    assert (str(unknown.amount), unknown.variant) == ("0", "formula")
    assert sum("12333" in step for step in unknown.steps) == 3


def test_impossible_figures_are_refused() -> None:
    for grade in (0, 11):
        with pytest.raises(NotCalculable):
            injury(grade, Decimal(6000))
    with pytest.raises(NotCalculable):
        nursing_care("all", None)
    with pytest.raises(NotCalculable):
        Dependants(others=1, alone=2)
