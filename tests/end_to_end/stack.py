"""The whole system as an operator starts it, on free ports and in a folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from settings import ROOT, Settings, load_settings, with_secrets

PATIENCE = 300
"""Seconds until `ready`; the first turn of a fresh checkout has trained its model before."""
PREPARED = ROOT / "var" / "index"
"""The checkout's own index (`make test` has built it before): building another would take a minute."""
COMMANDS = {"actions": "-m\0actions", "gateway": "bot\0gateway", "console": "bot\0console", "rasa": "--enable-api"}


class Stack:
    """Starts, hurts and stops the system."""

    def __init__(self, var: Path, *arguments: str) -> None:
        """`arguments` are further ones for `ops.run`."""
        self._arguments = arguments
        ports = _free_ports(4)
        names = ("BOT_PORT", "CONSOLE_PORT", "RASA_PORT", "ACTIONS_PORT")
        self._env = {
            **os.environ,
            **{name: str(port) for name, port in zip(names, ports, strict=True)},
            "VAR_DIR": str(var),
            "MESSAGES_PER_MINUTE": "100000",
            **({"KB_INDEX": str(PREPARED)} if PREPARED.exists() else {}),
        }
        self.var = var
        self.chat = f"http://127.0.0.1:{ports[0]}"
        self.console = f"http://127.0.0.1:{ports[1]}"
        self.rasa = f"http://127.0.0.1:{ports[2]}"
        self.actions = f"http://127.0.0.1:{ports[3]}"
        self.output = var / "stack.out"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start everything and wait for `ready`."""
        self.var.mkdir(parents=True, exist_ok=True)
        with self.output.open("wb") as output:
            command = [sys.executable, "-m", "ops.run", "--var", str(self.var), *self._arguments]
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._env, stdout=output, stderr=output)
        try:
            self.wait_until("ready", lambda: self._said("ready"))
        except AssertionError:
            self.stop()
            raise

    def stop(self) -> int:
        """Stop everything as Ctrl-C does; return the exit status."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        return self._process.wait(60)

    def settings(self) -> Settings:
        """Return the settings that the processes run with."""
        with ExitStack() as restore:
            for name in ("VAR_DIR", "BOT_PORT", "CONSOLE_PORT", "RASA_PORT", "ACTIONS_PORT"):
                old = os.environ.get(name)
                os.environ[name] = self._env[name]
                restore.callback(_set_back, name, old)
            return with_secrets(load_settings(None))

    def pid(self, part: str) -> int:
        """Return the process id of a part, found by its command and its folder."""
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and self._is(entry, COMMANDS[part]):
                return int(entry.name)
        raise LookupError(part)

    def signal(self, part: str, number: int) -> int:
        """Send a signal to a part; return its process id."""
        pid = self.pid(part)
        os.kill(pid, number)
        return pid

    def run(self, *arguments: str, given: str = "") -> str:
        """Run one of our commands with the system's settings and this input; return what it prints."""
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self._env, check=True, capture_output=True, text=True, input=given)
        return done.stdout

    def is_well(self) -> bool:
        """Tell whether the gateway and all behind it are ready."""
        try:
            return httpx.get(f"{self.chat}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def wait_until_well(self) -> None:
        """Wait until every part answers again."""
        self.wait_until("all parts are well", self.is_well)

    def wait_until(self, what: str, happened: object, seconds: float = PATIENCE) -> None:
        """Wait for something; on failure show what the system said."""
        assert self._process is not None
        assert callable(happened)
        deadline = time.monotonic() + seconds
        while not happened():
            alive = self._process.poll() is None
            said = self.output.read_text(errors="replace")
            assert alive, f"the system ended while waiting for {what}:\n{said}"
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}\n{said}"
            time.sleep(0.2)

    def _said(self, word: str) -> bool:
        return any(line.strip() == word for line in self.output.read_text(errors="replace").splitlines())

    def _is(self, entry: Path, command: str) -> bool:
        try:
            environ = (entry / "environ").read_bytes()
            return command.encode() in (entry / "cmdline").read_bytes() and f"VAR_DIR={self.var}\0".encode() in environ
        except OSError:  # it ended meanwhile, or is not ours
            return False


def _set_back(name: str, old: str | None) -> None:
    if old is None:
        del os.environ[name]
    else:
        os.environ[name] = old


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]
