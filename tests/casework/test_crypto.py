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


OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))


def test_two_keys_open_and_find_what_either_made_and_make_what_the_newest_makes() -> None:
    old, new, both = Keyring.from_data_key(OLD), Keyring.from_data_key(NEW), Keyring.from_data_key(NEW, OLD)
    assert both.open(old.seal("x", "f"), "f") == both.open(new.seal("x", "f"), "f") == "x"
    assert new.open(both.seal("x", "f"), "f") == "x"
    assert both.digest("x", "f") == new.digest("x", "f")
    assert both.digests("x", "f") == [new.digest("x", "f"), old.digest("x", "f")]
    assert new.digests("x", "f") == [new.digest("x", "f")]
    with pytest.raises(DecryptionError):
        both.open(old.seal("x", "f"), "g")


def test_what_the_newest_key_made_is_told_from_the_rest() -> None:
    old, both = Keyring.from_data_key(OLD), Keyring.from_data_key(NEW, OLD)
    assert both.is_newest(both.seal("x", "f"), "f")
    assert not both.is_newest(old.seal("x", "f"), "f")
    assert not both.is_newest(both.seal("x", "f"), "g")
    assert not both.is_newest(b"", "f")
