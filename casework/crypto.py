"""Keys for personal data: encryption, look-up hashes and signatures, all derived from one `DATA_KEY`.

The cipher is a seam: AES-256-GCM here, another (SM4-GCM) by giving `Keyring` another `Cipher`.
"""

from __future__ import annotations

import base64
import hmac
import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from casework.errors import CaseworkError


class DecryptionError(CaseworkError):
    """The value was made with another key, for another field, or was changed."""


class Cipher(Protocol):
    """Authenticated encryption of one field."""

    def encrypt(self, plain: bytes, context: bytes) -> bytes: ...

    def decrypt(self, sealed: bytes, context: bytes) -> bytes: ...


class AesGcm:
    """AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce before the ciphertext."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def encrypt(self, plain: bytes, context: bytes) -> bytes:
        """Return nonce and ciphertext; `context` is bound to it but not stored in it."""
        nonce = os.urandom(12)
        return nonce + self._aead.encrypt(nonce, plain, context)

    def decrypt(self, sealed: bytes, context: bytes) -> bytes:
        """Return the plain bytes. Raises `DecryptionError`."""
        try:
            return self._aead.decrypt(sealed[:12], sealed[12:], context)
        except (InvalidTag, ValueError) as error:
            raise DecryptionError("a stored field cannot be read with this DATA_KEY") from error


class Keyring:
    """The keys of this installation: the newest, and the one before it during a rotation (casework/keys.py).

    What is made is made with the newest key; what was made with either is opened and found.
    """

    def __init__(self, cipher: Cipher, hash_key: bytes, signing_key: bytes, previous: Keyring | None = None) -> None:
        self._cipher = cipher
        self._hash_key = hash_key
        self._signing_key = signing_key
        self._previous = previous

    @classmethod
    def from_data_key(cls, data_key: str, previous: str = "") -> Keyring:
        """Derive the keys (HKDF-SHA256, RFC 5869) from 32 bytes in base64, and from those before them where given."""
        secret = base64.b64decode(data_key, validate=True)
        before = cls.from_data_key(previous) if previous else None
        return cls(AesGcm(_derive(secret, "fields")), _derive(secret, "lookup"), _derive(secret, "cookie"), before)

    @property
    def previous(self) -> Keyring | None:
        """The key before the newest, where there is one."""
        return self._previous

    @property
    def signing_keys(self) -> list[bytes]:
        """The keys that a signature may be made with, the newest, which signs, at the end (itsdangerous's order)."""
        return [*(self._previous.signing_keys if self._previous else ()), self._signing_key]

    def seal(self, plain: str, field: str) -> bytes:
        """Encrypt a field's value; `field` names it (`contacts.phone`) and must be the same when it is opened."""
        return self.seal_bytes(plain.encode(), field)

    def open(self, sealed: bytes, field: str) -> str:
        """Decrypt a field's value. Raises `DecryptionError`."""
        return self.open_bytes(sealed, field).decode()

    def seal_bytes(self, plain: bytes, field: str) -> bytes:
        """Encrypt a file's content, or a value that is no text; as `seal`."""
        return self._cipher.encrypt(plain, field.encode())

    def open_bytes(self, sealed: bytes, field: str) -> bytes:
        """Decrypt what `seal_bytes` gave. Raises `DecryptionError`."""
        try:
            return self._cipher.decrypt(sealed, field.encode())
        except DecryptionError:
            if self._previous is None:
                raise
            return self._previous.open_bytes(sealed, field)

    def is_newest(self, sealed: bytes, field: str) -> bool:
        """Tell whether the newest key sealed this; False also for what no key opens."""
        try:
            self._cipher.decrypt(sealed, field.encode())
        except DecryptionError:
            return False
        return True

    def digest(self, plain: str, field: str) -> str:
        """Return a keyed hash (HMAC-SHA256, hex) by which an equal value is found without being stored."""
        return hmac.digest(self._hash_key, f"{field}\x00{plain}".encode(), "sha256").hex()

    def digests(self, plain: str, field: str) -> list[str]:
        """Return the hashes under which a value may be stored, that of the newest key first, for `column.in_(…)`."""
        return [self.digest(plain, field), *(self._previous.digests(plain, field) if self._previous else ())]


def _derive(secret: bytes, purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), length=32, salt=None, info=f"niangjia/{purpose}".encode()).derive(secret)
