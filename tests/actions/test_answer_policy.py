"""The answering action: answers, asks back, or declines; writes once per message; never leaves a turn empty."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import select

from actions.answer_policy import ActionAnswerPolicy
from actions.cards import UNFOLDED, AnswerCards
from actions.guard import Guarded
from casework.calculators.ask import CALCULATORS
from casework.cards import FIRST_BUBBLE, Card
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.ledger import Ledger
from casework.tables import UnansweredQuestion
from casework.wording import Wording
from knowledge_base import Citation, Entry, Found, Hit
from knowledge_base.points import Points
from knowledge_base.schema import SCHEMA

ARREARS = Entry(
    id="wage-arrears",
    title="老板拖欠工资怎么办",
    category="legal",
    reviewed=date(2026, 11, 21),
    citations=(Citation("劳动合同法", "第三十条"),),
    service="request_legal_aid",
    related=("arbitration-how", "gone"),
    conclusion="先别签字，打 12333 投诉。",
    steps="1. 留证据。",
    deadline="一年内。",
    more="- 派遣工也一样。\n- 老板跑了：法院可以先垫付。",
)
ARBITRATION = Entry(id="arbitration-how", title="怎么仲裁", category="legal", conclusion="去仲裁委。", steps="1. 去。")
LOCAL = replace(ARREARS, id="local", region="江苏/无锡", effective_until=date(2027, 1, 1))


class Knowledge:
    """Finds what a test gives it."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.searched: list[dict[str, Any]] = []
        self.seconds = 0.0

    def search(self, question: str, **options: Any) -> Found:
        time.sleep(self.seconds)
        self.searched.append({"question": question, **options})
        if options.get("service"):
            return replace(self.found, hits=(Hit(ARREARS, 1.0),))
        return self.found

    def region_named(self, text: str) -> str | None:
        return "江苏/徐州" if "徐州" in text else None

    def points(self, question: str, entry: Entry) -> Points:
        point = next((line for line in entry.more.splitlines() if question[-2:] in line), None)
        return Points(point, tuple(line for line in entry.more.splitlines() if line != point))

    def supplements(self, _entry_id: str) -> tuple[Entry, ...]:
        return ()

    def entry(self, entry_id: str, **_options: Any) -> Entry | None:
        return {"wage-arrears": ARREARS, "arbitration-how": ARBITRATION}.get(entry_id)


NOTHING = Found()
SURE = Found((Hit(ARREARS, 1.0), Hit(ARBITRATION, 0.4)), 0.9, answered=True)


def tracker(intent: str = "ask_policy", **metadata: Any) -> Tracker:
    metadata = {"message_key": "k1", "text": "老板欠薪", "misses": 0, **metadata}
    message = {"text": "老板欠薪", "intent": {"name": intent}, "metadata": metadata}
    return Tracker("s", {}, message, [], False, None, {}, "action_listen")


class Bot:
    """The action with its collaborators."""

    def __init__(self, database: Database, wording: Wording, found: Found) -> None:
        self.knowledge = Knowledge(found)
        cards = AnswerCards(self.knowledge, wording)  # type: ignore[arg-type]  # finds what the test gives it
        self.action = ActionAnswerPolicy(self.knowledge, cards, Ledger(database))  # type: ignore[arg-type]  # as above

    async def answer(self, asked: Tracker) -> Card:
        (card,) = await self.cards(asked)
        return card

    async def cards(self, asked: Tracker) -> list[Card]:
        dispatcher = CollectingDispatcher()
        await self.action.run(dispatcher, asked, {})
        return [Card.from_dict(message["custom"]) for message in dispatcher.messages]


async def test_a_sure_answer_is_the_entrys_card(sqlite: Database, wording: Wording) -> None:
    card = await Bot(sqlite, wording, SURE).answer(tracker())
    assert card.outcome == "answered"
    assert (card.conclusion, card.detail) == (ARREARS.conclusion, ARREARS.detail)
    assert card.basis == "2026-11-21 核对，长期有效，法规修改时更新"
    assert [(c.document, c.article) for c in card.citations] == [("劳动合同法", "第三十条")]
    assert [(b.intent, dict(b.values)) for b in card.buttons] == [
        ("ask_policy", {"entry": "arbitration-how"}),
        ("request_legal_aid", {}),
        ("request_human", {}),
    ]


