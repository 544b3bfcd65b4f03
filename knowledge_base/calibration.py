"""Fit the ranking's weights and the confidence on the project's own text, asking only what the index has not seen.

In each of FOLDS rounds a fifth of every entry's questions and of the off-topic sentences is held out, and some of the
entries are left out altogether; an encoder is trained (or, when it is not ours, taken as it is) and an index built
from the rest. Then are asked: the held-out questions (right when the entry or another one that answers comes first),
those of entries that are not there (right only when such another one comes first), and the held-out sentences (never
right). The questions are those as workers ask them, where there are LEAST_HEARD of these; else the phrasings that were
written for the entries, which are neater: there, related entries count as answering too.

The weights of the sides are those of a conditional logit (McFadden 1974): a softmax over all entries' weighted scores
gives the question's own entry the largest likelihood. Weights are not negative, and phrasings' words keep a small one:
an encoder does not know the words of an entry that was added after its training, BM25 does.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from knowledge_base import index as indexing
from knowledge_base.confidence import Confidence, Logistic, Scope, softmax
from knowledge_base.encoder import Encoder
from knowledge_base.model import CHOICES, Entry, Heard
from knowledge_base.retriever import SIDES, Ranking, Scores, rank_sides, side_scores, signals, standardise
from knowledge_base.text import terms

FOLDS = 5
LEAST_HEARD = 1000
"""Questions as workers ask them, from which on these alone are asked."""
SEED = 20261121
ABSENT_WEIGHT = 0.5
"""Weight of a question whose entry was left out: rarer in use than in this construction."""
DIRECT = 0.75
"""Chance of the first hit from which on it is given without asking: wrong, it costs four times what a question does."""
OFF_TOPIC_DECLINED = 0.98
"""Share of the off-topic sentences, most of them of neighbouring law, that are to be declined."""
LEAST_TOPIC = 0.5
"""Chance of being on topic, were half of the questions off it, below which nothing is offered."""
OFFERED = 0.4
"""Chance of the choices below which nothing is offered: six of ten would be asked about what they did not mean."""
NEAR = 0.4
"""The second hit's share of the chance of both, from which on the worker is asked which is meant."""
LEAST_WORDS = 0.1
"""The least weight of phrasings' words."""
SHRINK = 1e-3
"""Of the weights' squares: a handful of entries that are told apart at once would else be weighed without end."""
LEAST_SCALE = 0.01
"""Deviation of a signal below which it is taken for constant."""
BINS = 10
"""Bins of the reliability diagram."""

MakeEncoder = Callable[[Sequence[Entry], Sequence[str]], Encoder]


@dataclass(frozen=True)
class Trial:
    """One question asked in a round, and how the round's index scored its entries."""

    question: str
    kind: str
    """`own`, `absent` or `off_topic`."""
    own: Entry | None
    also: tuple[str, ...]
    """Other entries that answer it."""
    index: indexing.Index
    scope: Scope
    sides: dict[str, Scores]

    @property
    def position(self) -> int:
        """Where the question's own entry is in the index; -1 where it is not."""
        return self.index.positions.get(self.own.id, -1) if self.own is not None else -1

    def ranking(self, weights: dict[str, float]) -> Ranking:
        """Rank the round's entries."""
        return rank_sides(self.index, self.question, self.sides, weights, np.ones(len(self.index.entries), dtype=bool))

    def is_right(self, entry: Entry) -> bool:
        """Tell whether an entry answers: the question's own, or one that does too."""
        return self.own is not None and (entry.id == self.own.id or entry.id in self.also)


def calibrate(
    entries: Sequence[Entry], off_topic: Sequence[str], make_encoder: MakeEncoder, workers: int = 1
) -> Confidence:
    """Fit weights, scope, confidence and thresholds; `measured` holds cross-validated shares.

    With several workers the rounds run in processes of their own, to which `make_encoder` must be sent; what comes out
    is the same.
    """
    one_round = partial(_round, entries, off_topic, make_encoder)
    if workers == 1:
        trials = [trial for part in range(FOLDS) for trial in one_round(part)]
    else:
        with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
            trials = [trial for trials in pool.map(one_round, range(FOLDS)) for trial in trials]
    return fit(trials, fit_scope([question for entry in entries for question in entry.asked], off_topic))


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


def _round(entries: Sequence[Entry], off_topic: Sequence[str], make_encoder: MakeEncoder, part: int) -> list[Trial]:
    return list(_trials(entries, off_topic, make_encoder, part))


