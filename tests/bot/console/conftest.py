"""A console on a database of its own, and browsers that are signed in to it: `console.sign_in("agent")`.

Give the routers of a page by overriding the fixture `console_routers`:

    @pytest.fixture
    def console_routers(console_database, keyring): return [InboxPages(...).router()]
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import APIRouter, FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.console.app import build_console
from casework.database import Database, now
from casework.passwords import Passwords
from casework.staff import Membership, StaffAccounts, normal_username
from casework.staff_sessions import StaffSessions
from casework.tables import Department, Organisation, Staff

PASSWORD = "horse battery staple"
WORKDAYS = {str(day): [["00:00", "24:00"]] for day in range(7)}


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def go_on(self, **time: float) -> None:
        self.moment += timedelta(**time)


class StaffBrowser(TestClient):
    """A browser, signed in or not; `csrf` is the token that its pages carry."""

    csrf = ""
    staff_id = 0
    username = ""

    def submit(self, path: str, **fields: Any) -> Any:
        """Post a form as a page does, with the CSRF token."""
        return self.post(path, data={"csrf": self.csrf, **fields})

    def call(self, path: str, **body: Any) -> Any:
        """Post JSON as a script does."""
        return self.post(path, json=body, headers={"X-CSRF-Token": self.csrf, "Accept": "application/json"})


class Console:
    """A console under test, with its services."""

    def __init__(self, app: FastAPI, database: Database, accounts: StaffAccounts, sessions: StaffSessions) -> None:
        self.app = app
        self.database = database
        self.accounts = accounts
        self.sessions = sessions
        self._numbers = itertools.count(1)

    def browser(self, **options: Any) -> StaffBrowser:
        """Return a browser that is not signed in and does not follow redirects."""
        defaults: dict[str, Any] = {"base_url": "http://console.test", "follow_redirects": False}
        return StaffBrowser(self.app, **(defaults | options))

    def add_staff(
        self, role: str = "agent", organisation: str | None = None, topics: Sequence[str] = (), username: str = ""
    ) -> str:
        """Make an account at the organisation with this code (the root without one); return its username."""
        username = username or f"{role}{next(self._numbers)}"
        members = [Membership(topic) for topic in topics]
        self.accounts.add(username, role, password=PASSWORD, organisation=organisation, memberships=members)
        return username

    def sign_in(
        self, role: str = "agent", organisation: str | None = None, topics: Sequence[str] = (), **options: Any
    ) -> StaffBrowser:
        """Return a browser that is signed in with a new account."""
        return self.sign_in_as(self.add_staff(role, organisation, topics), **options)

    def sign_in_as(self, username: str, password: str = PASSWORD, **options: Any) -> StaffBrowser:
        """Return a browser that is signed in with this account."""
        browser = self.browser(**options)
        response = browser.post("/login", data={"username": username, "password": password})
        assert response.status_code == 303, response.text
        (token,) = (cookie.value for cookie in browser.cookies.jar)
        signed_in = self.sessions.session(str(token))
        assert signed_in is not None
        browser.csrf, browser.staff_id, browser.username = signed_in.csrf, signed_in.actor.id, username
        return browser

    def staff(self, username: str) -> Staff:
        """Return the account's row as it is now."""
        with self.database.read() as session:
            return session.scalars(select(Staff).where(Staff.username == normal_username(username))).one()


def add_tree(database: Database) -> dict[str, int]:
    """Make a province, a city, a county, a street and an enterprise below each other, each with all departments.

    Returns the ids by code; the root is `province`.
    """
    ids: dict[str, int] = {}
    parent: int | None = None
    with database.write() as session:
        for level in ("province", "city", "county", "street", "enterprise"):
            organisation = Organisation(level=level, name=f"{level}工会", code=level, parent_id=parent)
            session.add(organisation)
            session.flush()
            parent = ids[level] = organisation.id
            for topic in ("joining", "aid", "legal", "general"):
                session.add(Department(organisation_id=parent, topic=topic, name=topic, hours=WORKDAYS))
    return ids


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Hash quickly: what is slow on purpose would only cost the tests time."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Give the real time; a test that moves it overrides this with `Clock()`."""
    return now


@pytest.fixture
def console_database(sqlite: Database) -> Database:
    """Give a database with the tree of organisations; override to use the one of both kinds."""
    add_tree(sqlite)
    return sqlite


@pytest.fixture
def console_routers() -> list[APIRouter]:
    """Give the routers under test; override."""
    return []


@pytest.fixture
def console(
    console_database: Database,
    console_routers: list[APIRouter],
    passwords: Passwords,
    clock: Callable[[], datetime],
) -> Console:
    accounts = StaffAccounts(console_database, clock, passwords)
    sessions = StaffSessions(console_database, clock, passwords)
    return Console(build_console(accounts, sessions, console_routers), console_database, accounts, sessions)


@pytest.fixture
def sign_in(console: Console) -> Callable[..., StaffBrowser]:
    """Sign in with a new account: `sign_in(role, organisation, topics)`."""
    return console.sign_in
