"""Chinese numerals, as they number the articles of statutes."""

from __future__ import annotations

import re

_DIGITS = {numeral: value for value, numeral in enumerate("零一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}


def article_number(article: str) -> int:
    """Return the number of an article such as 第一百零七条; 第二百七十六条之一 counts as 276."""
    match = re.match(r"第([一二三四五六七八九十百千零]+)条", article)
    if match is None:
        raise ValueError(f"{article} is no article")
    total = digit = 0
    for numeral in match[1]:
        if numeral in _UNITS:
            total += (digit or 1) * _UNITS[numeral]
            digit = 0
        else:
            digit = _DIGITS[numeral]
    return total + digit
