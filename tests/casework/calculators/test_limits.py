"""Limits of time: worked by hand beside 调解仲裁法 27, 48, 50, 工伤保险条例 17, 民法典 200 to 203."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable
from casework.calculators.limits import (
    Limit,
    annual_leave_limit,
    arbitration_limit,
    injury_limit,
    inspection_limit,
    lawsuit_limit,
    wage_limit,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("knew", "last_day", "left"),
    [
        (date(2026, 3, 5), date(2027, 3, 5), 103),  # a Friday
        (date(2025, 11, 24), date(2026, 11, 24), 2),
        (date(2025, 11, 21), date(2026, 11, 23), 1),  # 21 November 2026 is a Saturday: Monday
        (date(2025, 11, 20), date(2026, 11, 20), -2),
        (date(2024, 10, 1), date(2025, 10, 9), -409),  # the long holiday of 2025 ends on 8 October
        (date(2024, 2, 29), date(2025, 2, 28), -632),  # no 29 February 2025
    ],
)
def test_the_year_to_apply_for_arbitration(knew: date, last_day: date, left: int) -> None:
    limit = arbitration_limit(knew, TODAY)
    assert (limit.last_day, limit.days_left) == (last_day, left)
    assert limit.basis[0] == ("劳动争议调解仲裁法", "第二十七条")
    assert limit.is_over == (left < 0)
    assert limit.is_soon == (0 <= left <= 30)
    assert limit.steps[-1].startswith("今天就做")


def test_wages_have_no_limit_while_employed_and_a_year_from_leaving() -> None:
    employed = wage_limit(None, TODAY)
    assert (employed.last_day, employed.days_left, employed.is_over, employed.is_soon) == (None, None, False, False)
    assert employed.as_calculation().variant == "none"
    assert wage_limit(date(2026, 10, 31), TODAY).last_day == date(2027, 11, 1)  # 31 October 2027 is a Sunday


@pytest.mark.parametrize(
    ("hurt", "employer", "last_day"),
    [
        (date(2026, 11, 1), "2026年12月1日", date(2027, 11, 1)),
        (date(2024, 2, 29), "2024年3月30日", date(2025, 2, 28)),
        (date(2025, 11, 22), "2025年12月22日", date(2026, 11, 22)),  # a Sunday is not relied on
    ],
)
def test_the_year_to_claim_an_injury(hurt: date, employer: str, last_day: date) -> None:
    limit = injury_limit(hurt, TODAY)
    assert limit.last_day == last_day
    assert employer in limit.steps[0]
    assert limit.basis[0] == ("工伤保险条例", "第十七条")
    assert any("休息日" in step for step in limit.steps) == (last_day.weekday() > 4)


def test_today_may_be_the_last_day() -> None:
    limit = injury_limit(date(2025, 11, 22), TODAY)
    assert (limit.days_left, limit.is_over, limit.is_soon) == (0, False, True)
    assert limit.as_calculation().variant == "today"
    assert "今天就是最后一天。" in limit.steps


@pytest.mark.parametrize(
    ("received", "last_day"),
    [
        (date(2026, 11, 10), date(2026, 11, 25)),
        (date(2026, 11, 6), date(2026, 11, 23)),  # the 21st is a Saturday
        (date(2025, 9, 20), date(2025, 10, 9)),  # 5 October lies in the holiday
    ],
)
def test_fifteen_days_to_sue_after_an_award(received: date, last_day: date) -> None:
    limit = lawsuit_limit(received, TODAY)
    assert limit.last_day == last_day
    assert limit.basis[0] == ("劳动争议调解仲裁法", "第五十条")


def test_pay_for_a_years_leave() -> None:
    assert annual_leave_limit(2025, None, TODAY).last_day == date(2026, 12, 31)
    assert annual_leave_limit(2026, None, TODAY).last_day is None, "the year is not over"
    assert annual_leave_limit(2026, date(2026, 6, 30), TODAY).last_day == date(2027, 6, 30)
    assert annual_leave_limit(2025, date(2026, 6, 30), TODAY).last_day == date(2026, 12, 31)
    with pytest.raises(NotCalculable):
        annual_leave_limit(2026, date(2025, 6, 30), TODAY)


def test_the_inspectorate_looks_back_two_years() -> None:
    limit = inspection_limit(date(2024, 12, 1), TODAY)
    assert (limit.last_day, limit.days_left) == (date(2026, 12, 1), 9)
    assert limit.basis == (("劳动保障监察条例", "第二十条"),)


FROM_A_DAY: list[Callable[[date, date], Limit]] = [arbitration_limit, injury_limit, inspection_limit, lawsuit_limit]


@given(st.dates(date(2005, 1, 1), TODAY), st.sampled_from(FROM_A_DAY))
def test_a_later_day_never_ends_earlier_and_the_days_add_up(day: date, limit_of: Callable[[date, date], Limit]) -> None:
    one, other = limit_of(day, TODAY), limit_of(min(day + timedelta(days=1), TODAY), TODAY)
    assert one.last_day is not None
    assert one.days_left is not None
    assert other.last_day is not None
    assert one.last_day <= other.last_day
    assert one.last_day == TODAY + timedelta(days=one.days_left)
    assert one.as_calculation().amount == max(0, one.days_left)


def test_what_is_still_to_come_has_no_limit() -> None:
    for limit_of in (*FROM_A_DAY, wage_limit):
        with pytest.raises(NotCalculable):
            limit_of(TODAY + timedelta(days=1), TODAY)
