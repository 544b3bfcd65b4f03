"""Run a program to its end, its output kept in a log file."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops import ROOT, OpsError


class CommandFailed(OpsError):
    """A program ended with an error; `output` is all it wrote."""

    def __init__(self, message: str, output: str) -> None:
        super().__init__(message)
        self.output = output


def run(command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> str:
    """Run a program in the checkout, append what it writes to `log`, and return it.

    Raises `CommandFailed` with the exit code, the last line and the place of the log.
    """
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        done = subprocess.run(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise CommandFailed(f"{command[0]} cannot be started: {error.strerror}", "") from error
    output = (done.stdout + done.stderr).decode("utf-8", "replace")
    with log.open("a", encoding="utf-8") as stream:
        stream.write(f"$ {' '.join(command)}\n{output}\n")
    if done.returncode:
        last = last_lines(output, 1)
        raise CommandFailed(
            f"{Path(command[0]).name} ended with {done.returncode}: {last} (all of it in {log})", output
        )
    return output


def last_lines(output: str, count: int) -> str:
    """Return the last lines that say something."""
    return "\n".join([line.rstrip() for line in output.splitlines() if line.strip()][-count:])
