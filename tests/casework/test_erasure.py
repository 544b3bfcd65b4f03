"""What we hold of a contact goes completely: on her word, or after the retention time."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework.cards import Answer, Bubble, Button
from casework.cases import CaseDesk, CaseFollow
from casework.cases.lookup import keys_of
from casework.conversations import Conversations
from casework.crypto import DecryptionError, Keyring
from casework.database import Database, now
from casework.erasure import TURN_ENDS, Erasure, asks_for_erasure
from casework.ledger import Ledger, note_unanswered
from casework.tables import (
    ActionResult,
    Attachment,
    AuditEvent,
    Base,
    Case,
    CaseFile,
    CaseKey,
    Consent,
    Contact,
    Conversation,
    Draft,
    Message,
    Rating,
    RetiredSender,
    UnansweredQuestion,
)
from casework.wording import Wording
from tests.casework.cases.office import Office
from tests.casework.worker import Worker


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


class Told(NamedTuple):
    """A worker who left something in every table, and what of it nobody may find afterwards."""

    conversation: int
    case: int
    words: tuple[str, ...]


def tell_everything(office: Office, wording: Wording) -> Told:
    """Send in a case with photos and words, of a group, closed and rated, and begin another form."""
    chen = office.union.hire("小陈", office.union.city, "supervisor")
    photo = send_photo(office, "1")
    opened = office.complains(files=(photo,), answers={"people": 12, "representatives": "王芳"})
    desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
    desk.ask_worker(chen, opened.case_id, "十月的工资条")
    worker = Worker(office.database, office.keyring, wording)
    follow = CaseFollow(office.database, office.keyring, office.wording, office.clock)
    assert worker.says("工资条被没收了", follow) is not None
    contact_id, conversation_id = office.conversation()
    desk.note(chen, opened.case_id, "王芳的弟弟来过电话")
    desk.move(chen, opened.case_id, "refused", "unreachable", "打不通13800138000")
    with office.database.write() as session:
        session.add(Rating(case_id=opened.case_id, score=1, words="王芳不满意"))
        draft = {"contact_id": contact_id, "conversation_id": conversation_id, "procedure": "join", "step": "name"}
        session.add(Draft(**draft, answers_sealed=office.keyring.seal("王芳", "drafts.answers")))
        session.add(Consent(contact_id=contact_id, procedure="join", kind="general"))
    return Told(
        conversation_id, opened.case_id, ("王芳", "阿卜杜拉", "某某", "13800138000", "11010519491231002X", "没收")
    )


def send_photo(office: Office, key: str) -> int:
    """Send a photo from the worker; return its attachment's number."""
    _contact, number = office.conversation()
    received = office.conversations.receive("web", "wang", f"photo {key}", text="看")
    office.conversations.answer(received.message_id, Answer((Bubble("收到"),)))
    with office.database.write() as session:
        name = office.keyring.seal("王芳.png", "attachments.name")
        values = {"kind": "photo", "media_type": "image/png", "size": 1, "name_sealed": name, "path": f"path {key}"}
        row = Attachment(message_id=received.message_id, **values)
        session.add(row)
        session.flush()
        assert number == received.conversation_id
        return row.id


def everything(office: Office) -> str:
    """Return all that stands in all tables, what can be opened with the keys included."""
    seen: list[str] = []
    fields = ("cases.answers", "case_events.words", "case_groups.employer", "drafts.answers", "attachments.name")
    with office.database.read() as session:
        for table in Base.metadata.sorted_tables:
            for row in session.execute(select(table)):
                for value in row:
                    seen.append(str(value))
                    if isinstance(value, bytes):
                        seen += [opened for field in fields if (opened := open_as(office, value, field))]
    return "\n".join(seen)


def open_as(office: Office, sealed: bytes, field: str) -> str:
    try:
        return office.keyring.open(sealed, field)
    except DecryptionError:
        return ""