async def test_the_point_that_is_asked_is_told_unfolded(sqlite: Database, wording: Wording) -> None:
    card = await Bot(sqlite, wording, SURE).answer(tracker(text="欠薪的老板跑了"))
    assert card.point == "您问的这一点：老板跑了：法院可以先垫付。"
    assert card.more == "- 派遣工也一样。"


async def test_of_many_lines_the_nearest_unfold_and_all_are_one_tap_away(sqlite: Database, wording: Wording) -> None:
    many = replace(ARREARS, more="\n".join(f"- 要点{number}。" for number in range(UNFOLDED + 5)))
    card = await Bot(sqlite, wording, replace(SURE, hits=(Hit(many, 1.0),))).answer(tracker())
    assert len(card.more.splitlines()) == UNFOLDED
    assert card.buttons[-2].values == {"entry": "wage-arrears"}
    assert card.buttons[-2].title == wording.text("utter_button_everything")


async def test_who_says_her_figures_gets_the_sum_with_its_steps(sqlite: Database, wording: Wording) -> None:
    counted = replace(SURE, hits=(Hit(replace(ARREARS, calculator="severance"), 1.0),))
    bot = Bot(sqlite, wording, counted)
    entry, card = await bot.cards(tracker(text="我干了三年半，一个月五千，公司突然让我走"))
    assert entry.conclusion == ARREARS.conclusion
    assert "N是20000元" in card.conclusion
    assert "2N是40000元" in card.conclusion
    assert card.detail.startswith("1. 年头：满 3 年算 3 个月")
    assert card.citations[0].article == "第四十七条"
    unsure = Bot(sqlite, wording, replace(counted, ambiguous=True))
    card, asked = await unsure.cards(tracker(text="我干了三年半，一个月五千，公司突然让我走"))
    assert "N是20000元" in card.conclusion
    assert asked.outcome == "asked_back"
    assert len(await bot.cards(tracker(text="我干了三年多，公司突然让我走"))) == 1, "a guess is no figure"
    assert len(await Bot(sqlite, wording, SURE).cards(tracker(text="我干了三年半，一个月五千，没发工资"))) == 1


async def test_where_the_first_is_open_to_doubt_the_second_is_told_in_short(sqlite: Database, wording: Wording) -> None:
    first, second = await Bot(sqlite, wording, replace(SURE, confidence=0.8)).cards(tracker())
    assert first.conclusion == ARREARS.conclusion
    assert second.conclusion == "如果您问的是“怎么仲裁”：去仲裁委。"
    assert [button.values.get("entry") for button in second.buttons] == ["arbitration-how"]
    assert "去仲裁委。" not in first.conclusion + first.detail


async def test_a_local_answer_says_where_and_until_when(sqlite: Database, wording: Wording) -> None:
    card = await Bot(sqlite, wording, Found((Hit(LOCAL, 1.0),), 0.9, answered=True)).answer(tracker())
    assert card.basis == "适用地区：江苏无锡；2026-11-21 核对，有效至 2027-01-01"


async def test_two_likely_entries_are_asked_about(sqlite: Database, wording: Wording) -> None:
    card = await Bot(sqlite, wording, replace(SURE, ambiguous=True)).answer(tracker())
    assert card.outcome == "asked_back"
    assert [b.values.get("entry") for b in card.buttons] == ["wage-arrears", "arbitration-how", None]
    assert len(card.conclusion) <= FIRST_BUBBLE


def named(card: Card) -> list[str | None]:
    return [button.values.get("entry") for button in card.buttons]


async def test_what_else_may_have_been_meant_is_one_tap_away(sqlite: Database, wording: Wording) -> None:
    others = [Hit(replace(ARBITRATION, id=f"other-{n}", title=f"别的{n}"), 0.5) for n in range(4)]
    card = await Bot(sqlite, wording, Found((Hit(ARREARS, 1.0), *others), 0.9, answered=True)).answer(tracker())
    assert card.outcome == "answered"
    assert named(card)[:3] == ["other-0", "other-1", "arbitration-how"]


