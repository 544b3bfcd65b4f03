"""The project's own encoder: the same text gives the same vectors, and it loads as any SentenceTransformer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge_base.encoder import SentenceEncoder
from knowledge_base.errors import EncoderError
from knowledge_base.model import Entry
from knowledge_base.training import StaticEncoder, train

OFF_TOPIC = ["今天天气怎么样", "放首歌听"]
ASKED = ["老板拖欠工资", "会费要交多少", ""]


@pytest.fixture(scope="module")
def trained(entries: list[Entry]) -> StaticEncoder:
    """An encoder after a few steps."""
    return train(entries, OFF_TOPIC, steps=40)


def test_training_twice_gives_the_same(entries: list[Entry], trained: StaticEncoder) -> None:
    again = train(entries, OFF_TOPIC, steps=40)
    assert again.vocabulary == trained.vocabulary
    np.testing.assert_array_equal(again.weights, trained.weights)


def test_phrasings_of_an_entry_come_nearer(entries: list[Entry], trained: StaticEncoder) -> None:
    before = train(entries, OFF_TOPIC, steps=1)

    def gap(encoder: StaticEncoder) -> float:
        asked, same, other = encoder.encode(["厂里一直压着工资不给", "讨薪去哪里", "会费标准是什么"])
        return float(asked @ same - asked @ other)

    assert gap(trained) > gap(before)


def test_the_saved_folder_gives_the_same_vectors(trained: StaticEncoder, tmp_path: Path) -> None:
    trained.save(tmp_path / "encoder")
    loaded = SentenceEncoder(str(tmp_path / "encoder"))
    vectors = loaded.encode(ASKED)
    np.testing.assert_allclose(vectors, trained.encode(ASKED), atol=2e-3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0], atol=1e-5)


def test_a_plain_sentence_transformer_loads_the_folder(trained: StaticEncoder, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    trained.save(tmp_path / "encoder")
    plain = SentenceTransformer(str(tmp_path / "encoder"), device="cpu")
    wages, late, dues = plain.encode(["拖欠工资", "工资拖了半年", "会费标准"]).astype(np.float32)
    cosine = float(wages @ late / np.linalg.norm(wages) / np.linalg.norm(late))
    assert cosine > float(wages @ dues / np.linalg.norm(wages) / np.linalg.norm(dues))


def test_the_fingerprint_follows_the_weights(trained: StaticEncoder, entries: list[Entry], tmp_path: Path) -> None:
    trained.save(tmp_path / "one")
    trained.save(tmp_path / "same")
    train(entries, OFF_TOPIC, steps=2).save(tmp_path / "other")
    prints = [SentenceEncoder(str(tmp_path / name)).fingerprint for name in ("one", "same", "other")]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("name", ["", "/nowhere/encoder", "./nowhere", "a/b/c"])
def test_an_encoder_that_is_not_there_is_named(name: str) -> None:
    with pytest.raises(EncoderError, match="there is no encoder"):
        SentenceEncoder(name)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"modules\.json"):
        SentenceEncoder(str(tmp_path))


def test_a_name_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match="nobody/nothing cannot be loaded"):
        SentenceEncoder("nobody/nothing").encode(["x"])
