"""Which aid fits a trouble, and on what it depends: sums and conditions are local, so none is told. Pure.

What is said is that of the entries under knowledge_base/policies/aid, in one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casework.procedures.advice_given import Advice
from casework.procedures.model import Value

ENTRIES = {
    "hardship": "hardship-aid",
    "medical": "medical-aid",
    "study": "tuition-aid",
    "emergency": "emergency-aid",
    "mutual": "mutual-claim",
}
"""The entry behind each trouble's advice."""


def after_situation(answers: Mapping[str, Value], _today: date) -> tuple[Advice, ...]:
    """Say what fits this trouble, on what it depends and whom to ask."""
    situation = answers.get("situation")
    return (Advice(f"utter_advice_aid_{situation}"),) if situation in ENTRIES else ()
