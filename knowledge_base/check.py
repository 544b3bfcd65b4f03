"""Check entries: their form, their sources, and that nothing in them has aged.

Every problem is one line, `file: what`. Without a folder of statutes, articles are checked against their number in
documents.yml; with one, against the texts, of which no long passage may be copied.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from knowledge_base.errors import SourceError
from knowledge_base.figures import stale, unproven
from knowledge_base.loader import entry_files, read_entry, read_parts
from knowledge_base.model import Entry
from knowledge_base.numerals import article_number
from knowledge_base.text import normalise

FIRST_BUBBLE = 120
SECOND_BUBBLE = 300
COPIED = 28
"""Chinese characters in a row that are the same as in a statute."""

_HERE = Path(__file__).parent
_SCHEMA = _HERE / "schema.json"
_DOCUMENTS = _HERE / "documents.yml"
_DATES = ("effective_from", "effective_until", "reviewed")
_CHANGING = re.compile(
    r"(最低工资|低保|津贴|补贴|补助|慰问|抚恤|救助金|丧葬|缴费基数|学费)[^。；\n]{0,24}?\d[\d.,]*\s*(元|万)"
    r"|\d[\d.,]*\s*(元|万)[^。；\n]{0,12}?(最低工资|低保|津贴|补贴|补助|慰问金|抚恤金|救助金)"
)
_CHINESE = re.compile(r"[^一-鿿]+")
_ARTICLE = re.compile(r"^(第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十])?)[\s　]", re.MULTILINE)


@dataclass(frozen=True)
class Document:
    """A source that may be cited."""

    name: str
    articles: int | None
    superseded: Mapping[str, str]


@dataclass(frozen=True)
class Statute:
    """The text of a document: its articles by name, and its Chinese characters without anything between."""

    articles: Mapping[str, str]
    characters: str

    @cached_property
    def passages(self) -> frozenset[str]:
        """All passages of COPIED characters."""
        return frozenset(_passages(self.characters))


def check(source: Path, laws: Path | None = None) -> list[str]:
    """Return every problem of the entries in a folder, ordered by file; an empty list when all is well."""
    if not source.is_dir():
        raise SourceError(source, "no such folder")
    if laws is not None and not laws.is_dir():
        raise SourceError(laws, "no such folder")
    files = entry_files(source)
    if not files:
        raise SourceError(source, "holds no entry")
    statutes = read_statutes(laws) if laws else {}
    problems: list[str] = []
    entries: dict[Path, Entry] = {}
    for path in files:
        problems += [f"{path.relative_to(source)}: {what}" for what in _alone(path, statutes, entries)]
    problems += [f"{path.relative_to(source)}: {what}" for path, what in _together(entries)]
    return sorted(set(problems))


def _alone(path: Path, statutes: Mapping[str, Statute], entries: dict[Path, Entry]) -> Iterator[str]:
    """Check one file; one that can be read is added to `entries`, and if well formed its sources are checked."""
    try:
        faults = list(_form(path))
        yield from faults
        entries[path] = read_entry(path)
    except SourceError as error:
        yield error.what
        return
    yield from _body(entries[path])
    if not faults:
        yield from _sources(entries[path], statutes)


def _form(path: Path) -> Iterator[str]:
    """Check the front matter by the schema, and that the file is where its front matter says."""
    meta, _ = read_parts(path)
    plain = {key: _plain(key, value) for key, value in meta.items()}
    for fault in sorted(_validator().iter_errors(plain), key=lambda fault: [str(part) for part in fault.path]):
        where = ".".join(str(part) for part in fault.path)
        yield f"{where}: {fault.message}" if where else fault.message
    if meta.get("id") != path.stem:
        yield f"id {meta.get('id')} is not the file's name"
    if meta.get("category") != path.parent.name:
        yield f"category {meta.get('category')} is not the folder's name"


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(_SCHEMA.read_text("utf-8")))


def _plain(key: str, value: Any) -> Any:
    return value.isoformat() if key in _DATES and type(value) is date else value


def _body(entry: Entry) -> Iterator[str]:
    if not entry.conclusion:
        yield "has no first paragraph: the conclusion and the one next step"
    if "\n\n" in entry.conclusion:
        yield "has more than one paragraph before its first heading"
    if (length := len(plain_text(entry.conclusion))) > FIRST_BUBBLE:
        yield f"first paragraph has {length} characters, at most {FIRST_BUBBLE}"
    if not entry.steps:
        yield "has no 怎么办"
    if (length := len(plain_text(entry.detail))) > SECOND_BUBBLE:
        yield f"怎么办, 期限 and 材料 have {length} characters together, at most {SECOND_BUBBLE}"
    distinct = {normalise(question) for question in entry.questions}
    if len(distinct) < len(entry.questions):
        yield "asks one of its questions twice"
    if entry.effective_from and entry.effective_until and entry.effective_until < entry.effective_from:
        yield "effective_until is before effective_from"
    for figure in stale(entry):
        yield f"lists the figure {figure}, which the text does not have"
    everything = "\n".join((entry.conclusion, entry.detail, entry.more))
    if entry.effective_until is None and (changing := _CHANGING.search(everything)):
        yield f"a figure of a kind that changes needs effective_until: {changing.group().strip()}"


def _sources(entry: Entry, statutes: Mapping[str, Statute]) -> Iterator[str]:
    for citation in entry.citations:
        document = documents().get(citation.document)
        if document is None:
            yield f"cites {citation.document}, which is not in documents.yml"
            continue
        if citation.article is None:
            continue
        if reason := document.superseded.get(citation.article):
            yield f"rests on {citation.document}{citation.article}, which no longer holds: {reason}"
        text = statutes.get(citation.document)
        number = article_number(citation.article)
        if text is not None and citation.article not in text.articles:
            yield f"cites {citation.document}{citation.article}, which the text does not have"
        elif document.articles is not None and number > document.articles:
            yield f"cites {citation.document}{citation.article}, but it has {document.articles} articles"
    if statutes:
        for figure in unproven(entry, _cited_texts(entry, statutes)):
            yield f"{figure} is in no cited article; cite it, or list it under figures with its source"
    for told in (entry.title, entry.conclusion, entry.steps, entry.deadline, entry.papers, entry.more):
        for name, passage in copied(told, statutes):
            yield f"copies {name}: {passage}…"


def _cited_texts(entry: Entry, statutes: Mapping[str, Statute]) -> Iterator[str]:
    """Yield the articles that an entry cites, and all of a document that it cites as a whole."""
    for citation in entry.citations:
        if statute := statutes.get(citation.document):
            if citation.article is None:
                yield from statute.articles.values()
            else:
                yield statute.articles.get(citation.article, "")


def copied(told: str, statutes: Mapping[str, Statute]) -> Iterator[tuple[str, str]]:
    """Find the first passage of COPIED characters in a row that stands in a statute, for each statute."""
    passages = set(_passages(_CHINESE.sub("", told)))
    for name, statute in statutes.items():
        if same := passages & statute.passages:
            yield name, min(same)


def _passages(characters: str) -> Iterator[str]:
    return (characters[start : start + COPIED] for start in range(len(characters) - COPIED + 1))


def _together(entries: Mapping[Path, Entry]) -> Iterator[tuple[Path, str]]:
    """Check what only shows with all entries side by side."""
    places: dict[str, Path] = {}
    asked: dict[str, Path] = {}
    for path, entry in entries.items():
        if entry.id in places:
            yield path, f"the id {entry.id} is also in {places[entry.id].name}"
        places.setdefault(entry.id, path)
        for question in entry.questions:
            other = asked.setdefault(normalise(question), path)
            if other != path:
                yield path, f"asks {question}, as {other.name} does"
    for path, entry in entries.items():
        for related in entry.related:
            if related not in places or related == entry.id:
                yield path, f"related {related} is no other entry"
        for kind, variant in entry.variants:
            if variant not in places:
                yield path, f"variants.{kind}: {variant} is no entry"
        if entry.supplements is not None and (entry.supplements not in places or entry.supplements == entry.id):
            yield path, f"supplements {entry.supplements} is no other entry"


def plain_text(markdown: str) -> str:
    """Return Markdown as it is read: without emphasis, links and their addresses."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"\*\*|__|`", "", text).strip()


@lru_cache(maxsize=1)
def documents() -> dict[str, Document]:
    """Read the list of documents that may be cited."""
    rows = yaml.safe_load(_DOCUMENTS.read_text("utf-8"))
    return {row["name"]: Document(row["name"], row.get("articles"), row.get("superseded") or {}) for row in rows}


def read_statutes(folder: Path) -> dict[str, Statute]:
    """Read texts named like their document, a date in brackets at the end of the name apart."""
    return {
        re.sub(r"\(\d{4}-\d\d-\d\d\)$", "", path.stem): Statute(split_articles(text), _CHINESE.sub("", text))
        for path, text in _texts(folder.rglob("*.txt"))
    }


def split_articles(text: str) -> dict[str, str]:
    """Split a statute into its articles; each reaches to the next one, the last to the end with what is annexed."""
    parts = _ARTICLE.split(text)
    articles: dict[str, str] = {}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        articles[name] = articles.get(name, "") + body
    return articles


def _texts(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in sorted(paths):
        try:
            yield path, path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(path, "cannot be read as UTF-8 text") from error
