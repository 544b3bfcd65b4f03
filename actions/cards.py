"""Answer cards: an entry, or a response, with the buttons that lead on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from actions.calculated import Calculated
from casework.calculators.ask import CALCULATORS
from casework.calculators.figures import Figures, NoFigures
from casework.cards import Button, Card, Citation
from casework.hours import ZONE
from casework.procedures.calculating import CALCULATE
from casework.procedures.model import INFORM
from casework.referrals import Referral
from casework.wording import Wording
from knowledge_base import Entry, KnowledgeBase

RELATED = 3
"""Buttons to other entries, at most."""
MEANT = 2
"""Of these, to what else the worker may have meant; the rest leads on from the entry."""
UNFOLDED = 12
"""Lines that unfold below an answer; an entry may have three times as many, and a phone's screen is small."""
FORMS = frozenset({"transfer", "membership", "mutual", "enforcement", "demand", "register_study"})
"""Services of entries that name a form; the others are intents."""
_NUMBERS = {"union": "12351", "legal_aid": "12348", "labour": "12333", "listener": "12356", "city": "12345"}
_QUOTED = 20
"""Characters of a question that are quoted back."""


class AnswerCards:
    """Makes cards from entries and responses."""

    def __init__(self, knowledge_base: KnowledgeBase, wording: Wording, figures: Figures | None = None) -> None:
        """`figures` are those that differ by place; none where not given."""
        self._knowledge_base = knowledge_base
        self._wording = wording
        self._calculated = Calculated(wording, figures or NoFigures())

    def entry(
        self,
        entry: Entry,
        question: str = "",
        *,
        kind: str | None = None,
        ordinary: Entry | None = None,
        others: Sequence[Entry] = (),
    ) -> Card:
        """Return an entry's card: the conclusion, what to do, and folded what it rests on.

        `question` is the worker's, whose very point is told unfolded; `kind` hers; `ordinary` the entry in whose place
        this one answers her, which she can change; `others` what else she may have meant.
        """
        change = [self._change_kind(ordinary)] if ordinary else []
        point, more, cut = self._points(question, entry)
        related = self._related(entry, kind, others)
        return Card(
            outcome="answered",
            conclusion=entry.conclusion,
            point=point,
            detail=entry.detail,
            more=more,
            basis=basis(entry),
            citations=citations(entry),
            buttons=(*related, *self._procedure(entry, question), *change, *cut, self._person()),
            understood={"entries": [entry.id], **({"ordinary": ordinary.id} if ordinary else {})},
        )

    def brief(self, entry: Entry) -> Card:
        """Return an entry's conclusion alone, one of two answers; all of it is one tap away."""
        return Card(
            outcome="answered",
            conclusion=entry.conclusion,
            basis=basis(entry),
            citations=citations(entry),
            buttons=(to_entry(entry), self._person()),
            understood={"entries": [entry.id]},
        )

    def continued(self, entry: Entry, text: str) -> Card:
        """Return a part of the entry that was given before."""
        return Card(
            outcome="answered",
            conclusion=self._wording.text("utter_continued", title=entry.title),
            detail=text,
            basis=basis(entry),
            citations=citations(entry),
            buttons=(to_entry(entry), *self._procedure(entry), self._person()),
            understood={"entries": [entry.id]},
        )

    def local(self, entry: Entry) -> Card:
        """Return what a local entry adds to the wider one that was just given."""
        region = entry.region.split("/")[-1]
        return Card(
            outcome="answered",
            conclusion=self._wording.text("utter_local", region=region, conclusion=entry.conclusion),
            basis=basis(entry),
            citations=citations(entry),
            buttons=(to_entry(entry),),
            understood={"entries": [entry.id], "wider": entry.supplements},
        )

    def calculated(self, entry: Entry, question: str, region: str | None = None) -> Card | None:
        """Return what the entry's calculator makes of the question's figures, None without them."""
        return self._calculated.card(entry, question, region, datetime.now(ZONE).date())

    def meant(self, entry: Entry) -> Card:
        """Return the conclusion of what may have been meant instead of the entry that was just given."""
        return Card(
            outcome="answered",
            conclusion=self._wording.text("utter_meant", title=entry.title, conclusion=entry.conclusion),
            basis=basis(entry),
            citations=citations(entry),
            buttons=(to_entry(entry),),
            understood={"entries": [entry.id]},
        )

    def ask_which(self, question: str, entries: Sequence[Entry]) -> Card:
        """Ask which of a few entries is meant."""
        quoted = question if len(question) <= _QUOTED else question[:_QUOTED] + "…"
        return Card(
            outcome="asked_back",
            conclusion=self._wording.text("utter_ask_which", question=quoted),
            buttons=(*(to_entry(entry) for entry in entries), self._person()),
            understood={"entries": [entry.id for entry in entries]},
        )

    def told(self, response: str, call: str | None = None, **values: str) -> Card:
        """Return a response as a card, with a number to call."""
        calls = (self._call(call),) if call else ()
        return Card(outcome="told", conclusion=self._wording.text(response, **values), buttons=(*calls, self._person()))

    def question(self, response: str, fact: str, buttons: Sequence[Button], **values: str) -> Card:
        """Return a question for the worker's kind or region, with one-tap answers."""
        text = self._wording.text(response, **values)
        return Card("asked_back", text, buttons=tuple(buttons), understood={"asks": fact})

    def choice(self, title: str, values: dict[str, str], **placeholders: str) -> Button:
        """Return a button that answers one of our questions."""
        return Button(self._wording.text(title, **placeholders), "ask_policy", values)

    def distress(self, entry: Entry | None) -> Card:
        """Return what to do first; what the knowledge base would have answered is one tap away, no lecture.

        The gateway's rule answers distress that is beyond doubt; this is the net behind it, which errs more often.
        """
        about = (to_entry(entry),) if entry else ()
        return Card(
            "distress", self._wording.text("utter_distress"), buttons=(*about, self._call("listener"), self._person())
        )

    def declined(self, response: str) -> Card:
        """Return a response that declines, with what else can be done."""
        return Card("declined", self._wording.text(response), buttons=self._elsewhere("union"))

    def off_topic(self, referral: Referral | None = None) -> Card:
        """Decline what is not the union's business: no question that was not understood, and no matter for staff."""
        if referral is None:
            return Card("off_topic", self._wording.text("utter_out_of_scope"), buttons=self._elsewhere("union"))
        call, person, guide = self._call(referral), self._person(), self._guide()
        return Card("off_topic", self._wording.text(f"utter_refer_{referral}"), buttons=(call, person, guide))

    def _elsewhere(self, whom: str) -> tuple[Button, ...]:
        return (self._person(), self._call(whom), self._guide())

    def _related(self, entry: Entry, kind: str | None, others: Sequence[Entry]) -> list[Button]:
        related = (self._knowledge_base.entry(other, region=entry.region) for other in entry.related)
        # an entry in whose place this one answers her kind would only lead back here
        there = [other for other in related if other and dict(other.variants).get(kind or "") != entry.id]
        meant = [other for other in others if other.id != entry.id and dict(other.variants).get(kind or "") != entry.id]
        first = meant[:MEANT]
        return [to_entry(other) for other in [*first, *(other for other in there if other not in first)][:RELATED]]

    def _points(self, question: str, entry: Entry) -> tuple[str, str, list[Button]]:
        """Return the point that was asked, what unfolds, nearest lines first, and a button to all where it is cut."""
        if not question:
            return "", entry.more, []
        found = self._knowledge_base.points(question, entry)
        point = self._wording.text("utter_point", point=found.point.lstrip("-* ")) if found.point else ""
        if len(found.others) <= UNFOLDED:
            return point, "\n".join(found.others), []
        everything = Button(self._wording.text("utter_button_everything"), "ask_policy", {"entry": entry.id})
        return point, "\n".join(found.others[:UNFOLDED]), [everything]

    def _procedure(self, entry: Entry, question: str = "") -> list[Button]:
        """Return what the chat can do about it: count, where she has not told all figures, and the entry's service."""
        counts = entry.calculator in CALCULATORS and (not question or self.calculated(entry, question) is None)
        what = {"procedure": CALCULATE, "do": "fresh", "what": str(entry.calculator)}
        buttons = [Button(self._wording.text("utter_button_calculate_this"), INFORM, what)] if counts else []
        if not entry.service or (counts and entry.service == "calculate_entitlement"):
            return buttons
        title = self._wording.text(f"utter_button_{entry.service}")
        if entry.service in FORMS:
            return [*buttons, Button(title, INFORM, {"procedure": entry.service})]
        return [*buttons, Button(title, entry.service)]

    def _change_kind(self, ordinary: Entry) -> Button:
        return self.choice("utter_button_change_kind", {"entry": ordinary.id, "change_kind": "yes"})

    def _guide(self) -> Button:
        return Button(self._wording.text("utter_button_help"), "help")

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


def citations(entry: Entry) -> tuple[Citation, ...]:
    """Return what an entry rests on."""
    return tuple(Citation(c.document, c.article, entry.title, c.url) for c in entry.citations)


def to_entry(entry: Entry) -> Button:
    """Return the button that gives an entry."""
    return Button(entry.title, "ask_policy", {"entry": entry.id})
