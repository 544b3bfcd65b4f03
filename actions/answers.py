"""An entry as one worker's answer: her kind's, with what her region adds, and what the bot has to ask her for it."""

from __future__ import annotations

from collections.abc import Sequence

from actions.asked import Asked
from actions.cards import AnswerCards
from actions.memory import Memory
from actions.questions import Questions
from casework.cards import Card
from knowledge_base import Entry, Found, KnowledgeBase
from knowledge_base.filters import covers


class Answers:
    """Gives entries."""

    def __init__(self, knowledge_base: KnowledgeBase, cards: AnswerCards, memory: Memory) -> None:
        self._knowledge_base = knowledge_base
        self._cards = cards
        self._memory = memory
        self._questions = Questions(cards)

    def found(self, found: Found, asked: Asked, question: str, *, ask: bool = True) -> list[Card]:
        """Return what a search came to, and what the second hit says where the first is open to doubt."""
        first, *others = found.choices
        second = found.runner_up
        if second is None or self.for_kind(second, asked) is self.for_kind(first, asked):
            return self.give(first, asked, question, ask=ask, others=others)
        rest = [other for other in others if other != second]
        return self.give(first, asked, question, ask=ask, others=rest, second=self.for_kind(second, asked))

    def give(
        self,
        entry: Entry,
        asked: Asked,
        question: str = "",
        *,
        ask: bool = True,
        others: Sequence[Entry] = (),
        second: Entry | None = None,
    ) -> list[Card]:
        """Return an entry's card, or that of her kind's variant; what her region adds; at most one question.

        `question` is what it answers; `others` are what else she may have meant: they are one tap away, and `second`
        is told in short.
        """
        given = self.for_kind(entry, asked)
        changeable = entry if given is not entry and asked.kind_is_hers else None
        supplements = self._knowledge_base.supplements(given.id)
        cards = [self._cards.entry(given, question, kind=asked.kind, ordinary=changeable, others=others)]
        cards += [card] if (card := self._cards.calculated(given, question, asked.region)) else []
        cards += [self._cards.local(local) for local in narrowest(supplements, asked.region)]
        cards += [self._cards.meant(second)] if second else []
        asking = self._question(entry, given, supplements, asked) if ask and not asked.about_other else None
        return [*cards, asking] if asking else cards

    def for_kind(self, entry: Entry, asked: Asked) -> Entry:
        """Return the entry that answers the worker's kind in the place of this one, or this one."""
        variant = dict(entry.variants).get(asked.kind or "")
        other = self._knowledge_base.entry(variant, region=asked.region) if variant else None
        return other or entry

    def local(self, entry: Entry, region: str) -> list[Card]:
        """Return what a region that the worker just named adds to an entry, or ask for her city, or say: nothing."""
        supplements = self._knowledge_base.supplements(entry.id)
        cards = [self._cards.local(local) for local in narrowest(supplements, region)]
        if not cards and (question := self._questions.city(entry, region, supplements)) is not None:
            return [question]
        return cards or [self._cards.told("utter_region_noted", region=region.replace("/", ""))]

    def ask_kind(self, entry: Entry) -> list[Card]:
        """Ask for the worker's kind again, on her wish."""
        return [self._questions.kind(entry)]

    def ask_kind_anew(self, given_up: str) -> list[Card]:
        """Ask for the kind of a worker who is not of her old one any more."""
        return [self._questions.kind_anew(given_up)]

    def _question(self, entry: Entry, given: Entry, supplements: Sequence[Entry], asked: Asked) -> Card | None:
        """Return what is not known yet and would change the answer: one question, the kind first."""
        by_kind = given is entry and asked.kind is None and bool(entry.variants)
        if by_kind and self._memory.may_ask(asked.message_key, "kind"):
            return self._questions.kind(entry)
        by_region = asked.region is None and bool(supplements)
        if by_region and self._memory.may_ask(asked.message_key, "region"):
            return self._questions.region(given, supplements)
        return None


def narrowest(supplements: Sequence[Entry], region: str | None) -> list[Entry]:
    """Return those that hold in a region, of the narrowest part of it that has any."""
    there = [local for local in supplements if covers(local, region)]
    depth = max((local.region.count("/") for local in there), default=0)
    return [local for local in there if local.region.count("/") == depth]
