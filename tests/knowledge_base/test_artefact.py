"""Which encoder serves, and when a start has to wait for another training."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge_base import artefact, cli
from knowledge_base.encoder import hash_folder
from knowledge_base.loader import load
from knowledge_base.model import Entry, Heard


def encoder_of(folder: Path, entries: list[Entry], **other: Any) -> Path:
    """Make the folder of an encoder that was trained on these entries."""
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"weights")
    manifest = artefact.marks(entries) | {"artefact": hash_folder(folder), "texts": artefact.texts(entries)} | other
    (folder / artefact.MANIFEST).write_text(json.dumps(manifest), "utf-8")
    return folder


def edited(entries: list[Entry], count: int) -> list[Entry]:
    return [replace(entry, more=f"{entry.more}改" if at < count else entry.more) for at, entry in enumerate(entries)]


def test_how_much_an_encoder_knows(tmp_path: Path, entries: list[Entry]) -> None:
    folder = encoder_of(tmp_path / "own", entries)
    assert (artefact.known(folder, entries), artefact.is_fresh(folder, entries)) == (1.0, True)
    assert artefact.known(folder, edited(entries, 1)) == pytest.approx(2 / 3)
    assert artefact.known(folder, entries[:2]) == 1.0, "an entry that is gone is nothing new"
    assert not artefact.is_fresh(folder, entries[:2])
    labelled = [replace(entries[0], heard=(Heard("问"),)), *entries[1:]]
    assert artefact.known(folder, labelled) == pytest.approx(2 / 3)


def test_nothing_is_known_by_what_cannot_be_used(tmp_path: Path, entries: list[Entry]) -> None:
    assert artefact.known(tmp_path / "nowhere", entries) == 0
    assert artefact.known(encoder_of(tmp_path / "old", entries, code="other"), entries) == 0
    damaged = encoder_of(tmp_path / "damaged", entries)
    (damaged / "model.safetensors").write_bytes(b"other")
    assert artefact.known(damaged, entries) == 0
    assert artefact.known(encoder_of(tmp_path / "before", entries, texts=[]), entries) == 0


def test_the_encoder_that_knows_more_is_used(
    tmp_path: Path, entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    committed, own = encoder_of(tmp_path / "committed", entries), encoder_of(tmp_path / "own", edited(entries, 2))
    monkeypatch.setattr(artefact, "COMMITTED", committed)
    assert artefact.choose("", own, entries) == str(committed)
    assert artefact.choose("", own, edited(entries, 2)) == str(own)
    assert artefact.choose("elsewhere", own, entries) == "elsewhere"


def test_a_start_trains_only_for_much_that_is_new(
    policies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trained: list[int] = []

    def make(entries: list[Entry], folder: Path) -> dict[str, Any]:
        trained.append(len(entries))
        encoder_of(folder, entries)
        return {"entries": len(entries), "threshold": 0.4, "measured": {}}

    monkeypatch.setattr(artefact, "make", make)
    monkeypatch.setattr(cli, "COMMITTED", encoder_of(tmp_path / "committed", load(policies)))
    monkeypatch.setattr(artefact, "FITS", 0.6)
    train = ["train", "--source", str(policies), "--if-stale", "--output", str(tmp_path / "own")]
    assert cli.main(train) == 0
    assert (trained, "committed: serves these entries\n" in capsys.readouterr().out) == ([], True)
    for path in sorted(policies.rglob("*.md"))[:1]:
        path.write_text(path.read_text("utf-8") + "\n- 又改了一句。\n", "utf-8")
    assert cli.main(train) == 0
    assert (trained, "33% of the entries are newer" in capsys.readouterr().out) == ([], True)
    for path in policies.rglob("*.md"):
        path.write_text(path.read_text("utf-8") + "\n- 全改了。\n", "utf-8")
    assert cli.main(train) == 0
    assert trained == [3]
    assert cli.main(train) == 0
    assert trained == [3]
