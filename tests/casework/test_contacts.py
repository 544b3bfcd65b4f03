"""What the bot asks a contact for is remembered once, asked at most three times, and erased with her."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.contacts import (
    add_contact,
    ask_no_more,
    hide_numbers,
    may_ask,
    remember_kind,
    remember_region,
    reveal_numbers,
)
from casework.conversations import Conversations, Turn
from casework.crypto import Keyring
from casework.database import Database
from casework.erasure import Erasure
from casework.tables import Contact


def turn_of(conversations: Conversations, address: str = "wang") -> Turn:
    received = conversations.receive("web", address, f"{address}-1", text="受伤了")
    conversations.claim(received.conversation_id, "p", timedelta(minutes=1))
    turn = conversations.begin_turn(received.conversation_id, "p", timedelta(minutes=1))
    assert turn is not None
    return turn


def test_a_worker_who_does_not_answer_is_asked_three_times(database: Database, keyring: Keyring) -> None:
    key = turn_of(Conversations(database, keyring)).message_key
    with database.write() as session:
        assert [may_ask(session, key, "kind") for _time in range(5)] == [True, True, True, False, False]
        assert may_ask(session, key, "region")


def test_who_is_known_is_not_asked(database: Database, keyring: Keyring) -> None:
    key = turn_of(Conversations(database, keyring)).message_key
    with database.write() as session:
        remember_kind(session, key, "骑手")
        remember_region(session, key, "江苏/徐州")
        assert not may_ask(session, key, "kind")
        assert not may_ask(session, key, "region")
    again = turn_of(Conversations(database, keyring))
    assert (again.kind, again.region) == ("骑手", "江苏/徐州")


def test_none_of_what_was_offered_is_an_answer_for_good(database: Database, keyring: Keyring) -> None:
    key = turn_of(Conversations(database, keyring)).message_key
    with database.write() as session:
        remember_kind(session, key, "骑手")
        ask_no_more(session, key, "kind")
        assert not may_ask(session, key, "kind")
        assert session.scalars(select(Contact.kind)).one() is None


def test_what_is_known_of_one_contact_is_not_of_another(database: Database, keyring: Keyring) -> None:
    conversations = Conversations(database, keyring)
    key = turn_of(conversations).message_key
    with database.write() as session:
        remember_kind(session, key, "骑手")
    assert turn_of(conversations, "li").kind is None


def test_the_kind_is_erased_with_the_contact(database: Database, keyring: Keyring) -> None:
    turn = turn_of(Conversations(database, keyring))
    with database.write() as session:
        remember_kind(session, turn.message_key, "骑手")
    Erasure(database).erase_contact_of(turn.conversation_id)
    with database.read() as session:
        assert session.scalars(select(Contact.kind)).all() == []
    assert turn_of(Conversations(database, keyring)).kind is None


def test_numbers_come_back_where_their_references_stand(database: Database, keyring: Keyring) -> None:
    told = "我的电话13800138000，身份证11010519491231002X，老电话是13900139000"
    with database.write() as session:
        contact = add_contact(session, keyring, "web", "wang")
        hidden = hide_numbers(session, keyring, contact, told)
        session.flush()
        assert not [number for number in ("13800138000", "1949", "13900139000") if number in hidden]
        assert reveal_numbers(session, keyring, contact, hidden) == told
        assert hide_numbers(session, keyring, contact, told) == hidden


@pytest.mark.parametrize("text", ["〔手机号9〕", "〔别的1〕", "没有号码", "〔手机号〕", ""])
def test_what_refers_to_no_number_of_hers_stays(database: Database, keyring: Keyring, text: str) -> None:
    with database.write() as session:
        wang, li = (add_contact(session, keyring, "web", address) for address in ("wang", "li"))
        hidden = hide_numbers(session, keyring, wang, "13800138000")
        session.flush()
        assert reveal_numbers(session, keyring, wang, text) == text
        assert reveal_numbers(session, keyring, li, hidden) == hidden
