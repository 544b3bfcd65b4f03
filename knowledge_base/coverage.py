"""What the entries cover: each law, article by article, and each service of the union, by coverage.yml.

    laws:      name → not_for_workers: article or range (第二条-第五条) → the reason
    services:  id → need: what it is, in a few words; entries: those that answer it

An article is covered when an entry cites it, when no worker needs it, or when it no longer holds (documents.yml).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.documents import documents
from knowledge_base.errors import SourceError
from knowledge_base.model import Entry
from knowledge_base.numerals import article_name, article_number
from knowledge_base.statutes import Statute

LISTED = Path(__file__).with_name("coverage.yml")


@dataclass(frozen=True)
class Law:
    """A law with its articles in order: who cites each, and why no worker needs it."""

    name: str
    articles: tuple[str, ...]
    cited: Mapping[str, tuple[str, ...]]
    excluded: Mapping[str, str]
    superseded: Mapping[str, str]

    @property
    def holes(self) -> list[str]:
        """The articles in force that a worker may need and no entry cites."""
        return [name for name in self.articles if not (self.cited.get(name) or name in self.set_aside)]

    @property
    def set_aside(self) -> Mapping[str, str]:
        """The reason for each article that needs no entry."""
        return {**self.excluded, **self.superseded}


@dataclass(frozen=True)
class Service:
    """A service or a need, the entries that answer it, and the ids that are no entries."""

    id: str
    need: str
    entries: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_hole(self) -> bool:
        """Tell whether nothing answers it, or what is named does not exist."""
        return not self.entries or bool(self.unknown)


@dataclass(frozen=True)
class Coverage:
    """All laws and services in the order of the list."""

    laws: tuple[Law, ...]
    services: tuple[Service, ...]

    @property
    def is_whole(self) -> bool:
        """Tell whether nothing is left open."""
        return not any(law.holes for law in self.laws) and not any(service.is_hole for service in self.services)


def cover(entries: Iterable[Entry], statutes: Mapping[str, Statute] | None = None, listed: Path = LISTED) -> Coverage:
    """Compare entries with the list.

    The articles of a law are those of its text where there is one, else as many as documents.yml says. Raises
    SourceError for a list that names what does not exist.
    """
    known = {entry.id: entry for entry in entries}
    cited: dict[str, dict[str, list[str]]] = {}
    for entry in known.values():
        for citation in entry.citations:
            if citation.article is not None:
                who = cited.setdefault(citation.document, {}).setdefault(citation.article, [])
                who += [entry.id] if entry.id not in who else []
    rows = _read(listed)
    laws = tuple(
        _law(listed, name, row, cited.get(name, {}), (statutes or {}).get(name)) for name, row in rows["laws"].items()
    )
    services = tuple(
        Service(
            identity,
            row["need"],
            tuple(entry for entry in row["entries"] if entry in known),
            tuple(entry for entry in row["entries"] if entry not in known),
        )
        for identity, row in rows["services"].items()
    )
    return Coverage(laws, services)


def _law(
    listed: Path, name: str, row: Mapping[str, Any], cited: Mapping[str, list[str]], statute: Statute | None
) -> Law:
    document = documents().get(name)
    if document is None or document.articles is None:
        raise SourceError(listed, f"{name} is not in documents.yml with the number of its articles")
    if statute is not None and len(statute.articles) != document.articles:
        raise SourceError(
            listed, f"{name} has {len(statute.articles)} articles, documents.yml says {document.articles}"
        )
    articles = tuple(statute.articles) if statute else tuple(map(article_name, range(1, document.articles + 1)))
    excluded: dict[str, str] = {}
    for written, reason in (row.get("not_for_workers") or {}).items():
        for article in _range(listed, name, written):
            if article not in articles:
                raise SourceError(listed, f"{name} has no {article}")
            if article in excluded:
                raise SourceError(listed, f"{name} {article} is set aside twice")
            excluded[article] = reason
    return Law(name, articles, {key: tuple(who) for key, who in cited.items()}, excluded, document.superseded)


def _range(listed: Path, name: str, written: str) -> Iterator[str]:
    """Yield the articles of 第五条 or 第二条-第五条."""
    first, dash, last = str(written).partition("-")
    try:
        numbers = range(article_number(first), article_number(last if dash else first) + 1)
    except ValueError as error:
        raise SourceError(listed, f"{name}: {error}") from error
    if not numbers:
        raise SourceError(listed, f"{name}: {written} ends before it begins")
    yield from map(article_name, numbers)


def _read(listed: Path) -> dict[str, dict[str, Any]]:
    try:
        rows = yaml.safe_load(listed.read_text("utf-8"))
        return {"laws": dict(rows["laws"]), "services": dict(rows["services"])}
    except OSError as error:
        raise SourceError(listed, f"cannot be read ({error.strerror})") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise SourceError(listed, "is no YAML of laws and services") from error


def as_text(coverage: Coverage) -> str:
    """Return a table for a terminal: a line for each law and service, and what is open."""
    lines = ["articles  cited  not needed  open  law"]
    for law in coverage.laws:
        counted = (len(law.articles), _cited(law), _not_needed(law), len(law.holes))
        lines.append("{:8}  {:5}  {:10}  {:4}  {}".format(*counted, law.name))
        lines += [f"          open: {'、'.join(law.holes)}"] if law.holes else []
    lines += ["", "entries  service"]
    for service in coverage.services:
        lines.append(f"{len(service.entries):7}  {service.need} [{service.id}]")
        lines += [f"         no entries: {'、'.join(service.unknown)}"] if service.unknown else []
        lines += [] if service.entries else ["         open: nothing answers it"]
    return "\n".join(lines)


def as_markdown(coverage: Coverage) -> str:
    """Return the document: a table of services, a table of laws, and one table a law, article by article."""
    parts = [
        "# What the entries cover",
        "Made by `python -m knowledge_base coverage --markdown docs/coverage.md` from the citations of the entries and"
        " `knowledge_base/coverage.yml`. Articles that no worker needs, or that no longer hold, stand with the reason.",
        "## Services",
        _table(("service", "entries"), ((each.need, _codes(each.entries)) for each in coverage.services)),
        "## Laws",
        _table(
            ("law", "articles", "cited", "not needed", "open"),
            (
                (law.name, str(len(law.articles)), str(_cited(law)), str(_not_needed(law)), str(len(law.holes)))
                for law in coverage.laws
            ),
        ),
    ]
    for law in coverage.laws:
        parts += [
            f"### {law.name}",
            _table(("article", "entries"), ((name, _told(law, name)) for name in law.articles)),
        ]
    return "\n\n".join(parts) + "\n"


def _told(law: Law, article: str) -> str:
    if reason := law.superseded.get(article):
        return f"*no longer holds: {reason}*"
    if who := law.cited.get(article):
        return _codes(who)
    return f"*{law.excluded[article]}*" if article in law.excluded else "**open**"


def _cited(law: Law) -> int:
    return sum(1 for article in law.articles if law.cited.get(article) and article not in law.superseded)


def _not_needed(law: Law) -> int:
    return len(law.articles) - _cited(law) - len(law.holes)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
