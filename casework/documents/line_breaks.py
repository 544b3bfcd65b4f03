"""Where lines of Chinese text break: no closing mark begins a line, no opening one ends it, no number is torn. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

NOT_FIRST = frozenset("，。、；：！？）》」』】〕”’…—·,.;:!?)]}%％元")
NOT_LAST = frozenset("（《「『【〔“‘([{")
LONGEST_WORD = 24
"""Characters of Latin letters or digits that are kept together."""
_WORD = re.compile(r"[!-~]")


def lines(text: str, widths: Sequence[float], measure: Callable[[str], float]) -> list[str]:
    """Return the lines of a text; the last of `widths` holds for all that follow, `measure` gives a text's width."""
    broken: list[str] = []
    start = 0
    while start < len(text):
        width = widths[min(len(broken), len(widths) - 1)]
        end = _fits(text, start, width, measure)
        if end < len(text):
            end = _good_break(text, start, end)
        broken.append(text[start:end].strip())
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    return broken or [""]


def _fits(text: str, start: int, width: float, measure: Callable[[str], float]) -> int:
    """Return the end of what fits into a line, one character at least."""
    used, end = 0.0, start
    while end < len(text):
        used += measure(text[end])
        if used > width and end > start:
            break
        end += 1
    return end


def _good_break(text: str, start: int, end: int) -> int:
    """Return the nearest good break at or before `end`; `end` itself where there is none in the line's later part."""
    earliest = max(start + 1, end - LONGEST_WORD)
    return next((at for at in range(end, earliest - 1, -1) if _may_break(text, at)), end)


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    torn = _WORD.match(before) and _WORD.match(after)
    return not torn and before not in NOT_LAST and after not in NOT_FIRST
