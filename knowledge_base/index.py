"""The index: entries, their chunks' vectors and their BM25 weights. `store` keeps it in a folder.

Phrasings and answers are indexed separately, so that each can be weighed on its own.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge_base.confidence import Confidence
from knowledge_base.encoder import Encoder, Vectors
from knowledge_base.model import Citation, Entry
from knowledge_base.pinyin import Pinyin
from knowledge_base.splitter import split
from knowledge_base.text import terms, wording

Known = Mapping[str, NDArray[np.float32]]
"""Texts and their vectors, by one encoder and one version of this code."""

BLOCK = 512
"""Texts that are encoded at a time."""


@dataclass(frozen=True)
class Index:
    """Everything that a search reads; entries are known by their position."""

    entries: tuple[Entry, ...]
    owners: NDArray[np.int64]
    """The entry of each chunk, ascending."""
    phrased: NDArray[np.bool_]
    """Which chunks are phrasings or titles; the others are pieces of answers."""
    vectors: Vectors
    """One unit row a chunk."""
    told: bm25s.BM25
    """Of one document an entry: its title and its answer."""
    asked: bm25s.BM25
    """Of one document an entry: its phrasings and its title."""
    confidence: Confidence | None = None
    """None for an index without phrasings, such as one of statutes."""
    bridge: Bridge | None = None
    """For an index of statutes."""

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The first chunk of each entry."""
        return np.searchsorted(self.owners, np.arange(len(self.entries)))

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """How many chunks each entry has."""
        return np.diff(np.append(self.starts, len(self.owners)))

    @cached_property
    def phrased_rows(self) -> NDArray[np.int64]:
        """The chunks that are phrasings, a row an entry; short rows end in -1."""
        chunks = np.flatnonzero(self.phrased)
        owners = self.owners[chunks]
        places = np.arange(len(chunks)) - np.searchsorted(owners, owners)
        rows = np.full((len(self.entries), int(places.max(initial=0)) + 1), -1, dtype=np.int64)
        rows[owners, places] = chunks
        return rows

    @cached_property
    def often(self) -> NDArray[np.float64]:
        """How often each entry is asked for: the logarithm of the questions labelled with it, as second of two half."""
        asked = Counter(entry.id for entry in self.entries for _ in entry.heard)
        also = Counter(other for entry in self.entries for heard in entry.heard for other in heard.also)
        return np.log([1.0 + asked[entry.id] + also[entry.id] / 2 for entry in self.entries])

    @cached_property
    def pinyin(self) -> Pinyin:
        """Reads what is typed in pinyin by the words of the phrasings; learning their sounds takes a second or two."""
        return Pinyin(_entries_with(self.asked))

    def rarity(self, term: str) -> float:
        """Return how few titles and answers have a term: the logarithm of all entries beside those that have it."""
        return math.log(1 + len(self.entries) / (1 + self._told_with.get(term, 0)))

    @cached_property
    def _told_with(self) -> dict[str, int]:
        return _entries_with(self.told)

    @cached_property
    def phrasings(self) -> dict[str, int]:
        """The entry that each phrasing was written for."""
        return {wording(text): place for place, entry in enumerate(self.entries) for text in entry.asked}

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each id is."""
        return {entry.id: position for position, entry in enumerate(self.entries)}


@dataclass(frozen=True)
class Bridge:
    """The way from policy entries to the statute articles that they cite; one row a citation."""

    index: Index
    """Of the policy entries."""
    entries: NDArray[np.int64]
    articles: NDArray[np.int64]
    """Positions in the index of statutes."""
    weights: NDArray[np.float64]
    """1 for an entry's first citation, falling with the root of the place."""


def build(
    entries: Sequence[Entry],
    encoder: Encoder,
    confidence: Confidence | None = None,
    known: Known | None = None,
    policies: Index | None = None,
) -> Index:
    """Index entries in memory.

    `known` has the vectors of texts that this encoder need not encode again; `policies` is the index through whose
    citations statutes are found.
    """
    chunks = split(entries)
    told: list[list[str]] = [[] for _ in entries]
    asked: list[list[str]] = [[] for _ in entries]
    for chunk in chunks:
        found = terms(chunk.text)
        if chunk.kind != "question":
            told[chunk.entry].extend(found)
        if chunk.kind != "answer":
            asked[chunk.entry].extend(found)
    return Index(
        entries=tuple(entries),
        owners=np.array([chunk.entry for chunk in chunks], dtype=np.int64),
        phrased=np.array([chunk.kind != "answer" for chunk in chunks], dtype=bool),
        vectors=encoded([chunk.text for chunk in chunks], encoder, known or {}),
        told=_bm25(told, k1=1.5, b=0.75),
        # many phrasings are no long text: a word that comes in several of them counts on, their number hardly
        asked=_bm25(asked, k1=4.0, b=0.4),
        confidence=confidence,
        bridge=_bridge(policies, entries) if policies is not None else None,
    )


def _bm25(documents: list[list[str]], *, k1: float, b: float) -> bm25s.BM25:
    bm25 = bm25s.BM25(method="lucene", k1=k1, b=b)
    bm25.index(documents, show_progress=False)
    return bm25


def _entries_with(bm25: bm25s.BM25) -> dict[str, int]:
    """Count the entries that have each term."""
    counts = np.diff(bm25.scores["indptr"])
    places = bm25.vocab_dict.items()  # with one for the empty term, of which there are no counts
    return {term: int(counts[place]) for term, place in places if place < len(counts)}


def _bridge(policies: Index, articles: Sequence[Entry]) -> Bridge:
    places = {article.citations[0]: place for place, article in enumerate(articles) if article.citations}
    found = [
        (position, places[plain], 1 / (1 + at) ** 0.5)
        for position, entry in enumerate(policies.entries)
        for at, citation in enumerate(entry.citations)
        if (plain := Citation(citation.document, citation.article)) in places
    ]
    columns = list(zip(*found, strict=True)) or [(), (), ()]
    return Bridge(
        policies,
        np.array(columns[0], dtype=np.int64),
        np.array(columns[1], dtype=np.int64),
        np.array(columns[2], dtype=np.float64),
    )


def encoded(texts: Sequence[str], encoder: Encoder, known: Known) -> Vectors:
    """Return one unit row a text; equal texts and known ones are not encoded again.

    Encodes BLOCK texts at a time straight into the result, so that there is never a second copy of all vectors.
    """
    rows: dict[str, list[int]] = {}
    for row, text in enumerate(texts):
        rows.setdefault(text, []).append(row)
    new = [text for text in rows if text not in known]
    first = encoder.encode(new[:BLOCK]) if new or not known else np.empty((0, len(next(iter(known.values())))))
    vectors = np.empty((len(texts), first.shape[1]), dtype=np.float32)
    for text in rows.keys() & known.keys():
        vectors[rows[text]] = known[text]
    for start in range(0, len(new), BLOCK):
        part = new[start : start + BLOCK]
        for text, vector in zip(part, encoder.encode(part) if start else first, strict=True):
            vectors[rows[text]] = vector
    return vectors


def known_vectors(index: Index) -> dict[str, NDArray[np.float32]]:
    """Return the vector of each chunk's text; they are views, the index's vectors stay in memory with them."""
    return {chunk.text: vector for chunk, vector in zip(split(index.entries), index.vectors, strict=True)}
