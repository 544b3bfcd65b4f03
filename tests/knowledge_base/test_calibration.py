"""The confidence is fitted on what the index has not seen, and comes back from its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.calibration import (
    FOLDS,
    LEAST_TOPIC,
    LEAST_WORDS,
    OFFERED,
    calibrate,
    fit_scope,
    logistic,
    reliability,
)
from knowledge_base.confidence import Confidence, Signals, sigmoid
from knowledge_base.encoder import Encoder
from knowledge_base.errors import SourceError
from knowledge_base.model import Entry
from tests.knowledge_base.conftest import HashedTerms

OFF_TOPIC = [
    "今天天气怎么样",
    "放首歌听",
    "我想离婚",
    "红烧肉怎么做",
    "订一张火车票",
    "彩票中了吗",
    "你几岁",
    "猫不吃饭",
]


@pytest.fixture(scope="module")
def fitted(entries: list[Entry]) -> tuple[Confidence, list[tuple[list[Entry], list[str]]]]:
    """A confidence, and what was given to each round's encoder."""
    seen: list[tuple[list[Entry], list[str]]] = []

    def make(present: Sequence[Entry], off_topic: Sequence[str]) -> Encoder:
        seen.append((list(present), list(off_topic)))
        return HashedTerms()

    return calibrate(entries, OFF_TOPIC, make), seen


def hashed(_entries: Sequence[Entry], _off_topic: Sequence[str]) -> Encoder:
    return HashedTerms()


def test_rounds_side_by_side_come_to_the_same(entries: list[Entry]) -> None:
    assert calibrate(entries, OFF_TOPIC, hashed, workers=2) == calibrate(entries, OFF_TOPIC, hashed)


def test_every_round_holds_some_phrasings_and_sentences_out(
    fitted: tuple[Confidence, list[tuple[list[Entry], list[str]]]], entries: list[Entry]
) -> None:
    confidence, seen = fitted
    assert len(seen) == FOLDS
    assert all(len(entry.questions) < 12 for present, _ in seen for entry in present)
    assert all(len(off_topic) < len(OFF_TOPIC) for _, off_topic in seen)
    assert min(len(present) for present, _ in seen) == len(entries) - 1
    assert confidence.measured["asked"] == 36 + len(OFF_TOPIC)


def test_nothing_is_offered_below_the_least_chance(
    fitted: tuple[Confidence, list[tuple[list[Entry], list[str]]]],
) -> None:
    confidence, _ = fitted
    assert confidence.threshold == OFFERED
    assert confidence.on_topic >= LEAST_TOPIC
    assert 0 <= confidence.measured["off_topic_declined"] <= 1


def test_weights_are_not_negative_and_new_words_count(
    fitted: tuple[Confidence, list[tuple[list[Entry], list[str]]]],
) -> None:
    fusion = fitted[0].fusion
    assert min(fusion.values()) >= 0
    assert fusion["asked_words"] >= LEAST_WORDS
    assert {"near alone", "without near", "all"} <= fitted[0].ablation.keys()


def test_bins_tell_what_was_promised_and_what_came() -> None:
    assert reliability(np.array([0.05, 0.12, 0.18, 1.0]), [False, False, True, True]) == (
        (0.05, 0.0, 1),
        (0.15, 0.5, 2),
        (1.0, 1.0, 1),
    )


def test_a_confidence_comes_back_from_its_file(
    fitted: tuple[Confidence, list[tuple[list[Entry], list[str]]]], tmp_path: Path
) -> None:
    fitted[0].save(tmp_path / "confidence.json")
    assert Confidence.load(tmp_path / "confidence.json") == fitted[0]
    (tmp_path / "confidence.json").write_text('{"scope": {}}', "utf-8")
    with pytest.raises(SourceError, match="make train"):
        Confidence.load(tmp_path / "confidence.json")


def test_scope_tells_work_from_weather(entries: list[Entry]) -> None:
    scope = fit_scope([text for entry in entries for text in entry.questions], OFF_TOPIC)
    assert scope.log_odds("公司拖欠工资") > 0 > scope.log_odds("明天天气")
    assert scope.log_odds("") == scope.bias


@given(st.floats(-800, 800))
def test_a_chance_is_a_chance(value: float) -> None:
    assert 0 <= sigmoid(value) <= 1
    assert sigmoid(value) + sigmoid(-value) == pytest.approx(1)


def test_more_of_what_spoke_for_an_answer_makes_it_likelier() -> None:
    random = np.random.default_rng(1)
    table = random.uniform(0, 1, (400, 9))
    right = table[:, 0] + 0.2 * random.standard_normal(400) > 0.5
    model, chance = logistic(table, right, np.ones(400))
    weak, strong = Signals(0.1, *[0.5] * 8), Signals(0.9, *[0.5] * 8)
    assert model.probability(weak) < 0.2 < 0.8 < model.probability(strong)
    assert chance[right].mean() > 0.7 > 0.3 > chance[~right].mean()
