"""The index: entries, their chunks' vectors and their BM25 weights. `store` keeps it in a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge_base.confidence import Confidence
from knowledge_base.encoder import Encoder, Vectors
from knowledge_base.model import Entry
from knowledge_base.splitter import split
from knowledge_base.text import terms, wording

Known = Mapping[str, NDArray[np.float32]]
"""Texts and their vectors, by one encoder and one version of this code."""

BLOCK = 2048
"""Texts that are encoded at a time."""


@dataclass(frozen=True)
class Index:
    """Everything that a search reads; entries are known by their position."""

    entries: tuple[Entry, ...]
    owners: NDArray[np.int64]
    """The entry of each chunk, ascending."""
    vectors: Vectors
    """One unit row a chunk."""
    bm25: bm25s.BM25
    confidence: Confidence | None = None
    """None for an index without phrasings, such as one of statutes."""

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The first chunk of each entry."""
        return np.searchsorted(self.owners, np.arange(len(self.entries)))

    @cached_property
    def phrasings(self) -> dict[str, int]:
        """The entry that each phrasing was written for."""
        return {wording(text): place for place, entry in enumerate(self.entries) for text in entry.questions}

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each id is."""
        return {entry.id: position for position, entry in enumerate(self.entries)}


def build(
    entries: Sequence[Entry], encoder: Encoder, confidence: Confidence | None = None, known: Known | None = None
) -> Index:
    """Index entries in memory; `known` has the vectors of texts that this encoder need not encode again."""
    chunks = split(entries)
    documents: list[list[str]] = [[] for _ in entries]
    for chunk in chunks:
        documents[chunk.entry].extend(terms(chunk.text))
    bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    bm25.index(documents, show_progress=False)
    return Index(
        entries=tuple(entries),
        owners=np.array([chunk.entry for chunk in chunks], dtype=np.int64),
        vectors=encoded([chunk.text for chunk in chunks], encoder, known or {}),
        bm25=bm25,
        confidence=confidence,
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
