"""Set-up makes what is missing, leaves alone what is fresh, and says what to do when it cannot."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops import ROOT, OpsError, setup
from ops.processes import CommandFailed
from ops.setup import Environment, check_disk, check_machine, set_up
from ops.uv import environment_for_uv, explain, find_uv

GIGABYTE = 1024**3
FAKE_UV = """#!{python}
import pathlib, sys
words = sys.argv[1:]
with open({record!r}, "a") as stream:
    print(*words, file=stream)
if words[0] == "venv":
    folder = pathlib.Path(words[-1]) / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to({python!r})
sys.exit({failing!r} in " ".join(words))
"""


class Machine:
    """A checkout's environment in a temporary folder, with a fake uv first on its PATH."""

    def __init__(self, folder: Path) -> None:
        self.record = folder / "uv-was-asked"
        self.lock = folder / "app.txt"
        self.lock.write_text("# a lock\nfastapi==1.0\n    # via it\nhttpx==2.0\n", encoding="utf-8")
        torch = folder / "torch.txt"
        torch.write_text("torch==2.13.0\n", encoding="utf-8")
        self.environment = Environment(folder / ".venv", sys.version_info[:2], self.lock, 0.0, torch)
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.environ = {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}"}
        self.environ.pop("PIP_FIND_LINKS", None)
        self.uv_fails_at("nothing")

    def uv_fails_at(self, words: str) -> None:
        text = FAKE_UV.format(python=sys.executable, record=str(self.record), failing=words)
        (self.bin / "uv").write_text(text, encoding="utf-8")
        (self.bin / "uv").chmod(0o755)

    def set_up(self) -> list[str]:
        """Set up and return what uv was asked for, its version left out."""
        self.record.write_text("", encoding="utf-8")
        set_up([self.environment], self.environ)
        return [line for line in self.record.read_text(encoding="utf-8").splitlines() if "--version" not in line]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    for module in (setup, sys.modules["ops.uv"]):
        monkeypatch.setattr(module, "LOG", tmp_path / "setup.log")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    return Machine(tmp_path)


def test_a_first_run_creates_and_installs_and_a_second_does_nothing(machine: Machine) -> None:
    created, torch, packages = machine.set_up()
    assert created.startswith("venv")
    assert "torch.txt" in torch
    assert "app.txt" in packages
    assert machine.set_up() == []


def test_a_changed_lock_installs_without_creating(machine: Machine) -> None:
    machine.set_up()
    machine.lock.write_text("fastapi==1.1\n", encoding="utf-8")
    assert [line.split()[0] for line in machine.set_up()] == ["pip", "pip"]


def test_an_environment_made_by_hand_is_adopted(machine: Machine) -> None:
    interpreter = machine.environment.interpreter
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(sys.executable)
    assert [line.split()[0] for line in machine.set_up()] == ["pip", "pip"]
    assert machine.environment.fresh()


def test_an_interrupted_set_up_is_made_anew(machine: Machine) -> None:
    machine.uv_fails_at("app.txt")
    with pytest.raises(OpsError):
        machine.set_up()
    assert not machine.environment.fresh()
    machine.uv_fails_at("nothing")
    assert machine.set_up()[0].startswith("venv")
    assert machine.environment.fresh()


def test_an_environment_whose_interpreter_is_gone_is_made_anew(machine: Machine) -> None:
    machine.set_up()
    machine.environment.interpreter.unlink()
    assert machine.set_up()[0].startswith("venv")


def test_a_broken_stamp_is_no_stamp(machine: Machine) -> None:
    machine.set_up()
    machine.environment.stamp.write_text("[]", encoding="utf-8")
    assert not machine.environment.fresh()


def test_pytorch_comes_from_wheels_at_hand_first(machine: Machine) -> None:
    machine.environ["PIP_FIND_LINKS"] = "/first /second"
    torch = machine.set_up()[1]
    assert "--no-index --find-links /first --find-links /second" in torch
    assert "--no-deps" in torch


def test_pytorch_comes_from_its_cpu_index_next_and_from_the_registry_last(machine: Machine) -> None:
    assert setup.TORCH_INDEX in machine.set_up()[1]
    machine.lock.write_text("fastapi==1.1\n", encoding="utf-8")
    machine.uv_fails_at(setup.TORCH_INDEX)
    _, last, _ = machine.set_up()
    assert last.endswith("torch.txt")


