"""Find Python interpreters by running them: a name on the PATH may be a shim that answers to nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROBE = """
import json, struct, sys
missing = []
for name in ("ssl", "sqlite3", "ctypes", "bz2", "zlib"):
    try:
        __import__(name)
    except ImportError:
        missing.append(name)
print(json.dumps({
    "path": getattr(sys, "_base_executable", None) or sys.executable,
    "version": list(sys.version_info[:3]),
    "cpython": sys.implementation.name == "cpython",
    "bits": struct.calcsize("P") * 8,
    "missing": missing,
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """A Python that ran and told about itself; `path` leads out of a virtual environment."""

    path: str
    version: tuple[int, int, int]
    cpython: bool
    bits: int
    missing: tuple[str, ...]

    def fault(self, wanted: tuple[int, int]) -> str:
        """Say why it cannot be used for `wanted`; empty when it can."""
        if self.version[:2] != wanted:
            return f"is Python {'.'.join(map(str, self.version))}"
        if not self.cpython:
            return "is not CPython"
        if self.bits != 64:
            return f"is a {self.bits}-bit build"
        if self.missing:
            return f"was built without {', '.join(self.missing)}"
        return ""


def probe(command: str, timeout: float = 15.0) -> Interpreter | None:
    """Run a candidate and return what it says of itself, None when it does not run."""
    try:
        done = subprocess.run([command, "-E", "-c", PROBE], capture_output=True, timeout=timeout, check=False)
        told = json.loads(done.stdout)
        return Interpreter(
            path=told["path"],
            version=tuple(told["version"]),
            cpython=told["cpython"],
            bits=told["bits"],
            missing=tuple(told["missing"]),
        )
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return None


def candidates(wanted: tuple[int, int], environ: Mapping[str, str]) -> list[str]:
    """Return what might be a Python of this version, the likeliest first."""
    name = "python{}.{}".format(*wanted)
    pyenv = Path(environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    built = sorted(pyenv.glob("{}.{}.*/bin/{}".format(*wanted, name)), reverse=True)
    return [
        name,
        *map(str, built),
        "python3",
        "python",
        sys.executable,
        f"/usr/local/bin/{name}",
        f"/opt/homebrew/bin/{name}",
    ]


def find(wanted: tuple[int, int], names: Iterable[str]) -> tuple[Interpreter | None, list[str]]:
    """Return the first candidate that can be used, and why near misses cannot."""
    faults: list[str] = []
    for name in dict.fromkeys(names):
        found = probe(name)
        if found is None:
            continue
        fault = found.fault(wanted)
        if not fault:
            return found, faults
        if found.version[:2] == wanted:
            faults.append(f"{found.path} {fault}")
    return None, faults


def any_python(environ: Mapping[str, str]) -> list[str]:
    """Return every interpreter that could carry pip, each once: uv can be bootstrapped with any of them."""
    versions = [(3, minor) for minor in (11, 10, 12, 13, 9, 8, 14)]
    names = ["python3", *(name for version in versions for name in candidates(version, environ)[:2])]
    found = (probe(name) for name in dict.fromkeys(names))
    return list(dict.fromkeys(each.path for each in found if each is not None and each.version >= (3, 8, 0)))
