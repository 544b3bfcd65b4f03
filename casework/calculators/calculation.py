"""What a calculator came to, in words that can be followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from casework.errors import CaseworkError

MONEY = Decimal("0.01")
YUAN = "元"
Article = tuple[str, str | None]
"""A document and its article; None where the document has none."""


class NotCalculable(CaseworkError):
    """A figure is outside of what the calculation is made for."""


@dataclass(frozen=True)
class Calculation:
    """A sum in yuan (or days, or months), how it came about, and what was taken for granted."""

    amount: Decimal
    steps: tuple[str, ...]
    assumptions: tuple[str, ...]
    articles: tuple[Article, ...]
    """Document and article, the most important first."""
    unit: str = YUAN
    parts: tuple[tuple[str, Decimal], ...] = ()
    """What the amount is made of, by name, where it is made of several things; they add up to it."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Placeholders of `utter_calculated_…` beside `amount`."""
    variant: str = ""
    """What the response's name ends with where the result is of another sort: `over`, `none`."""

    @property
    def result(self) -> str:
        """The amount with its unit, as it is read."""
        return yuan(self.amount) if self.unit == YUAN else f"{plain(self.amount)}{self.unit}"


def yuan(amount: Decimal) -> str:
    """Return a sum as it is read: `20000元`, `2333.33元`."""
    rounded = amount.quantize(MONEY, ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") + "元" if rounded % 1 else f"{rounded:.0f}元"


def plain(number: Decimal) -> str:
    """Return a number without needless zeros: `4`, `3.5`."""
    return f"{number.normalize():f}"


def cents(amount: Decimal) -> Decimal:
    """Return a sum rounded to cents, so that what is shown adds up."""
    return amount.quantize(MONEY, ROUND_HALF_UP)
