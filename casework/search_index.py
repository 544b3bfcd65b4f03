"""Keeps the words of what workers and staff wrote; what the bot says would only stand in the way of a search."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.database import Database
from casework.search import words_of
from casework.tables import Message, MessageWord

OVERLAP = 1000
"""Messages that are looked at again: PostgreSQL gives an id before its transaction commits, so a lower one may
appear after a higher one was indexed."""


class SearchIndex:
    """Indexes new messages; several processes may do it at once. Blocking, so it is used from a thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._mark: int | None = None
        self._looked_at: set[int] = set()

    def index_new(self, limit: int = 200) -> int:
        """Index at most `limit` messages that are not indexed yet; return how many were looked at.

        0 means that there is nothing more to do just now.
        """
        with self._database.read() as session:
            if self._mark is None:
                self._mark = session.scalar(select(func.max(MessageWord.message_id))) or 0
            found = self._unseen(session, limit)
        words = {message_id: (conversation_id, words_of(text)) for message_id, conversation_id, text in found}
        kept = self._keep(words) if words else set()
        self._looked_at |= kept
        self._mark = max(self._mark, *kept) if kept else self._mark
        self._looked_at = {message_id for message_id in self._looked_at if message_id > self._mark - OVERLAP}
        return len(kept)

    def _unseen(self, session: Session, limit: int) -> list[tuple[int, int, str]]:
        """Return messages near and after the mark that have no words yet and were not looked at."""
        assert self._mark is not None
        indexed = select(MessageWord.message_id).where(MessageWord.message_id == Message.id).exists()
        query = (
            select(Message.id, Message.conversation_id, Message.text)
            .where(Message.id > self._mark - OVERLAP, Message.author.in_(("worker", "staff")), ~indexed)
            .order_by(Message.id)
            .limit(limit + len(self._looked_at))
        )
        found = [
            (message_id, conversation_id, text)
            for message_id, conversation_id, text in session.execute(query)
            if message_id not in self._looked_at
        ]
        return found[:limit]

    def _keep(self, words: Mapping[int, tuple[int, Collection[str]]]) -> set[int]:
        """Store the words of those messages that are still there; return which ones those are.

        A message that somebody just changes or erases is left for the next time rather than waited for: erasing locks
        many at once, and each would wait for the other.
        """
        there = select(Message.id).where(Message.id.in_(words))
        with self._database.write() as session:
            unlocked = there.with_for_update(read=True, key_share=True, skip_locked=True)
            kept = set(session.scalars(unlocked))
            rows = [
                {"word": word, "conversation_id": words[message_id][0], "message_id": message_id}
                for message_id in sorted(kept)
                for word in sorted(words[message_id][1])
            ]
            if rows:  # another process may have stored some meanwhile
                insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
                session.execute(insert(MessageWord).on_conflict_do_nothing(), rows)
        return kept
