"""The texts of statutes, read from a folder that may be missing: their articles, and what is copied from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from knowledge_base.errors import SourceError

COPIED = 28
"""Chinese characters in a row that are the same as in a statute."""

_CHINESE = re.compile(r"[^一-鿿]+")
_ARTICLE = re.compile(r"^(第[一二三四五六七八九十百千零]+条(?:之[一二三四五六七八九十])?)[\s　]", re.MULTILINE)


@dataclass(frozen=True)
class Statute:
    """The text of a document: its articles by name, and its Chinese characters without anything between."""

    articles: Mapping[str, str]
    characters: str

    @cached_property
    def passages(self) -> frozenset[str]:
        """All passages of COPIED characters."""
        return frozenset(_passages(self.characters))


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


def copied(told: str, statutes: Mapping[str, Statute]) -> Iterator[tuple[str, str]]:
    """Find a passage of COPIED characters in a row that stands in a statute, for each statute."""
    passages = set(_passages(_CHINESE.sub("", told)))
    for name, statute in statutes.items():
        if same := passages & statute.passages:
            yield name, min(same)


def _passages(characters: str) -> Iterator[str]:
    return (characters[start : start + COPIED] for start in range(len(characters) - COPIED + 1))


def _texts(paths: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    for path in sorted(paths):
        try:
            yield path, path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(path, "cannot be read as UTF-8 text") from error
