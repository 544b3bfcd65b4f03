"""`action_answer_policy`: answer from the knowledge base, ask back, or decline."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.orm import Session

from actions.answers import Answers
from actions.asked import Asked
from actions.cards import AnswerCards
from actions.follow_ups import FollowUps, Reply
from actions.memory import Memory
from actions.taps import Taps
from casework.cards import Card
from casework.kinds import is_about_other, kind_denied, kind_named
from casework.ledger import Ledger, note_unanswered
from casework.plain_words import has_words, is_latin
from casework.referrals import referral_of
from casework.text import understood
from casework.urgency import tells_of_injury
from knowledge_base import Entry, Found, KnowledgeBase
from knowledge_base.questions import questions_in

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
"""Confidence from which on an entry outweighs NLU's guess that the worker is in distress, or this guess all else."""
INJURY = "injury"
"""The category of entries on injuries."""
AT_ONCE = 2
"""Questions of one message that are answered."""
TOPIC_KEPT = 200
"""Characters of a question that are kept for the next one."""

_CHEERFUL = re.compile(r"快乐|开心|高兴|不错|挺好|很好|还可以|还行|舒坦|美滋滋|顺利")
_NOT_CHEERFUL = re.compile(r"不开心|不高兴|不快乐|不太好|不好|烦|累|难受|委屈|压力")


