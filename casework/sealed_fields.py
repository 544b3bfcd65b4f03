"""Where encrypted values and keyed hashes stand in the database: the one list by which keys are changed.

A column that holds either and is missing here fails a test (tests/casework/test_keys.py).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, inspect, select

from casework.call_backs import PHONE_FIELD
from casework.cases import lookup
from casework.cases.records import ANSWERS, EMPLOYER, WORDS
from casework.crypto import DecryptionError, Keyring
from casework.members import PERSON, person_digests
from casework.names import FIELD as NAME
from casework.names import name_digest
from casework.procedures.drafts import FIELD as DRAFT
from casework.tables import (
    ActionResult,
    Attachment,
    Base,
    CallBack,
    Case,
    CaseEvent,
    CaseGroup,
    CaseKey,
    Contact,
    ContactAddress,
    Draft,
    Member,
    Message,
    PrivateNumber,
)

Row = Mapping[str, Any]
Digests = dict[str, str | None]
_SEALED = "sealed_value"


@dataclass(frozen=True)
class InJson:
    """An encrypted value that stands as text under a key of a JSON column."""

    key: str
    decode: Callable[[str], bytes]
    encode: Callable[[bytes], str]


@dataclass(frozen=True)
class Place:
    """A column of encrypted values, and the hashes in the same row that are made from them.

    `field` is the name under which they are encrypted, with columns of the row in braces. With `beside` the column is
    of that table and only the hashes are of this one; `only` leaves rows out that hold none.
    """

    table: type[Base]
    column: str
    field: str
    digests: Callable[[Keyring, Row, str], Digests] | None = None
    in_json: InJson | None = None
    beside: type[Base] | None = None
    only: ColumnElement[bool] | None = None

    @property
    def name(self) -> str:
        """What it is called where keys are counted."""
        column = "digest" if self.beside else self.column
        return f"{self.table.__tablename__}.{column}{f'.{self.in_json.key}' if self.in_json else ''}"

    @property
    def key(self) -> tuple[ColumnElement[Any], ...]:
        """The columns by which a row is named."""
        return tuple(inspect(self.table).primary_key)

    def rows(self) -> Select[Any]:
        """Select the rows that have such a value, in order."""
        column = getattr(self.beside or self.table, self.column)
        rows = select(*self.table.__table__.c, column.label(_SEALED)).order_by(*self.key)
        if self.beside is not None:
            rows = rows.join(self.beside)
        there = column if self.in_json is None else column[self.in_json.key].as_string()
        return rows.where(there.is_not(None), *(() if self.only is None else (self.only,)))

    def sealed(self, row: Row) -> bytes:
        """Return the encrypted value."""
        value = row[_SEALED]
        return bytes(value) if self.in_json is None else self.in_json.decode(value[self.in_json.key])

    def is_newest(self, keyring: Keyring, row: Row) -> bool:
        """Tell whether the newest key encrypted the value and made its hashes; False also for what no key opens."""
        if self.beside is None and not keyring.is_newest(self.sealed(row), self.field.format_map(row)):
            return False
        try:
            return all(row[column] == digest for column, digest in self._digests(keyring, row).items())
        except DecryptionError:
            return False

    def renewed(self, keyring: Keyring, row: Row) -> dict[str, Any]:
        """Return the row's new values, all made with the newest key. Raises `DecryptionError`."""
        digests = self._digests(keyring, row)
        if self.beside is not None:
            return {**digests}
        field = self.field.format_map(row)
        sealed = keyring.seal_bytes(keyring.open_bytes(self.sealed(row), field), field)
        if self.in_json is None:
            return {self.column: sealed, **digests}
        return {self.column: {**row[self.column], self.in_json.key: self.in_json.encode(sealed)}}

    def _digests(self, keyring: Keyring, row: Row) -> Digests:
        if self.digests is None:
            return {}
        return self.digests(keyring, row, keyring.open(self.sealed(row), self.field.format_map(row)))


def _case_key(keyring: Keyring, row: Row, answers: str) -> Digests:
    """Return a case's hash of one field, as it is where her answers do not give it any more."""
    return {"digest": lookup.keys_of(keyring, json.loads(answers)).get(row["field"], row["digest"])}


def _employer(keyring: Keyring, row: Row, name: str) -> Digests:
    return {"employer_digest": lookup.keys_of(keyring, {"employer": name}).get("employer", row["employer_digest"])}


_LOCATION = InJson("location", base64.b64decode, lambda sealed: base64.b64encode(sealed).decode())
_RESULT = InJson("sealed", bytes.fromhex, bytes.hex)

PLACES = (
    Place(Contact, "name_sealed", NAME, lambda ring, _, name: {"name_digest": name_digest(ring, name)}),
    Place(
        ContactAddress,
        "address_sealed",
        "address.{channel}",
        lambda ring, row, address: {"address_digest": ring.digest(address, f"address.{row['channel']}")},
    ),
    Place(
        PrivateNumber,
        "sealed",
        "private_number",
        lambda ring, _, number: {"digest": ring.digest(number, "private_number")},
    ),
    Place(CallBack, "phone_sealed", PHONE_FIELD),
    Place(Attachment, "name_sealed", "attachments.name"),
    Place(Message, "extra", "messages.location", in_json=_LOCATION),
    Place(ActionResult, "result", "action_results.card", in_json=_RESULT),
    Place(Draft, "answers_sealed", DRAFT),
    Place(Case, "answers_sealed", ANSWERS),
    Place(CaseKey, "answers_sealed", ANSWERS, _case_key, beside=Case, only=CaseKey.field.in_(lookup.FIELDS)),
    Place(CaseEvent, "words_sealed", WORDS),
    Place(CaseGroup, "employer_sealed", EMPLOYER, _employer),
    Place(Member, "name_sealed", PERSON, lambda ring, _, person: person_digests(ring, person)),
)
"""Every place, in the order in which keys are changed."""
NOT_KEYED = frozenset({"staff_sessions.token_digest"})
"""Columns whose names sound like it: a plain hash of a random token, which no key is needed for."""
