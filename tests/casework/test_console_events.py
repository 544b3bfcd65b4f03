"""The feed gives every event once, those too that are committed out of order."""

from __future__ import annotations

from datetime import timedelta

from casework.console_events import ConsoleFeed, Reader, tell
from casework.database import Database, now
from casework.tables import ConversationEvent


def add(database: Database, *ids: int, age: timedelta = timedelta()) -> None:
    with database.write() as session:
        for event_id in ids:
            session.add(
                ConversationEvent(id=event_id, conversation_id=event_id * 10, kind="message", created_at=now() - age)
            )


def new(reader: Reader) -> list[int]:
    return [event.id for event in reader.new()]


def test_events_are_given_in_order_and_by_pages(database: Database) -> None:
    feed = ConsoleFeed(database)
    assert feed.newest_event_id() == 0
    with database.write() as session:
        for conversation_id, kind in ((5, "opened"), (6, "message"), (5, "claimed")):
            tell(session, conversation_id, kind)
    events = feed.events_after(0)
    assert [(event.conversation_id, event.kind) for event in events] == [
        (5, "opened"),
        (6, "message"),
        (5, "claimed"),
    ]
    assert feed.newest_event_id() == events[-1].id
    assert feed.events_after(events[0].id, limit=1) == events[1:2]


def test_a_reader_begins_with_the_latest_and_gives_each_once(database: Database) -> None:
    add(database, *range(1, 11))
    reader = Reader(ConsoleFeed(database), overlap=4)
    assert new(reader) == [7, 8, 9, 10]
    assert new(reader) == []
    add(database, 11, 12)
    assert new(reader) == [11, 12]
    assert new(reader) == []


def test_what_is_committed_late_is_given_late(database: Database) -> None:
    add(database, 1, 2)
    reader = Reader(ConsoleFeed(database), overlap=10)
    assert new(reader) == [1, 2]
    add(database, 5, 6)
    assert new(reader) == [5, 6]
    add(database, 4)
    assert new(reader) == [4]
    add(database, 3, 7)
    assert new(reader) == [3, 7]
    assert new(reader) == []


def test_many_at_once_are_all_given(database: Database) -> None:
    reader = Reader(ConsoleFeed(database), overlap=5)
    assert new(reader) == []
    add(database, *range(1, 2501))
    assert new(reader) == list(range(1, 2501))
    add(database, 2501)
    assert new(reader) == [2501]


def test_old_events_are_deleted(database: Database) -> None:
    feed = ConsoleFeed(database)
    add(database, 1, 2, age=timedelta(days=2))
    add(database, 3)
    assert feed.prune(timedelta(days=1)) == 2
    assert [event.id for event in feed.events_after(0)] == [3]
