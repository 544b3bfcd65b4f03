"""A department's hours: its week, public holidays, make-up workdays, days of its own, and how people read them."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.errors import Invalid
from casework.hours import (
    DEFAULT_WEEK,
    HORIZON,
    KNOWN_UNTIL,
    ZONE,
    Day,
    OpeningHours,
    Week,
    format_hours,
    is_make_up_workday,
    is_public_holiday,
    parse_day,
    parse_hours,
    spans_of,
    spoken_opening,
)

USUAL = OpeningHours(DEFAULT_WEEK)
ROUND_THE_CLOCK = OpeningHours({str(weekday): [["00:00", "24:00"]] for weekday in range(7)})
NEVER = OpeningHours({})


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def _written(minutes: list[int]) -> Day:
    clocks = [f"{minute // 60:02}:{minute % 60:02}" for minute in sorted(minutes)]
    return [list(pair) for pair in zip(clocks[::2], clocks[1::2], strict=True)]


DAYS = st.lists(st.integers(0, 24 * 60), unique=True, max_size=6).filter(lambda d: len(d) % 2 == 0).map(_written)
WEEKS = st.dictionaries(st.sampled_from([str(weekday) for weekday in range(7)]), DAYS)
OWN_DAYS = st.dictionaries(st.dates(date(2026, 1, 1), date(2027, 6, 30)), DAYS, max_size=5)
HOURS = st.builds(OpeningHours, WEEKS, OWN_DAYS)
MOMENTS = st.builds(
    lambda day, minute, zone: (datetime(day.year, day.month, day.day, tzinfo=ZONE) + minute).astimezone(zone),
    st.dates(date(2026, 1, 1), date(2027, 6, 30)),
    st.timedeltas(timedelta(0), timedelta(days=1)),
    st.sampled_from([UTC, ZONE]),
)


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-11-20 08:59", False),
        ("2026-11-20 09:00", True),
        ("2026-11-20 11:59", True),
        ("2026-11-20 12:00", False),
        ("2026-11-20 13:30", True),
        ("2026-11-20 17:30", False),
        ("2026-11-21 10:00", False),  # a Saturday
        ("2026-02-17 10:00", False),  # 春节, a Tuesday
        ("2026-02-14 10:00", True),  # a Saturday worked for 春节
        ("2026-02-14 12:30", False),
        ("2026-10-01 10:00", False),
        ("2027-01-01 10:00", False),  # fixed by law, the library's calendar having ended
        ("2027-05-01 10:00", False),
        ("2027-10-02 10:00", False),
        ("2027-03-01 10:00", True),
    ],
)
def test_open_by_week_and_calendar(at: str, open_: bool) -> None:
    assert USUAL.is_open(local(at)) is open_


def test_a_moment_counts_in_beijing_whatever_its_zone() -> None:
    assert USUAL.is_open(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    assert not USUAL.is_open(datetime(2026, 11, 20, 9, 30, tzinfo=UTC))


def test_a_day_of_its_own_wins_over_holiday_week_and_make_up_day() -> None:
    hours = OpeningHours(
        DEFAULT_WEEK,
        {date(2026, 10, 1): [["10:00", "11:00"]], date(2026, 11, 20): [], date(2026, 2, 14): []},
    )
    assert hours.is_open(local("2026-10-01 10:30"))
    assert not hours.is_open(local("2026-11-20 10:00"))
    assert not hours.is_open(local("2026-02-14 10:00"))


def test_a_make_up_day_has_mondays_hours_or_its_own_where_mondays_are_closed() -> None:
    assert OpeningHours({"0": [["14:00", "15:00"]]}).is_open(local("2026-02-14 14:30"))
    assert OpeningHours({"5": [["8:00", "9:00"]]}).is_open(local("2026-02-14 08:30"))


def test_what_the_calendar_says() -> None:
    assert KNOWN_UNTIL >= 2026
    assert is_public_holiday(date(2026, 2, 21))  # a Saturday within 春节
    assert not is_public_holiday(date(2026, 11, 21))
    assert is_make_up_workday(date(2026, 2, 28))
    assert not is_make_up_workday(date(KNOWN_UNTIL + 1, 2, 13))


def test_the_week_after_a_holiday_and_the_weekend() -> None:
    assert USUAL.next_opening(local("2026-11-20 18:00")) == local("2026-11-23 09:00")
    assert USUAL.next_opening(local("2026-02-14 18:00")) == local("2026-02-24 09:00")
    assert USUAL.next_opening(local("2026-11-20 12:10")) == local("2026-11-20 13:30")


def test_while_open_the_next_opening_is_now() -> None:
    at = local("2026-11-20 10:00")
    assert USUAL.next_opening(at) == at
    assert ROUND_THE_CLOCK.next_opening(local("2026-11-20 23:59")) == local("2026-11-20 23:59")


def test_nothing_opens() -> None:
    at = local("2026-11-20 10:00")
    assert NEVER.next_opening(at) is None
    assert not NEVER.is_open(at)
    assert NEVER.after_open_minutes(at, 30) == at + timedelta(minutes=30)


def test_minutes_are_counted_while_open_only() -> None:
    friday, monday = local("2026-11-20 17:00"), local("2026-11-23 09:20")
    assert USUAL.open_minutes_between(friday, monday) == 50
    assert USUAL.open_minutes_between(monday, friday) == 0
    assert USUAL.after_open_minutes(friday, 50) == monday
    assert USUAL.after_open_minutes(friday, 30) == local("2026-11-20 17:30")
    assert ROUND_THE_CLOCK.open_minutes_between(friday, monday) == 64 * 60 + 20


@given(HOURS, MOMENTS)
@settings(deadline=None)  # other tests may keep the machine busy
def test_the_next_opening_is_the_first_open_moment(hours: OpeningHours, at: datetime) -> None:
    opening = hours.next_opening(at)
    assert hours.is_open(at) == (opening == at)
    if opening is None:
        assert hours.open_minutes_between(at, at + HORIZON) == 0
    else:
        assert at <= opening
        assert hours.is_open(opening)
        assert hours.open_minutes_between(at, opening) == 0


@given(HOURS, MOMENTS, st.integers(0, 3000))
@settings(deadline=None)  # other tests may keep the machine busy
def test_after_so_many_open_minutes_so_many_were_open(hours: OpeningHours, at: datetime, minutes: int) -> None:
    reached = hours.after_open_minutes(at, minutes)
    assert reached >= at + timedelta(minutes=minutes)
    if any(hours.week.values()):  # so something opens every week, holidays apart
        assert hours.open_minutes_between(at, reached) == pytest.approx(minutes)


@given(HOURS, MOMENTS, st.floats(0, 5000), st.floats(0, 5000))
@settings(deadline=None)  # other tests may keep the machine busy
def test_more_minutes_never_end_earlier(hours: OpeningHours, at: datetime, few: float, more: float) -> None:
    few, more = sorted((few, more))
    assert hours.after_open_minutes(at, few) <= hours.after_open_minutes(at, more)


@given(HOURS, MOMENTS, st.floats(0, 20_000), st.floats(0, 20_000))
@settings(deadline=None)  # other tests may keep the machine busy
def test_minutes_add_up(hours: OpeningHours, at: datetime, first: float, second: float) -> None:
    middle = at + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    parts = hours.open_minutes_between(at, middle) + hours.open_minutes_between(middle, end)
    assert parts == pytest.approx(hours.open_minutes_between(at, end), abs=1e-6)


@pytest.mark.parametrize(
    "day",
    [
        [["12:00", "09:00"]],
        [["09:00", "09:00"]],
        [["09:00", "12:00"], ["11:00", "13:00"]],
        [["09:00", "25:00"]],
        [["09:60", "10:00"]],
        [["09:00"]],
        [["morning", "noon"]],
        [["٠٩:٠٠", "١٢:٠٠"]],
    ],
)
def test_faulty_hours_are_refused(day: Day) -> None:
    with pytest.raises(Invalid):
        OpeningHours({"0": day})
    with pytest.raises(Invalid):
        OpeningHours(DEFAULT_WEEK, {date(2026, 11, 20): day})


def test_an_unknown_weekday_is_refused() -> None:
    with pytest.raises(Invalid):
        OpeningHours({"7": []})


def test_spans_that_touch_are_one() -> None:
    assert spans_of([["13:00", "14:00"], ["9:00", "13:00"]]) == ((540, 840),)


READ = [
    ("周一至周五 9:00-12:00 13:30-17:30", DEFAULT_WEEK),
    ("星期一到星期五　９：００－１２：００、１３：３０－１７：３０", DEFAULT_WEEK),
    ("周一到五9:00~12:00，13:30~17:30。", DEFAULT_WEEK),
    ("周一-周五：9:00—12:00 和 13:30至17:30；周六日 休息", DEFAULT_WEEK),
    ("周六、周日 9:00-12:00", {"5": [["09:00", "12:00"]], "6": [["09:00", "12:00"]]}),
    ("礼拜天 8:00-9:00", {"6": [["08:00", "09:00"]]}),
    ("周五至周一 8:00-9:00", {str(day): [["08:00", "09:00"]] for day in (0, 4, 5, 6)}),
    ("周一 9:00-10:00\n周三 全天", {"0": [["09:00", "10:00"]], "2": [["00:00", "24:00"]]}),
    ("每天 全天", {str(day): [["00:00", "24:00"]] for day in range(7)}),
    ("每天 休息", {}),
]


@pytest.mark.parametrize(("typed", "week"), READ)
def test_hours_are_read_as_people_type_them(typed: str, week: Week) -> None:
    assert parse_hours(typed) == week


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "还没写时间"),
        ("；", "还没写时间"),
        ("9:00-12:00", "星期几"),
        ("工作时间 9:00-12:00", "星期几"),
        ("周八 9:00-12:00", "哪几天"),
        ("周一至 9:00-12:00", "哪几天"),
        ("周一", "看不懂"),
        ("周一 上午", "看不懂"),
        ("周一 下午1:30-5:30", "看不懂"),
        ("周一 9:00", "看不懂"),
        ("周一 12:00-9:00", "晚于"),
        ("周一 9:00-12:00 11:00-13:00", "重叠"),
        ("周一 9:00-25:00", "看不懂"),
        ("周一 9:00-10:00；周一至周三 13:00-14:00", "两次"),
        ("周一周一 9:00-10:00", "两次"),
    ],
)
def test_what_cannot_be_read_is_said_in_chinese(typed: str, told: str) -> None:
    with pytest.raises(Invalid) as raised:
        parse_hours(typed)
    assert told in raised.value.message


def test_hours_are_written_in_one_line() -> None:
    assert format_hours(DEFAULT_WEEK) == "周一至周五 9:00-12:00 13:30-17:30"
    week = parse_hours("周六 9:00-12:00；周一至周三、周五 8:30-17:00；周日 9:00-12:00")
    assert format_hours(week) == "周一至周三、周五 8:30-17:00；周六、周日 9:00-12:00"


@given(WEEKS)
@settings(deadline=None)  # other tests may keep the machine busy
def test_what_is_written_is_read_again(week: Week) -> None:
    again = parse_hours(format_hours(week))
    usual = {weekday: spans_of(day) for weekday, day in week.items() if day}
    assert {weekday: spans_of(day) for weekday, day in again.items()} == usual
    assert parse_hours(format_hours(again)) == again


@given(st.text(alphabet="周星期一二五日至、-9:0 12；休息全天", max_size=30))
@settings(deadline=None)  # other tests may keep the machine busy
def test_nothing_typed_raises_anything_else(typed: str) -> None:
    with contextlib.suppress(Invalid):
        OpeningHours(parse_hours(typed))


def test_hours_of_one_day() -> None:
    assert parse_day("9:00-12:00 14:00-16:00") == [["09:00", "12:00"], ["14:00", "16:00"]]
    assert parse_day("休息") == []
    with pytest.raises(Invalid):
        parse_day("周一 9:00-12:00")


@pytest.mark.parametrize(
    ("opening", "at", "spoken"),
    [
        ("2026-11-20 13:30", "2026-11-20 12:10", "今天下午1点半"),
        ("2026-11-20 09:00", "2026-11-20 00:30", "今天上午9点"),
        ("2026-11-20 09:00", "2026-11-19 18:00", "明天上午9点"),
        ("2026-11-23 09:00", "2026-11-22 18:00", "明天上午9点"),
        ("2026-11-23 09:00", "2026-11-20 18:00", "下周一（11月23日）上午9点"),
        ("2026-11-20 09:00", "2026-11-16 18:00", "本周五（11月20日）上午9点"),
        ("2026-02-24 09:00", "2026-02-14 18:00", "2月24日（周二）上午9点"),
        ("2027-01-11 08:15", "2026-12-31 18:00", "2027年1月11日（周一）上午8点15分"),
        ("2026-11-20 12:00", "2026-11-20 10:00", "今天中午12点"),
        ("2026-11-20 18:30", "2026-11-20 10:00", "今天晚上6点半"),
        ("2026-11-21 00:00", "2026-11-20 10:00", "明天凌晨0点"),
        ("2026-11-20 14:05", "2026-11-20 10:00", "今天下午2点05分"),
    ],
)
def test_an_opening_is_told_as_one_says_it(opening: str, at: str, spoken: str) -> None:
    assert spoken_opening(local(opening).astimezone(UTC), local(at).astimezone(UTC)) == spoken