@pytest.mark.parametrize("place", [1, 7])
async def test_an_injury_is_not_passed_over_for_what_is_told_beside_it(
    sqlite: Database, wording: Wording, place: int
) -> None:
    hits = [Hit(replace(ARBITRATION, id=f"other-{n}", title=f"别的{n}"), 0.5) for n in range(8)]
    hits.insert(place, Hit(Entry("injury-claim", "工伤怎么申请", "injury"), 0.4))
    bot = Bot(sqlite, wording, Found((Hit(ARREARS, 1.0), *hits), 0.9, answered=True))
    asked = await bot.answer(tracker(text="胳膊被机器绞断了，老板三个月没发工资"))
    assert asked.outcome == "asked_back"
    assert {"wage-arrears", "injury-claim"} <= set(named(asked))
    assert len(named(asked)) == 5
    assert (await bot.answer(tracker(text="手机摔坏了，老板三个月没发工资"))).outcome == "answered"


UNSURE = Found((Hit(ARREARS, 1.0), Hit(ARBITRATION, 0.9)), 0.3, answered=True, ambiguous=True)


async def test_a_likely_but_unsure_answer_is_asked_about(sqlite: Database, wording: Wording) -> None:
    card = await Bot(sqlite, wording, UNSURE).answer(tracker("nlu_fallback"))
    assert card.outcome == "asked_back"
    off_topic = await Bot(sqlite, wording, UNSURE).answer(tracker("out_of_scope"))
    assert off_topic.outcome == "off_topic"


async def test_an_unsure_answer_is_declined_and_noted_once(sqlite: Database, wording: Wording) -> None:
    bot = Bot(sqlite, wording, NOTHING)
    first = await bot.answer(tracker())
    again = await bot.answer(tracker())
    assert first == again
    assert first.outcome == "declined"
    assert first.conclusion == wording.text("utter_declined")
    assert "request_human" in [b.intent for b in first.buttons]
    with sqlite.read() as session:
        assert [q.question for q in session.scalars(select(UnansweredQuestion))] == ["老板欠薪"]


async def test_a_writing_action_gives_its_first_result_again(sqlite: Database, wording: Wording) -> None:
    bot = Bot(sqlite, wording, NOTHING)
    first = await bot.answer(tracker(misses=0))
    again = await bot.answer(tracker(misses=1))
    assert first == again


async def test_a_second_miss_in_a_row_offers_people_directly(sqlite: Database, wording: Wording) -> None:
    card = await Bot(sqlite, wording, NOTHING).answer(tracker(misses=1))
    assert card.conclusion == wording.text("utter_declined_again")


async def test_out_of_scope_is_declined_kindly_and_not_noted(sqlite: Database, wording: Wording) -> None:
    card = await Bot(sqlite, wording, NOTHING).answer(tracker("out_of_scope"))
    assert (card.outcome, card.conclusion) == ("off_topic", wording.text("utter_out_of_scope"))
    with sqlite.read() as session:
        assert session.scalars(select(UnansweredQuestion)).all() == []


async def test_a_tapped_entry_is_looked_up_not_searched(sqlite: Database, wording: Wording) -> None:
    bot = Bot(sqlite, wording, SURE)
    card = await bot.answer(tracker(entry="arbitration-how"))
    assert card.conclusion == ARBITRATION.conclusion
    assert bot.knowledge.searched == []
    gone = await bot.answer(tracker(entry="deleted"))
    assert gone.conclusion == wording.text("utter_button_expired")


async def test_a_procedure_that_no_entry_answers_is_asked_back_about(sqlite: Database, wording: Wording) -> None:
    bot = Bot(sqlite, wording, NOTHING)
    card = await bot.answer(tracker("request_legal_aid"))
    assert card.outcome == "asked_back"
    assert card.buttons[0].values == {"entry": "wage-arrears"}
    assert bot.knowledge.searched[-1]["service"] == "request_legal_aid"


@pytest.mark.parametrize("intent", ["find_station", "check_case", "make_suggestion"])
async def test_what_the_chat_cannot_do_yet_says_so(sqlite: Database, wording: Wording, intent: str) -> None:
    card = await Bot(sqlite, wording, NOTHING).answer(tracker(intent))
    assert card.conclusion == wording.text("utter_service_by_phone")


