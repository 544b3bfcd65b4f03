"""A day, or the span in which it lies: 2025.3.1, 去年十月, 上个月15号, 今年春节后. Pure.

Most ways of telling a time are read by `casework/told_dates.py`. Here stand those that are an answer only, not a time
in a story: plain figures, years and halves of a year, days of a week, and times to come.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from casework.readers.plain import plain
from casework.readers.unreadable import Code, Unreadable
from casework.told_dates import Told, number, told_dates

OLDEST = 1930
LATEST = 20
"""Years to come of which somebody tells."""


@dataclass(frozen=True)
class DateSpan:
    """The first and the last day that may be meant; one day where she told it."""

    first: date
    last: date


Reader = Callable[[re.Match[str], date], "tuple[date, date]"]
_HAN_DIGITS = "〇零一二三四五六七八九"
_YEAR_DIGITS = str.maketrans(_HAN_DIGITS, "00123456789")
_HAN = "一二三四五六七八九十"

_TWO_MONTHS = {_HAN[at : at + 2]: (at + 1, at + 2) for at in range(8)} | {"十一二": (11, 12), "十一十二": (11, 12)}
_REWRITTEN: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<=[\d年月上个这去今前])\s+(?=[\d年月日号个 ]*[年月日号])"), lambda _: ""),
    (
        re.compile(rf"[{_HAN_DIGITS}]{{4}}(?=年|$)|[{_HAN_DIGITS}]{{2}}(?=年[{_HAN}\d]{{1,3}}月)"),
        lambda found: found[0].translate(_YEAR_DIGITS),
    ),
    (
        re.compile(rf"(?P<year>[去今前]年的?|\d+年)?(?<![{_HAN}])(?P<months>{'|'.join(_TWO_MONTHS)})月"),
        lambda found: f"{found['year'] or ''}{{}}月到{found['year'] or ''}{{}}月".format(*_TWO_MONTHS[found["months"]]),
    ),
    (re.compile(rf"(?<![几多{_HAN}])[{_HAN}]{{1,3}}(?=[月号日])(?!月[前后])"), lambda found: _in_digits(found[0])),
    (re.compile(rf"(?<=月)[{_HAN}]{{1,3}}(?![{_HAN}个天日号点时年月])"), lambda found: _in_digits(found[0])),
    (re.compile(r"(?<=\d月)\d{1,2}(?![\d个天多点时:日号年月])"), lambda found: found[0] + "号"),
    (re.compile(r"(?<=\d)\s*[。,、]\s*(?=\d)"), lambda _: "."),
    (re.compile(r"大年三十|年三十|除夕"), lambda _: "春节"),
    (re.compile(r"五一劳动节|劳动节"), lambda _: "五一"),
    (re.compile(r"国庆节|十一假期|十一黄金周|国庆假期"), lambda _: "国庆"),
    (re.compile(rf"过完年|正月(?:初?[{_HAN}\d]{{1,3}})?"), lambda _: "过年后"),
    (re.compile(rf"腊月(?:[{_HAN}\d]{{1,3}})?"), lambda _: "过年前"),
    (re.compile(r"(?<![\d.\-/])\d{1,2}(?=[-~到至]\d{1,2}月)"), lambda found: found[0] + "月"),
    (
        re.compile(r"(?P<month>\d{1,2}月)(?P<first>\d{1,2}[日号]?[到至~-])(?=\d{1,2}[日号])"),
        lambda found: found[0] + found["month"],
    ),
    (
        re.compile(
            r"(?P<year>[去今前]年|"
            r"\d+年)(?P<first>(?P<low>\d{1,2})月(?:\d{1,2}[日号])?[到至~-])(?=(?P<high>\d{1,2})月)"
        ),
        lambda found: found[0] + (found["year"] if int(found["high"]) >= int(found["low"]) else ""),
    ),
)


def read_date(text: str, today: date, *, future: bool = False) -> DateSpan:
    """Return when something was, or with `future` will be.

    Raises `Unreadable` (`no_date`, `no_such_day`, `future`, `too_early`, `vague`, `two`).
    """
    told = _rewritten(plain(text))
    if _LUNAR.search(told):
        raise Unreadable("vague")
    spans, rest = _own(told, today, future)
    spans += told_dates(rest, today)
    if not spans:
        raise Unreadable(_why(told))
    first, last = _one(sorted(spans, key=lambda span: span.start), told)
    if first.year < OLDEST:
        raise Unreadable("too_early")
    if first > today and not future:
        raise Unreadable("future")
    return DateSpan(first, last if future else min(last, today))


def _rewritten(told: str) -> str:
    for pattern, new in _REWRITTEN:
        told = pattern.sub(new, told)
    return told


def _one(spans: list[Told], told: str) -> tuple[date, date]:
    """Return the one time that is told: a narrower one within a wider, or all from one to another."""
    first, last = spans[0].first, spans[0].last
    for before, span in pairwise(spans):
        if _UNTIL.fullmatch(told[before.end : span.start]):
            first = first if first <= span.last else date(first.year - 1, first.month, min(first.day, 28))
            last = span.last
        elif first <= span.first and span.last <= last:
            first, last = span.first, span.last
        elif not (span.first <= first and last <= span.last):
            raise Unreadable("two")
    return first, last


def _why(told: str) -> Code:
    if re.search(r"(?<!\d)\d{1,2}[号日月]", told):
        return "no_such_day"
    return "vague" if _VAGUE.search(told) else "no_date"


def _own(told: str, today: date, future: bool) -> tuple[list[Told], str]:
    """Return the times that are read here, and the text without them."""
    spans: list[Told] = []
    for pattern, read in _READERS:
        while match := pattern.search(told):
            first, last = read(match, today) if not future or read is not _month_of_this_year else _next(match, today)
            spans.append(Told(*match.span(), first, last))
            told = told[: match.start()] + "#" * len(match[0]) + told[match.end() :]
    return spans, told


def _in_digits(written: str) -> str:
    try:
        return str(number(written))
    except (ValueError, KeyError):
        return written


def _day(year: int, month: int, day: int | None) -> tuple[date, date]:
    if not (1 <= month <= 12 and 1 <= year <= 9999) or (day is not None and not 1 <= day <= monthrange(year, month)[1]):
        raise Unreadable("no_such_day")
    length = monthrange(year, month)[1]
    return date(year, month, day or 1), date(year, month, day or length)


def _full_year(written: str, today: date) -> int:
    year = int(written)
    if len(written) > 2:
        return year
    return year + (2000 if year <= today.year % 100 + LATEST else 1900)


def _calendar(match: re.Match[str], today: date) -> tuple[date, date]:
    day = match["day"]
    return _day(_full_year(match["year"], today), int(match["month"]), int(day) if day else None)


def _month_of_this_year(match: re.Match[str], today: date) -> tuple[date, date]:
    """Read 3.15 or 3月15: the latest."""
    month, day = int(match["month"]), int(match["day"])
    first, last = _day(today.year if (month, day) != (2, 29) else 2024, month, day)
    return (first, last) if first <= today else _day(today.year - 1, month, day)


def _next(match: re.Match[str], today: date) -> tuple[date, date]:
    month, day = int(match["month"]), int(match["day"])
    first, last = _day(today.year, month, day)
    return (first, last) if first >= today else _day(today.year + 1, month, day)


def _named_year(match: re.Match[str], today: date) -> tuple[date, date]:
    """Read a year, a half of it or a season."""
    year = _year(match, today)
    if not 1 <= year <= 9998:
        raise Unreadable("no_such_day")
    first, last = next(((low, high) for words, low, high in _PARTS_OF_YEAR if match["part"] in words), (1, 12))
    return date(year, first, 1), _day(year + (last > 12), (last - 1) % 12 + 1, None)[1]


def _year(match: re.Match[str], today: date) -> int:
    written = match["year"] or match.groupdict().get("only")
    return _full_year(written, today) if written else today.year + _YEARS[match["which"]]


def _month_of_year(match: re.Match[str], today: date) -> tuple[date, date]:
    return _day(_year(match, today), int(match["month"]), int(match["day"]) if match["day"] else None)


def _feast(match: re.Match[str], today: date) -> tuple[date, date]:
    """Read 2024年春节 as one would have read 今年春节 at the end of that year."""
    year = _year(match, today)
    if not OLDEST <= year <= 9998:
        raise Unreadable("no_such_day")
    (told,) = told_dates(f"今年{match['feast']}", date(year, 12, 31))
    return told.first, told.last


def _month_from_now(match: re.Match[str], today: date) -> tuple[date, date]:
    """Read 这个月3号, 下个月, 上上个月."""
    which = match["which"]
    months = -which.count("上") if "上" in which else which.count("下")
    count = today.year * 12 + today.month - 1 + months
    day = int(match["day"]) if match["day"] else None
    first, last = _day(count // 12, count % 12 + 1, day)
    if match["part"]:
        low, high = {"初": (1, 10), "中": (10, 20)}.get(match["part"][:1], (20, last.day))
        first, last = first.replace(day=low), first.replace(day=high)
    return first, last


def _weekday(match: re.Match[str], today: date) -> tuple[date, date]:
    """Read 上周五, 这周一; a day of the week alone is the latest."""
    which = match["which"] or ""
    weekday = "一二三四五六日天".index(match["weekday"].translate(_WEEKDAYS)) % 7 if match["weekday"] != "天" else 6
    weeks = which.count("下") - which.count("上")
    found = today - timedelta(days=today.weekday()) + timedelta(days=weekday + 7 * weeks)
    if not which and found > today:
        found -= timedelta(days=7)
    return found, found


def _week(match: re.Match[str], today: date) -> tuple[date, date]:
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * match["which"].count("下"))
    return monday, monday + timedelta(days=6)


def _days_to_come(match: re.Match[str], today: date) -> tuple[date, date]:
    days = {"明": 1, "后": 2, "大": 3}[match[0][0]]
    return today + timedelta(days=days), today + timedelta(days=days)


def _lately(match: re.Match[str], today: date) -> tuple[date, date]:
    return today - timedelta(days=30 if "最近" in match[0] or "近期" in match[0] else 7), today


def _around_new_year(match: re.Match[str], today: date) -> tuple[date, date]:
    """Read 今年春节后 and 过年前: the weeks after or before it, whose day moves."""
    named, after = match["which"] or match["year"], "后" in match["side"]
    year = _year(match, today) if named else today.year
    if not OLDEST <= year <= 9998:
        raise Unreadable("no_such_day")
    if not named and date(year, 1, 21 if after else 1) > today:
        year -= 1
    if after:
        return date(year, 1, 21), date(year, 3, 31)
    return date(year - 1, 12, 1), date(year, 2, 20)


_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "明年": 1, "后年": 2}
_WEEKDAYS = str.maketrans("1234567", "一二三四五六日")
_PARTS_OF_YEAR = (
    (("春天", "春季", "开春"), 3, 5),
    (("夏天", "夏季"), 6, 8),
    (("秋天", "秋季"), 9, 11),
    (("冬天", "冬季"), 12, 14),
    (("上半年",), 1, 6),
    (("下半年",), 7, 12),
    (("暑假", "暑期"), 7, 8),
    (("寒假",), 1, 2),
    (("年初", "初"), 1, 2),
    (("年底", "年末", "底", "末"), 11, 12),
    (("年中", "中"), 6, 7),
)
_PARTS = "|".join(word for words, *_ in _PARTS_OF_YEAR for word in words)
_NAMED = (
    r"(?:(?P<which>大前年|前年|去年|今年|明年|后年)|(?<![\d了满整过第])(?P<year>(?:19|20)\d\d|"
    r"1[6-9]|[2-3]\d)年)度?的?"
)
_UNTIL = re.compile(r"\s*(?:开始)?\s*(?:到|至|-|~|—|–)+\s*")
_VAGUE = re.compile(
    r"记不|忘了|忘记|不记得|不知道|不清楚|不晓得|很久|好久|以前|之前|早就|前段时间|前阵|有段时间|"
    r"好几|几年|几个月|近几|不久|将来"
)
_LUNAR = re.compile(r"[农阴旧]历(?!年)")
_SEP = r"[.\-/ ]"
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?<!\d)(?P<year>(?:1[89]|2\d)?\d{{2}}){_SEP}(?P<month>\d{{1,2}}){_SEP}(?P<day>\d{{1,2}})(?!\d)", _calendar),
        (r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?!\d)", _calendar),
        (r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>)(?!\d)", _calendar),
        (
            r"(?<!\d)(?P<year>(?:19|20)?\d{2})年的?(?P<month>\d{1,2})月份?(?P<day>\d{1,2})(?:[日号](?!线|"
            r"楼|机))?(?!\d)",
            _calendar,
        ),
        (
            r"(?<!\d)(?P<year>(?:19|20)?\d{2})年的?(?P<month>\d{1,2})月(?!\d)份?(?![上中下]旬|"
            r"[初中底末])(?P<day>)",
            _calendar,
        ),
        (rf"(?<!\d)(?P<year>20\d\d){_SEP}(?P<month>\d{{1,2}})(?![\d{_SEP[1:-1]}])(?P<day>)", _calendar),
        (r"^(?P<month>\d{1,2})[.\-/](?P<day>\d{1,2})$", _month_of_this_year),
        (
            rf"{_NAMED}(?P<month>\d{{1,2}})月份?(?:(?P<day>\d{{1,2}})[日号])?(?!份?(?:[上中下]旬|[初中底末]))",
            _month_of_year,
        ),
        (r"(?<![\d年])(?P<month>\d{1,2})月份?(?P<day>\d{1,2})[日号]", _month_of_this_year),
        (
            r"(?P<which>上上|下下?|这|本|当)个?月的?(?:份)?(?:(?P<day>\d{1,2})(?:[日号]|"
            r"$))?(?P<part>[上中下]旬|[初中底末])?",
            _month_from_now,
        ),
        (
            r"(?P<which>(?:上上?|这|本|下下?)个?)?(?:周|星期|"
            r"礼拜)(?P<weekday>[一二三四五六日天1-7])(?![年月个小多])",
            _weekday,
        ),
        (r"(?P<which>这|本|下下?)个?(?:周|星期|礼拜)", _week),
        (r"大后天|后天|明[天早晚日儿]", _days_to_come),
        (r"这几天|这两天|最近|近期|刚刚才", _lately),
        (
            rf"(?:{_NAMED})?(?:春节|过年|(?<![\d一二三四五六七八九十两几半多个来去今前明后])年)"
            r"(?:完)?的?(?P<side>以?之?[后前])(?!后)",
            _around_new_year,
        ),
        (rf"{_NAMED}(?P<feast>春节|过年|清明|五一|端午|中秋|国庆|元旦)", _feast),
        (
            rf"(?:{_NAMED}|^(?P<only>(?:19|20)\d\d)$)(?P<part>{_PARTS})?(?![\d{_HAN}前了多来半以之后里内]|"
            rf"的?(?:今[天日]|这|现在|那)|工龄)",
            _named_year,
        ),
    )
)
