"""Notes through the console: kept, and never on the worker's side."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from bot.console.notes import NoteRoutes
from casework.crypto import Keyring
from casework.database import Database
from casework.notes import Notes
from casework.wording import Wording
from tests.bot.console.conftest import Console
from tests.casework.worker import Worker

JSON = {"Accept": "application/json"}


@pytest.fixture
def console_routers(console_database: Database) -> list[APIRouter]:
    return [NoteRoutes(Notes(console_database)).router()]


@pytest.fixture
def wang(console_database: Database, keyring: Keyring, wording: Wording) -> Worker:
    worker = Worker(console_database, keyring, wording)
    worker.hand_over()
    return worker


def test_a_note_is_kept_and_given_back(console: Console, wang: Worker) -> None:
    agent = console.sign_in("agent")
    headers = {"X-CSRF-Token": agent.csrf, **JSON}
    path = f"/conversations/{wang.number}/notes"
    answer = agent.post(path, data={"text": "老板电话打不通", "key": "k1"}, headers=headers)
    assert answer.json()["note"]["text"] == "老板电话打不通"
    assert agent.submit(path, text="第二条").headers["location"] == f"/conversations/{wang.number}"
    assert agent.post(path, data={"text": " "}, headers=headers).status_code == 422
    assert agent.post(path, data={"text": "长" * 2001}, headers=headers).status_code == 422
    outsider = console.sign_in("agent", "enterprise")
    assert outsider.submit(path, text="在吗").status_code == 404
