"""Interpreters are found by running them, whatever they are called."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from ops.interpreters import any_python, candidates, find, probe


def program(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def python(path: Path, version: tuple[int, int, int], **changed: object) -> Path:
    told = {"path": str(path), "version": version, "cpython": True, "bits": 64, "missing": [], **changed}
    return program(path, f"echo '{json.dumps(told)}'")


def shim(path: Path) -> Path:
    """A pyenv shim for a version that is not installed."""
    return program(path, "echo 'pyenv: version `3.10` is not installed' >&2; exit 127")


def test_a_real_interpreter_tells_about_itself() -> None:
    found = probe(sys.executable)
    assert found is not None
    assert found.version == sys.version_info[:3]
    assert found.fault(sys.version_info[:2]) == ""


def test_a_shim_that_answers_to_nothing_is_passed_over(tmp_path: Path) -> None:
    good = python(tmp_path / "b" / "python3", (3, 10, 13))
    found, faults = find((3, 10), [str(shim(tmp_path / "a" / "python3.10")), str(good)])
    assert found is not None
    assert found.path == str(good)
    assert faults == []


def test_the_version_counts_not_the_name(tmp_path: Path) -> None:
    named_wrongly = python(tmp_path / "python3.11", (3, 12, 1))
    plain = python(tmp_path / "python", (3, 11, 7))
    found, _ = find((3, 11), [str(named_wrongly), str(plain)])
    assert found is not None
    assert found.path == str(plain)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"missing": ["ssl", "sqlite3"]}, "was built without ssl, sqlite3"),
        ({"bits": 32}, "is a 32-bit build"),
        ({"cpython": False}, "is not CPython"),
    ],
)
def test_a_near_miss_is_passed_over_with_its_reason(tmp_path: Path, changed: dict[str, object], fault: str) -> None:
    unfit = python(tmp_path / "python3.11", (3, 11, 7), **changed)
    found, faults = find((3, 11), [str(unfit)])
    assert found is None
    assert faults == [f"{unfit} {fault}"]


@pytest.mark.parametrize("body", ["exit 1", "echo nonsense", "echo '[]'", "exec sleep 20"])
def test_a_program_that_is_no_python_is_none(tmp_path: Path, body: str) -> None:
    assert probe(str(program(tmp_path / "python3", body)), timeout=0.5) is None


def test_nothing_there_is_none(tmp_path: Path) -> None:
    assert probe(str(tmp_path / "python3")) is None
    assert find((3, 11), [str(tmp_path / "python3")]) == (None, [])


def test_what_pyenv_built_is_a_candidate_even_without_its_shims(tmp_path: Path) -> None:
    built = python(tmp_path / "versions" / "3.10.13" / "bin" / "python3.10", (3, 10, 13))
    assert str(built) in candidates((3, 10), {"PYENV_ROOT": str(tmp_path)})


def test_an_activated_environment_leads_to_the_python_it_was_made_from() -> None:
    found = probe(sys.executable)
    assert found is not None
    assert not Path(found.path).is_relative_to(Path(sys.prefix))


def test_any_python_can_carry_the_installer() -> None:
    assert any_python({"PYENV_ROOT": "/nonexistent"})
