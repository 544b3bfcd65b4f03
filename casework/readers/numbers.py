"""Figures in a text: 3000, 1万2, 两万五千, 三千多, 十几. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import cn2an  # type: ignore[import-untyped]  # publishes no types

DIGIT = "零〇一二两三四五六七八九"
UNIT = "十百千万亿"
DIGITS = "零一二三四五六七八九"

_BIG = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟弌弍弎", "一二三四五六七八九十百千一二三")
_LETTERS = (
    (re.compile(r"(?<=[\d万千])\s?k(?![a-z])"), "千"),
    (re.compile(r"(?<=[\d千])\s?w(?![a-z])"), "万"),
    (re.compile(rf"(?<=\d)\s+(?=[{UNIT}])"), ""),
    (re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+)(?!\d)"), ","),
    (re.compile(r"([百千万])把(?=[块元个万人号])"), r"一\1多"),  # 千把块, 百把人
    (re.compile(r"(?<![\d零〇一二两三四五六七八九十百千])([百千万])([来多])(?=[块元个])"), r"一\1\2"),
    (re.compile(rf"(?<=[\d{UNIT}]多)一?点儿?"), ""),
    (re.compile(rf"(?<=[\d{DIGIT}])点(?=[\d{DIGIT}]{{1,4}}万)"), "."),
)
_FIGURE = re.compile(
    rf"(?P<range>(?<![{DIGIT}{UNIT}])[二两三四五六七八九一]?[十百千万]?[一二两三四五六七八九]"
    rf"[、,]?[二两三四五六七八九](?P<of>[{UNIT}]+))(?=$|[^{DIGIT}])"
    rf"|(?P<some>[\d{DIGIT}{UNIT}]*[几数](?P<some_of>[{UNIT}]*))"
    rf"|(?P<number>\d+(?:\.\d+)?(?:[{UNIT}]+(?:\d+(?:\.\d+)?[{UNIT}]+)*(?:\d(?![\d.])|"
    rf"[{DIGIT}]{{1,2}}(?![{DIGIT}]))?)?"
    rf"|[{DIGIT}{UNIT}廿半]+(?:\.[\d{DIGIT}]+万)?)"
    rf"(?P<more>[多来几余](?P<more_of>[万亿])?(?![年月天]前)|\+)?"
)
_BEFORE = re.compile(
    r"(?:大概|大约|差不多|约|将近|接近|快|近|不到|不足|至少|最少|起码|可能|估计|好像|超过|左右|"
    r"应该|也就|上下|多于|少说)"
    r"(?:是|有|欠|了|在|得|个|我|拿|要|都)*$"
)
_AFTER = re.compile(
    r"[块元个人名位口月天年岁]?(?:钱|人)?(?:左右|上下|出头|以上|不到|这样|的样子|吧大概|差不多|"
    r"多一点|多点|好像)"
)

_PAIR = re.compile(r"[一二两三四五六七八九][一二三四五六七八九]")
_TAIL = re.compile(rf"[百千万亿][\d{DIGIT}]$")
_COUNTED = re.compile(r"个?(?:多|半)?(?:月|年|天|日|号|周|星期|礼拜|小时|钟头|次|回|期|人)")


@dataclass(frozen=True)
class Figure:
    """A number in a text: where it stands, and its value; None where it is no certain number (几千, 三五百)."""

    start: int
    end: int
    written: str
    value: Decimal | None
    about: bool = False


def with_digits(text: str) -> str:
    """Return a text (as `plain`) in which `figures` finds every number: 3k, 12,000 and 千把块 are rewritten."""
    for pattern, new in _LETTERS:
        text = pattern.sub(lambda found: found[1].replace(",", ""), text) if new == "," else pattern.sub(new, text)
    return text.translate(_BIG)


def figures(text: str) -> Iterator[Figure]:
    """Yield the numbers of a text (as `with_digits`), in their order."""
    position = 0
    while match := _FIGURE.search(text, position):
        figure = _figure(match, text)
        position = figure.end
        yield figure


def value_of(written: str) -> Decimal | None:
    """Return the value of a number in digits, characters or both; None for what is none (万, 半, 五六)."""
    if _PAIR.fullmatch(written) and DIGITS.index(written[1]) - _first(written) == 1:
        return None
    if "." in written and written[-1] == "万":
        whole = value_of(written[:-1].replace("两", "二"))
        return None if whole is None else whole * 10_000
    try:
        number = written if re.search(r"\d", written) else written.replace(".", "点")
        return Decimal(number) if number.isascii() else Decimal(str(cn2an.cn2an(number, "smart")))
    except (ValueError, InvalidOperation, KeyError, IndexError, TypeError):
        return None


def _first(written: str) -> int:
    return 2 if written[0] == "两" else DIGITS.index(written[0])


def _figure(match: re.Match[str], text: str) -> Figure:
    start, end = match.span()
    written, more = match["number"], match["more"] or ""
    if written is None or more[:1] == "几":
        return Figure(start, end, match[0], None)
    if not more and _TAIL.search(written) and _COUNTED.match(text, end):  # 五千三个月 is 五千, and three months
        written, end = written[:-1], end - 1
    value = value_of(written)
    if value is not None and match["more_of"]:
        value *= 10_000 if match["more_of"] == "万" else 100_000_000
    about = bool(more or _BEFORE.search(text[max(start - 12, 0) : start]) or _AFTER.match(text, end))
    return Figure(start, end, written, value, about)
