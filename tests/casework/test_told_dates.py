"""Times are read as people tell them; what is vague or no point in time is left out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.told_dates import number, told_dates

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2025年12月3日被辞退", "2025-12-03", "2025-12-03"),
        ("25年12月底走的", "2025-12-20", "2025-12-31"),
        ("2025.12.3离职", "2025-12-03", "2025-12-03"),
        ("2025-12离职", "2025-12-01", "2025-12-31"),
        ("去年12月离职的", "2025-12-01", "2025-12-31"),
        ("去年十二月中旬", "2025-12-10", "2025-12-20"),
        ("12月离职的", "2025-12-01", "2025-12-31"),
        ("11月5号收到的", "2026-11-05", "2026-11-05"),
        ("10号签收的", "2026-11-10", "2026-11-10"),
        ("25号签收的", "2026-10-25", "2026-10-25"),
        ("上个月20号", "2026-10-20", "2026-10-20"),
        ("上月底", "2026-10-20", "2026-10-31"),
        ("去年国庆走的", "2025-10-01", "2025-10-08"),
        ("去年年底", "2025-11-20", "2025-12-31"),
        ("去年底", "2025-11-20", "2025-12-31"),
        ("第十天了", "2026-11-10", "2026-11-10"),
        ("二十几天了", "2026-10-22", "2026-10-31"),
        ("三周前", "2026-10-24", "2026-10-30"),
        ("十一个月了", "2025-11-21", "2025-12-21"),
        ("11个多月", "2025-11-21", "2025-12-21"),
        ("十一个月零二十天", "2025-11-24", "2025-12-01"),
        ("一个半月", "2026-09-29", "2026-10-06"),
        ("半个月了", "2026-11-03", "2026-11-07"),
        ("一年了", "2025-11-05", "2025-12-05"),
        ("一年多", "2024-11-20", "2025-10-21"),
        ("快一年了", "2025-11-20", "2025-12-20"),
        ("将近一年", "2025-11-20", "2025-12-20"),
        ("差三天一年", "2025-11-21", "2025-11-25"),
        ("一年差十天", "2025-11-28", "2025-12-02"),
        ("去年这个时候", "2025-11-10", "2025-11-30"),
        ("昨天", "2026-11-19", "2026-11-19"),
        ("今天", "2026-11-20", "2026-11-20"),
        ("上周", "2026-11-07", "2026-11-19"),
        ("好几天了", "2026-11-10", "2026-11-17"),
    ],
)
def test_a_time_is_a_span_of_days(typed: str, first: str, last: str) -> None:
    (told,) = told_dates(typed, TODAY)
    assert (told.first, told.last) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "typed",
    [
        "一年内",
        "15天之内",
        "在15天里",
        "还有5天",
        "只剩三天",
        "去年离职",
        "一年以后",
        "两个月试用期",
        "两个月的工资",
        "十二月的工资",
        "12号楼",
        "五一劳动奖章",
        "2月30日",
        "13月",
        "明天",
        "2027年1月3日",
    ],
)
def test_what_is_no_time_of_the_past_is_left_out(typed: str) -> None:
    assert told_dates(typed, TODAY) == []


def test_several_times_are_given_in_their_order() -> None:
    text = "2024年3月入职，去年12月被辞退，昨天才来问"
    told = told_dates(text, TODAY)
    assert [text[each.start : each.end] for each in told] == ["2024年3月", "去年12月", "昨天"]


@given(st.dates(date(2010, 1, 1), date(2099, 12, 31)), st.integers(0, 3000))
@settings(deadline=None)  # other tests may keep the machine busy
def test_a_written_day_is_that_day(today: date, days: int) -> None:
    day = today - timedelta(days=days)
    for written in (f"{day.year}年{day.month}月{day.day}日", f"{day.year}.{day.month}.{day.day}", f"{day:%Y-%m-%d}"):
        (told,) = told_dates(f"我{written}离职", today)
        assert told.first == told.last == day


@given(st.integers(1, 999))
@settings(deadline=None)  # other tests may keep the machine busy
def test_so_many_days_ago_is_that_day(days: int) -> None:
    (told,) = told_dates(f"{days}天前", TODAY)
    assert told.first == told.last == TODAY - timedelta(days=days)


@given(
    st.text(alphabet="去今前年月日号天周个半多几一二十12月9差快还有满了底初.-", max_size=25), st.dates(date(1990, 1, 1))
)
@settings(deadline=None)  # other tests may keep the machine busy
def test_no_time_is_in_the_future_or_ends_before_it_begins(typed: str, today: date) -> None:
    for told in told_dates(typed, today):
        assert told.first <= told.last <= today
        assert 0 <= told.start < told.end <= len(typed)


@pytest.mark.parametrize(
    ("written", "value"),
    [("7", 7), ("007", 7), ("七", 7), ("两", 2), ("十", 10), ("十一", 11), ("二十", 20), ("三十五", 35), ("一二", 12)],
)
def test_numbers(written: str, value: int) -> None:
    assert number(written) == value
