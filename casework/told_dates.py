"""When something happened, as people tell it: "去年12月", "快一年了", "第十天". Pure.

What people say is rarely one day, so every time is a span of days, from the earliest to the latest that is meant.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

YEAR, MONTH, WEEK = 365, 30, 7
"""Days, as people reckon."""
NUMBER = r"[0-9]{1,4}|[零〇一二两俩三四五六七八九十]{1,3}"
"""A number as `number` reads it."""


@dataclass(frozen=True)
class Told:
    """A time in a text: where it stands (`start`, `end`), and the days that may be meant."""

    start: int
    end: int
    first: date
    last: date


Span = tuple[date, date]
Reader = Callable[[re.Match[str], date], Span | None]

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_PARTS = {"": (1, 31), "初": (1, 10), "上旬": (1, 10), "中": (10, 20), "中旬": (10, 20), "下旬": (20, 31)}
_PARTS |= {"底": (20, 31), "末": (20, 31)}
_FEASTS = {  # first and last day (month, day) that the name can mean; the lunar ones move
    "元旦": ((1, 1), (1, 3)),
    "春节": ((1, 20), (2, 25)),
    "过年": ((1, 20), (2, 25)),
    "清明": ((4, 3), (4, 6)),
    "五一": ((5, 1), (5, 5)),
    "端午": ((5, 28), (6, 26)),
    "中秋": ((9, 7), (10, 8)),
    "国庆": ((10, 1), (10, 8)),
    "年底": ((11, 20), (12, 31)),
    "年初": ((1, 1), (1, 31)),
}
_NEAR = (  # words, days ago at the most and at the least
    (r"大前[天日晚]", 3, 3),
    (r"前[天日晚](?!后)", 2, 2),
    (r"昨[天日晚夜儿早]", 1, 1),
    (r"今[天日早晚晨儿]|刚刚?才?|方才", 0, 0),
    (r"前几天|前些天|前两天", 7, 1),
    (r"好几天", 10, 3),
    (r"上上?个?(?:周|星期|礼拜)", 13, 1),
    (r"去年的?(?:今天|今日|这个?时候|这时候|现在)", YEAR + 10, YEAR - 10),
)


def told_dates(text: str, today: date) -> list[Told]:
    """Return the times of the past (today included) that a text names, in its order; vague ones are left out.

    Left out are also times that are no point in time: "一年内", "还有5天", "去年" without more.
    """
    found: list[Told] = []
    taken: list[tuple[int, int]] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(match.start() < end and match.end() > start for start, end in taken):
                continue
            taken.append(match.span())  # also where it cannot be read: no part of 2月30日 is another time
            if (span := read(match, today)) is not None:
                found.append(Told(*match.span(), *span))
    return sorted(found, key=lambda told: told.start)


def number(written: str) -> int:
    """Return the value of a number, in digits or, up to 99, in characters: `十一`, `二十`, `两`."""
    if written.isdigit() and written.isascii():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return int("".join(str(_DIGITS[character]) for character in written))
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)


def _ago(today: date, most: int, least: int) -> Span:
    return today - timedelta(days=min(most, 100 * YEAR)), today - timedelta(days=max(min(least, 100 * YEAR), 0))


def _within(year: int, month: int, day: int | None, part: str, today: date) -> Span | None:
    """Return the day, the part of the month or the month, as far as it is not in the future."""
    if not (1 <= month <= 12 and 1990 <= year <= today.year):
        return None
    length = monthrange(year, month)[1]
    low, high = (day, day) if day else _PARTS[part]
    if low > length:
        return None
    first, last = date(year, month, low), date(year, month, min(high, length))
    return (first, min(last, today)) if first <= today else None


def _calendar(match: re.Match[str], today: date) -> Span | None:
    year = int(match["year"])
    day = int(match["day"]) if match["day"] else None
    return _within(year + 2000 if year < 100 else year, int(match["month"]), day, match["part"] or "", today)


def _month(match: re.Match[str], today: date) -> Span | None:
    """Read a month; without a year the latest that has begun."""
    month, day, part = number(match["month"]), number(match["day"]) if match["day"] else None, match["part"] or ""
    if match["which"]:
        return _within(today.year - ("今", "去", "前").index(match["which"][0]), month, day, part, today)
    return _within(today.year, month, day, part, today) or _within(today.year - 1, month, day, part, today)


def _day_of_month(match: re.Match[str], today: date) -> Span | None:
    """Read "10号": the latest such day."""
    day = number(match["day"])
    before = today.replace(day=1) - timedelta(days=1)
    latest = today if 1 <= day <= today.day else before
    return _within(latest.year, latest.month, day, "", today) if day else None


def _last_month(match: re.Match[str], today: date) -> Span | None:
    end = today.replace(day=1) - timedelta(days=1)
    return _within(end.year, end.month, number(match["day"]) if match["day"] else None, match["part"] or "", today)


def _feast(match: re.Match[str], today: date) -> Span | None:
    low, high = _FEASTS[match["feast"]]
    year = today.year - (match["which"] in ("去", "去年") or (not match["which"] and date(today.year, *low) > today))
    first, last = date(year, *low), date(year, *high)
    return (first, min(last, today)) if first <= today else None


def _near(match: re.Match[str], today: date) -> Span:
    return next(_ago(today, most, least) for words, most, least in _NEAR if re.fullmatch(words, match[0]))


def _elapsed(match: re.Match[str], today: date) -> Span:
    """Read a time that has passed; whoever says eleven months means eleven and a bit."""
    unit, more = match["unit"], bool(match["some"] or match["over"])
    if match["amount"] == "半":
        return _ago(today, 205, 160) if unit == "年" else _ago(today, 17, 13)
    count = number(match["amount"])
    rest = number(match["rest"]) * (MONTH if match["rest_unit"] == "个月" else 1) if match["rest"] else 0
    if unit == "年":
        if rest or more:
            days = count * YEAR + rest
            return _ago(today, days + MONTH, days) if rest else _ago(today, days + YEAR, days + MONTH)
        return _ago(today, count * YEAR + 15, count * YEAR - 15)
    if "月" in unit:
        days = count * YEAR // 12 + (15 if "半" in unit else 0) + rest
        return _ago(today, days + (7 if rest or "半" in unit else MONTH), days)
    if unit in "天日":
        return _ago(today, count + (9 if more else 0), count)
    return _ago(today, count * WEEK + WEEK - 1, count * WEEK)


def _nearly(match: re.Match[str], today: date) -> Span:
    """Read "快一年了": its last twelfth."""
    whole = number(match["amount"]) * _length(match["unit"])
    return _ago(today, whole, whole - max(whole // 12, 3))


def _short_of(match: re.Match[str], today: date) -> Span:
    """Read "差三天一年"."""
    elapsed = YEAR - number(match["amount"]) * _length(match["unit"])
    return _ago(today, elapsed + 2, elapsed - 2)


def _length(unit: str) -> int:
    return YEAR if "年" in unit else MONTH if "月" in unit else 1 if unit in "天日" else WEEK


_PART = r"(?P<part>[上中下]旬|[初中底末](?!秋|专|午))?"
_UNIT = r"(?P<unit>年|个多?半?月|多个?月|个?多?(?:周|星期|礼拜)|[天日])"
_SHORT = rf"(?P<amount>{NUMBER})个?(?P<unit>[天日周月]|星期|礼拜)"
_SOON = r"(?:快要?|将近|接近|近|差不多|马上就?要?|眼看就?要?|眼瞅着就?要?|就要|即将|不到|不足|差点|没到|将)[有满到就]?"
_NO_TIME_AFTER = (
    r"(?!以?内|里(?!程)|之内|以上|以下|以后|之后|后|时效|期限|期|的?(?:合同|试用|工资|工钱|产假|假|社保|工龄))"
)

_NO_PAY_AFTER = r"(?!份?的?(?:发放?|工资|工钱|薪|补贴|奖金|提成|绩效|社保))"

_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (
            rf"(?P<year>(?:19|20)?[0-9]{{2}})年(?P<month>[0-9]{{1,2}})月份?(?:(?P<day>[0-9]{{1,2}})[日号]?)?{_PART}",
            _calendar,
        ),
        (
            r"(?P<year>20[0-9]{2})[.\-/](?P<month>[0-9]{1,2})(?:[.\-/](?P<day>[0-9]{1,2}))?(?P<part>)(?![0-9])",
            _calendar,
        ),
        (
            rf"(?P<which>[去今前]年)?的?(?P<month>{NUMBER})月份?(?:(?P<day>{NUMBER})[日号])?{_PART}{_NO_PAY_AFTER}",
            _month,
        ),
        (rf"上个?月(?:(?P<day>{NUMBER})[日号])?{_PART}", _last_month),
        (
            rf"(?<![月第0-9〇一二三四五六七八九十到])(?P<day>{NUMBER})号(?![线楼机院店车门厂岗信码仓区工])",
            _day_of_month,
        ),
        (_NEAR[-1][0], _near),
        (r"(?P<which>去)(?P<feast>年[底初])", _feast),
        (rf"(?P<which>去年|今年)?的?(?P<feast>{'|'.join(_FEASTS)})(?!劳动|十|[0-9])", _feast),
        (rf"(?:差|再过|再有){_SHORT}(?:就|才|便)?要?[满到够]?[一1]年", _short_of),
        (rf"[一1]年[就还]?只?差{_SHORT}", _short_of),
        (rf"{_SOON}(?P<amount>{NUMBER})(?P<unit>年|个月|个?(?:周|星期|礼拜)){_NO_TIME_AFTER}", _nearly),
        (
            rf"(?<![有剩差过前])第?(?P<amount>{NUMBER}|半)(?P<some>[几多来])?{_UNIT}(?P<over>多|半|几)?"
            rf"(?:[零又](?P<rest>{NUMBER})(?P<rest_unit>个月|天))?{_NO_TIME_AFTER}",
            _elapsed,
        ),
        ("|".join(words for words, *_ in _NEAR), _near),
    )
)