class ActionAnswerPolicy(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Answers what a worker asks from the policies that are in force today, for her kind and her region."""

    def __init__(self, knowledge_base: KnowledgeBase, cards: AnswerCards, ledger: Ledger) -> None:
        self._knowledge_base = knowledge_base
        self._cards = cards
        self._ledger = ledger
        self._memory = Memory(ledger)
        self._answers = Answers(knowledge_base, cards, self._memory)
        self._taps = Taps(knowledge_base, cards, self._answers, self._memory)
        self._follow_ups = FollowUps(knowledge_base, cards, self._answers)

    def name(self) -> str:
        """Return the name by which `domain.yml` knows this action."""
        return "action_answer_policy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Send one card, or several that belong together, in their order."""
        asked = Asked.from_message(tracker.latest_message)
        reply = await asyncio.to_thread(self._reply, asked)
        first, *others = reply.cards
        seen = {"intent": asked.intent, "confidence": asked.confidence, **first.understood, **_topic(asked, reply)}
        for card in (replace(first, understood=seen), *others):
            dispatcher.utter_message(json_message=card.as_dict())
        return []

    def _reply(self, asked: Asked) -> Reply:
        """Search and choose; blocking, so it runs in a thread."""
        tapped = self._taps.answer(asked)
        if tapped is not None:
            return Reply(tapped, asked.text)
        asked = self._with_kind(self._with_region(asked))
        if not has_words(asked.text):
            return Reply([self._cards.told("utter_no_words")])
        going_on = self._going_on(asked)
        if going_on is not None:
            return going_on
        if asked.intent == "distress":
            return Reply([self._distress(asked)])
        if asked.intent == "share_mood":
            return Reply([self._mood(asked)])
        return Reply(self._two_answers(asked) or self._answer(asked))

    def _going_on(self, asked: Asked) -> Reply | None:
        """Go on with what was asked before; distress that NLU is sure of comes first."""
        if asked.intent == "distress" and (asked.confidence or 1.0) >= BEYOND_DOUBT:
            return None
        return self._follow_ups.stated(asked) or self._follow_ups.answer(asked)

    def _answer(self, asked: Asked) -> Sequence[Card]:
        """Answer a whole question."""
        found = self._knowledge_base.search(asked.text, region=asked.region)
        doubtful = found.ambiguous and asked.intent == "out_of_scope"
        if found.answered and found.hits and not doubtful:
            return self._found(asked, found)
        if asked.intent in PROCEDURES:
            found = self._knowledge_base.search(asked.text, region=asked.region, service=asked.intent)
            return [self._cards.ask_which(asked.text, found.choices)]
        if asked.intent in BY_PHONE:
            return [self._cards.told("utter_service_by_phone", call="union")]
        return [self._decline(asked, found.confidence)]

    def _two_answers(self, asked: Asked) -> list[Card] | None:
        """Answer two questions of one message, if at least one for sure and the other is worth asking back about."""
        parts = questions_in(asked.text)
        if len(parts) < AT_ONCE:
            return None
        found = [self._knowledge_base.search(part, region=asked.region) for part in parts[:AT_ONCE]]
        sure = [self._answers.for_kind(each.hits[0].entry, asked) for each in found if _is_sure(each)]
        worth_it = all(each.hits and each.answered for each in found)
        if not sure or not worth_it or len({entry.id for entry in sure}) < len(sure):
            return None
        cards = [self._one_of_two(asked, part, each) for part, each in zip(parts, found, strict=False)]
        return [*cards, self._cards.told("utter_two_at_once")] if len(parts) > AT_ONCE else cards

    def _one_of_two(self, asked: Asked, question: str, found: Found) -> Card:
        if _is_sure(found):
            return self._cards.brief(self._answers.for_kind(found.hits[0].entry, asked))
        return self._cards.ask_which(question, found.choices)

    def _with_region(self, asked: Asked) -> Asked:
        """Take the region that the worker names, and remember it for her next questions."""
        named = self._knowledge_base.region_named(asked.text)
        if named is None or f"{asked.region}/".startswith(f"{named}/"):
            return asked
        self._memory.keep_region(asked.message_key, named)
        return replace(asked, region=named)

    def _with_kind(self, asked: Asked) -> Asked:
        """Take the kind of worker that a message names, and remember it where she says it of herself."""
        if asked.kind is not None and kind_denied(asked.text) == asked.kind:
            self._memory.keep_kind(asked.message_key, None)
            asked = replace(asked, kind=None)
        named = kind_named(asked.text)
        if named is None:
            return replace(asked, about_other=True, kind=None) if is_about_other(asked.text) else asked
        if named.own and named.kind != asked.kind:
            self._memory.keep_kind(asked.message_key, named.kind)
        return replace(asked, kind=named.kind, kind_is_hers=named.own or named.kind == asked.kind)

    def _distress(self, asked: Asked) -> Card:
        """Help first, unless the question is one that an entry answers beyond doubt: then it is a question."""
        found = self._knowledge_base.search(asked.text, region=asked.region)
        entry = found.hits[0].entry if found.answered else None
        if entry is not None and found.confidence >= BEYOND_DOUBT:
            return self._cards.entry(entry, asked.text)
        return self._cards.distress(entry)

    def _found(self, asked: Asked, found: Found) -> Sequence[Card]:
        injury, choices = _injury_passed_over(asked, found), found.choices
        if injury is not None and injury not in choices:
            choices = (*choices[:-1], injury)
        which = self._cards.ask_which(asked.text, choices)
        if injury is not None:
            return [which]
        if found.ambiguous:
            return [*self._counted(choices, asked)[:1], which]
        return self._answers.found(found, asked, asked.text)

    def _counted(self, choices: Sequence[Entry], asked: Asked) -> list[Card]:
        """Return what the likeliest of the choices make of her figures, which she need not say again."""
        likeliest = (self._answers.for_kind(entry, asked) for entry in choices[:AT_ONCE])
        return [card for entry in likeliest if (card := self._cards.calculated(entry, asked.text, asked.region))]

    def _mood(self, asked: Asked) -> Card:
        cheerful = _CHEERFUL.search(asked.text) and not _NOT_CHEERFUL.search(asked.text)
        return (
            self._cards.told("utter_mood_happy") if cheerful else self._cards.told("utter_mood_down", call="listener")
        )

    def _decline(self, asked: Asked, confidence: float) -> Card:
        """Decline, and note what the knowledge base should have known, once per message."""
        referral = referral_of(asked.text)
        if is_latin(asked.text):
            response = "utter_declined_latin"
        elif referral is not None or asked.intent == "out_of_scope":
            return self._cards.off_topic(referral)
        else:
            response = "utter_declined_again" if asked.misses else "utter_declined"

        def note(session: Session) -> dict[str, Any]:
            note_unanswered(session, asked.message_key, asked.text, asked.region, confidence)
            return self._cards.declined(response).as_dict()

        return Card.from_dict(self._ledger.once(asked.message_key, self.name(), note))


def _injury_passed_over(asked: Asked, found: Found) -> Entry | None:
    """Return an entry on injuries where somebody was hurt and the first entry is of other matters.

    A claim for an injury lapses after a year: it must not be passed over because wages are told of beside it.
    """
    if found.hits[0].entry.category == INJURY or not tells_of_injury(understood(asked.text, None)):
        return None
    return next((hit.entry for hit in found.hits if hit.entry.category == INJURY), None)


def _is_sure(found: Found) -> bool:
    return bool(found.answered and found.hits and not found.ambiguous)


def _topic(asked: Asked, reply: Reply) -> dict[str, Any]:
    """Return what the next question may go on with (casework/previous.py), nothing where the old topic stays."""
    first = reply.cards[0]
    asks = next((card.understood["asks"] for card in reply.cards if "asks" in card.understood), None)
    if first.outcome not in ("answered", "asked_back", "declined", "off_topic") or (asks and len(reply.cards) == 1):
        return {}
    given = first.understood.get("wider") or first.understood["entries"][0] if first.outcome == "answered" else None
    named = {"entry": given, "ordinary": first.understood.get("ordinary"), "asks": asks}
    question = (reply.question or asked.text)[:TOPIC_KEPT]
    return {"topic": {"question": question, **{name: value for name, value in named.items() if value}}}
