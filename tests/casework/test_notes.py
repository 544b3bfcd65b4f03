"""Notes are for staff who may see the conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import Invalid, NotFound
from casework.notes import LONGEST_NOTE, Notes
from casework.wording import Wording
from tests.casework.worker import Union, Worker, told_consoles


@pytest.fixture
def union(database: Database) -> Union:
    return Union(database)


@pytest.fixture
def wang(union: Union, database: Database, keyring: Keyring, wording: Wording) -> Worker:
    worker = Worker(database, keyring, wording)
    worker.hand_over()
    return worker


def test_colleagues_read_what_was_noted_and_the_worker_does_not(union: Union, wang: Worker, database: Database) -> None:
    chen, zhao = union.hire("小陈"), union.hire("小赵")
    note = Notes(database).add(chen, wang.number, " 老板叫王强，电话打不通 ")
    assert (note.staff, note.text) == ("小陈", "老板叫王强，电话打不通")
    Notes(database).add(zhao, wang.number, "已转法律部")
    read = Notes(database).of_conversation(zhao, wang.number)
    assert [(each.staff, each.text) for each in read] == [("小陈", "老板叫王强，电话打不通"), ("小赵", "已转法律部")]
    assert not [each for each in wang.conversations.shown(wang.number) if "王强" in each.text]
    assert told_consoles(database)[-1] == "note"


def test_a_note_that_is_sent_twice_is_one(union: Union, wang: Worker, database: Database) -> None:
    chen, zhao = union.hire("小陈"), union.hire("小赵")
    first = Notes(database).add(chen, wang.number, "打过了")
    assert Notes(database).add(chen, wang.number, "打过了") == first
    assert Notes(database).add(zhao, wang.number, "打过了").id != first.id
    later = Notes(database, lambda: now() + timedelta(minutes=2))
    assert later.add(chen, wang.number, "打过了").id != first.id


def test_what_is_no_note(union: Union, wang: Worker, database: Database) -> None:
    chen = union.hire("小陈")
    for text in ("", "  \n", "长" * (LONGEST_NOTE + 1)):
        with pytest.raises(Invalid):
            Notes(database).add(chen, wang.number, text)


def test_what_one_may_not_see_has_no_notes(union: Union, wang: Worker, database: Database) -> None:
    outsider = union.hire("小孙", union.firm, "supervisor")
    for number in (wang.number, 999_999):
        with pytest.raises(NotFound):
            Notes(database).add(outsider, number, "在吗")
        with pytest.raises(NotFound):
            Notes(database).of_conversation(outsider, number)
