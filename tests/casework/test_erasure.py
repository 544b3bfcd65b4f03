"""What we hold of a contact goes completely: on her word, or after the retention time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework.cards import Answer, Bubble, Button
from casework.conversations import Conversations
from casework.database import Database, now
from casework.erasure import TURN_ENDS, Erasure, asks_for_erasure
from casework.ledger import Ledger, note_unanswered
from casework.tables import (
    ActionResult,
    AuditEvent,
    Base,
    Contact,
    Conversation,
    Message,
    RetiredSender,
    UnansweredQuestion,
)


@pytest.mark.parametrize("typed", ["删除我的记录", "请帮我删除我的聊天记录", "清除我的个人信息。", "删掉我的数据吧"])
def test_the_wish_is_understood(typed: str) -> None:
    assert asks_for_erasure(typed)


@pytest.mark.parametrize("typed", ["公司删除我的考勤记录怎么办", "删除", "老板说要删掉我的记录"])
def test_other_talk_of_deleting_is_not_that_wish(typed: str) -> None:
    assert not asks_for_erasure(typed)


def talk(conversations: Conversations, database: Database, address: str) -> int:
    received = conversations.receive("web", address, f"{address}:1", text="我是王芳，13800138000，天气怎么样")
    with database.read() as session:
        key = session.get_one(Message, received.message_id).message_key or ""

    def note(session: object) -> dict[str, str]:
        note_unanswered(session, key, "天气怎么样", None, 0.1)  # type: ignore[arg-type]  # a Session
        return {"card": "没查到王芳"}

    Ledger(database).once(key, "action_answer_policy", note)
    answer = Answer((Bubble("没查到", (Button("找人工", "request_human"),)),), "declined")
    conversations.answer(received.message_id, answer, notice=Bubble("说明"))
    return received.conversation_id


def test_nothing_is_left_but_a_number_in_the_audit_log(conversations: Conversations, database: Database) -> None:
    conversation = talk(conversations, database, "wang")
    talk(conversations, database, "li")
    erasure = Erasure(database)
    erasure.erase_contact_of(conversation)

    with database.read() as session:
        left = {t.name: session.scalar(select(func.count()).select_from(t)) for t in Base.metadata.sorted_tables}
        events = [(event.event, event.details) for event in session.scalars(select(AuditEvent))]
    assert left["contacts"] == left["conversations"] == left["private_numbers"] == left["action_results"] == 1
    assert left["unanswered_questions"] == left["contact_addresses"] == 1
    assert left["messages"] == 3
    assert events == [("contact.erased", {})]
    assert conversations.find("web", "wang") is None
    assert conversations.find("web", "li") is not None


def test_the_trackers_words_are_named_for_deletion_at_once(conversations: Conversations, database: Database) -> None:
    conversation = talk(conversations, database, "wang")
    with database.read() as session:
        sender = session.get_one(Conversation, conversation).rasa_sender
    erasure = Erasure(database)
    erasure.erase_contact_of(conversation)
    assert erasure.senders_to_delete() == [sender]
    erasure.senders_deleted([sender])
    assert erasure.senders_to_delete() == [sender], "a turn under way may still write"
    with database.write() as session:
        session.execute(update(RetiredSender).values(delete_after=now() - TURN_ENDS))
    erasure.senders_deleted([sender])
    assert erasure.senders_to_delete() == []


def test_what_an_action_wrote_after_the_erasure_goes_too(database: Database) -> None:
    def note(session: Session) -> dict[str, str]:
        note_unanswered(session, "erased", "我是王芳", None, 0.1)
        return {}

    Ledger(database).once("erased", "action_answer_policy", note)
    with database.write() as session:
        for table in (UnansweredQuestion, ActionResult):
            session.execute(update(table).values(created_at=now() - TURN_ENDS * 2))
    Erasure(database).erase_orphans()
    with database.read() as session:
        assert session.scalars(select(UnansweredQuestion.id)).all() == []
        assert session.scalars(select(ActionResult.action)).all() == []


def test_silent_contacts_go_after_the_retention_time(conversations: Conversations, database: Database) -> None:
    conversation = talk(conversations, database, "wang")
    talk(conversations, database, "li")
    long_ago = now() - timedelta(days=181)
    with database.write() as session:
        session.execute(update(Contact).values(created_at=long_ago))
        session.execute(update(Conversation).where(Conversation.id == conversation).values(last_message_at=long_ago))
    assert Erasure(database).erase_silent(days=180) == 1
    assert conversations.find("web", "wang") is None
    assert conversations.find("web", "li") is not None


def test_an_erased_number_is_never_given_to_the_next_worker(conversations: Conversations, database: Database) -> None:
    conversation = talk(conversations, database, "wang")
    with database.read() as session:
        contact = session.get_one(Conversation, conversation).contact_id
    Erasure(database).erase_contact_of(conversation)
    later = talk(conversations, database, "li")
    with database.read() as session:
        assert later != conversation
        assert session.get_one(Conversation, later).contact_id != contact


def test_erasing_twice_does_nothing_more(conversations: Conversations, database: Database) -> None:
    conversation = talk(conversations, database, "wang")
    erasure = Erasure(database)
    erasure.erase_contact_of(conversation)
    erasure.erase_contact_of(conversation)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEvent)) == 1
        assert session.scalar(select(func.count()).select_from(RetiredSender)) == 1
