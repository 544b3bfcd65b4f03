"""What consoles are told of, written in the transaction of the change itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from casework.database import Database, now
from casework.tables import ConversationEvent

OVERLAP = 500
"""Events that are read again each time: PostgreSQL gives an id before its transaction commits, so a lower one may
appear after a higher one was read."""


def tell(session: Session, conversation_id: int, kind: str) -> None:
    """Let every console know that this conversation changed; `kind` says what (`message`, `claimed`, …)."""
    session.add(ConversationEvent(conversation_id=conversation_id, kind=kind))


@dataclass(frozen=True)
class Event:
    """Something about a conversation changed."""

    id: int
    conversation_id: int
    kind: str


class ConsoleFeed:
    """Gives the events in the table, in the order of their ids."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest_event_id(self) -> int:
        """Return the highest id, 0 while there is no event."""
        with self._database.read() as session:
            return session.scalar(select(func.max(ConversationEvent.id))) or 0

    def events_after(self, event_id: int, limit: int = 1000) -> list[Event]:
        """Return the events after this one; what commits late may come between those that were given (`Reader`)."""
        query = (
            select(ConversationEvent.id, ConversationEvent.conversation_id, ConversationEvent.kind)
            .where(ConversationEvent.id > event_id)
            .order_by(ConversationEvent.id)
            .limit(limit)
        )
        with self._database.read() as session:
            return [Event(*row) for row in session.execute(query)]

    def prune(self, older_than: timedelta) -> int:
        """Delete old events; return how many. A console that missed more than that reloads its list."""
        with self._database.write() as session:
            old = delete(ConversationEvent).where(ConversationEvent.created_at < now() - older_than)
            return int(session.execute(old).rowcount)  # type: ignore[attr-defined]  # a DELETE has a row count


class Reader:
    """Follows the feed and gives every event once, those too that were committed out of order."""

    def __init__(self, feed: ConsoleFeed, overlap: int = OVERLAP) -> None:
        self._feed = feed
        self._overlap = overlap
        self._newest: int | None = None
        self._given: set[int] = set()

    def new(self) -> list[Event]:
        """Return the events that were not given yet; at the first call the latest `overlap` ones."""
        if self._newest is None:
            self._newest = self._feed.newest_event_id()
        found: list[Event] = []
        after = max(0, self._newest - self._overlap)
        while page := self._feed.events_after(after):
            found += [event for event in page if event.id not in self._given]
            after = page[-1].id
        self._newest = max(self._newest, after)
        oldest = self._newest - self._overlap
        self._given = {event_id for event_id in self._given if event_id > oldest}
        self._given.update(event.id for event in found if event.id > oldest)
        return found
