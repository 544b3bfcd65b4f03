"""The index: written in one step, read back the same, refused to another encoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge_base import index as indexing
from knowledge_base import store
from knowledge_base.confidence import Confidence, Scope
from knowledge_base.errors import BrokenIndex, WrongEncoder
from knowledge_base.model import Entry
from tests.knowledge_base.conftest import HashedTerms

MODEL = Confidence(Scope({"工资": 1.0}, 0.0), (0.0,) * 5, (1.0,) * 5, (1.0,) * 5, 0.0, 0.5, (1.0, 1.0), 0.4)


def test_an_index_comes_back_as_it_was(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    built = indexing.build(entries, encoder, MODEL)
    store.save(built, tmp_path, encoder)
    read = store.load(tmp_path, encoder)
    assert read.entries == built.entries
    assert read.confidence == MODEL
    np.testing.assert_array_equal(read.vectors, built.vectors)
    np.testing.assert_array_equal(read.bm25.get_scores(["工资"]), built.bm25.get_scores(["工资"]))


def test_another_encoder_is_refused(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    store.save(indexing.build(entries, encoder), tmp_path, encoder)
    with pytest.raises(WrongEncoder, match=r"made by the encoder hashed .* not by other") as raised:
        store.load(tmp_path, HashedTerms("other"))
    assert "python -m knowledge_base index" in str(raised.value)


def test_a_new_index_replaces_the_old_one(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    store.save(indexing.build(entries, encoder), tmp_path, encoder)
    store.save(indexing.build(entries[:1], encoder), tmp_path, encoder)
    assert [entry.id for entry in store.load(tmp_path, encoder).entries] == ["dues"]
    assert len(list(tmp_path.glob("data-*"))) == 1
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
