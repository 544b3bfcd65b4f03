"""The one database: SQLite on one machine, PostgreSQL for more.

SQLite runs in WAL mode with transactions opened by `BEGIN IMMEDIATE` where they write: with the driver's own
transactions two processes claimed the same rows (docs/adr/0003-database.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import DateTime, Dialect, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

CHANNEL = "niangjia"
"""PostgreSQL's notification channel, on which every writer tells that something changed."""


PATIENCE = 5.0
"""Seconds that a writer waits for others of its process, and again for those of other processes."""


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, always with the UTC zone, on databases that keep no zone too."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without zone: it would be read as another one elsewhere."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time needs a zone")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite dropped."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Opens sessions; a session is a unit of work and no call to anyone else happens inside one."""

    def __init__(self, address: str) -> None:
        self.url: URL = make_url(address)
        self.engine = self._engine()
        self._writing = Lock()

    @property
    def is_sqlite(self) -> bool:
        """Tell which of the two databases this is."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session that writes; it is committed at the end, rolled back on an error."""
        engine = self.engine.execution_options(niangjia_write=True)
        with self._turn(), Session(engine, expire_on_commit=False) as session, session.begin():
            yield session
            if not self.is_sqlite:
                session.execute(text(f"NOTIFY {CHANNEL}"))

    def check(self) -> None:
        """Run one trivial query. Raises SQLAlchemy's errors."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let the threads that write to SQLite go one after another.

        Left to SQLite they poll for its lock, and the unlucky one polls until its patience ends: 30 threads wrote 480
        to 1,090 times a second and waited up to a second, in turns 1,500 times and up to 0.2 s.
        """
        taken = self.is_sqlite and self._writing.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if taken:
                self._writing.release()

    def _engine(self) -> Engine:
        """Make the engine; `hide_parameters` keeps a worker's words out of errors, which the web server logs."""
        if not self.is_sqlite:
            return create_engine(self.url, pool_pre_ping=True, pool_size=10, hide_parameters=True)
        if self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(
            self.url, connect_args={"timeout": PATIENCE, "check_same_thread": False}, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine


def now() -> datetime:
    """Return this moment in UTC."""
    return datetime.now(UTC)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver opens no transaction of its own; `_begin_sqlite` does
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={PATIENCE * 1000:.0f}", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    writes = connection.get_execution_options().get("niangjia_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
