"""By when the next step is promised, worked by hand on a calendar, and how it is said."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cases.promises import due_at, spoken_promise, working_days_after
from casework.hours import DEFAULT_WEEK, ZONE, OpeningHours

USUAL = OpeningHours(DEFAULT_WEEK)
ALWAYS = OpeningHours({str(day): [["00:00", "24:00"]] for day in range(7)})
NEVER = OpeningHours({})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# 2026-11-18 is a Wednesday; 1 to 7 October 2026 are holidays, 10 October a Saturday that is worked.
@pytest.mark.parametrize(
    ("state", "moment", "priority", "working_days", "due"),
    [
        ("submitted", "2026-11-18 10:00", 0, 5, "2026-11-19 17:30"),
        ("submitted", "2026-11-20 10:00", 0, 5, "2026-11-23 17:30"),
        ("submitted", "2026-11-20 22:00", 0, 5, "2026-11-23 17:30"),
        ("submitted", "2026-11-21 10:00", 0, 5, "2026-11-23 17:30"),
        ("submitted", "2026-09-30 10:00", 0, 5, "2026-10-08 17:30"),
        ("submitted", "2026-11-18 11:00", 1, 5, "2026-11-18 14:30"),
        ("submitted", "2026-11-18 09:10", 2, 5, "2026-11-18 11:10"),
        ("submitted", "2026-11-20 17:00", 1, 5, "2026-11-23 10:30"),
        ("accepted", "2026-11-18 10:00", 0, 5, "2026-11-25 17:30"),
        ("accepted", "2026-11-18 10:00", 0, 15, "2026-12-09 17:30"),
        ("accepted", "2026-09-30 10:00", 0, 3, "2026-10-10 17:30"),
        ("in_progress", "2026-11-18 10:00", 1, 15, "2026-11-25 17:30"),
    ],
)
def test_a_promise(state: str, moment: str, priority: int, working_days: int, due: str) -> None:
    found = due_at(state, USUAL, at(moment), priority=priority, working_days=working_days)

    assert found == at(due)


@pytest.mark.parametrize("state", ["done", "refused", "withdrawn"])
def test_nothing_is_promised_for_what_is_closed(state: str) -> None:
    assert due_at(state, USUAL, at("2026-11-18 10:00")) is None


def test_a_department_that_never_opens_forgets_nobody() -> None:
    assert working_days_after(NEVER, at("2026-11-18 10:00"), 5) == at("2026-11-23 10:00")


@pytest.mark.parametrize(
    ("due", "moment", "hours", "spoken"),
    [
        ("2026-11-25 17:30", "2026-11-18 10:00", USUAL, "11月25日（周三）下班前"),
        ("2026-11-18 17:30", "2026-11-18 10:00", USUAL, "今天下班前"),
        ("2027-01-04 17:30", "2026-12-30 10:00", USUAL, "2027年1月4日（周一）下班前"),
        ("2026-11-18 14:30", "2026-11-18 11:00", USUAL, "今天下午2点半前"),
        ("2026-11-23 10:05", "2026-11-20 17:00", USUAL, "下周一（11月23日）上午10点05分前"),
        ("2026-11-20 00:00", "2026-11-18 10:00", ALWAYS, "11月19日（周四）下班前"),
    ],
)
def test_how_a_promise_is_said(due: str, moment: str, hours: OpeningHours, spoken: str) -> None:
    assert spoken_promise(at(due), at(moment), hours) == spoken


@given(
    st.builds(datetime.combine, st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.times(), st.just(ZONE)),
    st.integers(1, 40),
)
def test_more_days_are_never_earlier_and_a_promise_ends_when_the_department_closes(moment: datetime, days: int) -> None:
    due = working_days_after(USUAL, moment, days)
    assert due > moment
    assert due < working_days_after(USUAL, moment, days + 1)
    assert due.astimezone(ZONE).strftime("%H:%M") == "17:30"
    assert spoken_promise(due, moment, USUAL).endswith("下班前")
