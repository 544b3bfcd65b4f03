"""Conversations and their messages: stored once, answered once, in order.

Every public method is one unit of work. A process handles a conversation's messages only while it holds the lease;
storing an answer checks the lease again, so that a process that slept too long cannot answer twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from casework.cards import Answer, Bubble, Button
from casework.choices import Offer
from casework.contacts import add_contact, find_contact, hide_numbers
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import CaseworkError
from casework.tables import AuditEvent, Contact, Conversation, Message, OfferedButton, RetiredSender
from casework.text import clean

SESSION = timedelta(minutes=60)
"""Silence after which the dialogue engine starts afresh."""
TURNS_PER_SENDER = 40
"""Turns after which the dialogue engine gets a new sender id: its tracker becomes slow with length."""
TRACKER_KEPT = timedelta(hours=1)
"""How long a retired sender's tracker stays readable, for a resend that still has to look into it."""


class UnknownButton(CaseworkError):
    """The token was never offered in this conversation."""


class LeaseLost(CaseworkError):
    """Another process handles the conversation by now."""


@dataclass(frozen=True)
class Received:
    """A worker's message as it was stored; `is_new` is False for a repeat of one that was there."""

    conversation_id: int
    message_id: int
    is_new: bool


@dataclass(frozen=True)
class Turn:
    """One worker's message to be answered, with what the dialogue engine needs to know."""

    conversation_id: int
    message_id: int
    message_key: str
    attempts: int
    text: str
    intent: str | None
    values: dict[str, str]
    rasa_sender: str
    region: str | None
    misses: int
    created_at: datetime


@dataclass(frozen=True)
class Shown:
    """A message as a channel shows it."""

    id: int
    author: str
    text: str
    extra: dict[str, Any]
    purpose: str
    reply_to_id: int | None
    created_at: datetime
    conversation_id: int


