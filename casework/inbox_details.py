"""One conversation as the console shows it: its history, its contact, and all that was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from casework.crypto import Keyring
from casework.inbox_rows import Row
from casework.reach import Reach
from casework.tables import (
    Attachment,
    CallBack,
    CallBackAttempt,
    ConversationNote,
    Department,
    HandOff,
    Message,
    Rating,
    Staff,
)


@dataclass(frozen=True)
class PastHandOff:
    """One hand-off of a conversation, the open one too (`ended_at` None); `score` is 1 to 5."""

    id: int
    department: str
    topic: str
    reason: str
    detail: str | None
    priority: int
    opened_at: datetime
    claimed_at: datetime | None
    first_reply_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    outcome: str | None
    category: str | None
    score: int | None
    words: str


@dataclass(frozen=True)
class Attempt:
    """One time that staff rang."""

    at: datetime
    staff: str
    outcome: str
    note: str


@dataclass(frozen=True)
class CallBackView:
    """A promise to telephone; its number is given by the call backs' own service."""

    id: int
    state: str
    safe_hours: str
    created_at: datetime
    closed_at: datetime | None
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class Note:
    """A private note."""

    id: int
    staff_id: int
    staff: str
    text: str
    created_at: datetime


@dataclass(frozen=True)
class Detail:
    """All that stands beside a transcript; `name` is None where the worker has not told it."""

    row: Row
    name: str | None
    region: str | None
    kind: str | None
    """The kind of worker that she said she is (casework/kinds.py)."""
    organisation: str | None
    hand_offs: tuple[PastHandOff, ...]
    others: tuple[Row, ...]
    call_backs: tuple[CallBackView, ...]
    notes: tuple[Note, ...]
    reach: Reach


@dataclass(frozen=True)
class File:
    """An attachment: `kind` is photo, document or voice, `size` in bytes."""

    id: int
    kind: str
    media_type: str
    size: int
    name: str


@dataclass(frozen=True)
class Item:
    """One thing in a transcript: a message (`author` worker, bot, staff or system) or a note (`author` staff).

    `understood` is what the dialogue engine made of a worker's message (intent, confidence, entries).
    """

    kind: Literal["message", "note"]
    id: int
    author: str
    staff_id: int | None
    staff: str | None
    text: str
    created_at: datetime
    purpose: str = "message"
    extra: dict[str, Any] = field(default_factory=dict)
    understood: dict[str, Any] | None = None
    handling: str | None = None
    delivered_at: datetime | None = None
    reply_to_id: int | None = None
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Transcript:
    """A stretch of a conversation, oldest first; `newest` is the id of its last message, to be asked `after`.

    `has_earlier` tells whether messages stand before the first one.
    """

    items: tuple[Item, ...]
    newest: int
    has_earlier: bool


def hand_offs_of(session: Session, conversation_id: int) -> tuple[PastHandOff, ...]:
    """Return every hand-off of a conversation with its rating, the latest first."""
    query = (
        select(HandOff, Department.name, Department.topic, Staff.display_name, Rating.score, Rating.words)
        .join(Department, Department.id == HandOff.department_id)
        .outerjoin(Staff, Staff.id == HandOff.ended_by_id)
        .outerjoin(Rating, Rating.hand_off_id == HandOff.id)
        .where(HandOff.conversation_id == conversation_id)
        .order_by(HandOff.id.desc())
    )
    return tuple(
        PastHandOff(
            id=hand_off.id,
            department=department,
            topic=topic,
            reason=hand_off.reason,
            detail=hand_off.detail,
            priority=hand_off.priority,
            opened_at=hand_off.opened_at,
            claimed_at=hand_off.claimed_at,
            first_reply_at=hand_off.first_reply_at,
            ended_at=hand_off.ended_at,
            ended_by=ended_by,
            outcome=hand_off.outcome,
            category=hand_off.category,
            score=score,
            words=words or "",
        )
        for hand_off, department, topic, ended_by, score, words in session.execute(query)
    )


def call_backs_of(session: Session, conversation_id: int) -> tuple[CallBackView, ...]:
    """Return every call back of a conversation with its attempts, the latest first."""
    promised = session.scalars(
        select(CallBack).where(CallBack.conversation_id == conversation_id).order_by(CallBack.id.desc())
    ).all()
    rang = (
        select(CallBackAttempt, Staff.display_name)
        .join(Staff, Staff.id == CallBackAttempt.staff_id)
        .where(CallBackAttempt.call_back_id.in_([promise.id for promise in promised]))
        .order_by(CallBackAttempt.id)
    )
    attempts: defaultdict[int, list[Attempt]] = defaultdict(list)
    for attempt, staff in session.execute(rang):
        attempts[attempt.call_back_id].append(Attempt(attempt.at, staff, attempt.outcome, attempt.note))
    return tuple(
        CallBackView(
            promise.id,
            promise.state,
            promise.safe_hours,
            promise.created_at,
            promise.closed_at,
            tuple(attempts[promise.id]),
        )
        for promise in promised
    )


