"""Hand-offs: one at a time, one person, nothing said by the bot beside her, nothing lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.cards import Answer, Bubble
from casework.conversations import Conversations, Received
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.hand_offs import HandOffs
from casework.messages import Shown
from casework.queue import Opening, open_hand_off, place, return_to_queue, told_of_place
from casework.tables import Conversation, ConversationEvent, Draft, HandOff, Message
from casework.wording import Wording
from tests.union import Union

OWNER = "this process"
LEASE = timedelta(minutes=1)


class Office:
    """The services over one database, and workers who write."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording) -> None:
        self.database, self.wording = database, wording
        self.conversations = Conversations(database, keyring)
        self.hand_offs = HandOffs(database, keyring, wording, lambda number: Bubble(f"满意吗 {number}"))
        self.union = Union(database, always_open=True)
        self._count = 0

    def say(self, text: str, who: str = "wang") -> Received:
        self._count += 1
        return self.conversations.receive("web", who, f"{who}:{self._count}", text=text)

    def ask_for_person(self, who: str = "wang", text: str = "转人工", reason: str = "asked_for") -> int:
        received = self.say(text, who)

        def effect(session, conversation, _message):  # type: ignore[no-untyped-def]  # an Effect
            return [told_of_place(session, open_hand_off(session, conversation, Opening(reason)), self.wording)]

        self.conversations.answer(received.message_id, Answer(()), effect=effect)
        return received.conversation_id

    def bot_answers(self, received: Received, text: str = "机器人的话") -> bool:
        return self.conversations.answer(received.message_id, Answer((Bubble(text),), "answered"))

    def said(self, conversation: int) -> list[tuple[str, str]]:
        return [(message.author, message.text) for message in self.conversations.shown(conversation)]

    def handling(self, received: Received) -> str:
        return self.conversations.replies(received.message_id)[0]

    def hand_off(self, conversation: int) -> HandOff:
        with self.database.read() as session:
            return session.scalars(
                select(HandOff).where(HandOff.conversation_id == conversation).order_by(HandOff.id.desc())
            ).first()  # type: ignore[return-value]  # there is one


@pytest.fixture
def office(database: Database, keyring: Keyring, wording: Wording) -> Office:
    return Office(database, keyring, wording)


