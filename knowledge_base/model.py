"""The nouns of the knowledge base: entries, what they rest on, and what a search returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ChunkKind = Literal["question", "title", "answer"]

CHOICES = 4
"""Entries among which a worker is asked which is meant."""
HARDLY_DOUBTED = 0.85
"""Confidence of the first hit below which the second is told in short as well: one such answer in six is not meant."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A source that an entry rests on; `article` is None for documents without articles."""

    document: str
    article: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an entry that no cited article holds: a worked example, or from another source, and from which."""

    figure: str
    source: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A question as workers ask it, which the entry that holds it answers best; `also` are others that answer it."""

    text: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer: a policy written by the union, or one article of a statute."""

    id: str
    title: str
    category: str
    region: str = "全国"
    audience: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_until: date | None = None
    reviewed: date | None = None
    questions: tuple[str, ...] = ()
    heard: tuple[Heard, ...] = ()
    """Questions that were labelled with it, of the file beside the entries; the more there are, the more often it is
    asked for."""
    citations: tuple[Citation, ...] = ()
    service: str | None = None
    related: tuple[str, ...] = ()
    variants: tuple[tuple[str, str], ...] = ()
    """Of whom the answer is another one: the kind of worker, and the entry that answers her."""
    supplements: str | None = None
    """The wider entry to which a local one adds what holds in its region."""
    calculator: str | None = None
    """What can be counted out for a worker who says her figures (casework/calculators)."""
    figures: tuple[Figure, ...] = ()
    conclusion: str = ""
    steps: str = ""
    deadline: str = ""
    papers: str = ""
    more: str = ""

    def is_related(self, other: Entry) -> bool:
        """Tell whether one of the two names the other as related."""
        return other.id in self.related or self.id in other.related

    @property
    def asked(self) -> tuple[str, ...]:
        """All questions that it is known to answer: its phrasings, then those that were labelled with it."""
        return (*self.questions, *(heard.text for heard in self.heard))

    @property
    def detail(self) -> str:
        """The second bubble: what to do, by when, what to bring, each under its heading."""
        return "\n".join(
            f"{heading}：\n{text}" if "\n" in text else f"{heading}：{text}"
            for heading, text in (("怎么办", self.steps), ("期限", self.deadline), ("材料", self.papers))
            if text
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of text that is searched for, pointing at its entry by position."""

    entry: int
    kind: ChunkKind
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found; `score` orders hits of one search, higher is better."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: hits best first, one per entry, and how far to trust the first."""

    hits: tuple[Hit, ...] = field(default=())
    confidence: float = 0.0
    answered: bool = False
    ambiguous: bool = False

    @property
    def choices(self) -> tuple[Entry, ...]:
        """Return the entries of which one is likely to be meant."""
        return tuple(hit.entry for hit in self.hits[:CHOICES])

    @property
    def runner_up(self) -> Entry | None:
        """Return the entry that may be meant instead of the first one, where that is given and open to doubt."""
        doubted = self.answered and not self.ambiguous and self.confidence < HARDLY_DOUBTED
        return self.hits[1].entry if doubted and len(self.hits) > 1 else None
