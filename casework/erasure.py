"""Erasure: what we hold of a contact goes, on her word or after the retention time.

Her cases stay, without a person (casework/cases/forgetting.py): the union answers for what became of them.
"""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from casework.attachments import Attachments
from casework.cases.forgetting import forget_cases_of, forget_closed
from casework.cases.states import OPEN
from casework.console_events import tell
from casework.database import Database, now
from casework.tables import (
    ActionResult,
    Attachment,
    AuditEvent,
    Case,
    Contact,
    Conversation,
    Message,
    RetiredSender,
    UnansweredQuestion,
)

_WORDS = re.compile(
    r"^(?:请|帮我|我要|我想)*(?:删除|清除|删掉|清空)(?:一下)?我的(?:聊天|对话|个人)?(?:记录|信息|资料|数据)[。!！吧]*$"
)


def asks_for_erasure(understood: str) -> bool:
    """Tell whether the worker asks for her records to be deleted."""
    return _WORDS.match(understood) is not None


TURN_ENDS = timedelta(seconds=60)
"""A turn under way when its contact was erased has ended by then; what it wrote is deleted with the next pass."""


class Erasure:
    """Deletes contacts with all that hangs on them."""

    def __init__(self, database: Database, attachments: Attachments | None = None) -> None:
        """Without `attachments` files are left to a process that knows their folder: its upkeep finds them."""
        self._database = database
        self._attachments = attachments

    def erase_contact_of(self, conversation_id: int) -> None:
        """Delete the contact of this conversation; the audit log keeps that it happened, by number."""
        with self._database.write() as session:
            contact_id = session.scalar(select(Conversation.contact_id).where(Conversation.id == conversation_id))
            files = _erase(session, contact_id, "contact.erased") if contact_id is not None else []
        self._remove(files)

    def erase_silent(self, days: int) -> int:
        """Delete contacts that have been silent for `days`; return how many.

        A case that was closed as long ago goes on without its person, too. While one is open, or was closed since, its
        worker stays: what she waits for may take longer than she has something to say.
        """
        oldest = now() - timedelta(days=days)
        recent = select(Conversation.contact_id).where(Conversation.last_message_at >= oldest)
        going_on = select(Case.contact_id).where(
            Case.contact_id.is_not(None), or_(Case.state.in_(OPEN), Case.closed_at >= oldest)
        )
        silent = select(Contact.id).where(
            Contact.created_at < oldest, Contact.id.not_in(recent), Contact.id.not_in(going_on)
        )
        with self._database.write() as session:
            contacts = session.scalars(silent).all()
            files = [path for contact_id in contacts for path in _erase(session, contact_id, "contact.retired")]
            files += forget_closed(session, oldest)
            session.execute(delete(UnansweredQuestion).where(UnansweredQuestion.created_at < oldest))
            session.execute(delete(ActionResult).where(ActionResult.created_at < oldest))
        self._remove(files)
        return len(contacts)

    def senders_to_delete(self, limit: int = 500) -> list[str]:
        """Return sender ids whose events Rasa's tracker shall not keep any longer."""
        due = select(RetiredSender.rasa_sender).where(RetiredSender.delete_after <= now()).limit(limit)
        with self._database.read() as session:
            return list(session.scalars(due))

    def senders_deleted(self, senders: list[str]) -> None:
        """Forget sender ids whose events are gone, but not before a turn that was under way has ended."""
        ended = RetiredSender.delete_after <= now() - TURN_ENDS
        with self._database.write() as session:
            session.execute(delete(RetiredSender).where(RetiredSender.rasa_sender.in_(senders), ended))

    def erase_orphans(self) -> None:
        """Delete what was still written about a message that was erased meanwhile, and files that no message knows."""
        known = select(Message.message_key).where(Message.message_key.is_not(None))
        with self._database.write() as session:
            for table in (UnansweredQuestion, ActionResult):
                session.execute(
                    delete(table).where(table.message_key.not_in(known), table.created_at < now() - TURN_ENDS)
                )
        if self._attachments is not None:
            self._attachments.remove_orphans()

    def _remove(self, files: list[str]) -> None:
        """Delete files after their rows are gone for good."""
        if self._attachments is not None:
            self._attachments.remove(files)


def _erase(session: Session, contact_id: int, event: str) -> list[str]:
    """Delete a contact; return the paths of her files, which are deleted once that is committed."""
    # Locked before all that hangs on them, in the order in which turns lock: PostgreSQL would see a deadlock.
    hers = session.scalars(select(Conversation).where(Conversation.contact_id == contact_id).with_for_update()).all()
    conversations = [conversation.id for conversation in hers]
    keys = select(Message.message_key).where(
        Message.conversation_id.in_(conversations), Message.message_key.is_not(None)
    )
    session.execute(delete(UnansweredQuestion).where(UnansweredQuestion.message_key.in_(keys)))
    session.execute(delete(ActionResult).where(ActionResult.message_key.in_(keys)))
    session.execute(
        update(RetiredSender).where(RetiredSender.conversation_id.in_(conversations)).values(delete_after=now())
    )
    for conversation in hers:
        session.add(RetiredSender(rasa_sender=conversation.rasa_sender, conversation_id=None, delete_after=now()))
    session.flush()
    files = select(Attachment.path).join(Message).where(Message.conversation_id.in_(conversations))
    paths = list(session.scalars(files))
    forget_cases_of(session, contact_id)
    session.execute(delete(Contact).where(Contact.id == contact_id))
    for conversation_id in conversations:
        tell(session, conversation_id, "erased")
    session.add(AuditEvent(actor="system", event=event, object_type="contact", object_id=contact_id))
    return paths
