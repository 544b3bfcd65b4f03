"""What every step of a case leaves behind: a line of its trail, a line of the audit log, word to the consoles.

The functions work in the caller's transaction. The audit log holds numbers and codes; words of people are encrypted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.cards import Bubble
from casework.console_events import tell
from casework.crypto import Keyring
from casework.messages import add_bubble
from casework.tables import AuditEvent, Case, CaseEvent, Conversation

ANSWERS = "cases.answers"
WORDS = "case_events.words"
EMPLOYER = "case_groups.employer"
"""The names under which these fields are encrypted."""
CONSOLE_EVENT = "case"
"""What consoles are told: something about a case of this conversation changed."""


def seal_answers(keyring: Keyring, answers: Mapping[str, Any]) -> bytes:
    """Encrypt a case's answers."""
    return keyring.seal(json.dumps(answers, ensure_ascii=False), ANSWERS)


def open_answers(keyring: Keyring, case: Case) -> dict[str, Any]:
    """Return a case's answers, none after an erasure."""
    if case.answers_sealed is None:
        return {}
    answers: dict[str, Any] = json.loads(keyring.open(case.answers_sealed, ANSWERS))
    return answers


def note(
    session: Session,
    case: Case,
    actor: str,
    event: str,
    at: datetime,
    *,
    details: Mapping[str, Any] | None = None,
    words: bytes | None = None,
) -> CaseEvent:
    """Write a step into the trail and the audit log, and tell the consoles; `words` are sealed already."""
    row = CaseEvent(case_id=case.id, at=at, actor=actor, event=event, details=dict(details or {}), words_sealed=words)
    session.add(row)
    session.add(
        AuditEvent(
            at=at,
            actor=actor,
            event=f"case.{event}",
            object_type="case",
            object_id=case.id,
            details=dict(details or {}),
        )
    )
    if case.conversation_id is not None:
        tell(session, case.conversation_id, CONSOLE_EVENT)
    return row


def say(session: Session, case: Case, *bubbles: Bubble) -> bool:
    """Say something to the case's worker, whose conversation is locked; False where she is gone."""
    conversation = session.get(Conversation, case.conversation_id) if case.conversation_id is not None else None
    if conversation is None:
        return False
    for bubble in bubbles:
        add_bubble(session, conversation, bubble, author="system")
    return True


def lock_case(session: Session, case_id: int) -> Case | None:
    """Return a case, locked after its conversation, as everywhere: PostgreSQL would see a deadlock."""
    conversation_id = session.scalar(select(Case.conversation_id).where(Case.id == case_id))
    if conversation_id is not None:
        session.get(Conversation, conversation_id, with_for_update=True)
    return session.get(Case, case_id, with_for_update=True, populate_existing=True)
