"""Front matter against schema.json: which fields are wrong, how, and on which line of the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

SCHEMA = Path(__file__).with_name("schema.json")

_DATES = ("effective_from", "effective_until", "reviewed")
Where = tuple[str | int, ...]
"""The way to a value: ("citations", 0, "article")."""


def faults(meta: Mapping[str, Any]) -> Iterator[tuple[Where, str]]:
    """Say of each wrong value of a front matter where it is and what is wrong, in the order of the fields."""
    plain = {key: _plain(key, value) for key, value in meta.items()}
    found = sorted(_validator().iter_errors(plain), key=lambda fault: [str(part) for part in fault.path])
    for fault in found:
        where = tuple(fault.path)
        if fault.validator == "required":
            yield from (((*where, name), "is missing") for name in fault.validator_value if name not in fault.instance)
        elif fault.validator == "additionalProperties" and "properties" in fault.schema:
            known = fault.schema["properties"]
            yield from (((*where, name), "is no field of an entry") for name in fault.instance if name not in known)
        else:
            yield where, _said(fault)


def line_of(text: str, where: Sequence[str | int]) -> int:
    """Return the line of a file, counted from 1, on which a value of its front matter stands, or what lacks it.

    `text` is the whole file, its front matter between the first two lines of ---.
    """
    front = text.lstrip("\ufeff").split("\n---", 1)[0].split("\n", 1)[-1]
    node, line = yaml.compose(front, Loader=yaml.SafeLoader), -1
    for part in where:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(part)), None)
            if pair is None:
                break
            node, line = pair[1], pair[0].start_mark.line
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line + 2


def line_of_impossible_day(text: str) -> int | None:
    """Return the line of a file on which the first day stands that no calendar has, None when there is none."""
    for number, line in enumerate(text.split("\n"), start=1):
        if day := re.fullmatch(r"\w+:\s*(\d{4}-\d\d-\d\d)\s*", line):
            try:
                date.fromisoformat(day[1])
            except ValueError:
                return number
    return None


def _said(fault: ValidationError) -> str:
    if fault.validator == "anyOf" and fault.context:
        # null or something else: what is wrong with the something else says more.
        return _said(next((each for each in fault.context if each.validator == "pattern"), fault.context[0]))
    if fault.validator == "pattern" and "[0-9]{4}-[0-9]{2}" in str(fault.validator_value):
        return f"{fault.instance!r} is no day like 2026-11-21"
    if fault.validator in ("minItems", "maxItems") and isinstance(fault.instance, list):
        bound = "at least" if fault.validator == "minItems" else "at most"
        return f"has {len(fault.instance)}, {bound} {fault.validator_value}"
    return fault.message.replace("\n", " ")


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def _plain(key: str, value: Any) -> Any:
    return value.isoformat() if key in _DATES and type(value) is date else value
