"""Read years, pay and leave from a worker's own words: 干了三年半，一个月五千，年假没休5天.

Only what is said plainly is read; 快三年, 三年多 and 几千块 are guesses, and a guess is no figure to count with.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

import cn2an  # type: ignore[import-untyped]  # publishes no types

from casework.calculators import annual_leave
from casework.calculators.calculation import NotCalculable
from casework.calculators.service import Service

_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
_WORKED = r"(?:干|做|工作|上班|上|待|呆|入职|工龄|在职|打工)(?:了|满|整|有|已经|一共|总共|足足|\s)*"
_SERVICE = re.compile(
    rf"{_WORKED}(?:(?:(?P<years>{_NUMBER})\s*年(?:(?P<half>半)|[零又]?(?P<months>{_NUMBER})\s*个?月)?)"
    rf"|(?P<only>{_NUMBER})\s*个月|(?P<half_year>半年))(?![多几来左]|\s*前)"
)
_A_MONTH = r"(?:月薪|月工资|月收入|工资每月|每个月|每月|一个月|一月|月入)"
_SAYING = r"(?:工资|平均|到手|能?拿|能?挣|给我?|发|开|是|有|才|就|都|也|大概|差不多|我|了|[：:，,\s])*"
_DIGITS = "一二两三四五六七八九十"
_MONEY = (
    r"(?P<money>\d{3,6}(?:\.\d+)?|\d{1,2}(?:\.\d+)?[万千kK]\d?"
    rf"|[{_DIGITS}][{_DIGITS}百千万零]*[百千万][{_DIGITS}]?)"
)
_PAY = re.compile(rf"{_A_MONTH}{_SAYING}{_MONEY}(?![\d多几来个年月天]|\s*-)")
_OTHER_MONEY = re.compile(r"(?:贷|贷款|租|房租|租金|月供|供|养|还|交|押|罚|扣|生活费|费|利息)(?:要|都|得|就|的)*$")
"""What stands before a sum a month that is no pay: 房贷每月九千."""
_DAYS = r"\d{1,2}|[一二两三四五六七八九十]{1,3}"
_LEAVE_OWED = r"(?:还|剩|有|没休|未休|没有?休|一共|共|的|了|\s)*"
_LEAVE = re.compile(
    rf"(?P<days>{_DAYS})\s*天的?(?:带薪)?(?:年休?假|公休)"
    rf"|(?:年休?假|公休){_LEAVE_OWED}(?P<after>{_DAYS})\s*天(?![左多几])"
)
LEAST, MOST = Decimal(500), Decimal(300_000)
"""Yuan a month that are taken for a pay."""


def service_told(text: str) -> Service | None:
    """Return the time of service that a message tells of exactly, None where there is none or there are two."""
    found = {_service(match) for match in _SERVICE.finditer(text)}
    return found.pop() if len(found) == 1 else None


def pay_told(text: str) -> Decimal | None:
    """Return the monthly pay in yuan that a message tells of, None where there is none or there are two."""
    pays = (match for match in _PAY.finditer(text) if not _OTHER_MONEY.search(text[: match.start()]))
    found = {_money(match["money"]) for match in pays} - {None}
    return found.pop() if len(found) == 1 else None


def leave_told(text: str) -> int | None:
    """Return the days of annual leave that a message tells of, None where there are none or two numbers."""
    found = {_whole(match["days"] or match["after"]) for match in _LEAVE.finditer(text)} - {None}
    days = found.pop() if len(found) == 1 else None
    return days if days is not None and 1 <= days <= annual_leave.MOST else None


def _service(match: re.Match[str]) -> Service | None:
    if match["half_year"]:
        return Service(0, 6)
    months = _whole(match["only"] or match["months"] or "") if match["only"] or match["months"] else 0
    years = _whole(match["years"]) if match["years"] else 0
    if years is None or months is None or (match["years"] and months > 11):
        return None
    try:
        return Service(years + months // 12, 6 if match["half"] else months % 12)
    except NotCalculable:
        return None


def _whole(numeral: str) -> int | None:
    try:
        return int(cn2an.cn2an(numeral, "smart"))
    except ValueError:
        return None


def _money(words: str) -> Decimal | None:
    try:
        amount = Decimal(str(cn2an.cn2an(words.replace("k", "千").replace("K", "千"), "smart")))
    except (ValueError, InvalidOperation):
        return None
    return amount if LEAST <= amount <= MOST else None
