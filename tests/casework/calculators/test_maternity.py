"""Leave for a birth or a miscarriage by 女职工劳动保护特别规定, article 7."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable
from casework.calculators.figures import Figured
from casework.calculators.maternity import maternity_leave, miscarriage_leave

JIANGSU = Figured(Decimal(30), "江苏", date(2018, 1, 1), None, "江苏省人口与计划生育条例")


@pytest.mark.parametrize(
    ("children", "difficult", "extra", "days"),
    [
        (1, False, None, 98),
        (1, True, None, 113),
        (2, False, None, 113),
        (2, True, None, 128),
        (3, False, None, 128),
        (1, False, JIANGSU, 128),
        (2, True, JIANGSU, 158),
    ],
)
def test_days_for_a_birth(children: int, difficult: bool, extra: Figured | None, days: int) -> None:
    result = maternity_leave(children=children, difficult=difficult, extra=extra)
    assert result.amount == days
    assert sum(part for _, part in result.parts) == days
    assert result.articles[0] == ("女职工劳动保护特别规定", "第七条")
    assert ("12333" in result.assumptions[0]) == (extra is None)


@pytest.mark.parametrize(("kind", "days"), [("miscarriage_early", 15), ("miscarriage_late", 42)])
def test_days_for_a_miscarriage(kind: str, days: int) -> None:
    assert miscarriage_leave(kind).amount == days


def test_the_last_day_is_counted_over_weekends_and_a_leap_day() -> None:
    assert "2026年4月8日" in maternity_leave(starts=date(2026, 1, 1)).steps[-1]  # 31 + 28 + 31 + 8 days
    assert "2024年4月7日" in maternity_leave(starts=date(2024, 1, 1)).steps[-1]
    assert "2026年1月15日" in miscarriage_leave("miscarriage_early", starts=date(2026, 1, 1)).steps[-1]


@given(st.integers(1, 7), st.booleans())
def test_more_children_are_more_days(children: int, difficult: bool) -> None:
    days = maternity_leave(children=children, difficult=difficult).amount
    assert maternity_leave(children=children + 1, difficult=difficult).amount == days + 15


def test_an_expired_local_figure_says_so() -> None:
    old = Figured(Decimal(30), "江苏", date(2018, 1, 1), date(2025, 12, 31), "条例", expired=True)
    assert "2025-12-31" in maternity_leave(extra=old).assumptions[0]


def test_what_is_no_birth_is_refused() -> None:
    for children in (0, 9):
        with pytest.raises(NotCalculable):
            maternity_leave(children=children)
    with pytest.raises(NotCalculable):
        miscarriage_leave("birth")
