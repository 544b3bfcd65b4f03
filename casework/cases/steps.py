"""A case goes from one state to the next: by its worker or by staff, always so that she is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.cards import Bubble, Button
from casework.cases.groups import close_if_empty
from casework.cases.promises import WORKING_DAYS, due_at, spoken_promise
from casework.cases.rating import ask_rating
from casework.cases.records import note, say
from casework.cases.states import CLOSED, Who, check_move
from casework.cases.taps import SHOW_CASE
from casework.organisations import department_hours
from casework.tables import Case, CaseEvent, Conversation, Rating
from casework.wording import Wording

AWAITS = "case:"
"""How `Conversation.awaits` begins while the worker's next message is for a case: `case:12`."""


def change_state(
    session: Session,
    case: Case,
    to: str,
    who: Who,
    actor: str,
    wording: Wording,
    at: datetime,
    *,
    reason: str | None = None,
    words: bytes | None = None,
) -> None:
    """Move a case, locked with its conversation, and make the next promise.

    What staff do is told to the worker, by number and state; a case that they close is rated. Raises what `check_move`
    raises.
    """
    check_move(case.state, to, who, reason)
    before, case.state = case.state, to
    case.reason = reason
    if to != "accepted":  # whoever takes it on still waits for the paper that she asked for
        drop_request(session, case)
    details = {"from": before, "to": to, **({"reason": reason} if reason else {})}
    note(session, case, actor, "moved", at, details=details, words=words)
    promise_next(session, case, at)
    if to in CLOSED:
        case.closed_at = at
        if case.group_id is not None:
            close_if_empty(session, case.group_id, at)
    if who == "worker":
        return
    say(session, case, moved_bubble(session, case, wording, at))
    if to in CLOSED and session.scalar(select(Rating.id).where(Rating.case_id == case.id)) is None:
        say(session, case, ask_rating(wording, case.id))


def moved_bubble(session: Session, case: Case, wording: Wording, at: datetime) -> Bubble:
    """Say that a case was moved: its number, its state and by when it goes on; no matter and no employer."""
    text = wording.text(f"utter_case_moved_{case.state}", **_values(session, case, at))
    return Bubble(text, (Button(wording.text("utter_button_case_progress"), SHOW_CASE, {"case": case.number}),))


def promise_next(session: Session, case: Case, at: datetime) -> None:
    """Promise the next step anew, from this moment on."""
    hours = department_hours(session, case.department_id)
    days = working_days(session, case.id)
    case.due_at = due_at(case.state, hours, at, priority=case.priority, working_days=days)
    case.lapsed = 0


def drop_request(session: Session, case: Case) -> None:
    """Wait for nothing from the worker any more."""
    case.awaits_worker = False
    conversation = session.get(Conversation, case.conversation_id) if case.conversation_id is not None else None
    if conversation is not None and case_awaited(conversation.awaits) == case.id:
        conversation.awaits = None


def case_awaited(awaits: str | None) -> int | None:
    """Return the case for which a conversation's next message is (`case:12`, `case:12:more`), None where for none."""
    number = (awaits or "").removeprefix(AWAITS).partition(":")[0]
    return int(number) if (awaits or "").startswith(AWAITS) and number.isdecimal() else None


def working_days(session: Session, case_id: int) -> int:
    """Return how long the case's procedure takes to a decision, as it was when the case was sent in."""
    first = select(func.min(CaseEvent.id)).where(CaseEvent.case_id == case_id, CaseEvent.event == "submitted")
    details = session.scalar(select(CaseEvent.details).where(CaseEvent.id == first.scalar_subquery())) or {}
    return int(details.get("working_days", WORKING_DAYS))


def _values(session: Session, case: Case, at: datetime) -> dict[str, str]:
    if case.due_at is None:
        return {"number": case.number}
    hours = department_hours(session, case.department_id)
    return {"number": case.number, "promised": spoken_promise(case.due_at, at, hours)}
