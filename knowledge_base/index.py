"""The index: entries, their chunks' vectors and their BM25 weights. `store` keeps it in a folder."""

from __future__ import annotations

from collections.abc import Sequence
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


def build(entries: Sequence[Entry], encoder: Encoder, confidence: Confidence | None = None) -> Index:
    """Index entries in memory."""
    chunks = split(entries)
    documents: list[list[str]] = [[] for _ in entries]
    for chunk in chunks:
        documents[chunk.entry].extend(terms(chunk.text))
    bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    bm25.index(documents, show_progress=False)
    return Index(
        entries=tuple(entries),
        owners=np.array([chunk.entry for chunk in chunks], dtype=np.int64),
        vectors=encoder.encode([chunk.text for chunk in chunks]),
        bm25=bm25,
        confidence=confidence,
    )
