"""What the console reads of conversations: lists, numbers, one conversation. Nobody gets what she may not see."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from casework.actors import Actor
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import Invalid, NotAllowed, NotFound
from casework.inbox_counts import Counts, Group, count, groups_where
from casework.inbox_details import Detail, Transcript, call_backs_of, hand_offs_of, notes_of, transcript_of
from casework.inbox_pages import Cursor, Page, SortKey, after
from casework.inbox_rows import Row, rows_of, rows_where
from casework.names import open_name
from casework.organisations import visible_to
from casework.private_numbers import LABELS
from casework.reach import reach_of
from casework.search import matching
from casework.tables import AuditEvent, Contact, Conversation, HandOff, Organisation, PrivateNumber
from casework.visibility import Place, Tree, load_places, load_tree

View = Literal["unassigned", "mine", "all", "resolved", "bot"]
VIEWS: tuple[View, ...] = ("unassigned", "mine", "all", "resolved", "bot")
"""The lists. `all` is all that the actor may see, in whatever state; `bot` is what the bot answers just now."""
MOST_ROWS = 100
MOST_ITEMS = 500
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for no time where a list is sorted by one."""
_LABEL = re.compile("〔?(" + "|".join(LABELS.values()) + r")(\d{1,6})〕?")
_KINDS = {words: kind for kind, words in LABELS.items()}


@dataclass(frozen=True)
class Look:
    """Changed conversations, the numbers of all lists, and who is above whom: one look for all consoles."""

    rows: dict[int, Row]
    groups: list[Group]
    tree: Tree


