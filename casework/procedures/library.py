"""Reads the forms from their files, and says what is wrong with one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml
from pydantic import TypeAdapter, ValidationError

from casework.errors import CaseworkError
from casework.procedures.calculating import calculate_form
from casework.procedures.filled import OWN_STEPS
from casework.procedures.model import Form, Step
from casework.readers.plain import bare
from casework.text import understood

FORMS = Path(__file__).with_name("forms")
_FORM = TypeAdapter(Form)
_WANTS = r"(?:我|想|要|请|帮|给|办理?|申请|填|开始)*"


class FormError(CaseworkError):
    """A form's file cannot be used; the message names file, step and what is wrong."""


class Library:
    """All forms, by their ids."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self._forms = dict(forms)

    @classmethod
    def from_folder(cls, folder: Path = FORMS) -> Library:
        """Read every `*.yml` of a folder; the calculators make a form of their own. Raises `FormError`."""
        forms = [*(read_form(path) for path in sorted(folder.glob("*.yml"))), calculate_form()]
        for what, values in (("prefix", [form.prefix for form in forms]), ("intent", [form.intent for form in forms])):
            twice = [value for value, count in Counter(values).items() if value is not None and count > 1]
            if twice:
                raise FormError(f"two forms have the {what} {twice[0]}")
        return cls({form.id: form for form in forms})

    def __iter__(self) -> Iterator[Form]:
        return iter(self._forms.values())

    def get(self, form_id: str) -> Form | None:
        """Return a form, None where there is none of this id."""
        return self._forms.get(form_id)

    def of_intent(self, intent: str) -> Form | None:
        """Return the form that an intent starts."""
        return next((form for form in self if form.intent == intent), None)

    def titled(self, text: str) -> Form | None:
        """Return the form whose title a worker types, with no more around it than that she wants it: 我要办转会籍."""
        told = bare(understood(text, None))
        return next((form for form in self if re.fullmatch(f"{_WANTS}{re.escape(form.title)}吧?", told)), None)


def read_form(path: Path) -> Form:
    """Read one file, whose name is the form's id. Raises `FormError`."""
    try:
        form = _FORM.validate_python(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise FormError(f"{path.name}: {error}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise FormError(f"{path.name}: {where}: {fault['msg']}") from error
    for fault_found in faults(form, path.stem):
        raise FormError(f"{path.name}: {fault_found}")
    return form


def faults(form: Form, name: str) -> Iterator[str]:
    """Say what no type can say is wrong with a form."""
    if form.id != name:
        yield f"the id {form.id} is not the file's name"
    if not form.steps:
        yield "it asks for nothing"
    before: dict[str, Step] = {}
    for step in form.steps:
        if step.id in before or step.id in OWN_STEPS:
            yield f"{step.id}: the id is taken"
        if (step.kind in ("choice", "choices")) != bool(step.choices):
            yield f"{step.id}: a choice needs choices, and nothing else has any"
        codes = [choice.code for choice in step.choices]
        if len(set(codes)) < len(codes):
            yield f"{step.id}: a choice stands there twice"
        yield from _faults_of_condition(step, before)
        before[step.id] = step


def _faults_of_condition(step: Step, before: Mapping[str, Step]) -> Iterator[str]:
    for earlier, wanted in step.when.items():
        if earlier not in before:
            yield f"{step.id}: it depends on {earlier}, which is not asked before"
            continue
        codes = {choice.code for choice in before[earlier].choices}
        yield from (f"{step.id}: {earlier} has no choice {code}" for code in wanted if code not in codes)
