"""`action_answer_policy`: answer from the knowledge base, ask back, or decline."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.cards import AnswerCards
from casework.cards import Card
from casework.contacts import remember_region
from casework.ledger import Ledger, note_unanswered
from knowledge_base import Found, KnowledgeBase

PROCEDURES = frozenset(
    {
        "join_union",
        "apply_aid",
        "request_legal_aid",
        "calculate_entitlement",
        "report_hazard",
    }
)
"""Intents that start a procedure: what no entry answers is asked back about among those that lead to it."""
BY_PHONE = frozenset({"find_station", "check_case", "make_suggestion"})
"""Intents whose procedure needs people or lists that the chat does not reach yet."""
BEYOND_DOUBT = 0.8
"""Confidence from which on an entry outweighs NLU's guess that the worker is in distress."""
ASK_BACK = 0.25
"""Confidence from which on a question that is not answered is asked back about: one in four first hits is right."""

_CHEERFUL = re.compile(r"快乐|开心|高兴|不错|挺好|很好|还可以|还行|舒坦|美滋滋|顺利")
_NOT_CHEERFUL = re.compile(r"不开心|不高兴|不快乐|不太好|不好|烦|累|难受|委屈|压力")


class ActionAnswerPolicy(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Answers what a worker asks from the policies that are in force today, for her region."""

    def __init__(self, knowledge_base: KnowledgeBase, cards: AnswerCards, ledger: Ledger) -> None:
        self._knowledge_base = knowledge_base
        self._cards = cards
        self._ledger = ledger

    def name(self) -> str:
        """Return the name by which `domain.yml` knows this action."""
        return "action_answer_policy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Send one card."""
        asked = _Asked.from_message(tracker.latest_message)
        card = await asyncio.to_thread(self._answer, asked)
        card = replace(card, understood={"intent": asked.intent, "confidence": asked.confidence, **card.understood})
        dispatcher.utter_message(json_message=card.as_dict())
        return []

    def _answer(self, asked: _Asked) -> Card:
        """Search and choose; blocking, so it runs in a thread."""
        if asked.entry is not None:
            entry = self._knowledge_base.entry(asked.entry, region=asked.region)
            return self._cards.entry(entry) if entry else self._cards.told("utter_button_expired")
        if asked.intent == "share_mood":
            return self._mood(asked)
        asked = self._with_region(asked)
        found = self._knowledge_base.search(asked.text, region=asked.region)
        if asked.intent == "distress":
            return self._distress(found)
        if found.answered and found.hits:
            return self._found(asked, found)
        if asked.intent in PROCEDURES:
            found = self._knowledge_base.search(asked.text, region=asked.region, service=asked.intent)
            return self._cards.ask_which(asked.text, [hit.entry for hit in found.hits[:3]])
        if asked.intent in BY_PHONE:
            return self._cards.told("utter_service_by_phone", call="union")
        if asked.intent != "out_of_scope" and found.confidence >= ASK_BACK:
            return self._cards.ask_which(asked.text, [hit.entry for hit in found.hits[:3]])
        return self._decline(asked, found.confidence)

    def _with_region(self, asked: _Asked) -> _Asked:
        """Take the region that the worker names, and remember it for her next questions."""
        named = self._knowledge_base.region_named(asked.text)
        if named is None or named == asked.region:
            return asked

        def remember(session: Session) -> dict[str, Any]:
            remember_region(session, asked.message_key, named)
            return {"region": named}

        self._ledger.once(asked.message_key, "remember_region", remember)
        return replace(asked, region=named)

    def _distress(self, found: Found) -> Card:
        """Help first, unless the question is one that an entry answers beyond doubt: then it is a question."""
        entry = found.hits[0].entry if found.answered else None
        if entry is not None and found.confidence >= BEYOND_DOUBT:
            return self._cards.entry(entry)
        return self._cards.distress(entry)

    def _found(self, asked: _Asked, found: Found) -> Card:
        if found.ambiguous:
            return self._cards.ask_which(asked.text, [hit.entry for hit in found.hits[:3]])
        return self._cards.entry(found.hits[0].entry)

    def _mood(self, asked: _Asked) -> Card:
        cheerful = _CHEERFUL.search(asked.text) and not _NOT_CHEERFUL.search(asked.text)
        return (
            self._cards.told("utter_mood_happy") if cheerful else self._cards.told("utter_mood_down", call="listener")
        )

    def _decline(self, asked: _Asked, confidence: float) -> Card:
        """Decline, and note what the knowledge base should have known, once per message."""
        if asked.intent == "out_of_scope":
            return self._cards.off_topic()

        def note(session: Session) -> dict[str, Any]:
            note_unanswered(session, asked.message_key, asked.text, asked.region, confidence)
            return self._cards.declined("utter_declined_again" if asked.misses else "utter_declined").as_dict()

        return Card.from_dict(self._ledger.once(asked.message_key, self.name(), note))


@dataclass(frozen=True)
class _Asked:
    """What came with the worker's latest message."""

    intent: str
    text: str
    message_key: str
    misses: int = 0
    entry: str | None = None
    region: str | None = None
    confidence: float | None = None

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read Rasa's latest message and the metadata that the gateway sent with it."""
        metadata = message.get("metadata") or {}
        return cls(
            intent=str((message.get("intent") or {}).get("name") or ""),
            text=str(metadata.get("text") or message.get("text") or ""),
            message_key=str(metadata.get("message_key") or secrets.token_urlsafe(18)),
            misses=int(metadata.get("misses") or 0),
            entry=metadata.get("entry"),
            region=metadata.get("region"),
            confidence=(message.get("intent") or {}).get("confidence"),
        )
