"""The imported register of union members: who is one already, and where.

A line holds name, identity number and phone only encrypted, in one field that nothing but a key rotation opens
(casework/keys.py), and keyed hashes by which a worker is recognised who tells her name and her number.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from casework.cases.lookup import spelling
from casework.crypto import Keyring
from casework.database import Database, now
from casework.hours import ZONE
from casework.member_lines import Line, newer_identity, read_lines
from casework.tables import Member, Organisation
from casework.union_finder import Union

PERSON = "members.person"
"""The field under which `members.name_sealed` is encrypted: name, identity number and phone as JSON."""
NAME, IDENTITY, PHONE = "members.name", "members.identity", "members.phone"


@dataclass(frozen=True)
class Membership:
    """A worker's line in the register."""

    member_no: str | None
    organisation: Union
    joined_on: date | None
    left_on: date | None


@dataclass(frozen=True)
class Imported:
    """How many lines an import added, changed, and found as they are."""

    added: int
    changed: int
    same: int


@dataclass(frozen=True)
class Count:
    """How many lines the register has, and how many of them are of members who left."""

    lines: int
    left: int


def find(
    session: Session,
    keyring: Keyring,
    name: str,
    identity_number: str,
    phone: str | None = None,
    today: date | None = None,
) -> Membership | None:
    """Return the membership of who has both this name and this identity number; either alone tells nothing.

    Of several lines the one that has not been left, then the one with her `phone`, then the one joined last.
    """
    hers = keyring.digests(newer_identity(spelling("identity", identity_number)), IDENTITY)
    rows = session.execute(
        select(Member, Organisation).join(Organisation).where(Member.identity_digest.in_(hers))
    ).all()
    names = keyring.digests(spelling("name", name), NAME)
    phones = keyring.digests(spelling("phone", phone), PHONE) if phone else []
    day = today or datetime.now(ZONE).date()
    found = [row for row in rows if _is_one_of(row[0].name_digest, names)]
    if not found:
        return None
    member, organisation = max(found, key=lambda row: _order(row[0], phones, day))
    return Membership(member.number, Union.of(organisation), member.joined_on, member.left_on)


def import_members(
    database: Database,
    keyring: Keyring,
    rows: Iterable[Mapping[str, str | None]],
    *,
    dry_run: bool = False,
    today: date | None = None,
) -> Imported:
    """Add or change members from a table's rows (`member_lines.read_table`): all of them or none.

    A line is known again by its union and identity number; those that the table does not have stay as they are. With
    `dry_run` nothing is written. Raises `Invalid` with one sentence for each faulty line, which holds nothing personal.
    """
    with database.read() as session:
        coded = session.execute(select(Organisation.code, Organisation.id).where(Organisation.code.is_not(None)))
        codes = {str(code): organisation_id for code, organisation_id in coded}
    lines = read_lines(rows, codes, today or datetime.now(ZONE).date())
    prepared = [_prepare(keyring, line) for line in lines]  # before the transaction: others want to write, too
    if dry_run:
        with database.read() as session:
            added, changed, same = _sorted(_known(session, prepared), prepared)
        return Imported(len(added), len(changed), same)
    with database.write() as session:
        if not database.is_sqlite:
            session.execute(text("LOCK TABLE members IN SHARE ROW EXCLUSIVE MODE"))
        added, changed, same = _sorted(_known(session, prepared), prepared)
        if added:
            session.connection().execute(insert(Member), added)  # past the ORM, which takes twice as long
        if changed:
            session.execute(update(Member), changed)
    return Imported(len(added), len(changed), same)


def count(session: Session, today: date | None = None) -> Count:
    """Return how many lines the register has."""
    day = today or datetime.now(ZONE).date()
    left = func.count().filter(Member.left_on <= day)
    return Count(*session.execute(select(func.count(), left).select_from(Member)).one())


def person_digests(keyring: Keyring, person: str) -> dict[str, str | None]:
    """Return the hashes of a line's columns from what is encrypted in it (`PERSON`)."""
    name, identity, phone = json.loads(person)
    return {
        "name_digest": keyring.digest(spelling("name", name), NAME),
        "identity_digest": keyring.digest(identity, IDENTITY),
        "phone_digest": keyring.digest(phone, PHONE) if phone else None,
    }


def _is_one_of(stored: str, digests: Iterable[str]) -> bool:
    """Compare with each of them, in a time that does not tell how much is alike."""
    return sum(hmac.compare_digest(stored, each) for each in digests) > 0


def _order(member: Member, phones: list[str], day: date) -> tuple[bool, bool, date, int]:
    stays = member.left_on is None or member.left_on > day
    return stays, _is_one_of(member.phone_digest or "", phones), member.joined_on or date.min, member.id


# The import.

_Values = dict[str, Any]


@dataclass(frozen=True)
class _Prepared:
    """What a line's row shall hold, and the hashes under which its identity number may be there already."""

    values: _Values
    identities: list[str]


@dataclass(frozen=True)
class _Known:
    """A row that is there."""

    id: int
    values: _Values


_COMPARED = ("number", "name_digest", "identity_digest", "phone_digest", "joined_on", "left_on")


def _prepare(keyring: Keyring, line: Line) -> _Prepared:
    person = json.dumps([line.name, line.identity, line.phone], ensure_ascii=False)
    digests = person_digests(keyring, person)
    values = {
        "organisation_id": line.organisation_id,
        "number": line.number,
        "name_sealed": keyring.seal(person, PERSON),
        **digests,
        "joined_on": line.joined_on,
        "left_on": line.left_on,
        "imported_at": now(),
    }
    before = keyring.previous.digests(line.identity, IDENTITY) if keyring.previous else []
    return _Prepared(values, [str(digests["identity_digest"]), *before])


def _known(session: Session, lines: Iterable[_Prepared]) -> dict[tuple[int, str], _Known]:
    """Return the rows of the unions that the table is about."""
    unions = {line.values["organisation_id"] for line in lines}
    columns = [getattr(Member, name) for name in _COMPARED]
    rows = session.execute(select(Member.id, Member.organisation_id, *columns))
    found = {}
    for member_id, organisation_id, *values in rows:
        if organisation_id in unions:
            known = _Known(member_id, dict(zip(_COMPARED, values, strict=True)))
            found[organisation_id, known.values["identity_digest"]] = known
    return found


def _sorted(
    known: Mapping[tuple[int, str], _Known], lines: Iterable[_Prepared]
) -> tuple[list[_Values], list[_Values], int]:
    """Return the rows to add, those to change with their ids, and the number of those that are as they shall be."""
    added, changed, same = [], [], 0
    for line in lines:
        places = ((line.values["organisation_id"], identity) for identity in line.identities)
        row = next((known[place] for place in places if place in known), None)
        if row is None:
            added.append(line.values)
        elif any(row.values[name] != line.values[name] for name in _COMPARED):
            changed.append({"id": row.id, **line.values})
        else:
            same += 1
    return added, changed, same
