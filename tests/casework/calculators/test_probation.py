"""Probation by Labour Contract Law, articles 19, 20 and 83: how long, how much, and what too long costs."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import NotCalculable
from casework.calculators.probation import ALLOWED, probation, term_of


@pytest.mark.parametrize(("months", "allowed"), [(1, 0), (2, 0), (3, 1), (11, 1), (12, 2), (35, 2), (36, 6), (60, 6)])
def test_months_by_the_term_of_article_19(months: int, allowed: int) -> None:
    assert ALLOWED[term_of(months)] == allowed


@pytest.mark.parametrize(
    ("term", "served", "monthly", "paid", "minimum", "amount", "variant"),
    [
        ("1_year", 2, "5000", "4000", None, "0", "none"),  # two months at 80 %: all lawful
        ("1_year", 6, "5000", None, None, "20000", ""),  # four months too long (83)
        ("1_year", 2, "5000", "3500", None, "1000", ""),  # 80 % is 4000, 500 short twice (20)
        ("1_year", 4, "5000", "3500", None, "11000", ""),  # 2 × 5000 and 2 × 500
        ("3_years", 6, "5000", "4000", None, "0", "none"),
        ("3_months", 3, "4000", "2000", "2490", "9200", ""),  # 2 × 4000; 80 % is 3200, 1200 short once
        ("3_months", 1, "2600", "2080", "2490", "410", ""),  # the minimum wage is more than 80 %
        ("task", 1, "5000", None, None, "5000", ""),
        ("none", 3, "5000", "4000", None, "15000", ""),
        ("1_year", 6, None, None, None, "0", "too_long"),
    ],
)
def test_what_a_probation_costs(
    term: str, served: int, monthly: str | None, paid: str | None, minimum: str | None, amount: str, variant: str
) -> None:
    money = [Decimal(each) if each else None for each in (monthly, paid, minimum)]
    result = probation(term, served, monthly=money[0], paid=money[1], minimum_wage=money[2])
    assert (result.amount, result.variant) == (Decimal(amount), variant)
    assert result.articles[0] == ("劳动合同法", "第十九条")


@given(
    st.sampled_from(sorted(ALLOWED)), st.integers(0, 59), st.decimals(1000, 50_000, places=2),
    st.decimals(500, 50_000, places=2),
)  # fmt: skip
def test_a_longer_probation_never_costs_less_and_the_parts_add_up(
    term: str, served: int, monthly: Decimal, paid: Decimal
) -> None:
    result = probation(term, served, monthly=monthly, paid=paid)
    assert sum(part for _, part in result.parts) == result.amount
    assert result.amount <= probation(term, served + 1, monthly=monthly, paid=paid).amount


def test_impossible_figures_are_refused() -> None:
    for term, served in (("forever", 1), ("1_year", -1), ("1_year", 61)):
        with pytest.raises(NotCalculable):
            probation(term, served)
    with pytest.raises(NotCalculable):
        term_of(0)
