"""What an answer makes it necessary to say at once: a limit that runs out, a case for people. Pure.

A form that needs nothing of the kind has no line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from casework.procedures.model import Value


@dataclass(frozen=True)
class Advice:
    """A response of `domain.yml` with its values; `urgent` makes it a matter for people, `ends` the form as well."""

    response: str
    values: Mapping[str, str] = field(default_factory=dict)
    urgent: str | None = None
    ends: bool = False


Adviser = Callable[[Mapping[str, Value], date], tuple[Advice, ...]]


def advise(form_id: str, step_id: str, answers: Mapping[str, Value], today: date) -> tuple[Advice, ...]:
    """Return what is to be said after this step's answer."""
    adviser = ADVISERS.get((form_id, step_id)) or ADVISERS.get(("*", step_id))
    return adviser(answers, today) if adviser else ()


ADVISERS: dict[tuple[str, str], Adviser] = {}
"""By form and step; `*` for any form."""
