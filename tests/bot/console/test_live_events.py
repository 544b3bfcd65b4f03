"""What each console is told of a change: nothing about what it may not see, everything about what it may."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.console.live_events import KEPT, News, Telling, encode, retold
from casework.actors import Actor
from casework.console_events import Event
from casework.inbox import Look
from casework.inbox_counts import Group
from casework.inbox_rows import Row
from casework.visibility import Place, Tree

CITY, FIRM = 1, 2
LEGAL, FIRM_LEGAL = 10, 20
TREE = Tree(above={LEGAL: frozenset({CITY}), FIRM_LEGAL: frozenset({FIRM, CITY})}, roots=frozenset({CITY}))
CHIEF = Actor(1, "主任", "supervisor", CITY, "city")
AGENT = Actor(2, "小陈", "agent", CITY, "city", (LEGAL,))
CHAIR = Actor(3, "主席", "supervisor", FIRM, "enterprise")
ROW = Row(
    conversation_id=5,
    title="来访者 5",
    channel="web",
    state="open",
    department_id=FIRM_LEGAL,
    department="法律维权",
    topic="legal",
    reason="asked_for",
    detail=None,
    priority=0,
    waiting_since=None,
    opened_at=None,
    assignee_id=None,
    assignee=None,
    last_author="worker",
    last_text="你好",
    last_message_at=datetime(2026, 3, 2, tzinfo=UTC),
    is_unanswered=True,
    complaint=False,
)
IN_FIRM = Place(FIRM_LEGAL, None, False)


def look(*rows: Row, groups: tuple[Group, ...] = ()) -> Look:
    return Look({row.conversation_id: row for row in rows}, list(groups), TREE)


def read(chunk: bytes) -> list[dict[str, Any]]:
    """Return the events of a chunk as the browser would read them."""
    events = []
    for block in chunk.decode().split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        events.append({"id": int(fields["id"]), "event": fields["event"], **json.loads(fields["data"])})
    return events


def test_a_row_goes_to_who_may_see_it_with_her_own_numbers() -> None:
    groups = (Group(IN_FIRM, 3, 3, 1), Group(Place(LEGAL, 2, False), 4, 2, 0), Group(Place(LEGAL, None, True), 5, 0, 0))
    seen = look(ROW, groups=groups)
    telling = Telling(News({5: IN_FIRM}, [], 0).add([Event(7, 5, "message")], seen), seen)
    (chief,) = read(telling.to(CHIEF))
    assert (chief["id"], chief["event"], chief["conversation"], chief["kind"]) == (7, "conversation", 5, "message")
    assert chief["row"]["last_message_at"] == "2026-03-02T00:00:00+00:00"
    assert chief["row"]["last_text"] == "你好"
    assert chief["counts"] == {
        "unassigned": 8,
        "mine": 0,
        "mine_unanswered": 0,
        "alarms": 1,
        "departments": {"20": 3, "10": 5},
    }
    (chair,) = read(telling.to(CHAIR))
    assert chair["counts"]["unassigned"] == 3
    assert telling.to(AGENT) == b""
    assert (telling.counts(AGENT).unassigned, telling.counts(AGENT).mine) == (5, 4)


def test_what_becomes_a_complaint_leaves_the_firms_console_and_nothing_more_is_said() -> None:
    news = News({5: IN_FIRM}, [], 0)
    complaint = look(replace(ROW, complaint=True))
    (gone,) = read(Telling(news.add([Event(8, 5, "opened")], complaint), complaint).to(CHAIR))
    assert (gone["conversation"], gone["row"]) == (5, None)
    later = Telling(news.add([Event(9, 5, "message")], complaint), complaint)
    assert later.to(CHAIR) == b""
    assert len(read(later.to(CHIEF))) == 1


def test_what_is_erased_leaves_every_console_that_showed_it() -> None:
    news = News({5: IN_FIRM}, [], 0)
    telling = Telling(news.add([Event(8, 5, "erased")], look()), look())
    assert [event["row"] for actor in (CHIEF, CHAIR) for event in read(telling.to(actor))] == [None, None]
    assert telling.to(AGENT) == b""
    assert Telling(news.add([Event(9, 5, "erased")], look()), look()).to(CHAIR) == b""


def test_a_transfer_is_a_row_for_one_and_an_end_for_the_other() -> None:
    moved = look(replace(ROW, department_id=LEGAL))
    telling = Telling(News({5: IN_FIRM}, [], 0).add([Event(8, 5, "transferred")], moved), moved)
    assert read(telling.to(AGENT))[0]["row"]["department_id"] == LEGAL
    assert read(telling.to(CHAIR))[0]["row"] is None


def test_several_events_of_one_kind_are_told_once_different_kinds_each() -> None:
    seen = look(ROW)
    events = [Event(1, 5, "message"), Event(2, 5, "claimed"), Event(3, 5, "message")]
    told = read(Telling(News({}, [], 0).add(events, seen), seen).to(CHIEF))
    assert [(event["id"], event["kind"]) for event in told] == [(3, "message"), (2, "claimed")]


def test_what_was_missed_is_known_for_a_while() -> None:
    news = News({}, [Event(101, 5, "message"), Event(102, 5, "message")], 102)
    assert news.newest == 102
    assert news.since(99) is None
    assert [change.event.id for change in news.since(100) or ()] == [101, 102]
    assert news.since(102) == []
    news.add([Event(104, 5, "message")], look(ROW))
    news.add([Event(103, 6, "message")], look(ROW))  # committed late
    assert [change.event.id for change in news.since(104) or ()] == [103]
    for number in range(105, 105 + KEPT):
        news.add([Event(number, 5, "message")], look(ROW))
    assert news.since(103) is None
    assert len(news.since(104) or ()) == KEPT


def test_where_nothing_ever_happened_nothing_is_missed() -> None:
    assert News({}, [], 0).since(0) == []
    assert News({}, [], 40).since(39) is None


def test_what_was_missed_is_told_as_it_is_now() -> None:
    news = News({5: IN_FIRM}, [], 0)
    news.add([Event(1, 5, "message")], look(ROW))
    news.add([Event(2, 5, "message")], look(replace(ROW, department_id=LEGAL)))
    now = look(replace(ROW, department_id=LEGAL, last_text="还在吗"))
    missed = news.since(0)
    assert missed is not None
    telling = Telling(retold(missed, now), now)
    assert [(event["id"], event["row"]) for event in read(telling.to(CHAIR))] == [(2, None)]
    assert [event["row"]["last_text"] for event in read(telling.to(AGENT))] == ["还在吗"]


def test_a_text_cannot_break_out_of_its_event() -> None:
    seen = look(replace(ROW, last_text='"}\n\nevent: reset\ndata: {}\r\n\u2028'))
    (event,) = read(Telling(News({}, [], 0).add([Event(1, 5, "message")], seen), seen).to(CHIEF))
    assert event["row"]["last_text"] == '"}\n\nevent: reset\ndata: {}\r\n\u2028'
    assert encode("ready", 4, {"a": "x\ny"}) == b'id: 4\nevent: ready\ndata: {"a":"x\\ny"}\n\n'
