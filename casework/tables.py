"""The tables. Times are UTC; enumerations are kept as their words, checked by the database."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from casework.database import UtcDateTime, now

STATES = ("pending", "open", "resolved")
AUTHORS = ("worker", "bot", "staff", "system")
HANDLING = ("received", "answered", "failed", "staff")
PURPOSES = ("message", "answer", "notice")
LEVELS = ("national", "province", "city", "county", "street", "enterprise")
ROLES = ("agent", "supervisor", "editor", "admin")
TOPICS = ("joining", "aid", "legal", "general")
REASONS = ("asked_for", "not_understood", "distress", "legal_urgency", "staff")
OUTCOMES = ("solved", "advised", "referred", "unreachable", "left", "back_to_bot", "other")
CALL_BACK_STATES = ("open", "reached", "unreachable", "cancelled")
CALL_OUTCOMES = ("reached", "no_answer", "busy", "wrong_number")
FILE_KINDS = ("photo", "document", "voice")
DRAFT_STATES = ("active", "paused")
CONSENT_KINDS = ("general", "sensitive")
CASE_STATES = ("submitted", "accepted", "in_progress", "done", "refused", "withdrawn")
EMPLOYER_CONTACT = ("never", "ask_first", "yes")


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
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy's
        datetime: UtcDateTime,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        bytes: LargeBinary,
    }


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
    must_change_password: Mapped[bool] = mapped_column(default=False)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    available: Mapped[bool] = mapped_column(default=True)
    last_seen_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class StaffSession(Base):
    """A signed-in browser; the cookie holds the token, this table only its hash."""

    __tablename__ = "staff_sessions"

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]


class Department(Base):
    """Who takes hand-offs of one topic at one organisation, and when.

    `hours` maps a weekday from "0" (Monday) to "6" to the local times of day it is open:
    `{"0": [["09:00", "12:00"], ["13:30", "17:30"]]}`. Public holidays and make-up workdays come on top.
    """

    __tablename__ = "departments"
    __table_args__ = (_one_of("topic", TOPICS), UniqueConstraint("organisation_id", "topic"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    topic: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(60))
    hours: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=now)


class DepartmentDay(Base):
    """A day on which a department keeps other hours than usual: `[]` is closed."""

    __tablename__ = "department_days"

    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    hours: Mapped[list[Any]]
    name: Mapped[str] = mapped_column(String(60), default="")


class DepartmentMember(Base):
    """Who works in a department; `duty` is the place on the list of those called in an alarm, None for nobody's."""

    __tablename__ = "department_members"

    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    duty: Mapped[int | None]


