"""Lists, numbers and one conversation, as the console reads them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.actors import Actor
from casework.crypto import Keyring
from casework.database import Database
from casework.errors import Invalid, NotAllowed, NotFound
from casework.inbox import Inbox, View
from casework.tables import (
    Attachment,
    AuditEvent,
    CallBack,
    CallBackAttempt,
    Contact,
    Conversation,
    ConversationNote,
    HandOff,
    Message,
    Rating,
)
from tests.casework.inbox_data import Desk, at
from tests.union import Union


@pytest.fixture
def union(database: Database) -> Union:
    return Union(database)


@pytest.fixture
def desk(database: Database, keyring: Keyring) -> Desk:
    return Desk(database, keyring)


@pytest.fixture
def inbox(database: Database, keyring: Keyring) -> Inbox:
    return Inbox(database, keyring, clock=lambda: at(600))


@pytest.fixture
def chief(union: Union) -> Actor:
    return union.hire("主任", None, "supervisor")


def ids(inbox: Inbox, actor: Actor, view: View = "all", **filters: object) -> list[int]:
    return [row.conversation_id for row in inbox.rows(actor, view, **filters).rows]  # type: ignore[arg-type]  # names vary


def test_each_list_has_its_conversations(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal = union.departments[union.city, "legal"]
    colleague = union.hire("小陈", None, "agent", "legal")
    waiting = desk.conversation(legal, last=1)
    hers = desk.conversation(legal, assignee_id=colleague.id, last=2)
    his = desk.conversation(legal, assignee_id=chief.id, last=3)
    over = desk.conversation(legal, "resolved", last=4)
    with_bot = desk.conversation(legal, "pending", last=5)
    assert ids(inbox, chief, "unassigned") == [waiting]
    assert ids(inbox, chief, "mine") == [his]
    assert ids(inbox, colleague, "mine") == [hers]
    assert ids(inbox, chief, "all") == [with_bot, over, his, hers, waiting]
    assert ids(inbox, chief, "resolved") == [over]
    assert ids(inbox, chief, "bot") == [with_bot]
    with pytest.raises(Invalid):
        inbox.rows(chief, "archive")  # type: ignore[arg-type]  # what a changed address would ask for


def test_the_queue_begins_with_alarms_and_then_who_waits_longest(
    union: Union, desk: Desk, inbox: Inbox, chief: Actor
) -> None:
    legal = union.departments[union.city, "legal"]
    late = desk.conversation(legal, opened=30)
    early = desk.conversation(legal, opened=10)
    urgent = desk.conversation(legal, opened=40, priority=1, reason="legal_urgency", detail="arbitration_limit")
    alarm = desk.conversation(legal, opened=50, priority=2, reason="distress", detail="self_harm")
    assert ids(inbox, chief, "unassigned") == [alarm, urgent, early, late]


def test_mine_begins_with_who_waits_longest_for_an_answer(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal = union.departments[union.city, "legal"]
    answered = desk.conversation(legal, assignee_id=chief.id, last=90)
    answered_before = desk.conversation(legal, assignee_id=chief.id, last=80)
    new = desk.conversation(legal, assignee_id=chief.id, unanswered=70, last=70)
    old = desk.conversation(legal, assignee_id=chief.id, unanswered=20, last=99)
    assert ids(inbox, chief, "mine") == [old, new, answered, answered_before]


def test_a_row_says_who_waits_for_what_since_when(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal = union.departments[union.city, "legal"]
    contact = desk.contact("阿卜杜拉·买买提")
    conversation = desk.conversation(
        legal,
        contact_id=contact,
        reason="legal_urgency",
        detail="arbitration_limit",
        priority=1,
        opened=5,
        unanswered=7,
        last=8,
        says=["我在北城工地，\n老板欠我三个月工资。" + "真的很急。" * 30],
    )
    desk.say(conversation, "已为你转给法律维权", author="system", minute=9)
    (row,) = inbox.rows(chief, "unassigned").rows
    assert (row.title, row.department, row.topic) == ("阿卜杜拉·买买提", "法律维权", "legal")
    assert (row.reason, row.detail, row.priority) == ("legal_urgency", "arbitration_limit", 1)
    assert (row.opened_at, row.waiting_since, row.last_message_at) == (at(5), at(7), at(8))
    assert row.is_unanswered
    assert row.last_author == "worker"
    assert row.last_text.startswith("我在北城工地， 老板欠我三个月工资。")
    assert len(row.last_text) == 60
    assert row.last_text.endswith("…")


def test_who_has_no_name_is_a_number_and_who_waits_unassigned_waits_since_the_opening(
    union: Union, desk: Desk, inbox: Inbox, chief: Actor
) -> None:
    conversation = desk.conversation(union.departments[union.city, "aid"], opened=5)
    (row,) = inbox.rows(chief, "unassigned").rows
    assert (row.title, row.waiting_since, row.is_unanswered) == (f"来访者 {conversation}", at(5), False)
    assert (row.last_author, row.last_text) == (None, "")


def test_nobody_waits_where_staff_answered_or_all_is_over(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal = union.departments[union.city, "legal"]
    desk.conversation(legal, assignee_id=chief.id, opened=5)
    desk.conversation(legal, "resolved", opened=5, unanswered=6)
    rows = inbox.rows(chief, "all").rows
    assert [(row.waiting_since, row.is_unanswered) for row in rows] == [(None, False), (None, False)]


def test_a_row_is_of_the_latest_hand_off(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal, aid = union.departments[union.city, "legal"], union.departments[union.city, "aid"]
    conversation = desk.conversation(legal, "resolved", reason="distress", priority=2)
    with desk.database.write() as session:
        session.add(HandOff(conversation_id=conversation, department_id=aid, reason="asked_for", opened_at=at(9)))
        session.get_one(Conversation, conversation).department_id = aid
        session.get_one(Conversation, conversation).state = "open"
    (row,) = inbox.rows(chief, "unassigned").rows
    assert (row.reason, row.priority, row.opened_at, row.department) == ("asked_for", 0, at(9), "困难帮扶")
    assert ids(inbox, chief, reason="distress") == []


def test_filters(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal, aid = union.departments[union.city, "legal"], union.departments[union.city, "aid"]
    wages = desk.conversation(legal, reason="legal_urgency", last=1)
    help_ = desk.conversation(aid, reason="asked_for", last=2)
    wechat = desk.conversation(aid, reason="distress", channel="wechat", last=3)
    assert ids(inbox, chief, department_id=aid) == [wechat, help_]
    assert ids(inbox, chief, channel="wechat") == [wechat]
    assert ids(inbox, chief, reason="legal_urgency") == [wages]
    assert ids(inbox, chief, department_id=legal, channel="wechat") == []


VIEWS: tuple[View, ...] = ("unassigned", "mine", "all")


@pytest.mark.parametrize("view", VIEWS)
def test_pages_have_no_gaps_and_no_doubles(view: View, union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal = union.departments[union.city, "legal"]
    for number in range(23):
        desk.conversation(
            legal,
            assignee_id=chief.id if view == "mine" else None,
            priority=number % 3,
            opened=number // 4,
            unanswered=number // 5 if number % 2 else None,
            last=number // 3,
        )
    whole = ids(inbox, chief, view, limit=100)
    assert len(whole) == 23
    paged: list[int] = []
    before: str | None = None
    for _ in range(8):
        page = inbox.rows(chief, view, before=before, limit=5)
        paged += [row.conversation_id for row in page.rows]
        before = page.before
        if before is None:
            break
    assert paged == whole
    assert before is None


def test_pages_stay_right_while_conversations_move(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal = union.departments[union.city, "legal"]
    conversations = [desk.conversation(legal, last=number) for number in range(12)]
    first = inbox.rows(chief, "all", limit=4)
    newest_first = conversations[::-1]
    assert [row.conversation_id for row in first.rows] == newest_first[:4]
    desk.change(newest_first[2], last_message_at=at(50))  # was given, moves to the top
    desk.change(newest_first[7], last_message_at=at(51))  # was not given yet, moves to the top
    desk.conversation(legal, last=52)
    rest: list[int] = []
    before = first.before
    while before is not None:
        page = inbox.rows(chief, "all", limit=4, before=before)
        rest += [row.conversation_id for row in page.rows]
        before = page.before
    assert rest == [each for each in newest_first[4:] if each != newest_first[7]]


def test_what_was_answered_between_two_pages_is_not_given_twice(
    union: Union, desk: Desk, database: Database, keyring: Keyring, chief: Actor
) -> None:
    legal = union.departments[union.city, "legal"]
    inbox = Inbox(database, keyring, clock=lambda: at(30))
    waiting = [desk.conversation(legal, assignee_id=chief.id, unanswered=n, last=n) for n in range(4)]
    answered = [desk.conversation(legal, assignee_id=chief.id, last=10 + n) for n in range(4)]
    first = inbox.rows(chief, "mine", limit=3)
    assert [row.conversation_id for row in first.rows] == waiting[:3]
    desk.change(waiting[1], unanswered_since=None, last_message_at=at(31))
    second = inbox.rows(chief, "mine", limit=10, before=first.before)
    assert [row.conversation_id for row in second.rows] == [waiting[3], *answered[::-1]]


@pytest.mark.parametrize(
    "cursor", ["x", "W10=", "WyIyMDI2LTAxLTAxIl0=", "bnVsbA==", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwiMSJd", "…"]
)
def test_a_cursor_that_is_none_is_refused(cursor: str, inbox: Inbox, chief: Actor) -> None:
    with pytest.raises(Invalid):
        inbox.rows(chief, "all", before=cursor)


def test_a_cursor_of_another_list_is_refused(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    for number in range(3):
        desk.conversation(union.departments[union.city, "legal"], opened=number)
    cursor = inbox.rows(chief, "unassigned", limit=1).before
    with pytest.raises(Invalid):
        inbox.rows(chief, "all", before=cursor)


def test_counts(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    legal, aid = union.departments[union.city, "legal"], union.departments[union.city, "aid"]
    colleague = union.hire("小陈", None, "agent", "legal")
    desk.conversation(legal)
    desk.conversation(legal, priority=2)
    desk.conversation(aid, unanswered=1)
    desk.conversation(aid, priority=2, assignee_id=colleague.id)
    desk.conversation(legal, assignee_id=chief.id, unanswered=1)
    desk.conversation(legal, assignee_id=chief.id)
    desk.conversation(legal, "resolved", priority=2)
    desk.conversation(None, "pending")
    counts = inbox.counts(chief)
    assert (counts.unassigned, counts.mine, counts.mine_unanswered, counts.alarms) == (3, 2, 1, 1)
    assert counts.departments == {legal: 2, aid: 1}
    hers = inbox.counts(colleague)
    assert (hers.unassigned, hers.mine, hers.mine_unanswered, hers.alarms) == (2, 1, 0, 1)
    assert hers.departments == {legal: 2}


# Who sees what.


def test_each_role_and_level_sees_its_own(union: Union, desk: Desk, inbox: Inbox) -> None:
    city, county = union.departments[union.city, "legal"], union.departments[union.county, "aid"]
    firm = union.departments[union.firm, "general"]
    in_city = desk.conversation(city, last=1)
    in_county = desk.conversation(county, last=2)
    in_firm = desk.conversation(firm, last=3)
    complaint = desk.conversation(firm, complaint=True, last=4)
    never = desk.conversation(None, "pending", last=5)
    seen = {
        ("supervisor", union.city): [never, complaint, in_firm, in_county, in_city],
        ("admin", union.city): [never, complaint, in_firm, in_county, in_city],
        ("agent", union.city): [complaint, in_firm, in_county, in_city],
        ("editor", union.city): [],
        ("supervisor", union.county): [complaint, in_firm, in_county],
        ("agent", union.county): [complaint, in_firm, in_county],
        ("supervisor", union.firm): [in_firm],
        ("admin", union.firm): [in_firm],
        ("agent", union.firm): [in_firm],
        ("editor", union.firm): [],
    }
    everything = {in_city, in_county, in_firm, complaint, never}
    for (role, organisation), expected in seen.items():
        actor = union.hire(f"{role}{organisation}", organisation, role)
        assert ids(inbox, actor) == expected
        for hidden in everything - set(expected):
            for read in (inbox.conversation, inbox.transcript, inbox.row):
                with pytest.raises(NotFound):
                    read(actor, hidden)
            with pytest.raises(NotFound):
                inbox.private_number(actor, hidden, "〔手机号1〕")
            assert ids(inbox, actor, query=f"#{hidden}") == []
        for shown in expected:
            assert inbox.row(actor, shown).conversation_id == shown
            assert ids(inbox, actor, query=f"#{shown}") == [shown]
        queue = [each for each in expected if each != never]
        assert inbox.counts(actor).unassigned == len(queue) == len(ids(inbox, actor, "unassigned"))


def test_an_agent_with_departments_sees_those_and_what_is_assigned_to_her(
    union: Union, desk: Desk, inbox: Inbox
) -> None:
    legal, aid = union.departments[union.city, "legal"], union.departments[union.city, "aid"]
    agent = union.hire("小陈", None, "agent", "legal")
    own = desk.conversation(legal, last=1)
    other = desk.conversation(aid, last=2)
    assigned = desk.conversation(aid, assignee_id=agent.id, last=3)
    assert ids(inbox, agent) == [assigned, own]
    with pytest.raises(NotFound):
        inbox.conversation(agent, other)


def test_numbers_that_no_database_holds_are_nobody(inbox: Inbox, chief: Actor) -> None:
    for number in (0, -1, 2**31, 2**63, 10**30):
        with pytest.raises(NotFound):
            inbox.conversation(chief, number)


# One conversation.


def test_a_conversation_with_all_that_stands_beside_it(
    union: Union, desk: Desk, inbox: Inbox, chief: Actor, keyring: Keyring
) -> None:
    legal, aid = union.departments[union.city, "legal"], union.departments[union.city, "aid"]
    contact = desk.contact("王芳", region="江苏/徐州/某县")
    conversation = desk.conversation(legal, "resolved", contact_id=contact, last=3)
    other = desk.conversation(aid, contact_id=contact, channel="wechat", last=2)
    desk.conversation(aid, last=1)
    with desk.database.write() as session:
        first = session.scalars(select(HandOff).where(HandOff.conversation_id == conversation)).one()
        first.ended_by_id = chief.id
        session.get_one(Contact, contact).kind = "骑手"
        session.add(Rating(hand_off_id=first.id, score=4, words="谢谢"))
        session.add(HandOff(conversation_id=conversation, department_id=aid, reason="staff", opened_at=at(5)))
        session.add(ConversationNote(conversation_id=conversation, staff_id=chief.id, text="先别联系单位"))
        promise = CallBack(
            conversation_id=conversation, phone_sealed=keyring.seal("13800138000", "call_backs.phone"), safe_hours="any"
        )
        session.add(promise)
        session.flush()
        session.add(CallBackAttempt(call_back_id=promise.id, staff_id=chief.id, outcome="no_answer", note="晚上再打"))
    detail = inbox.conversation(chief, conversation)
    assert (detail.name, detail.region, detail.kind) == ("王芳", "江苏/徐州/某县", "骑手")
    assert detail.row.conversation_id == conversation
    assert [(each.reason, each.department, each.score, each.words) for each in detail.hand_offs] == [
        ("staff", "困难帮扶", None, ""),
        ("asked_for", "法律维权", 4, "谢谢"),
    ]
    assert (detail.hand_offs[1].outcome, detail.hand_offs[1].ended_by) == ("solved", "主任")
    assert [row.conversation_id for row in detail.others] == [other]
    assert [(note.staff, note.text) for note in detail.notes] == [("主任", "先别联系单位")]
    assert [(each.state, each.safe_hours) for each in detail.call_backs] == [("open", "any")]
    assert [(a.staff, a.outcome, a.note) for a in detail.call_backs[0].attempts] == [("主任", "no_answer", "晚上再打")]
    assert (detail.reach.is_open, detail.reach.until, detail.reach.hours_left) == (True, None, None)


def test_other_conversations_of_the_same_person_are_shown_to_who_may_see_them(
    union: Union, desk: Desk, inbox: Inbox
) -> None:
    chair = union.hire("厂工会主席", union.firm, "supervisor")
    firm = union.departments[union.firm, "general"]
    contact = desk.contact()
    harmless = desk.conversation(firm, contact_id=contact)
    desk.conversation(firm, contact_id=contact, channel="wechat", complaint=True)
    assert inbox.conversation(chair, harmless).others == ()


def test_what_the_channel_still_takes(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"], channel="wechat")
    desk.change(conversation, reachable_until=at(600) + timedelta(hours=5), reachable_messages=5)
    reach = inbox.conversation(chief, conversation).reach
    assert (reach.is_open, reach.hours_left, reach.messages_left) == (True, 5.0, 5)
    desk.change(conversation, reachable_messages=0)
    assert not inbox.conversation(chief, conversation).reach.is_open
    desk.change(conversation, reachable_until=at(599), reachable_messages=5)
    reach = inbox.conversation(chief, conversation).reach
    assert (reach.is_open, reach.hours_left) == (False, 0.0)


def test_a_transcript_says_who_said_what_and_what_was_understood(
    union: Union, desk: Desk, inbox: Inbox, chief: Actor, keyring: Keyring
) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"])
    asked = desk.say(conversation, "被拖欠工资怎么办", minute=1)
    told = desk.say(conversation, "可以这样做", author="bot", minute=2)
    staff = desk.say(conversation, "你好，我来帮你", author="staff", minute=5)
    understood = {"intent": "ask_policy", "confidence": 0.93, "entries": ["legal.wages"]}
    with desk.database.write() as session:
        session.get_one(Message, asked).extra = {"understood": understood}
        session.get_one(Message, asked).handling = "answered"
        answer = session.get_one(Message, told)
        answer.reply_to_id, answer.purpose, answer.delivered_at = asked, "answer", at(2)
        session.get_one(Message, staff).staff_id = chief.id
        session.add(
            ConversationNote(conversation_id=conversation, staff_id=chief.id, text="要先核实", created_at=at(4))
        )
        session.add(
            Attachment(
                message_id=asked,
                kind="photo",
                media_type="image/jpeg",
                size=1234,
                name_sealed=keyring.seal("欠条.jpg", "attachments.name"),
                path="1",
            )
        )
    transcript = inbox.transcript(chief, conversation)
    assert [(item.kind, item.author, item.staff, item.text) for item in transcript.items] == [
        ("message", "worker", None, "被拖欠工资怎么办"),
        ("message", "bot", None, "可以这样做"),
        ("note", "staff", "主任", "要先核实"),
        ("message", "staff", "主任", "你好，我来帮你"),
    ]
    first, second = transcript.items[:2]
    assert (first.understood, first.handling) == (understood, "answered")
    assert [(file.kind, file.media_type, file.size, file.name) for file in first.files] == [
        ("photo", "image/jpeg", 1234, "欠条.jpg")
    ]
    assert (second.purpose, second.reply_to_id, second.delivered_at) == ("answer", asked, at(2))
    assert (transcript.newest, transcript.has_earlier) == (staff, False)


def test_a_transcript_is_read_backwards_and_forwards(union: Union, desk: Desk, inbox: Inbox, chief: Actor) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"])
    said = [desk.say(conversation, f"第{number}句", minute=number) for number in range(10)]
    with desk.database.write() as session:
        for minute in (0.5, 4.5, 9.5):
            note = ConversationNote(conversation_id=conversation, staff_id=chief.id, text=f"{minute}")
            note.created_at = at(minute)
            session.add(note)

    def read(**which: int) -> list[str]:
        return [item.text for item in inbox.transcript(chief, conversation, **which).items]

    assert read(limit=4) == ["第6句", "第7句", "第8句", "第9句", "9.5"]
    assert inbox.transcript(chief, conversation, limit=4).has_earlier
    assert read(limit=4, before=said[6]) == ["第2句", "第3句", "第4句", "4.5", "第5句"]
    assert read(limit=4, before=said[2]) == ["第0句", "0.5", "第1句"]
    assert not inbox.transcript(chief, conversation, limit=4, before=said[2]).has_earlier
    assert read(after=said[7]) == ["第8句", "第9句", "9.5"]
    assert inbox.transcript(chief, conversation, after=said[9]).newest == said[9]


def test_a_hidden_number_is_shown_to_who_needs_it_and_that_is_written_down(
    union: Union, desk: Desk, inbox: Inbox, chief: Actor
) -> None:
    legal = union.departments[union.city, "legal"]
    agent = union.hire("小陈", None, "agent", "legal")
    idle = union.hire("小李", None, "agent", "legal")
    conversation = desk.conversation(legal, assignee_id=agent.id, says=["我的电话是 138 0013 8000"])
    assert "〔手机号1〕" in inbox.transcript(agent, conversation).items[0].text
    assert inbox.private_number(agent, conversation, "〔手机号1〕") == "13800138000"
    assert inbox.private_number(chief, conversation, "手机号1") == "13800138000"
    with pytest.raises(NotAllowed):
        inbox.private_number(idle, conversation, "〔手机号1〕")
    for label in ("〔手机号2〕", "〔证件号1〕", "〔手机号〕", "手机号01x", ""):
        with pytest.raises(NotFound):
            inbox.private_number(agent, conversation, label)
    with desk.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.event == "private_number.revealed")).all()
    assert [(event.actor, event.object_id, event.details) for event in events] == [
        (f"staff:{agent.id}", conversation, {"kind": "phone", "position": 1}),
        (f"staff:{chief.id}", conversation, {"kind": "phone", "position": 1}),
    ]
