"""Overtime by Labour Law, article 44: a table worked by hand, and what holds for everybody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable, yuan
from casework.calculators.overtime import Hours, hours_of_months, overtime

HOURS = st.decimals(0, 300, places=1)
PAYS = st.decimals(1000, 60_000, places=2)


def hours(weekday: object = 0, rest_day: object = 0, holiday: object = 0) -> Hours:
    return Hours(*(Decimal(str(each)) for each in (weekday, rest_day, holiday)))


@pytest.mark.parametrize(
    ("pay", "worked", "amount"),
    [
        ("4350", hours(1), "37.50"),  # 4350 ÷ 21.75 ÷ 8 = 25 an hour, 150 %
        ("4350", hours(0, 8), "400"),  # a rest day: 200 %
        ("4350", hours(0, 0, 8), "600"),  # a statutory holiday: 300 %
        ("4350", hours(20, 16, 8), "2150"),  # 750 + 800 + 600
        ("5000", hours(3), "129.31"),  # 28.7356… × 3 × 1.5 = 129.3103…
        ("4350", hours("0.5"), "18.75"),
    ],
)
def test_overtime_by_article_44(pay: str, worked: Hours, amount: str) -> None:
    result = overtime(Decimal(pay), worked)
    assert result.amount == Decimal(amount)
    assert result.articles[0] == ("劳动法", "第四十四条")
    assert ("人社部发〔2025〕2号", None) in result.articles
    assert yuan(result.amount) in result.steps[-1]


def test_three_hours_every_day_of_a_month() -> None:
    """20.67 workdays a month: 62.01 hours, 62.01 × 25 × 1.5 = 2325.375."""
    worked = hours_of_months(Decimal(3))
    assert worked == Decimal("62.01")
    assert overtime(Decimal(4350), Hours(worked)).amount == Decimal("2325.38")


@given(HOURS, HOURS, HOURS, PAYS)
def test_the_parts_add_up_and_an_hour_more_is_never_less(a: Decimal, b: Decimal, c: Decimal, pay: Decimal) -> None:
    worked = Hours(a + 1, b, c)
    result = overtime(pay, worked)
    assert sum(part for _, part in result.parts) == result.amount
    for more in (Hours(a + 2, b, c), Hours(a + 1, b + 1, c), Hours(a + 1, b, c + 1)):
        assert overtime(pay, more).amount > result.amount
    assert overtime(pay, Hours(a + 1)).amount <= overtime(pay, Hours(rest_day=a + 1)).amount


@pytest.mark.parametrize("numbers", [(0, 0, 0), (-1, 5, 0), (5001, 0, 0)])
def test_impossible_hours_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(NotCalculable):
        hours(*numbers)


@pytest.mark.parametrize(("a_day", "months"), [("0", "1"), ("17", "1"), ("3", "0"), ("3", "601")])
def test_impossible_days_are_refused(a_day: str, months: str) -> None:
    with pytest.raises(NotCalculable):
        hours_of_months(Decimal(a_day), Decimal(months))
