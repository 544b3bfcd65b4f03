"""Fit the confidence on the project's own text, asking only questions that the index has not seen.

In each of FOLDS rounds a fifth of every entry's phrasings and of the off-topic sentences is held out, and a fifth of
the entries is left out altogether; an encoder is trained (or, when it is not ours, taken as it is) and an index built
from the rest. Then are asked: the held-out phrasings (right when the entry or a related one comes first), those of
entries that are not there (right only when a related one comes first), and the held-out sentences (never right).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knowledge_base import index as indexing
from knowledge_base.confidence import Confidence, Scope, softmax
from knowledge_base.encoder import Encoder
from knowledge_base.model import Entry
from knowledge_base.retriever import Ranking, rank, signals
from knowledge_base.text import terms

FOLDS = 5
SEED = 20261121
ABSENT_WEIGHT = 0.5
"""Weight of a question whose entry was left out: rarer in use than in this construction."""
COST = 1.0
"""A wrong answer costs as much as this many right ones are worth: no threshold is below COST / (1 + COST)."""
OFF_TOPIC_DECLINED = 0.95
"""The threshold is raised until this share of off-topic sentences is declined."""
NEAR = 0.4
"""The second hit's share of the chance of both, from which on the worker is asked which is meant."""

MakeEncoder = Callable[[Sequence[Entry], Sequence[str]], Encoder]


@dataclass(frozen=True)
class Trial:
    """One question asked in a round, and how the round's index ranked its entries."""

    question: str
    kind: str
    """`own`, `absent` or `off_topic`."""
    own: Entry | None
    index: indexing.Index
    scope: Scope
    ranking: Ranking

    @property
    def place(self) -> int:
        """Rank of the question's own entry from 0; -1 where it has none."""
        order = [self.index.entries[place].id for place in self.ranking.order]
        return order.index(self.own.id) if self.own is not None and self.own.id in order else -1

    @property
    def right(self) -> bool:
        """The first hit is the question's own entry, or related to it."""
        first = self.index.entries[self.ranking.order[0]]
        return self.own is not None and (first.id == self.own.id or first.is_related(self.own))


def calibrate(entries: Sequence[Entry], off_topic: Sequence[str], make_encoder: MakeEncoder) -> Confidence:
    """Fit scope, confidence, threshold and nearness; `measured` holds cross-validated shares."""
    trials = [trial for part in range(FOLDS) for trial in _round(entries, off_topic, make_encoder, part)]
    return _fit(trials, fit_scope([question for entry in entries for question in entry.questions], off_topic))


