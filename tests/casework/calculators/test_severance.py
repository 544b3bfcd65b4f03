"""Severance: tables worked by hand beside the Labour Contract Law, and properties that hold for everybody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable, plain, yuan
from casework.calculators.service import Service
from casework.calculators.severance import months_of_pay, severance

SERVICES = st.builds(Service, st.integers(1, 45), st.integers(0, 11), st.integers(0, 30))
PAYS = st.decimals(1000, 100_000, places=2)


@pytest.mark.parametrize(
    ("service", "months"),
    [
        (Service(0, 0, 1), "0.5"),  # under six months: half a month
        (Service(0, 5, 30), "0.5"),
        (Service(0, 6), "1"),  # six months and more count as a year
        (Service(0, 6, 5), "1"),
        (Service(0, 11, 29), "1"),
        (Service(1), "1"),
        (Service(1, 0, 1), "1.5"),
        (Service(3, 6), "4"),
        (Service(3, 7), "4"),
        (Service(9, 5, 30), "9.5"),
        (Service(12), "12"),
        (Service(20, 2), "20.5"),  # without the cap more than twelve years count
    ],
)
def test_months_of_pay_by_article_47(service: Service, months: str) -> None:
    assert months_of_pay(service) == Decimal(months)


@pytest.mark.parametrize(
    ("service", "pay", "average", "amount"),
    [
        (Service(3, 6), "5000", None, "20000"),
        (Service(3, 7), "6000", None, "24000"),
        (Service(0, 3), "4500", None, "2250"),
        (Service(20, 2), "60000", "10000", "360000"),  # thrice 10,000, twelve years at most
        (Service(5), "60000", "10000", "150000"),  # capped pay, fewer than twelve years
        (Service(20), "30000", "10000", "600000"),  # exactly thrice is not above it: no cap, no twelve years
        (Service(20), "29999", "10000", "599980"),
    ],
)
def test_severance_by_article_47(service: Service, pay: str, average: str | None, amount: str) -> None:
    result = severance(service, Decimal(pay), Decimal(average) if average else None)
    assert result.amount == Decimal(amount)
    assert result.articles[0] == ("劳动合同法", "第四十七条")


def test_the_steps_can_be_followed() -> None:
    result = severance(Service(3, 6), Decimal(5000))
    assert result.steps == (
        "年头：满 3 年算 3 个月，6个月够半年算 1 个月，合计 4 个月工资。",
        "N（该给补偿的）：4 × 5000元 = 20000元。",
        "2N（公司违法辞退的）：2 × 20000元 = 40000元，不再另给 N。",
        "N+1（病假期满、调岗后仍不胜任、情况大变这三种，又没提前 30 天书面通知）："
        "20000元 + 上个月工资（按 5000元）= 25000元。",
    )
    assert any("三倍" in each for each in result.assumptions), "the cap is told where the local figure is not known"
    assert not any("2008" in each for each in result.assumptions)
    assert any("2008" in each for each in severance(Service(19), Decimal(5000)).assumptions)


@given(SERVICES, SERVICES, PAYS)
def test_more_years_are_never_less_money(one: Service, other: Service, pay: Decimal) -> None:
    less, more = sorted((one, other), key=lambda service: (service.years, service.months, service.days))
    assert severance(less, pay).amount <= severance(more, pay).amount


@given(SERVICES, PAYS, st.decimals(3000, 20_000, places=0))
def test_the_shown_steps_come_to_the_result_and_the_cap_never_adds(
    service: Service, pay: Decimal, average: Decimal
) -> None:
    result = severance(service, pay, average)
    (single,) = (step for step in result.steps if step.startswith("N（"))
    months, base, shown = single.split("：")[1].rstrip("。").replace(" = ", " × ").split(" × ")
    assert yuan(Decimal(months) * Decimal(base.removesuffix("元"))) == shown == yuan(result.amount)
    assert result.amount <= severance(service, pay).amount


@pytest.mark.parametrize("numbers", [(0, 0, 0), (-1, 0, 0), (0, 12, 0), (0, 0, 31), (61, 0, 0)])
def test_impossible_times_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(NotCalculable):
        Service(*numbers)


@pytest.mark.parametrize("pay", ["0", "-5000", "99", "1000001"])
def test_impossible_pay_is_refused(pay: str) -> None:
    with pytest.raises(NotCalculable):
        severance(Service(1), Decimal(pay))


def test_sums_are_written_plainly() -> None:
    assert [yuan(Decimal(sum_)) for sum_ in ("20000", "2333.335", "10.50")] == ["20000元", "2333.34元", "10.5元"]
    assert [plain(Decimal(number)) for number in ("4", "3.50", "20")] == ["4", "3.5", "20"]
