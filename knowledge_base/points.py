"""Find the line of an entry's folded part that tells the very point asked."""

from __future__ import annotations

import numpy as np

from knowledge_base.encoder import Encoder
from knowledge_base.index import Index
from knowledge_base.model import Entry
from knowledge_base.text import terms

LEAST = 0.6
"""Cosine and share of the words together below which a line is not about the point."""


def point(index: Index, encoder: Encoder, question: str, entry: Entry) -> str | None:
    """Return the line of the entry's `more` that is nearer to the question than all that is shown of it, or None."""
    shown = [line for part in (entry.conclusion, entry.steps, entry.deadline, entry.papers) for line in _lines(part)]
    folded = _lines(entry.more)
    if not folded:
        return None
    lines = [*shown, *folded]
    asked = set(terms(question))
    cosines = encoder.encode(lines) @ encoder.encode([question])[0]
    scores = [
        float(cosine) + _share(index, asked, set(terms(line))) for cosine, line in zip(cosines, lines, strict=True)
    ]
    best = int(np.argmax(scores))
    return lines[best] if best >= len(shown) and scores[best] >= LEAST else None


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def _share(index: Index, asked: set[str], told: set[str]) -> float:
    """Return how much of the question's words a line has, rare words counting more, 0 to 1."""
    whole = sum(index.rarity(term) for term in asked)
    return sum(index.rarity(term) for term in asked & told) / whole if whole else 0.0
