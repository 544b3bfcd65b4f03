"""The way into and out of the queue of a department, inside the transaction of whatever leads there.

The functions take a session and a conversation whose row is locked. What they mean for the worker, they say in
bubbles that the caller stores in the same transaction, so that nobody is handed over without being told.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from casework.actors import LOCAL_LEVELS
from casework.cards import Bubble, Button
from casework.console_events import tell
from casework.database import now
from casework.hours import spoken_opening
from casework.messages import add_bubble
from casework.organisations import department_hours, route
from casework.tables import AuditEvent, Conversation, Department, HandOff, Message, Organisation, Staff
from casework.text import understood
from casework.topics import Grievance, grievance_of, topic_of
from casework.wording import Wording

USUAL, URGENT, ALARM = 0, 1, 2
"""Priorities: the higher is served first."""
PRIORITIES = {"distress": ALARM, "legal_urgency": URGENT}
"""What a reason weighs; reasons that are not named are usual."""
RECENT = 5
"""A worker's latest messages that tell what a hand-off is about."""
SAMPLES = 5
"""Waits that must be known before an expectation is given: fewer would be a guess."""
EXPECTED_FROM = timedelta(days=14)


@dataclass(frozen=True)
class Opening:
    """Why a conversation goes to people; `detail` is the kind of distress or urgency."""

    reason: str
    detail: str | None = None
    intent: str | None = None


def current(session: Session, conversation_id: int) -> HandOff | None:
    """Return the hand-off that has not ended."""
    return session.scalar(select(HandOff).where(HandOff.conversation_id == conversation_id, HandOff.ended_at.is_(None)))


def open_hand_off(session: Session, conversation: Conversation, opening: Opening) -> HandOff:
    """Put the conversation into the queue of the department that its matter belongs to.

    One that is there already keeps its place; a weightier reason moves it forward.
    """
    hand_off = current(session, conversation.id)
    priority = PRIORITIES.get(opening.reason, USUAL)
    if hand_off is None:
        department = _department(session, conversation, opening)
        hand_off = HandOff(
            conversation_id=conversation.id,
            department_id=department.id,
            reason=opening.reason,
            detail=opening.detail,
            priority=priority,
            next_look_at=now(),
        )
        session.add(hand_off)
        conversation.state = "open"
        conversation.department_id = department.id
        conversation.misses = 0
        conversation.unanswered_since = conversation.unanswered_since or now()
        session.flush()
        _record(session, conversation, "conversation.handed_over", reason=opening.reason)
        tell(session, conversation.id, "alarm" if priority == ALARM else "opened")
    elif priority > hand_off.priority:
        hand_off.reason, hand_off.detail, hand_off.priority = opening.reason, opening.detail, priority
        hand_off.raised = 0
        hand_off.next_look_at = now()
        tell(session, conversation.id, "alarm" if priority == ALARM else "raised")
    return hand_off


def mind_grievance(session: Session, conversation: Conversation, text: str) -> None:
    """Take a conversation in which a grievance comes up away from unions that must not see one.

    What was said to the bot counts too: it stands in the transcript. A hand-off about joining may wait at the firm's
    own union; as soon as the worker speaks of her boss, it goes to the county or above, whoever had it.
    """
    if not conversation.complaint and grievance_of(understood(text, limit=None), None, None) is Grievance.YES:
        mark_complaint(session, conversation, topic_of(understood(text, limit=None), None))


def mark_complaint(session: Session, conversation: Conversation, topic: str) -> None:
    """Mark a conversation for good as one that holds a grievance; a hand-off at a local union goes to one above."""
    if conversation.complaint:
        return
    conversation.complaint = True
    hand_off = current(session, conversation.id)
    if hand_off is None:
        return
    level = session.scalar(select(Organisation.level).join(Department).where(Department.id == hand_off.department_id))
    if level in LOCAL_LEVELS:
        department = route(session, contact_id=conversation.contact_id, topic=topic, grievance=Grievance.YES)
        hand_off.department_id = conversation.department_id = department.id
        conversation.assignee_id = None
        conversation.typing_until = None
        hand_off.next_look_at = now()
        _record(session, conversation, "conversation.rerouted")
    tell(session, conversation.id, "transferred")


def end_hand_off(
    session: Session,
    conversation: Conversation,
    outcome: str,
    *,
    state: str,
    by: int | None = None,
    category: str | None = None,
) -> HandOff | None:
    """End the hand-off; the conversation goes on in `state`. None when there was none."""
    hand_off = current(session, conversation.id)
    conversation.state = state
    conversation.assignee_id = None
    conversation.unanswered_since = None
    conversation.typing_until = None
    conversation.awaits = None
    if hand_off is not None:
        hand_off.ended_at = now()
        hand_off.ended_by_id = by
        hand_off.outcome = outcome
        hand_off.category = category
        hand_off.next_look_at = None
        _record(session, conversation, "conversation.hand_off_ended", by=by, outcome=outcome)
    tell(session, conversation.id, "ended")
    return hand_off


def return_to_queue(session: Session, conversation: Conversation, wording: Wording) -> None:
    """Take a conversation from its assignee, who is away; it keeps its place, and the worker is told."""
    conversation.assignee_id = None
    conversation.typing_until = None
    look_again(session, conversation)
    place_now = place(session, conversation.id)
    add_bubble(session, conversation, wording.bubble("utter_staff_away", place=place_now), author="system")
    _record(session, conversation, "conversation.returned")
    tell(session, conversation.id, "released")


