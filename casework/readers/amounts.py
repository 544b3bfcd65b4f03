"""A sum of money as people write it: 3000块, 三千多, 1万2, 欠了我三个月,一共两万. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from casework.readers.numbers import DIGIT, DIGITS, UNIT, Figure, figures, with_digits
from casework.readers.plain import bare, plain
from casework.readers.unreadable import Unreadable

MOST = Decimal(1_000_000_000)
"""Yuan."""

Period = Literal["hour", "day", "month", "year"]


@dataclass(frozen=True)
class Amount:
    """A sum in yuan; `about` where it is not the exact one, `per` where she said for what time it is paid."""

    yuan: Decimal
    about: bool = False
    per: Period | None = None


_FOREIGN = re.compile(
    r"美元|美金|港币|港元|港纸|台币|澳门币|澳门元|欧元|英镑|日元|日币|韩元|卢布|usd|hkd|\$|"
    r"刀(?!具)"
)
_CURRENCY = re.compile(
    r"(?P<yuan>\s?(?:块|元|圆|快(?!要|点|递|到|有)|人民币|rmb|cny|¥|yuan))"
    rf"(?:(?P<dime>[\d{DIGIT}半])(?:[毛角](?:(?P<cent>[\d{DIGIT}])分?)?"
    rf"(?!钱的)|(?![\d{DIGIT}{UNIT}.个年月天日号次周人小名位份几多来]))|(?P<cents>[\d{DIGIT}])分)?"
)
_DIMES = re.compile(r"[毛角](?!度|巾)")
_SIGN = re.compile(r"(?:¥|rmb|人民币)[\s:]*$")
_NO_MONEY = re.compile(
    r"\s*(?:个|多?年|月|日|天|号|次|回|人|名|位|小时|钟头|点|分钟|分之|岁|周|星期|礼拜|期|份|%|折|"
    r"倍|级|楼|层|班|家|条|笔|张|种|项|线|直|些|起|共|般|样|定|旦|切|部)"
)
_ORDINAL = re.compile(r"第$|星期$|周$|礼拜$|百分之$|万$")
_TOTAL = re.compile(
    r"(?:共|总|总额|总数|合计|加起来|加一起|加一块|一起|拢共|算下来)"
    r"(?:是|有|欠|着|大概|差不多|大约|约|快|我们|我|了|的|应该|就|工资|工钱|金额|钱|没发|没给|要|"
    r"也|算下来|下来|得|给|来|:|,|\s)*$"
)
_DATE = re.compile(
    r"(?<!\d)(?:19|20)?\d\d(?:[./-]\d{1,2}[./-]\d{1,2}|[年][度]?|[./-]\d{1,2}月)(?!\d)|"
    r"\d{1,2}[月]\d{1,2}(?=[日号])"
)
_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_VAGUE = re.compile(r"不知道|不清楚|不晓得|记不清|说不清|不确定|没算过|很多|好多|不少|算不清")
_THOUSANDTHS = re.compile(r"\d+\.\d{3,}")
_PER_BEFORE = re.compile(
    r"(?:(?P<hour>每小时|每个小时|一小时|一个小时|时薪)|(?P<day>每天|一天|每日|日薪|日结)"
    r"|(?P<month>每个?月|一个月|月薪|月工资|月入)|(?P<year>每年|一年|年薪|年收入))[^\d,;]{0,4}$"
)
_PER_AFTER = re.compile(
    r"[^\d,;/]{0,4}?(?:/|每|一个?)(?:(?P<hour>小时|钟头|h)|(?P<day>天|日)|(?P<month>个?月)|(?P<year>年))"
)
_ONLY_UNITS = re.compile(rf"[{UNIT}]+")


def read_amount(text: str) -> Amount:
    """Return the one sum that a text names, the total where it names one.

    Raises `Unreadable` (`no_number`, `vague`, `two`, `too_large`, `foreign_money`).
    """
    told = with_digits(plain(text))
    if _FOREIGN.search(told):
        raise Unreadable("foreign_money")
    told = _PHONE.sub(lambda found: "#" * len(found[0]), _DATE.sub(lambda found: "#" * len(found[0]), told))
    sums = list(_sums(told))
    for preferred in (
        [each for each in sums if each.total],
        [each for each in sums if each.currency],
        sums,
    ):
        if preferred:
            return _one(preferred)
    raise Unreadable("vague" if _VAGUE.search(told) else "no_number")


@dataclass(frozen=True)
class _Sum:
    yuan: Decimal | None
    about: bool
    currency: bool
    total: bool
    per: Period | None


def _one(sums: list[_Sum]) -> Amount:
    if any(each.yuan is None for each in sums):
        raise Unreadable("vague")
    values = {each.yuan for each in sums if each.yuan is not None}
    if len(values) > 1:
        raise Unreadable("two")
    (yuan,) = values
    if yuan > MOST:
        raise Unreadable("too_large")
    return Amount(_shown(yuan), all(each.about for each in sums), next((each.per for each in sums if each.per), None))


def _sums(told: str) -> Iterator[_Sum]:
    for figure in figures(told):
        before = told[max(figure.start - 24, 0) : figure.start]
        currency = _CURRENCY.match(told, figure.end)
        if not currency and (_NO_MONEY.match(told, figure.end) or _ORDINAL.search(before)):
            continue
        if not (currency or _is_sum(figure, told)):
            continue
        yuan = figure.value
        if yuan is not None and not currency and _DIMES.match(told, figure.end):
            yuan /= 10
        if yuan is not None and currency:
            yuan += _small(currency)
        if _THOUSANDTHS.fullmatch(figure.written):
            yuan = None  # 12.000: twelve, or twelve thousand?
        money = bool(currency or _SIGN.search(before) or figure.written.endswith("万"))
        yield _Sum(yuan, figure.about, money, _TOTAL.search(before) is not None, _per(before, told, figure.end))


def _per(before: str, told: str, end: int) -> Period | None:
    found = _PER_BEFORE.search(before) or _PER_AFTER.match(told, end)
    periods: tuple[Period, ...] = ("hour", "day", "month", "year")
    return next((period for period in periods if found and found[period]), None)


def _is_sum(figure: Figure, told: str) -> bool:
    """Tell whether a number without a currency can be a sum: 一直, 万一 and 千万 are none."""
    if figure.written == bare(told) or _SIGN.search(told[: figure.start][-12:]):
        return True
    if re.search(r"\d", figure.written):
        return figure.start == 0 or not told[figure.start - 1].isascii() or not told[figure.start - 1].isalpha()
    large = any(unit in figure.written for unit in "百千万亿")
    if figure.value is None:
        return large and not _ONLY_UNITS.fullmatch(figure.written)
    return large or len(figure.written) >= 3


def _small(currency: re.Match[str]) -> Decimal:
    dimes, cents = currency["dime"], currency["cent"] or currency["cents"]
    return Decimal(_digit(dimes)) / 10 + Decimal(_digit(cents)) / 100


def _digit(written: str | None) -> int:
    if not written:
        return 0
    if written == "半":
        return 5
    return int(written) if written.isascii() else DIGITS.index(written.replace("两", "二").replace("〇", "零"))


def _shown(yuan: Decimal) -> Decimal:
    """Return a sum without needless zeros or an exponent."""
    whole = yuan.to_integral_value()
    return whole.quantize(Decimal(1)) if yuan == whole else yuan.quantize(Decimal("0.01")).normalize()
