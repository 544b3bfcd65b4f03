"""Conversations for tests of what the console reads, put into the tables as they are wanted."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from casework.console_events import tell
from casework.contacts import hide_numbers
from casework.crypto import Keyring
from casework.database import Database
from casework.names import name_digest, seal_name
from casework.tables import Contact, Conversation, HandOff, Message

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Return a time so many minutes after the morning on which the tests play."""
    return MORNING + timedelta(minutes=minutes)


class Desk:
    """Adds conversations; times are minutes after `MORNING`."""

    def __init__(self, database: Database, keyring: Keyring) -> None:
        self.database = database
        self.keyring = keyring
        self._numbers = itertools.count(1)

    def contact(self, name: str | None = None, region: str | None = None) -> int:
        """Add a contact; return its id."""
        with self.database.write() as session:
            contact = Contact(
                region=region,
                name_sealed=seal_name(self.keyring, name) if name else None,
                name_digest=name_digest(self.keyring, name) if name else None,
            )
            session.add(contact)
            session.flush()
            return contact.id

    def conversation(
        self,
        department_id: int | None = None,
        state: str = "open",
        *,
        assignee_id: int | None = None,
        complaint: bool = False,
        reason: str = "asked_for",
        detail: str | None = None,
        priority: int = 0,
        opened: float = 0,
        unanswered: float | None = None,
        last: float | None = None,
        channel: str = "web",
        contact_id: int | None = None,
        says: Sequence[str] = (),
        author: str = "worker",
    ) -> int:
        """Add a conversation, with a hand-off where it has a department; return its id."""
        contact_id = contact_id or self.contact()
        with self.database.write() as session:
            conversation = Conversation(
                contact_id=contact_id,
                channel=channel,
                state=state,
                department_id=department_id,
                assignee_id=assignee_id,
                complaint=complaint,
                unanswered_since=at(unanswered) if unanswered is not None else None,
                last_message_at=at(last if last is not None else opened),
                created_at=at(opened),
                rasa_sender=f"sender-{next(self._numbers)}",
            )
            session.add(conversation)
            session.flush()
            if department_id is not None:
                session.add(
                    HandOff(
                        conversation_id=conversation.id,
                        department_id=department_id,
                        reason=reason,
                        detail=detail,
                        priority=priority,
                        opened_at=at(opened),
                        ended_at=None if state == "open" else at(opened + 1),
                        outcome=None if state == "open" else "solved",
                    )
                )
        for text in says:
            self.say(conversation.id, text, author)
        return conversation.id

    def say(self, conversation_id: int, text: str, author: str = "worker", minute: float = 0) -> int:
        """Add a message, numbers hidden as they are when it comes in; return its id."""
        with self.database.write() as session:
            conversation = session.get_one(Conversation, conversation_id, with_for_update=True)
            message = Message(
                conversation_id=conversation_id,
                author=author,
                text=hide_numbers(session, self.keyring, conversation.contact_id, text),
                channel=conversation.channel,
                created_at=at(minute),
            )
            session.add(message)
            session.flush()
            return message.id

    def change(self, conversation_id: int, kind: str = "message", **columns: object) -> None:
        """Change a conversation and tell the consoles, as the services do."""
        with self.database.write() as session:
            conversation = session.get_one(Conversation, conversation_id, with_for_update=True)
            for name, value in columns.items():
                setattr(conversation, name, value)
            tell(session, conversation_id, kind)
