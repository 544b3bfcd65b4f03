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

from knowledge_base.errors import SourceError
from knowledge_base.model import Citation, Entry, Figure

HEADINGS = {"怎么办": "steps", "期限": "deadline", "材料": "papers", "更多": "more"}
"""Headings that a body may have, and the field each becomes."""

_HEADING = re.compile(r"^##\s+(.+?)\s*$", re.MULTILINE)


def load(source: Path) -> list[Entry]:
    """Read all entries of a folder or a JSONL file, ordered by id; raise SourceError for the first fault."""
    if source.is_dir():
        entries = [read_entry(path) for path in entry_files(source)]
    elif source.is_file():
        entries = list(_read_articles(source))
    else:
        raise SourceError(source, "no such file or folder")
    if not entries:
        raise SourceError(source, "holds no entry")
    by_id: dict[str, Entry] = {}
    for entry in entries:
        if entry.id in by_id:
            raise SourceError(source, f"the id {entry.id} is there twice")
        by_id[entry.id] = entry
    return sorted(entries, key=lambda entry: entry.id)


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
            citations=tuple(
                Citation(str(item["document"]), item.get("article"), item.get("url")) for item in meta["citations"]
            ),
            service=meta["service"],
            related=_strings(meta["related"]),
            variants=tuple((str(kind), str(entry)) for kind, entry in meta.get("variants", {}).items()),
            supplements=meta.get("supplements"),
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
        raise SourceError(path, f"front matter is no YAML ({_first_line(error)})") from error
    except ValueError as error:
        raise SourceError(path, f"front matter has an impossible value ({error})") from error
    return dict(post.metadata), str(post.content)


def split_body(path: Path, body: str) -> dict[str, str]:
    """Split a body at its headings into the fields of an entry; nothing of the text is lost."""
    parts = _HEADING.split(body)
    sections = {"conclusion": parts[0].strip()}
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        name = HEADINGS.get(heading)
        if name is None:
            raise SourceError(path, f"has the heading {heading}; known are {'、'.join(HEADINGS)}")
        if name in sections:
            raise SourceError(path, f"has the heading {heading} twice")
        sections[name] = text.strip()
    return sections


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


def _first_line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"line {mark.line + 1}: " if mark else ""
    return f"{where}{getattr(error, 'problem', None) or str(error).splitlines()[0]}"
