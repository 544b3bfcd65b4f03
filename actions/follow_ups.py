"""Answers to a question that goes on with what was asked before, and to one that only says who or where one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.answers import Answers
from actions.asked import Asked, Previous
from actions.cards import AnswerCards
from casework.cards import Card
from casework.kinds import kind_denied, says_only_kind
from knowledge_base import Entry, Found, KnowledgeBase
from knowledge_base.followup import Section, asks_of, combined, is_follow_up
from knowledge_base.regions import names_only_region

_HEADINGS = {"deadline": "期限", "papers": "材料", "steps": "怎么办"}


@dataclass(frozen=True)
class Reply:
    """Cards, and the words that what comes next goes on with; none where that is the message itself."""

    cards: Sequence[Card]
    question: str | None = None


class FollowUps:
    """Goes on with what was asked before."""

    def __init__(self, knowledge_base: KnowledgeBase, cards: AnswerCards, answers: Answers) -> None:
        self._knowledge_base = knowledge_base
        self._cards = cards
        self._answers = answers

    def stated(self, asked: Asked) -> Reply | None:
        """Answer a message that says nothing but the worker's kind or place; None for all others."""
        denied = kind_denied(asked.text)
        if says_only_kind(asked.text):
            if denied is not None:
                return Reply(self._answers.ask_kind_anew(denied))
            return self._stated_kind(asked)
        if asked.region is not None and names_only_region(asked.text, asked.region):
            return self._stated_region(asked, asked.region)
        return None

    def answer(self, asked: Asked) -> Reply | None:
        """Answer a question that lacks its topic with the one before it; None where it does not, or nothing fits."""
        previous = asked.previous
        if previous is None or not is_follow_up(asked.text):
            return None
        question = combined(previous.question, asked.text)
        found = self._knowledge_base.search(question, region=asked.region)
        same = self._same(previous, asked, found)
        if same is not None:
            return Reply(self._part(same, asks_of(asked.text), asked), previous.question)
        if found.answered and not found.ambiguous:
            # what was asked just now is not asked again with each word
            return Reply(self._answers.found(found, asked, question, ask=previous.asks is None), question)
        if found.answered:
            return Reply([self._cards.ask_which(asked.text, found.choices)], question)
        return None

    def _same(self, previous: Previous, asked: Asked, found: Found) -> Entry | None:
        """Return the entry that was given before where the search stays on it, or leads nowhere else for sure."""
        entry = self._entry(previous.entry, asked)
        if entry is None:
            return None
        stays = bool(found.hits) and found.hits[0].entry.id in {previous.entry, previous.ordinary}
        lost = not found.answered and asks_of(asked.text) is not None
        return entry if stays or lost else None

    def _part(self, entry: Entry, section: Section | None, asked: Asked) -> list[Card]:
        """Return the part of an entry that is asked for; all of it where that part is not written down."""
        parts = {"deadline": entry.deadline, "papers": entry.papers, "steps": entry.steps}
        text = parts.get(section or "steps", "")
        if not text:
            return self._answers.give(entry, asked, ask=False)
        heading = _HEADINGS[section or "steps"]
        return [self._cards.continued(entry, f"{heading}：\n{text}" if "\n" in text else f"{heading}：{text}")]

    def _stated_kind(self, asked: Asked) -> Reply | None:
        previous = asked.previous
        entry = self._entry(previous.ordinary or previous.entry, asked) if previous else None
        if entry is not None and previous is not None and self._answers.for_kind(entry, asked) is not entry:
            return Reply(self._answers.give(entry, asked), previous.question)
        if asked.kind is None or not asked.kind_is_hers:
            return None
        return Reply([self._cards.told("utter_kind_noted", kind=asked.kind)])

    def _stated_region(self, asked: Asked, region: str) -> Reply:
        previous = asked.previous
        entry = self._entry(previous.entry, asked) if previous else None
        if entry is None or previous is None:
            return Reply([self._cards.told("utter_region_noted_alone", region=region.replace("/", ""))])
        return Reply(self._answers.local(entry, region), previous.question)

    def _entry(self, entry_id: str | None, asked: Asked) -> Entry | None:
        return self._knowledge_base.entry(entry_id, region=asked.region) if entry_id else None
