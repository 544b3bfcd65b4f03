"""End the children of a supervisor that was killed: `python -I ops/watchdog.py`, told of them on standard input.

It reads `+GROUP` when a process group begins and `-GROUP` when it has ended. When the input closes, which it does
however the supervisor ends, every group that is left is asked to stop and, five seconds later, made to.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

PATIENCE = 5.0
"""Seconds between the request and the order to stop."""


def main() -> None:
    """Follow the supervisor until it ends, then end what it left."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        (groups.add if line[0] == "+" else groups.discard)(group)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and any(_lives(group) for group in groups):
        time.sleep(0.1)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