def digests(office: Office) -> list[str]:
    """Return the hashes by which the worker of the office's submission is found."""
    answers = office.submission().answers
    return list(keys_of(office.keyring, answers).values())


@pytest.fixture
def office(database: Database, keyring: Keyring, wording: Wording) -> Office:
    return Office(database, keyring, wording)


def test_a_walk_over_all_tables_finds_nobody_after_an_erasure(office: Office, wording: Wording) -> None:
    told = tell_everything(office, wording)
    hashes = digests(office)
    before = everything(office)
    assert all(word in before for word in (*told.words, *hashes)), "else the walk would find nothing anyway"
    Erasure(office.database).erase_contact_of(told.conversation)
    after = everything(office)
    assert [word for word in (*told.words, *hashes) if word in after] == []
    case = office.case(told.case)
    assert (case.number, case.state, case.reason) == ("WQ-20261118-0001", "refused", "unreachable")
    assert (case.contact_id, case.conversation_id, case.answers_sealed) == (None, None, None)
    steps = ["submitted", "grouped", "representatives", "asked", "added", "note", "moved"]
    assert [event for _actor, event in office.trail(told.case) if event != "assigned"] == steps
    with office.database.read() as session:
        for table in (CaseKey, CaseFile, Draft, Consent, Attachment):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table
        assert session.scalars(select(Rating.score)).all() == [1]


def test_others_keep_what_is_theirs(office: Office, wording: Wording) -> None:
    told = tell_everything(office, wording)
    other = office.complains("li")
    Erasure(office.database).erase_contact_of(told.conversation)
    case = office.case(other.case_id)
    assert case.answers_sealed is not None
    with office.database.read() as session:
        assert session.scalar(select(func.count()).select_from(CaseKey)) == 4


def test_a_closed_case_loses_its_person_after_the_retention_time(office: Office, wording: Wording) -> None:
    told = tell_everything(office, wording)
    going_on = office.opens()
    office.clock.moment = now()
    with office.database.write() as session:
        long_ago = now() - timedelta(days=181)
        session.execute(update(Case).values(created_at=long_ago))
        session.execute(update(Case).where(Case.closed_at.is_not(None)).values(closed_at=long_ago))
    assert Erasure(office.database).erase_silent(days=180) == 0
    closed, still_open = office.case(told.case), office.case(going_on.case_id)
    assert (closed.contact_id, closed.answers_sealed) == (None, None)
    assert still_open.answers_sealed is not None
    assert still_open.contact_id == office.conversation()[0]
    with office.database.read() as session:
        assert session.scalars(select(CaseKey.case_id).distinct()).all() == [going_on.case_id]
        assert session.scalars(select(Attachment.id)).all() == []
        assert session.scalars(select(Rating.words)).all() == [""]
    assert Erasure(office.database).erase_silent(days=180) == 0


def test_a_worker_who_is_silent_while_her_case_goes_on_is_kept(office: Office) -> None:
    opened = office.opens()
    long_ago = now() - timedelta(days=181)
    with office.database.write() as session:
        session.execute(update(Contact).values(created_at=long_ago))
        session.execute(update(Conversation).values(last_message_at=long_ago))
        session.execute(update(Case).values(created_at=long_ago))
    assert Erasure(office.database).erase_silent(days=180) == 0
    assert office.case(opened.case_id).answers_sealed is not None
    closes = update(Case).values(state="refused", reason="unreachable")
    for days_ago, erased in ((179, 0), (181, 1)):
        with office.database.write() as session:
            session.execute(closes.values(closed_at=now() - timedelta(days=days_ago)))
        assert Erasure(office.database).erase_silent(days=180) == erased
    assert office.case(opened.case_id).answers_sealed is None


def test_a_case_closed_lately_keeps_its_person(office: Office, wording: Wording) -> None:
    told = tell_everything(office, wording)
    with office.database.write() as session:
        session.execute(update(Case).values(closed_at=now() - timedelta(days=179)))
    Erasure(office.database).erase_silent(days=180)
    assert office.case(told.case).answers_sealed is not None
