"""The index: written in one step, read back the same, refused to another encoder."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import index as indexing
from knowledge_base import store
from knowledge_base.encoder import Vectors
from knowledge_base.errors import BrokenIndex, WrongEncoder
from knowledge_base.model import Entry
from tests.knowledge_base.conftest import HashedTerms, model_of

MODEL = model_of()


def test_an_index_comes_back_as_it_was(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    built = indexing.build(entries, encoder, MODEL)
    store.save(built, tmp_path, encoder)
    read = store.load(tmp_path, encoder)
    assert read.entries == built.entries
    assert read.confidence == MODEL
    np.testing.assert_array_equal(read.vectors, built.vectors)
    np.testing.assert_array_equal(read.phrased, built.phrased)
    for name in ("told", "asked"):
        weights = [getattr(index, name).get_scores(["工资"]) for index in (read, built)]
        np.testing.assert_array_equal(*weights)


def test_the_way_from_policies_to_statutes_comes_back(
    tmp_path: Path, entries: list[Entry], encoder: HashedTerms
) -> None:
    article = Entry(id="a", title="此法", category="statute", citations=entries[1].citations[:1], conclusion="附则。")
    policies = indexing.build(entries, encoder, MODEL)
    store.save(indexing.build([article], encoder, policies=policies), tmp_path, encoder)
    bridge = store.load(tmp_path, encoder).bridge
    assert bridge is not None
    assert bridge.index.entries == policies.entries
    assert (bridge.entries.tolist(), bridge.articles.tolist(), bridge.weights.tolist()) == ([1], [0], [1.0])


def test_another_encoder_is_refused(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    store.save(indexing.build(entries, encoder), tmp_path, encoder)
    with pytest.raises(WrongEncoder, match=r"made by the encoder hashed .* not by other") as raised:
        store.load(tmp_path, HashedTerms("other"))
    assert "python -m knowledge_base index" in str(raised.value)


def test_a_new_index_replaces_the_old_one(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    store.save(indexing.build(entries, encoder), tmp_path, encoder)
    store.save(indexing.build(entries[:1], encoder), tmp_path, encoder)
    assert [entry.id for entry in store.load(tmp_path, encoder).entries] == ["dues"]
    assert not list(tmp_path.glob("draft-*"))


def test_a_failed_build_leaves_the_old_index(
    tmp_path: Path, entries: list[Entry], encoder: HashedTerms, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(indexing.build(entries, encoder), tmp_path, encoder)

    def full(*_arguments: object, **_arrays: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("numpy.save", full)
    with pytest.raises(OSError, match="No space"):
        store.save(indexing.build(entries[:1], encoder), tmp_path, encoder)
    assert len(store.load(tmp_path, encoder).entries) == 3
    assert not list(tmp_path.glob("draft-*"))


def test_freshness_follows_entries_and_encoder(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    assert not store.is_fresh(tmp_path, entries, encoder)
    store.save(indexing.build(entries, encoder), tmp_path, encoder)
    assert store.is_fresh(tmp_path, entries, encoder)
    assert not store.is_fresh(tmp_path, entries[:2], encoder)
    assert not store.is_fresh(tmp_path, entries, HashedTerms(salt=1))


@pytest.mark.parametrize("spoil", ["{", "[]", '{"encoder": "x"}'])
def test_a_damaged_index_is_named(tmp_path: Path, encoder: HashedTerms, spoil: str) -> None:
    with pytest.raises(BrokenIndex, match="no index"):
        store.load(tmp_path, encoder)
    (tmp_path / "index.json").write_text(spoil, "utf-8")
    with pytest.raises(BrokenIndex, match="build"):
        store.load(tmp_path, encoder)


def test_missing_data_is_named(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    store.save(indexing.build(entries, encoder), tmp_path, encoder)
    next(tmp_path.glob("data-*/vectors.npy")).unlink()
    with pytest.raises(BrokenIndex, match="damaged"):
        store.load(tmp_path, encoder)


class Counting(HashedTerms):
    """Remembers which texts it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Encode and remember."""
        self.asked.extend(texts)
        return super().encode(texts)


def test_only_texts_that_are_new_are_encoded_again(entries: list[Entry]) -> None:
    encoder = Counting()
    old = indexing.build(entries, encoder)
    assert len(encoder.asked) == len(set(encoder.asked))
    encoder.asked.clear()
    changed = [replace(entries[0], title="交会费要多少钱"), *entries[1:]]
    new = indexing.build(changed, encoder, known=indexing.known_vectors(old))
    assert encoder.asked == ["交会费要多少钱"]
    np.testing.assert_array_equal(new.vectors, indexing.build(changed, HashedTerms()).vectors)
    encoder.asked.clear()
    same = indexing.build(entries, encoder, known=indexing.known_vectors(old))
    assert encoder.asked == []
    np.testing.assert_array_equal(same.vectors, old.vectors)


def test_equal_texts_are_encoded_once_and_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = ["入会", "工资", "入会", "会费", "工资", "加班"]
    whole = indexing.encoded(texts, HashedTerms(), {})
    monkeypatch.setattr(indexing, "BLOCK", 2)
    encoder = Counting()
    np.testing.assert_array_equal(indexing.encoded(texts, encoder, {}), whole)
    assert encoder.asked == ["入会", "工资", "会费", "加班"]


def test_vectors_are_never_more_than_twice_in_memory() -> None:
    class Constant(HashedTerms):
        def encode(self, texts: Sequence[str]) -> Vectors:
            return np.ones((len(texts), 256), dtype=np.float32)

    texts = [str(number) for number in range(40_000)]
    old = indexing.encoded(texts, Constant(), {})
    known = dict(zip(texts[1:], old[1:], strict=True))
    tracemalloc.start()
    new = indexing.encoded(texts, Constant(), known)
    again = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    del new
    new = indexing.encoded(texts, Constant(), {})
    anew = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    lists = 300 * len(texts)  # bytes that Python needs for the texts' places, whatever the vectors' length
    assert new.dtype == np.float32
    assert again < new.nbytes + lists  # beside the old vectors: twice together
    assert anew < 2 * new.nbytes
