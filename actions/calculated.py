"""What the law gives a worker who said her figures: a card beside the entry that explains it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from casework.calculators.calculation import Calculation, yuan
from casework.calculators.double_pay import double_pay
from casework.calculators.service import Service
from casework.calculators.severance import severance
from casework.calculators.told import pay_told, service_told
from casework.cards import Card, Citation
from casework.text import understood
from casework.wording import Wording
from knowledge_base import Entry

CALCULATORS: dict[str, Callable[[Service, Decimal], Calculation]] = {"severance": severance, "double_pay": double_pay}
"""By the name in an entry's front matter; `utter_calculated_…` says what each came to."""


def calculated(entry: Entry, question: str, wording: Wording) -> Card | None:
    """Count out what an entry is about with the figures of the question, None where one is missing."""
    text = understood(question)
    service, pay = service_told(text), pay_told(text)
    if entry.calculator is None or service is None or pay is None:
        return None
    result = CALCULATORS[entry.calculator](service, pay)
    told = {"service": service, "pay": yuan(pay), "single": yuan(result.amount), "double": yuan(2 * result.amount)}
    return Card(
        outcome="answered",
        conclusion=wording.text(f"utter_calculated_{entry.calculator}", **told),
        detail="\n".join(f"{number}. {step}" for number, step in enumerate(result.steps, start=1)),
        more="\n".join(f"- {assumption}" for assumption in result.assumptions),
        citations=tuple(Citation(document, article, entry.title) for document, article in result.articles),
        understood={"entries": [entry.id]},
    )
