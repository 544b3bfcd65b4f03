"""Which indexes lie in a folder, which of them is served, and whether their files are as they were written.

    index.json          the record of the index that is served
    data-<time>-<xx>/   an index with its own record; `store` writes and reads the rest of it
    encoder-<hash>/     the project's own encoder as it was when it made one of these indexes

`index.json` is replaced in one step, a data folder is never written to again, and the KEPT indexes before the newest
one stay, so that any of them can be put back.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from knowledge_base.errors import BrokenIndex

MANIFEST = "index.json"
RECORD = "record.json"
KEPT = 5
"""Indexes that are kept beside the newest one."""

Identity = tuple[int, int, int]


@dataclass(frozen=True)
class Record:
    """What an index was made from and by, when, and what its files hold."""

    data: str
    """Its data folder."""
    made: str
    """ISO 8601 in UTC."""
    entries: int
    encoder: str
    fingerprint: str
    """Of the encoder."""
    source: str
    """Hash of the entries."""
    code: str
    """Hash of the code that made it."""
    files: dict[str, str]
    """SHA-256 of each file of the data folder."""
    pinned: bool = False
    """Put back by hand: it is served until somebody builds a new one, whatever the entries say."""

    @property
    def marks(self) -> dict[str, str]:
        """What it was made of: indexes with equal marks answer alike."""
        return {name: getattr(self, name) for name in ("encoder", "fingerprint", "source", "code")}

    def write(self, path: Path) -> None:
        """Write what `read` reads."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), "utf-8")

    @classmethod
    def read(cls, path: Path) -> Record:
        """Read a record; raise FileNotFoundError without one, BrokenIndex for a file that is none of this version."""
        try:
            saved = cls(**json.loads(path.read_text("utf-8")))
            if not isinstance(saved.data, str) or not isinstance(saved.files, dict):
                raise TypeError("no record")
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:
            raise BrokenIndex(f"{path} cannot be read: build the index again") from error
        except TypeError as error:
            raise BrokenIndex(f"{path} is no index of this version: build it again") from error
        return saved


def current(folder: Path) -> Record:
    """Return the record of the index that is served; raise BrokenIndex where there is none."""
    try:
        return Record.read(folder / MANIFEST)
    except FileNotFoundError as error:
        raise BrokenIndex(f"there is no index in {folder}: make one with python -m knowledge_base index") from error


def identity(folder: Path) -> Identity | None:
    """Return what changes whenever another index is served; None without one."""
    try:
        told = (folder / MANIFEST).stat()
    except OSError:
        return None
    return told.st_ino, told.st_mtime_ns, told.st_size


def kept(folder: Path) -> list[Record]:
    """Return the records of all indexes in a folder, the newest first, without those that cannot be read."""
    found = []
    for path in folder.glob(f"data-*/{RECORD}"):
        try:
            found.append(replace(Record.read(path), data=path.parent.name))
        except (BrokenIndex, OSError):
            continue
    return sorted(found, key=lambda record: record.made, reverse=True)


def named(folder: Path, name: str | None) -> Record:
    """Return the index of that name, or the one made before the one that is served; raise BrokenIndex without it."""
    there = kept(folder)
    if name is not None:
        found = [record for record in there if record.data == name]
        if not found:
            raise BrokenIndex(f"there is no index {name} in {folder}: python -m knowledge_base history lists them")
        return found[0]
    made = current(folder).made
    before = [record for record in there if record.made < made]
    if not before:
        raise BrokenIndex(f"there is no index before the one that is served in {folder}")
    return before[0]


def serve(folder: Path, record: Record) -> None:
    """Make a whole index the one that is served, in one step."""
    draft = folder / f".{MANIFEST}.{os.getpid()}"
    record.write(draft)
    draft.replace(folder / MANIFEST)


def prune(folder: Path, newest: Record) -> None:
    """Remove what is more than KEPT, older indexes like the newest, those without a record, and encoders without one.

    The index that is served always stays.
    """
    others = [record for record in kept(folder) if record.data != newest.data and record.marks != newest.marks]
    stay = {newest.data, current(folder).data, *(record.data for record in others[:KEPT])}
    for path in folder.glob("data-*"):
        if path.name not in stay:
            shutil.rmtree(path, ignore_errors=True)
    used = {encoder_folder(folder, record.fingerprint) for record in kept(folder)}
    for path in folder.glob("encoder-*"):
        if path not in used:
            shutil.rmtree(path, ignore_errors=True)


def verify(folder: Path, record: Record) -> None:
    """Raise BrokenIndex naming the first file of an index that is not as it was written."""
    for name, written in record.files.items():
        path = folder / record.data / name
        try:
            is_whole = _hash(path) == written
        except OSError as error:
            raise BrokenIndex(f"the index is damaged: {path} cannot be read ({error.strerror})") from error
        if not is_whole:
            raise BrokenIndex(f"the index is damaged: {path} is not as it was written")


def hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a folder by its path there."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _hash(path) for path in paths}


def encoder_folder(folder: Path, fingerprint: str) -> Path:
    """Return where a copy of the project's own encoder is kept that made an index."""
    return folder / f"encoder-{fingerprint[:12]}"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other process writes into the folder."""
    with (folder / ".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