def _trials(
    entries: Sequence[Entry], off_topic: Sequence[str], make_encoder: MakeEncoder, part: int
) -> Iterator[Trial]:
    absent = set(_part(len(entries), part, "entries"))
    by_heard = sum(len(entry.heard) for entry in entries) >= LEAST_HEARD
    split = [
        _held_out(entry, by_heard, tuple(other.id for other in entries if other.is_related(entry)), part)
        for entry in entries
    ]
    present = [rest for place, (rest, _) in enumerate(split) if place not in absent]
    held_off = set(_part(len(off_topic), part, "off topic"))
    known_off = [text for place, text in enumerate(off_topic) if place not in held_off]
    encoder = make_encoder(present, known_off)
    index = indexing.build(present, encoder)
    scope = fit_scope([text for entry in present for text in entry.asked], known_off)
    for place, entry in enumerate(entries):
        kind = "absent" if place in absent else "own"
        for held in split[place][1]:
            yield Trial(held.text, kind, entry, held.also, index, scope, side_scores(index, encoder, held.text))
    for place in sorted(held_off):
        question = off_topic[place]
        yield Trial(question, "off_topic", None, (), index, scope, side_scores(index, encoder, question))


def _held_out(entry: Entry, by_heard: bool, related: tuple[str, ...], part: int) -> tuple[Entry, list[Heard]]:
    """Return an entry without the questions that are asked in this round, and these."""
    if by_heard:
        out = set(_part(len(entry.heard), part, entry.id))
        rest = replace(entry, heard=tuple(heard for at, heard in enumerate(entry.heard) if at not in out))
        return rest, [entry.heard[at] for at in sorted(out)]
    out = set(_part(len(entry.questions), part, entry.id))
    rest = replace(entry, questions=tuple(text for at, text in enumerate(entry.questions) if at not in out))
    return rest, [Heard(entry.questions[at], related) for at in sorted(out)]


def fit(trials: Sequence[Trial], scope: Scope) -> Confidence:
    """Fit all that is fitted to the trials."""
    unfitted = Logistic((), (), (), 0.0)
    model = Confidence(scope, fit_fusion(trials), unfitted, unfitted, unfitted, DIRECT, OFFERED, LEAST_TOPIC, NEAR)
    rankings = [trial.ranking(model.fusion) for trial in trials]
    table = np.array(
        [
            astuple(signals(trial.index, trial.question, ranking, replace(model, scope=trial.scope)))
            for trial, ranking in zip(trials, rankings, strict=True)
        ]
    )
    hits = [
        [trial.is_right(trial.index.entries[place]) for place in ranking.order[:CHOICES]]
        for trial, ranking in zip(trials, rankings, strict=True)
    ]
    weight = np.array([ABSENT_WEIGHT if trial.kind == "absent" else 1.0 for trial in trials])
    first, first_chance = logistic(table, np.array([found[0] for found in hits]), weight)
    choices, choices_chance = logistic(table, np.array([any(found) for found in hits]), weight)
    off = np.array([trial.kind == "off_topic" for trial in trials])
    evened = np.where(off, (~off).sum() / max(1, off.sum()), 1.0)
    topic, topic_chance = logistic(table, ~off, evened)
    # Those that would be offered something anyway count in full, the others are declined whatever their topic.
    reached = np.where(choices_chance[off] >= OFFERED, topic_chance[off], 0.0)
    on_topic = max(LEAST_TOPIC, round(float(np.quantile(reached, OFF_TOPIC_DECLINED, method="higher")), 4))
    fitted = replace(model, first=first, choices=choices, topic=topic, on_topic=on_topic)
    served = (choices_chance >= OFFERED) & (topic_chance >= on_topic)
    return replace(
        fitted,
        measured=measure(trials, rankings, hits, first_chance, served, fitted),
        reliability=reliability(first_chance, [found[0] for found in hits]),
        ablation=ablation(trials, fitted.fusion),
    )