def fit_scope(questions: Sequence[str], off_topic: Sequence[str]) -> Scope:
    """Fit a linear model that tells the project's questions from off-topic sentences."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    rows = [_unit_counts(text) for text in (*questions, *off_topic)]
    labels = [1] * len(questions) + [0] * len(off_topic)
    vectorizer = DictVectorizer()
    table = vectorizer.fit_transform(rows)
    model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000).fit(table, labels)
    weights = {
        str(name): round(float(weight), 4)
        for name, weight in zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True)
    }
    return Scope(weights, float(model.intercept_[0]))


def _unit_counts(text: str) -> dict[str, float]:
    found = set(terms(text))
    return {term: 1 / len(found) ** 0.5 for term in found}


def _round(entries: Sequence[Entry], off_topic: Sequence[str], make_encoder: MakeEncoder, part: int) -> Iterator[Trial]:
    absent = set(_part(len(entries), part, "entries"))
    held = {place: set(_part(len(entry.questions), part, entry.id)) for place, entry in enumerate(entries)}
    present = [
        replace(entry, questions=tuple(text for at, text in enumerate(entry.questions) if at not in held[place]))
        for place, entry in enumerate(entries)
        if place not in absent
    ]
    held_off = set(_part(len(off_topic), part, "off topic"))
    known_off = [text for place, text in enumerate(off_topic) if place not in held_off]
    encoder = make_encoder(present, known_off)
    index = indexing.build(present, encoder)
    scope = fit_scope([text for entry in present for text in entry.questions], known_off)
    everything = np.ones(len(present), dtype=bool)
    for place, entry in enumerate(entries):
        for at in sorted(held[place]):
            kind = "absent" if place in absent else "own"
            question = entry.questions[at]
            yield Trial(question, kind, entry, index, scope, rank(index, encoder, question, everything))
    for place in sorted(held_off):
        question = off_topic[place]
        yield Trial(question, "off_topic", None, index, scope, rank(index, encoder, question, everything))


def _fit(trials: Sequence[Trial], scope: Scope) -> Confidence:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    blank = Confidence(scope, (), (), (), 0.0, 0.0, _sharpness(trials), NEAR)
    table = np.array(
        [
            astuple(signals(trial.index, trial.question, trial.ranking, replace(blank, scope=trial.scope)))
            for trial in trials
        ]
    )
    means, scales = table.mean(axis=0), table.std(axis=0) + 1e-9
    table = (table - means) / scales
    right = np.array([trial.right for trial in trials])
    weight = np.array([ABSENT_WEIGHT if trial.kind == "absent" else 1.0 for trial in trials])
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    chance = cross_val_predict(
        LogisticRegression(), table, right, cv=folds, method="predict_proba", params={"sample_weight": weight}
    )[:, 1]
    model = LogisticRegression().fit(table, right, sample_weight=weight)
    threshold = _threshold(trials, chance)
    return replace(
        blank,
        means=tuple(means.tolist()),
        scales=tuple(scales.tolist()),
        weights=tuple(model.coef_[0].tolist()),
        bias=float(model.intercept_[0]),
        threshold=threshold,
        measured=measure(trials, chance, threshold),
    )


def _threshold(trials: Sequence[Trial], chance: NDArray[np.float64]) -> float:
    """Answer when that is worth its cost, and where OFF_TOPIC_DECLINED holds."""
    off = chance[[trial.kind == "off_topic" for trial in trials]]
    return round(max(COST / (1 + COST), float(np.quantile(off, OFF_TOPIC_DECLINED))), 4)


def _sharpness(trials: Sequence[Trial]) -> tuple[float, float]:
    """Fit a softmax over entries, of mean cosine and coverage, to where the questions' own entries are."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy publishes no types

    known = [trial for trial in trials if trial.place >= 0]

    def surprise(sharpness: NDArray[np.float64]) -> float:
        losses = []
        for trial in known:
            at = trial.index.positions[trial.own.id] if trial.own else 0
            values = sharpness[0] * trial.ranking.centre + sharpness[1] * trial.ranking.coverage
            losses.append(-math.log(max(1e-12, softmax(values)[at])))
        return float(np.mean(losses))

    found = minimize(surprise, x0=[10.0, 10.0], method="L-BFGS-B", bounds=[(0.0, 200.0)] * 2)
    return float(found.x[0]), float(found.x[1])


def measure(trials: Sequence[Trial], chance: NDArray[np.float64], threshold: float) -> dict[str, float]:
    """Return the shares that the threshold comes to, on questions that were not seen."""
    answered = chance >= threshold
    kinds = np.array([trial.kind for trial in trials])
    right = np.array([trial.right for trial in trials])
    places = np.array([trial.place for trial in trials])
    own = kinds == "own"
    shares = {
        "own_hit_at_1": (places[own] == 0).mean(),
        "own_hit_at_3": (places[own] < 3).mean(),
        "own_right_or_related": right[own].mean(),
        "own_answered": answered[own].mean(),
        "absent_answered": answered[kinds == "absent"].mean(),
        "off_topic_declined": 1 - answered[kinds == "off_topic"].mean(),
        "precision": right[answered].mean() if answered.any() else 0.0,
        "recall": answered[right].mean(),
    }
    return {name: round(float(share), 4) for name, share in shares.items()} | {"asked": float(len(trials))}


def _part(count: int, part: int, salt: str) -> list[int]:
    """Return the positions of one of FOLDS equal parts, in an order that depends on the salt alone."""
    seed = [SEED, *salt.encode()]
    return sorted(np.random.default_rng(seed).permutation(count)[part::FOLDS].tolist())
