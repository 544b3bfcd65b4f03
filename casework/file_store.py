"""Encrypted files in one folder, each under a random name that says nothing and is bound to its content."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from casework.crypto import Keyring

_UNFINISHED = ".part"


class FileStore:
    """Keeps files as `<2 hex>/<30 hex>`, readable by the service's account only."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder = folder
        self._keyring = keyring

    def write(self, content: bytes) -> str:
        """Encrypt and keep a file, on the disk for good when this returns; return its path. Raises `OSError`."""
        name = secrets.token_hex(16)
        path = f"{name[:2]}/{name[2:]}"
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._put(path, self._keyring.seal_bytes(content, _field(path)), _UNFINISHED)
        return path

    def is_newest(self, path: str) -> bool:
        """Tell whether the newest key encrypted a file. Raises as `read`."""
        sealed = (self._folder / path).read_bytes()
        if self._keyring.is_newest(sealed, _field(path)):
            return True
        self._keyring.open_bytes(sealed, _field(path))
        return False

    def seal_again(self, path: str) -> bool:
        """Encrypt a file with the newest key; False where it was removed meanwhile. Raises `OSError`, and as `read`.

        One that is removed at the last moment comes back without a row and is removed by upkeep.
        """
        try:
            content = self.read(path)
        except FileNotFoundError:
            return False
        self._put(path, self._keyring.seal_bytes(content, _field(path)), f"{_UNFINISHED}{os.getpid()}")
        return True

    def _put(self, path: str, sealed: bytes, suffix: str) -> None:
        """Put content in a file's place at once, on the disk for good."""
        target = self._folder / path
        target.parent.mkdir(exist_ok=True, mode=0o700)
        draft = target.with_suffix(suffix)
        try:
            with open(draft, "xb", opener=_opener) as out:
                out.write(sealed)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(target)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
        _sync(target.parent)

    def read(self, path: str) -> bytes:
        """Return a file's content. Raises `FileNotFoundError`, and `DecryptionError` for a file that was changed."""
        return self._keyring.open_bytes((self._folder / path).read_bytes(), _field(path))

    def remove(self, path: str) -> None:
        """Delete a file, if it is there. Raises `OSError`."""
        (self._folder / path).unlink(missing_ok=True)

    def older_than(self, age: timedelta) -> Iterator[str]:
        """Give the paths of files that were written longer ago than `age`, those of unfinished ones too."""
        latest = time.time() - age.total_seconds()
        for entry in self._folder.glob("??/*"):
            try:
                written = entry.stat().st_mtime
            except FileNotFoundError:  # another process was faster
                continue
            if written < latest:
                yield entry.relative_to(self._folder).as_posix()


def _field(path: str) -> str:
    return f"attachments:{path}"


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    """Make a new name in a folder last: a rename alone may be lost with the power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
