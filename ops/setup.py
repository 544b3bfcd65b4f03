"""Create both environments, or mend them: `python3 -m ops.setup`, on any Python from 3.8 on.

`.venv-rasa` (Python 3.10) is Rasa alone, `.venv` (Python 3.11) everything else. A stamp in each says by which
lock files and Python it was made, so that a second run has nothing to do. A folder that was left half made,
told by its marker, is made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops import ROOT, OpsError
from ops.interpreters import candidates, find
from ops.processes import CommandFailed, run
from ops.progress import say, step, use_utf8
from ops.uv import LOG, environment_for_uv, explain, find_links, find_uv

REQUIREMENTS = ROOT / "requirements"
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
GIGABYTE = 1024**3


@dataclass(frozen=True)
class Environment:
    """One virtual environment: its folder, its Python, its lock file, and the disk it takes."""

    folder: Path
    python: tuple[int, int]
    lock: Path
    gigabytes: float
    torch: Path | None = None

    @property
    def interpreter(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.folder / "made-from.json"

    @property
    def marker(self) -> Path:
        """Exists while packages are being installed."""
        return self.folder / "half-made"

    def sources(self) -> str:
        """Return the hash of all that the environment is made from."""
        digest = hashlib.sha256(repr(self.python).encode())
        for file in (self.torch, self.lock):
            if file is not None:
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def runs(self) -> bool:
        """Say whether its interpreter runs and is of the right version."""
        if not self.interpreter.exists():
            return False
        code = f"import sys; sys.exit(sys.version_info[:2] != {self.python})"
        try:
            return subprocess.run([str(self.interpreter), "-ISc", code], check=False).returncode == 0
        except OSError:
            return False

    def fresh(self) -> bool:
        """Say whether it was made, to the end, from what is there now."""
        try:
            made_from = json.loads(self.stamp.read_text(encoding="utf-8"))["sources"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return bool(made_from == self.sources()) and not self.marker.exists() and self.runs()


RASA = Environment(ROOT / ".venv-rasa", (3, 10), REQUIREMENTS / "rasa.txt", gigabytes=2.8)
APP = Environment(ROOT / ".venv", (3, 11), REQUIREMENTS / "app.txt", 1.9, REQUIREMENTS / "torch.txt")


def check_machine(system: str, machine: str, bits: int, libc: str) -> None:
    """Refuse machines for which Rasa's dependencies were never built, by a line that names a way out."""
    if system == "Windows":
        raise OpsError("Windows is not supported: run this inside WSL 2 (Ubuntu or Debian)")
    if machine.lower() not in {"x86_64", "amd64", "aarch64", "arm64"} or bits != 64:
        raise OpsError(f"no TensorFlow 2.12 for {machine} ({bits}-bit Python): a 64-bit x86 or ARM machine is needed")
    if system == "Linux" and libc and libc != "glibc":
        raise OpsError(f"no TensorFlow 2.12 for {libc}: use a distribution with glibc, such as Debian")


def check_disk(environments: list[Environment], free: int) -> None:
    """Refuse to begin what the disk cannot hold; `free` in bytes."""
    needed = sum(each.gigabytes for each in environments if not each.interpreter.exists())
    if free < needed * GIGABYTE:
        raise OpsError(
            f"the disk is too full: set-up needs {needed:.1f} GB in {ROOT}, {free / GIGABYTE:.1f} GB are free"
        )


def set_up(environments: list[Environment], environ: Mapping[str, str]) -> None:
    """Bring the environments up to date; quick when they are."""
    if all(each.fresh() for each in environments):
        return
    with _alone():
        stale = [each for each in environments if not each.fresh()]
        if not stale:
            return
        check_machine(platform.system(), platform.machine(), struct.calcsize("P") * 8, _libc())
        check_disk(stale, shutil.disk_usage(ROOT).free)
        say("Setting up" + ("" if all(each.runs() for each in stale) else " (this takes some minutes)"))
        try:
            uv = find_uv(environ)
            for each in stale:
                _make(each, uv, environ)
        except CommandFailed as error:
            raise explain(error) from error


def _libc() -> str:
    """Return the C library's name; musl tells none, its loader's file does."""
    return platform.libc_ver()[0] or ("musl" if any(Path("/lib").glob("ld-musl-*")) else "")


@contextmanager
def _alone() -> Iterator[None]:
    """Let one set-up of this checkout run at a time."""
    lock = ROOT / "var" / "setup.lock"
    lock.parent.mkdir(mode=0o700, exist_ok=True)
    with lock.open("w") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("  waiting for another set-up of this checkout to end")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _make(environment: Environment, uv: str, environ: Mapping[str, str]) -> None:
    env = environment_for_uv(environ)
    if environment.marker.exists() or not environment.runs():
        _create(environment, uv, env)
    environment.stamp.unlink(missing_ok=True)
    environment.marker.touch()
    if environment.torch is not None:
        _install_torch(environment, environment.torch, uv, env)
    name = environment.folder.name
    count = sum(line[:1].isalnum() for line in environment.lock.read_text(encoding="utf-8").splitlines())
    with step(f"{name}: {count} packages of {environment.lock.relative_to(ROOT)}"):
        run([*_install(environment, uv), "-r", str(environment.lock)], LOG, env)
    made = {"sources": environment.sources(), "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    environment.stamp.write_text(json.dumps(made) + "\n", encoding="utf-8")
    environment.marker.unlink()


def _create(environment: Environment, uv: str, env: Mapping[str, str]) -> None:
    version = "{}.{}".format(*environment.python)
    found, faults = find(environment.python, candidates(environment.python, env))
    for fault in faults:
        say(f"  {fault}: passed over")
    source = found.path if found else "fetched by uv"
    shutil.rmtree(environment.folder, ignore_errors=True)
    with step(f"{environment.folder.name}: Python {version} ({source})"):
        try:
            run(
                [uv, "venv", "-q", "--python", found.path if found else version, str(environment.folder)],
                LOG,
                env,
            )
        except CommandFailed as error:
            if found is None:
                raise OpsError(
                    f"no Python {version} here and uv could not fetch one: install it (python{version}, or"
                    f" `pyenv install {version}`) and run this again ({LOG})"
                ) from error
            raise


def _install(environment: Environment, uv: str) -> list[str]:
    return [uv, "pip", "install", "-q", "--python", str(environment.interpreter)]


def _install_torch(environment: Environment, torch: Path, uv: str, env: Mapping[str, str]) -> None:
    """Install PyTorch before all else, from the first place that has a CPU build.

    What it depends on stands in the lock; only the registry's CUDA build brings packages of its own.
    """
    base = [*_install(environment, uv), "-r", str(torch)]
    folders = [part for place in find_links(env) for part in ("--find-links", place)]
    places = [
        ("the wheels of PIP_FIND_LINKS", ["--no-deps", "--no-index", *folders] if folders else None),
        ("PyTorch's CPU index", ["--no-deps", "--default-index", TORCH_INDEX]),
        ("the package index: with CUDA, some gigabytes", []),
    ]
    failure: CommandFailed | None = None
    for place, options in places:
        if options is None:
            continue
        try:
            with step(f"{environment.folder.name}: PyTorch from {place}"):
                run([*base, *options], LOG, env)
            return
        except CommandFailed as error:
            failure = error
    if failure is not None:
        raise failure


def main() -> int:
    """Set up and return the exit code."""
    use_utf8()
    try:
        set_up([RASA, APP], os.environ)
    except OpsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nstopped; run it again to go on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