def notes_of(
    session: Session, conversation_id: int, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[Note, ...]:
    """Return the notes of a conversation, oldest first: all, or those written from `since` on and before `until`."""
    query = (
        select(ConversationNote, Staff.display_name)
        .join(Staff, Staff.id == ConversationNote.staff_id)
        .where(ConversationNote.conversation_id == conversation_id)
        .order_by(ConversationNote.id)
    )
    if since is not None:
        query = query.where(ConversationNote.created_at >= since)
    if until is not None:
        query = query.where(ConversationNote.created_at < until)
    return tuple(
        Note(note.id, note.staff_id, staff, note.text, note.created_at) for note, staff in session.execute(query)
    )


def transcript_of(
    session: Session, keyring: Keyring, conversation_id: int, *, after: int, before: int | None, limit: int
) -> Transcript:
    """Return what was said: since message `after`, or the latest `limit` before message `before` (or of all)."""
    messages, has_earlier = _messages(session, conversation_id, after, before, limit)
    said = _items(session, keyring, messages)
    until = _time_of(session, conversation_id, before)
    if after:
        since = _time_of(session, conversation_id, after)
    else:
        since = messages[0].created_at if messages and has_earlier else None
    noted = [
        Item("note", note.id, "staff", note.staff_id, note.staff, note.text, note.created_at)
        for note in notes_of(session, conversation_id, since=since, until=until)
    ]
    return Transcript(tuple(_merged(said, noted)), messages[-1].id if messages else after, has_earlier)


def _messages(
    session: Session, conversation_id: int, after: int, before: int | None, limit: int
) -> tuple[Sequence[Message], bool]:
    query = select(Message).where(Message.conversation_id == conversation_id)
    if after:
        return session.scalars(query.where(Message.id > after).order_by(Message.id).limit(limit)).all(), False
    if before is not None:
        query = query.where(Message.id < before)
    latest = session.scalars(query.order_by(Message.id.desc()).limit(limit + 1)).all()
    return latest[:limit][::-1], len(latest) > limit


def _items(session: Session, keyring: Keyring, messages: Sequence[Message]) -> list[Item]:
    names = _staff_names(session, {message.staff_id for message in messages if message.staff_id is not None})
    files = _files(session, keyring, [message.id for message in messages])
    return [
        Item(
            kind="message",
            id=message.id,
            author=message.author,
            staff_id=message.staff_id,
            staff=names.get(message.staff_id) if message.staff_id is not None else None,
            text=message.text,
            created_at=message.created_at,
            purpose=message.purpose,
            extra=message.extra,
            understood=message.extra.get("understood"),
            handling=message.handling,
            delivered_at=message.delivered_at,
            reply_to_id=message.reply_to_id,
            files=tuple(files[message.id]),
        )
        for message in messages
    ]


def _staff_names(session: Session, staff_ids: set[int]) -> dict[int, str]:
    query = select(Staff.id, Staff.display_name).where(Staff.id.in_(staff_ids))
    return dict(session.execute(query).all()) if staff_ids else {}


def _files(session: Session, keyring: Keyring, message_ids: list[int]) -> defaultdict[int, list[File]]:
    found: defaultdict[int, list[File]] = defaultdict(list)
    query = select(Attachment).where(Attachment.message_id.in_(message_ids)).order_by(Attachment.id)
    for kept in session.scalars(query) if message_ids else ():
        name = keyring.open(kept.name_sealed, "attachments.name")
        found[kept.message_id].append(File(kept.id, kept.kind, kept.media_type, kept.size, name))
    return found


def _time_of(session: Session, conversation_id: int, message_id: int | None) -> datetime | None:
    here = and_(Message.id == message_id, Message.conversation_id == conversation_id)
    return session.scalar(select(Message.created_at).where(here)) if message_id else None


def _merged(said: list[Item], noted: list[Item]) -> list[Item]:
    """Put each note before the first message that was said after it; messages keep the order of their ids."""
    merged: list[Item] = []
    waiting = list(noted)
    for item in said:
        while waiting and waiting[0].created_at < item.created_at:
            merged.append(waiting.pop(0))
        merged.append(item)
    return merged + waiting
