"""How likely the first hit answers the question: a logistic model over what the ranking looks like.

It is fitted by calibration.py on the project's own text and travels with the encoder and the index as JSON.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import SourceError
from knowledge_base.text import terms

SCOPE_LIMIT = 3.0
"""Log-odds of scope beyond this say nothing more about the first hit."""


@dataclass(frozen=True)
class Signals:
    """What a ranking says of itself."""

    centre: float
    """Mean cosine between the question and all chunks of the first entry."""
    coverage: float
    """BM25 of the first entry as a share of what the question could reach."""
    share: float
    """Logarithm of the chance, among all entries, of the first one and those related to it."""
    scope: float
    """Log-odds that the question is about work and union at all, at most SCOPE_LIMIT."""
    length: float
    """Logarithm of the number of terms."""


@dataclass(frozen=True)
class Scope:
    """A linear model over terms: is a question one for a union at all?"""

    weights: dict[str, float]
    bias: float

    def log_odds(self, question: str) -> float:
        """Return the log-odds; terms count once, the vector has length 1."""
        found = set(terms(question))
        known = [self.weights[term] for term in found if term in self.weights]
        return self.bias + sum(known) / math.sqrt(len(found)) if found else self.bias


@dataclass(frozen=True)
class Confidence:
    """The fitted model, its threshold, and what they came to when measured."""

    scope: Scope
    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    threshold: float
    sharpness: tuple[float, float]
    """An entry's log-chance grows so much with its mean cosine and with its coverage."""
    near: float
    """Two first hits are about equally likely when the second's share of the chance of both is at least this."""
    measured: dict[str, float] = field(default_factory=dict)

    def probability(self, signals: Signals) -> float:
        """Return the chance that the first hit answers, 0..1."""
        scaled = zip(astuple(signals), self.means, self.scales, self.weights, strict=True)
        return sigmoid(self.bias + sum(w * (value - mean) / scale for value, mean, scale, w in scaled))

    def chances(self, centre: NDArray[np.float64], coverage: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chance of each entry to be the one that is meant, given that one of them is."""
        return softmax(self.sharpness[0] * centre + self.sharpness[1] * coverage)

    def save(self, path: Path) -> None:
        """Write the model as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Confidence:
        """Read what save wrote; raise SourceError for anything else."""
        try:
            saved = json.loads(path.read_text("utf-8"))
            tuples = {name: tuple(saved[name]) for name in ("means", "scales", "weights", "sharpness")}
            return cls(**{**saved, **tuples, "scope": Scope(**saved["scope"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SourceError(path, "is no calibration of this version: run make train") from error


def softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return e^v over the sum of all e^v."""
    powers = np.exp(values - values.max())
    chances: NDArray[np.float64] = powers / powers.sum()
    return chances


def sigmoid(value: float) -> float:
    """Return 1 / (1 + e^-value) without overflow."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
