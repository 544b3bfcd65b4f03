"""`python -m bot keys`, the settings of both keys, and the visitors' cookies while keys change."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from bot import cli
from bot.channels.visitor import COOKIE, Visitors
from casework.contacts import add_contact, find_contact
from casework.crypto import Keyring
from casework.database import Database
from settings import Settings, SettingsError, load_settings, with_secrets

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
BEFORE, DURING, AFTER = Keyring.from_data_key(OLD), Keyring.from_data_key(NEW, OLD), Keyring.from_data_key(NEW)


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr(cli, "load_settings", lambda: load_settings(None))
    monkeypatch.setattr(cli, "configure_logs", lambda level: None)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    return load_settings(None)


def test_a_key_is_changed_with_the_files_of_its_folder(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["keys", "check"]) == 0
    key = tmp_path / "secrets" / "data_key"
    database = Database(settings.database)
    old = Keyring.from_data_key(*with_secrets(settings).data_keys)
    with database.write() as session:
        contact = add_contact(session, old, "web", "visitor-1")

    key.rename(key.with_name("data_key_previous"))
    assert cli.main(["keys", "check"]) == 1
    assert "1 values are under the previous key" in capfd.readouterr().err
    assert cli.main(["keys", "rotate"]) == 0
    assert "contact_addresses.address_sealed\t1\nchanged: 1\n" in capfd.readouterr().out
    assert cli.main(["keys", "check"]) == 0
    assert "contact_addresses.address_sealed\t1\t0\t0\n" in capfd.readouterr().out

    key.with_name("data_key_previous").unlink()
    assert cli.main(["keys", "check"]) == 0
    new = Keyring.from_data_key(*with_secrets(settings).data_keys)
    with database.read() as session:
        assert find_contact(session, new, "web", "visitor-1") == contact
        assert find_contact(session, old, "web", "visitor-1") is None
    database.close()


def test_without_a_previous_key_nothing_is_changed_and_that_is_said(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["keys", "rotate"]) == 1
    assert "DATA_KEY_PREVIOUS" in capfd.readouterr().err


def test_a_lost_key_is_noticed(settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    old = Keyring.from_data_key(*with_secrets(settings).data_keys)
    assert cli.main(["keys", "check"]) == 0
    database = Database(settings.database)
    with database.write() as session:
        add_contact(session, old, "web", "visitor-1")
    database.close()
    (tmp_path / "secrets" / "data_key").unlink()
    assert cli.main(["keys", "check"]) == 1
    assert "1 values are under a third key" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("previous", "told"),
    [("short", "DATA_KEY_PREVIOUS must be base64"), ("b29v", "DATA_KEY_PREVIOUS has 3 bytes"), (NEW, "is the same")],
)
def test_a_previous_key_that_is_none_is_refused_by_name(previous: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        with_secrets(load_settings(None, data_key=NEW, data_key_previous=previous))


def test_both_keys_may_be_set() -> None:
    assert with_secrets(load_settings(None, data_key=NEW, data_key_previous=OLD)).data_keys == (NEW, OLD)
    assert with_secrets(load_settings(None, data_key=NEW)).data_keys == (NEW, "")


# Cookies.


def visit(ring: Keyring, cookie: str | None = None) -> tuple[str | None, str | None]:
    """Open the page; return who the visitor is taken for and the cookie that she is given."""
    headers = [(b"cookie", f"{COOKIE}={cookie}".encode())] if cookie else []
    request = Request({"type": "http", "headers": headers, "scheme": "https", "server": ("t", 443), "path": "/chat"})
    response = Response()
    visitors = Visitors(ring.signing_keys)
    known = visitors.identify(request)
    visitors.welcome(request, response)
    given = response.headers.get("set-cookie", "")
    return known, given.removeprefix(f"{COOKIE}=").partition(";")[0] or None


def test_a_cookie_of_the_old_key_stays_valid_and_is_signed_anew() -> None:
    _, old = visit(BEFORE)
    visitor, none = visit(BEFORE, old)
    assert visitor is not None
    assert none is None
    known, new = visit(DURING, old)
    assert known == visitor
    assert new is not None
    assert visit(DURING, new) == (visitor, None)
    assert visit(AFTER, new) == (visitor, None)
    assert visit(AFTER, old)[0] is None


def test_a_cookie_of_another_key_is_nobodys() -> None:
    _, old = visit(BEFORE)
    known, new = visit(AFTER, old)
    assert known is None
    assert new is not None
    assert visit(AFTER, new)[0] is not None
