"""Conversations and their messages: stored once, answered once, in order.

Every public method is one unit of work. A process handles a conversation's messages only while it holds the lease;
storing an answer checks the lease again, so that a process that slept too long cannot answer twice.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from casework.cards import Answer, Bubble, Button
from casework.choices import Offer
from casework.console_events import tell
from casework.contacts import add_contact, find_contact, hide_numbers
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import CaseworkError
from casework.messages import Enclosure, Shown, add_bubble, as_shown, words_beside
from casework.previous import previous_topic
from casework.procedures import drafts
from casework.queue import hand_to_staff, look_again, mind_grievance, place, places
from casework.reach import allow
from casework.tables import Contact, Conversation, HandOff, Message, OfferedButton, RetiredSender, Staff
from casework.text import clean

SESSION = timedelta(minutes=60)
"""Silence after which the dialogue engine starts afresh."""
TURNS_PER_SENDER = 40
"""Turns after which the dialogue engine gets a new sender id: its tracker becomes slow with length."""
TRACKER_KEPT = timedelta(hours=1)
"""How long a retired sender's tracker stays readable, for a resend that still has to look into it."""
STAFF_WORDS_KEPT = timedelta(days=7)
"""How long after a hand-off the dialogue engine is told what was said in it."""

KEEPS_MISSES = ("asked_back", "off_topic", "filling")
"""Outcomes that say nothing of whether the worker is understood."""
Effect = Callable[[Session, Conversation, Message], list[Bubble]]
"""What else happens with an answer, in its transaction; the bubbles tell the worker, and come after the answer."""


class UnknownButton(CaseworkError):
    """The token was never offered in this conversation."""


class LeaseLost(CaseworkError):
    """Another process handles the conversation by now."""


@dataclass(frozen=True)
class Received:
    """A worker's message as it was stored; `is_new` is False for a repeat of one that was there.

    `intent` is what a tapped button means, None for what was typed.
    """

    conversation_id: int
    message_id: int
    is_new: bool
    intent: str | None = None


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
    state: str = "pending"
    awaits: str | None = None
    is_first: bool = False
    """Whether the dialogue engine knows nothing yet of this sender."""
    kind: str | None = None
    """The kind of worker that she said she is."""
    previous: dict[str, Any] | None = None
    """What she asked before (casework/previous.py)."""
    in_form: bool = False
    """Whether a form waits for its next answer."""
    paused: str | None = None
    """The form that she put aside last."""
    attachment: str | None = None
    """What came with the words, which the bot can do nothing with: photo, document, voice or location."""