def test_no_interpreter_and_none_to_fetch_is_one_clear_line(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup, "find", lambda wanted, names: (None, []))
    machine.uv_fails_at("venv")
    with pytest.raises(OpsError, match=r"no Python 3\.11 here and uv could not fetch one: install it") as told:
        machine.set_up()
    assert "\n" not in str(told.value)


def test_the_stamp_holds_no_secret_and_says_when(machine: Machine) -> None:
    machine.set_up()
    assert set(json.loads(machine.environment.stamp.read_text(encoding="utf-8"))) == {"sources", "time"}


def test_a_full_disk_is_said_before_anything_is_fetched(machine: Machine) -> None:
    needs = Environment(machine.environment.folder, (3, 11), machine.lock, 4.7)
    with pytest.raises(OpsError, match=r"disk is too full: set-up needs 4\.7 GB in .*, 1\.5 GB are free"):
        check_disk([needs], int(1.5 * GIGABYTE))
    check_disk([needs], 5 * GIGABYTE)


def test_a_disk_that_fills_up_meanwhile_is_said_in_one_line() -> None:
    told = explain(CommandFailed("uv ended with 2", "failed to write: No space left on device (os error 28)"))
    assert "the disk is full" in str(told)
    assert "\n" not in str(told)


def test_a_missing_network_is_said_in_one_line() -> None:
    told = explain(CommandFailed("uv ended with 1", "error sending request for url: dns error"))
    assert "check the network" in str(told)


def test_any_other_failure_keeps_its_own_line() -> None:
    error = CommandFailed("uv ended with 1: no such package", "no such package")
    assert explain(error) is error


@pytest.mark.parametrize(
    ("system", "machine_name", "bits", "libc", "way_out"),
    [
        ("Windows", "AMD64", 64, "", "WSL 2"),
        ("Linux", "riscv64", 64, "glibc", "64-bit x86 or ARM"),
        ("Linux", "x86_64", 32, "glibc", "64-bit x86 or ARM"),
        ("Linux", "x86_64", 64, "musl", "glibc"),
    ],
)
def test_a_machine_that_cannot_work_is_told_a_way_out(
    system: str, machine_name: str, bits: int, libc: str, way_out: str
) -> None:
    with pytest.raises(OpsError, match=way_out):
        check_machine(system, machine_name, bits, libc)


def test_machines_that_work_are_let_through() -> None:
    check_machine("Linux", "x86_64", 64, "glibc")
    check_machine("Darwin", "arm64", 64, "")


def test_no_interpreter_and_no_uv_is_one_clear_line(tmp_path: Path) -> None:
    script = tmp_path / "ops" / "setup.sh"
    script.parent.mkdir()
    script.write_bytes((ROOT / "ops" / "setup.sh").read_bytes())
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")
    done = subprocess.run(
        ["/bin/sh", str(script)], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr == ("error: no Python 3.8 or newer and no uv here: install Python 3.11 and 3.10, or uv alone\n")


def test_no_python_that_could_carry_uv_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.uv.any_python", lambda environ: [])
    with pytest.raises(OpsError, match=r"install Python 3\.11 and 3\.10, or uv alone"):
        find_uv({"PATH": str(tmp_path)}, tmp_path)


def test_uv_follows_the_mirror_that_pip_follows(tmp_path: Path) -> None:
    assert environment_for_uv({"PIP_INDEX_URL": "https://mirror.example"}, tmp_path)["UV_DEFAULT_INDEX"] == (
        "https://mirror.example"
    )
    own = environment_for_uv({"PIP_INDEX_URL": "https://a.example", "UV_INDEX_URL": "https://b.example"}, tmp_path)
    assert "UV_DEFAULT_INDEX" not in own


@pytest.mark.parametrize("module", ["__init__", "progress", "processes", "interpreters", "uv", "setup", "lock"])
def test_what_runs_before_anything_is_installed_is_python_3_8_and_standard_library(module: str) -> None:
    tree = ast.parse((ROOT / "ops" / f"{module}.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= {*sys.stdlib_module_names, "ops"}