@pytest.mark.parametrize(
    ("typed", "response"),
    [("今天很快乐", "utter_mood_happy"), ("有点烦", "utter_mood_down"), ("不开心", "utter_mood_down")],
)
async def test_the_mood_of_the_day(sqlite: Database, wording: Wording, typed: str, response: str) -> None:
    card = await Bot(sqlite, wording, NOTHING).answer(tracker("share_mood", text=typed))
    assert card.conclusion == wording.text(response)


async def test_a_question_that_an_entry_answers_beyond_doubt_is_no_distress(sqlite: Database, wording: Wording) -> None:
    card = await Bot(sqlite, wording, SURE).answer(tracker("distress"))
    assert card.conclusion == ARREARS.conclusion


@pytest.mark.parametrize(("found", "entry"), [(replace(SURE, confidence=0.6), "wage-arrears"), (NOTHING, None)])
async def test_distress_gets_no_lecture_but_a_way_to_the_answer(
    sqlite: Database, wording: Wording, found: Found, entry: str | None
) -> None:
    card = await Bot(sqlite, wording, found).answer(tracker("distress"))
    assert (card.conclusion, card.detail) == (wording.text("utter_distress"), "")
    assert card.buttons[0].values.get("entry") == entry


async def test_the_region_reaches_the_search(sqlite: Database, wording: Wording) -> None:
    bot = Bot(sqlite, wording, SURE)
    await bot.answer(tracker(region="江苏/徐州"))
    assert bot.knowledge.searched[0]["region"] == "江苏/徐州"


async def test_a_region_that_is_named_is_used_and_remembered(
    sqlite: Database, keyring: Keyring, wording: Wording
) -> None:
    conversations = Conversations(sqlite, keyring)
    received = conversations.receive("web", "wang", "1", text="徐州怎么入会")
    conversations.claim(received.conversation_id, "p", timedelta(minutes=1))
    turn = conversations.begin_turn(received.conversation_id, "p", timedelta(minutes=1))
    assert turn is not None
    assert turn.region is None
    bot = Bot(sqlite, wording, SURE)
    await bot.answer(tracker(text="徐州怎么入会", message_key=turn.message_key))
    assert bot.knowledge.searched[0]["region"] == "江苏/徐州"
    again = conversations.begin_turn(received.conversation_id, "p", timedelta(minutes=1))
    assert again is not None
    assert again.region == "江苏/徐州"


async def test_searches_do_not_block_each_other(sqlite: Database, wording: Wording) -> None:
    bot = Bot(sqlite, wording, SURE)
    bot.knowledge.seconds = 0.3
    began = time.monotonic()
    await asyncio.gather(*(bot.answer(tracker(message_key=str(n))) for n in range(4)))
    assert time.monotonic() - began < 0.9


class Broken(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    def name(self) -> str:
        return "action_broken"

    async def run(self, dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(text="好了")
        raise ValueError("王芳的密码")


class Slow(Broken):
    async def run(self, _dispatcher: CollectingDispatcher, _tracker: Tracker, _domain: Any) -> list[dict[str, Any]]:
        await asyncio.sleep(30)
        return []


@pytest.mark.parametrize("action", [Broken(), Slow()])
async def test_a_failing_action_tells_the_worker_and_only_that(
    wording: Wording, action: Action, capsys: pytest.CaptureFixture[str]
) -> None:
    dispatcher = CollectingDispatcher()
    events = await Guarded(action, wording, deadline=0.1).run(dispatcher, tracker(), {})
    (message,) = dispatcher.messages
    assert events == []
    assert Card.from_dict(message["custom"]) == Card("failed", wording.text("utter_action_failed"))
    assert "王芳" not in "".join(capsys.readouterr())


def test_every_calculator_of_the_schema_is_there() -> None:
    named = json.loads(SCHEMA.read_text("utf-8"))["properties"]["calculator"]["enum"]
    assert sorted(named) == sorted(CALCULATORS)


async def test_a_second_pay_that_has_lapsed_raises_no_hope(sqlite: Database, wording: Wording) -> None:
    none_signed = replace(SURE, hits=(Hit(replace(ARREARS, calculator="double_pay"), 1.0),))
    bot = Bot(sqlite, wording, none_signed)
    assert len(await bot.cards(tracker(text="没签合同干了八个月，一个月五千"))) == 2
    assert len(await bot.cards(tracker(text="没签合同干了三年半，一个月五千"))) == 1