@dataclass(frozen=True)
class Status:
    """Where a conversation stands, for its worker: `queue` is her place while she waits, `assigned` who is there."""

    state: str = "pending"
    queue: int | None = None
    assigned: str | None = None
    typing: bool = False


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
        self,
        channel: str,
        address: str,
        platform_message_id: str,
        *,
        text: str = "",
        button: str | None = None,
        enclosure: Enclosure | None = None,
    ) -> Received:
        """Store a worker's message, once per platform message id, before anything is done with it.

        Private numbers are replaced before the text is stored. Raises `UnknownButton` for a token that was not
        offered in this conversation, and what `enclosure` raises when it is kept; nothing is stored then.
        """
        try:
            return self._receive(channel, address, platform_message_id, text, button, enclosure)
        except IntegrityError:  # two requests with the same id, or the first two of a new contact, at once
            return self._receive(channel, address, platform_message_id, text, button, enclosure)

    def _receive(
        self,
        channel: str,
        address: str,
        platform_message_id: str,
        text: str,
        token: str | None,
        enclosure: Enclosure | None,
    ) -> Received:
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
            mind_grievance(session, conversation, words)
            with_staff = conversation.assignee_id is not None
            message = Message(
                conversation_id=conversation.id,
                author="worker",
                text=(enclosure.label if enclosure else "")
                + hide_numbers(session, self._keyring, conversation.contact_id, words),
                extra={"intent": offered.intent, "values": offered.values} if offered else {},
                channel=channel,
                platform_message_id=platform_message_id,
                message_key=secrets.token_urlsafe(18),
                handling="staff" if with_staff else "received",
                next_attempt_at=None if with_staff else now(),
            )
            session.add(message)
            session.flush()
            if enclosure is not None:
                message.extra = {"label": enclosure.label}
                enclosure.keep(session, message)
            if conversation.state == "open" and conversation.unanswered_since is None:
                conversation.unanswered_since = now()
                look_again(session, conversation)
            tell(session, conversation.id, "message")
            return Received(conversation.id, message.id, is_new=True, intent=offered.intent if offered else None)

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
            if conversation.state == "resolved":
                conversation.state = "pending"
            change_sender(session, conversation)
            drafts.pause(session, conversation.id)
        conversation.last_message_at = now()
        allow(conversation, conversation.last_message_at)
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

        Later messages wait for the oldest one; where a person is assigned, all are hers. Raises `LeaseLost`.
        """
        with self._database.write() as session:
            conversation = _held(session, conversation_id, owner)
            if conversation.assignee_id is not None:
                hand_to_staff(session, conversation_id)
                return None
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
            paused = drafts.paused_draft(session, contact.id, since=now() - drafts.OFFERED)
            return Turn(
                conversation_id=conversation_id,
                message_id=message.id,
                message_key=str(message.message_key),
                attempts=message.attempts,
                text=words_beside(message),
                intent=message.extra.get("intent"),
                values=dict(message.extra.get("values") or {}),
                rasa_sender=conversation.rasa_sender,
                region=contact.region,
                kind=contact.kind,
                previous=previous_topic(session, message),
                misses=conversation.misses,
                created_at=message.created_at,
                state=conversation.state,
                awaits=conversation.awaits,
                is_first=conversation.rasa_turns == 0,
                in_form=drafts.active_draft(session, conversation_id) is not None,
                paused=paused.procedure if paused else None,
                attachment=(message.extra.get("attachment") or {}).get("kind"),
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
        effect: Effect | None = None,
        always: bool = False,
    ) -> bool:
        """Store the answer of a message and mark it answered, in one transaction; False when it was not stored.

        It is not stored when the message had one, or when a person took the conversation meanwhile: the message is
        hers then. Only what `always` passes (distress) is said beside her. `notice` is the notice on personal data,
        added when this contact was not given it yet. `owner` must hold the lease (`LeaseLost`); without owner (what
        the gateway's own rules decide waits for nobody) the lease is not looked at.
        """
        with self._database.write() as session:
            conversation = session.scalars(  # locked before its message, as everywhere: PostgreSQL would see a deadlock
                select(Conversation).join(Message).where(Message.id == message_id).with_for_update(of=Conversation)
            ).one()
            message = session.get_one(Message, message_id, with_for_update=True)
            if owner is not None and conversation.lease_owner != owner:
                raise LeaseLost(f"conversation {conversation.id} is held by another process")
            if message.handling != "received" and not (always and _is_unanswered(session, message)):
                return False
            if conversation.assignee_id is not None and not always:
                hand_to_staff(session, conversation.id)
                return False
            for part, bubble in enumerate(answer.bubbles):
                add_bubble(session, conversation, bubble, author="bot", purpose="answer", reply_to=message, part=part)
            contact = session.get_one(Contact, conversation.contact_id)
            if notice is not None and contact.notice_given_at is None:
                contact.notice_given_at = now()
                add_bubble(session, conversation, notice, author="system", reply_to=message, part=1)
            message.handling = "failed" if failed else "answered"
            message.handled_at = now()
            message.next_attempt_at = None
            if answer.outcome not in KEEPS_MISSES:
                conversation.misses = conversation.misses + 1 if answer.outcome == "declined" else 0
            if answer.understood:
                message.extra = {**message.extra, "understood": dict(answer.understood)}
            for part, bubble in enumerate(effect(session, conversation, message) if effect else (), start=2):
                add_bubble(session, conversation, bubble, author="system", reply_to=message, part=part)
            conversation.last_message_at = now()
            if asked_engine:
                conversation.rasa_turns += 1
                in_form = drafts.active_draft(session, conversation.id) is not None
                if conversation.rasa_turns >= TURNS_PER_SENDER and not in_form:
                    change_sender(session, conversation)
            return True

    def postpone(self, message_id: int, owner: str, until: datetime, notice: Bubble) -> None:
        """Keep a message for a later attempt; the worker is told once in a row of failures. Raises `LeaseLost`."""
        with self._database.write() as session:
            conversation = _held_of(session, message_id, owner)
            message = session.get_one(Message, message_id)
            if message.handling != "received":  # a person took it meanwhile
                return
            message.next_attempt_at = until
            told = session.scalar(
                select(Message.id).where(Message.reply_to_id == message_id, Message.purpose == "notice")
            )
            if told is None:
                add_bubble(session, conversation, notice, author="system", reply_to=message, part=0)

    def leave_to_staff(self, message_id: int, owner: str) -> None:
        """Leave a message that the bot has nothing to say to for the staff for whom its worker waits.

        Raises `LeaseLost`.
        """
        with self._database.write() as session:
            conversation = _held_of(session, message_id, owner)
            message = session.get_one(Message, message_id, with_for_update=True)
            if message.handling == "received":
                message.handling = "staff"
                message.handled_at = now()
                message.next_attempt_at = None
            conversation.rasa_turns += 1

    def sender(self, conversation_id: int) -> str | None:
        """Return the id by which the dialogue engine knows the conversation."""
        with self._database.read() as session:
            return session.scalar(select(Conversation.rasa_sender).where(Conversation.id == conversation_id))

    def understood(self, understandings: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep what the dialogue engine made of messages, by their keys, for the staff to see."""
        with self._database.write() as session:
            for message in session.scalars(select(Message).where(Message.message_key.in_(understandings))):
                seen = {**(message.extra.get("understood") or {}), **understandings[str(message.message_key)]}
                message.extra = {**message.extra, "understood": seen}
                tell(session, message.conversation_id, "understood")

    def staff_words(self, conversation_id: int) -> list[Shown]:
        """Return what worker and staff said in the latest hand-off, if it ended lately: the engine has to be told."""
        with self._database.read() as session:
            hand_off = session.scalar(
                select(HandOff)
                .where(HandOff.conversation_id == conversation_id, HandOff.ended_at > now() - STAFF_WORDS_KEPT)
                .order_by(HandOff.id.desc())
                .limit(1)
            )
            if hand_off is None or hand_off.claimed_at is None:
                return []
            rows = session.execute(
                select(Message, Staff.display_name)
                .outerjoin(Staff, Staff.id == Message.staff_id)
                .where(
                    Message.conversation_id == conversation_id,
                    Message.author.in_(("worker", "staff")),
                    Message.created_at >= hand_off.claimed_at,
                    Message.created_at <= hand_off.ended_at,
                )
                .order_by(Message.id)
            )
            return [as_shown(message, name) for message, name in rows]

    def status(self, conversation_id: int | None) -> Status:
        """Return where the conversation stands; one that is not there (any more) is as one that has not begun."""
        with self._database.read() as session:
            row = session.execute(
                select(Conversation.state, Conversation.typing_until, Staff.display_name)
                .outerjoin(Staff, Staff.id == Conversation.assignee_id)
                .where(Conversation.id == conversation_id)
            ).first()
            if conversation_id is None or row is None:
                return Status()
            return Status(
                state=row.state,
                queue=place(session, conversation_id) if row.state == "open" else None,
                assigned=row.display_name,
                typing=row.typing_until is not None and row.typing_until > now(),
            )

    def statuses(self, conversation_ids: Sequence[int]) -> dict[int, Status]:
        """Return where each of these conversations stands; one that is not there (any more) is left out."""
        query = (
            select(Conversation.id, Conversation.state, Conversation.typing_until, Staff.display_name)
            .outerjoin(Staff, Staff.id == Conversation.assignee_id)
            .where(Conversation.id.in_(conversation_ids))
        )
        with self._database.read() as session:
            rows = session.execute(query).all()
            wait = any(row.state == "open" and row.display_name is None for row in rows)
            queue = places(session) if wait else {}
        moment = now()
        return {
            row.id: Status(
                state=row.state,
                queue=queue.get(row.id),
                assigned=row.display_name,
                typing=row.typing_until is not None and row.typing_until > moment,
            )
            for row in rows
        }

    def delivered(self, conversation_id: int, message_ids: Sequence[int]) -> None:
        """Note that the worker got these of staff's and the system's messages; the first time counts."""
        new = (
            Message.conversation_id == conversation_id,
            Message.id.in_(message_ids),
            Message.author.in_(("staff", "system")),
            Message.delivered_at.is_(None),
        )
        with self._database.read() as session:
            if session.scalar(select(Message.id).where(*new).limit(1)) is None:
                return
        with self._database.write() as session:
            if session.get(Conversation, conversation_id, with_for_update=True) is None:
                return
            taken = session.execute(update(Message).where(*new).values(delivered_at=now()))
            if taken.rowcount:  # type: ignore[attr-defined]  # an UPDATE has a row count
                tell(session, conversation_id, "delivered")

    def shown(self, conversation_id: int, *, after: int = 0, limit: int = 200) -> list[Shown]:
        """Return what was said since message `after`, oldest first; without it the latest `limit`."""
        query = (
            select(Message, Staff.display_name)
            .outerjoin(Staff, Staff.id == Message.staff_id)
            .where(Message.conversation_id == conversation_id, Message.id > after)
        )
        with self._database.read() as session:
            if after:
                return [as_shown(*row) for row in session.execute(query.order_by(Message.id).limit(limit))]
            latest = session.execute(query.order_by(Message.id.desc()).limit(limit)).all()
            return [as_shown(*row) for row in reversed(latest)]

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
            return handling, [as_shown(m) for m in rows]

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


def _of(contact_id: int | None, channel: str) -> ColumnElement[bool]:
    return and_(Conversation.contact_id == contact_id, Conversation.channel == channel)


def _is_free(moment: datetime) -> ColumnElement[bool]:
    return or_(Conversation.lease_until.is_(None), Conversation.lease_until < moment)


def _held(session: Session, conversation_id: int, owner: str) -> Conversation:
    conversation = session.get(Conversation, conversation_id, with_for_update=True)
    if conversation is None or conversation.lease_owner != owner:
        raise LeaseLost(f"conversation {conversation_id} is held by another process")
    return conversation


def _held_of(session: Session, message_id: int, owner: str) -> Conversation:
    """Return the message's conversation, locked before the message is read. Raises `LeaseLost`."""
    conversation_id = session.scalars(select(Message.conversation_id).where(Message.id == message_id)).one()
    return _held(session, conversation_id, owner)


def _is_unanswered(session: Session, message: Message) -> bool:
    """Tell whether a message that went to staff was not answered by the bot all the same."""
    answered = select(Message.id).where(Message.reply_to_id == message.id, Message.purpose == "answer")
    return message.handling == "staff" and session.scalar(answered.limit(1)) is None


def _offered(session: Session, conversation_id: int, token: str) -> OfferedButton:
    button = session.get(OfferedButton, token)
    if button is None or button.conversation_id != conversation_id:
        raise UnknownButton("this button was not offered in this conversation")
    return button


def _new_sender() -> str:
    return secrets.token_urlsafe(24)


def change_sender(session: Session, conversation: Conversation) -> None:
    """Give the dialogue engine a new sender: it begins afresh, and what the old one knew is deleted in time."""
    session.add(
        RetiredSender(
            rasa_sender=conversation.rasa_sender,
            conversation_id=conversation.id,
            delete_after=now() + TRACKER_KEPT,
        )
    )
    conversation.rasa_sender = _new_sender()
    conversation.rasa_turns = 0
