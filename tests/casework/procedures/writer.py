"""A worker who fills in forms on a database, as the actions have it done: a message each, none of them twice."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from casework.cards import Answer, Bubble
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.messages import Enclosure
from casework.organisations import ensure_root
from casework.procedures import drafts
from casework.procedures.filling import Given
from casework.procedures.library import Library
from casework.procedures.service import Begun, Ending, Procedures, Standing, Turned
from casework.tables import Attachment, Draft, Message
from casework.wording import Wording
from tests.casework.procedures.small_form import ANSWERED, FORM

OTHER = replace(FORM, id="other", title="另一张表", prefix="LY")
LIBRARY = Library({"small": FORM, "other": OTHER})
_numbers = itertools.count(1)


def photo(kind: str = "photo") -> Enclosure:
    """Return a photo as a channel encloses it, its content left out."""

    def keep(session: Any, message: Message) -> None:
        message.extra = {**message.extra, "attachment": {"kind": kind}}
        if kind != "location":
            path = f"photo-{next(_numbers)}"
            attachment = Attachment(
                message_id=message.id, kind=kind, media_type="image/jpeg", size=3, name_sealed=b"x", path=path
            )
            session.add(attachment)

    return Enclosure("〔照片〕", keep)


class Writer:
    """Writes from one address."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        wording: Wording,
        address: str = "wang",
        *,
        channel: str = "web",
        library: Library = LIBRARY,
        endings: Mapping[str, Ending] | None = None,
    ) -> None:
        ensure_root(database)
        self.database, self.keyring, self.address, self.channel = database, keyring, address, channel
        self.conversations = Conversations(database, keyring)
        self.procedures = Procedures(database, keyring, library, wording, region_named, endings or {})
        self.key = ""

    def writes(self, text: str = "嗯", enclosure: Enclosure | None = None) -> str:
        """Send a message, which gets some answer; return its key."""
        number = f"{self.address}:{next(_numbers)}"
        received = self.conversations.receive(self.channel, self.address, number, text=text, enclosure=enclosure)
        self.conversations.answer(received.message_id, Answer((Bubble("好。"),)))
        with self.database.read() as session:
            self.key = str(session.get_one(Message, received.message_id).message_key)
        return self.key

    def begins(self, form: str = "small", do: str = "") -> Begun:
        """Ask for a form."""
        return self.procedures.begin(self.writes(), form, do)

    def types(self, text: str, intent: str = "") -> Turned:
        """Type something to the form that waits."""
        return self.procedures.turn(self.writes(text), Given(intent=intent))

    def taps(self, step: str, **values: str) -> Turned:
        """Tap a button of a question."""
        return self.procedures.turn(self.writes(), Given(step=step, **values))

    def until(self, step: str, form: str = "small") -> Writer:
        """Begin a form and answer all questions before one; the second consent is given."""
        self.begins(form)
        self.types("同意")
        for step_id, text in (
            *ANSWERED,
            ("consent-sensitive", "同意"),
            ("identity", "11010519491231002X"),
            ("income", "跳过"),
        ):
            if self.step == step:
                break
            assert self.step == step_id
            self.types(text)
        assert self.step == step
        return self

    @property
    def standing(self) -> Standing | None:
        """Where her form stands."""
        return self.procedures.standing(self.key)

    @property
    def step(self) -> str | None:
        """The question that waits for its answer."""
        return self.standing.step if self.standing else None

    @property
    def number(self) -> int:
        """The conversation's id."""
        found = self.conversations.find(self.channel, self.address)
        assert found is not None
        return found

    def drafts(self) -> list[tuple[str, str]]:
        """Return all drafts there are: form and state."""
        with self.database.read() as session:
            rows = session.execute(select(Draft.procedure, Draft.state).order_by(Draft.id))
            return [(row.procedure, row.state) for row in rows]

    def answers(self, form: str = "small") -> dict[str, Any]:
        """Return what stands in a draft."""
        with self.database.read() as session:
            draft = session.scalars(select(Draft).where(Draft.procedure == form)).one()
            return dict(drafts.filled_of(self.keyring, draft).answers)


def region_named(text: str) -> str | None:
    """Know one city."""
    return "江苏/徐州" if "徐州" in text else None
