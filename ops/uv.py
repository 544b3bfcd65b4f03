"""Get hold of uv, the installer: from the PATH, or by pip into a small virtual environment of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from ops import ROOT, OpsError
from ops.interpreters import any_python
from ops.processes import CommandFailed, run
from ops.progress import step

VERSION = "0.13.8"
HOME = ROOT / "var" / "uv"
LOG = ROOT / "var" / "log" / "setup.log"


def find_uv(environ: Mapping[str, str], home: Path = HOME) -> str:
    """Return the command of a uv that runs, bootstrapping it where there is none.

    Raises `OpsError` when no interpreter at hand can carry pip.
    """
    for command in (shutil.which("uv", path=environ.get("PATH")), str(home / "bin" / "uv")):
        if command and _runs(command):
            return command
    return _bootstrap(environ, home)


def _runs(command: str) -> bool:
    try:
        return subprocess.run([command, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _bootstrap(environ: Mapping[str, str], home: Path) -> str:
    pythons = any_python(environ)
    if not pythons:
        raise OpsError("no Python 3.8 or newer and no uv on the PATH: install Python 3.11 and 3.10, or uv alone")
    for python in pythons:
        shutil.rmtree(home, ignore_errors=True)
        try:
            with step("uv, the installer"):
                run([python, "-m", "venv", str(home)], LOG)
                run([str(home / "bin" / "python"), "-m", "pip", "install", "-q", f"uv=={VERSION}"], LOG)
        except CommandFailed as error:
            if "ensurepip" in error.output or "No module named venv" in error.output:
                continue  # Debian splits these off; another interpreter may have them
            raise
        return str(home / "bin" / "uv")
    raise OpsError(f"{pythons[0]} has no venv and pip: apt-get install python3-venv, or install uv")


def environment_for_uv(environ: Mapping[str, str], home: Path = HOME) -> dict[str, str]:
    """Return the environment for uv: it takes over pip's package index, which uv does not read by itself."""
    env = {**environ, "UV_NO_PROGRESS": "1", "UV_HTTP_TIMEOUT": environ.get("UV_HTTP_TIMEOUT", "60")}
    env.pop("VIRTUAL_ENV", None)
    if not any(name in env for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX")):
        index = environ.get("PIP_INDEX_URL") or _pip_setting(home, "index-url")
        if index:
            env["UV_DEFAULT_INDEX"] = index
    if "PIP_CERT" in env:
        env.setdefault("SSL_CERT_FILE", env["PIP_CERT"])
    return env


def _pip_setting(home: Path, name: str) -> str | None:
    pip = home / "bin" / "pip"
    if not pip.exists():
        return None
    told = subprocess.run([str(pip), "config", "get", f"global.{name}"], capture_output=True, check=False)
    return told.stdout.decode("utf-8", "replace").strip() or None


def find_links(environ: Mapping[str, str]) -> list[str]:
    """Return the folders or pages of wheels that `PIP_FIND_LINKS` names."""
    return environ.get("PIP_FIND_LINKS", "").split()


def explain(error: CommandFailed) -> OpsError:
    """Turn an installer's failure into the line that the operator needs."""
    output = error.output.lower()
    if "no space left on device" in output or "os error 28" in output:
        return OpsError("the disk is full: free some space (about 5 GB at the first set-up) and run it again")
    network = (
        "dns error",
        "connection refused",
        "connect error",
        "error sending request",
        "timed out",
        "failed to lookup address",
        "network is unreachable",
        "failed to establish a new connection",
    )
    if any(sign in output for sign in network):
        return OpsError(f"the package index cannot be reached: check the network, or set PIP_INDEX_URL; see {LOG}")
    return error
