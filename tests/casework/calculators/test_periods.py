"""Days as the law counts them, and time at work between two days: leap days, part months, days off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable
from casework.calculators.periods import corresponding_day, first_day_after, next_workday, workdays
from casework.calculators.service import Service

DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "service"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), Service(1)),
        (date(2023, 1, 1), date(2023, 12, 30), Service(0, 11, 30)),
        (date(2023, 1, 1), date(2024, 1, 1), Service(1, 0, 1)),
        (date(2023, 3, 15), date(2026, 9, 14), Service(3, 6)),
        (date(2023, 3, 15), date(2026, 9, 13), Service(3, 5, 30)),
        (date(2024, 2, 29), date(2025, 2, 28), Service(1)),  # no 29 February: full with the month's last day
        (date(2024, 2, 29), date(2025, 2, 27), Service(0, 11, 30)),
        (date(2024, 2, 29), date(2028, 2, 28), Service(4)),
        (date(2023, 1, 31), date(2023, 2, 28), Service(0, 1)),
        (date(2023, 1, 31), date(2023, 3, 1), Service(0, 1, 1)),
        (date(2024, 1, 31), date(2024, 2, 28), Service(0, 0, 29)),
        (date(2026, 11, 22), date(2026, 11, 22), Service(0, 0, 1)),  # a day of work counts
        (date(2023, 8, 31), date(2024, 2, 29), Service(0, 6)),  # half a year, in a leap year
    ],
)
def test_service_between_two_days(first: date, last: date, service: Service) -> None:
    assert Service.between(first, last) == service


def test_nobody_leaves_before_she_comes() -> None:
    with pytest.raises(NotCalculable):
        Service.between(date(2026, 5, 2), date(2026, 5, 1))


@given(DAYS, st.integers(0, 9000))
def test_a_day_more_is_never_less_service(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    less, more = (Service.between(first, day) for day in (last, last + timedelta(days=1)))
    assert (less.whole_months, less.days) < (more.whole_months, more.days)


@given(DAYS, st.integers(1, 9000))
def test_a_day_earlier_is_never_less_service(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    more, less = (Service.between(day, last) for day in (first, first + timedelta(days=1)))
    assert (less.whole_months, less.days) <= (more.whole_months, more.days)


@given(DAYS, st.integers(0, 480))
def test_full_months_end_the_day_before_the_next_begins(first: date, months: int) -> None:
    following = first_day_after(first, months)
    if months:
        assert Service.between(first, following - timedelta(days=1)) == Service(months // 12, months % 12)
    assert Service.between(first, following) == Service(months // 12, months % 12, 1)


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2025, 3, 5), 12, date(2026, 3, 5)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),  # Civil Code, 202: the month's last day
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
    ],
)
def test_the_corresponding_day(day: date, months: int, end: date) -> None:
    assert corresponding_day(day, months) == end


@pytest.mark.parametrize(
    ("day", "workday"),
    [
        (date(2026, 11, 20), date(2026, 11, 20)),  # a Friday
        (date(2026, 11, 21), date(2026, 11, 23)),  # a Saturday
        (date(2025, 10, 1), date(2025, 10, 9)),  # the long holiday of 2025
        (date(2025, 9, 28), date(2025, 9, 28)),  # a Sunday that is worked for it
    ],
)
def test_days_off_move_to_the_next_workday(day: date, workday: date) -> None:
    assert next_workday(day) == workday


def test_workdays_of_a_span() -> None:
    assert workdays(date(2026, 11, 16), date(2026, 11, 22)) == 5
    assert workdays(date(2026, 11, 21), date(2026, 11, 22)) == 0
