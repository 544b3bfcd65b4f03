"""How long somebody worked, and what she earned: what the calculators count with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Self

from casework.calculators.calculation import NotCalculable
from casework.calculators.periods import ONE_DAY, first_day_after

LONGEST = 60
"""Years of service."""
LEAST, MOST = Decimal(100), Decimal(1_000_000)
"""Yuan a month."""


@dataclass(frozen=True)
class Service:
    """How long somebody worked for an employer: whole years, months (0 to 11) and days (0 to 30) beyond them."""

    years: int = 0
    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        """Raise `NotCalculable` for no time at all, a negative one, or more than a life's."""
        whole = self.years >= 0 and 0 <= self.months < 12 and 0 <= self.days < 31
        if not whole or not (self.years or self.months or self.days) or self.years > LONGEST:
            raise NotCalculable(f"{self.years} years, {self.months} months, {self.days} days is no time of service")

    @classmethod
    def between(cls, first_day: date, last_day: date) -> Self:
        """Return the time from the first day of work to the last, both included: 1 January to 31 December is a year.

        Raises `NotCalculable` where the last day is before the first.
        """
        if last_day < first_day:
            raise NotCalculable(f"{last_day} is before {first_day}")
        next_day = last_day + ONE_DAY
        months = (next_day.year - first_day.year) * 12 + next_day.month - first_day.month
        if first_day_after(first_day, months) > next_day:
            months -= 1
        years, months_beyond = divmod(months, 12)
        return cls(years, months_beyond, (next_day - first_day_after(first_day, months)).days)

    @property
    def whole_months(self) -> int:
        """The full months."""
        return self.years * 12 + self.months

    def __str__(self) -> str:
        """Return it as one says it: `3年6个月`."""
        parts = ((self.years, "年"), (self.months, "个月"), (self.days, "天"))
        return "".join(f"{number}{unit}" for number, unit in parts if number)


def checked_pay(monthly: Decimal) -> Decimal:
    """Return a monthly pay in yuan. Raises `NotCalculable` for one that nobody has."""
    if not LEAST <= monthly <= MOST:
        raise NotCalculable(f"{monthly} yuan is no monthly pay")
    return monthly
