"""A new `DATA_KEY` in place of the old one, while the system runs.

All processes are started with both keys: they encrypt with the newest, open with either, and look for both of a value's
hashes in one statement (`Keyring.digests`). A row holds one of the two at any moment, and its hash changes in the
same transaction as its encrypted value, so that there is no moment at which a look-up fails. Nothing is kept of how
far a rotation came: what the newest key made is left as it is, so that it can be stopped and started at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, tuple_, update
from sqlalchemy.orm import Session

from casework.crypto import DecryptionError, Keyring
from casework.database import Database
from casework.errors import Invalid
from casework.file_store import FileStore
from casework.sealed_fields import PLACES, Place, Row
from casework.tables import Attachment

FILES = "attachments"
"""What the files are called where keys are counted."""
_BATCH = 200
_Key = tuple[Any, ...]


@dataclass(frozen=True)
class Tally:
    """How many values of a place are under which key; none opens the `unreadable`."""

    newest: int = 0
    previous: int = 0
    unreadable: int = 0


class Keys:
    """Counts what is under which key, and brings all of it under the newest."""

    def __init__(self, database: Database, keyring: Keyring, files: FileStore, batch: int = _BATCH) -> None:
        self._database = database
        self._keyring = keyring
        self._files = files
        self._batch = batch

    def rotate(self, told: Callable[[str, int], None] = lambda _name, _count: None) -> int:
        """Encrypt and hash again what the newest key did not make; return how many values that were.

        `told` hears after each batch of which place it was and how many values it changed. Writers wait for a batch, a
        fraction of a second. What no key opens stays as it is. Raises `Invalid` where there is no previous key.
        """
        if self._keyring.previous is None:
            raise Invalid("没有旧密钥：先把旧的 DATA_KEY 设为 DATA_KEY_PREVIOUS，见 docs/operations.zh-CN.md")
        changed = 0
        for name, count in self._changes():
            told(name, count)
            changed += count
        return changed

    def check(self) -> dict[str, Tally]:
        """Return how many values of each place are under which key."""
        counted = {place.name: _tally(self._state(place, row) for row in self._rows(place)) for place in PLACES}
        return counted | {FILES: _tally(self._file_state(path) for path in self._paths())}

    def _changes(self) -> Iterator[tuple[str, int]]:
        for place in PLACES:
            for rows in self._pages(place):
                stale = [_key(place, row) for row in rows if not place.is_newest(self._keyring, row)]
                if stale:
                    yield place.name, self._renew(place, stale)
        for path in self._paths():
            if self._file_state(path) == "previous" and self._files.seal_again(path):
                yield FILES, 1

    def _renew(self, place: Place, keys: list[_Key]) -> int:
        """Write these rows anew, as they are now: they are read again, so that nobody's change is lost."""
        changed = 0
        wanted = place.rows().where(tuple_(*place.key).in_(keys)).with_for_update(of=place.table)
        with self._database.write() as session:
            for row in _read(session, wanted):
                try:
                    values = place.renewed(self._keyring, row)
                except DecryptionError:
                    continue
                mine = (column == part for column, part in zip(place.key, _key(place, row), strict=True))
                session.connection().execute(update(place.table).where(*mine).values(values))
                changed += 1
        return changed

    def _rows(self, place: Place) -> Iterator[Row]:
        for rows in self._pages(place):
            yield from rows

    def _pages(self, place: Place) -> Iterator[list[Row]]:
        last: _Key | None = None
        while True:
            page = place.rows().limit(self._batch)
            if last is not None:
                page = page.where(tuple_(*place.key) > last)
            with self._database.read() as session:
                rows = _read(session, page)
            if not rows:
                return
            yield rows
            last = _key(place, rows[-1])

    def _paths(self) -> Iterator[str]:
        last = 0
        while True:
            page = select(Attachment.id, Attachment.path).where(Attachment.id > last).order_by(Attachment.id)
            with self._database.read() as session:
                rows = session.execute(page.limit(self._batch)).all()
            if not rows:
                return
            yield from (row.path for row in rows)
            last = rows[-1].id

    def _state(self, place: Place, row: Row) -> str:
        if place.is_newest(self._keyring, row):
            return "newest"
        try:
            place.renewed(self._keyring, row)
        except DecryptionError:
            return "unreadable"
        return "previous"

    def _file_state(self, path: str) -> str:
        try:
            return "newest" if self._files.is_newest(path) else "previous"
        except (DecryptionError, FileNotFoundError):
            return "unreadable"


def _read(session: Session, rows: Select[Any]) -> list[Row]:
    return [{str(name): value for name, value in row.items()} for row in session.execute(rows).mappings()]


def _key(place: Place, row: Row) -> _Key:
    return tuple(row[str(column.key)] for column in place.key)


def _tally(states: Iterator[str]) -> Tally:
    listed = list(states)
    return Tally(listed.count("newest"), listed.count("previous"), listed.count("unreadable"))
