"""Questions as workers ask them, each labelled with the entries that answer it: a JSONL file beside the entries.

    {"text": "工资拖了三个月", "entries": ["wage-arrears", "wage-leaving"]}

The first entry answers best, the others also answer. What stands there is searched like an entry's own phrasings; that
a matter is often asked for is learnt from how many there are, and how far to trust a hit is fitted on them, because
phrasings that were written for an entry are neater than what comes in.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge_base.errors import SourceError
from knowledge_base.model import Entry, Heard

FILE = "heard.jsonl"
LONGEST = 300
"""Characters of a question."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One line of the file."""

    line: int
    text: str
    entries: tuple[str, ...]


def read_heard(folder: Path) -> tuple[list[Labelled], list[SourceError]]:
    """Read the file of a folder, nothing where there is none, and what is wrong with the lines that cannot be read."""
    path = folder / FILE
    if not path.is_file():
        return [], []
    good: list[Labelled] = []
    faults: list[SourceError] = []
    try:
        lines = path.read_text("utf-8-sig").split("\n")
    except UnicodeDecodeError:
        return [], [SourceError(path, "is not UTF-8")]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            good.append(_labelled(number, line))
        except ValueError as error:
            faults.append(SourceError(path, str(error), line=number))
    return good, faults


def _labelled(number: int, line: str) -> Labelled:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON ({error.msg} at column {error.colno})") from None
    text, entries = (row.get("text"), row.get("entries")) if isinstance(row, dict) else (None, None)
    if not isinstance(text, str) or not text.strip() or not isinstance(entries, list) or not entries:
        raise ValueError("is no object with text and at least one of entries")
    if len(text) > LONGEST:
        raise ValueError(f"has {len(text)} characters, at most {LONGEST}")
    return Labelled(number, text.strip(), tuple(str(entry) for entry in entries))


def attach(entries: Iterable[Entry], labelled: Iterable[Labelled]) -> Iterator[Entry]:
    """Give each entry the questions that it answers best; labels of entries that are not there are passed over."""
    known = {entry.id: entry for entry in entries}
    found: defaultdict[str, dict[str, Heard]] = defaultdict(dict)
    for row in labelled:
        there = [entry for entry in row.entries if entry in known]
        if there:
            found[there[0]].setdefault(row.text, Heard(row.text, tuple(there[1:])))
    for entry in known.values():
        written = set(entry.questions)
        yield replace(entry, heard=tuple(heard for heard in found[entry.id].values() if heard.text not in written))


def label_faults(labelled: Iterable[Labelled], entries: Iterable[Entry]) -> Iterator[tuple[int, str]]:
    """Check labels against the entries: the line, and what is wrong with it."""
    phrasings = {question: entry.id for entry in entries for question in entry.questions}
    ids = {entry.id for entry in entries}
    seen: dict[str, int] = {}
    for row in labelled:
        for entry in row.entries:
            if entry not in ids:
                yield row.line, f"{entry} is no entry"
        if len(set(row.entries)) < len(row.entries):
            yield row.line, "names an entry twice"
        if row.text in seen:
            yield row.line, f"asks what line {seen[row.text]} asks"
        seen.setdefault(row.text, row.line)
        owner = phrasings.get(row.text)
        if owner is not None and owner not in row.entries:
            yield row.line, f"asks a phrasing of {owner}, but is not labelled with it"
