"""How a worker's cases go: hers and nobody else's, by person or by the number she types."""

from __future__ import annotations

import asyncio

import pytest
from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select

from actions.check_case import ActionCheckCase, case_number_in
from casework.cases import MyCases
from casework.crypto import Keyring
from casework.database import Database
from casework.tables import Message
from casework.wording import Wording
from tests.casework.cases.office import Office


@pytest.mark.parametrize(
    "text",
    [
        "RH-20261121-0001",
        "rh-20261121-0001到哪了",
        "编号ＲＨ－２０２６１１２１－０００１",
        "RH 20261121 0001",
        "RH202611210001 办好了吗",
    ],
)
def test_a_number_is_found_however_it_is_typed(text: str) -> None:
    assert case_number_in(text) == "RH-20261121-0001"


@pytest.mark.parametrize("text", ["", "我的申请到哪了", "13800138000", "RH-2026", "20261121-0001", "RH-20261121"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert case_number_in(text) is None


@pytest.fixture
def office(sqlite: Database, keyring: Keyring, wording: Wording) -> Office:
    return Office(sqlite, keyring, wording)


def told(office: Office, text: str, name: str = "wang") -> str:
    """Return what the action says to a message of a worker's, the key of which is her latest."""
    _contact, number = office.conversation(name)
    with office.database.read() as session:
        query = select(Message.message_key).where(Message.conversation_id == number, Message.author == "worker")
        key = session.scalars(query.order_by(Message.id.desc())).first()
    message = {"text": text, "intent": {"name": "check_case"}, "metadata": {"message_key": key, "text": text}}
    dispatcher = CollectingDispatcher()
    action = ActionCheckCase(MyCases(office.database, office.wording, office.clock))
    asyncio.run(action.run(dispatcher, Tracker("s", {}, message, [], False, None, {}, "action_listen"), {}))
    (sent,) = dispatcher.messages
    return str(sent["custom"]["card"]["conclusion"])


def test_who_has_none_is_told_so(office: Office, wording: Wording) -> None:
    assert told(office, "我的申请到哪了") == wording.text("utter_case_none")


def test_her_case_is_told_with_its_number_and_nothing_of_the_matter(office: Office) -> None:
    number = office.complains().number
    for text in ("我的申请到哪了", f"{number}到哪了"):
        words = told(office, text)
        assert number in words
        assert "某某物流" not in words
        assert "孩子" not in words


def test_another_s_number_is_as_one_that_was_never_given(office: Office, wording: Wording) -> None:
    number = office.opens("li").number
    unknown = wording.text("utter_case_unknown")
    assert told(office, f"{number}到哪了") == told(office, "BF-20200101-0001") == unknown


def test_several_are_counted(office: Office, wording: Wording) -> None:
    office.opens()
    office.complains()
    assert told(office, "进度") == wording.text("utter_case_several", count=2)


def test_a_message_that_was_erased_meanwhile_has_no_cases(office: Office, wording: Wording) -> None:
    message = {"text": "进度", "intent": {"name": "check_case"}, "metadata": {"message_key": "gone"}}
    dispatcher = CollectingDispatcher()
    action = ActionCheckCase(MyCases(office.database, office.wording))
    asyncio.run(action.run(dispatcher, Tracker("s", {}, message, [], False, None, {}, "action_listen"), {}))
    assert dispatcher.messages[0]["custom"]["card"]["conclusion"] == wording.text("utter_case_none")
