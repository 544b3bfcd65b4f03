"""Drafts in the database: what a worker has filled in and not sent, sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from casework.crypto import Keyring
from casework.procedures.filled import Filled
from casework.tables import CaseFile, Consent, Draft

FIELD = "drafts.answers"
"""The name under which answers are encrypted."""

OFFERED = timedelta(days=30)
"""How long a form that was put aside is offered again by itself."""


@dataclass(frozen=True)
class Owner:
    """Whose draft it is, and in which conversation she fills it in."""

    contact_id: int
    conversation_id: int
    channel: str
    region: str | None


def active_draft(session: Session, conversation_id: int) -> Draft | None:
    """Return the form that is being filled in in a conversation."""
    return session.scalar(select(Draft).where(Draft.conversation_id == conversation_id, Draft.state == "active"))


def draft_of(session: Session, contact_id: int, form_id: str) -> Draft | None:
    """Return what a contact has begun of one form."""
    return session.scalar(select(Draft).where(Draft.contact_id == contact_id, Draft.procedure == form_id))


def paused_draft(session: Session, contact_id: int, since: datetime) -> Draft | None:
    """Return what a contact put aside last, if that is not longer ago than `since`."""
    return session.scalars(
        select(Draft)
        .where(Draft.contact_id == contact_id, Draft.state == "paused", Draft.updated_at >= since)
        .order_by(Draft.updated_at.desc())
    ).first()


def filled_of(keyring: Keyring, draft: Draft) -> Filled:
    """Open what was filled in. Raises `DecryptionError`."""
    return Filled.from_json(keyring.open(draft.answers_sealed, FIELD))


def new_draft(session: Session, keyring: Keyring, owner: Owner, form_id: str, filled: Filled, step: str) -> Draft:
    """Begin a form, in place of what there was of it; another one that is active is put aside."""
    session.execute(delete(Draft).where(Draft.contact_id == owner.contact_id, Draft.procedure == form_id))
    pause(session, owner.conversation_id)
    draft = Draft(
        contact_id=owner.contact_id,
        conversation_id=owner.conversation_id,
        procedure=form_id,
        step=step,
        answers_sealed=keyring.seal(filled.as_json(), FIELD),
    )
    session.add(draft)
    session.flush()
    return draft


def resume(session: Session, draft: Draft, conversation_id: int) -> None:
    """Go on with a draft, in the conversation in which she asks for it."""
    if draft.state != "active" or draft.conversation_id != conversation_id:
        pause(session, conversation_id)
        draft.state, draft.conversation_id, draft.misses = "active", conversation_id, 0
        session.flush()


def pause(session: Session, conversation_id: int) -> None:
    """Put aside what is being filled in in a conversation."""
    session.execute(
        update(Draft).where(Draft.conversation_id == conversation_id, Draft.state == "active").values(state="paused")
    )


def keep(
    session: Session, keyring: Keyring, draft: Draft, filled: Filled, step: str, misses: int, at: datetime
) -> None:
    """Store where a form stands after a message, and the consents that were given with it."""
    before = filled_of(keyring, draft).agreed
    session.add_all(
        Consent(contact_id=draft.contact_id, procedure=draft.procedure, kind=kind, given_at=at)
        for kind in sorted(filled.agreed - before)
    )
    draft.answers_sealed = keyring.seal(filled.as_json(), FIELD)
    draft.step, draft.misses, draft.updated_at = step, misses, at


def drop(session: Session, draft: Draft, at: datetime) -> None:
    """Delete a form that was begun, on the worker's word or because people take over: her consents end with it."""
    withdraw_consents(session, draft.contact_id, draft.procedure, at)
    session.delete(draft)


def withdraw_consents(session: Session, contact_id: int, form_id: str, at: datetime) -> None:
    """Write down that a contact takes her consents to a procedure back (PIPL, article 15)."""
    given = (Consent.contact_id == contact_id, Consent.procedure == form_id, Consent.withdrawn_at.is_(None))
    session.execute(update(Consent).where(*given).values(withdrawn_at=at))


def files_of(session: Session, draft_id: int) -> list[int]:
    """Return the attachments that were sent for a form, the oldest first."""
    query = select(CaseFile.attachment_id).where(CaseFile.draft_id == draft_id).order_by(CaseFile.attachment_id)
    return list(session.scalars(query))
