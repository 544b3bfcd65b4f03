"""A whole number: 我们12个, 三十来个人, 就我一个. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from casework.readers.numbers import UNIT, Figure, figures, with_digits
from casework.readers.plain import bare, plain
from casework.readers.unreadable import Unreadable


@dataclass(frozen=True)
class Integer:
    """A whole number; `about` when she said that it is not the exact one."""

    value: int
    about: bool = False


_PERSONS = re.compile(r"多?\s?(?:个(?!多?半?月|星期|小时|礼拜|钟头|班)|人|名|位|口)")
_COUNTED = re.compile(r"\s?(?:个|人|名|位|口|年|岁|天|日|月|次|份|家|条|周|小时|级)")
_NOT_COUNTED = re.compile(r"直|起|共|般|样|定|旦|切|部|些|线|点|路|下|手")
_ORDINAL = re.compile(r"第$|星期$|周$|礼拜$")
_ONLY_ME = re.compile(r"(?:就|只有|只|仅)?(?:我|本人)(?:自己)?(?:一个人?|1个人?|自己|本人)?|(?:就|只有)(?:自己|本人)")
_NOBODY = re.compile(r"没有|没|没休过?|没加班?|无|零个?|一个也没有?|一个都没有?|没有人|暂无")
_VAGUE = re.compile(
    r"不知道|不清楚|不晓得|记不清|说不清|不确定|好多|很多|不少|许多|一群|一帮|一些|若干|大家|所有人|全厂|全部"
)
_AND_A_HALF = re.compile(r"个?[年月天]?半")
_TWO = re.compile(r"俩|仨")


def read_integer(text: str, least: int = 0, most: int = 100_000) -> Integer:
    """Return the one number of a text, that of people where other things are counted as well.

    Raises `Unreadable` (`no_number`, `vague`, `two`, `not_whole`, `too_small`, `too_large`).
    """
    told = _TWO.sub(lambda found: "两个" if found[0] == "俩" else "三个", with_digits(plain(text)))
    words = bare(told)
    if _ONLY_ME.fullmatch(words):
        return _fitting(Integer(1), least, most)
    if _NOBODY.fullmatch(words):
        return _fitting(Integer(0), least, most)
    found = list(_counts(told))
    persons = [figure for figure in found if _PERSONS.match(told, figure.end)]
    if not found:
        raise Unreadable("vague" if _VAGUE.search(told) else "no_number")
    if any(_AND_A_HALF.match(told, figure.end) for figure in persons or found):
        raise Unreadable("not_whole")
    return _fitting(_one(persons or found), least, most)


def _fitting(number: Integer, least: int, most: int) -> Integer:
    if number.value < least:
        raise Unreadable("too_small")
    if number.value > most:
        raise Unreadable("too_large")
    return number


def _one(found: list[Figure]) -> Integer:
    values = {figure.value for figure in found}
    if None in values:
        raise Unreadable("vague")
    if len(values) > 1:
        raise Unreadable("two")
    value = values.pop() or Decimal(0)
    if value != value.to_integral_value():
        raise Unreadable("not_whole")
    return Integer(int(value), all(figure.about for figure in found))


def _counts(told: str) -> Iterator[Figure]:
    for figure in figures(told):
        if _ORDINAL.search(told[: figure.start][-2:]):
            continue
        digits = re.search(r"\d", figure.written)
        if digits or figure.written == bare(told) or _COUNTED.match(told, figure.end):
            yield figure
        elif _NOT_COUNTED.match(told, figure.end):
            continue
        elif len(figure.written) > 1 and any(unit in figure.written for unit in UNIT):
            yield figure
