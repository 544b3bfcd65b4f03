"""Pay for leave that was not taken: a table worked by hand, and what holds for everybody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.annual_leave import annual_leave_pay
from casework.calculators.calculation import NotCalculable, yuan


@pytest.mark.parametrize(
    ("days", "pay", "amount"),
    [
        (5, "4350", "2000元"),  # 4350 / 21.75 = 200 a day, 200 % of it five times
        (1, "6525", "600元"),
        (15, "8700", "12000元"),
        (3, "5000", "1379.31元"),  # rounded once, at the end
    ],
)
def test_two_more_days_pay_for_each_day(days: int, pay: str, amount: str) -> None:
    result = annual_leave_pay(days, Decimal(pay))
    assert yuan(result.amount) == amount
    assert result.steps[-1].endswith(f"= {amount}。")
    assert result.articles[0] == ("职工带薪年休假条例", "第五条")


@given(st.integers(1, 59), st.decimals(1000, 100_000, places=2))
def test_more_days_are_more_money(days: int, pay: Decimal) -> None:
    assert annual_leave_pay(days, pay).amount < annual_leave_pay(days + 1, pay).amount


@pytest.mark.parametrize(("days", "pay"), [(0, "5000"), (-1, "5000"), (61, "5000"), (5, "0")])
def test_impossible_figures_are_refused(days: int, pay: str) -> None:
    with pytest.raises(NotCalculable):
        annual_leave_pay(days, Decimal(pay))
