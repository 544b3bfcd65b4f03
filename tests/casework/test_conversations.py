"""Messages are stored once, answered once, in order, whoever does it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from casework.cards import Answer, Bubble, Button
from casework.conversations import SESSION, TURNS_PER_SENDER, Conversations, LeaseLost, UnknownButton
from casework.database import Database, now
from casework.tables import Contact, Conversation, Message, PrivateNumber, RetiredSender

LEASE = timedelta(seconds=30)
TOLD = Answer((Bubble("好"),), "told")
NOTICE = Bubble("你说的话存 180 天。")


def receive(conversations: Conversations, text: str, key: str = "1", address: str = "wang") -> Any:
    return conversations.receive("web", address, f"{address}:{key}", text=text)


def rows(database: Database, table: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_the_same_message_is_stored_once(conversations: Conversations, database: Database) -> None:
    first = receive(conversations, "老板欠薪")
    again = receive(conversations, "老板欠薪")
    assert (first.is_new, again.is_new) == (True, False)
    assert first.message_id == again.message_id
    assert rows(database, Message) == 1


def test_simultaneous_repeats_are_stored_once(conversations: Conversations, database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        received = list(pool.map(lambda _n: receive(conversations, "老板欠薪"), range(8)))
    assert sum(each.is_new for each in received) == 1
    assert rows(database, Message) == rows(database, Conversation) == rows(database, Contact) == 1


def test_private_numbers_never_reach_the_messages(conversations: Conversations, database: Database) -> None:
    receive(conversations, "我叫王芳，电话13800138000，身份证32010219900101123X")
    again = receive(conversations, "打 138 0013 8000 找我", key="2")
    (first, second) = conversations.shown(again.conversation_id)
    assert first.text == "我叫王芳，电话〔手机号1〕，身份证〔证件号1〕"
    assert second.text == "打 〔手机号1〕 找我"
    assert rows(database, PrivateNumber) == 2


def test_a_second_answer_is_impossible(conversations: Conversations) -> None:
    received = receive(conversations, "在吗")
    assert conversations.answer(received.message_id, TOLD)
    assert not conversations.answer(received.message_id, TOLD)
    handling, replies = conversations.replies(received.message_id)
    assert (handling, [reply.text for reply in replies]) == ("answered", ["好"])


def test_only_one_process_holds_a_conversation(conversations: Conversations) -> None:
    conversation = receive(conversations, "在吗").conversation_id
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda n: conversations.claim(conversation, f"p{n}", LEASE), range(8)))
    assert sum(claims) == 1


def test_a_lease_that_ran_out_can_be_taken_and_its_owner_answers_no_more(conversations: Conversations) -> None:
    received = receive(conversations, "在吗")
    assert conversations.claim(received.conversation_id, "slow", timedelta(seconds=-1))
    assert conversations.claim(received.conversation_id, "next", LEASE)
    with pytest.raises(LeaseLost):
        conversations.begin_turn(received.conversation_id, "slow", LEASE)
    with pytest.raises(LeaseLost):
        conversations.answer(received.message_id, TOLD, owner="slow")


def test_messages_are_taken_in_order_and_later_ones_wait(conversations: Conversations) -> None:
    first = receive(conversations, "一", key="1")
    receive(conversations, "二", key="2")
    conversation = first.conversation_id
    conversations.claim(conversation, "p", LEASE)
    turn = conversations.begin_turn(conversation, "p", LEASE)
    assert turn is not None
    assert turn.text == "一"
    conversations.postpone(turn.message_id, "p", now() + timedelta(minutes=1), Bubble("存好了"))
    assert conversations.begin_turn(conversation, "p", LEASE) is None
    conversations.answer(turn.message_id, TOLD, owner="p")
    following = conversations.begin_turn(conversation, "p", LEASE)
    assert following is not None
    assert following.text == "二"


def test_the_worker_is_told_once_that_a_message_is_kept(conversations: Conversations) -> None:
    received = receive(conversations, "在吗")
    conversations.claim(received.conversation_id, "p", LEASE)
    for _attempt in range(3):
        conversations.begin_turn(received.conversation_id, "p", LEASE)
        conversations.postpone(received.message_id, "p", now(), Bubble("存好了"))
    assert [m.text for m in conversations.shown(received.conversation_id)] == ["在吗", "存好了"]


def test_due_finds_what_a_dead_process_left(conversations: Conversations) -> None:
    conversation = receive(conversations, "在吗").conversation_id
    assert conversations.due() == [conversation]
    conversations.claim(conversation, "p", LEASE)
    assert conversations.due() == []
    conversations.claim(conversation, "p", timedelta(seconds=-1))
    assert conversations.due() == [conversation]


def test_a_button_works_in_its_conversation_only(conversations: Conversations) -> None:
    received = receive(conversations, "在吗")
    offer = Button("怎么仲裁", "ask_policy", {"entry": "arbitration-how"})
    conversations.answer(received.message_id, Answer((Bubble("好", (offer, Button("打", url="tel:12351"))),), "told"))
    (_asked, shown) = conversations.shown(received.conversation_id)
    token = shown.extra["buttons"][0]["token"]
    assert shown.extra["buttons"][1] == {"title": "打", "url": "tel:12351"}
    assert conversations.offered(received.conversation_id, token).values == {"entry": "arbitration-how"}

    tapped = conversations.receive("web", "wang", "wang:2", button=token)
    conversations.claim(tapped.conversation_id, "p", LEASE)
    turn = conversations.begin_turn(tapped.conversation_id, "p", LEASE)
    assert turn is not None
    assert (turn.intent, turn.values, turn.text) == ("ask_policy", {"entry": "arbitration-how"}, "怎么仲裁")

    with pytest.raises(UnknownButton):
        conversations.receive("web", "li", "li:1", button=token)
    assert conversations.find("web", "li") is None


def test_the_notice_on_personal_data_comes_once(conversations: Conversations) -> None:
    for key in ("1", "2"):
        conversations.answer(receive(conversations, "在吗", key=key).message_id, TOLD, notice=NOTICE)
    shown = conversations.shown(conversations.find("web", "wang") or 0)
    assert [m.text for m in shown if m.author == "system"] == [NOTICE.text]


def test_misses_are_counted_in_a_row(conversations: Conversations) -> None:
    declined = Answer((Bubble("没查到"),), "declined")
    asked_back = Answer((Bubble("哪一件"),), "asked_back")
    seen = []
    for key, answer in enumerate([declined, asked_back, declined, TOLD, declined]):
        received = receive(conversations, "？", key=str(key))
        conversations.claim(received.conversation_id, "p", LEASE)
        turn = conversations.begin_turn(received.conversation_id, "p", LEASE)
        assert turn is not None
        seen.append(turn.misses)
        conversations.answer(received.message_id, answer, owner="p")
    assert seen == [0, 1, 1, 2, 0]


def test_the_engine_gets_a_new_sender_after_forty_turns(conversations: Conversations, database: Database) -> None:
    senders = set()
    for key in range(TURNS_PER_SENDER + 1):
        received = receive(conversations, "在吗", key=str(key))
        conversations.claim(received.conversation_id, "p", LEASE)
        turn = conversations.begin_turn(received.conversation_id, "p", LEASE)
        assert turn is not None
        senders.add(turn.rasa_sender)
        conversations.answer(received.message_id, TOLD, owner="p")
    assert len(senders) == 2
    assert rows(database, RetiredSender) == 1


@pytest.mark.parametrize("change", [{"state": "resolved"}, {"last_message_at": now() - SESSION * 2}])
def test_the_engine_gets_a_new_sender_after_the_end(
    conversations: Conversations, database: Database, change: dict[str, Any]
) -> None:
    received = receive(conversations, "在吗")
    with database.write() as session:
        before = session.get_one(Conversation, received.conversation_id).rasa_sender
        session.execute(update(Conversation).values(**change))
    receive(conversations, "还在吗", key="2")
    with database.read() as session:
        conversation = session.get_one(Conversation, received.conversation_id)
        assert conversation.rasa_sender != before
        assert conversation.state == "pending"


def test_history_gives_the_latest_and_what_came_after(conversations: Conversations) -> None:
    ids = [receive(conversations, f"第{n}句", key=str(n)).message_id for n in range(5)]
    conversation = conversations.find("web", "wang") or 0
    assert [m.id for m in conversations.shown(conversation, limit=2)] == ids[-2:]
    assert [m.id for m in conversations.shown(conversation, after=ids[1])] == ids[2:]


def test_a_message_behind_a_kept_one_is_not_due(conversations: Conversations) -> None:
    first = receive(conversations, "在吗")
    receive(conversations, "还在吗", key="2")
    assert conversations.due() == [first.conversation_id]
    conversations.claim(first.conversation_id, "a", LEASE)
    conversations.postpone(first.message_id, "a", now() + timedelta(minutes=1), NOTICE)
    conversations.release(first.conversation_id, "a")
    assert conversations.due() == []


def test_answer_and_turn_lock_in_one_order(conversations: Conversations) -> None:
    """Distress is answered beside a turn that begins: neither may be the victim of a deadlock."""
    for n in range(25):
        received = receive(conversations, "在吗", key=str(n))
        conversations.claim(received.conversation_id, "a", LEASE)
        with ThreadPoolExecutor(2) as pool:
            turn = pool.submit(conversations.begin_turn, received.conversation_id, "a", LEASE)
            answered = pool.submit(conversations.answer, received.message_id, TOLD)
            assert answered.result()
            turn.result()


def test_the_state_of_an_erased_conversation_is_that_of_a_new_one(conversations: Conversations) -> None:
    assert conversations.status(4711).state == "pending"


def test_a_message_full_of_numbers_does_not_keep_the_database(conversations: Conversations, database: Database) -> None:
    numbers = [str(13800138000 + n) for n in range(300)]
    statements: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda _c, _cur, sql, *_rest: statements.append(sql))
    receive(conversations, " ".join(numbers))
    assert rows(database, PrivateNumber) == 300
    assert sum(sql.startswith("SELECT") for sql in statements) < 30
