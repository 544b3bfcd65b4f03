"""Years and pay are read from a worker's words where they are said plainly, and left where they are guesses."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casework.calculators.service import Service
from casework.calculators.told import leave_told, pay_told, service_told


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("我干了三年半, 一个月五千, 公司突然让我走", Service(3, 6)),
        ("工龄两年零七个月", Service(2, 7)),
        ("做了10年3个月", Service(10, 3)),
        ("上班8个月，工资三个月没发", Service(0, 8)),
        ("一个月5500做了18个月", Service(1, 6)),
        ("做了半年", Service(0, 6)),
        ("上了二十年班", Service(20)),
        ("待了十一年整", Service(11)),
    ],
)
def test_a_time_that_is_told(text: str, service: Service) -> None:
    assert service_told(text) == service


@pytest.mark.parametrize(
    "text",
    [
        "干了快三年",
        "干了三年多",
        "做了两年左右",
        "干了2年前",
        "2019年3月进的公司",
        "拖了三个月工资",
        "先干了三年，后来又干了五年",
        "干了零年",
        "干了99年",
        "",
    ],
)
def test_a_time_that_is_none_or_only_about(text: str) -> None:
    assert service_told(text) is None


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("一个月五千", "5000"),
        ("月薪平均六千四", "6400"),
        ("月薪8k", "8000"),
        ("一个月给我1.2万", "12000"),
        ("每月到手6.5k", "6500"),
        ("月薪一万二", "12000"),
        ("一个月开五千块钱", "5000"),
        ("每月4800元", "4800"),
        ("月工资：3500", "3500"),
    ],
)
def test_a_pay_that_is_told(text: str, pay: str) -> None:
    assert pay_told(text) == Decimal(pay)


@pytest.mark.parametrize(
    "text",
    [
        "拖欠工资15000",
        "每月扣500",
        "一个月休4天",
        "一个月3000多",
        "一个月5000-6000",
        "公司给我一万五打发",
        "一个月几千",
        "每月200",
    ],
)
def test_a_sum_that_is_no_pay_or_only_about(text: str) -> None:
    assert pay_told(text) is None


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("我还有5天年假没休，月薪六千", 5),
        ("年假还剩十天没休", 10),
        ("年休假没休 7天", 7),
        ("年假休了3天", None),
        ("欠我15天年假和5天年休假", None),
        ("一年没休年假", None),
        ("年假没休几天", None),
        ("请了3天病假", None),
        ("还有99天年假没休", None),
        ("还有零天年假没休", None),
    ],
)
def test_days_of_leave(text: str, days: int | None) -> None:
    assert leave_told(text) == days
