"""What a tapped button answers: an entry, or one of the bot's own questions."""

from __future__ import annotations

from dataclasses import replace

from actions.answers import Answers
from actions.asked import NONE_OF_THEM, Asked
from actions.cards import AnswerCards
from actions.memory import Memory
from casework.cards import Card
from casework.kinds import KINDS
from knowledge_base import Entry, KnowledgeBase


class Taps:
    """Answers taps."""

    def __init__(self, knowledge_base: KnowledgeBase, cards: AnswerCards, answers: Answers, memory: Memory) -> None:
        self._knowledge_base = knowledge_base
        self._cards = cards
        self._answers = answers
        self._memory = memory

    def answer(self, asked: Asked) -> list[Card] | None:
        """Return what a tap gives, None for what was typed."""
        if asked.entry is None and asked.choose_kind is None:
            return None
        entry = self._knowledge_base.entry(asked.entry, region=asked.region) if asked.entry else None
        if asked.choose_kind is not None:
            return self._chosen_kind(asked, entry)
        if entry is None:
            return [self._cards.told("utter_button_expired")]
        if asked.change_kind:
            return self._answers.ask_kind(entry)
        if asked.choose_region is not None:
            return self._chosen_region(asked, entry)
        return self._answers.give(entry, asked)

    def _chosen_kind(self, asked: Asked, entry: Entry | None) -> list[Card]:
        if asked.choose_kind == NONE_OF_THEM:
            return self._of_no_kind(asked, entry)
        if asked.choose_kind not in KINDS:
            return [self._cards.told("utter_button_expired")]
        self._memory.keep_kind(asked.message_key, asked.choose_kind)
        if entry is None:
            return [self._cards.told("utter_kind_noted", kind=asked.choose_kind)]
        return self._answers.give(entry, replace(asked, kind=asked.choose_kind))

    def _of_no_kind(self, asked: Asked, entry: Entry | None) -> list[Card]:
        """Ask no more; who had another kind's answer before is given the ordinary one."""
        self._memory.ask_no_more(asked.message_key, "kind")
        if asked.kind and entry:
            return self._answers.give(entry, replace(asked, kind=None))
        return [self._cards.told("utter_kind_other" if entry else "utter_kind_none_noted")]

    def _chosen_region(self, asked: Asked, entry: Entry) -> list[Card]:
        region = str(asked.choose_region)
        if region == NONE_OF_THEM:
            if asked.region is None:
                self._memory.ask_no_more(asked.message_key, "region")
            return [self._cards.told("utter_region_other")]
        self._memory.keep_region(asked.message_key, region)
        return self._answers.local(entry, region)
