"""Days and periods as the law counts them. Pure.

A period of months or years does not count its first day and ends with the corresponding day, or with the month's last
where there is none (Civil Code, 200 to 202); where that is a day off, it ends with the next working day (203). Time at
work counts its first day: a month of it is full with the day before the corresponding one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from casework.calculators.calculation import NotCalculable
from casework.hours import is_make_up_workday, is_public_holiday

CIVIL_CODE = "民法典"
ONE_DAY = timedelta(days=1)
YEAR = 12
"""Months."""
_SATURDAY = 5


def corresponding_day(day: date, months: int) -> date:
    """Return the day of the same number so many months later, the month's last where it has no such day."""
    year, month = _month(day, months)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def first_day_after(day: date, months: int) -> date:
    """Return the day on which somebody who begins on `day` has worked so many full months, and begins the next.

    31 January and one month: 1 March, for February is full with its last day.
    """
    year, month = _month(day, months)
    length = monthrange(year, month)[1]
    return date(year, month, day.day) if day.day <= length else date(year, month, length) + ONE_DAY


def is_workday(day: date) -> bool:
    """Tell whether people usually work on this day: no weekend but a make-up day, no public holiday."""
    if is_make_up_workday(day):
        return True
    return day.weekday() < _SATURDAY and not is_public_holiday(day)


def next_workday(day: date) -> date:
    """Return this day, or the next on which offices work."""
    while not is_workday(day):
        day += ONE_DAY
    return day


def workdays(first: date, last: date) -> int:
    """Return how many workdays there are, both ends included."""
    return sum(is_workday(day) for day in days(first, last))


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from the first to the last, both included."""
    return (first + timedelta(days=offset) for offset in range((last - first).days + 1))


def dated(day: date) -> str:
    """Return a day as it is written: `2026年3月5日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def _month(day: date, months: int) -> tuple[int, int]:
    years, month = divmod(day.month - 1 + months, YEAR)
    if not date.min.year <= day.year + years < date.max.year:
        raise NotCalculable(f"{day} and {months} months is no day of ours")
    return day.year + years, month + 1
