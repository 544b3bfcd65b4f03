"""What a channel still takes is counted from the worker's last message, and answers in her turn cost nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.cards import Answer, Bubble
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database, now
from casework.messages import add_bubble
from casework.reach import Reach, reach_of
from casework.tables import Conversation


@pytest.fixture
def conversations(database: Database, keyring: Keyring) -> Conversations:
    return Conversations(database, keyring)


def left(database: Database, conversation_id: int, after: timedelta = timedelta()) -> Reach:
    with database.read() as session:
        return reach_of(session.get_one(Conversation, conversation_id), now() + after)


def tell(database: Database, conversation_id: int, author: str) -> None:
    with database.write() as session:
        conversation = session.get_one(Conversation, conversation_id, with_for_update=True)
        add_bubble(session, conversation, Bubble("带上身份证"), author=author)


def test_every_message_that_is_no_answer_in_her_turn_is_counted(
    database: Database, conversations: Conversations
) -> None:
    received = conversations.receive("wechat", "wang", "1", text="欠薪")
    number = received.conversation_id
    conversations.answer(received.message_id, Answer((Bubble("答"), Bubble("还有")), "answered"))
    assert left(database, number).messages_left == 5
    for author in ("staff", "system", "staff", "staff"):
        tell(database, number, author)
    assert (left(database, number).messages_left, left(database, number).is_open) == (1, True)
    for _message in range(2):  # what cannot be sent is stored all the same
        tell(database, number, "staff")
    assert (left(database, number).messages_left, left(database, number).is_open) == (0, False)
    conversations.receive("wechat", "wang", "1", text="欠薪")
    assert left(database, number).messages_left == 0, "a repeat is no new message"
    conversations.receive("wechat", "wang", "2", text="在吗")
    assert (left(database, number).messages_left, left(database, number).is_open) == (5, True)


def test_after_48_hours_nothing_can_be_sent(database: Database, conversations: Conversations) -> None:
    number = conversations.receive("wechat", "wang", "1", text="欠薪").conversation_id
    assert left(database, number, timedelta(hours=47, minutes=59)).is_open
    late = left(database, number, timedelta(hours=48, minutes=1))
    assert (late.is_open, late.hours_left, late.messages_left) == (False, 0.0, 5)


@pytest.mark.parametrize("channel", ["web", "telegram"])
def test_other_channels_set_no_limit(database: Database, conversations: Conversations, channel: str) -> None:
    number = conversations.receive(channel, "wang", "1", text="欠薪").conversation_id
    tell(database, number, "staff")
    assert left(database, number) == Reach()
    assert left(database, number).is_open
