"""What the tests of cases share."""

from __future__ import annotations

import pytest

from casework.crypto import Keyring
from casework.database import Database
from casework.wording import Wording
from tests.casework.cases.office import Office


@pytest.fixture
def office(database: Database, keyring: Keyring, wording: Wording) -> Office:
    return Office(database, keyring, wording)
