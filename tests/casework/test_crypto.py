"""Personal fields are sealed to their field and key; look-ups work without the value."""

import base64

import pytest

from casework.crypto import DecryptionError, Keyring


def test_a_field_opens_again(keyring: Keyring) -> None:
    sealed = keyring.seal("阿卜杜拉·买买提", "contacts.name")
    assert keyring.open(sealed, "contacts.name") == "阿卜杜拉·买买提"
    assert "阿卜杜拉".encode() not in sealed


def test_the_same_value_is_sealed_differently_each_time(keyring: Keyring) -> None:
    assert keyring.seal("x", "f") != keyring.seal("x", "f")


def test_another_field_or_key_does_not_open_it(keyring: Keyring) -> None:
    sealed = keyring.seal("13800138000", "phone")
    other = Keyring.from_data_key(base64.b64encode(b"o" * 32).decode())
    for ring, field in ((keyring, "identity"), (other, "phone")):
        with pytest.raises(DecryptionError):
            ring.open(sealed, field)
    with pytest.raises(DecryptionError):
        keyring.open(b"short", "phone")


def test_equal_values_have_equal_digests_per_field(keyring: Keyring) -> None:
    assert keyring.digest("1", "a") == keyring.digest("1", "a")
    assert keyring.digest("1", "a") != keyring.digest("1", "b")
    assert keyring.digest("1", "a") != Keyring.from_data_key(base64.b64encode(b"o" * 32).decode()).digest("1", "a")
