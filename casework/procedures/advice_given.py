"""What advice is: something to be said after an answer, and what it makes of the matter. Pure."""

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
"""Takes all answers, that of the step itself among them, and today."""
