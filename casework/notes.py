"""What staff write for each other about a conversation; its worker never gets to see it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from casework.actors import Actor
from casework.console_events import tell
from casework.database import Database, now
from casework.errors import Invalid, NotFound
from casework.organisations import visible_to
from casework.tables import Conversation, ConversationNote, Staff
from casework.text import clean

LONGEST_NOTE = 2000
"""Characters of one note."""
SENT_TWICE = timedelta(minutes=1)
"""The same words of the same person within this time are one note whose answer was lost on the way."""


@dataclass(frozen=True)
class Note:
    """One note as staff see it."""

    id: int
    staff_id: int
    staff: str
    text: str
    created_at: datetime


class Notes:
    """Keeps notes."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._clock = clock

    def add(self, actor: Actor, conversation_id: int, text: str) -> Note:
        """Store a note. Raises `NotFound`, `Invalid` for an empty or too long one."""
        words = clean(text)
        if not words:
            raise Invalid("备注还没写内容")
        if len(words) > LONGEST_NOTE:
            raise Invalid(f"备注最多 {LONGEST_NOTE} 字，请分两条写")
        with self._database.write() as session:
            conversation = session.scalar(
                select(Conversation).where(Conversation.id == conversation_id, visible_to(actor)).with_for_update()
            )
            if conversation is None:
                raise NotFound(f"conversation {conversation_id}")
            known = session.scalar(
                select(ConversationNote)
                .where(
                    ConversationNote.conversation_id == conversation_id,
                    ConversationNote.staff_id == actor.id,
                    ConversationNote.text == words,
                    ConversationNote.created_at > self._clock() - SENT_TWICE,
                )
                .limit(1)
            )
            if known is not None:
                return Note(known.id, actor.id, actor.name, words, known.created_at)
            note = ConversationNote(
                conversation_id=conversation_id, staff_id=actor.id, text=words, created_at=self._clock()
            )
            session.add(note)
            session.flush()
            tell(session, conversation_id, "note")
            return Note(note.id, actor.id, actor.name, words, note.created_at)

    def of_conversation(self, actor: Actor, conversation_id: int) -> list[Note]:
        """Return a conversation's notes, oldest first. Raises `NotFound`."""
        with self._database.read() as session:
            seen = select(Conversation.id).where(Conversation.id == conversation_id, visible_to(actor))
            if session.scalar(seen) is None:
                raise NotFound(f"conversation {conversation_id}")
            rows = session.execute(
                select(ConversationNote, Staff.display_name)
                .join(Staff, Staff.id == ConversationNote.staff_id)
                .where(ConversationNote.conversation_id == conversation_id)
                .order_by(ConversationNote.id)
            )
            return [Note(note.id, note.staff_id, name, note.text, note.created_at) for note, name in rows]
