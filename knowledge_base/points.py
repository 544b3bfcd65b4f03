"""Order the folded part of an entry by what was asked, and find the line that tells the very point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knowledge_base.encoder import Encoder
from knowledge_base.index import Index
from knowledge_base.model import Entry
from knowledge_base.text import terms

LEAST = 0.6
"""Cosine and share of the words together below which a line is not about the point."""


@dataclass(frozen=True)
class Points:
    """The lines of an entry's `more` as one question needs them."""

    point: str | None
    """The line that is nearer to the question than all that is shown of the entry; None where there is none."""
    others: tuple[str, ...]
    """The other lines, the nearest first."""


def points(index: Index, encoder: Encoder, question: str, entry: Entry) -> Points:
    """Order an entry's lines by their cosine to the question and the share of its words that they have."""
    shown = [line for part in (entry.conclusion, entry.steps, entry.deadline, entry.papers) for line in _lines(part)]
    folded = _lines(entry.more)
    if not folded:
        return Points(None, ())
    lines = [*shown, *folded]
    asked = set(terms(question))
    cosines = encoder.encode(lines) @ encoder.encode([question])[0]
    scores = np.array(
        [cosine + _share(index, asked, set(terms(line))) for cosine, line in zip(cosines, lines, strict=True)]
    )
    nearest = [folded[place] for place in np.argsort(-scores[len(shown) :], kind="stable")]
    best = scores[len(shown) :].max()
    if best >= LEAST and best > scores[: len(shown)].max(initial=-1.0):
        return Points(nearest[0], tuple(nearest[1:]))
    return Points(None, tuple(nearest))


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _share(index: Index, asked: set[str], told: set[str]) -> float:
    """Return how much of the question's words a line has, rare words counting more, 0 to 1."""
    whole = sum(index.rarity(term) for term in asked)
    return sum(index.rarity(term) for term in asked & told) / whole if whole else 0.0
