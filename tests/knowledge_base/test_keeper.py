"""Keeping the index: six are kept, any is put back, a damaged one is noticed, and what is whole is served."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from knowledge_base import artefact, index, records, store, upkeep
from knowledge_base.base import KnowledgeBase
from knowledge_base.encoder import SentenceEncoder
from knowledge_base.errors import BrokenIndex, SourceError, WrongEncoder
from knowledge_base.keeper import Keeper
from knowledge_base.loader import load
from knowledge_base.model import Entry
from knowledge_base.training import train
from tests.knowledge_base.conftest import POLICIES, HashedTerms, model_of

DAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small encoder of the project's kind."""
    folder = tmp_path_factory.mktemp("trained") / "encoder"
    train(load(POLICIES), ["今天天气怎么样"], steps=20).save(folder)
    model_of().save(folder / artefact.CONFIDENCE)
    return folder


@pytest.fixture
def keeper(tmp_path: Path, trained: Path, policies: Path, monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """A keeper with an index of the three entries, made by the project's own encoder."""
    own = tmp_path / "encoder"
    shutil.copytree(trained, own)
    monkeypatch.setattr("knowledge_base.artefact.choose", lambda *_: str(own))
    made = Keeper(source=policies, folder=tmp_path / "index", setting="", trained=own, policies=policies)
    made.build(made.entries()[0])
    return made


def fresh(keeper: Keeper) -> Keeper:
    """Return a keeper like this one, as another process would have it."""
    return replace(keeper)


def edit(keeper: Keeper, old: str, new: str) -> list[Entry]:
    """Change the entry on dues and return the entries as they are then."""
    path = keeper.source / "joining" / "dues.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    return fresh(keeper).entries()[0]


def spoil(path: Path) -> None:
    """Turn over one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def title(base: KnowledgeBase) -> str:
    entry = base.entry("dues", on=DAY)
    assert entry is not None
    return entry.title


def test_a_changed_entry_costs_what_changed(keeper: Keeper) -> None:
    entries = edit(keeper, "title: 加入工会", "title: 参加工会")
    made = fresh(keeper).build(entries)
    assert (made.record.entries, made.encoded) == (3, 1)
    assert made.chunks > 10
    assert title(keeper.open()).startswith("参加工会")


def test_five_indexes_are_kept_beside_the_newest(tmp_path: Path, entries: list[Entry], encoder: HashedTerms) -> None:
    made = []
    for number in range(8):
        changed = [replace(entries[0], title=f"会费 {number}"), *entries[1:]]
        made.append(store.save(index.build(changed, encoder), tmp_path, encoder).data)
    assert [record.data for record in records.kept(tmp_path)] == made[:1:-1]
    assert len(list(tmp_path.glob("data-*"))) == 6
    assert records.current(tmp_path).data == made[-1]


def test_the_same_index_again_takes_the_place_of_the_last(keeper: Keeper) -> None:
    fresh(keeper).build(keeper.entries()[0])
    assert len(records.kept(keeper.folder)) == 1


def test_an_encoder_is_kept_as_long_as_its_indexes(
    tmp_path: Path, entries: list[Entry], trained: Path, encoder: HashedTerms
) -> None:
    record = store.save(index.build(entries, SentenceEncoder(str(trained))), tmp_path, SentenceEncoder(str(trained)))
    kept = records.encoder_folder(tmp_path, record.fingerprint)
    assert SentenceEncoder(str(kept)).fingerprint == record.fingerprint
    for number in range(5):
        changed = [replace(entries[0], title=f"会费 {number}")]
        store.save(index.build(changed, encoder), tmp_path, encoder)
    assert kept.is_dir()
    store.save(index.build(entries, encoder), tmp_path, encoder)
    assert not kept.exists()


def test_the_index_before_is_put_back_and_survives_a_start(keeper: Keeper) -> None:
    entries = edit(keeper, "title: 加入工会", "title: 参加工会")
    later = fresh(keeper).build(entries).record
    shutil.rmtree(keeper.trained)  # trained over since
    record = fresh(keeper).roll_back()
    assert title(keeper.open()).startswith("加入工会")
    shutil.copytree(records.encoder_folder(keeper.folder, record.fingerprint), keeper.trained)
    state = fresh(keeper).state(entries)
    assert (state.serves, state.is_behind) == (True, True)
    assert "python -m knowledge_base index lifts that" in state.words
    fresh(keeper).roll_back(later.data)
    assert title(keeper.open()).startswith("参加工会")
    fresh(keeper).build(entries)
    assert not records.current(keeper.folder).pinned


def test_without_an_earlier_index_or_with_a_damaged_one_what_is_served_stays(keeper: Keeper) -> None:
    first = records.current(keeper.folder)
    with pytest.raises(BrokenIndex, match="no index before"):
        keeper.roll_back()
    with pytest.raises(BrokenIndex, match="no index data-x in"):
        keeper.roll_back("data-x")
    second = fresh(keeper).build(edit(keeper, "title: 加入工会", "title: 参加工会")).record
    spoil(keeper.folder / first.data / "vectors.npy")
    with pytest.raises(BrokenIndex, match=r"vectors\.npy is not as it was written"):
        keeper.roll_back()
    assert records.current(keeper.folder) == second


def test_an_index_of_another_encoder_is_not_put_back_while_one_is_set(keeper: Keeper, tmp_path: Path) -> None:
    train(load(POLICIES), ["今天天气怎么样"], steps=1).save(tmp_path / "other")
    model_of().save(tmp_path / "other" / artefact.CONFIDENCE)
    other = replace(keeper, setting=str(tmp_path / "other"))
    other.build(other.entries()[0])
    with pytest.raises(WrongEncoder):
        other.roll_back()


def test_every_file_of_an_index_is_checked(keeper: Keeper) -> None:
    record = records.current(keeper.folder)
    assert {"entries.json", "owners.npy", "vectors.npy"} < record.files.keys()
    data = keeper.folder / record.data
    for name in record.files:
        whole = (data / name).read_bytes()
        spoil(data / name)
        with pytest.raises(BrokenIndex, match=name):
            keeper.open()
        (data / name).unlink()
        with pytest.raises(BrokenIndex, match=name):
            keeper.open()
        (data / name).write_bytes(whole)
    keeper.open()


def test_a_damaged_index_is_to_be_built_again(keeper: Keeper) -> None:
    entries = keeper.entries()[0]
    assert keeper.state(entries).serves
    spoil(keeper.folder / records.current(keeper.folder).data / "entries.json")
    state = fresh(keeper).state(entries)
    assert not state.serves
    assert "entries.json is not as it was written" in state.words
    fresh(keeper).build(entries)
    assert fresh(keeper).state(entries).serves


@pytest.mark.parametrize("spoilt", ["{", '{"data": 5}', None])
def test_without_entries_the_newest_whole_index_is_served(keeper: Keeper, spoilt: str | None) -> None:
    first = records.current(keeper.folder)
    second = fresh(keeper).build(edit(keeper, "title: 加入工会", "title: 参加工会")).record
    third = fresh(keeper).build(edit(keeper, "title: 参加工会", "title: 进工会")).record
    shutil.rmtree(keeper.source)
    with pytest.raises(SourceError):
        fresh(keeper).entries()
    spoil(keeper.folder / third.data / "entries.json")
    if spoilt:
        (keeper.folder / "index.json").write_text(spoilt, "utf-8")
    assert keeper.fall_back() == second
    assert keeper.fall_back() == second
    for record in (first, second):
        spoil(keeper.folder / record.data / "entries.json")
    with pytest.raises(BrokenIndex, match=r"no index in .* is whole"):
        keeper.fall_back()


def test_an_index_of_an_earlier_version_is_no_index(keeper: Keeper) -> None:
    (keeper.folder / "index.json").write_text(json.dumps({"encoder": "x", "fingerprint": "x", "data": "x"}), "utf-8")
    with pytest.raises(BrokenIndex, match="no index of this version"):
        keeper.open()


def test_searches_go_on_while_the_index_is_replaced(entries: list[Entry], encoder: HashedTerms) -> None:
    bases = [KnowledgeBase(index.build(some, encoder), encoder) for some in (entries, entries[:1], entries[1:])]
    base = KnowledgeBase(index.build(entries, encoder), encoder)
    failed: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                assert base.search("会费", on=DAY, region="江苏/无锡").hits
            except BaseException as error:
                failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(60):
        base.adopt(bases[turn % 3])
        assert base.size == len((entries, entries[:1], entries[1:])[turn % 3])
        done.wait(0.01)
    done.set()
    for thread in threads:
        thread.join()
    assert not failed


def test_index_says_what_it_encoded_again(keeper: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    edit(keeper, "title: 加入工会", "title: 参加工会")
    assert upkeep.index(fresh(keeper), if_stale=True) == 0
    assert "3 entries" in (said := capsys.readouterr().out)
    assert ", 1 encoded again, 0." in said
    assert upkeep.index(fresh(keeper), if_stale=True) == 0
    assert "up to date, 3 entries" in capsys.readouterr().out


def test_if_stale_builds_a_damaged_index_again_once(keeper: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(keeper.folder / records.current(keeper.folder).data / "vectors.npy")
    assert upkeep.index(fresh(keeper), if_stale=True) == 0
    said = capsys.readouterr().out
    assert "built again: the index is damaged" in said
    assert "vectors.npy is not as it was written" in said
    assert upkeep.index(fresh(keeper), if_stale=True) == 0
    assert "up to date" in capsys.readouterr().out


def test_if_stale_serves_what_is_there_without_entries(keeper: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    first = records.current(keeper.folder).data
    shutil.rmtree(keeper.source)
    assert upkeep.index(fresh(keeper), if_stale=True) == 1
    said = capsys.readouterr().err
    assert "no such file or folder" in said
    assert f"{first} of 20" in said
    with pytest.raises(SourceError):
        upkeep.index(fresh(keeper), if_stale=False)
    shutil.rmtree(keeper.folder)
    with pytest.raises(SourceError):
        upkeep.index(fresh(keeper), if_stale=True)


def test_what_was_put_back_stays_until_index_lifts_it(keeper: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    edit(keeper, "title: 加入工会", "title: 参加工会")
    upkeep.index(fresh(keeper), if_stale=False)
    assert upkeep.rollback(fresh(keeper), None) == 0
    assert "lifts that" in capsys.readouterr().out
    assert upkeep.index(fresh(keeper), if_stale=True) == 1
    assert "put back by rollback; newer entries are not served" in capsys.readouterr().err
    upkeep.history(keeper)
    lines = capsys.readouterr().out.splitlines()
    assert [line[0] for line in lines] == [" ", " ", "*"]
    assert "put back by rollback" in lines[2]
    assert upkeep.index(fresh(keeper), if_stale=False) == 0
    upkeep.history(keeper)
    assert [line[0] for line in capsys.readouterr().out.splitlines()[1:]] == [" ", "*", " "]


def test_a_pinned_index_that_is_damaged_is_built_again(keeper: Keeper, capsys: pytest.CaptureFixture[str]) -> None:
    edit(keeper, "title: 加入工会", "title: 参加工会")
    upkeep.index(fresh(keeper), if_stale=False)
    spoil(keeper.folder / fresh(keeper).roll_back().data / "entries.json")
    assert upkeep.index(fresh(keeper), if_stale=True) == 0
    assert "cannot be served and is built again" in capsys.readouterr().out
    assert title(keeper.open()).startswith("参加工会")
