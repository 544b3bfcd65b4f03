"""The rules of one turn: what fails is kept, told and tried again; nothing is asked or answered twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.gateway import turns as module
from bot.gateway.desk import Desk
from bot.gateway.insight import Insight
from bot.gateway.turns import ATTEMPTS_WHEN_HEALTHY, Turns
from casework.cards import Answer, Bubble
from casework.conversations import Conversations, Turn
from casework.crypto import Keyring
from casework.database import Database
from casework.hand_offs import HandOffs
from casework.messages import Shown
from casework.procedures import drafts
from casework.procedures.filled import Filled
from casework.tables import Conversation, Draft
from casework.text import LIMIT
from casework.wording import Wording
from tests.bot.engine import ScriptedEngine
from tests.union import Union

OWNER = "this process"
NOTICE = Bubble("你说的话存 180 天。")


def resuming(form: str) -> tuple[Bubble, ...]:
    return (Bubble(f"继续填 {form}？"),)


class Talk:
    """One worker's conversation, turned by hand."""

    def __init__(self, conversations: Conversations, engine: ScriptedEngine, wording: Wording) -> None:
        self.conversations = conversations
        self.engine = engine
        insight = Insight(conversations, engine)
        self.turns = Turns(
            conversations, engine, wording, Desk(wording), [], insight, NOTICE, resuming, lambda text: text == "转会籍"
        )
        self._count = 0

    def say(self, text: str = "", button: str | None = None) -> int:
        self._count += 1
        received = self.conversations.receive("web", "wang", f"wang:{self._count}", text=text, button=button)
        self.conversation = received.conversation_id
        return received.message_id

    async def turn(self) -> bool:
        self.conversations.claim(self.conversation, OWNER, timedelta(minutes=1))
        turn = self.conversations.begin_turn(self.conversation, OWNER, timedelta(minutes=1))
        if turn is not None:
            await self.turns.handle(turn, OWNER)
        return turn is not None

    def replies(self, message: int) -> tuple[str, list[Shown]]:
        handling, replies = self.conversations.replies(message)
        return handling, [reply for reply in replies if "存 180 天" not in reply.text]


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def union(sqlite: Database) -> Union:
    return Union(sqlite, always_open=True)


@pytest.fixture
def hand_offs(sqlite: Database, keyring: Keyring, wording: Wording) -> HandOffs:
    return HandOffs(sqlite, keyring, wording, lambda _number: Bubble("满意吗"))


@pytest.fixture
def talk(
    sqlite: Database,
    keyring: Keyring,
    wording: Wording,
    engine: ScriptedEngine,
    union: Union,
    monkeypatch: pytest.MonkeyPatch,
) -> Talk:
    monkeypatch.setattr(module, "BACKOFF", (0,))
    return Talk(Conversations(sqlite, keyring), engine, wording)


async def test_an_answer_is_stored_with_its_buttons(talk: Talk) -> None:
    message = talk.say("老闆欠薪")
    await talk.turn()
    handling, (reply,) = talk.replies(message)
    assert (handling, reply.author, reply.text) == ("answered", "bot", "答：老板欠薪")
    assert reply.extra["buttons"][0]["title"] == "我能问什么"


async def test_the_engine_gets_the_key_the_misses_and_the_words(talk: Talk, engine: ScriptedEngine) -> None:
    talk.say("在吗")
    await talk.turn()
    (_sender, text, metadata) = engine.asked[0]
    assert text == metadata["text"] == "在吗"
    assert metadata["misses"] == 0
    assert len(str(metadata["message_key"])) > 20


async def test_an_empty_answer_is_kept_told_and_tried_again(talk: Talk, engine: ScriptedEngine) -> None:
    engine.failing = True
    engine.healthy = False
    message = talk.say("在吗")
    for _attempt in range(ATTEMPTS_WHEN_HEALTHY + 3):
        assert await talk.turn()
    handling, (notice,) = talk.replies(message)
    assert (handling, notice.author, notice.purpose) == ("received", "system", "notice")

    engine.failing = False
    await talk.turn()
    handling, replies = talk.replies(message)
    assert handling == "answered"
    assert [reply.text for reply in replies if reply.purpose == "answer"] == ["答：在吗"]


async def test_a_lost_answer_is_read_from_the_tracker_not_asked_again(talk: Talk, engine: ScriptedEngine) -> None:
    engine.lose_answers = 1
    message = talk.say("在吗")
    await talk.turn()
    await talk.turn()
    assert len(engine.asked) == 1
    assert talk.replies(message)[0] == "answered"


async def test_a_message_that_alone_fails_is_given_up_with_an_apology(
    talk: Talk, engine: ScriptedEngine, wording: Wording
) -> None:
    engine.failing = True
    message = talk.say("毒")
    for _attempt in range(ATTEMPTS_WHEN_HEALTHY):
        await talk.turn()
    handling, replies = talk.replies(message)
    assert handling == "failed"
    assert replies[0].text == wording.text("utter_turn_failed")
    engine.failing = False
    later = talk.say("在吗")
    await talk.turn()
    assert talk.replies(later)[0] == "answered"


