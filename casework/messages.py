"""Messages as they are stored and shown: one bubble each, whoever wrote it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.cards import Bubble
from casework.console_events import tell
from casework.reach import spend
from casework.tables import Conversation, Message, OfferedButton, Staff


@dataclass(frozen=True)
class Shown:
    """A message as a channel shows it; `staff` is the name of who of the staff wrote it."""

    id: int
    author: str
    text: str
    extra: dict[str, Any]
    purpose: str
    reply_to_id: int | None
    created_at: datetime
    conversation_id: int
    staff: str | None = None


def _nothing() -> None:
    """Leave everything as it is."""


@dataclass(frozen=True)
class Enclosure:
    """What comes with a worker's message beside her words.

    `label` stands in the text for it; `keep` makes it part of the message, in the transaction that stores the message;
    `discard` takes back what was prepared, when the message was not stored.
    """

    label: str
    keep: Callable[[Session, Message], None]
    discard: Callable[[], None] = _nothing


def words_beside(message: Message) -> str:
    """Return what the worker typed herself, without the label of what she sent with it."""
    return message.text.removeprefix(message.extra.get("label", ""))


def as_shown(message: Message, staff: str | None = None) -> Shown:
    """Return a stored message as a channel shows it."""
    return Shown(
        id=message.id,
        author=message.author,
        text=message.text,
        extra=message.extra,
        purpose=message.purpose,
        reply_to_id=message.reply_to_id,
        created_at=message.created_at,
        conversation_id=message.conversation_id,
        staff=staff,
    )


def add_bubble(
    session: Session,
    conversation: Conversation,
    bubble: Bubble,
    *,
    author: str,
    purpose: str = "notice",
    reply_to: Message | None = None,
    part: int = 0,
    staff: Staff | None = None,
) -> Message:
    """Store a bubble, with opaque tokens for its buttons; the conversation's row must be locked."""
    tokens = [None if button.url else secrets.token_urlsafe(18) for button in bubble.buttons]
    row = Message(
        conversation_id=conversation.id,
        author=author,
        text=bubble.text,
        purpose=purpose,
        part=part,
        reply_to_id=reply_to.id if reply_to else None,
        staff_id=staff.id if staff else None,
        channel=conversation.channel,
        extra={
            "buttons": [
                {"title": button.title, "url": button.url} if token is None else {"title": button.title, "token": token}
                for button, token in zip(bubble.buttons, tokens, strict=True)
            ],
            "citations": [citation.as_dict() for citation in bubble.citations],
            "basis": bubble.basis,
            "more": bubble.more,
        },
    )
    session.add(row)
    if reply_to is None:
        spend(conversation)
    session.flush()
    for button, token in zip(bubble.buttons, tokens, strict=True):
        if token is not None:
            session.add(
                OfferedButton(
                    token=token,
                    conversation_id=conversation.id,
                    message_id=row.id,
                    title=button.title,
                    intent=str(button.intent),
                    values=dict(button.values),
                )
            )
    tell(session, conversation.id, "message")
    return row
