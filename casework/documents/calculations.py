"""The calculators run over a form's answers, where these say enough to count with. Pure.

A date of which only the span is known is tried at both of its ends: where the result is the same it is taken, where it
is not there is none, because a sum in a letter must not be a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

from casework.calculators.calculation import Calculation, NotCalculable
from casework.calculators.double_pay import double_pay_between, months_without_contract
from casework.calculators.figures import AVERAGE_WAGE, Figures, NoFigures
from casework.calculators.service import Service
from casework.calculators.severance import damages
from casework.documents import answers as told
from casework.documents.answers import Answers, Told
from casework.documents.claims import EMPLOYED, kinds_of, status_of

NO_FIGURES = NoFigures()


def calculations(answers: Answers, on: date, figures: Figures = NO_FIGURES) -> dict[str, Calculation]:
    """Return what the calculators come to, by code, for one whose work the Labour Contract Law covers as it stands.

    Damages are counted to her last day; double pay to it, or to `on` while she is still there.
    """
    pay, started, ended = (
        told.money(answers.get("monthly_pay")),
        told.day(answers.get("started")),
        told.day(answers.get("ended")),
    )
    if pay is None or started is None or status_of(answers) not in EMPLOYED:
        return {}
    kinds = kinds_of(answers)
    found: dict[str, Calculation | None] = {}
    if "dismissal" in kinds and ended:
        average = _average(answers, on, figures)
        found["damages"] = _same(
            started, ended, lambda first, last: damages(Service.between(first, last), pay, average)
        )
    if "no_contract" in kinds and told.line(answers.get("contract")) == "no":
        found["double_pay"] = _same(
            started, ended or Told(on, on), lambda first, last: _second_pay(first, last, pay, on)
        )
    return {code: calculation for code, calculation in found.items() if calculation is not None}


def _average(answers: Answers, on: date, figures: Figures) -> Decimal | None:
    """Return the local mean pay that caps damages (Labour Contract Law, 47), None where no valid one is known."""
    region = told.line(answers.get("region"))
    figured = figures.of(AVERAGE_WAGE, region, on) if region else None  # a nation's mean is no cap
    return figured.value if figured and not figured.expired else None


def _second_pay(first: date, last: date, pay: Decimal, on: date) -> Calculation:
    """Return the second pay with the sum of all its months while the year to claim is open for any of them.

    Where that year begins differs by place, and a month too much in a claim costs nothing; the steps tell what is sure.
    """
    calculation = double_pay_between(first, last, pay, on)
    if not calculation.amount:
        raise NotCalculable("no month of double pay that can still be claimed")
    months = months_without_contract(first, last, pay)
    return replace(calculation, amount=sum((month.amount for month in months), Decimal(0)), parts=())


def _same(started: Told, ended: Told, calculate: Callable[[date, date], Calculation]) -> Calculation | None:
    """Return the calculation, None where it comes to different sums, or is not possible, for some of these days."""
    results: dict[Decimal, Calculation] = {}
    for first, last in product((started.first, started.last), (ended.first, ended.last)):
        try:
            calculation = calculate(first, last)
        except NotCalculable:
            return None
        results[calculation.amount] = calculation
    return next(iter(results.values())) if len(results) == 1 else None
