"""Workers who talk."""

import pytest

from casework.crypto import Keyring
from casework.database import Database
from casework.wording import Wording
from tests.actions.talk import Talk


@pytest.fixture
def talk(sqlite: Database, keyring: Keyring, wording: Wording) -> Talk:
    """A worker's talk that has not begun."""
    return Talk(sqlite, keyring, wording)
