"""Show the operator what is being done, one line a step, with its seconds."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Iterator


def use_utf8() -> None:
    """Write UTF-8 whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


def say(line: str, end: str = "\n") -> None:
    """Print a line now; a reader that has gone away is no reason to stop."""
    try:
        print(line, end=end, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - stays open until the end


@contextlib.contextmanager
def step(name: str) -> Iterator[None]:
    """Print the step's name, then its seconds; on a terminal they count while one waits."""
    began = time.monotonic()
    over = threading.Event()
    terminal = sys.stdout.isatty()

    def tick() -> None:
        while not over.wait(1):
            say(f"\r  {name} … {time.monotonic() - began:.0f} s", end="")

    say(f"  {name} …", end="")
    ticker = threading.Thread(target=tick, daemon=True)
    if terminal:
        ticker.start()
    outcome = " failed"
    try:
        yield
        outcome = ""
    finally:
        over.set()
        if terminal:
            ticker.join()
            say(f"\r  {name} …", end="")
        say(f"{outcome} {time.monotonic() - began:.1f} s")
