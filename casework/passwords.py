"""Passwords of staff: which are good enough, and how they are kept (argon2id).

Wherever a password comes from, it is brought into one form first (NFKC), so that full-width letters of a Chinese
keyboard are the same password as the plain ones.
"""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from casework.errors import Invalid

SHORTEST = 10
LONGEST = 200
AT_ONCE = 4
"""Passwords hashed side by side; each takes 64 MiB while it lasts."""

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""No characters that are taken for one another when read aloud or copied by hand."""

_COMMON = Path(__file__).with_name("common_passwords.txt")
"""The commonest passwords of ten characters and more in published lists, and what lies near for a union."""


def check_password(password: str, username: str) -> None:
    """Raise `Invalid`, with what to change, for a password that is too easily guessed."""
    password = plain(password)
    if len(password) < SHORTEST:
        raise Invalid(f"密码太短，至少要 {SHORTEST} 个字符。可以用几个词连起来，好记又难猜。")
    if len(password) > LONGEST:
        raise Invalid(f"密码太长，最多 {LONGEST} 个字符。")
    folded = password.casefold()
    if folded in _common() or len(set(folded)) < 4:
        raise Invalid("这个密码太常见，别人很容易猜到，请换一个。")
    if not folded.replace(username.casefold(), "").strip("0123456789_-.@!# "):
        raise Invalid("密码不能只是用户名或数字，也不能只在用户名前后加数字。")


def random_password() -> str:
    """Return a password that nobody guesses (79 bits), in four groups that can be read aloud."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def plain(password: str) -> str:
    """Return the one form in which a password is checked and kept."""
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Hashes passwords and compares them; never more than a few at a time, so that guessing cannot fill the memory."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._nobodys = self._hasher.hash(secrets.token_urlsafe(24))

    def hash(self, password: str) -> str:
        """Return what is kept instead of the password."""
        with self._places:
            return self._hasher.hash(plain(password))

    def fits(self, kept: str | None, password: str) -> bool:
        """Tell whether this is the password; where none is kept it takes as long, and is not."""
        with self._places:
            try:
                return self._hasher.verify(kept or self._nobodys, plain(password)) and kept is not None
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, kept: str) -> bool:
        """Tell whether the hash was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