async def test_what_is_left_empty_is_answered_without_the_engine(talk: Talk, engine: ScriptedEngine) -> None:
    message = talk.say(" ／ /")
    await talk.turn()
    assert engine.asked == []
    assert talk.replies(message)[0] == "answered"


async def test_an_overlong_text_is_cut_with_a_word_and_kept_whole(talk: Talk, engine: ScriptedEngine) -> None:
    message = talk.say("工" * (LIMIT + 500))
    await talk.turn()
    assert len(engine.asked[0][1]) == LIMIT
    _handling, replies = talk.replies(message)
    assert str(LIMIT) in replies[-1].text
    assert len(talk.conversations.shown(talk.conversation)[0].text) == LIMIT + 500


async def test_a_tap_is_sent_as_its_intent_with_values(talk: Talk, engine: ScriptedEngine) -> None:
    message = talk.say("在吗")
    await talk.turn()
    token = talk.replies(message)[1][0].extra["buttons"][0]["token"]
    talk.say(button=token)
    await talk.turn()
    assert engine.asked[1][1] == "/help"
    assert engine.asked[1][2]["text"] == "我能问什么"


@pytest.mark.parametrize("typed", ["1", "我能问什么", "１", "/1"])
async def test_a_typed_choice_is_a_tap(talk: Talk, engine: ScriptedEngine, typed: str) -> None:
    talk.say("在吗")
    await talk.turn()
    talk.say(typed)
    await talk.turn()
    assert engine.asked[1][1] == "/help"


async def test_a_digit_counts_all_buttons_that_are_seen(talk: Talk, engine: ScriptedEngine) -> None:
    engine.calls = [{"title": "打 12351", "url": "tel:12351"}]
    talk.say("在吗")
    await talk.turn()
    message = talk.say("2")
    await talk.turn()
    assert len(engine.asked) == 1
    assert talk.replies(message)[1][0].text == "打 12351"


async def test_two_misses_in_a_row_bring_a_person(talk: Talk, engine: ScriptedEngine) -> None:
    engine.outcome = "declined"
    for _message in range(2):
        talk.say("？？")
        await talk.turn()
    assert [metadata["misses"] for _sender, _text, metadata in engine.asked] == [0, 1]
    assert talk.conversations.status(talk.conversation).queue == 1


async def test_what_is_not_the_union_s_business_is_no_miss(talk: Talk, engine: ScriptedEngine) -> None:
    engine.outcome = "off_topic"
    for _message in range(3):
        talk.say("今天天气")
        await talk.turn()
    assert talk.conversations.status(talk.conversation).state == "pending"


async def test_while_she_waits_only_what_the_bot_knows_is_said(
    talk: Talk, engine: ScriptedEngine, wording: Wording
) -> None:
    engine.outcome = "hand_off"
    talk.say("我要找能管事的人说说")
    await talk.turn()
    engine.outcome = "declined"
    story = talk.say("我在厂里干了三年")
    await talk.turn()
    assert talk.replies(story) == ("staff", [])
    engine.outcome = "answered"
    question = talk.say("工伤怎么认定")
    await talk.turn()
    handling, replies = talk.replies(question)
    assert handling == "answered"
    assert [reply.text for reply in replies] == [wording.text("utter_bot_while_waiting"), "没查到"]
    assert talk.conversations.status(talk.conversation).queue == 1


async def test_the_place_in_the_queue_is_said_once_and_again_when_she_asks(talk: Talk, engine: ScriptedEngine) -> None:
    engine.outcome = "hand_off"
    for _time in range(2):
        message = talk.say("我要找能管事的人说说")
        await talk.turn()
        (told,) = talk.replies(message)[1]
        assert (told.author, "第 1 位" in told.text) == ("system", True)


@pytest.mark.parametrize("typed", ["不等了", "2"])
async def test_leaving_the_queue_by_word_or_number(talk: Talk, engine: ScriptedEngine, typed: str) -> None:
    engine.outcome = "hand_off"
    talk.say("我要找能管事的人说说")
    await talk.turn()
    talk.say(typed)
    await talk.turn()
    assert talk.conversations.status(talk.conversation).state == "pending"
    assert len(engine.asked) == 1


async def test_distress_that_the_engine_hears_calls_people(talk: Talk, engine: ScriptedEngine) -> None:
    engine.outcome = "distress"
    message = talk.say("这日子怎么过")
    await talk.turn()
    assert talk.conversations.status(talk.conversation).queue == 1
    assert talk.replies(message)[1][-1].author == "system"


async def test_the_engine_is_told_what_staff_said_before_its_first_turn(
    talk: Talk, engine: ScriptedEngine, hand_offs: HandOffs, union: Union
) -> None:
    chen = union.hire("小陈")
    engine.outcome = "hand_off"
    talk.say("我要找能管事的人说说")
    await talk.turn()
    hand_offs.claim(chen, talk.conversation)
    hand_offs.reply(chen, talk.conversation, "带上身份证来", "k")
    hand_offs.resolve(chen, talk.conversation, "advised", "wages")
    engine.outcome = "answered"
    talk.say("刚才说带什么")
    await talk.turn()
    talk.say("还有呢")
    await talk.turn()
    sender = engine.asked[-1][0]
    assert [event["text"] for event in engine.appended[sender] if event["event"] == "bot"] == ["带上身份证来"]


