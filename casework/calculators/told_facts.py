"""Read from a worker's own words what the calculators ask: hours, days, grades, terms. Pure.

Only what is said plainly, and once: two numbers for the same thing, or a guess (三个多月, 十来个小时), are none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from casework.calculators.calculation import plain
from casework.calculators.probation import term_of
from casework.calculators.told import leave_told, pay_told, service_told
from casework.told_dates import NUMBER, number, told_dates

Facts = dict[str, Any]
"""Answers by the questions' ids (casework/calculators/ask.py)."""
SPAN = timedelta(days=31)
"""How far the days may lie apart that a time can mean: a month, not a year."""
MOST_HOURS = 744
"""Hours of a month: more is no overtime."""

_ABOUT = r"(?![多几来左]|\s*-|\s*到)"
_COUNT = rf"(?P<count>{NUMBER}|[0-9]{{1,3}}\.[0-9])"
_HOURS = rf"(?:一共|总共|共|大概|差不多|都|就|要|我|给|了|上|干|的|有|\s)*{_COUNT}\s*个?(?:小时|钟头){_ABOUT}"
_WORK = r"(?:加了?班|上了?班|加|上|干活|干|值班)"
_WEEKDAY = re.compile(rf"(?:平时|工作日|周一到周五|下班后|晚上)(?:一共|总共|每天|天天|都|要|也|的|\s)*{_WORK}{_HOURS}")
_DAILY = re.compile(rf"(?:每天|天天|每晚)(?:都|要|得|还|也|晚上|下班后|平均|\s)*加了?班{_HOURS}")
_REST_DAY = re.compile(
    rf"(?:周末|周六日?|周日|星期[六日天]|礼拜[六日天]|双休日?|休息日|休息天)(?:都|要|得|还|也|一共|总共|\s)*{_WORK}{_HOURS}"
)
_HOLIDAY = re.compile(
    rf"(?:法定节?假日|节假日|法定节日|元旦|除夕|清明节?|五一|端午节?|中秋节?)(?:都|要|得|还|也|一共|总共|当天|那天|\s)*{_WORK}{_HOURS}"
)
_A_MONTH = re.compile(rf"(?:一共|总共|干了|加了|上了|连着)\s*(?P<count>{NUMBER})\s*个月{_ABOUT}")
_GRADE = re.compile(r"(?P<count>[一二三四五六七八九十]|10|[1-9])\s*级(?![甲乙丙别工残])")
_GRADED = re.compile(r"工伤|伤残|鉴定|评残|评了|评的|定了|评为|定为")
_TERM = re.compile(
    rf"(?:签|合同)(?:了|的|是|期限|期|订|劳动合同|一共|就|\s)*(?P<count>{NUMBER}|半)\s*(?P<unit>年|个月){_ABOUT}"
    rf"|(?P<count2>{NUMBER}|半)\s*(?P<unit2>年|个月)(?:期)?的?(?:劳动)?合同"
)
_OPEN_ENDED = re.compile(r"无固定期限")
_SERVED = re.compile(
    rf"试用期?(?:已经|都|就|是|要|了|过了|干了|约定|写|定|\s|[:：，,])*(?P<count>{NUMBER}|半)\s*(?P<unit>年|个月){_ABOUT}"
)
_YUAN = r"(?P<money>[0-9]{3,6}(?:\.[0-9]+)?)(?![0-9多几来天年月])"
_AFTER_PROBATION = re.compile(rf"转正(?:后|以后|了)?(?:的|每月|一个月|月薪|工资|是|发|拿|给|到|\s|[:：])*{_YUAN}")
_IN_PROBATION = re.compile(rf"试用期?(?:间|内|里)?(?:的|每月|一个月|月薪|工资|只|才|是|发|拿|给|\s|[:：])*{_YUAN}")
_LAST_MONTH = re.compile(rf"(?:上个月|上月|前一个月)(?:的|应发|实发|工资|是|发|拿|了|\s|[:：])*{_YUAN}")
_YEARS_OF_WORK = re.compile(
    rf"(?:总工龄|累计工龄|工龄|累计工作|参加工作)(?:一共|总共|有|满|已经|了|是|\s)*(?P<count>{NUMBER})\s*年{_ABOUT}"
)
_PREGNANT = re.compile(
    rf"(?:怀孕?|孕)(?:了|满|已经|到|\s)*(?P<count>{NUMBER})\s*个月{_ABOUT}"
    rf"|(?P<count2>{NUMBER})个月(?:的时候)?(?:流产|胎停|引产|小产)"
)
_LOST = re.compile(r"流产|胎停|小产|引产")
_CHILDREN = {"双胞胎": 2, "龙凤胎": 2, "三胞胎": 3, "四胞胎": 4}

