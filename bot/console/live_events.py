"""What each console is told of a change: pure, for hundreds of consoles from one look at the database."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from casework.actors import Actor
from casework.console_events import Event
from casework.inbox import Look
from casework.inbox_counts import Counts, Group, count
from casework.inbox_rows import Row
from casework.visibility import NOWHERE, Place, Tree, sees

KEPT = 1000
"""Events of the past that a console can catch up with after its connection was lost."""


@dataclass(frozen=True)
class Change:
    """An event with where its conversation stood before and stands now (None where it was erased)."""

    event: Event
    before: frozenset[Place]
    now: Place | None


class News:
    """The latest changes in the order in which they became known, and where every conversation stands."""

    def __init__(self, places: dict[int, Place], past: Sequence[Event], newest: int) -> None:
        """Begin with `past`, the latest events of the feed; `newest` is the highest id there, 0 for none."""
        self._places = places
        self._changes: deque[Change] = deque()
        self._floor = past[0].id - 1 if past else newest
        self.newest = newest
        for event in past:
            place = places.get(event.conversation_id, NOWHERE)
            self._keep(Change(event, frozenset({place}), place))

    def add(self, events: Sequence[Event], look: Look) -> list[Change]:
        """Note new events; of several of one kind about one conversation only the last one is given."""
        latest = {(event.conversation_id, event.kind): event for event in events}
        changes = [self._change(event, look) for event in latest.values()]
        for change in changes:
            self._keep(change)
        for event in latest.values():
            place = place_of(look.rows.get(event.conversation_id))
            if place is None or place == NOWHERE:
                self._places.pop(event.conversation_id, None)
            else:
                self._places[event.conversation_id] = place
        return changes

    def since(self, event_id: int) -> list[Change] | None:
        """Return what became known after this event, None when that is not known any more."""
        if event_id < self._floor:
            return None
        missed: list[Change] = []
        passed = False
        for change in self._changes:
            if passed or change.event.id > event_id:
                missed.append(change)
            passed = passed or change.event.id == event_id
        return missed

    def _change(self, event: Event, look: Look) -> Change:
        before = self._places.get(event.conversation_id, NOWHERE)
        return Change(event, frozenset({before}), place_of(look.rows.get(event.conversation_id)))

    def _keep(self, change: Change) -> None:
        self._changes.append(change)
        self.newest = max(self.newest, change.event.id)
        if len(self._changes) > KEPT:
            self._floor = max(self._floor, self._changes.popleft().event.id)


class Numbers:
    """The counts of every console from one look; consoles that see the same share the sum."""

    def __init__(self, look: Look) -> None:
        self._tree = look.tree
        self._unassigned: list[Group] = []
        self._of: defaultdict[int, list[Group]] = defaultdict(list)
        self._shared: dict[tuple[object, ...], Counts] = {}
        for group in look.groups:
            if group.place.assignee_id is None:
                self._unassigned.append(group)
            else:
                self._of[group.place.assignee_id].append(group)

    def of(self, actor: Actor) -> Counts:
        """Return this actor's counts."""
        key = (actor.role, actor.organisation_id, actor.level, actor.department_ids)
        if key not in self._shared:
            self._shared[key] = self._count(self._unassigned, actor)
        mine = self._count(self._of.get(actor.id, ()), actor)
        return replace(self._shared[key], mine=mine.mine, mine_unanswered=mine.mine_unanswered)

    def _count(self, groups: Iterable[Group], actor: Actor) -> Counts:
        return count((group for group in groups if sees(self._tree, actor, group.place)), actor)


class Telling:
    """Writes one batch of changes for each console; what is the same for all is written once."""

    def __init__(self, changes: Sequence[Change], look: Look) -> None:
        self._changes = changes
        self._tree: Tree = look.tree
        self._numbers = Numbers(look)
        self._heads = [
            (_head(change, look.rows.get(change.event.conversation_id)), _head(change, None)) for change in changes
        ]

    def to(self, actor: Actor) -> bytes:
        """Return the events for this actor, nothing for conversations that she neither sees nor saw."""
        told: list[bytes] = []
        tail = b""
        for change, (with_row, without_row) in zip(self._changes, self._heads, strict=True):
            if change.now is not None and sees(self._tree, actor, change.now):
                head = with_row
            elif any(sees(self._tree, actor, place) for place in change.before):
                head = without_row
            else:
                continue
            tail = tail or _json(counts_as_json(self._numbers.of(actor))) + b"}\n\n"
            told += (head, tail)
        return b"".join(told)

    def counts(self, actor: Actor) -> Counts:
        """Return this actor's counts."""
        return self._numbers.of(actor)


def retold(missed: Sequence[Change], look: Look) -> list[Change]:
    """Return missed changes as they are told now: the last of each kind, with the conversation as it is."""
    stood: defaultdict[int, set[Place]] = defaultdict(set)
    for change in missed:
        stood[change.event.conversation_id] |= change.before | ({change.now} if change.now else set())
    latest = {(change.event.conversation_id, change.event.kind): change.event for change in missed}
    return [
        Change(event, frozenset(stood[event.conversation_id]), place_of(look.rows.get(event.conversation_id)))
        for event in latest.values()
    ]


def encode(name: str, event_id: int, data: dict[str, Any]) -> bytes:
    """Return one server-sent event."""
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (event_id, name.encode(), _json(data))


def place_of(row: Row | None) -> Place | None:
    """Return where a conversation stands."""
    return Place(row.department_id, row.assignee_id, row.complaint) if row else None


def row_as_json(row: Row) -> dict[str, Any]:
    """Return a row as pages get it: times in ISO 8601, UTC."""
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(row).items()}


def counts_as_json(counts: Counts) -> dict[str, Any]:
    """Return the numbers of the lists as pages get them; departments by their ids."""
    return asdict(counts)


def _head(change: Change, row: Row | None) -> bytes:
    """Return an event up to the counts, which differ."""
    event = change.event
    data = {"conversation": event.conversation_id, "kind": event.kind, "row": row_as_json(row) if row else None}
    return b'id: %d\nevent: conversation\ndata: %b,"counts":' % (event.id, _json(data)[:-1])


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
