"""What the law gives a worker who said her figures: a card beside the entry that explains it."""

from __future__ import annotations

from collections.abc import Callable

from casework.calculators.annual_leave import annual_leave_pay
from casework.calculators.calculation import Calculation, NotCalculable, yuan
from casework.calculators.double_pay import double_pay
from casework.calculators.severance import severance
from casework.calculators.told import leave_told, pay_told, service_told
from casework.cards import Card, Citation
from casework.text import understood
from casework.wording import Wording
from knowledge_base import Entry

Told = dict[str, str]
"""What was read, by the placeholders of the calculator's response."""


def calculated(entry: Entry, question: str, wording: Wording) -> Card | None:
    """Count out what an entry is about with the figures of the question, None where one is missing."""
    counted = CALCULATORS[entry.calculator](understood(question)) if entry.calculator else None
    if counted is None:
        return None
    result, told = counted
    return Card(
        outcome="answered",
        conclusion=wording.text(f"utter_calculated_{entry.calculator}", **told, amount=yuan(result.amount)),
        detail="\n".join(f"{number}. {step}" for number, step in enumerate(result.steps, start=1)),
        more="\n".join(f"- {assumption}" for assumption in result.assumptions),
        citations=tuple(Citation(document, article, entry.title) for document, article in result.articles),
        understood={"entries": [entry.id]},
    )


def _severance(text: str) -> tuple[Calculation, Told] | None:
    service, pay = service_told(text), pay_told(text)
    if service is None or pay is None:
        return None
    result = severance(service, pay)
    return result, {"service": str(service), "pay": yuan(pay), "double": yuan(2 * result.amount)}


def _double_pay(text: str) -> tuple[Calculation, Told] | None:
    service, pay = service_told(text), pay_told(text)
    if service is None or pay is None:
        return None
    try:
        return double_pay(service, pay), {"service": str(service), "pay": yuan(pay)}
    except NotCalculable:  # it has mostly lapsed: the entry tells of the limit, and no sum raises a hope
        return None


def _annual_leave(text: str) -> tuple[Calculation, Told] | None:
    days, pay = leave_told(text), pay_told(text)
    if days is None or pay is None:
        return None
    return annual_leave_pay(days, pay), {"days": str(days), "pay": yuan(pay)}


CALCULATORS: dict[str, Callable[[str], tuple[Calculation, Told] | None]] = {
    "severance": _severance,
    "double_pay": _double_pay,
    "annual_leave": _annual_leave,
}
"""By the name in an entry's front matter; `utter_calculated_…` says what each came to."""
