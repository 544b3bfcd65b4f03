"""What the law gives a worker who said her figures: a card beside the entry that explains it."""

from __future__ import annotations

from datetime import date

from casework.calculators import ask
from casework.calculators.calculation import NotCalculable
from casework.calculators.figures import Figures
from casework.calculators.told_facts import facts_told
from casework.cards import Card, Citation
from casework.text import understood
from casework.wording import Wording
from knowledge_base import Entry

OVER = "over"
"""What is over is told by the entry alone: it knows what begins a limit anew, and no sum raises a hope."""


class Calculated:
    """Counts out what entries are about."""

    def __init__(self, wording: Wording, figures: Figures) -> None:
        self._wording = wording
        self._figures = figures

    def card(self, entry: Entry, question: str, region: str | None, today: date) -> Card | None:
        """Count with the figures of a question and those of a region; None where one is missing that is needed."""
        code = entry.calculator
        facts = facts_told(code, understood(question), today) if code else {}
        if not code or not facts:
            return None
        try:
            result = ask.run(code, {**facts, "region": region}, self._figures, today)
        except NotCalculable:
            return None
        if result.variant == OVER:
            return None
        name, values = ask.response(code, result)
        return Card(
            outcome="answered",
            conclusion=self._wording.text(name, **values),
            detail="\n".join(f"{number}. {step}" for number, step in enumerate(result.steps, start=1)),
            more="\n".join(f"- {assumption}" for assumption in result.assumptions),
            citations=tuple(Citation(document, article, entry.title) for document, article in result.articles),
            understood={"entries": [entry.id]},
        )