_CALENDAR = re.compile(r"(?<![个半])月|[0-9]{4}[.\-/]")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}\s*[年.\-/]")
_WITH_YEAR = re.compile(r"(?:19|20)?[0-9]{2}\s*年|20[0-9]{2}[.\-/]|[今去前]年")
_YESTERDAY = re.compile(r"昨[天日晚]|前[天日]")
_NO_BIRTH_TOLD = re.compile(r"剖|算不?算?是?难产|难产假|难产[和跟与]|[和跟与]难产|难产证明")

_BEGAN = r"(?:入职|进的?(?:厂|公司|单位|店)|来的?(?:公司|这家|这里|厂)|开始(?:上班|干|做)|到岗|报到)"
_ENDED = r"(?:离职|离开|辞职|辞退|被辞|开除|被裁|裁员|解除|走的|走人|解雇|劝退)"
_HURT = r"(?:受的?伤|出的?事故?|工伤|摔|砸|压伤|烫伤|割|轧|撞)"
_RECEIVED = r"(?:收到|拿到|领到|送达)"


def facts_told(code: str, text: str, today: date) -> Facts:
    """Return the answers to a calculator's questions that a message gives, none of what it leaves open."""
    reader = _READERS.get(code)
    return {name: value for name, value in reader(text, today).items() if value is not None} if reader else {}


def date_told(text: str, event: str, today: date) -> dict[str, str] | str | None:
    """Return when an event was, as forms keep it; None where no time, two times, or a vague one stands beside it."""
    near = re.compile(rf"^(?:的时候|那天|左右|我|就|才|在这里|在|的|被公司|被|，|,|\s)*{event}")
    before = re.compile(rf"{event}(?:的?(?:时间|日期|日子))?(?:是|在|于|：|:|了|，|,|\s)*$")
    found = set()
    for told in told_dates(text, today):
        ahead, rest = text[: told.start], text[told.end :]
        beside = near.search(rest) or (before.search(ahead) and not _another(rest, event))
        if beside and _is_plain(text[told.start : told.end], text):
            found.add((told.first, told.last))
    if len(found) != 1:
        return None
    ((first, last),) = found
    if last - first > SPAN:
        return None
    return first.isoformat() if first == last else {"from": first.isoformat(), "to": last.isoformat()}


def _is_plain(words: str, text: str) -> bool:
    """Tell whether a time is a day or month of a calendar, of a year that is beyond doubt.

    How long ago something was (离职八个月了), a day alone (10号), and a month beside another's year (10月 after
    2025年3月) may mean other days than they seem to.
    """
    if _YESTERDAY.fullmatch(words):
        return "第" not in text
    return bool(_CALENDAR.search(words)) and (not _YEAR.search(text) or bool(_WITH_YEAR.match(words)))


def _another(rest: str, event: str) -> bool:
    """Tell whether what follows a time says that it is another event's: 入职后 2026年5月1日被辞退."""
    others = [each for each in (_BEGAN, _ENDED, _HURT) if each != event]
    return any(re.match(rf"(?:我|就|才|被公司|被|的|又|\s)*{other}", rest) for other in others)


def _work(text: str, today: date) -> Facts:
    """Read how long somebody worked: two days where both are told, else the years that she says."""
    began, ended = date_told(text, _BEGAN, today), date_told(text, _ENDED, today)
    if began is not None:
        exact = isinstance(began, str) and not isinstance(ended, dict)
        return {"started": began, "ended": ended} if exact else {}
    service = service_told(text)
    return {"service_months": service.whole_months if service else None}


def _dismissal(text: str, today: date) -> Facts:
    return {**_work(text, today), "monthly_pay": _told_pay(text)}


def _notice(text: str, today: date) -> Facts:
    last_month = _money(_LAST_MONTH, text)
    return {**_work(text, today), "monthly_pay": last_month or _told_pay(text)}


