"""A worker's talk with the gateway and the answering action, without Rasa between them; and what they know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_policy import ActionAnswerPolicy
from actions.cards import AnswerCards
from bot.gateway.desk import Desk
from bot.gateway.insight import Insight
from bot.gateway.turns import Turns
from casework.cards import Bubble
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.ledger import Ledger
from casework.messages import Shown
from casework.wording import Wording
from knowledge_base import Citation, Entry, Found, Hit
from knowledge_base.filters import covers
from knowledge_base.points import Points
from knowledge_base.regions import known_regions, named_in
from tests.bot.engine import ScriptedEngine

LAW = (Citation("工伤保险条例", "第十七条"),)
ENTRIES = (
    Entry(
        "injury-claim",
        "工伤怎么申请",
        "injury",
        variants=(("学生", "injury-student"), ("骑手", "rider-injury"), ("超龄", "over-age-worker")),
        related=("injury-counts",),
        citations=LAW,
        conclusion="单位 30 天内报，你 1 年内自己报。",
        steps="1. 问人事报了没有。",
        deadline="受理后 60 天内出结果。",
        papers="申请表、病历。",
    ),
    Entry("injury-counts", "哪些算工伤", "injury", variants=(("骑手", "rider-injury"),), conclusion="干活受的伤都算。"),
    Entry("rider-injury", "骑手受伤怎么办", "injury", related=("injury-claim",), conclusion="走职业伤害保障。"),
    Entry("injury-student", "实习生受伤怎么办", "injury", conclusion="学校和单位都要管。"),
    Entry("over-age-worker", "超龄受伤怎么办", "injury", conclusion="超龄也能认定。"),
    Entry(
        "wage-arrears", "老板拖欠工资怎么办", "wages", conclusion="打 12333。", steps="1. 留证据。", deadline="一年内。"
    ),
    Entry("annual-leave", "年假几天", "leave", conclusion="满一年 5 天。"),
    Entry("deposit", "押金不退怎么办", "wages", conclusion="押金要退。"),
    Entry("inspection", "怎么找劳动监察", "legal", conclusion="打 12333 投诉。"),
    Entry(
        "sh-inspection", "上海怎么投诉", "legal", region="上海", supplements="inspection", conclusion="网上就能投诉。"
    ),
    Entry(
        "tz-inspection", "泰州怎么投诉", "legal", region="江苏/泰州", supplements="inspection", conclusion="去人社局。"
    ),
)
WORDS = {
    "injury-claim": ("工伤", "受伤", "摔"),
    "wage-arrears": ("工资", "欠薪"),
    "annual-leave": ("年假",),
    "deposit": ("押金",),
    "inspection": ("监察", "举报"),
    "injury-counts": ("算不算",),
}


class Knowledge:
    """Finds entries by a few words, the first in the order of `WORDS`."""

    def __init__(self) -> None:
        self.entries = {entry.id: entry for entry in ENTRIES}
        self.searched: list[str] = []
        self.first: tuple[str, str] | None = None
        """Words, and the entry that a question with them finds before all others."""

    def search(self, question: str, *, region: str | None = None, **_options: Any) -> Found:
        self.searched.append(question)
        if self.first and self.first[0] in question:
            return Found((Hit(self.entries[self.first[1]], 1.0),), 0.9, answered=True)
        hits = [
            Hit(self.entries[name], 1.0) for name, words in WORDS.items() if any(word in question for word in words)
        ]
        if not hits and "调休" in question:
            return Found((Hit(self.entries["annual-leave"], 0.5),), 0.4, answered=True, ambiguous=True)
        return Found(tuple(hits), 0.9, answered=True) if hits else Found((Hit(ENTRIES[0], 0.1),), 0.1)

    def entry(self, entry_id: str, *, region: str | None = None) -> Entry | None:
        entry = self.entries.get(entry_id)
        return entry if entry and covers(entry, region) else None

    def points(self, _question: str, entry: Entry) -> Points:
        return Points(None, tuple(entry.more.splitlines()))

    def supplements(self, entry_id: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in ENTRIES if entry.supplements == entry_id)

    def region_named(self, text: str) -> str | None:
        return named_in(text, known_regions(entry.region for entry in ENTRIES))


class ActionEngine(ScriptedEngine):
    """Runs the answering action for every message, as Rasa does for the intent that it is told or guesses."""

    def __init__(self, action: ActionAnswerPolicy) -> None:
        super().__init__()
        self._action = action
        self.intent = "ask_policy"
        self.confidence = 0.9

    async def ask(self, sender: str, text: str, metadata: Mapping[str, object]) -> list[dict[str, Any]]:
        self.asked.append((sender, text, dict(metadata)))
        intent = text.removeprefix("/") if text.startswith("/") else self.intent
        message = {"text": text, "intent": {"name": intent, "confidence": self.confidence}, "metadata": dict(metadata)}
        dispatcher = CollectingDispatcher()
        await self._action.run(dispatcher, Tracker(sender, {}, message, [], False, None, {}, "action_listen"), {})
        answer = [{"custom": sent["custom"]} for sent in dispatcher.messages]
        self.tracker[str(metadata["message_key"])] = answer
        return answer


@dataclass(frozen=True)
class Said:
    """What the bot said to one message."""

    bubbles: Sequence[Shown]

    @property
    def texts(self) -> list[str]:
        return [bubble.text for bubble in self.bubbles]

    def buttons(self, bubble: int = -1) -> list[str]:
        """Return the titles of a bubble's buttons."""
        return [button["title"] for button in self.bubbles[bubble].extra["buttons"]]

    def token(self, title: str) -> str:
        """Return the token of the button with this title."""
        offered = [button for bubble in self.bubbles for button in bubble.extra["buttons"] if button["title"] == title]
        return str(offered[-1]["token"])


class Talk:
    """One worker who types and taps."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording, address: str = "wang") -> None:
        self.knowledge = Knowledge()
        cards = AnswerCards(self.knowledge, wording)  # type: ignore[arg-type]  # finds what the test gives it
        action = ActionAnswerPolicy(self.knowledge, cards, Ledger(database))  # type: ignore[arg-type]  # as above
        self.engine = ActionEngine(action)
        self.conversations = Conversations(database, keyring)
        insight = Insight(self.conversations, self.engine)
        self._turns = Turns(self.conversations, self.engine, wording, Desk(wording), [], insight, Bubble("告知"))
        self._address = address
        self._count = 0

    async def say(self, text: str = "", *, button: str | None = None, intent: str = "ask_policy") -> Said:
        """Say one thing and return what the bot answers; `intent` is what the engine takes typed words for."""
        self._count += 1
        self.engine.intent = intent
        number = f"{self._address}:{self._count}"
        received = self.conversations.receive("web", self._address, number, text=text, button=button)
        self.conversations.claim(received.conversation_id, "p", timedelta(minutes=1))
        turn = self.conversations.begin_turn(received.conversation_id, "p", timedelta(minutes=1))
        assert turn is not None
        await self._turns.handle(turn, "p")
        handling, shown = self.conversations.replies(received.message_id)
        assert handling == "answered"
        return Said([bubble for bubble in shown if bubble.text != "告知"])

    async def tap(self, said: Said, title: str) -> Said:
        """Tap a button."""
        return await self.say(button=said.token(title))
