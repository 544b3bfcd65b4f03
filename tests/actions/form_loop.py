"""Workers in forms without Rasa: the gateway's turns, the real actions, and Rasa's loop as its rules make it run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_policy import ActionAnswerPolicy
from actions.cards import AnswerCards
from actions.check_case import ActionCheckCase
from actions.form_cards import FormCards
from actions.procedures import FORM, SLOT, ActionAskProcedureStep, ActionBeginProcedure, ValidateProcedureForm
from bot.gateway.desk import Desk
from bot.gateway.insight import Insight
from bot.gateway.turns import Turns
from casework.cards import Answer, Bubble, Button
from casework.cases import MyCases
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.ledger import Ledger
from casework.messages import Enclosure, Shown
from casework.procedures.evidence import FormFiles
from casework.procedures.library import Library
from casework.procedures.service import Procedures
from casework.wording import Wording
from tests.actions.talk import Knowledge
from tests.bot.engine import ScriptedEngine
from tests.form_worker import Seen

NOTICE = "告知"
_INTENTS = (
    ("check_case", re.compile(r"办到哪|进度")),
    ("join_union", re.compile(r"入会")),
    ("request_legal_aid", re.compile(r"法律援助")),
    ("apply_aid", re.compile(r"补助|困难")),
    ("greet", re.compile(r"^你好")),
)


class LoopEngine(ScriptedEngine):
    """Runs the actions as Rasa's rules do: validate, else the intent's own action, then ask again."""

    def __init__(self, actions: Mapping[str, Action]) -> None:
        super().__init__()
        self._actions = actions
        self.loops: set[str] = set()

    async def ask(self, sender: str, text: str, metadata: Mapping[str, object]) -> list[dict[str, Any]]:
        self.asked.append((sender, text, dict(metadata)))
        before = set(self.loops)
        intent = text.removeprefix("/") if text.startswith("/") else _guess(text)
        message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "metadata": dict(metadata)}
        sent: list[dict[str, Any]] = []
        if sender in self.loops:
            if not await self._loop(sender, message, sent):
                await self._rule(sender, intent, message, sent)
                if sender in self.loops:
                    await self._loop(sender, message, sent)
                    await self._run(f"action_ask_{SLOT}", sender, message, sent)
        else:
            await self._rule(sender, intent, message, sent)
        answer = [{"custom": each["custom"]} if each.get("custom") else {"text": each["text"]} for each in sent]
        self.tracker[str(metadata["message_key"])] = answer
        if self.lose_answers:
            self.lose_answers -= 1
            self.tracker.pop(str(metadata["message_key"]))
            self.loops = before  # what Rasa could not save it does not know
            return []
        return answer

    async def _rule(self, sender: str, intent: str, message: dict[str, Any], sent: list[dict[str, Any]]) -> None:
        begins = intent in ("join_union", "apply_aid", "request_legal_aid", "inform")
        name = "action_begin_procedure" if begins else "action_answer_policy"
        events = await self._run("action_check_case" if intent == "check_case" else name, sender, message, sent)
        if any(event.get("event") == "followup" and event.get("name") == FORM for event in events):
            self.loops.add(sender)
            if not await self._loop(sender, message, sent):
                await self._run(f"action_ask_{SLOT}", sender, message, sent)

    async def _loop(self, sender: str, message: dict[str, Any], sent: list[dict[str, Any]]) -> bool:
        """Validate; ask again where something was taken. Tell whether something was."""
        events = await self._run(f"validate_{FORM}", sender, message, sent)
        if not any(event.get("event") == "slot" and event.get("name") == SLOT for event in events):
            return False
        if sender in self.loops:
            await self._run(f"action_ask_{SLOT}", sender, message, sent)
        return True

    async def _run(
        self, name: str, sender: str, message: dict[str, Any], sent: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        dispatcher = CollectingDispatcher()
        loop = {"name": FORM} if sender in self.loops else {}
        tracker = Tracker(sender, {}, message, [], False, None, loop, "action_listen")
        events = list(await self._actions[name].run(dispatcher, tracker, {}))
        sent.extend(dispatcher.messages)
        if any(event.get("event") == "active_loop" and event.get("name") is None for event in events):
            self.loops.discard(sender)
        return events


class FormTalk:
    """Workers who type and tap, on one database."""

    engine: LoopEngine

    def __init__(self, database: Database, keyring: Keyring, wording: Wording, library: Library | None = None) -> None:
        self.library = library or Library.from_folder()
        self._parts = (database, keyring, wording)
        self._count = itertools.count(1)
        self.start()

    def start(self) -> None:
        """Start all processes anew; Rasa's tracker is on disk and stays."""
        database, keyring, wording = self._parts
        knowledge = Knowledge()
        cards = AnswerCards(knowledge, wording)  # type: ignore[arg-type]  # finds what the test gives it
        answer = ActionAnswerPolicy(knowledge, cards, Ledger(database))  # type: ignore[arg-type]  # as above
        procedures = Procedures(database, keyring, self.library, wording, knowledge.region_named)
        form_cards = FormCards(wording, 180)
        actions = (
            answer,
            ActionBeginProcedure(procedures, form_cards, answer, cards.told("utter_button_expired")),
            ValidateProcedureForm(procedures, form_cards),
            ActionAskProcedureStep(procedures, form_cards),
            ActionCheckCase(MyCases(database, wording)),
        )
        before = self.engine.loops if hasattr(self, "engine") else set()
        self.engine = LoopEngine({action.name(): action for action in actions})
        self.engine.loops = before
        self.conversations = Conversations(database, keyring)
        files = FormFiles(database, self.library, wording)
        self._turns = Turns(
            self.conversations,
            self.engine,
            wording,
            Desk(wording),
            [files],
            Insight(self.conversations, self.engine),
            Bubble(NOTICE),
            files.resuming,
            files.named,
        )

    def offer(self, address: str, *buttons: Button) -> dict[str, str]:
        """Show her buttons, as entries of the knowledge base and greetings do; return their tokens by title."""
        number = f"{address}:{next(self._count)}"
        received = self.conversations.receive("web", address, number, text="在吗")
        self.conversations.answer(received.message_id, Answer((Bubble("在的。", buttons),)))
        (bubble,) = self.conversations.replies(received.message_id)[1]
        return {each["title"]: each["token"] for each in bubble.extra["buttons"]}

    async def say(
        self, address: str, text: str = "", token: str | None = None, enclosure: Enclosure | None = None
    ) -> list[Shown]:
        """Say one thing and return what is said in reply."""
        number = f"{address}:{next(self._count)}"
        received = self.conversations.receive("web", address, number, text=text, button=token, enclosure=enclosure)
        while True:
            self.conversations.claim(received.conversation_id, "p", timedelta(minutes=1))
            turn = self.conversations.begin_turn(received.conversation_id, "p", timedelta(minutes=1))
            if turn is None:
                break
            await self._turns.handle(turn, "p")
        _handling, shown = self.conversations.replies(received.message_id)
        return [bubble for bubble in shown if bubble.text != NOTICE]


def seen(bubbles: list[Shown]) -> list[Seen]:
    """Return bubbles as a worker sees them."""
    return [
        Seen(bubble.text, {each["title"]: each["token"] for each in bubble.extra["buttons"] if "token" in each})
        for bubble in bubbles
    ]


def _guess(text: str) -> str:
    return next((intent for intent, pattern in _INTENTS if pattern.search(text)), "ask_policy")
