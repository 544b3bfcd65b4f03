"""Read entries from a folder of Markdown files, or statute articles from a JSONL file."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from knowledge_base import schema
from knowledge_base.errors import SourceError
from knowledge_base.heard import attach, read_heard
from knowledge_base.model import Citation, Entry, Figure

HEADINGS = {"怎么办": "steps", "期限": "deadline", "材料": "papers", "更多": "more"}
"""Headings that a body may have, and the field each becomes."""

_HEADING = re.compile(r"^##\s+(.+?)\s*$", re.MULTILINE)


def load(source: Path) -> list[Entry]:
    """Read all entries of a folder or a JSONL file, ordered by id; raise SourceError for the first fault."""
    entries, faults = load_good(source)
    if faults:
        raise faults[0]
    return entries


def load_good(source: Path) -> tuple[list[Entry], list[SourceError]]:
    """Read the entries that can be read, ordered by id, and what is wrong with the others, in the order of the files.

    Raises SourceError when there is nothing to read, or only a JSONL file with a fault: that one is made by programs.
    """
    faults: list[SourceError] = []
    by_id: dict[str, Entry] = {}
    if source.is_dir():
        read = _read_folder(source, faults)
    elif source.is_file():
        read = ((source, entry) for entry in _read_articles(source))
    else:
        raise SourceError(source, "no such file or folder")
    for path, entry in read:
        if entry.id in by_id:
            faults.append(SourceError(path, f"the id {entry.id} is there twice", field="id"))
        by_id.setdefault(entry.id, entry)
    if not by_id and not faults:
        raise SourceError(source, "holds no entry")
    labelled, wrong = read_heard(source)
    return sorted(attach(by_id.values(), labelled), key=lambda entry: entry.id), [*faults, *wrong]


def _read_folder(folder: Path, faults: list[SourceError]) -> Iterator[tuple[Path, Entry]]:
    """Read the entries of a folder; a file with a fault gives none, and its faults are added to `faults`."""
    for path in entry_files(folder):
        try:
            wrong = list(form_faults(path))
            faults += wrong
            if not wrong:
                yield path, read_entry(path)
        except SourceError as fault:
            faults.append(fault)


def form_faults(path: Path) -> Iterator[SourceError]:
    """Check the front matter of a file by the schema; raise SourceError when it cannot be read at all."""
    meta, _ = read_parts(path)
    for where, what in schema.faults(meta):
        line = schema.line_of(path.read_text(encoding="utf-8-sig"), where)
        yield SourceError(path, what, line=line, field=".".join(map(str, where)))


def entry_files(folder: Path) -> list[Path]:
    """List the entry files of a folder and its subfolders; README files and hidden ones are none."""
    return sorted(
        path
        for path in folder.rglob("*.md")
        if path.name.upper() != "README.MD" and not path.name.startswith((".", "_"))
    )


def read_entry(path: Path) -> Entry:
    """Read one Markdown entry; raise SourceError saying what is wrong with the file."""
    meta, body = read_parts(path)
    sections = split_body(path, body)
    try:
        return Entry(
            id=str(meta["id"]),
            title=str(meta["title"]),
            category=str(meta["category"]),
            region=str(meta["region"]),
            audience=_strings(meta["audience"]),
            effective_from=_day(meta["effective_from"]),
            effective_until=_day(meta["effective_until"]),
            reviewed=_day(meta["reviewed"]),
            questions=_strings(meta["questions"]),
            heard=(),
            citations=tuple(
                Citation(str(item["document"]), item.get("article"), item.get("url")) for item in meta["citations"]
            ),
            service=meta["service"],
            related=_strings(meta["related"]),
            variants=tuple((str(kind), str(entry)) for kind, entry in meta.get("variants", {}).items()),
            supplements=meta.get("supplements"),
            calculator=meta.get("calculator"),
            figures=tuple(Figure(str(item["figure"]), str(item["source"])) for item in meta.get("figures", ())),
            **sections,
        )
    except KeyError as error:
        raise SourceError(path, f"front matter lacks {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise SourceError(path, f"front matter has a value of the wrong kind ({error})") from error


def read_parts(path: Path) -> tuple[dict[str, Any], str]:
    """Read a Markdown file's front matter and body as they stand."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(path, "is not UTF-8") from error
    except OSError as error:
        raise SourceError(path, f"cannot be read ({error.strerror})") from error
    if not re.match(r"---\s*\n.*?\n---\s*(\n|$)", text, re.DOTALL):
        raise SourceError(path, "has no front matter between two lines of ---")
    try:
        post = frontmatter.loads(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise _at(path, text, mark.line + 1 if mark else None, f"front matter is no YAML ({what})") from error
    except ValueError as error:
        line = schema.line_of_impossible_day(text)
        raise _at(path, text, line, f"front matter has an impossible value ({error})") from error
    return dict(post.metadata), str(post.content)


def _at(path: Path, text: str, line: int | None, what: str) -> SourceError:
    """Return a fault of front matter that is no YAML, with the field that begins on its line."""
    field = re.match(r"\w+(?=:)", text.split("\n")[line - 1]) if line else None
    return SourceError(path, what, line=line, field=field[0] if field else None)


def split_body(path: Path, body: str) -> dict[str, str]:
    """Split a body at its headings into the fields of an entry; nothing of the text is lost."""
    parts = _HEADING.split(body)
    sections = {"conclusion": parts[0].strip()}
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        name = HEADINGS.get(heading)
        if name is None:
            what = f"has the heading {heading}; known are {'、'.join(HEADINGS)}"
            raise SourceError(path, what, line=_line_of_heading(path, heading, 0))
        if name in sections:
            raise SourceError(path, f"has the heading {heading} twice", line=_line_of_heading(path, heading, 1))
        sections[name] = text.strip()
    return sections


def _line_of_heading(path: Path, heading: str, place: int) -> int:
    text = path.read_text(encoding="utf-8-sig")
    starts = [match.start() for match in _HEADING.finditer(text) if match[1] == heading]
    return text.count("\n", 0, starts[place]) + 1


def digest(entries: list[Entry]) -> str:
    """Return a hash of all that the entries say, independent of the files that they came from."""
    return hashlib.sha256("\n".join(repr(entry) for entry in entries).encode()).hexdigest()


def _read_articles(path: Path) -> Iterator[Entry]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise SourceError(path, "is not UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _article(path, number, line)


def _article(path: Path, number: int, line: str) -> Entry:
    try:
        row = json.loads(line)
        return Entry(
            id=str(row["id"]),
            title=f"{row['law']} {row['article']}",
            category="statute",
            citations=(Citation(str(row["law"]), str(row["article"])),),
            conclusion=str(row["text"]),
        )
    except json.JSONDecodeError as error:
        raise SourceError(path, f"line {number} is no JSON ({error.msg} at column {error.colno})") from error
    except (KeyError, TypeError) as error:
        raise SourceError(path, f"line {number} is no object with id, law, article and text") from error


def _strings(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return tuple(str(item) for item in value)


def _day(value: Any) -> date | None:
    if value is None or type(value) is date:
        return value
    raise TypeError(f"{value!r} is no date")