def fit_fusion(trials: Sequence[Trial], without: str = "") -> dict[str, float]:
    """Fit the weight of each side, but for one, by a conditional logit over the entries of each round."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]  # scipy publishes no types

    known = [trial for trial in trials if trial.position >= 0]
    names = [name for name in SIDES if name != without and all(name in trial.sides for trial in known)]
    tables = [
        np.stack([standardise(trial.sides[name], np.ones(len(trial.index.entries), dtype=bool)) for name in names])
        for trial in known
    ]

    def surprise(weights: Scores) -> tuple[float, Scores]:
        loss, slope = 0.0, np.zeros(len(names))
        for trial, table in zip(known, tables, strict=True):
            chances = softmax(weights @ table)
            loss -= math.log(max(1e-12, float(chances[trial.position])))
            slope -= table[:, trial.position] - table @ chances
        return loss / len(known) + SHRINK * float(weights @ weights), slope / len(known) + 2 * SHRINK * weights

    least = [LEAST_WORDS if name == "asked_words" else 0.0 for name in names]
    found = minimize(surprise, np.ones(len(names)), jac=True, method="L-BFGS-B", bounds=[(low, 20.0) for low in least])
    return {name: round(float(weight), 4) for name, weight in zip(names, found.x, strict=True)}


def logistic(table: Scores, right: NDArray[np.bool_], weight: Scores) -> tuple[Logistic, Scores]:
    """Fit a model, and return the chances that models of the other folds give each row."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    means, scales = table.mean(axis=0), np.maximum(table.std(axis=0), LEAST_SCALE)
    scaled = (table - means) / scales
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    chance = cross_val_predict(
        LogisticRegression(), scaled, right, cv=folds, method="predict_proba", params={"sample_weight": weight}
    )[:, 1]
    model = LogisticRegression().fit(scaled, right, sample_weight=weight)
    fitted = Logistic(
        tuple(means.tolist()), tuple(scales.tolist()), tuple(model.coef_[0].tolist()), float(model.intercept_[0])
    )
    return fitted, chance


def measure(
    trials: Sequence[Trial],
    rankings: Sequence[Ranking],
    hits: Sequence[Sequence[bool]],
    first: Scores,
    served: NDArray[np.bool_],
    model: Confidence,
) -> dict[str, float]:
    """Return the shares that the thresholds come to, on questions that were not seen."""
    kinds = np.array([trial.kind for trial in trials])
    places = np.array([_place(trial, ranking) for trial, ranking in zip(trials, rankings, strict=True)])
    right = np.array([found[0] for found in hits])
    among = np.array([any(found) for found in hits])
    direct = served & (first >= model.direct)
    asked = served & ~direct
    own = kinds == "own"
    shares = {
        "own_hit_at_1": places[own] == 0,
        "own_hit_at_3": places[own] < CHOICES,
        "own_right_or_related": right[own],
        "own_answered": direct[own],
        "own_asked_back": asked[own],
        "absent_answered": direct[kinds == "absent"],
        "absent_asked_back": asked[kinds == "absent"],
        "off_topic_declined": ~served[kinds == "off_topic"],
        "answered_rightly": right[own & direct],
        "asked_back_rightly": among[own & asked],
    }
    measured = {name: round(float(share.mean()), 4) if share.size else 0.0 for name, share in shares.items()}
    return measured | {"asked": float(len(trials))}


def ablation(trials: Sequence[Trial], fusion: dict[str, float]) -> dict[str, tuple[float, float, float]]:
    """Return hit@1, 3, 10 of each side alone, of all but each (fitted anew), and of all."""
    known = [trial for trial in trials if trial.position >= 0]
    weights = {f"{name} alone": {name: 1.0} for name in fusion}
    weights |= {f"without {name}": fit_fusion(known, without=name) for name in fusion}
    return {
        name: _hits([_place(trial, trial.ranking(used)) for trial in known])
        for name, used in (weights | {"all": fusion}).items()
    }


def _hits(places: Sequence[int]) -> tuple[float, float, float]:
    one, three, ten = (round(float(np.mean([place < depth for place in places])), 4) for depth in (1, 3, 10))
    return one, three, ten


def reliability(chance: Scores, right: Sequence[bool]) -> tuple[tuple[float, float, int], ...]:
    """Return of each filled bin of chances: the mean chance, the share that was right, and how many there are."""
    bins = np.minimum((chance * BINS).astype(int), BINS - 1)
    observed = np.array(right)
    return tuple(
        (round(float(chance[bins == at].mean()), 4), round(float(observed[bins == at].mean()), 4), int(sum(bins == at)))
        for at in range(BINS)
        if (bins == at).any()
    )


def _place(trial: Trial, ranking: Ranking) -> int:
    """Return the rank of the question's own entry from 0; the number of entries where it has none."""
    found = np.flatnonzero(ranking.order == trial.position)
    return int(found[0]) if len(found) else len(trial.index.entries)


def _part(count: int, part: int, salt: str) -> list[int]:
    """Return the positions of one of FOLDS equal parts, in an order that depends on the salt alone."""
    seed = [SEED, *salt.encode()]
    return sorted(np.random.default_rng(seed).permutation(count)[part::FOLDS].tolist())
