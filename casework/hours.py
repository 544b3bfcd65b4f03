"""When a department is open: its week, public holidays and make-up workdays, days of its own. Pure.

Public holidays and make-up workdays (调休) come from the library `chinese_calendar`, which knows them up to a year that
the State Council has published. After that year (`KNOWN_UNTIL`) only what the law fixes by date is closed: 1 January,
1 and 2 May, 1 to 3 October (全国年节及纪念日放假办法, article 2); festivals of the lunar calendar and make-up workdays
are not known then, and a department enters them as days of its own.

A week is kept as `Department.hours` is: `{"0": [["09:00", "12:00"], ["13:30", "17:30"]]}`, "0" for Monday, local
times of day, `24:00` for midnight at the end of a day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar  # type: ignore[import-untyped]  # it publishes no type information

from casework.errors import Invalid

Day = Sequence[Sequence[str]]
"""The spans of one day, each `["HH:MM", "HH:MM"]`; empty for a closed day."""
Week = Mapping[str, Day]
Spans = tuple[tuple[int, int], ...]
"""The same in minutes since midnight, in order, without gaps of no length."""

ZONE = ZoneInfo("Asia/Shanghai")
HORIZON = timedelta(days=60)
"""How far ahead an opening is looked for; the longest holiday has nine days."""
KNOWN_UNTIL = int(max(chinese_calendar.constants.holidays).year)
"""The last year whose holidays are known day by day."""
DEFAULT_WEEK: dict[str, list[list[str]]] = {
    str(weekday): [["09:00", "12:00"], ["13:30", "17:30"]] for weekday in range(5)
}

_FIXED_HOLIDAYS = {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}
_WEEKDAYS = "一二三四五六日"
_MIDNIGHT = 24 * 60
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class OpeningHours:
    """A department's usual week and the days on which it keeps other hours; raises `Invalid` for faulty ones.

    A day of its own wins over everything. Else a public holiday is closed, and a make-up workday has the hours of
    Monday (its own weekday's where Mondays are closed).
    """

    week: Week
    days: Mapping[date, Day] = field(default_factory=dict)

    def __post_init__(self) -> None:
        unknown = set(self.week) - {str(weekday) for weekday in range(7)}
        if unknown:
            raise Invalid("每周的时间只认周一到周日")
        for day in (*self.week.values(), *self.days.values()):
            spans_of(day)

    def is_open(self, at: datetime) -> bool:
        """Tell whether the department is open at this moment; `at` has a zone, as every time below."""
        return self.next_opening(at) == at

    def next_opening(self, at: datetime) -> datetime | None:
        """Return the first open moment from `at` on, `at` itself while open; None when there is none in 60 days."""
        first = next(self._spans(at, at + HORIZON), None)
        return max(at, first[0]) if first else None

    def open_minutes_between(self, a: datetime, b: datetime) -> float:
        """Return for how many minutes the department is open from `a` to `b`; 0 when `b` is not later."""
        return sum((min(end, b) - max(start, a)) / timedelta(minutes=1) for start, end in self._spans(a, b))

    def after_open_minutes(self, at: datetime, minutes: float) -> datetime:
        """Return the moment when so many open minutes have passed since `at`.

        Where nothing opens within 60 days the rest is counted by the clock, so that nobody is forgotten.
        """
        left = timedelta(minutes=max(minutes, 0))
        while left:
            stretch = next(self._spans(at, at + HORIZON), None)
            if stretch is None:
                break
            start = max(at, stretch[0])
            at = min(start + left, stretch[1])
            left -= at - start
        return at + left

    def _spans(self, a: datetime, b: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the open spans, from start to end in local time, that lie at least partly between `a` and `b`."""
        day = a.astimezone(ZONE).date()
        while (midnight := datetime.combine(day, time(), ZONE)) < b:
            for opens, closes in self._on(day):
                start, end = midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)
                if start < b and end > a:
                    yield start, end
            day += _ONE_DAY

    def _on(self, day: date) -> Spans:
        if day in self.days:
            return spans_of(self.days[day])
        if is_public_holiday(day):
            return ()
        usual = self.week.get(str(day.weekday()), ())
        return spans_of((self.week.get("0") or usual) if is_make_up_workday(day) else usual)


def is_public_holiday(day: date) -> bool:
    """Tell whether people are off because of a holiday, the days given for it included; a plain weekend is none."""
    if day.year > KNOWN_UNTIL:
        return (day.month, day.day) in _FIXED_HOLIDAYS
    return day in chinese_calendar.constants.holidays


def is_make_up_workday(day: date) -> bool:
    """Tell whether a Saturday or Sunday is worked to make up for a holiday (调休); unknown after `KNOWN_UNTIL`."""
    return day in chinese_calendar.constants.workdays


def spans_of(day: Day) -> Spans:
    """Return a day's spans in minutes since midnight, in order, those that touch as one.

    Raises `Invalid` when one is no span of time, ends before it begins, or overlaps another.
    """
    spans = sorted(_span(pair) for pair in day)
    joined: list[tuple[int, int]] = []
    for opens, closes in spans:
        if joined and opens < joined[-1][1]:
            raise Invalid(f"时间重叠了：{_clock(opens)}-{_clock(closes)}")
        if joined and opens == joined[-1][1]:
            joined[-1] = (joined[-1][0], closes)
        else:
            joined.append((opens, closes))
    return tuple(joined)


def _span(pair: Sequence[str]) -> tuple[int, int]:
    if len(pair) != 2:
        raise Invalid("每段时间要有开始和结束，例如 9:00-12:00")
    opens, closes = (_minutes(clock) for clock in pair)
    if opens >= closes:
        raise Invalid(f"结束要晚于开始：{pair[0]}-{pair[1]}")
    return opens, closes


