"""Workers who wait for a person, put straight into the tables, at the times that a test wants."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from casework.database import Database
from casework.tables import (
    AuditEvent,
    Contact,
    Conversation,
    ConversationEvent,
    HandOff,
    Notification,
    Staff,
)

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine o'clock in China, when departments open that keep the usual hours."""
_numbers = itertools.count(1)


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, moment: datetime = MONDAY) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def go_on(self, **time: float) -> None:
        self.moment += timedelta(**time)


def add_waiting(
    database: Database,
    department: int,
    since: datetime,
    *,
    priority: int = 0,
    reason: str = "asked_for",
    complaint: bool = False,
    **conversation: Any,
) -> HandOff:
    """Add a worker with a conversation and an open hand-off of this department."""
    with database.write() as session:
        contact = Contact()
        session.add(contact)
        session.flush()
        fields: dict[str, Any] = {"last_message_at": since, "unanswered_since": since}
        talk = Conversation(
            contact_id=contact.id,
            channel="web",
            state="open",
            department_id=department,
            complaint=complaint,
            rasa_sender=f"sender{next(_numbers)}",
            **(fields | conversation),
        )
        session.add(talk)
        session.flush()
        hand_off = HandOff(
            conversation_id=talk.id,
            department_id=department,
            reason=reason,
            priority=priority,
            opened_at=since,
            next_look_at=since,
            claimed_at=since if talk.assignee_id else None,
        )
        session.add(hand_off)
        return hand_off


def change(database: Database, hand_off: HandOff, **fields: Any) -> None:
    """Change the hand-off's conversation, and have the patrol look at it as the services do."""
    with database.write() as session:
        conversation = session.get_one(Conversation, hand_off.conversation_id)
        row = session.get_one(HandOff, hand_off.id)
        for name, value in fields.items():
            setattr(conversation if hasattr(Conversation, name) else row, name, value)


def see(database: Database, staff_id: int, moment: datetime | None) -> None:
    """Let a member of staff have been seen last at this moment."""
    with database.write() as session:
        session.get_one(Staff, staff_id).last_seen_at = moment


def notices(database: Database) -> list[tuple[str, str, int | None]]:
    """Return kind, target and staff of every notice, in order."""
    with database.read() as session:
        rows = session.scalars(select(Notification).order_by(Notification.id))
        return [(row.kind, row.target, row.staff_id) for row in rows]


def told(database: Database) -> Sequence[str]:
    """Return the kinds of events that consoles were told."""
    with database.read() as session:
        return session.scalars(select(ConversationEvent.kind).order_by(ConversationEvent.id)).all()


def audited(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """Return the audit log."""
    with database.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(row.event, row.details) for row in rows]
