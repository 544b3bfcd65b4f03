"""Rank entries for a question: dense and lexical, fused by reciprocal rank."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knowledge_base.confidence import SCOPE_LIMIT, Confidence, Signals
from knowledge_base.encoder import Encoder
from knowledge_base.filters import covers, in_force
from knowledge_base.index import Index
from knowledge_base.text import terms, wording

RANK_CONSTANT = 60
"""Of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009."""

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Allowed entries' positions, best first, with their fused scores and both sides' scores."""

    order: NDArray[np.int64]
    scores: Scores
    """Of every entry of the index; those that are not allowed have none, minus infinity."""
    centre: Scores
    """Mean cosine of each entry's chunks with the question."""
    coverage: Scores
    """BM25 of each entry as a share of what the question could reach."""
    is_phrasing: bool
    """The question is, word for word, a phrasing of the first entry."""

    def chances(self, model: Confidence) -> Scores:
        """Return the chance of each ranked entry, in the order of the ranking."""
        return model.chances(self.centre[self.order], self.coverage[self.order])


def allowed(index: Index, region: str | None, on: date, service: str | None = None) -> NDArray[np.bool_]:
    """Mark entries that may answer; `service` narrows them to those that lead to it, if there are any."""
    mask = np.array([in_force(entry, on) and covers(entry, region) for entry in index.entries], dtype=bool)
    if service is not None:
        leading = mask & np.array([entry.service == service for entry in index.entries], dtype=bool)
        return leading if leading.any() else mask
    return mask


def rank(index: Index, encoder: Encoder, question: str, mask: NDArray[np.bool_]) -> Ranking:
    """Rank the entries that the mask allows; one that has the question as a phrasing comes first."""
    centre = dense_scores(index, encoder, question)
    coverage = lexical_scores(index, question)
    scores = np.where(mask, fuse([centre, coverage], mask), -np.inf)
    phrased = index.phrasings.get(wording(question))
    is_phrasing = phrased is not None and bool(mask[phrased])
    if is_phrasing:
        scores[phrased] += 1
    order = np.argsort(-scores, kind="stable")[: int(mask.sum())]
    return Ranking(order, scores, centre, coverage, is_phrasing)


def dense_scores(index: Index, encoder: Encoder, question: str) -> Scores:
    """Return the mean cosine of each entry's chunks with the question."""
    cosines = (index.vectors @ encoder.encode([question])[0]).astype(np.float64)
    counts = np.diff(np.append(index.starts, len(cosines)))
    means: Scores = np.add.reduceat(cosines, index.starts) / counts
    return means


def lexical_scores(index: Index, question: str) -> Scores:
    """Return each entry's BM25 as a share of the sum that all terms of the question could reach, 0..1."""
    asked = terms(question)
    if not asked:
        return np.zeros(len(index.entries))
    scores: Scores = index.bm25.get_scores(asked).astype(np.float64)
    return scores / reachable(len(index.entries), asked)


def reachable(entries: int, asked: Sequence[str]) -> float:
    """Return a bound of BM25 for these terms: each as rare as a term of one entry can be."""
    return len(asked) * math.log(1 + (entries - 0.5) / 1.5) if entries > 1 else float(len(asked))


def fuse(sides: Sequence[Scores], mask: NDArray[np.bool_]) -> Scores:
    """Add up 1 / (k + rank) over the sides, ranks counted among allowed entries; ties share a rank."""
    fused = np.zeros(len(mask))
    for side in sides:
        ordered = np.sort(-side[mask])
        fused += 1 / (RANK_CONSTANT + 1 + np.searchsorted(ordered, -side, side="left"))
    return fused


def signals(index: Index, question: str, ranking: Ranking, model: Confidence) -> Signals:
    """Describe a ranking that is not empty for the confidence model."""
    first = ranking.order[0]
    lead = index.entries[first]
    chances = ranking.chances(model)
    near = [at for at, place in enumerate(ranking.order) if lead.is_related(index.entries[place])]
    return Signals(
        centre=float(ranking.centre[first]),
        coverage=float(ranking.coverage[first]),
        share=math.log(max(1e-9, float(chances[0] + chances[near].sum()))),
        scope=min(SCOPE_LIMIT, model.scope.log_odds(question)),
        length=math.log(1 + len(terms(question))),
    )