def _minutes(clock: str) -> int:
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", str(clock))
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if not found or int(found[2]) > 59 or minutes > _MIDNIGHT:
        raise Invalid(f"看不懂这个时间：{clock}，请写成 9:00")
    return minutes


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


# The one-line notation, for people who type hours.

_NAMES = r"(?:周|星期|礼拜)?([一二三四五六日天])"
_RANGE = re.compile(rf"{_NAMES}(?:(?:至|到|-){_NAMES})?")
_DAYS = re.compile(r"^(每天|(?:(?:周|星期|礼拜)[一二三四五六日天、,和至到\-周星期礼拜]*))")
_SPAN = re.compile(r"([0-9]{1,2}:[0-9]{2})(?:-|至|到)([0-9]{1,2}:[0-9]{2})")
_EXAMPLE = "例如：周一至周五 9:00-12:00 13:30-17:30；周六 9:00-12:00"


def parse_hours(text: str) -> dict[str, list[list[str]]]:
    """Read `周一至周五 9:00-12:00 13:30-17:30；周六 9:00-12:00` as a week; a day that is not named is closed.

    `每天`, `周一、周三`, `全天` and `休息` are understood as well. Raises `Invalid` with what to change.
    """
    parts = [part.strip() for part in re.split(r"[;。\n]", _plain(text)) if part.strip()]
    if not parts:
        raise Invalid(f"还没写时间，{_EXAMPLE}")
    week: dict[str, list[list[str]]] = {}
    for part in parts:
        weekdays, spans = _part(part)
        for weekday in weekdays:
            if weekday in week:
                raise Invalid(f"周{_WEEKDAYS[int(weekday)]}写了两次，请合在一起写")
            week[weekday] = spans
    return {weekday: week[weekday] for weekday in sorted(week) if week[weekday]}


def format_hours(week: Week) -> str:
    """Return a week in the notation that `parse_hours` reads, days with the same hours together."""
    same: dict[Spans, list[int]] = {}
    for weekday in range(7):
        if spans := spans_of(week.get(str(weekday), ())):
            same.setdefault(spans, []).append(weekday)
    if not same:
        return "每天 休息"
    return "；".join(f"{_named(days)} {_written(spans)}" for spans, days in same.items())


def parse_day(text: str) -> list[list[str]]:
    """Read the hours of one day: `9:00-12:00 13:30-17:30`, `全天`, `休息`. Raises `Invalid`."""
    hours = _plain(text).strip(" :,、")
    if hours in ("休息", "不开放", "关闭", "不上班"):
        return []
    if hours in ("全天", "24小时"):
        return [["00:00", "24:00"]]
    if not hours or _SPAN.sub("", hours).strip(" ,、和"):
        raise Invalid(f"看不懂“{hours or text}”这个时间，{_EXAMPLE}")
    return [[_padded(opens), _padded(closes)] for opens, closes in spans_of(_SPAN.findall(hours))]


def _plain(text: str) -> str:
    return re.sub(r"[~—–―－]+", "-", unicodedata.normalize("NFKC", text))


def _part(part: str) -> tuple[list[str], list[list[str]]]:
    found = _DAYS.match(part)
    if not found:
        raise Invalid(f"“{part}”开头要写星期几，{_EXAMPLE}")
    return _weekdays(found[1]), parse_day(part[found.end() :])


def _weekdays(named: str) -> list[str]:
    if named == "每天":
        return [str(weekday) for weekday in range(7)]
    if _RANGE.sub("", named).strip("、,和"):
        raise Invalid(f"看不懂“{named}”是哪几天，{_EXAMPLE}")
    days: list[str] = []
    for first, last in _RANGE.findall(named):
        start = _WEEKDAYS.index(first.replace("天", "日"))
        end = _WEEKDAYS.index(last.replace("天", "日")) if last else start
        days += [str((start + offset) % 7) for offset in range((end - start) % 7 + 1)]
    return days


def _named(days: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    names = [
        f"周{_WEEKDAYS[run[0]]}至周{_WEEKDAYS[run[-1]]}"
        if len(run) > 2
        else "、".join(f"周{_WEEKDAYS[d]}" for d in run)
        for run in runs
    ]
    return "、".join(names)


def _written(spans: Spans) -> str:
    return " ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)


def _padded(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


# How an opening is told to a worker.


def spoken_opening(opening: datetime, at: datetime) -> str:
    """Say when people are back, as one says it at the moment `at`: `今天下午1点半`, `下周一（11月23日）上午9点`."""
    local = opening.astimezone(ZONE)
    return _spoken_day(local.date(), at.astimezone(ZONE).date()) + _spoken_time(local)


def _spoken_day(day: date, today: date) -> str:
    away = (day - today).days
    if away in (0, 1):
        return "今天" if away == 0 else "明天"
    weeks = (day - timedelta(days=day.weekday()) - (today - timedelta(days=today.weekday()))).days // 7
    weekday, written = f"周{_WEEKDAYS[day.weekday()]}", f"{day.month}月{day.day}日"
    if weeks in (0, 1):
        return f"{('本', '下')[weeks]}{weekday}（{written}）"
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{written}（{weekday}）"


def _spoken_time(at: datetime) -> str:
    hour = at.hour
    part = next(
        word for until, word in ((6, "凌晨"), (12, "上午"), (13, "中午"), (18, "下午"), (24, "晚上")) if hour < until
    )
    minutes = {0: "", 30: "半"}.get(at.minute, f"{at.minute:02}分")
    return f"{part}{hour if hour <= 12 else hour - 12}点{minutes}"