class Conversations:
    """Stores and gives conversations."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self._database = database
        self._keyring = keyring

    def find(self, channel: str, address: str) -> int | None:
        """Return the id of the conversation with this address, or None."""
        with self._database.read() as session:
            contact_id = find_contact(session, self._keyring, channel, address)
            return session.scalar(select(Conversation.id).where(_of(contact_id, channel))) if contact_id else None

    def receive(
        self, channel: str, address: str, platform_message_id: str, *, text: str = "", button: str | None = None
    ) -> Received:
        """Store a worker's message, once per platform message id, before anything is done with it.

        Private numbers are replaced before the text is stored. Raises `UnknownButton` for a token that was not
        offered in this conversation; nothing is stored then.
        """
        try:
            return self._receive(channel, address, platform_message_id, text, button)
        except IntegrityError:  # two requests with the same id, or the first two of a new contact, at once
            return self._receive(channel, address, platform_message_id, text, button)

    def _receive(self, channel: str, address: str, platform_message_id: str, text: str, token: str | None) -> Received:
        with self._database.write() as session:
            known = session.execute(
                select(Message.conversation_id, Message.id).where(
                    Message.channel == channel, Message.platform_message_id == platform_message_id
                )
            ).first()
            if known is not None:
                return Received(known.conversation_id, known.id, is_new=False)
            conversation = self._open(session, channel, address)
            offered = _offered(session, conversation.id, token) if token is not None else None
            words = offered.title if offered else clean(text)
            message = Message(
                conversation_id=conversation.id,
                author="worker",
                text=hide_numbers(session, self._keyring, conversation.contact_id, words),
                extra={"intent": offered.intent, "values": offered.values} if offered else {},
                channel=channel,
                platform_message_id=platform_message_id,
                message_key=secrets.token_urlsafe(18),
                handling="received",
                next_attempt_at=now(),
            )
            session.add(message)
            session.flush()
            return Received(conversation.id, message.id, is_new=True)

    def _open(self, session: Session, channel: str, address: str) -> Conversation:
        """Return the conversation of this address, locked; a long silence gives it a new sender id."""
        contact_id = find_contact(session, self._keyring, channel, address)
        if contact_id is None:
            contact_id = add_contact(session, self._keyring, channel, address)
        conversation = session.scalar(select(Conversation).where(_of(contact_id, channel)).with_for_update())
        if conversation is None:
            conversation = Conversation(contact_id=contact_id, channel=channel, rasa_sender=_new_sender())
            session.add(conversation)
            session.flush()
        elif conversation.state == "resolved" or now() - conversation.last_message_at > SESSION:
            conversation.state = "pending"
            _change_sender(session, conversation)
        conversation.last_message_at = now()
        return conversation

    def claim(self, conversation_id: int, owner: str, lease: timedelta) -> bool:
        """Take the conversation for `owner` if nobody holds it; tell whether that worked."""
        moment = now()
        claimed = (
            update(Conversation)
            .where(Conversation.id == conversation_id, _is_free(moment) | (Conversation.lease_owner == owner))
            .values(lease_owner=owner, lease_until=moment + lease)
        )
        with self._database.write() as session:
            return bool(session.execute(claimed).rowcount)  # type: ignore[attr-defined]  # an UPDATE has a row count

    def release(self, conversation_id: int, owner: str) -> None:
        """Give the conversation back."""
        released = (
            update(Conversation)
            .where(Conversation.id == conversation_id, Conversation.lease_owner == owner)
            .values(lease_owner=None, lease_until=None)
        )
        with self._database.write() as session:
            session.execute(released)

    def due(self, limit: int = 100) -> list[int]:
        """Return conversations that nobody holds and whose oldest unanswered message's time has come."""
        moment = now()
        earlier = aliased(Message)
        waits = exists().where(
            earlier.conversation_id == Message.conversation_id,
            earlier.handling == "received",
            earlier.id < Message.id,
        )
        with self._database.read() as session:
            return list(
                session.scalars(
                    select(Conversation.id)
                    .join(Message)
                    .where(Message.handling == "received", Message.next_attempt_at <= moment, _is_free(moment), ~waits)
                    .order_by(Message.next_attempt_at)
                    .limit(limit)
                )
            )

    def begin_turn(self, conversation_id: int, owner: str, lease: timedelta) -> Turn | None:
        """Renew the lease and count an attempt at the oldest unanswered message; None when none is due.

        Later messages wait for the oldest one. Raises `LeaseLost`.
        """
        with self._database.write() as session:
            conversation = _held(session, conversation_id, owner)
            message = session.scalar(
                select(Message)
                .where(Message.conversation_id == conversation_id, Message.handling == "received")
                .order_by(Message.id)
                .limit(1)
            )
            if message is None or (message.next_attempt_at is not None and message.next_attempt_at > now()):
                return None
            message.attempts += 1
            conversation.lease_until = now() + lease
            contact = session.get_one(Contact, conversation.contact_id)
            return Turn(
                conversation_id=conversation_id,
                message_id=message.id,
                message_key=str(message.message_key),
                attempts=message.attempts,
                text=message.text,
                intent=message.extra.get("intent"),
                values=dict(message.extra.get("values") or {}),
                rasa_sender=conversation.rasa_sender,
                region=contact.region,
                misses=conversation.misses,
                created_at=message.created_at,
            )

    def latest_offers(self, conversation_id: int) -> list[Offer]:
        """Return the buttons of the bot's latest bubble that had any."""
        with self._database.read() as session:
            newest = (
                select(OfferedButton.message_id)
                .where(OfferedButton.conversation_id == conversation_id)
                .order_by(OfferedButton.message_id.desc())
                .limit(1)
                .scalar_subquery()
            )
            buttons = session.scalars(select(Message.extra).where(Message.id == newest)).first() or {}
        return [Offer(button.get("token"), button["title"]) for button in buttons.get("buttons", ())]

    def offered(self, conversation_id: int, token: str) -> Button:
        """Return what a token means. Raises `UnknownButton`."""
        with self._database.read() as session:
            button = _offered(session, conversation_id, token)
            return Button(button.title, button.intent, button.values)

    def answer(
        self,
        message_id: int,
        answer: Answer,
        *,
        owner: str | None = None,
        notice: Bubble | None = None,
        failed: bool = False,
        asked_engine: bool = True,
    ) -> bool:
        """Store the answer of a message and mark it answered, in one transaction; False when it had one.

        `notice` is the notice on personal data, added when this contact was not given it yet. `owner` must hold the
        lease (`LeaseLost`); without owner (distress, which waits for nobody) the lease is not looked at.
        """
        with self._database.write() as session:
            conversation = session.scalars(  # locked before its message, as everywhere: PostgreSQL would see a deadlock
                select(Conversation).join(Message).where(Message.id == message_id).with_for_update(of=Conversation)
            ).one()
            message = session.get_one(Message, message_id, with_for_update=True)
            if owner is not None and conversation.lease_owner != owner:
                raise LeaseLost(f"conversation {conversation.id} is held by another process")
            if message.handling != "received":
                return False
            for part, bubble in enumerate(answer.bubbles):
                _add_bubble(session, conversation, message, bubble, "bot", "answer", part)
            contact = session.get_one(Contact, conversation.contact_id)
            if notice is not None and contact.notice_given_at is None:
                contact.notice_given_at = now()
                _add_bubble(session, conversation, message, notice, "system", "notice", 1)
            message.handling = "failed" if failed else "answered"
            message.handled_at = now()
            message.next_attempt_at = None
            if answer.outcome != "asked_back":
                conversation.misses = conversation.misses + 1 if answer.outcome == "declined" else 0
            conversation.last_message_at = now()
            if asked_engine:
                conversation.rasa_turns += 1
                if conversation.rasa_turns >= TURNS_PER_SENDER:
                    _change_sender(session, conversation)
            return True

    def postpone(self, message_id: int, owner: str, until: datetime, notice: Bubble) -> None:
        """Keep a message for a later attempt; the worker is told once in a row of failures. Raises `LeaseLost`."""
        with self._database.write() as session:
            message = session.get_one(Message, message_id)
            conversation = _held(session, message.conversation_id, owner)
            message.next_attempt_at = until
            told = session.scalar(
                select(Message.id).where(Message.reply_to_id == message_id, Message.purpose == "notice")
            )
            if told is None:
                _add_bubble(session, conversation, message, notice, "system", "notice", 0)

    def shown(self, conversation_id: int, *, after: int = 0, limit: int = 200) -> list[Shown]:
        """Return what was said since message `after`, oldest first; without it the latest `limit`."""
        query = select(Message).where(Message.conversation_id == conversation_id, Message.id > after)
        with self._database.read() as session:
            if after:
                return [_shown(m) for m in session.scalars(query.order_by(Message.id).limit(limit))]
            latest = session.scalars(query.order_by(Message.id.desc()).limit(limit)).all()
            return [_shown(m) for m in reversed(latest)]

    def newest(self, conversation_ids: Sequence[int]) -> dict[int, int]:
        """Return the id of the newest message of each of these conversations."""
        newest = (
            select(Message.conversation_id, func.max(Message.id))
            .where(Message.conversation_id.in_(conversation_ids))
            .group_by(Message.conversation_id)
        )
        with self._database.read() as session:
            return {row[0]: row[1] for row in session.execute(newest)}

    def replies(self, message_id: int) -> tuple[str, list[Shown]]:
        """Return how a worker's message is handled, and what was said in reply to it: answer first, then notices."""
        with self._database.read() as session:
            handling = str(session.scalar(select(Message.handling).where(Message.id == message_id)))
            rows = session.scalars(
                select(Message).where(Message.reply_to_id == message_id).order_by(Message.purpose, Message.part)
            )
            return handling, [_shown(m) for m in rows]

    def state(self, conversation_id: int) -> str:
        """Return the conversation's state; one that was erased meanwhile is as one that has not begun."""
        with self._database.read() as session:
            conversation = session.get(Conversation, conversation_id)
            return conversation.state if conversation else "pending"

    def waiting(self, conversation_id: int) -> int:
        """Return how many of the worker's messages have no answer yet."""
        with self._database.read() as session:
            return len(
                session.scalars(
                    select(Message.id).where(Message.conversation_id == conversation_id, Message.handling == "received")
                ).all()
            )

    def is_stalled(self, conversation_id: int) -> bool:
        """Tell whether a message is kept for a later attempt, so that those after it wait as well."""
        kept = select(Message.id).where(
            Message.conversation_id == conversation_id,
            Message.handling == "received",
            Message.attempts > 0,
            Message.next_attempt_at > now(),
        )
        with self._database.read() as session:
            return session.scalar(kept.limit(1)) is not None

    def record(self, event: str, conversation_id: int, **details: str) -> None:
        """Write an audit event about a conversation: codes only, never words."""
        with self._database.write() as session:
            session.add(
                AuditEvent(
                    actor="gateway",
                    event=event,
                    object_type="conversation",
                    object_id=conversation_id,
                    details=details,
                )
            )


