"""What a calculator came to, in words that can be followed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from casework.errors import CaseworkError

MONEY = Decimal("0.01")


class NotCalculable(CaseworkError):
    """A figure is outside of what the calculation is made for."""


@dataclass(frozen=True)
class Calculation:
    """A sum in yuan, how it came about, and what was taken for granted."""

    amount: Decimal
    steps: tuple[str, ...]
    assumptions: tuple[str, ...]
    articles: tuple[tuple[str, str], ...]
    """Document and article, the most important first."""


def yuan(amount: Decimal) -> str:
    """Return a sum as it is read: `20000元`, `2333.33元`."""
    rounded = amount.quantize(MONEY, ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") + "元" if rounded % 1 else f"{rounded:.0f}元"


def plain(number: Decimal) -> str:
    """Return a number without needless zeros: `4`, `3.5`."""
    return f"{number.normalize():f}"
