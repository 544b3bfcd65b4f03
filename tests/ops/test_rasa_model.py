"""A Rasa model belongs to what it was trained from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ops import ROOT, rasa_model
from ops.children import Children
from ops.processes import CommandFailed
from ops.rasa_model import KEPT, fingerprint, prune, sources, train


@pytest.fixture
def project(tmp_path: Path) -> list[Path]:
    files = ["config.yml", "domain.yml", "rasa.txt", "nlu_data/nlu/wages.yml", "nlu_data/rules/answers.yml"]
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"# {name}\n", encoding="utf-8")
    return _sources(tmp_path)


def _sources(root: Path) -> list[Path]:
    return sources(root / "config.yml", root / "domain.yml", root / "nlu_data", root / "rasa.txt")


def test_the_same_sources_are_the_same_model_wherever_they_are(project: list[Path], tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    for file in project:
        copy = elsewhere / file.relative_to(tmp_path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    assert fingerprint(project, tmp_path) == fingerprint(_sources(elsewhere), elsewhere)


@pytest.mark.parametrize("index", range(5))
def test_every_source_counts(project: list[Path], tmp_path: Path, index: int) -> None:
    before = fingerprint(project, tmp_path)
    project[index].write_text("changed\n", encoding="utf-8")
    assert fingerprint(project, tmp_path) != before


def test_a_new_and_a_renamed_file_count(project: list[Path], tmp_path: Path) -> None:
    before = fingerprint(project, tmp_path)
    renamed = project[-1].rename(project[-1].with_name("other.yml"))
    assert fingerprint(_sources(tmp_path), tmp_path) != before
    renamed.with_name("more.yml").write_text("", encoding="utf-8")
    assert len(_sources(tmp_path)) == len(project) + 1


def test_moving_text_between_files_counts(tmp_path: Path) -> None:
    one, two = tmp_path / "a.yml", tmp_path / "b.yml"
    one.write_text("xy", encoding="utf-8")
    two.write_text("z", encoding="utf-8")
    before = fingerprint([one, two], tmp_path)
    one.write_text("x", encoding="utf-8")
    two.write_text("yz", encoding="utf-8")
    assert fingerprint([one, two], tmp_path) != before


def test_old_models_go_and_the_newest_stay(tmp_path: Path) -> None:
    for age in range(KEPT + 2):
        model = tmp_path / f"{age}.tar.gz"
        model.touch()
        os.utime(model, (1_000_000 - age, 1_000_000 - age))
    prune(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"{age}.tar.gz" for age in range(KEPT)]


async def test_a_failed_training_leaves_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho 'config.yml: unknown component'\nexit 1\n", encoding="utf-8")
    broken.chmod(0o755)
    monkeypatch.setattr(rasa_model, "PYTHON", broken)
    children = Children(tmp_path / "log")
    config = ROOT / "config.yml"
    try:
        with pytest.raises(CommandFailed, match="unknown component"):
            await train(children, tmp_path, config)
    finally:
        await children.stop_all([])
    assert list((tmp_path / "rasa" / "models").iterdir()) == []


async def test_a_trained_model_is_kept_under_its_hash_and_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = tmp_path / "python"
    trainer.write_text(
        '#!/bin/sh\nwhile [ $# -gt 1 ]; do\n  [ "$1" = --out ] && out=$2\n'
        '  [ "$1" = --fixed-model-name ] && name=$2\n  shift\ndone\necho model > "$out/$name.tar.gz"\n',
        encoding="utf-8",
    )
    trainer.chmod(0o755)
    monkeypatch.setattr(rasa_model, "PYTHON", trainer)
    config = tmp_path / "config.yml"
    config.write_text("policies: [RulePolicy]\n", encoding="utf-8")
    assert rasa_model.find(tmp_path, config) is None
    children = Children(tmp_path / "log")
    try:
        model = await train(children, tmp_path, config)
    finally:
        await children.stop_all([])
    assert rasa_model.find(tmp_path, config) == model
    config.write_text("policies: [MemoizationPolicy]\n", encoding="utf-8")
    assert rasa_model.find(tmp_path, config) is None