@pytest.mark.parametrize("before", ["", "事情很长。" * LIMIT])
async def test_distress_that_a_dead_process_left_behind_is_answered_without_the_engine(
    talk: Talk, engine: ScriptedEngine, wording: Wording, before: str
) -> None:
    message = talk.say(before + "我不想活了")
    await talk.turn()
    assert engine.asked == []
    assert talk.replies(message)[1][0].text == wording.text("utter_distress_self_harm")


async def test_a_wish_to_be_forgotten_is_told_how(talk: Talk, engine: ScriptedEngine, wording: Wording) -> None:
    message = talk.say("删除我的记录")
    await talk.turn()
    assert engine.asked == []
    assert talk.replies(message)[1][0].text == wording.text("utter_erase_how")


async def test_a_wish_to_be_forgotten_is_no_answer_to_what_was_asked(talk: Talk, wording: Wording) -> None:
    class Greedy:
        def handle(self, turn: Turn) -> Answer | None:
            return Answer((Bubble("收到，加进去了"),), "told")

    talk.turns._follow_ups = [Greedy()]
    message = talk.say("删除我的记录")
    await talk.turn()
    assert talk.replies(message)[1][0].text == wording.text("utter_erase_how")


def fills_in(sqlite: Database, keyring: Keyring, talk: Talk, state: str = "active") -> None:
    """Let her have a form, begun in this conversation."""
    with sqlite.write() as session:
        contact = session.get_one(Conversation, talk.conversation).contact_id
        filled = keyring.seal(Filled().as_json(), drafts.FIELD)
        session.add(
            Draft(
                contact_id=contact,
                conversation_id=talk.conversation,
                procedure="join",
                state=state,
                step="name",
                answers_sealed=filled,
            )
        )


async def test_in_a_form_a_digit_is_an_answer_and_no_button(
    talk: Talk, engine: ScriptedEngine, sqlite: Database, keyring: Keyring
) -> None:
    talk.say("在吗")
    await talk.turn()
    fills_in(sqlite, keyring, talk)
    for typed in ("1", "12", "我能问什么"):
        talk.say(typed)
        await talk.turn()
        assert engine.asked[-1][1] == typed


async def test_a_form_s_title_asks_for_it_unless_one_is_being_filled_in(
    talk: Talk, engine: ScriptedEngine, sqlite: Database, keyring: Keyring
) -> None:
    talk.say("转会籍")
    await talk.turn()
    assert engine.asked[-1][1:] == ("/inform", {**engine.asked[-1][2], "text": "转会籍"})
    fills_in(sqlite, keyring, talk)
    talk.say("转会籍")
    await talk.turn()
    assert engine.asked[-1][1] == "转会籍"


@pytest.mark.parametrize(("outcome", "offered"), [("answered", True), ("filling", False)])
async def test_a_form_that_was_put_aside_is_offered_with_the_first_answer_of_a_new_talk(
    talk: Talk, engine: ScriptedEngine, sqlite: Database, keyring: Keyring, outcome: str, offered: bool
) -> None:
    talk.say("在吗")
    await talk.turn()
    fills_in(sqlite, keyring, talk, "paused")
    engine.outcome = outcome
    shown = []
    for aged in (True, False):
        if aged:
            with sqlite.write() as session:
                session.get_one(Conversation, talk.conversation).last_message_at -= timedelta(hours=2)
        message = talk.say("工伤怎么认定")
        await talk.turn()
        shown.append(any("继续填 join" in reply.text for reply in talk.replies(message)[1]))
    assert shown == [offered, False]


async def test_while_she_waits_a_form_goes_on_without_a_word_about_waiting(
    talk: Talk, engine: ScriptedEngine, wording: Wording
) -> None:
    engine.outcome = "hand_off"
    talk.say("我要找能管事的人说说")
    await talk.turn()
    engine.outcome = "filling"
    message = talk.say("王小明")
    await talk.turn()
    handling, (reply,) = talk.replies(message)
    assert (handling, reply.author, reply.text) == ("answered", "bot", "没查到")
    assert talk.conversations.status(talk.conversation).queue == 1


async def test_a_card_calls_people_and_the_answer_is_shown_as_well(
    talk: Talk, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = {"reason": "legal_urgency", "detail": "injury"}
    card = {"outcome": "filling", "conclusion": "先治伤", "understood": {"opening": opening}}
    monkeypatch.setattr(engine, "_answer", lambda _text: [{"custom": {"card": card}}])
    message = talk.say("今天受的伤")
    await talk.turn()
    answer, told = talk.replies(message)[1]
    assert (answer.author, answer.text, told.author) == ("bot", "先治伤", "system")
    assert talk.conversations.status(talk.conversation).queue == 1
