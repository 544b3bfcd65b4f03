"""An answer and the bubbles that it becomes. Pure.

An action sends one card as Rasa's `custom` message; plain `text` and `buttons` from `domain.yml` are taken as well.
A card is at most three bubbles: the conclusion, the point that was asked where the conclusion does not tell it, then
what to do with everything that unfolds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, get_args

from casework.errors import CaseworkError

FIRST_BUBBLE = 120
"""Characters of the first bubble: the conclusion and the one next step."""
SECOND_BUBBLE = 300
"""Characters of the second bubble: steps, deadline, papers."""

Outcome = Literal[
    "answered", "asked_back", "declined", "off_topic", "hand_off", "distress", "failed", "told", "filling"
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""`hand_off` and `distress` ask the gateway to bring a person in, with the card as what is said first; `filling` is a
form's next step."""

COUNTS_FOR_ALL: tuple[Outcome, ...] = ("distress", "hand_off", "failed", "filling")
"""Outcomes of one card that count for the whole turn: people are called for, or a form goes on after a question."""


class CardError(CaseworkError):
    """What the dialogue engine sent is no answer that can be shown."""


@dataclass(frozen=True)
class Button:
    """One tap: either an intent with values for the dialogue engine, or an address to open."""

    title: str
    intent: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    url: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the button as JSON for the way through Rasa."""
        if self.url is not None:
            return {"title": self.title, "url": self.url}
        return {"title": self.title, "intent": self.intent, "values": dict(self.values)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read a card's button, or a response's (`payload: /intent`). Raises `CardError`."""
        title, url, intent = data.get("title"), data.get("url"), data.get("intent")
        payload = data.get("payload")
        if intent is None and isinstance(payload, str) and payload.startswith("/"):
            intent = payload.lstrip("/")
        if not isinstance(title, str) or not title or not (isinstance(url, str) or isinstance(intent, str)):
            raise CardError(f"a button needs a title and an intent or a url: {sorted(data)}")
        values = {str(key): str(value) for key, value in (data.get("values") or {}).items()}
        return cls(title, None if url else intent, values, url)


@dataclass(frozen=True)
class Citation:
    """The place in a law or document that an answer rests on."""

    document: str
    article: str | None
    title: str
    url: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the citation as the web chat's contract has it."""
        return {"document": self.document, "article": self.article, "title": self.title, "url": self.url}


@dataclass(frozen=True)
class Bubble:
    """What is shown at once, on any channel; `basis`, `more` and `citations` are folded where that is possible."""

    text: str
    buttons: tuple[Button, ...] = ()
    citations: tuple[Citation, ...] = ()
    basis: str | None = None
    more: str | None = None


@dataclass(frozen=True)
class Card:
    """A whole answer."""

    outcome: Outcome
    conclusion: str
    point: str = ""
    """What tells the very point asked, where neither conclusion nor detail does."""
    detail: str = ""
    more: str = ""
    basis: str = ""
    citations: tuple[Citation, ...] = ()
    buttons: tuple[Button, ...] = ()
    understood: Mapping[str, Any] = field(default_factory=dict)
    """What the answer rests on: `intent`, `confidence`, `entries` (their ids), for the staff; `topic`, for what the
    worker asks next (casework/previous.py)."""

    def as_dict(self) -> dict[str, Any]:
        """Return the card as JSON for the way through Rasa."""
        return {
            "card": {
                "outcome": self.outcome,
                "conclusion": self.conclusion,
                "point": self.point,
                "detail": self.detail,
                "more": self.more,
                "basis": self.basis,
                "citations": [citation.as_dict() for citation in self.citations],
                "buttons": [button.as_dict() for button in self.buttons],
                "understood": dict(self.understood),
            }
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `as_dict` gave. Raises `CardError`."""
        card = data.get("card")
        if not isinstance(card, Mapping) or not card.get("conclusion") or card.get("outcome") not in OUTCOMES:
            raise CardError("a custom message needs a card with a conclusion and an outcome")
        return cls(
            outcome=card["outcome"],
            conclusion=str(card["conclusion"]),
            point=str(card.get("point") or ""),
            detail=str(card.get("detail") or ""),
            more=str(card.get("more") or ""),
            basis=str(card.get("basis") or ""),
            citations=tuple(
                Citation(str(c["document"]), c.get("article"), str(c.get("title") or ""), c.get("url"))
                for c in card.get("citations") or ()
            ),
            buttons=tuple(Button.from_dict(button) for button in card.get("buttons") or ()),
            understood=dict(card.get("understood") or {}),
        )

    def resting_on(self, **understood: Any) -> Self:
        """Return the card with more of what it rests on."""
        return replace(self, understood={**self.understood, **understood})

    def bubbles(self) -> tuple[Bubble, ...]:
        """Split into one to three bubbles; what unfolds hangs on the last."""
        rest = {
            "buttons": self.buttons,
            "citations": self.citations,
            "basis": self.basis or None,
            "more": self.more or None,
        }
        *first, last = (text for text in (self.conclusion, self.point, self.detail) if text)
        return (*(Bubble(text) for text in first), Bubble(last, **rest))  # type: ignore[arg-type]  # a dict has one type


@dataclass(frozen=True)
class Answer:
    """What one turn of the dialogue engine came to."""

    bubbles: tuple[Bubble, ...]
    outcome: Outcome = "told"
    understood: Mapping[str, Any] = field(default_factory=dict)


def answer_from_rasa(messages: Iterable[Mapping[str, Any]]) -> Answer | None:
    """Read the messages of one turn, several cards in their order; None when there is nothing to show: a failed turn.

    What the turn came to is what its first card came to, unless another one calls for people or goes on with a form.
    Raises `CardError`.
    """
    bubbles: list[Bubble] = []
    cards: list[Card] = []
    try:
        for message in messages:
            custom = message.get("custom")
            if custom:
                cards.append(Card.from_dict(custom))
                bubbles.extend(cards[-1].bubbles())
            elif message.get("text"):
                buttons = tuple(Button.from_dict(button) for button in message.get("buttons") or ())
                bubbles.append(Bubble(str(message["text"]), buttons))
        understood = _together([card.understood for card in cards])
    except (KeyError, TypeError, AttributeError) as error:  # a part of another shape: a failed turn, not a fault here
        raise CardError(f"the answer has a part that cannot be read: {type(error).__name__}") from error
    outcomes = [card.outcome for card in cards] or ["told"]
    outcome = next((each for each in COUNTS_FOR_ALL if each in outcomes), outcomes[0])
    return Answer(tuple(bubbles), outcome, understood) if bubbles else None


def _together(understood: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Put what several cards rest on into one: the first one's word counts, the entries are those of all."""
    entries = [entry for each in understood for entry in each.get("entries") or ()]
    together = {key: value for each in reversed(understood) for key, value in each.items()}
    return {**together, "entries": list(dict.fromkeys(entries))} if entries else together
