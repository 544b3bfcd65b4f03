"""Every route of the console as it is put together for real: nobody gets in unasked, whatever is added later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from bot import app
from casework import migrate
from casework.database import Database
from casework.organisations import ensure_root
from casework.passwords import Passwords
from casework.staff import StaffAccounts
from casework.staff_sessions import StaffSessions
from settings import Settings, load_settings, with_secrets
from tests.bot.console.conftest import Console, StaffBrowser

OPEN = {("GET", "/login"), ("POST", "/login"), ("GET", "/healthz"), ("GET", "/metrics")}
FOR_EVERY_ROLE = {
    ("GET", "/"),
    ("GET", "/password"),
    ("POST", "/logout"),
    ("POST", "/password"),
    ("POST", "/availability"),
    ("POST", "/presence"),
}
JSON = {"Accept": "application/json"}


def routes_of(application: FastAPI) -> list[tuple[str, str]]:
    """Return method and path of every route, those of included routers too."""
    found = []
    for route in application.routes:
        included = getattr(route, "original_router", None)
        for each in included.routes if included else [route]:
            if isinstance(each, APIRoute):
                found += [(method, each.path) for method in sorted(each.methods or ())]
    return found


def with_numbers(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "1", path)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return with_secrets(load_settings(None, var_dir=tmp_path))


@pytest.fixture
def console(settings: Settings, passwords: Passwords) -> Iterator[Console]:
    database = Database(settings.database)
    migrate.upgrade(database)
    ensure_root(database)
    accounts, sessions = StaffAccounts(database, passwords=passwords), StaffSessions(database, passwords=passwords)
    yield Console(app.console(settings), database, accounts, sessions)
    database.close()


def refused(browser: StaffBrowser, method: str, path: str) -> tuple[int, str]:
    response = browser.request(method, with_numbers(path), headers=JSON)
    return response.status_code, response.json()["error"]["code"]


def test_the_routes_that_are_open_to_all_are_these(console: Console) -> None:
    routes = routes_of(console.app)
    assert len(routes) == len(set(routes))
    assert set(routes) >= OPEN | FOR_EVERY_ROLE
    stranger = console.browser()
    for method, path in routes:
        if (method, path) not in OPEN:
            assert refused(stranger, method, path) == (401, "not_signed_in"), f"{method} {path}"


def test_nothing_is_changed_without_the_token(console: Console) -> None:
    browser = console.sign_in("admin")
    for method, path in routes_of(console.app):
        if method not in {"GET", "HEAD"} and (method, path) not in OPEN:
            assert refused(browser, method, path) == (403, "stale_page"), f"{method} {path}"


def test_nothing_works_with_a_first_password_but_changing_it_and_leaving(console: Console) -> None:
    made_up = console.accounts.add("xiaochen", "admin")
    assert made_up is not None
    browser = console.sign_in_as("xiaochen", made_up)
    browser.headers["X-CSRF-Token"] = browser.csrf
    for method, path in routes_of(console.app):
        if (method, path) not in OPEN and path not in {"/password", "/logout"}:
            assert refused(browser, method, path) == (403, "must_change_password"), f"{method} {path}"


def test_an_editor_comes_to_no_conversation(console: Console) -> None:
    browser = console.sign_in("editor")
    browser.headers["X-CSRF-Token"] = browser.csrf
    for method, path in routes_of(console.app):
        if (method, path) not in OPEN | FOR_EVERY_ROLE and not path.startswith("/knowledge"):
            assert refused(browser, method, path) == (403, "no_conversations"), f"{method} {path}"
