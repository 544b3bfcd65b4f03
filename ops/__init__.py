"""Set-up and supervision: what `make` calls to get from a checkout to a running system.

`ops.setup` and what it imports keep to the standard library and to Python 3.8, for they run before anything
is installed; `ops.run` and what it imports run in `.venv`.

OpsError
├── ops.processes.CommandFailed   a program ended with an error; its last lines are kept
├── ops.ports.PortBusy            another process listens where one of ours should
└── ops.supervisor.PartFailed     a part died or did not get ready
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder of the checkout."""


class OpsError(Exception):
    """Something the operator can mend; the message is one line that says what to do."""
