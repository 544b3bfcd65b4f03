"""Numbers as statutes and people write them: 二十五, 两百, 1.5万, 5,000; and the names of articles."""

from __future__ import annotations

import re
from fractions import Fraction

_DIGITS = {"〇": 0, "两": 2} | {numeral: value for value, numeral in enumerate("零一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_POWERS = _UNITS | _MYRIADS
_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_CHINESE = r"[零〇一二两三四五六七八九十百千万亿]+"

NUMBER = rf"(?:(?:{_ARABIC})[百千万亿]*|{_CHINESE}(?:点[零〇一二三四五六七八九]+)?)"
"""A pattern for all that `number` may be asked about."""


def number(text: str) -> Fraction | None:
    """Return the value of a number in Arabic or Chinese digits; None for what is none or only about, such as 三五."""
    if arabic := re.fullmatch(rf"({_ARABIC})([百千万亿]*)", text):
        value = Fraction(arabic[1].replace(",", ""))
        for power in arabic[2]:
            value *= _POWERS[power]
        return value
    whole, point, rest = text.partition("点")
    value_of_whole = _chinese(whole)
    if value_of_whole is None or (point and not all(digit in _DIGITS for digit in rest)) or (point and not rest):
        return None
    decimals = "".join(str(_DIGITS[digit]) for digit in rest)
    return value_of_whole + (Fraction(int(decimals), 10 ** len(decimals)) if decimals else 0)


def _chinese(text: str) -> Fraction | None:
    """Read a whole number; 一百二 is 120, 十万 is 100000, 二〇二五 is 2025; 三五 and 两三百 are guesses."""
    if re.fullmatch(r"[零〇一二三四五六七八九]*[零〇][零〇一二三四五六七八九]*", text) and len(text) > 2:
        return Fraction(int("".join(str(_DIGITS[digit]) for digit in text)))
    total = section = 0
    digit: int | None = None
    last = 0
    for numeral in text:
        if numeral in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[numeral]
            last = 0 if digit == 0 else last
        elif numeral in _UNITS:
            last = _UNITS[numeral]
            section += (1 if digit is None else digit or 1) * last
            digit = None
        elif numeral in _MYRIADS:
            last = _MYRIADS[numeral]
            if not (total + section + (digit or 0)):
                section = 1
            total, section, digit = (total + section + (digit or 0)) * last, 0, None
        else:
            return None
    if not text:
        return None
    # 一百二 leaves out the 十 that follows; 一百零二 does not, and neither does 十二.
    tail = (digit or 0) * (last // 10 if last > 10 else 1)
    return Fraction(total + section + tail)


def numeral(value: int) -> str:
    """Write a number from 1 to 9999 as statutes do: 10 十, 11 十一, 107 一百零七, 1260 一千二百六十."""
    text, gap = "", False
    for unit, power in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = value // power % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + unit
        gap = not digit
    return text[1:] if text.startswith("一十") else text


def article_name(value: int) -> str:
    """Return the name of an article: 107 is 第一百零七条."""
    return f"第{numeral(value)}条"


def article_number(article: str) -> int:
    """Return the number of an article such as 第一百零七条; 第二百七十六条之一 counts as 276."""
    match = re.match(r"第([一二三四五六七八九十百千零]+)条", article)
    value = _chinese(match[1]) if match else None
    if value is None:
        raise ValueError(f"{article} is no article")
    return int(value)
