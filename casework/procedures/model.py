"""What a form is: its steps in order, who sees it, and what it is for. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

Kind = Literal[
    "text",
    "story",
    "name",
    "phone",
    "identity",
    "date",
    "amount",
    "integer",
    "choice",
    "choices",
    "union",
    "district",
    "region",
    "files",
]
"""What an answer is read as (casework/procedures/reading.py)."""
INFORM = "inform"
"""The intent of every button that begins a form or gives it something."""
Value = Any
"""An answer as JSON: a string, a number, a list or an object, by its step's kind."""


@dataclass(frozen=True)
class Choice:
    """One of the answers that a step offers; `words` are other ways in which people say it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    code: str
    title: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One question.

    `when` maps ids of earlier steps to the answers with which this one is asked; all must fit. It is left
    out beside an answer to one of `unless`. A `sensitive` answer
    is asked for only after a consent of its own, and left out without it (PIPL, article 29).
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    kind: Kind
    label: str
    question: str
    example: str = ""
    optional: bool = False
    sensitive: bool = False
    choices: tuple[Choice, ...] = ()
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: tuple[str, ...] = ()
    least: int = 0
    most: int = 0

    def title_of(self, code: str) -> str:
        """Return the title of one of the choices, the code itself for what is none of them."""
        return next((choice.title for choice in self.choices if choice.code == code), code)


@dataclass(frozen=True)
class Form:
    """A procedure as its file describes it.

    `prefix` begins its cases' numbers; `topic` is the department that works on it; with `grievance` it goes to a
    union of the county or above, never to that of the employer's own firm. `working_days` is what staff promise.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: str
    title: str
    prefix: str
    topic: str
    eligibility: str
    seen_by: str
    purpose: str
    steps: tuple[Step, ...]
    grievance: bool = False
    working_days: int = 5
    intent: str | None = None
    sources: tuple[tuple[str, str], ...] = ()
    afterwards: str = ""
    ends: Literal["case", "membership", "calculation"] = "case"
    """What it becomes; only a case goes to staff, and a calculation needs no consent: nothing of it is kept."""
    documents: tuple[Literal["docx", "pdf"], ...] = ()
    """The kinds of file in which what was filled in is drafted as a paper."""

    def step(self, step_id: str) -> Step | None:
        """Return one of the steps, None for an id that is none's."""
        return next((step for step in self.steps if step.id == step_id), None)


def holds(when: Mapping[str, Sequence[str]], answers: Mapping[str, Value]) -> bool:
    """Tell whether a step's condition fits the answers given; a list fits where one of its items does."""
    return all(_fits(answers.get(step_id), wanted) for step_id, wanted in when.items())


def _fits(given: Value, wanted: Sequence[str]) -> bool:
    values = given if isinstance(given, list) else [given]
    return any(value in wanted for value in values)
