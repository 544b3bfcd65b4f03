"""Reads an answer by the kind of its step. Pure but for the look-up of unions, which is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from casework import readers
from casework.errors import CaseworkError
from casework.procedures.model import Step, Value
from casework.readers import Unreadable

LONGEST_TEXT, LONGEST_STORY = 120, 3000
"""Characters of an answer."""
UNIONS = ("union", "district")
"""Kinds of steps whose answer is a union: its id and name, or the name alone as the worker said it."""
NONE_OF_THEM = "none"
"""The code of the answer: none of the unions that were offered."""


class Choose(CaseworkError):
    """Several things may be meant; `options` maps codes to titles."""

    def __init__(self, options: Mapping[str, str]) -> None:
        super().__init__("several may be meant")
        self.options = dict(options)


class UnknownPlace(CaseworkError):
    """The text names no region that we know."""


FindUnions = Callable[[str, bool], Mapping[str, str]]
"""Finds unions by a code or a firm's name, or (True) by a district: their ids and names, the best first."""
NameRegion = Callable[[str], str | None]
"""Returns the region that a text names, as `江苏/徐州`."""


@dataclass(frozen=True)
class Reading:
    """What reading an answer needs to know beside its text."""

    today: date
    find_unions: FindUnions
    name_region: NameRegion

    def read(self, step: Step, text: str, options: Mapping[str, str]) -> Value:
        """Return an answer's value. Raises `Unreadable`, `UnknownPlace`, and `Choose` where she has to say which."""
        reader = _READERS.get(step.kind)
        if reader is not None:
            return reader(self, step, text)
        return self._union(step, text, options) if step.kind in UNIONS else self._region(text)

    def tapped(self, step: Step, value: str, options: Mapping[str, str]) -> Value:
        """Return the value of a tapped button. Raises `Unreadable` for one that the step does not offer."""
        if step.kind in ("choice", "choices"):
            known = {choice.code for choice in step.choices}
            if value in known:
                return value
        elif step.kind in UNIONS and value in options:
            return _union_of(value, options)
        raise Unreadable("unknown_choice")

    def _union(self, step: Step, text: str, options: Mapping[str, str]) -> Value:
        if options:
            listed = [readers.Choice(code, title) for code, title in options.items()]
            try:
                return _union_of(readers.read_choice(text, listed), options)
            except Unreadable:
                pass  # another name than those offered
        name = readers.read_text(text, 2, LONGEST_TEXT)
        found = self.find_unions(name, step.kind == "district")
        if not found:
            return {"name": name}
        raise Choose({**found, NONE_OF_THEM: "都不是"})

    def _region(self, text: str) -> Value:
        region = self.name_region(text)
        if region is None:
            raise UnknownPlace
        return region


def _union_of(code: str, options: Mapping[str, str]) -> Value:
    return {"name": ""} if code == NONE_OF_THEM else {"id": int(code), "name": options[code]}


def _listed(step: Step) -> list[readers.Choice]:
    return [readers.Choice(choice.code, choice.title, choice.words) for choice in step.choices]


def _text(_reading: Reading, step: Step, text: str) -> Value:
    return readers.read_text(text, step.least or 1, step.most or LONGEST_TEXT)


def _story(_reading: Reading, step: Step, text: str) -> Value:
    return readers.read_text(text, step.least or 4, step.most or LONGEST_STORY)


def _date(reading: Reading, _step: Step, text: str) -> Value:
    span = readers.read_date(text, reading.today)
    first, last = span.first.isoformat(), span.last.isoformat()
    return first if first == last else {"from": first, "to": last}


def _amount(_reading: Reading, _step: Step, text: str) -> Value:
    amount = readers.read_amount(text)
    return {"yuan": f"{amount.yuan:f}", "about": True} if amount.about else f"{amount.yuan:f}"


def _integer(_reading: Reading, step: Step, text: str) -> Value:
    return readers.read_integer(text, step.least, step.most or 100_000).value


def _identity(reading: Reading, _step: Step, text: str) -> Value:
    identity = readers.read_identity(text, today=reading.today)
    return {"type": identity.type, "number": identity.number}


_READERS: Mapping[str, Callable[[Reading, Step, str], Value]] = {
    "text": _text,
    "story": _story,
    "name": lambda _reading, _step, text: readers.read_name(text),
    "phone": lambda _reading, _step, text: readers.read_phone(text),
    "identity": _identity,
    "date": _date,
    "amount": _amount,
    "integer": _integer,
    "choice": lambda _reading, step, text: readers.read_choice(text, _listed(step)),
    "choices": lambda _reading, step, text: list(readers.read_choices(text, _listed(step))),
}