class Inbox:
    """Reads for the staff's pages; every method is one transaction."""

    def __init__(self, database: Database, keyring: Keyring, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._keyring = keyring
        self._clock = clock

    def rows(
        self,
        actor: Actor,
        view: View,
        *,
        department_id: int | None = None,
        channel: str | None = None,
        reason: str | None = None,
        query: str = "",
        before: str | None = None,
        limit: int = 50,
    ) -> Page[Row]:
        """Return a page of a list; `before` is that of the page before.

        Unassigned: alarms first, then who has waited longest. Mine: unanswered ones first, the longest waiting at the
        top, then the latest. Others: the latest first. A conversation that changes between two pages and so belongs
        on an earlier one is not given again: the page hears of it by its event.
        `reason` is that of the latest hand-off. `query` is described in casework/search.py.
        Raises `Invalid` for a view or `before` that is none.
        """
        if view not in VIEWS:
            raise Invalid("没有这个列表。")
        limit = max(1, min(limit, MOST_ROWS))
        keys = _order(view)
        cursor = Cursor.parse(before) if before else None
        started = cursor.started if cursor else self._clock()
        chosen: Select[Any] = select(Conversation.id, *(key.column for key in keys))
        if view == "unassigned":
            chosen = chosen.join(HandOff, and_(HandOff.conversation_id == Conversation.id, HandOff.ended_at.is_(None)))
        chosen = chosen.where(_in_view(actor, view), visible_to(actor))
        if department_id is not None:
            chosen = chosen.where(Conversation.department_id == department_id)
        if channel is not None:
            chosen = chosen.where(Conversation.channel == channel)
        if reason is not None:
            chosen = chosen.where(_had_reason(reason))
        if cursor is not None:
            chosen = chosen.where(after(keys, cursor.values), _unmoved(view, started))
        with self._database.read() as session:
            if query.strip():
                chosen = chosen.where(matching(session, self._keyring, query))
            found = session.execute(chosen.order_by(*(key.order for key in keys)).limit(limit + 1)).all()
            rows = rows_of(session, self._keyring, [row[0] for row in found[:limit]])
        in_order = tuple(rows[row[0]] for row in found[:limit] if row[0] in rows)
        more = str(Cursor(started, tuple(found[limit - 1][1:]))) if len(found) > limit else None
        return Page(in_order, more)

    def counts(self, actor: Actor) -> Counts:
        """Return the numbers of the lists."""
        concerned = or_(Conversation.assignee_id.is_(None), Conversation.assignee_id == actor.id)
        with self._database.read() as session:
            return count(groups_where(session, and_(concerned, visible_to(actor))), actor)

    def conversation(self, actor: Actor, conversation_id: int) -> Detail:
        """Return all that stands beside a transcript. Raises `NotFound`."""
        with self._database.read() as session:
            conversation = _visible(session, actor, conversation_id)
            contact = session.get_one(Contact, conversation.contact_id)
            hers = and_(Conversation.contact_id == contact.id, visible_to(actor))
            rows = rows_where(session, self._keyring, hers)
            row = rows.pop(conversation_id)
            organisation = session.get(Organisation, contact.organisation_id) if contact.organisation_id else None
            return Detail(
                row=row,
                name=open_name(self._keyring, contact.name_sealed) if contact.name_sealed else None,
                region=contact.region,
                kind=contact.kind,
                organisation=organisation.name if organisation else None,
                hand_offs=hand_offs_of(session, conversation_id),
                others=tuple(sorted(rows.values(), key=lambda other: other.last_message_at, reverse=True)),
                call_backs=call_backs_of(session, conversation_id),
                notes=notes_of(session, conversation_id),
                reach=reach_of(conversation, self._clock()),
            )

    def row(self, actor: Actor, conversation_id: int) -> Row:
        """Return one row. Raises `NotFound`."""
        with self._database.read() as session:
            _visible(session, actor, conversation_id)
            return rows_of(session, self._keyring, [conversation_id])[conversation_id]

    def transcript(
        self, actor: Actor, conversation_id: int, after: int = 0, before: int | None = None, limit: int = 100
    ) -> Transcript:
        """Return what was said, oldest first, with private notes where they were written.

        With `after` what came since this message, with `before` the `limit` ahead of that one, else the latest.
        Notes written since message `after` are given again each time: a page knows them by their ids.
        Raises `NotFound`.
        """
        limit = max(1, min(limit, MOST_ITEMS))
        with self._database.read() as session:
            _visible(session, actor, conversation_id)
            return transcript_of(session, self._keyring, conversation_id, after=after, before=before, limit=limit)

    def private_number(self, actor: Actor, conversation_id: int, label: str) -> str:
        """Return the number that a reference such as 〔手机号1〕 stands for, and write down who looked.

        Raises `NotFound`, `NotAllowed` for others than the assignee and supervisors.
        """
        match = _LABEL.fullmatch(label)
        with self._database.write() as session:
            conversation = _visible(session, actor, conversation_id)
            if conversation.assignee_id != actor.id and not actor.is_at_least("supervisor"):
                raise NotAllowed("only the assignee and supervisors see numbers")
            kept = session.scalar(
                select(PrivateNumber).where(
                    PrivateNumber.contact_id == conversation.contact_id,
                    PrivateNumber.kind == (_KINDS[match[1]] if match else ""),
                    PrivateNumber.position == (int(match[2]) if match else 0),
                )
            )
            if kept is None:
                raise NotFound("no such number")
            session.add(
                AuditEvent(
                    at=self._clock(),
                    actor=f"staff:{actor.id}",
                    event="private_number.revealed",
                    object_type="conversation",
                    object_id=conversation_id,
                    details={"kind": kept.kind, "position": kept.position},
                )
            )
            return self._keyring.open(kept.sealed, "private_number")

    def look(self, conversation_ids: Collection[int]) -> Look:
        """Return what the live events need of these conversations, whoever may see them: `sees` decides that."""
        with self._database.read() as session:
            return Look(
                rows=rows_of(session, self._keyring, conversation_ids),
                groups=groups_where(session, true()),
                tree=load_tree(session),
            )

    def places(self) -> dict[int, Place]:
        """Return where each conversation stands that was ever handed off."""
        with self._database.read() as session:
            return load_places(session)


def _visible(session: Session, actor: Actor, conversation_id: int) -> Conversation:
    query = select(Conversation).where(Conversation.id == conversation_id, visible_to(actor))
    conversation = session.scalar(query) if 0 < conversation_id < 2**31 else None
    if conversation is None:
        raise NotFound(f"conversation {conversation_id}")
    return conversation


def _in_view(actor: Actor, view: View) -> ColumnElement[bool]:
    conditions: dict[View, ColumnElement[bool]] = {
        "unassigned": and_(Conversation.state == "open", Conversation.assignee_id.is_(None)),
        "mine": and_(Conversation.state == "open", Conversation.assignee_id == actor.id),
        "all": true(),
        "resolved": Conversation.state == "resolved",
        "bot": Conversation.state == "pending",
    }
    return conditions[view]


def _order(view: View) -> tuple[SortKey, ...]:
    if view == "unassigned":
        return (
            SortKey(HandOff.priority, int, descending=True),
            SortKey(HandOff.opened_at, datetime),
            SortKey(Conversation.id, int),
        )
    latest = (
        SortKey(Conversation.last_message_at, datetime, descending=True),
        SortKey(Conversation.id, int, descending=True),
    )
    if view == "mine":
        waiting_since = func.coalesce(Conversation.unanswered_since, _NEVER)
        return (SortKey(_is_answered(), int), SortKey(waiting_since, datetime), *latest)
    return latest


def _is_answered() -> ColumnElement[int]:
    return case((Conversation.unanswered_since.is_(None), 1), else_=0)


def _unmoved(view: View, started: datetime) -> ColumnElement[bool]:
    """Keep out what was answered since the first page: it was on an earlier one and would be given twice."""
    if view != "mine":
        return true()
    return or_(_is_answered() == 0, Conversation.last_message_at <= started)


def _had_reason(reason: str) -> ColumnElement[bool]:
    """Return the condition that the latest hand-off had this reason: one list of them, not a look for each row."""
    later = aliased(HandOff)
    is_latest = ~exists().where(later.conversation_id == HandOff.conversation_id, later.id > HandOff.id)
    return Conversation.id.in_(select(HandOff.conversation_id).where(HandOff.reason == reason, is_latest))
