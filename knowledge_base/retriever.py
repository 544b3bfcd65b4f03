"""Rank entries for a question by several sides, each standardised, weighted and added.

The weights are fitted by calibration.py and travel with the confidence. Over statutes, which nobody has phrased, they
are fixed, and an article is also found through the policy entries that cite it: what workers say leads to an entry,
and the entry to the law.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge_base.confidence import SCOPE_LIMIT, Confidence, Signals, softmax
from knowledge_base.encoder import Encoder
from knowledge_base.filters import covers, in_force
from knowledge_base.index import Bridge, Index
from knowledge_base.model import CHOICES
from knowledge_base.text import terms, wording

SIDES = ("near", "centre", "told", "told_words", "asked_words", "often", "cited")
"""Cosine of the nearest phrasings, of all chunks, of the nearest piece of the answer; BM25 of title and answer, of the
phrasings; how often it is asked for; chance of the policy entries that cite the article."""
NEAREST = 3
"""Phrasings whose cosines are averaged: one alone may be a stray, all together blur an entry of many wordings."""
STATUTE_WEIGHTS = {"told": 0.5, "told_words": 1.0, "cited": 1.0}
"""Sides of an index without phrasings."""
CITED_SHARPNESS = 0.5
"""Chances of policy entries are evened out by this before they are passed on to the articles that they cite."""

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Allowed entries' positions, best first, with their scores."""

    order: NDArray[np.int64]
    scores: Scores
    """Of every entry of the index; those that are not allowed have none, minus infinity."""
    sides: dict[str, Scores]
    """Each side's own scores, before they are standardised."""
    is_phrasing: bool
    """The question is, word for word, a phrasing of the first entry."""

    @property
    def chances(self) -> Scores:
        """Return the chance of each ranked entry to be the one that is meant, given that one of them is."""
        return softmax(self.scores[self.order])


def allowed(index: Index, region: str | None, on: date, service: str | None = None) -> NDArray[np.bool_]:
    """Mark entries that may answer; `service` narrows them to those that lead to it, if there are any."""
    mask = np.array([in_force(entry, on) and covers(entry, region) for entry in index.entries], dtype=bool)
    if service is not None:
        leading = mask & np.array([entry.service == service for entry in index.entries], dtype=bool)
        return leading if leading.any() else mask
    return mask


def rank(index: Index, encoder: Encoder, question: str, mask: NDArray[np.bool_]) -> Ranking:
    """Rank the entries that the mask allows; one that has the question as a phrasing comes first."""
    weights = index.confidence.fusion if index.confidence is not None else STATUTE_WEIGHTS
    return rank_sides(index, question, side_scores(index, encoder, question), weights, mask)


def rank_sides(
    index: Index, question: str, sides: dict[str, Scores], weights: dict[str, float], mask: NDArray[np.bool_]
) -> Ranking:
    """Rank by sides that were computed before."""
    scores = fuse(sides, weights, mask)
    order = np.argsort(-scores, kind="stable")[: int(mask.sum())]
    phrased = index.phrasings.get(wording(question))
    if phrased is None or not mask[phrased]:
        return Ranking(order, scores, sides, False)
    return Ranking(np.concatenate(([phrased], order[order != phrased])), scores, sides, True)


def side_scores(index: Index, encoder: Encoder, question: str) -> dict[str, Scores]:
    """Return each side's score of every entry; larger is better."""
    cosines = (index.vectors @ encoder.encode([question])[0]).astype(np.float64)
    asked = terms(question)
    sides = {
        "near": nearest(index, cosines),
        "centre": np.add.reduceat(cosines, index.starts) / index.counts,
        "told": np.maximum.reduceat(np.where(index.phrased, -1.0, cosines), index.starts),
        "told_words": lexical_scores(index.told, asked, len(index.entries)),
        "asked_words": lexical_scores(index.asked, asked, len(index.entries)),
        "often": index.often,
    }
    return (
        sides if index.bridge is None else sides | {"cited": cited(index.bridge, encoder, question, len(index.entries))}
    )


def nearest(index: Index, cosines: Scores) -> Scores:
    """Return the mean cosine of each entry's NEAREST phrasings."""
    rows = index.phrased_rows
    found = np.where(rows >= 0, cosines[rows], -np.inf)
    depth = min(NEAREST, rows.shape[1])
    best = np.partition(found, -depth, axis=1)[:, -depth:]
    there = np.isfinite(best)
    means: Scores = np.where(there, best, 0.0).sum(axis=1) / np.maximum(1, there.sum(axis=1))
    return means


def lexical_scores(bm25: bm25s.BM25, asked: Sequence[str], entries: int) -> Scores:
    """Return each entry's BM25 as a share of the sum that all terms of the question could reach, 0..1."""
    if not asked:
        return np.zeros(entries)
    scores: Scores = bm25.get_scores(list(asked)).astype(np.float64)
    return scores / reachable(entries, asked)


def reachable(entries: int, asked: Sequence[str]) -> float:
    """Return a bound of BM25 for these terms: each as rare as a term of one entry can be."""
    return len(asked) * math.log(1 + (entries - 0.5) / 1.5) if entries > 1 else float(len(asked))


def cited(bridge: Bridge, encoder: Encoder, question: str, articles: int) -> Scores:
    """Pass the chances of policy entries on to the articles that they cite, the first citations most."""
    everything = np.ones(len(bridge.index.entries), dtype=bool)
    chances = softmax(CITED_SHARPNESS * rank(bridge.index, encoder, question, everything).scores)
    passed_on = chances[bridge.entries] * bridge.weights
    return np.bincount(bridge.articles, passed_on, minlength=articles).astype(np.float64)


def fuse(sides: dict[str, Scores], weights: dict[str, float], mask: NDArray[np.bool_]) -> Scores:
    """Add up the weighted sides, each standardised over the allowed entries; others get minus infinity."""
    fused = np.zeros(len(mask))
    for name, weight in weights.items():
        if weight and name in sides:
            fused += weight * standardise(sides[name], mask)
    return np.where(mask, fused, -np.inf)


def standardise(side: Scores, mask: NDArray[np.bool_]) -> Scores:
    """Subtract the mean and divide by the deviation of the allowed entries; a side that tells nothing becomes zeros."""
    if not mask.any():
        return np.zeros(len(side))
    deviation = float(side[mask].std())
    scaled: Scores = (side - side[mask].mean()) / deviation if deviation > 1e-9 else np.zeros(len(side))
    return scaled


def signals(index: Index, question: str, ranking: Ranking, model: Confidence) -> Signals:
    """Describe a ranking that is not empty for the confidence model."""
    first, chances = ranking.order[0], ranking.chances
    lead, scope = index.entries[first], model.scope.log_odds(question)
    near = [at for at, place in enumerate(ranking.order) if lead.is_related(index.entries[place])]
    return Signals(
        near=float(ranking.sides["near"][first]),
        told=float(ranking.sides["told"][first]),
        words=float(ranking.sides["told_words"][first]),
        lead=math.log(max(1e-9, float(chances[0]))),
        share=math.log(max(1e-9, float(chances[0] + chances[near].sum()))),
        choices=math.log(max(1e-9, float(chances[:CHOICES].sum()))),
        scope=min(SCOPE_LIMIT, scope),
        beyond=max(0.0, scope - SCOPE_LIMIT),
        length=math.log(1 + len(terms(question))),
    )