def _of(contact_id: int | None, channel: str) -> ColumnElement[bool]:
    return and_(Conversation.contact_id == contact_id, Conversation.channel == channel)


def _is_free(moment: datetime) -> ColumnElement[bool]:
    return or_(Conversation.lease_until.is_(None), Conversation.lease_until < moment)


def _held(session: Session, conversation_id: int, owner: str) -> Conversation:
    conversation = session.get(Conversation, conversation_id, with_for_update=True)
    if conversation is None or conversation.lease_owner != owner:
        raise LeaseLost(f"conversation {conversation_id} is held by another process")
    return conversation


def _offered(session: Session, conversation_id: int, token: str) -> OfferedButton:
    button = session.get(OfferedButton, token)
    if button is None or button.conversation_id != conversation_id:
        raise UnknownButton("this button was not offered in this conversation")
    return button


def _new_sender() -> str:
    return secrets.token_urlsafe(24)


def _change_sender(session: Session, conversation: Conversation) -> None:
    session.add(
        RetiredSender(
            rasa_sender=conversation.rasa_sender,
            conversation_id=conversation.id,
            delete_after=now() + TRACKER_KEPT,
        )
    )
    conversation.rasa_sender = _new_sender()
    conversation.rasa_turns = 0


def _add_bubble(
    session: Session,
    conversation: Conversation,
    message: Message,
    bubble: Bubble,
    author: str,
    purpose: str,
    part: int,
) -> None:
    tokens = [None if button.url else secrets.token_urlsafe(18) for button in bubble.buttons]
    row = Message(
        conversation_id=conversation.id,
        author=author,
        text=bubble.text,
        purpose=purpose,
        part=part,
        reply_to_id=message.id,
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


def _shown(message: Message) -> Shown:
    return Shown(
        id=message.id,
        author=message.author,
        text=message.text,
        extra=message.extra,
        purpose=message.purpose,
        reply_to_id=message.reply_to_id,
        created_at=message.created_at,
        conversation_id=message.conversation_id,
    )
