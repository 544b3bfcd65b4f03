"""The rules of one turn: what fails is kept, told and tried again; nothing is asked or answered twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.gateway import turns as module
from bot.gateway.turns import ATTEMPTS_WHEN_HEALTHY, Turns
from casework.cards import Bubble
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.messages import Shown
from casework.text import LIMIT
from casework.wording import Wording
from tests.bot.engine import ScriptedEngine

OWNER = "this process"
NOTICE = Bubble("你说的话存 180 天。")


class Talk:
    """One worker's conversation, turned by hand."""

    def __init__(self, conversations: Conversations, engine: ScriptedEngine, wording: Wording) -> None:
        self.conversations = conversations
        self.engine = engine
        self.turns = Turns(conversations, engine, wording, NOTICE)
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
def talk(
    sqlite: Database, keyring: Keyring, wording: Wording, engine: ScriptedEngine, monkeypatch: pytest.MonkeyPatch
) -> Talk:
    monkeypatch.setattr(module, "BACKOFF", (0,))
    return Talk(Conversations(sqlite, keyring), engine, wording)


async def test_an_answer_is_stored_with_its_buttons(talk: Talk) -> None:
    message = talk.say("老闆欠薪")
    await talk.turn()
    handling, (reply,) = talk.replies(message)
    assert (handling, reply.author, reply.text) == ("answered", "bot", "答：老板欠薪")
    assert reply.extra["buttons"][0]["title"] == "找人工"


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
    assert engine.asked[1][1] == "/request_human"
    assert engine.asked[1][2]["text"] == "找人工"


@pytest.mark.parametrize("typed", ["1", "找人工", "１", "/1"])
async def test_a_typed_choice_is_a_tap(talk: Talk, engine: ScriptedEngine, typed: str) -> None:
    talk.say("在吗")
    await talk.turn()
    talk.say(typed)
    await talk.turn()
    assert engine.asked[1][1] == "/request_human"


async def test_a_digit_counts_all_buttons_that_are_seen(talk: Talk, engine: ScriptedEngine) -> None:
    engine.calls = [{"title": "打 12351", "url": "tel:12351"}]
    talk.say("在吗")
    await talk.turn()
    message = talk.say("2")
    await talk.turn()
    assert len(engine.asked) == 1
    assert talk.replies(message)[1][0].text == "打 12351"


async def test_misses_travel_with_the_next_message(talk: Talk, engine: ScriptedEngine) -> None:
    engine.outcome = "declined"
    for _message in range(3):
        talk.say("？？")
        await talk.turn()
    assert [metadata["misses"] for _sender, _text, metadata in engine.asked] == [0, 1, 2]


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
