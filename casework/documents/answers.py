"""Reading a form's answers: what is missing, empty or of an odd shape is None, never an error or a guess. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from stdnum.cn import ric
from stdnum.exceptions import ValidationError

from casework.documents.parts import on_day
from casework.text import clean

Answers = Mapping[str, Any]
"""A form's answers by step id, as a case keeps them."""

PAPERS = {
    "resident": "身份证号",
    "hk_macao_tw": "港澳台居民证件号",
    "passport": "护照号",
    "other": "证件号",
}
_BETWEEN_FIRMS = re.compile(r"[、；;，,]|(?<=公司)[和跟与]")
_FIRM = re.compile(r".(?:公司|集团|厂|店|学校|医院|中心|合作社|事务所|项目部)$")
MOST = Decimal(1_000_000_000)
"""Yuan."""


@dataclass(frozen=True)
class Told:
    """A day, or the span in which it lies."""

    first: date
    last: date

    @property
    def exact(self) -> date | None:
        """The day, None where only a span is known."""
        return self.first if self.first == self.last else None

    def __str__(self) -> str:
        """Return it as a letter has it: `2026年3月5日`, `2026年3月`, `2026年3月1日至4月2日之间`."""
        if self.exact:
            return on_day(self.first)
        if self.first.day == 1 and _is_last_of_month(self.last) and self.first.year == self.last.year:
            if self.first.month == self.last.month:
                return f"{self.first.year}年{self.first.month}月"
            if (self.first.month, self.last.month) == (1, 12):
                return f"{self.first.year}年"
        return f"{on_day(self.first)}至{on_day(self.last)}之间"


def words(value: Any) -> str | None:
    """Return a text without characters that no page can show; None where nothing is left."""
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    return clean(value) or None


def line(value: Any) -> str | None:
    """Return a text as `words`, in one line."""
    told = words(value)
    return " ".join(told.split()) if told else None


def firms(value: Any) -> tuple[str, ...]:
    """Return the names of the firms that an answer names: several only where each is clearly one."""
    told = line(value)
    if told is None:
        return ()
    names = [name.strip() for name in _BETWEEN_FIRMS.split(told) if name.strip()]
    return tuple(dict.fromkeys(names)) if all(_FIRM.search(name) for name in names) else (told,)


def day(value: Any) -> Told | None:
    """Return the day, or the span, that a date's answer holds."""
    if isinstance(value, Mapping):
        first, last = _date(value.get("from")), _date(value.get("to"))
        return Told(min(first, last), max(first, last)) if first and last else None
    exact = _date(value)
    return Told(exact, exact) if exact else None


def money(value: Any) -> Decimal | None:
    """Return a sum in yuan; None for one that is no number, or not more than nothing."""
    if value is None or isinstance(value, bool):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 < amount <= MOST else None


def whole(value: Any) -> int | None:
    """Return a whole number above nothing."""
    number = money(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def codes(value: Any) -> tuple[str, ...]:
    """Return the codes of one or several choices, each once, in her order."""
    chosen = value if isinstance(value, list | tuple) else [value]
    return tuple(dict.fromkeys(told for each in chosen if (told := line(each))))


def identity(value: Any) -> tuple[str, str | None]:
    """Return what the paper is called and its number."""
    if isinstance(value, Mapping):
        return PAPERS.get(str(value.get("type")), PAPERS["other"]), line(value.get("number"))
    return PAPERS["resident"], line(value)


def born_and_sex(paper: str, number: str | None) -> tuple[date | None, str | None]:
    """Return what a resident's identity number says of its holder (GB 11643: digits 7 to 14, and the 17th)."""
    if paper != PAPERS["resident"] or not number:
        return None, None
    try:
        valid = ric.validate(number)
        return ric.get_birth_date(valid), "男" if int(valid[16]) % 2 else "女"
    except (ValidationError, ValueError):
        return None, None


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _is_last_of_month(day_: date) -> bool:
    return date.fromordinal(day_.toordinal() + 1).day == 1 if day_ < date.max else True
