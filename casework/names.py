"""A contact's name as it is kept: encrypted, and found by a keyed hash of its plain spelling. Pure."""

from __future__ import annotations

import unicodedata

from casework.crypto import Keyring

FIELD = "contacts.name"
"""The name under which it is encrypted."""
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･.", "·"))


def seal_name(keyring: Keyring, name: str) -> bytes:
    """Encrypt a name for `contacts.name_sealed`."""
    return keyring.seal(name, FIELD)


def open_name(keyring: Keyring, sealed: bytes) -> str:
    """Decrypt `contacts.name_sealed`. Raises `DecryptionError`."""
    return keyring.open(sealed, FIELD)


def name_digest(keyring: Keyring, name: str) -> str:
    """Return the hash for `contacts.name_digest`: 阿卜杜拉•买买提 and 阿卜杜拉·买买提 have the same."""
    return keyring.digest(_plain(name), FIELD)


def name_digests(keyring: Keyring, name: str) -> list[str]:
    """Return the hashes under which a name may be kept, for `contacts.name_digest.in_(…)`."""
    return keyring.digests(_plain(name), FIELD)


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).translate(_DOTS).split()).lower()