class Contact(Base):
    """A worker as we know her: by what she told us, wherever she writes from.

    An erased contact's number is never given again, nor its conversation's: what still holds it finds nobody.
    `kind` is the kind of worker that she said she is (casework/kinds.py); `kind_asked` and `region_asked` count how
    often the bot asked for what it does not know yet.
    """

    __tablename__ = "contacts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    region: Mapped[str | None] = mapped_column(String(120))
    region_asked: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str | None] = mapped_column(String(16))
    kind_asked: Mapped[int] = mapped_column(default=0)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    name_sealed: Mapped[bytes | None]
    name_digest: Mapped[str | None] = mapped_column(String(64), index=True)
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
    """One contact's talk on one channel. `lease_*` say which process handles its messages just now.

    `department_id` is the department of the latest hand-off, None where there was none yet.
    `complaint` is set for good once a hand-off was about a grievance: unions below the county never see it again.
    `awaits` names the question to which the worker's next message is the answer (`callback_phone`, `rating_words`).
    `unanswered_since` is when the oldest message came that staff have not answered.
    `reachable_*` say what the channel still takes, None where it sets no limit (casework/reach.py).
    """

    __tablename__ = "conversations"
    __table_args__ = (
        _one_of("state", STATES),
        UniqueConstraint("contact_id", "channel"),
        Index("ix_conversations_assignee_id_state", "assignee_id", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="pending")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"), index=True)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    complaint: Mapped[bool] = mapped_column(default=False)
    awaits: Mapped[str | None] = mapped_column(String(24))
    unanswered_since: Mapped[datetime | None]
    typing_until: Mapped[datetime | None]
    reachable_until: Mapped[datetime | None]
    reachable_messages: Mapped[int | None]
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

    A worker's message is `received` until its answer is stored with it in one transaction, or it went to `staff`.
    `delivered_at` is when the worker's page or platform took what staff or the system said. `reply_to_id`, `purpose`
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
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    delivered_at: Mapped[datetime | None]
    reply_to_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(default=0)
    message_key: Mapped[str | None] = mapped_column(String(40), unique=True)
    handling: Mapped[str | None] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    handled_at: Mapped[datetime | None]


class HandOff(Base):
    """A conversation's way to a person, from its opening to its end; a conversation has one at a time.

    `priority` is 0 usual, 1 urgent, 2 alarm. `detail` is the kind of distress or urgency. `next_look_at` is when
    the patrol has to look at it, `raised` how often it did something since the last change (casework/escalation.py).
    """

    __tablename__ = "hand_offs"
    __table_args__ = (
        _one_of("reason", REASONS),
        _one_of("outcome", OUTCOMES),
        Index(
            "ix_hand_offs_one_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_hand_offs_queue", "department_id", "ended_at", "priority", "opened_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    reason: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str | None] = mapped_column(String(40))
    priority: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    claimed_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None] = mapped_column(index=True)
    raised: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str | None] = mapped_column(String(16))
    category: Mapped[str | None] = mapped_column(String(40))


class ConversationEvent(Base):
    """What consoles are told of: something about this conversation changed. `kind` says what, never words."""

    __tablename__ = "conversation_events"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(24))
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


