"""How likely the first hits answer the question: logistic models over what the ranking looks like.

It is fitted by calibration.py on the project's own text and travels with the encoder and the index as JSON.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import SourceError
from knowledge_base.text import terms

SCOPE_LIMIT = 3.0
"""Log-odds of scope beyond this say nothing more about the first hit."""


@dataclass(frozen=True)
class Signals:
    """What a ranking says of itself."""

    near: float
    """Mean cosine between the question and the nearest phrasings of the first entry."""
    told: float
    """Cosine between the question and the nearest piece of the first entry's answer."""
    words: float
    """BM25 of the first entry's answer as a share of what the question could reach."""
    lead: float
    """Logarithm of the chance, among all entries, of the first one."""
    share: float
    """The same of the first one and those related to it."""
    choices: float
    """Logarithm of the chance of the first entries together, among which a worker would be asked to choose."""
    scope: float
    """Log-odds, by the words alone, that the question is about work and union at all, at most SCOPE_LIMIT."""
    beyond: float
    """The log-odds beyond SCOPE_LIMIT."""
    length: float
    """Logarithm of the number of terms."""


@dataclass(frozen=True)
class Logistic:
    """A logistic model over standardised signals."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def probability(self, signals: Signals) -> float:
        """Return the chance, 0..1."""
        scaled = zip(astuple(signals), self.means, self.scales, self.weights, strict=True)
        return sigmoid(self.bias + sum(w * (value - mean) / scale for value, mean, scale, w in scaled))


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
    """The fitted models, their thresholds, and what they came to when measured."""

    scope: Scope
    fusion: dict[str, float]
    """The weight of each side of a ranking; they are such that a softmax over entries' scores gives their chances."""
    first: Logistic
    """That the first hit answers, or one related to it."""
    choices: Logistic
    """That one of the first hits does, among which a worker would be asked to choose."""
    topic: Logistic
    """That the question is one for a union at all, by its words and by how near the entries come to it."""
    direct: float
    """Chance of the first hit from which on it is given; below it the worker is asked which is meant."""
    threshold: float
    """Chance of the choices from which on something is offered at all; below it the base declines."""
    on_topic: float
    """Chance of being on topic from which on something is offered at all."""
    near: float
    """Two first hits are about equally likely when the second's share of the chance of both is at least this."""
    measured: dict[str, float] = field(default_factory=dict)
    reliability: tuple[tuple[float, float, int], ...] = ()
    """Of bins of first hits: the mean chance that was given, the share that was right, and how many."""
    ablation: dict[str, tuple[float, float, float]] = field(default_factory=dict)
    """hit@1, 3, 10 of each side alone and of all but each, on questions that were not seen."""

    def offers(self, seen: Signals) -> bool:
        """Tell whether the base has something for the question: it is on topic, and the first hits are likely."""
        return self.topic.probability(seen) >= self.on_topic and self.choices.probability(seen) >= self.threshold

    def save(self, path: Path) -> None:
        """Write the model as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True) + "\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Confidence:
        """Read what save wrote; raise SourceError for anything else."""
        try:
            saved = json.loads(path.read_text("utf-8"))
            models = {name: _logistic(saved[name]) for name in ("first", "choices", "topic")}
            bins = tuple((chance, share, count) for chance, share, count in saved["reliability"])
            table = {name: (one, three, ten) for name, (one, three, ten) in saved["ablation"].items()}
            return cls(**{**saved, **models, "reliability": bins, "ablation": table, "scope": Scope(**saved["scope"])})
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SourceError(path, "is no calibration of this version: run make train") from error


def _logistic(saved: dict[str, Any]) -> Logistic:
    return Logistic(**{**saved, **{name: tuple(saved[name]) for name in ("means", "scales", "weights")}})


def softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return e^v over the sum of all e^v."""
    powers = np.exp(values - values.max())
    chances: NDArray[np.float64] = powers / powers.sum()
    return chances


def sigmoid(value: float) -> float:
    """Return 1 / (1 + e^-value) without overflow."""
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
