"""Damages for an unlawful dismissal, the least that severance counts with, and the month in place of notice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable, yuan
from casework.calculators.notice_pay import notice_pay
from casework.calculators.service import Service
from casework.calculators.severance import damages, severance

SERVICES = st.builds(Service, st.integers(1, 45), st.integers(0, 11), st.integers(0, 30))
PAYS = st.decimals(1000, 100_000, places=2)


@pytest.mark.parametrize(
    ("service", "pay", "average", "amount"),
    [
        (Service(3, 6), "5000", None, "40000"),  # 2 × 4 × 5000
        (Service(0, 5, 30), "5000", None, "5000"),  # half a month, twice
        (Service(20), "60000", "10000", "720000"),  # 2 × 12 × 30,000: the cap holds for damages too
    ],
)
def test_damages_by_article_87(service: Service, pay: str, average: str | None, amount: str) -> None:
    result = damages(service, Decimal(pay), Decimal(average) if average else None)
    assert result.amount == Decimal(amount)
    assert result.articles[0] == ("劳动合同法", "第八十七条")
    assert result.steps[-1].endswith(f"= {yuan(result.amount)}。")
    assert sum(step.startswith("2N") for step in result.steps) == 1


@given(SERVICES, PAYS)
def test_damages_are_twice_the_severance(service: Service, pay: Decimal) -> None:
    assert damages(service, pay).amount == 2 * severance(service, pay).amount


def test_the_minimum_wage_counts_at_least_by_regulation_27() -> None:
    result = severance(Service(2), Decimal(1500), None, Decimal(2200))
    assert result.amount == 4400
    assert any("最低工资 2200元" in step for step in result.steps)
    assert severance(Service(2), Decimal(2200), None, Decimal(2200)).amount == 4400


def test_notice_is_a_month_of_the_last_pay_by_article_40_and_regulation_20() -> None:
    result = notice_pay(Decimal(6000), Service(3, 6), Decimal(5000))
    assert result.amount == 6000, "the month before, not the mean"
    assert "一共 26000元" in result.steps[-1]
    assert result.articles[:2] == (("劳动合同法", "第四十条"), ("劳动合同法实施条例", "第二十条"))
    assert len(notice_pay(Decimal(6000)).steps) == 1
    with pytest.raises(NotCalculable):
        notice_pay(Decimal(0))
