"""Start programs in process groups of their own and be sure that none is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops import ROOT
from ops.processes import CommandFailed, last_lines

ROTATE_AT = 10 * 1024**2
"""Bytes from which a log begins anew when its program is started."""

KEPT_LOGS = 3


@dataclass
class Child:
    """A program that was started; `began` in seconds of the monotonic clock."""

    name: str
    process: asyncio.subprocess.Process
    log: Path
    began: float = field(default_factory=time.monotonic)

    def last_lines(self, count: int = 5) -> str:
        """Return the end of its log, each line indented."""
        with self.log.open("rb") as stream:
            stream.seek(max(0, self.log.stat().st_size - 20_000))
            text = stream.read().decode("utf-8", "replace")
        return "\n".join(f"    {line[:300]}" for line in last_lines(text, count).splitlines())


def describe(code: int) -> str:
    """Say in words how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    name = signal.Signals(-code).name
    hint = ", perhaps for want of memory" if -code == signal.SIGKILL else ""
    return f"killed by {name}{hint}"


class Children:
    """The programs started here; a watchdog ends them when this process is killed."""

    def __init__(self, logs: Path, patience: float = 10.0) -> None:
        self._logs = logs
        self._patience = patience
        self.alive: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", str(ROOT / "ops" / "watchdog.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            text=True,
        )

    async def spawn(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> Child:
        """Start a program in the checkout; what it writes goes to `<name>.log`. Raises `CommandFailed`."""
        log = self._logs / f"{name}.log"
        rotate(log)
        with log.open("ab") as stream:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    cwd=ROOT,
                    env=env,
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=stream,
                    start_new_session=True,
                )
            except OSError as error:
                raise CommandFailed(f"{name}: {command[0]} cannot be started: {error.strerror}", "") from error
        child = Child(name, process, log)
        self.alive.append(child)
        self._tell_watchdog("+", child)
        return child

    async def wait(self, child: Child) -> int:
        """Wait until a program ends, remove what it left of its group, and return its exit code."""
        code = await child.process.wait()
        if child in self.alive:
            self.alive.remove(child)
            _signal(child, signal.SIGKILL)
            self._tell_watchdog("-", child)
        return code

    async def run(
        self, name: str, command: Sequence[str], env: Mapping[str, str], *, passable: int | None = None
    ) -> str:
        """Run a program to its end; return its last lines where it ended with the passable exit code, "" after 0.

        Raises `CommandFailed` with its last lines and the place of its log.
        """
        child = await self.spawn(name, command, env)
        code = await self.wait(child)
        if code:
            lines = child.last_lines()
            if code == passable:
                return lines
            raise CommandFailed(f"{name} failed ({describe(code)}); all of it in {child.log}\n{lines}", lines)
        return ""

    async def stop(self, child: Child) -> None:
        """Ask a program to stop, and end it when it does not within the patience."""
        _signal(child, signal.SIGTERM)
        try:
            await asyncio.wait_for(self.wait(child), self._patience)
        except TimeoutError:
            _signal(child, signal.SIGKILL)
            await self.wait(child)

    async def stop_all(self, order: Sequence[str]) -> None:
        """Stop whatever runs: what `order` does not name first, then its names from the last to the first."""
        last_first = [*reversed(order)]
        place = {name: index for index, name in enumerate(last_first)}
        for child in sorted(self.alive, key=lambda each: place.get(each.name, -1)):
            await self.stop(child)
        if self._watchdog.stdin is not None:
            self._watchdog.stdin.close()
        await asyncio.to_thread(self._watchdog.wait)

    def _tell_watchdog(self, sign: str, child: Child) -> None:
        assert self._watchdog.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # without its watchdog the system works as before
            self._watchdog.stdin.write(f"{sign}{child.process.pid}\n")
            self._watchdog.stdin.flush()


def _signal(child: Child, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, number)


def rotate(log: Path) -> None:
    """Put a long log aside as `<name>.log.1`, the older ones one further, the oldest away."""
    if not log.exists() or log.stat().st_size < ROTATE_AT:
        return
    for number in range(KEPT_LOGS - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    log.replace(log.with_name(f"{log.name}.1"))
