"""A worker who talks with one of the little dialogues that the gateway leads itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from sqlalchemy import select

from casework.actors import Actor
from casework.cards import Answer, Bubble, Button
from casework.conversations import Conversations, Turn
from casework.crypto import Keyring
from casework.database import Database
from casework.hand_offs import HandOffs
from casework.queue import Opening, open_hand_off
from casework.tables import AuditEvent, Conversation, ConversationEvent, HandOff
from casework.wording import Wording
from tests.union import Union

OWNER = "this process"
LEASE = timedelta(minutes=1)


class FollowUp(Protocol):
    def handle(self, turn: Turn) -> Answer | None: ...


class Worker:
    """Writes on the web chat; what is said to her is stored as the gateway does it."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording, name: str = "wang") -> None:
        self.database, self.name = database, name
        self.conversations = Conversations(database, keyring)
        self.hand_offs = HandOffs(database, keyring, wording, lambda number: Bubble(f"满意吗 {number}"))
        self.latest: Answer | None = None
        self.turn: Turn | None = None
        self._count = 0

    def says(self, text: str, follow_up: FollowUp) -> str | None:
        """Write something; return the answer, None when the dialogue leaves the message to others."""
        return self._turn(follow_up, text=text)

    def taps(self, title: str, follow_up: FollowUp) -> str | None:
        """Tap a button of the latest bubbles that had any."""
        offers = self.conversations.latest_offers(self.number)
        return self._turn(follow_up, button=next(offer.token for offer in offers if offer.title == title))

    def is_shown(self, *bubbles: Bubble) -> None:
        """Show her something as an answer to a message."""
        received = self._receive(text="嗯")
        self.conversations.answer(received, Answer(bubbles))

    def writes(self, text: str) -> int:
        """Write a message that is left as it is; return its id."""
        return self._receive(text=text)

    @property
    def number(self) -> int:
        """The conversation's id."""
        found = self.conversations.find("web", self.name)
        assert found is not None
        return found

    def awaits(self) -> str | None:
        """Return the question to which her next message is the answer."""
        with self.database.read() as session:
            return session.get_one(Conversation, self.number).awaits

    @property
    def buttons(self) -> list[Button]:
        """The buttons of the latest answer."""
        assert self.latest is not None
        return [button for bubble in self.latest.bubbles for button in bubble.buttons]

    def hand_over(self, text: str = "转人工") -> int:
        """Ask for a person; return the hand-off's id."""
        received = self._receive(text=text)

        def effect(session, conversation, _message):  # type: ignore[no-untyped-def]  # an Effect
            open_hand_off(session, conversation, Opening("asked_for"))
            return []

        self.conversations.answer(received, Answer(()), effect=effect)
        hers = HandOff.conversation_id == self.number
        with self.database.read() as session:
            number = session.scalar(select(HandOff.id).where(hers, HandOff.ended_at.is_(None)))
            assert number is not None
            return number

    def is_served_by(self, actor: Actor) -> int:
        """Ask for a person, who comes and ends it; return the hand-off's id."""
        number = self.hand_over()
        self.hand_offs.claim(actor, self.number)
        self.hand_offs.resolve(actor, self.number, "advised", "wages")
        return number

    def _turn(self, follow_up: FollowUp, text: str = "", button: str | None = None) -> str | None:
        self._receive(text=text, button=button)
        self.conversations.claim(self.number, OWNER, LEASE)
        self.turn = self.conversations.begin_turn(self.number, OWNER, LEASE)
        assert self.turn is not None
        self.latest = follow_up.handle(self.turn)
        answer = self.latest or Answer((Bubble("机器人的话"),))
        assert self.conversations.answer(self.turn.message_id, answer, owner=OWNER)
        return "\n".join(bubble.text for bubble in self.latest.bubbles) if self.latest else None

    def _receive(self, text: str = "", button: str | None = None) -> int:
        self._count += 1
        key = f"{self.name}:{self._count}"
        return self.conversations.receive("web", self.name, key, text=text, button=button).message_id


def told_consoles(database: Database) -> list[str]:
    """Return the kinds of all events for consoles."""
    with database.read() as session:
        return list(session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.id)))


def audited(database: Database) -> list[tuple[str, str]]:
    """Return who did what, in order."""
    with database.read() as session:
        rows = session.execute(select(AuditEvent.actor, AuditEvent.event).order_by(AuditEvent.id))
        return [(row.actor, row.event) for row in rows]


__all__ = ["Union", "Worker", "audited", "told_consoles"]
