"""A case goes on without its person: what she told, who she is and how she is found goes, number and states stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from casework.cases.states import CLOSED
from casework.tables import Attachment, Case, CaseEvent, CaseFile, CaseGroup, CaseKey, Conversation, Rating


def forget_cases_of(session: Session, contact_id: int) -> None:
    """Take the person out of all her cases; her conversations are locked, and go with all files of hers."""
    _forget(session, list(session.scalars(select(Case.id).where(Case.contact_id == contact_id).order_by(Case.id))))


def forget_closed(session: Session, closed_before: datetime) -> list[str]:
    """Take the persons out of cases that were closed long ago; return the paths of files to be deleted.

    Those files are deleted though their messages stay, for as long as their worker writes to us.
    """
    query = select(Case.id, Case.conversation_id).where(
        Case.state.in_(CLOSED), Case.closed_at < closed_before, Case.answers_sealed.is_not(None)
    )
    old = session.execute(query.order_by(Case.id)).all()
    conversations = {row.conversation_id for row in old if row.conversation_id is not None}
    for conversation_id in sorted(conversations):  # locked before all that hangs on them
        session.get(Conversation, conversation_id, with_for_update=True)
    case_ids = [row.id for row in old]
    mine = select(CaseFile.attachment_id).where(CaseFile.case_id.in_(case_ids))
    paths = list(session.scalars(select(Attachment.path).where(Attachment.id.in_(mine))))
    session.execute(delete(Attachment).where(Attachment.id.in_(mine)))
    _forget(session, case_ids)
    return paths


def _forget(session: Session, case_ids: Sequence[int]) -> None:
    if not case_ids:
        return
    session.execute(delete(CaseKey).where(CaseKey.case_id.in_(case_ids)))
    session.execute(delete(CaseFile).where(CaseFile.case_id.in_(case_ids)))
    session.execute(update(CaseEvent).where(CaseEvent.case_id.in_(case_ids)).values(words_sealed=None))
    session.execute(update(Rating).where(Rating.case_id.in_(case_ids)).values(words=""))
    session.execute(
        update(Case)
        .where(Case.id.in_(case_ids))
        .values(contact_id=None, conversation_id=None, answers_sealed=None, awaits_worker=False)
    )
    _forget_employers(session, case_ids)


def _forget_employers(session: Session, case_ids: Sequence[int]) -> None:
    """Take the employer out of groups in which nobody is left who told of it."""
    groups = set(session.scalars(select(Case.group_id).where(Case.id.in_(case_ids), Case.group_id.is_not(None))))
    known = select(Case.group_id).where(Case.group_id.in_(groups), Case.answers_sealed.is_not(None))
    left = groups - set(session.scalars(known))
    session.execute(update(CaseGroup).where(CaseGroup.id.in_(left)).values(employer_digest="", employer_sealed=None))