def test_from_the_queue_to_a_person_and_back_to_the_bot(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    status = office.conversations.status(conversation)
    assert (status.state, status.queue, status.assigned) == ("open", 1, None)
    office.hand_offs.claim(chen, conversation)
    assert office.conversations.status(conversation).assigned == "小陈"
    office.hand_offs.reply(chen, conversation, "你好，我是小陈", "k1")
    question = office.say("欠我三个月工资")
    assert office.handling(question) == "staff"
    office.hand_offs.resolve(chen, conversation, "advised", "wages")
    assert office.conversations.status(conversation).state == "resolved"
    assert "满意吗" in office.said(conversation)[-1][1]
    after = office.say("那仲裁去哪里")
    assert office.conversations.status(conversation).state == "pending"
    assert office.handling(after) == "received"
    assert [(m.author, m.text, m.staff) for m in office.conversations.staff_words(conversation)] == [
        ("staff", "你好，我是小陈", "小陈"),
        ("worker", "欠我三个月工资", None),
    ]


def test_the_bot_is_silent_once_a_person_has_the_conversation(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    asked = office.say("工伤怎么认定")
    office.hand_offs.claim(chen, conversation)
    assert office.bot_answers(asked) is False
    assert office.handling(asked) == "staff"
    assert ("bot", "机器人的话") not in office.said(conversation)


def test_a_turn_that_waited_is_left_to_the_person(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    asked = office.say("工伤怎么认定")
    office.hand_offs.claim(chen, conversation)
    office.conversations.claim(conversation, OWNER, LEASE)
    assert office.conversations.begin_turn(conversation, OWNER, LEASE) is None
    assert office.handling(asked) == "staff"


def test_distress_passes_beside_a_person_once(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    cry = office.say("我不想活了")
    help_first = Answer((Bubble("先打 12356"),), "distress")

    def effect(session, conversation, _message):  # type: ignore[no-untyped-def]  # an Effect
        open_hand_off(session, conversation, Opening("distress", "self_harm"))
        return []

    assert office.conversations.answer(cry.message_id, help_first, effect=effect, always=True) is True
    assert office.conversations.answer(cry.message_id, help_first, effect=effect, always=True) is False
    assert office.hand_off(conversation).priority == 2
    assert [text for author, text in office.said(conversation) if author == "bot"] == ["先打 12356"]


def test_while_she_waits_the_bot_still_answers(office: Office) -> None:
    conversation = office.ask_for_person()
    asked = office.say("工伤怎么认定")
    assert office.bot_answers(asked) is True
    assert office.conversations.status(conversation).queue == 1


def test_two_claim_at_once_and_one_is_told(office: Office) -> None:
    people = [office.union.hire(name) for name in ("小陈", "小李", "小王", "小赵")]
    for round_ in range(5):
        conversation = office.ask_for_person(f"worker{round_}")
        won: list[str] = []
        lost: list[str] = []
        ready = threading.Barrier(len(people))

        def claim(actor, conversation=conversation, won=won, lost=lost, ready=ready):  # type: ignore[no-untyped-def]
            ready.wait()
            try:
                office.hand_offs.claim(actor, conversation)
                won.append(actor.name)
            except Conflict as error:
                lost.append(error.message)

        threads = [threading.Thread(target=claim, args=(actor,)) for actor in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert lost == [f"已被{won[0]}接走"] * 3


def test_claiming_again_changes_nothing(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    before = office.said(conversation)
    office.hand_offs.claim(chen, conversation)
    assert office.said(conversation) == before


def test_staff_may_step_in_by_their_own_choice(office: Office) -> None:
    head = office.union.hire("主任", None, "supervisor")
    received = office.say("你好")
    office.bot_answers(received)
    office.hand_offs.claim(head, received.conversation_id)
    assert office.hand_off(received.conversation_id).reason == "staff"
    assert office.conversations.status(received.conversation_id).assigned == "主任"


def test_a_reply_is_stored_once_per_key(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    first: Shown = office.hand_offs.reply(chen, conversation, "带身份证来", "k1")
    assert office.hand_offs.reply(chen, conversation, "带身份证来", "k1").id == first.id
    assert office.said(conversation).count(("staff", "带身份证来")) == 1


def test_only_who_has_the_conversation_answers(office: Office) -> None:
    chen, li = office.union.hire("小陈"), office.union.hire("小李")
    conversation = office.ask_for_person()
    with pytest.raises(NotAllowed):
        office.hand_offs.reply(chen, conversation, "你好", "k")
    office.hand_offs.claim(chen, conversation)
    for act in (
        lambda: office.hand_offs.reply(li, conversation, "你好", "k"),
        lambda: office.hand_offs.resolve(li, conversation, "solved", "wages"),
        lambda: office.hand_offs.transfer(li, conversation, office.union.departments[office.union.city, "aid"]),
        lambda: office.hand_offs.back_to_bot(li, conversation),
        lambda: office.hand_offs.release(li, conversation),
        lambda: office.hand_offs.typing(li, conversation),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_form_is_put_aside_where_the_bot_takes_over_again(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    with office.database.write() as session:
        contact_id = session.get_one(Conversation, conversation).contact_id
        session.add(
            Draft(
                contact_id=contact_id,
                conversation_id=conversation,
                procedure="join",
                step="name",
                answers_sealed=b"x",
            )
        )
    office.hand_offs.back_to_bot(chen, conversation)
    with office.database.read() as session:
        assert session.scalars(select(Draft.state)).all() == ["paused"]


@pytest.mark.parametrize("text", ["", " \n ", "好" * 2001, "身份证 110101199003070038"])
def test_a_reply_that_cannot_be_sent_is_refused_with_a_sentence(office: Office, text: str) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    with pytest.raises(Invalid) as refused:
        office.hand_offs.reply(chen, conversation, text, "k")
    assert refused.value.message


def test_back_in_the_queue_she_keeps_her_place(office: Office) -> None:
    chen = office.union.hire("小陈")
    first, second = office.ask_for_person("first"), office.ask_for_person("second")
    office.hand_offs.claim(chen, first)
    assert office.conversations.status(second).queue == 1
    office.hand_offs.release(chen, first)
    assert office.conversations.status(first).queue == 1
    assert office.conversations.status(second).queue == 2


def test_an_absent_colleague_s_conversation_returns_with_a_word(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    with office.database.write() as session:
        return_to_queue(session, session.get_one(Conversation, conversation), office.wording)
    assert office.conversations.status(conversation).queue == 1
    assert "走开" in office.said(conversation)[-1][1]


def test_distress_goes_before_those_who_came_earlier(office: Office) -> None:
    usual = office.ask_for_person("usual", "老板欠工资，转人工")
    alarm = office.ask_for_person("alarm", "老板欠工资，我被关在仓库", reason="distress")
    assert office.conversations.status(alarm).queue == 1
    assert office.conversations.status(usual).queue == 2


def test_asking_again_keeps_the_place(office: Office) -> None:
    first = office.ask_for_person("first")
    office.ask_for_person("second")
    office.ask_for_person("first")
    assert office.conversations.status(first).queue == 1
    with office.database.read() as session:
        assert len(session.scalars(select(HandOff).where(HandOff.conversation_id == first)).all()) == 1


def test_passed_on_to_another_department(office: Office) -> None:
    chen, zhao = office.union.hire("小陈"), office.union.hire("小赵", None, "agent", "aid")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    aid = office.union.departments[office.union.city, "aid"]
    office.hand_offs.transfer(chen, conversation, aid)
    assert office.conversations.status(conversation).assigned is None
    assert office.hand_off(conversation).department_id == aid
    office.hand_offs.claim(zhao, conversation)
    assert office.conversations.status(conversation).assigned == "小赵"


def test_passed_on_to_a_colleague_of_that_department_only(office: Office) -> None:
    chen, zhao = office.union.hire("小陈"), office.union.hire("小赵", None, "agent", "aid")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    with pytest.raises(Invalid):
        office.hand_offs.transfer(chen, conversation, office.union.departments[office.union.city, "legal"], zhao.id)
    office.hand_offs.transfer(chen, conversation, office.union.departments[office.union.city, "aid"], zhao.id)
    assert office.conversations.status(conversation).assigned == "小赵"


def test_a_complaint_is_never_passed_down_to_the_firm(office: Office) -> None:
    head = office.union.hire("主任", None, "supervisor")
    conversation = office.ask_for_person(text="老板欠我三个月工资不给，转人工")
    office.hand_offs.claim(head, conversation)
    firm_legal = office.union.departments[office.union.firm, "legal"]
    assert firm_legal not in [row[0].id for row in office.hand_offs.targets(head, conversation)]
    with pytest.raises(Invalid):
        office.hand_offs.transfer(head, conversation, firm_legal)


def test_the_firm_s_union_does_not_find_a_complaint(office: Office) -> None:
    chair = office.union.hire("厂主席", office.union.firm, "admin")
    conversation = office.ask_for_person(text="老板欠我三个月工资不给，转人工")
    for act in (
        lambda: office.hand_offs.claim(chair, conversation),
        lambda: office.hand_offs.rename(chair, conversation, "王芳"),
        lambda: office.hand_offs.release(chair, conversation),
        lambda: office.hand_offs.targets(chair, conversation),
    ):
        with pytest.raises(NotFound):
            act()


def test_resolving_needs_an_outcome_and_a_category(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    for outcome, category in (("", "wages"), ("left", "wages"), ("solved", "gossip")):
        with pytest.raises(Invalid):
            office.hand_offs.resolve(chen, conversation, outcome, category)


def test_what_waits_for_an_answer_of_staff_is_marked_until_they_give_one(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()

    def unanswered() -> bool:
        with office.database.read() as session:
            return session.get_one(Conversation, conversation).unanswered_since is not None

    assert unanswered()
    office.hand_offs.claim(chen, conversation)
    office.hand_offs.reply(chen, conversation, "在", "k1")
    assert not unanswered()
    office.say("还有一件事")
    assert unanswered()


def test_a_long_silence_does_not_end_the_waiting(office: Office) -> None:
    conversation = office.ask_for_person()
    with office.database.write() as session:
        session.get_one(Conversation, conversation).last_message_at = now() - timedelta(days=3)
    office.say("还在吗")
    assert office.conversations.status(conversation).queue == 1


def test_typing_is_seen_for_a_moment(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    assert not office.conversations.status(conversation).typing
    office.hand_offs.typing(chen, conversation)
    assert office.conversations.status(conversation).typing


def test_a_name_is_kept_encrypted(office: Office) -> None:
    chen = office.union.hire("主任", None, "supervisor")
    conversation = office.ask_for_person()
    office.hand_offs.rename(chen, conversation, " 阿卜杜拉·买买提 ")
    with office.database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT name_sealed FROM contacts").scalars().all()
    assert rows[0] is not None
    assert "买买提".encode() not in bytes(rows[0])


def test_every_change_is_told_to_the_consoles(office: Office) -> None:
    chen = office.union.hire("小陈")
    conversation = office.ask_for_person()
    office.hand_offs.claim(chen, conversation)
    office.hand_offs.reply(chen, conversation, "在", "k1")
    office.hand_offs.resolve(chen, conversation, "solved", "wages")
    with office.database.read() as session:
        kinds = session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.id)).all()
    assert [kind for kind in kinds if kind != "message"] == ["opened", "claimed", "ended"]
    assert kinds.count("message") >= 5


def test_who_does_not_wait_has_no_place(office: Office) -> None:
    received = office.say("你好")
    with office.database.read() as session:
        assert place(session, received.conversation_id) is None
        assert session.scalars(select(Message.id)).all() == [received.message_id]
