"""Drafts in the database: one active in a conversation, one of a form, put aside and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from casework.crypto import DecryptionError, Keyring
from casework.database import Database, now
from casework.procedures import drafts
from casework.procedures.drafts import OFFERED, Owner
from casework.procedures.filled import Filled
from casework.tables import Attachment, CaseFile, Consent, Conversation, Draft
from casework.wording import Wording
from tests.casework.procedures.writer import Writer, photo


@pytest.fixture
def owner(database: Database, keyring: Keyring, wording: Wording) -> Owner:
    return owner_of(database, keyring, wording, "wang")


def owner_of(database: Database, keyring: Keyring, wording: Wording, address: str) -> Owner:
    writer = Writer(database, keyring, wording, address)
    writer.writes()
    with database.read() as session:
        return Owner(session.get_one(Conversation, writer.number).contact_id, writer.number, "web", None)


def begun(database: Database, keyring: Keyring, owner: Owner, form: str, filled: Filled | None = None) -> int:
    with database.write() as session:
        return drafts.new_draft(session, keyring, owner, form, filled or Filled(), "name").id


def states(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {draft.procedure: draft.state for draft in session.scalars(select(Draft))}


def test_a_new_draft_takes_the_place_of_the_old_one_of_its_form_and_puts_others_aside(
    database: Database, keyring: Keyring, owner: Owner
) -> None:
    begun(database, keyring, owner, "join", Filled({"name": "王小明"}))
    begun(database, keyring, owner, "aid")
    begun(database, keyring, owner, "join")
    assert states(database) == {"aid": "paused", "join": "active"}
    with database.read() as session:
        draft = drafts.active_draft(session, owner.conversation_id)
        assert draft is not None
        assert drafts.filled_of(keyring, draft) == Filled()


def test_the_database_itself_lets_one_draft_be_active(database: Database, keyring: Keyring, owner: Owner) -> None:
    begun(database, keyring, owner, "join")
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(
            Draft(
                contact_id=owner.contact_id,
                conversation_id=owner.conversation_id,
                procedure="aid",
                step="name",
                answers_sealed=keyring.seal(Filled().as_json(), drafts.FIELD),
            )
        )


def test_a_draft_is_gone_on_with_where_she_asks_for_it(
    database: Database, keyring: Keyring, wording: Wording, owner: Owner
) -> None:
    number = begun(database, keyring, owner, "join")
    begun(database, keyring, owner, "aid")
    elsewhere = owner_of(database, keyring, wording, "li").conversation_id
    with database.write() as session:
        draft = session.get_one(Draft, number)
        draft.misses = 2
        drafts.resume(session, draft, elsewhere)
    with database.read() as session:
        found = drafts.active_draft(session, elsewhere)
        assert found is not None
        assert (found.id, found.misses) == (number, 0)
    assert states(database) == {"join": "active", "aid": "active"}


def test_what_was_put_aside_last_is_offered_for_a_month(database: Database, keyring: Keyring, owner: Owner) -> None:
    first, second = (begun(database, keyring, owner, form) for form in ("join", "aid"))
    with database.write() as session:
        drafts.pause(session, owner.conversation_id)
        for number, age in ((first, timedelta(days=2)), (second, timedelta(days=40))):
            session.execute(update(Draft).where(Draft.id == number).values(updated_at=now() - age))
    with database.read() as session:
        offered = drafts.paused_draft(session, owner.contact_id, since=now() - OFFERED)
        assert offered is not None
        assert offered.procedure == "join"
        assert drafts.paused_draft(session, owner.contact_id, since=now() - timedelta(days=1)) is None


def test_what_is_active_is_not_offered(database: Database, keyring: Keyring, owner: Owner) -> None:
    begun(database, keyring, owner, "join")
    with database.read() as session:
        assert drafts.paused_draft(session, owner.contact_id, since=now() - OFFERED) is None


def test_a_consent_is_noted_once_when_it_is_given(database: Database, keyring: Keyring, owner: Owner) -> None:
    number = begun(database, keyring, owner, "join")
    for agreed in ({"general"}, {"general"}, {"general", "sensitive"}):
        with database.write() as session:
            filled = Filled({"name": "王小明"}, agreed=frozenset(agreed))
            drafts.keep(session, keyring, session.get_one(Draft, number), filled, "phone", 1, now())
    with database.read() as session:
        assert list(session.scalars(select(Consent.kind).order_by(Consent.id))) == ["general", "sensitive"]
        draft = session.get_one(Draft, number)
        assert (draft.step, draft.misses, drafts.filled_of(keyring, draft).answers) == ("phone", 1, {"name": "王小明"})


def test_answers_that_were_tampered_with_cannot_be_opened(database: Database, keyring: Keyring, owner: Owner) -> None:
    number = begun(database, keyring, owner, "join")
    with database.write() as session:
        draft = session.get_one(Draft, number)
        draft.answers_sealed = draft.answers_sealed[:-1] + bytes([draft.answers_sealed[-1] ^ 1])
    with database.read() as session, pytest.raises(DecryptionError):
        drafts.filled_of(keyring, session.get_one(Draft, number))


def test_files_of_a_draft_are_told_in_their_order(
    database: Database, keyring: Keyring, wording: Wording, owner: Owner
) -> None:
    number = begun(database, keyring, owner, "join")
    writer = Writer(database, keyring, wording)
    for _photo in range(3):
        writer.writes("", photo())
    with database.write() as session:
        files = list(session.scalars(select(Attachment.id).order_by(Attachment.id)))
        session.add_all(CaseFile(attachment_id=file, draft_id=number) for file in reversed(files[:2]))
    with database.read() as session:
        assert drafts.files_of(session, number) == files[:2]


def test_consents_end_with_a_draft_that_is_dropped(database: Database, keyring: Keyring, owner: Owner) -> None:
    number = begun(database, keyring, owner, "join")
    with database.write() as session:
        draft = session.get_one(Draft, number)
        drafts.keep(session, keyring, draft, Filled(agreed=frozenset({"general"})), "name", 0, now())
        drafts.keep(session, keyring, draft, Filled(agreed=frozenset({"general", "sensitive"})), "name", 0, now())
    dropped_at = now()
    with database.write() as session:
        drafts.drop(session, session.get_one(Draft, number), dropped_at)
    with database.read() as session:
        consents = session.scalars(select(Consent).order_by(Consent.id)).all()
        assert [(each.kind, each.withdrawn_at) for each in consents] == [
            ("general", dropped_at),
            ("sensitive", dropped_at),
        ]
        assert session.scalars(select(Draft)).all() == []
