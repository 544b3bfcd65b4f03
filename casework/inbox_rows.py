"""Rows of the console's lists: what staff see of a conversation before they open it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, func, select
from sqlalchemy.orm import Session, aliased

from casework.crypto import Keyring
from casework.names import open_name
from casework.tables import Contact, Conversation, Department, HandOff, Message, Staff

SNIPPET = 60
"""Characters of the last message that a row shows."""


@dataclass(frozen=True)
class Row:
    """One conversation in a list.

    `reason`, `detail`, `priority` and `opened_at` are those of the latest hand-off, None (0) where there was none.
    `waiting_since` is None while nobody waits. `last_author` and `last_text` are of the latest message that is not
    the system's.
    """

    conversation_id: int
    title: str
    channel: str
    state: str
    department_id: int | None
    department: str | None
    topic: str | None
    reason: str | None
    detail: str | None
    priority: int
    waiting_since: datetime | None
    opened_at: datetime | None
    assignee_id: int | None
    assignee: str | None
    last_author: str | None
    last_text: str
    last_message_at: datetime
    is_unanswered: bool
    complaint: bool


def latest_hand_off() -> ScalarSelect[int]:
    """Return the id of the conversation's latest hand-off, as a subquery of a query over conversations."""
    return (
        select(func.max(HandOff.id))
        .where(HandOff.conversation_id == Conversation.id)
        .correlate(Conversation)
        .scalar_subquery()
    )


def rows_where(session: Session, keyring: Keyring, condition: ColumnElement[bool]) -> dict[int, Row]:
    """Return the rows of the conversations that fit, by their ids; who may see them is the caller's business."""
    said = aliased(Message)
    last_message = (
        select(said.id)
        .where(said.conversation_id == Conversation.id, said.author != "system")
        .order_by(said.id.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    query = (
        select(
            Conversation.id.label("conversation_id"),
            Conversation.channel,
            Conversation.state,
            Conversation.department_id,
            Conversation.assignee_id,
            Conversation.complaint,
            Conversation.unanswered_since,
            Conversation.last_message_at,
            HandOff.reason,
            HandOff.detail,
            func.coalesce(HandOff.priority, 0).label("priority"),
            HandOff.opened_at,
            Department.name.label("department"),
            Department.topic,
            Staff.display_name.label("assignee"),
            Contact.name_sealed,
            Message.author.label("last_author"),
            func.coalesce(func.substr(Message.text, 1, 3 * SNIPPET), "").label("text"),
        )
        .join(Contact, Contact.id == Conversation.contact_id)
        .outerjoin(HandOff, HandOff.id == latest_hand_off())
        .outerjoin(Department, Department.id == Conversation.department_id)
        .outerjoin(Staff, Staff.id == Conversation.assignee_id)
        .outerjoin(Message, Message.id == last_message)
        .where(condition)
    )
    rows: dict[int, Row] = {}
    for found in session.execute(query).mappings():
        values = dict(found)
        name_sealed, text, unanswered_since = (values.pop(name) for name in ("name_sealed", "text", "unanswered_since"))
        conversation_id, is_open = found["conversation_id"], found["state"] == "open"
        waits_for_somebody = is_open and found["assignee_id"] is None
        rows[conversation_id] = Row(
            **values,
            title=title_of(keyring, conversation_id, name_sealed),
            waiting_since=(unanswered_since if is_open else None)
            or (found["opened_at"] if waits_for_somebody else None),
            last_text=snippet(text),
            is_unanswered=is_open and unanswered_since is not None,
        )
    return rows


def rows_of(session: Session, keyring: Keyring, conversation_ids: Collection[int]) -> dict[int, Row]:
    """Return the rows of these conversations, by their ids; those that are there no more are left out."""
    return rows_where(session, keyring, Conversation.id.in_(conversation_ids)) if conversation_ids else {}


def title_of(keyring: Keyring, conversation_id: int, name_sealed: bytes | None) -> str:
    """Return the worker's name, or a number where she has not told it."""
    return open_name(keyring, name_sealed) if name_sealed else f"来访者 {conversation_id}"


def snippet(text: str) -> str:
    """Return the beginning of a text on one line, at most `SNIPPET` characters."""
    line = " ".join(text.split())
    return line if len(line) <= SNIPPET else line[: SNIPPET - 1] + "…"
