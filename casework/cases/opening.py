"""A worker's finished form becomes a case, in the transaction of the action that sends it in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.cards import Bubble, Button
from casework.cases.groups import join_group, representatives_in
from casework.cases.lookup import ABOUT, digests, keys_of, spelling
from casework.cases.numbers import next_number
from casework.cases.promises import WORKING_DAYS, due_at, spoken_promise
from casework.cases.records import note, seal_answers
from casework.cases.routing import chosen_organisation, department_of, organisation_about
from casework.cases.states import OPEN
from casework.cases.taps import SHOW_CASE
from casework.crypto import Keyring
from casework.database import now
from casework.errors import NotFound
from casework.hours import ZONE
from casework.organisations import department_hours
from casework.queue import URGENT, mark_complaint
from casework.tables import Attachment, Case, CaseFile, CaseKey, Conversation, Message
from casework.wording import Wording


@dataclass(frozen=True)
class Submission:
    """What a worker sends in.

    `prefix` begins the number (`RH`); `topic` is the department's. `answers` are by step; `files` numbers of
    attachments of hers. `urgent_reason` is a code. `working_days` is how long the procedure takes to a decision.
    `organisation_id` is the union that it goes to, by default the one chosen in an answer.
    """

    procedure: str
    prefix: str
    contact_id: int
    conversation_id: int
    topic: str
    grievance: bool
    answers: Mapping[str, Any]
    files: tuple[int, ...] = ()
    employer_contact: str = "ask_first"
    priority: int = 0
    urgent_reason: str | None = None
    working_days: int = WORKING_DAYS
    organisation_id: int | None = None
    details: Mapping[str, int | str] = field(default_factory=dict)
    """Codes and numbers for the trail."""


@dataclass(frozen=True)
class Opened:
    """A case that was opened; `promised` says by when somebody looks at it (`11月25日（周三）下班前`).

    `told` is what its worker is told; `group` the number of the group case that it belongs to.
    """

    case_id: int
    number: str
    department: str
    promised: str
    told: Bubble
    due_at: datetime
    group: str | None = None


def open_case(
    session: Session, keyring: Keyring, submission: Submission, wording: Wording, at: datetime | None = None
) -> Opened:
    """Open a case in the caller's transaction, which runs once for a message (`casework.ledger`).

    The caller says `Opened.told` to the worker. Raises `NotFound` for a worker who was erased meanwhile, or a tree of
    unions without a department for this.
    """
    moment = at or now()
    conversation = session.get(Conversation, submission.conversation_id, with_for_update=True)
    if conversation is None or conversation.contact_id != submission.contact_id:
        raise NotFound(f"conversation {submission.conversation_id}")
    about = organisation_about(session, submission.answers.get("employer")) if submission.grievance else None
    department = department_of(
        session,
        contact_id=submission.contact_id,
        topic=submission.topic,
        grievance=submission.grievance,
        organisation_id=submission.organisation_id or chosen_organisation(submission.answers),
        about=about,
    )
    priority = max(submission.priority, URGENT if submission.urgent_reason else 0)
    hours = department_hours(session, department.id)
    case = Case(
        number=next_number(session, submission.prefix, moment.astimezone(ZONE).date()),
        procedure=submission.procedure,
        contact_id=submission.contact_id,
        conversation_id=conversation.id,
        department_id=department.id,
        priority=priority,
        complaint=submission.grievance,
        employer_contact=submission.employer_contact,
        answers_sealed=seal_answers(keyring, submission.answers),
        due_at=due_at("submitted", hours, moment, priority=priority),
        created_at=moment,
    )
    session.add(case)
    session.flush()
    keys = keys_of(keyring, submission.answers)
    _add_keys(session, case.id, keys if about is None else {**keys, ABOUT: str(about)})
    add_files(session, case, submission.files)
    note(session, case, "worker", "submitted", moment, details=_details(submission))
    session.flush()
    group = None
    if submission.grievance:
        mark_complaint(session, conversation, submission.topic)
        if "employer" in keys:
            group = join_group(session, keyring, case, submission.answers, moment)
    if case.priority > priority:
        case.due_at = due_at("submitted", hours, moment, priority=case.priority)
    due = case.due_at or moment
    promised = spoken_promise(due, moment, hours)
    told = Bubble(
        wording.text("utter_case_opened", number=case.number, promised=promised),
        (Button(wording.text("utter_button_case_progress"), SHOW_CASE, {"case": case.number}),),
    )
    return Opened(case.id, case.number, department.name, promised, told, due, group.number if group else None)


def open_cases_of(
    session: Session,
    keyring: Keyring,
    procedure: str,
    *,
    contact_id: int | None = None,
    phone: str | None = None,
    identity: str | None = None,
) -> list[str]:
    """Return the numbers of this procedure's cases that are not closed, the newest first.

    They are this worker's, or those of a phone or an identity number: such a case may be another's.
    """
    told = {"phone": phone, "identity": identity}
    keys = {each: spelling(each, value) for each, value in told.items() if value}
    same = [
        select(CaseKey.case_id).where(CaseKey.field == each, CaseKey.digest.in_(digests(keyring, each, plain)))
        for each, plain in keys.items()
        if plain
    ]
    hers = [Case.contact_id == contact_id] if contact_id is not None else []
    conditions = [*hers, *(Case.id.in_(found) for found in same)]
    if not conditions:
        return []
    query = select(Case.number).where(Case.procedure == procedure, Case.state.in_(OPEN), or_(*conditions))
    return list(session.scalars(query.order_by(Case.id.desc())))


def add_files(session: Session, case: Case, attachment_ids: Iterable[int]) -> list[int]:
    """Make files of the case's own worker part of it; return those that are."""
    hers = session.scalars(
        select(Attachment.id)
        .join(Message, Message.id == Attachment.message_id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(Attachment.id.in_(list(attachment_ids)), Conversation.contact_id == case.contact_id)
        .order_by(Attachment.id)
    ).all()
    for attachment_id in hers:
        kept = session.get(CaseFile, attachment_id) or CaseFile(attachment_id=attachment_id)
        if kept.case_id is None:
            kept.draft_id, kept.case_id = None, case.id
            session.add(kept)
    return list(hers)


def _details(submission: Submission) -> dict[str, Any]:
    details: dict[str, Any] = {**submission.details, "working_days": submission.working_days}
    if submission.files:
        details["files"] = len(submission.files)
    if submission.urgent_reason:
        details["urgent"] = submission.urgent_reason
    if representatives := representatives_in(submission.answers):
        details["representatives"] = len(representatives)
    return details


def _add_keys(session: Session, case_id: int, keys: Mapping[str, str]) -> None:
    for name, value in keys.items():
        session.add(CaseKey(case_id=case_id, field=name, digest=value))
