"""Figures that differ by place and year, as the calculators get them: a seam. Pure.

Who imports them, and where they are kept, is casework/local_figures.py's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

NATIONAL = "全国"
AVERAGE_WAGE, MINIMUM_WAGE, MATERNITY_DAYS = "average_wage", "minimum_wage", "maternity_extra_days"
UNEMPLOYMENT, URBAN_INCOME = "unemployment_monthly", "urban_income"
TITLES = {
    AVERAGE_WAGE: "上年度职工月平均工资",
    MINIMUM_WAGE: "月最低工资",
    MATERNITY_DAYS: "产假另加天数",
    UNEMPLOYMENT: "失业保险金",
    URBAN_INCOME: "上年度全国城镇居民人均可支配收入",
}
_GRANTS = {"injury_medical_grant_": "级一次性工伤医疗补助金", "injury_employment_grant_": "级一次性伤残就业补助金"}


def title_of(code: str) -> str:
    """Return what a figure is called; its code where it is none that is known."""
    for prefix, name in _GRANTS.items():
        if code.startswith(prefix):
            return code.removeprefix(prefix) + name
    return TITLES.get(code, code)


def medical_grant(grade: int) -> str:
    """Return the code of a province's one-off medical grant for a grade of disability."""
    return f"injury_medical_grant_{grade}"


def employment_grant(grade: int) -> str:
    """Return the code of a province's one-off employment grant for a grade of disability."""
    return f"injury_employment_grant_{grade}"


@dataclass(frozen=True)
class Figured:
    """A figure of a place; `expired` where a newer one ought to be there and is not."""

    value: Decimal
    region: str
    effective_from: date
    effective_until: date | None
    source: str
    expired: bool = False

    @property
    def origin(self) -> str:
        """Where the figure is from, as an assumption that is told with it."""
        place = self.region.replace("/", "")
        if self.expired:
            return f"{place}的这个数只管到 {self.effective_until}，可能已经变了，打 12333 核对（出处：{self.source}）。"
        return f"{place}的数从 {self.effective_from} 起（出处：{self.source}）。"


class Figures(Protocol):
    """Knows the figures of places."""

    def of(self, code: str, region: str | None, on: date) -> Figured | None:
        """Return the figure of the narrowest place around a region that has one on a day, or had one last."""


class NoFigures:
    """Knows none."""

    def of(self, code: str, region: str | None, on: date) -> Figured | None:
        """Return nothing."""
        return None
