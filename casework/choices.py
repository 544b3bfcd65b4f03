"""Typed choices: a digit or a button's own words do what a tap does. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_DIGITS = {str(n): n for n in range(1, 10)} | {word: n for n, word in enumerate("一二三四五六七八九", start=1)}
_ENDINGS = "。.、,，!！ "


@dataclass(frozen=True)
class Offer:
    """A button as it was offered; one that opens an address has no token."""

    token: str | None
    title: str


def chosen(typed: str, offered: Sequence[Offer]) -> Offer | None:
    """Return the offer that `typed` (as `understood`) means: its number from 1, or its whole title."""
    plain = typed.strip(_ENDINGS).removeprefix("选").removeprefix("第").removesuffix("个").strip(_ENDINGS)
    number = _DIGITS.get(plain)
    if number is not None and number <= len(offered):
        return offered[number - 1]
    return next((offer for offer in offered if offer.title.strip() == typed.strip(_ENDINGS)), None)
