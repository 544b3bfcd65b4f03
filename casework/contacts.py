"""Contacts: found by a keyed hash of their address, their private numbers kept encrypted; what they are asked for."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from casework.crypto import Keyring
from casework.private_numbers import LABELS, label, replace_private_numbers
from casework.private_numbers import PrivateNumber as FoundNumber
from casework.tables import Contact, ContactAddress, Conversation, Message, PrivateNumber

Fact = Literal["kind", "region"]
"""What the bot asks a worker for, because answers differ by it."""
ASKED_AT_MOST = 3
"""Questions for one fact, after which a worker who does not answer is left in peace."""
_REFERENCE = re.compile(rf"〔({'|'.join(LABELS.values())})(\d{{1,4}})〕")
_FACTS = {"kind": (Contact.kind, Contact.kind_asked), "region": (Contact.region, Contact.region_asked)}


def find_contact(session: Session, keyring: Keyring, channel: str, address: str) -> int | None:
    """Return the id of who writes from this address, or None when nobody has yet."""
    digests = keyring.digests(address, f"address.{channel}")
    return session.scalar(
        select(ContactAddress.contact_id).where(
            ContactAddress.channel == channel, ContactAddress.address_digest.in_(digests)
        )
    )


def add_contact(session: Session, keyring: Keyring, channel: str, address: str) -> int:
    """Store a new contact with its address; return its id."""
    contact = Contact()
    session.add(contact)
    session.flush()
    session.add(
        ContactAddress(
            contact_id=contact.id,
            channel=channel,
            address_digest=keyring.digest(address, f"address.{channel}"),
            address_sealed=keyring.seal(address, f"address.{channel}"),
        )
    )
    return contact.id


def hide_numbers(session: Session, keyring: Keyring, contact_id: int, text: str) -> str:
    """Replace private numbers by references and keep them encrypted; the same number gets the same reference."""
    known: dict[str, PrivateNumber] | None = None
    count: Counter[str] = Counter()

    def reference(number: FoundNumber) -> str:
        nonlocal known
        if known is None:  # read once: a message may hold thousands, and nobody else writes meanwhile
            hers = session.scalars(select(PrivateNumber).where(PrivateNumber.contact_id == contact_id))
            known = {kept.digest: kept for kept in hers}
            count.update(kept.kind for kept in known.values())
        digests = keyring.digests(number.value, "private_number")
        kept = next((known[digest] for digest in digests if digest in known), None)
        if kept is None:
            count[number.kind] += 1
            kept = known[digests[0]] = PrivateNumber(
                contact_id=contact_id,
                kind=number.kind,
                position=count[number.kind],
                digest=digests[0],
                sealed=keyring.seal(number.value, "private_number"),
            )
            session.add(kept)
        return label(number.kind, kept.position)

    return replace_private_numbers(text, reference)


def reveal_numbers(session: Session, keyring: Keyring, contact_id: int, text: str) -> str:
    """Put a contact's numbers back in the place of their references; one that is not hers stays as it stands."""

    def number(match: re.Match[str]) -> str:
        kind = next(kind for kind, name in LABELS.items() if name == match[1])
        sealed = session.scalar(
            select(PrivateNumber.sealed).where(
                PrivateNumber.contact_id == contact_id,
                PrivateNumber.kind == kind,
                PrivateNumber.position == int(match[2]),
            )
        )
        return keyring.open(sealed, "private_number") if sealed is not None else match[0]

    return _REFERENCE.sub(number, text)


def remember_region(session: Session, message_key: str, region: str) -> None:
    """Keep the region that a contact named in one of her messages."""
    _set(session, message_key, region=region)


def remember_kind(session: Session, message_key: str, kind: str | None) -> None:
    """Keep the kind of worker that a contact said she is; None where she is of it no more, and may be asked again."""
    _set(session, message_key, kind=kind)


def may_ask(session: Session, message_key: str, fact: Fact) -> bool:
    """Count a question for what is not known of a contact; False where it is known, or was asked often enough."""
    known, asked = _FACTS[fact]
    counted = (
        update(Contact)
        .where(Contact.id.in_(_contact_of(message_key)), known.is_(None), asked < ASKED_AT_MOST)
        .values({asked: asked + 1})
    )
    return bool(session.execute(counted).rowcount)  # type: ignore[attr-defined]  # an UPDATE has a row count


def ask_no_more(session: Session, message_key: str, fact: Fact) -> None:
    """Note that a contact answered a question, with none of what was offered: she is not asked again."""
    known, asked = _FACTS[fact]
    _set(session, message_key, **{known.key: None, asked.key: ASKED_AT_MOST})


def _contact_of(message_key: str) -> Select[int]:
    return (
        select(Conversation.contact_id)
        .join(Message, Message.conversation_id == Conversation.id)
        .where(Message.message_key == message_key)
    )


def _set(session: Session, message_key: str, **values: object) -> None:
    session.execute(update(Contact).where(Contact.id.in_(_contact_of(message_key))).values(values))
