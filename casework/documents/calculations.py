"""The calculators run over a form's answers, where these say enough to count with. Pure.

A date of which only the span is known is tried at both of its ends: where the result is the same it is taken, where it
is not there is none, because a sum in a letter must not be a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import product

from casework.calculators.calculation import Calculation, NotCalculable
from casework.calculators.double_pay import double_pay
from casework.calculators.service import Service
from casework.calculators.severance import severance
from casework.documents import answers as told
from casework.documents.answers import Answers
from casework.documents.claims import EMPLOYED, kinds_of, status_of


def calculations(answers: Answers, on: date, local_average: Decimal | None = None) -> dict[str, Calculation]:
    """Return what the calculators come to, by code; `local_average` caps severance.

    It is last year's mean pay where the employer is (Labour Contract Law, 47). Severance is counted to her
    last day, double pay to it, or to `on` while she is still there.
    """
    pay = told.money(answers.get("monthly_pay"))
    started, ended = told.day(answers.get("started")), told.day(answers.get("ended"))
    if pay is None or started is None or status_of(answers) not in EMPLOYED:
        return {}
    kinds = kinds_of(answers)
    firsts = {started.first, started.last}
    found: dict[str, Calculation | None] = {}
    if "dismissal" in kinds and ended:
        lasts = {ended.first, ended.last}
        found["severance"] = _same(firsts, lasts, lambda service: severance(service, pay, local_average))
    if "no_contract" in kinds and told.line(answers.get("contract")) == "no":
        lasts = {ended.first, ended.last} if ended else {on}
        found["double_pay"] = _same(firsts, lasts, lambda service: double_pay(service, pay))
    return {code: calculation for code, calculation in found.items() if calculation is not None}


def _same(firsts: set[date], lasts: set[date], calculate: Callable[[Service], Calculation]) -> Calculation | None:
    """Return the calculation, None where it comes to different sums, or is not possible, for some of these days."""
    results: dict[Decimal, Calculation] = {}
    for first, last in product(sorted(firsts), sorted(lasts)):
        try:
            calculation = calculate(service_between(first, last))
        except NotCalculable:
            return None
        results[calculation.amount] = calculation
    return next(iter(results.values())) if len(results) == 1 else None


def service_between(first: date, last: date) -> Service:
    """Return the time of service from the first day to the last one, both of them worked. Raises `NotCalculable`."""
    after = date.fromordinal(last.toordinal() + 1)
    months = (after.year - first.year) * 12 + after.month - first.month
    days = after.day - first.day
    if days < 0:
        months -= 1
        days = after.toordinal() - _months_on(first, months).toordinal()
    if months < 0:
        raise NotCalculable(f"{last} is before {first}")
    return Service(months // 12, months % 12, days)


def _months_on(day: date, months: int) -> date:
    """Return the day so many months later; the last of a month where that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, _days_of(year, month + 1)))


def _days_of(year: int, month: int) -> int:
    return (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