def look_again(session: Session, conversation: Conversation) -> None:
    """Have the patrol look at the conversation's hand-off at once, and count anew: something about it changed."""
    session.execute(
        update(HandOff)
        .where(HandOff.conversation_id == conversation.id, HandOff.ended_at.is_(None))
        .values(next_look_at=now(), raised=0)
    )


def hand_to_staff(session: Session, conversation_id: int) -> None:
    """Leave every message that the bot has not answered yet to the person who took the conversation."""
    session.execute(
        update(Message)
        .where(Message.conversation_id == conversation_id, Message.handling == "received")
        .values(handling="staff", handled_at=now(), next_attempt_at=None)
    )


def place(session: Session, conversation_id: int) -> int | None:
    """Return the place in the department's queue, 1 for the next; None when the conversation does not wait."""
    mine = session.execute(
        select(HandOff.id, HandOff.department_id, HandOff.priority, HandOff.opened_at)
        .join(Conversation)
        .where(HandOff.conversation_id == conversation_id, _waits())
    ).first()
    if mine is None:
        return None
    ahead = or_(
        HandOff.priority > mine.priority,
        and_(HandOff.priority == mine.priority, HandOff.opened_at < mine.opened_at),
        and_(HandOff.priority == mine.priority, HandOff.opened_at == mine.opened_at, HandOff.id < mine.id),
    )
    count = (
        select(func.count())
        .select_from(HandOff)
        .join(Conversation)
        .where(HandOff.department_id == mine.department_id, _waits(), ahead)
    )
    return int(session.scalar(count) or 0) + 1


def places(session: Session) -> dict[int, int]:
    """Return the place in its department's queue of every conversation that waits."""
    order = (HandOff.priority.desc(), HandOff.opened_at, HandOff.id)
    position = func.row_number().over(partition_by=HandOff.department_id, order_by=order)
    rows = session.execute(select(HandOff.conversation_id, position).join(Conversation).where(_waits()))
    return {row[0]: row[1] for row in rows}


def told_of_place(session: Session, hand_off: HandOff, wording: Wording) -> Bubble:
    """Say where the conversation stands in the queue and when somebody will answer, or when they are back."""
    department = session.get_one(Department, hand_off.department_id)
    hours = department_hours(session, department.id)
    moment = now()
    buttons = (
        Button(wording.text("utter_button_call_back"), "call_back"),
        Button(wording.text("utter_button_leave_queue"), "leave_queue"),
    )
    if hand_off.priority == ALARM:
        return wording.bubble("utter_handed_over_alarm")
    if not hours.is_open(moment):
        opening = hours.next_opening(moment)
        if opening is None:
            text = wording.text("utter_handed_over_unknown", department=department.name)
        else:
            text = wording.text(
                "utter_handed_over_closed", department=department.name, opening=spoken_opening(opening, moment)
            )
        return Bubble(text, buttons)
    expected = _expectation(session, department.id, moment)
    text = wording.text(
        "utter_handed_over",
        department=department.name,
        place=place(session, hand_off.conversation_id),
        expectation=wording.text("utter_expectation", minutes=expected) if expected else "",
    )
    return Bubble(text, buttons)


def take_on(session: Session, conversation: Conversation, staff: Staff, wording: Wording) -> None:
    """Give a conversation that nobody has to a member of staff, and tell the worker who is there."""
    conversation.assignee_id = staff.id
    hand_off = current(session, conversation.id)
    if hand_off is not None and hand_off.claimed_at is None:
        hand_off.claimed_at = now()
    look_again(session, conversation)
    hand_to_staff(session, conversation.id)
    add_bubble(session, conversation, wording.bubble("utter_staff_joined", staff=staff.display_name), author="system")
    _record(session, conversation, "conversation.claimed", by=staff.id)
    tell(session, conversation.id, "claimed")


def _department(session: Session, conversation: Conversation, opening: Opening) -> Department:
    """Route by what the worker said last; a grievance marks the conversation for good."""
    texts = session.scalars(
        select(Message.text)
        .where(Message.conversation_id == conversation.id, Message.author == "worker")
        .order_by(Message.id.desc())
        .limit(RECENT)
    )
    words = understood("\n".join(reversed(texts.all())), limit=None)
    grievance = grievance_of(words, opening.intent, opening.reason)
    if grievance is Grievance.YES:
        conversation.complaint = True
    elif conversation.complaint:
        grievance = Grievance.YES
    topic = "legal" if opening.reason == "legal_urgency" else topic_of(words, opening.intent)
    return route(session, contact_id=conversation.contact_id, topic=topic, grievance=grievance)


def _waits() -> ColumnElement[bool]:
    return and_(HandOff.ended_at.is_(None), Conversation.assignee_id.is_(None), Conversation.state == "open")


def _expectation(session: Session, department_id: int, moment: datetime) -> int | None:
    """Return the usual wait in minutes, from the latest hand-offs; None when too few are known."""
    waits = session.execute(
        select(HandOff.opened_at, HandOff.claimed_at)
        .where(
            HandOff.department_id == department_id,
            HandOff.claimed_at.is_not(None),
            HandOff.opened_at > moment - EXPECTED_FROM,
        )
        .order_by(HandOff.opened_at.desc())
        .limit(30)
    ).all()
    if len(waits) < SAMPLES:
        return None
    seconds = statistics.median((claimed - opened).total_seconds() for opened, claimed in waits if claimed)
    return max(1, round(seconds / 60))


def _record(session: Session, conversation: Conversation, event: str, *, by: int | None = None, **details: str) -> None:
    actor = f"staff:{by}" if by else "gateway"
    session.add(
        AuditEvent(
            actor=actor, event=event, object_type="conversation", object_id=conversation.id, details=dict(details)
        )
    )
