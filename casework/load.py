"""How busy it is just now, in numbers without persons: for the operator's monitoring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from casework.database import Database
from casework.staff import PRESENT
from casework.tables import STATES, Conversation, Department, HandOff, Message, Staff

UNHANDLED = ("received", "failed")
"""A worker's message that has no answer yet, or that was given up."""


@dataclass(frozen=True)
class Waiting:
    """Hand-offs that nobody has taken, of one topic and priority; `since` is when the oldest was opened."""

    topic: str
    priority: int
    number: int
    since: datetime


@dataclass(frozen=True)
class Load:
    """What there is to do, and how many are there to do it."""

    conversations: dict[str, int]
    unanswered: int
    waiting: list[Waiting]
    messages: dict[str, int]
    present: int


def current_load(database: Database, moment: datetime) -> Load:
    """Count everything at this moment, in one look at the database."""
    by_state = select(Conversation.state, func.count(), func.count(Conversation.unanswered_since)).group_by(
        Conversation.state
    )
    waiting = (
        select(Department.topic, HandOff.priority, func.count(), func.min(HandOff.opened_at))
        .join(Conversation, Conversation.id == HandOff.conversation_id)
        .join(Department, Department.id == HandOff.department_id)
        .where(HandOff.ended_at.is_(None), Conversation.assignee_id.is_(None))
        .group_by(Department.topic, HandOff.priority)
    )
    messages = select(Message.handling, func.count()).where(Message.handling.in_(UNHANDLED)).group_by(Message.handling)
    present = select(func.count()).where(
        Staff.available, Staff.disabled_at.is_(None), Staff.last_seen_at >= moment - PRESENT
    )
    with database.read() as session:
        states = session.execute(by_state).all()
        unhandled = {str(handling): number for handling, number in session.execute(messages)}
        return Load(
            conversations=dict.fromkeys(STATES, 0) | {state: number for state, number, _ in states},
            unanswered=sum(unanswered for state, _, unanswered in states if state == "open"),
            waiting=[Waiting(*row) for row in session.execute(waiting)],
            messages={handling: unhandled.get(handling, 0) for handling in UNHANDLED},
            present=session.scalar(present) or 0,
        )
