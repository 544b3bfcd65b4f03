"""`make help` lists every target, and targets call modules and files that exist."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ops import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)


@pytest.mark.parametrize("arguments", [[], ["help"]])
def test_help_lists_every_target_with_a_line(arguments: list[str]) -> None:
    told = subprocess.run(
        ["make", "--no-print-directory", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in told.splitlines()}
    assert set(lines) == set(TARGETS)
    assert all(len(text) > 10 for text in lines.values())


def test_every_target_is_phony() -> None:
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony is not None
    assert set(phony[1].split()) == set(TARGETS)


def test_the_targets_that_others_rely_on_are_there() -> None:
    assert {"run", "test", "check", "train", "bench", "help"} <= set(TARGETS)


@pytest.mark.parametrize(
    "module", sorted(set(re.findall(r"\$\(PYTHON\) -m (ops[.\w]*|knowledge_base|bench)", MAKEFILE)))
)
def test_every_module_that_is_called_is_there(module: str) -> None:
    path = ROOT / module.replace(".", "/")
    assert path.with_suffix(".py").exists() or (path / "__main__.py").exists()


def test_a_path_with_spaces_is_a_path(tmp_path: Path) -> None:
    spaced = tmp_path / "a folder"
    spaced.mkdir()
    (spaced / "Makefile").symlink_to(ROOT / "Makefile")
    told = subprocess.run(
        ["make", "--no-print-directory", "-C", str(spaced)], capture_output=True, text=True, check=True
    ).stdout
    assert told.splitlines()[0].split() == ["help", "list", "the", "targets"]
