"""One running system for all end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.stack import Stack

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts all processes."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.end_to_end)


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Start the system once; it must stop cleanly at the end."""
    stack = Stack(tmp_path_factory.mktemp("stack") / "var")
    stack.start()
    try:
        yield stack
    finally:
        assert stack.stop() == 0


@pytest.fixture
def stack(running: Stack) -> Stack:
    """Give the system with all its parts well, whatever the test before did to it."""
    running.wait_until_well()
    return running
