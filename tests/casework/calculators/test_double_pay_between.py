"""The second pay counted by days: its beginning and end, part months, and what has lapsed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable
from casework.calculators.double_pay import double_pay_between, months_without_contract

PAY = Decimal("4350.00")
"""200 a day of 21.75."""


@pytest.mark.parametrize(
    ("first", "last", "amount"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), "0"),  # the first month is the employer's
        (date(2026, 3, 1), date(2026, 4, 30), "4350"),
        (date(2026, 3, 1), date(2026, 4, 1), "200"),  # one workday of the second month (法释〔2025〕12号, 6)
        (date(2026, 3, 1), date(2026, 4, 5), "600"),  # 1 to 3 April; then Qingming and the weekend
    ],
)
def test_the_second_pay_by_days(first: date, last: date, amount: str) -> None:
    result = double_pay_between(first, last, PAY, date(2026, 11, 22))
    assert result.amount == Decimal(amount)
    assert result.articles[0] == ("劳动合同法", "第八十二条")


def test_the_rest_of_a_month_counts_by_its_workdays() -> None:
    months = months_without_contract(date(2026, 1, 1), date(2026, 11, 22), PAY)
    assert [month.workdays for month in months] == [None] * 9 + [15]  # 2 to 20 November 2026
    assert months[-1].amount == 15 * 200


def test_a_full_year_is_eleven_months_and_no_day_more() -> None:
    for last in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 9, 30)):
        months = months_without_contract(date(2025, 3, 1), last, PAY)
        assert len(months) == 11
        assert (months[0].first, months[-1].last) == (date(2025, 4, 1), date(2026, 2, 28))


def test_who_begins_on_the_last_of_january_has_march_for_her_second_month() -> None:
    months = months_without_contract(date(2026, 1, 31), date(2026, 6, 30), PAY)
    assert months[0].first == date(2026, 3, 1)
    assert [month.last for month in months][:2] == [date(2026, 3, 30), date(2026, 4, 30)]


def test_what_has_lapsed_is_told_apart() -> None:
    """Work from 1 March 2025, today 15 August 2026: what ended before 15 August 2025 is over a year ago."""
    result = double_pay_between(date(2025, 3, 1), date(2026, 8, 15), PAY, date(2026, 8, 15))
    assert result.amount == 7 * PAY  # August 2025 to February 2026; April to July 2025 have lapsed
    assert next(name for name, _ in result.parts) == "2025年8月1日至2025年8月31日"
    (lapsed,) = (step for step in result.steps if step.startswith("过期"))
    assert "17400元" in lapsed
    assert "2025年7月31日" in lapsed


def test_what_has_lapsed_whole_promises_nothing() -> None:
    result = double_pay_between(date(2022, 1, 1), date(2026, 1, 1), PAY, date(2026, 11, 22))
    assert (str(result.amount), result.variant, result.parts) == ("0", "over", ())
    none_yet = double_pay_between(date(2026, 11, 1), date(2026, 11, 22), PAY, date(2026, 11, 22))
    assert (str(none_yet.amount), none_yet.variant) == ("0", "none")


def test_the_last_day_of_the_year_to_claim_is_still_open() -> None:
    (april, *_) = months_without_contract(date(2025, 3, 1), date(2025, 12, 31), PAY)
    assert april.last == date(2025, 4, 30)
    assert april.is_open(date(2026, 4, 30))
    assert not april.is_open(date(2026, 5, 1))


@given(st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.integers(0, 900), st.decimals(1000, 50_000, places=2))
def test_more_days_are_never_less_and_the_months_add_up(first: date, length: int, pay: Decimal) -> None:
    last = first + timedelta(days=length)
    less, more = (
        sum((month.amount for month in months_without_contract(first, day, pay)), Decimal(0))
        for day in (last, last + timedelta(days=1))
    )
    assert less <= more <= 11 * pay
    result = double_pay_between(first, last, pay, last)
    assert sum((part for _, part in result.parts), Decimal(0)) == result.amount <= less


def test_impossible_days_are_refused() -> None:
    with pytest.raises(NotCalculable):
        months_without_contract(date(2026, 3, 1), date(2026, 2, 1), PAY)