class ConversationNote(Base):
    """What staff write for each other; a worker never sees it."""

    __tablename__ = "conversation_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class CannedAnswer(Base):
    """A text that staff insert with a few keys; `{worker}`, `{staff}`, `{department}` are filled in."""

    __tablename__ = "canned_answers"
    __table_args__ = (UniqueConstraint("organisation_id", "shortcut"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    shortcut: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=now)


class CallBack(Base):
    """A promise to telephone: number, when it is safe to ring, and how it ended."""

    __tablename__ = "call_backs"
    __table_args__ = (_one_of("state", CALL_BACK_STATES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    phone_sealed: Mapped[bytes]
    safe_hours: Mapped[str] = mapped_column(String(40), default="any")
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]


class CallBackAttempt(Base):
    """One time that staff rang."""

    __tablename__ = "call_back_attempts"
    __table_args__ = (_one_of("outcome", CALL_OUTCOMES),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_back_id: Mapped[int] = mapped_column(ForeignKey("call_backs.id", ondelete="CASCADE"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    outcome: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)


class Rating(Base):
    """What a worker thought of a hand-off or a closed case: 1 (bad) to 5 (very good), and a few words if she liked."""

    __tablename__ = "ratings"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score_known"),
        CheckConstraint("(hand_off_id IS NULL) <> (case_id IS NULL)", name="of_one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hand_off_id: Mapped[int | None] = mapped_column(ForeignKey("hand_offs.id", ondelete="CASCADE"), unique=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), unique=True)
    score: Mapped[int]
    words: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(default=now)


class Attachment(Base):
    """A file of a message, kept encrypted under `path` in the attachments' folder."""

    __tablename__ = "attachments"
    __table_args__ = (_one_of("kind", FILE_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    media_type: Mapped[str] = mapped_column(String(80))
    size: Mapped[int]
    name_sealed: Mapped[bytes]
    path: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Notification(Base):
    """A notice to staff outside the console, until it was sent or given up; codes and numbers only."""

    __tablename__ = "notifications"
    __table_args__ = (Index("ix_notifications_due", "sent_at", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hand_off_id: Mapped[int] = mapped_column(ForeignKey("hand_offs.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(24))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    target: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class MessageWord(Base):
    """A word of a message, as jieba cuts it, for the staff's search (docs/adr/0005-search.md)."""

    __tablename__ = "message_words"
    __table_args__ = ({"sqlite_with_rowid": False},)

    word: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True, index=True)


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


class Draft(Base):
    """A form that a contact has begun and not sent yet; `step` is the question that waits for its answer.

    `answers_sealed` holds what she answered, as JSON. One conversation has one active draft at a time; a paused one
    is offered again when she comes back. `misses` counts unusable answers to `step` in a row.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        _one_of("state", DRAFT_STATES),
        UniqueConstraint("contact_id", "procedure"),
        Index(
            "ix_drafts_one_active",
            "conversation_id",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    procedure: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16), default="active")
    step: Mapped[str] = mapped_column(String(40))
    answers_sealed: Mapped[bytes]
    misses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, index=True)


class Consent(Base):
    """A contact's consent to a procedure's use of her data, as we must be able to show it (PIPL, 13 and 29)."""

    __tablename__ = "consents"
    __table_args__ = (_one_of("kind", CONSENT_KINDS),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    procedure: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]


class CaseGroup(Base):
    """Cases of ten workers or more against one employer, worked on as one."""

    __tablename__ = "case_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    employer_digest: Mapped[str] = mapped_column(String(64), index=True)
    employer_sealed: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]


class Case(Base):
    """What a worker sent in: an application, a claim or a demand, with a number, until it is closed.

    After an erasure the case stays without a person: contact, conversation, answers and look-up keys are gone.
    `employer_contact` is her word on whether the union may speak with the employer. `due_at` is by when staff have
    promised the next step, `lapsed` how often that was not kept since the last step. `awaits_worker` is set while
    staff wait for something that they asked her for.
    """

    __tablename__ = "cases"
    __table_args__ = (
        _one_of("state", CASE_STATES),
        _one_of("employer_contact", EMPLOYER_CONTACT),
        Index("ix_cases_department_id_state", "department_id", "state"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    procedure: Mapped[str] = mapped_column(String(40))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id", ondelete="SET NULL"), index=True)
    conversation_id: Mapped[int | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("case_groups.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), default="submitted")
    reason: Mapped[str | None] = mapped_column(String(40))
    priority: Mapped[int] = mapped_column(default=0)
    complaint: Mapped[bool] = mapped_column(default=False)
    employer_contact: Mapped[str] = mapped_column(String(16), default="ask_first")
    answers_sealed: Mapped[bytes | None]
    awaits_worker: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    lapsed: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]


class CaseNumber(Base):
    """The last number that was given to cases of a kind on a day (`RH-20261121`)."""

    __tablename__ = "case_numbers"

    series: Mapped[str] = mapped_column(String(16), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class CaseKey(Base):
    """A keyed hash by which a case is found: `phone`, `identity`, `name` or `employer` equal to a given one."""

    __tablename__ = "case_keys"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    field: Mapped[str] = mapped_column(String(24), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), index=True)


class CaseEvent(Base):
    """What happened to a case: the audit trail. `details` holds codes and numbers; words are encrypted."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)
    actor: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    words_sealed: Mapped[bytes | None]


class CaseFile(Base):
    """A photo, document or recording that belongs to a draft, and to the case that the draft becomes."""

    __tablename__ = "case_files"

    attachment_id: Mapped[int] = mapped_column(ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True)
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("drafts.id", ondelete="SET NULL"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)


class Member(Base):
    """A line of the imported register of union members; people are found by keyed hashes."""

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("organisation_id", "identity_digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    number: Mapped[str | None] = mapped_column(String(40))
    name_sealed: Mapped[bytes]
    name_digest: Mapped[str] = mapped_column(String(64), index=True)
    identity_digest: Mapped[str] = mapped_column(String(64), index=True)
    phone_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    imported_at: Mapped[datetime] = mapped_column(default=now)


class LocalFigure(Base):
    """A figure that differs by place and year (an average or minimum wage, days of leave), from an imported table."""

    __tablename__ = "local_figures"
    __table_args__ = (UniqueConstraint("figure", "region", "effective_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    figure: Mapped[str] = mapped_column(String(40))
    region: Mapped[str] = mapped_column(String(120))
    value: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    effective_from: Mapped[date]
    effective_until: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200))
    imported_at: Mapped[datetime] = mapped_column(default=now)
