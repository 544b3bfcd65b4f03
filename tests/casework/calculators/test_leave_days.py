"""Days of annual leave: by years of work (Regulations, 3), for parts of a year (Implementing Measures, 5 and 12)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable
from casework.calculators.leave_days import annual_leave_days, days_a_year


@pytest.mark.parametrize(("years", "days"), [(0, 0), (1, 5), (9, 5), (10, 10), (19, 10), (20, 15), (45, 15)])
def test_days_by_years_of_article_3(years: int, days: int) -> None:
    assert days_a_year(years) == days
    result = annual_leave_days(years, year=2026)
    assert result.amount == days
    assert result.unit == "天"
    assert result.articles[0] == ("职工带薪年休假条例", "第三条")


@pytest.mark.parametrize(
    ("years", "joined", "left", "taken", "days"),
    [
        (3, None, date(2026, 6, 30), 0, 2),  # 181 ÷ 365 × 5 = 2.48
        (12, None, date(2026, 6, 30), 2, 2),  # 4.96, less 2 taken: whole days only
        (3, date(2026, 4, 1), None, 0, 3),  # 275 ÷ 365 × 5 = 3.77
        (1, date(2026, 11, 1), None, 0, 0),  # 61 ÷ 365 × 5 = 0.84: no whole day
        (20, date(2026, 3, 1), date(2026, 8, 31), 0, 7),  # 184 ÷ 365 × 15 = 7.56
        (3, None, date(2026, 6, 30), 4, 0),  # what was taken too much is not asked back
        (5, None, date(2026, 12, 31), 0, 5),
        (5, date(2019, 5, 1), None, 1, 4),
        (3, None, date(2024, 12, 30), 0, 5),  # a leap year: 365 ÷ 365
    ],
)
def test_parts_of_a_year(years: int, joined: date | None, left: date | None, taken: int, days: int) -> None:
    year = left.year if left else 2026
    assert annual_leave_days(years, year=year, joined=joined, left=left, taken=taken).amount == days


@given(st.integers(0, 59), st.dates(date(2024, 1, 1), date(2024, 12, 30)))
def test_later_and_longer_is_never_less(years: int, left: date) -> None:
    days = annual_leave_days(years, year=2024, left=left).amount
    assert 0 <= days <= annual_leave_days(years, year=2024, left=left + timedelta(days=1)).amount <= days_a_year(years)
    assert days <= annual_leave_days(years + 1, year=2024, left=left).amount


@pytest.mark.parametrize(
    ("years", "left", "taken"), [(-1, None, 0), (61, None, 0), (3, date(2025, 1, 1), 0), (3, None, -1)]
)
def test_impossible_figures_are_refused(years: int, left: date | None, taken: int) -> None:
    with pytest.raises(NotCalculable):
        annual_leave_days(years, year=2026, left=left, taken=taken)
