"""Answer cards: an entry, or a response, with the buttons that lead on."""

from __future__ import annotations

from collections.abc import Sequence

from casework.cards import Button, Card, Citation
from casework.wording import Wording
from knowledge_base import Entry, KnowledgeBase

RELATED = 3
"""Buttons to related entries, at most."""
_NUMBERS = {"union": "12351", "legal_aid": "12348", "labour": "12333", "listener": "12356"}
_QUOTED = 20
"""Characters of a question that are quoted back."""


class AnswerCards:
    """Makes cards from entries and responses."""

    def __init__(self, knowledge_base: KnowledgeBase, wording: Wording) -> None:
        self._knowledge_base = knowledge_base
        self._wording = wording

    def entry(self, entry: Entry) -> Card:
        """Return an entry's card: the conclusion, what to do, and folded what it rests on."""
        return Card(
            outcome="answered",
            conclusion=entry.conclusion,
            detail=entry.detail,
            more=entry.more,
            basis=basis(entry),
            citations=tuple(Citation(c.document, c.article, entry.title, c.url) for c in entry.citations),
            buttons=(*self._related(entry), *self._procedure(entry), self._person()),
            understood={"entries": [entry.id]},
        )

    def ask_which(self, question: str, entries: Sequence[Entry]) -> Card:
        """Ask which of a few entries is meant."""
        quoted = question if len(question) <= _QUOTED else question[:_QUOTED] + "…"
        return Card(
            outcome="asked_back",
            conclusion=self._wording.text("utter_ask_which", question=quoted),
            buttons=(*(_to_entry(entry) for entry in entries), self._person()),
            understood={"entries": [entry.id for entry in entries]},
        )

    def told(self, response: str, call: str | None = None) -> Card:
        """Return a response as a card, with a number to call."""
        calls = (self._call(call),) if call else ()
        return Card(outcome="told", conclusion=self._wording.text(response), buttons=(*calls, self._person()))

    def distress(self, entry: Entry | None) -> Card:
        """Return what to do first; what the knowledge base would have answered is one tap away, no lecture.

        The gateway's rule answers distress that is beyond doubt; this is the net behind it, which errs more often.
        """
        about = (_to_entry(entry),) if entry else ()
        return Card(
            "distress", self._wording.text("utter_distress"), buttons=(*about, self._call("listener"), self._person())
        )

    def declined(self, response: str) -> Card:
        """Return a response that declines, with what else can be done."""
        return Card("declined", self._wording.text(response), buttons=self._elsewhere())

    def off_topic(self) -> Card:
        """Decline what is not the union's business: no question that was not understood, and no matter for staff."""
        return Card("off_topic", self._wording.text("utter_out_of_scope"), buttons=self._elsewhere())

    def _elsewhere(self) -> tuple[Button, ...]:
        return (self._person(), self._call("union"), Button(self._wording.text("utter_button_help"), "help"))

    def _related(self, entry: Entry) -> list[Button]:
        related = (self._knowledge_base.entry(other, region=entry.region) for other in entry.related[:RELATED])
        return [_to_entry(other) for other in related if other is not None]

    def _procedure(self, entry: Entry) -> list[Button]:
        if not entry.service:
            return []
        return [Button(self._wording.text(f"utter_button_{entry.service}"), entry.service)]

    def _person(self) -> Button:
        return Button(self._wording.text("utter_button_human"), "request_human")

    def _call(self, whom: str) -> Button:
        title = "utter_button_call_" + whom
        return Button(self._wording.text(title), url=f"tel:{_NUMBERS[whom]}")


def basis(entry: Entry) -> str:
    """Say when the entry was checked and until when it holds."""
    until = f"有效至 {entry.effective_until}" if entry.effective_until else "长期有效，法规修改时更新"
    region = "" if entry.region == "全国" else f"适用地区：{entry.region.replace('/', '')}；"
    return f"{region}{entry.reviewed} 核对，{until}"


def _to_entry(entry: Entry) -> Button:
    return Button(entry.title, "ask_policy", {"entry": entry.id})
