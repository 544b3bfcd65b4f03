"""The tables. Times are UTC; enumerations are kept as their words, checked by the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from casework.database import UtcDateTime, now

STATES = ("pending", "open", "resolved")
AUTHORS = ("worker", "bot", "staff", "system")
HANDLING = ("received", "answered", "failed")
PURPOSES = ("message", "answer", "notice")
LEVELS = ("national", "province", "city", "county", "street", "enterprise")
ROLES = ("agent", "supervisor", "editor", "admin")


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


class Base(DeclarativeBase):
    """The base of every table, with names for constraints so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JSON, bytes: LargeBinary}  # noqa: RUF012  SQLAlchemy's


class Organisation(Base):
    """A union in the tree of province, city, county, street and enterprise."""

    __tablename__ = "organisations"
    __table_args__ = (_one_of("level", LEVELS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    level: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    region: Mapped[str] = mapped_column(String(120), default="全国")
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Staff(Base):
    """A person who works for a union, with one role at one organisation."""

    __tablename__ = "staff"
    __table_args__ = (_one_of("role", ROLES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    role: Mapped[str] = mapped_column(String(16))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Contact(Base):
    """A worker as we know her: by what she told us, wherever she writes from.

    An erased contact's number is never given again, nor its conversation's: what still holds it finds nobody.
    """

    __tablename__ = "contacts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str | None] = mapped_column(String(120))
    notice_given_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class ContactAddress(Base):
    """Where a contact writes from: her identity on one channel, found by its keyed hash."""

    __tablename__ = "contact_addresses"
    __table_args__ = (UniqueConstraint("channel", "address_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    address_digest: Mapped[str] = mapped_column(String(64))
    address_sealed: Mapped[bytes]


class PrivateNumber(Base):
    """A number that was replaced in a contact's messages, encrypted; `position` stands in the reference."""

    __tablename__ = "private_numbers"
    __table_args__ = (UniqueConstraint("contact_id", "digest"), UniqueConstraint("contact_id", "kind", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(16))
    position: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes]


class Conversation(Base):
    """One contact's talk on one channel. `lease_*` say which process handles its messages just now."""

    __tablename__ = "conversations"
    __table_args__ = (
        _one_of("state", STATES),
        UniqueConstraint("contact_id", "channel"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    misses: Mapped[int] = mapped_column(default=0)
    rasa_sender: Mapped[str] = mapped_column(String(40))
    rasa_turns: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None]
    last_message_at: Mapped[datetime] = mapped_column(default=now, index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class RetiredSender(Base):
    """A sender id that Rasa's tracker still knows; its events are deleted there, then this row."""

    __tablename__ = "retired_senders"

    rasa_sender: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    delete_after: Mapped[datetime] = mapped_column(index=True)


class Message(Base):
    """One bubble of a conversation, whoever wrote it; `id` is also the order.

    A worker's message is `received` until its answer is stored with it in one transaction. `reply_to_id`, `purpose`
    and `part` make a second answer to the same message impossible.
    """

    __tablename__ = "messages"
    __table_args__ = (
        _one_of("author", AUTHORS),
        _one_of("handling", HANDLING),
        _one_of("purpose", PURPOSES),
        UniqueConstraint("channel", "platform_message_id"),
        UniqueConstraint("reply_to_id", "purpose", "part"),
        Index("ix_messages_conversation_id_id", "conversation_id", "id"),
        Index("ix_messages_handling_next_attempt_at", "handling", "next_attempt_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    purpose: Mapped[str] = mapped_column(String(16), default="message")
    channel: Mapped[str] = mapped_column(String(16))
    platform_message_id: Mapped[str | None] = mapped_column(String(160))
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(default=0)
    message_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    handling: Mapped[str | None] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    handled_at: Mapped[datetime | None]


class OfferedButton(Base):
    """What a tap means: the payload stays here, only the token travels, and only for its conversation."""

    __tablename__ = "offered_buttons"

    token: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    intent: Mapped[str] = mapped_column(String(60))
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ActionResult(Base):
    """What a writing action did for one message; the same message again gets it again."""

    __tablename__ = "action_results"

    message_key: Mapped[str] = mapped_column(String(40), primary_key=True)
    action: Mapped[str] = mapped_column(String(60), primary_key=True)
    result: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class UnansweredQuestion(Base):
    """A question that the knowledge base declined: what an editor should write about next."""

    __tablename__ = "unanswered_questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_key: Mapped[str] = mapped_column(String(40), unique=True)
    question: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(String(120))
    confidence: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class AuditEvent(Base):
    """What was done to what by whom: numbers and codes, never names or words."""

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    actor: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
