"""The second pay without a written contract: a table worked by hand, and what holds for everybody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable
from casework.calculators.double_pay import double_pay
from casework.calculators.service import Service

PAY = Decimal(5000)


@pytest.mark.parametrize(
    ("service", "amount"),
    [
        (Service(0, 0, 20), 0),  # the first month is the employer's time to sign
        (Service(0, 1), 0),
        (Service(0, 2), 5000),
        (Service(0, 8), 35_000),
        (Service(0, 11, 29), 50_000),
        (Service(1), 55_000),  # eleven months at the most
        (Service(1, 11), 55_000),
    ],
)
def test_the_second_pay_by_article_82(service: Service, amount: int) -> None:
    result = double_pay(service, PAY)
    assert result.amount == amount
    assert result.articles[0] == ("劳动合同法", "第八十二条")
    assert (f"{amount}元" in result.steps[-1]) == bool(amount)


def test_a_month_or_less_is_told_as_nothing_yet() -> None:
    (step,) = double_pay(Service(0, 0, 20), PAY).steps
    assert "现在还没有" in step


@given(st.integers(0, 11), st.integers(1, 30))
def test_more_months_are_never_less_and_eleven_are_the_most(months: int, days: int) -> None:
    amount = double_pay(Service(0, months, days), PAY).amount
    assert 0 <= amount <= 11 * PAY
    assert amount <= double_pay(Service(1, months, days), PAY).amount


@pytest.mark.parametrize("service", [Service(2), Service(3, 6), Service(20)])
def test_what_has_mostly_lapsed_is_not_promised(service: Service) -> None:
    with pytest.raises(NotCalculable, match="over"):
        double_pay(service, PAY)


def test_impossible_pay_is_refused() -> None:
    with pytest.raises(NotCalculable):
        double_pay(Service(1), Decimal(0))