def _overtime(text: str, _today: date) -> Facts:
    daily = _hours(_DAILY, text)
    facts = {
        "hours_a_day": daily,
        "overtime_months": _whole(_A_MONTH, text) if daily else None,
        "weekday_hours": None if daily else _hours(_WEEKDAY, text),
        "rest_day_hours": _hours(_REST_DAY, text),
        "holiday_hours": _hours(_HOLIDAY, text),
    }
    told = any(value is not None for value in facts.values())
    return {**facts, "monthly_pay": _told_pay(text)} if told else {}


def _leave(text: str, _today: date) -> Facts:
    return {"unpaid_days": leave_told(text), "monthly_pay": _told_pay(text)}


def _leave_days(text: str, today: date) -> Facts:
    left = date_told(text, _ENDED, today)
    return {"total_years": _whole(_YEARS_OF_WORK, text), "left": left}


def _probation(text: str, _today: date) -> Facts:
    terms = {_months(match) for match in _TERM.finditer(_SERVED.sub("", text))}
    term = term_of(terms.pop() or 0) if len(terms) == 1 and None not in terms else None
    served = {_months(match) for match in _SERVED.finditer(text)}
    return {
        "contract_term": "open_ended" if _OPEN_ENDED.search(text) and not terms and term is None else term,
        "served": served.pop() if len(served) == 1 else None,
        "monthly_pay": _money(_AFTER_PROBATION, text),
        "probation_pay": _money(_IN_PROBATION, text),
    }


def _injury(text: str, _today: date) -> Facts:
    grade = _whole(_GRADE, text) if _GRADED.search(text) else None
    return {"grade": grade, "monthly_pay": _told_pay(text)}


def _maternity(text: str, _today: date) -> Facts:
    if _LOST.search(text):
        months = _whole(_PREGNANT, text)
        kind = None if months is None else "miscarriage_early" if months < 4 else "miscarriage_late"
        return {"birth": kind}
    children = {count for word, count in _CHILDREN.items() if word in text}
    difficult = "难产" in text and not _NO_BIRTH_TOLD.search(text) and not re.search(r"(?:没有?|不是|不算)难产", text)
    if len(children) > 1 or not (children or difficult):
        return {}
    return {"birth": "difficult" if difficult else "birth", "children": children.pop() if children else None}


def _day_of(name: str, event: str) -> Callable[[str, date], Facts]:
    return lambda text, today: {name: date_told(text, event, today)}


_READERS: Mapping[str, Callable[[str, date], Facts]] = {
    "severance": _dismissal,
    "damages": _dismissal,
    "double_pay": _dismissal,
    "notice_pay": _notice,
    "overtime": _overtime,
    "annual_leave": _leave,
    "annual_leave_days": _leave_days,
    "probation": _probation,
    "injury": _injury,
    "maternity": _maternity,
    "limit_wages": _day_of("left", _ENDED),
    "limit_dispute": _day_of("knew", _ENDED),
    "limit_injury": _day_of("hurt", _HURT),
    "limit_award": _day_of("received", _RECEIVED),
}


def _told_pay(text: str) -> str | None:
    pay = pay_told(text)
    return plain(pay) if pay is not None else None


def _money(pattern: re.Pattern[str], text: str) -> str | None:
    found = {match["money"] for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _hours(pattern: re.Pattern[str], text: str) -> str | None:
    found = {_number(match["count"]) for match in pattern.finditer(text)}
    hours = found.pop() if len(found) == 1 else None
    return f"{hours:f}" if hours is not None and 0 < hours <= MOST_HOURS else None


def _whole(pattern: re.Pattern[str], text: str) -> int | None:
    found = {_count(match) for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else None


def _months(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    count, unit = groups["count"] or groups.get("count2"), groups["unit"] or groups.get("unit2")
    if count == "半":
        return 6 if unit == "年" else None
    months = number(str(count)) * (12 if unit == "年" else 1)
    return months if 0 < months <= 600 else None


def _count(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return number(str(groups["count"] or groups.get("count2")))


def _number(written: str) -> Decimal | None:
    try:
        return Decimal(written) if written[0].isascii() else Decimal(number(written))
    except (InvalidOperation, ValueError):
        return None
