"""Tells that the database changed, whichever process wrote to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import Connection

from casework.database import CHANNEL, Database
from casework.errors import CaseworkError

POLL = 0.2
"""Seconds between two looks at SQLite's data version."""
LISTEN = 0.5
"""Seconds of one listening to PostgreSQL, after which it is seen whether the watcher is to be closed."""


class WatchFailed(CaseworkError):
    """The watching connection is lost: the driver is used directly, so SQLAlchemy does not wrap its errors."""


class ChangeWatcher:
    """Waits for changes on a connection of its own; blocking, so it is used from a thread.

    It may be closed from another thread: who waits is sent home first, because a driver whose connection is closed
    under its feet takes the process down.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Connection | None = None
        self._version: int | None = None
        self._in_use = threading.Lock()
        self._closing = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Return True when something changed, False after `seconds` without a change or when it is being closed.

        Raises `WatchFailed` when the connection is lost, SQLAlchemy's errors when none can be opened.
        """
        with self._in_use:
            try:
                return self._wait_sqlite(seconds) if self._database.is_sqlite else self._wait_postgresql(seconds)
            except self._database.engine.dialect.loaded_dbapi.Error as error:
                raise WatchFailed(type(error).__name__) from error

    def close(self) -> None:
        """Close the connection."""
        self._closing.set()
        with self._in_use:
            self._closing.clear()
            connection, self._connection, self._version = self._connection, None, None
            if connection is not None:
                connection.invalidate()  # it listens or is broken: nobody else shall get it from the pool
                connection.close()

    def _wait_sqlite(self, seconds: float) -> bool:
        raw = self._raw()
        deadline = time.monotonic() + seconds
        while True:
            version = raw.execute("PRAGMA data_version").fetchone()[0]
            changed = self._version is not None and version != self._version
            self._version = version
            if changed or time.monotonic() >= deadline or self._closing.wait(POLL):
                return changed

    def _wait_postgresql(self, seconds: float) -> bool:
        raw = self._raw()
        deadline = time.monotonic() + seconds
        while True:
            left = max(0.0, deadline - time.monotonic())
            notifications: Generator[Any, None, None] = raw.notifies(timeout=min(left, LISTEN), stop_after=1)
            if any(True for _ in notifications):
                return True
            if left <= LISTEN or self._closing.is_set():
                return False

    def _raw(self) -> Any:
        """Return the driver's own connection, opened at the first use and outside any transaction."""
        if self._connection is None:
            self._connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if not self._database.is_sqlite:
                self._connection.execute(text(f"LISTEN {CHANNEL}"))
        return self._connection.connection.driver_connection
