"""A contact's name as it is kept: encrypted, and found by a keyed hash of its plain spelling. Pure."""

from __future__ import annotations

import unicodedata

from casework.crypto import Keyring

_FIELD = "contacts.name"
_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･.", "·"))


def seal_name(keyring: Keyring, name: str) -> bytes:
    """Encrypt a name for `contacts.name_sealed`."""
    return keyring.seal(name, _FIELD)


def open_name(keyring: Keyring, sealed: bytes) -> str:
    """Decrypt `contacts.name_sealed`. Raises `DecryptionError`."""
    return keyring.open(sealed, _FIELD)


def name_digest(keyring: Keyring, name: str) -> str:
    """Return the hash for `contacts.name_digest`: 阿卜杜拉•买买提 and 阿卜杜拉·买买提 have the same."""
    plain = "".join(unicodedata.normalize("NFKC", name).translate(_DOTS).split()).lower()
    return keyring.digest(plain, _FIELD)
