"""What a worker has filled in so far, and which question is next. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from casework.procedures.model import Form, Step, Value, holds

CONSENT, SENSITIVE, CONFIRM = "consent", "consent-sensitive", "confirm"
"""Steps that every form has beside its own: the two consents, and the summary before it is sent."""
OWN_STEPS = frozenset({CONSENT, SENSITIVE, CONFIRM})


@dataclass(frozen=True)
class Filled:
    """Answers by their steps' ids; `options` are what the worker was asked to choose from, by code and title."""

    answers: Mapping[str, Value] = field(default_factory=dict)
    skipped: frozenset[str] = frozenset()
    agreed: frozenset[str] = frozenset()
    """The consents that were given: `general`, `sensitive`."""
    declined: bool = False
    """The sensitive questions are not to be asked."""
    options: Mapping[str, str] = field(default_factory=dict)
    urgent: str | None = None
    """What made this a matter for people at once."""

    def as_json(self) -> str:
        """Return it as it is sealed."""
        return json.dumps(
            {
                "answers": dict(self.answers),
                "skipped": sorted(self.skipped),
                "agreed": sorted(self.agreed),
                "declined": self.declined,
                "options": dict(self.options),
                "urgent": self.urgent,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `as_json` gave."""
        data = json.loads(text)
        return cls(
            data["answers"],
            frozenset(data["skipped"]),
            frozenset(data["agreed"]),
            data["declined"],
            data["options"],
            data["urgent"],
        )

    def with_answer(self, step: Step, value: Value) -> Filled:
        """Return it with a step's answer, whatever was there."""
        return replace(self, answers={**self.answers, step.id: value}, skipped=self.skipped - {step.id}, options={})

    def without(self, step: Step) -> Filled:
        """Return it with a step left out."""
        rest = {step_id: value for step_id, value in self.answers.items() if step_id != step.id}
        return replace(self, answers=rest, skipped=self.skipped | {step.id}, options={})

    def sent(self, form: Form) -> dict[str, Value]:
        """Return the answers that belong to the form as it stands: those of questions that fell away are left out."""
        return {step.id: self.answers[step.id] for step in applicable(form, self) if step.id in self.answers}


def applicable(form: Form, filled: Filled) -> list[Step]:
    """Return the steps that these answers lead to, in their order."""
    return [step for step in form.steps if _is_asked(step, filled)]


def next_step(form: Form, filled: Filled) -> str:
    """Return the id of the question that comes next; `confirm` when all have been asked."""
    if "general" not in filled.agreed and form.ends != "calculation":
        return CONSENT
    for step in applicable(form, filled):
        if filled.answers.get(step.id) not in (None, []) or step.id in filled.skipped:
            continue
        if step.sensitive and "sensitive" not in filled.agreed:
            return SENSITIVE
        return step.id
    return CONFIRM


def standing_at(form: Form, filled: Filled, step_id: str) -> str:
    """Return the question to ask where a draft stands at `step_id`: another one where the form's file changed."""
    following = next_step(form, filled)
    step = next((step for step in applicable(form, filled) if step.id == step_id), None)
    if step is None or following == CONSENT or (step.sensitive and "sensitive" not in filled.agreed):
        return following
    return step_id


def step_before(form: Form, filled: Filled, current: str) -> Step | None:
    """Return the step before this one, None before the first."""
    steps = applicable(form, filled)
    if current == SENSITIVE:
        current = next((step.id for step in steps if step.sensitive), CONFIRM)
    ids = [step.id for step in steps]
    position = ids.index(current) if current in ids else (len(ids) if current == CONFIRM else 0)
    return steps[position - 1] if position > 0 else None


def position(form: Form, filled: Filled, current: str) -> tuple[int, int]:
    """Return which question this is, from 1, and how many there are as things stand."""
    ids = [step.id for step in applicable(form, filled)]
    return (ids.index(current) + 1 if current in ids else len(ids)), len(ids)


def _is_asked(step: Step, filled: Filled) -> bool:
    beside = any(other in filled.answers for other in step.unless)
    return holds(step.when, filled.answers) and not beside and not (step.sensitive and filled.declined)
