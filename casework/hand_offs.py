"""What staff do with conversations: take, answer, pass on, end. Every method is one transaction.

A conversation that the actor may not see does not exist for her: `NotFound`, as for a number that was never given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.actors import LOCAL_LEVELS, Actor
from casework.cards import Bubble
from casework.console_events import tell
from casework.conversations import change_sender
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.messages import Shown, add_bubble, as_shown
from casework.names import name_digest, seal_name
from casework.organisations import subtree, visible_to
from casework.private_numbers import find_private_numbers
from casework.procedures import drafts
from casework.queue import Opening, current, end_hand_off, look_again, open_hand_off, return_to_queue, take_on
from casework.tables import (
    OUTCOMES,
    AuditEvent,
    Contact,
    Conversation,
    Department,
    DepartmentMember,
    Message,
    Organisation,
    Staff,
)
from casework.text import clean
from casework.wording import Wording

LONGEST_REPLY = 2000
"""Characters of one staff message: WeChat takes 2,048 bytes at once and splits the rest."""
LONGEST_NAME = 40
TYPING = timedelta(seconds=6)
"""How long the worker sees that somebody types, from the last key on."""
CATEGORIES = ("wages", "contract", "injury", "hours", "insurance", "joining", "aid", "mood", "hazard", "other")
"""What a hand-off was about, for the union's statistics."""

AskRating = Callable[[int], Bubble]
"""Makes the question how satisfied the worker is, from the hand-off's number."""


class HandOffs:
    """The staff's side of hand-offs."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording, ask_rating: AskRating) -> None:
        self._database = database
        self._keyring = keyring
        self._wording = wording
        self._ask_rating = ask_rating

    def claim(self, actor: Actor, conversation_id: int) -> None:
        """Take a conversation; also one that the bot leads or that is over, by staff's own choice.

        Raises `NotFound`, and `Conflict` when somebody else has it.
        """
        with self._database.write() as session:
            conversation = _visible(session, actor, conversation_id)
            if conversation.assignee_id == actor.id:
                return
            if conversation.assignee_id is not None:
                raise Conflict(f"已被{_name(session, conversation.assignee_id)}接走")
            if conversation.state != "open":
                open_hand_off(session, conversation, Opening("staff"))
            take_on(session, conversation, session.get_one(Staff, actor.id), self._wording)

    def reply(self, actor: Actor, conversation_id: int, text: str, key: str) -> Shown:
        """Store what staff say to the worker; the same `key` again gives the same message.

        Raises `NotFound`, `Invalid` for a text that cannot be sent, `NotAllowed` when somebody else has the
        conversation or nobody has.
        """
        words = clean(text)
        if not words.strip():
            raise Invalid("还没写内容")
        if len(words) > LONGEST_REPLY:
            raise Invalid(f"太长了，最多 {LONGEST_REPLY} 字，请分两条发")
        if any(number.kind != "phone" for number in find_private_numbers(words)):
            raise Invalid("别在聊天里发身份证号、银行卡号；要核对号码，请打电话")
        with self._database.write() as session:
            conversation = self._mine(session, actor, conversation_id)
            name = f"staff:{actor.id}:{conversation_id}:{key}"
            known = session.scalar(
                select(Message).where(Message.channel == conversation.channel, Message.platform_message_id == name)
            )
            if known is not None:
                return as_shown(known, actor.name)
            message = add_bubble(
                session,
                conversation,
                Bubble(words),
                author="staff",
                purpose="message",
                staff=session.get_one(Staff, actor.id),
            )
            message.platform_message_id = name
            hand_off = current(session, conversation_id)
            if hand_off is not None and hand_off.first_reply_at is None:
                hand_off.first_reply_at = now()
            conversation.unanswered_since = None
            conversation.typing_until = None
            conversation.last_message_at = now()
            look_again(session, conversation)
            return as_shown(message, actor.name)

    def release(self, actor: Actor, conversation_id: int) -> None:
        """Put a conversation back into the queue, at the place it had; a supervisor may do so with anybody's."""
        with self._database.write() as session:
            conversation = _visible(session, actor, conversation_id)
            if conversation.assignee_id is None:
                return
            if conversation.assignee_id != actor.id and not actor.is_at_least("supervisor"):
                raise NotAllowed("only the assignee or a supervisor")
            return_to_queue(session, conversation, self._wording)

    def targets(self, actor: Actor, conversation_id: int) -> list[tuple[Department, str, list[Staff]]]:
        """Return where a conversation may be passed to: departments with their organisation's name and people.

        Those are departments of the actor's organisation, of all above and of all below it; for a complaint only
        those of unions at county level or above.
        """
        with self._database.read() as session:
            conversation = _visible(session, actor, conversation_id)
            rows = session.execute(
                select(Department, Organisation.name)
                .join(Organisation, Organisation.id == Department.organisation_id)
                .where(Department.id.in_(_reachable(session, actor, conversation)))
                .order_by(Organisation.id, Department.id)
            ).all()
            people = session.execute(
                select(DepartmentMember.department_id, Staff)
                .join(Staff, Staff.id == DepartmentMember.staff_id)
                .where(Staff.disabled_at.is_(None))
                .order_by(Staff.display_name)
            ).all()
            return [(department, name, [s for d, s in people if d == department.id]) for department, name in rows]

    def transfer(self, actor: Actor, conversation_id: int, department_id: int, staff_id: int | None = None) -> None:
        """Pass a conversation on to a department, or to one of its people; it keeps its place in time.

        Raises `NotFound`, `NotAllowed`, `Invalid`.
        """
        with self._database.write() as session:
            conversation = self._mine(session, actor, conversation_id, or_supervisor=True)
            hand_off = current(session, conversation_id)
            if hand_off is None:
                raise Invalid("这段对话没有在人工处理，先接过来再转")
            if department_id not in _reachable(session, actor, conversation):
                raise Invalid("不能转到这个部门")
            colleague = session.get(Staff, staff_id) if staff_id is not None else None
            if staff_id is not None and (
                colleague is None
                or colleague.disabled_at is not None
                or session.get(DepartmentMember, (department_id, staff_id)) is None
            ):
                raise Invalid("这位同事不在这个部门")
            hand_off.department_id = department_id
            conversation.department_id = department_id
            conversation.typing_until = None
            department = session.get_one(Department, department_id)
            _record(session, actor, "conversation.transferred", conversation_id, department=str(department_id))
            tell(session, conversation_id, "transferred")
            told = self._wording.bubble("utter_transferred", department=department.name)
            add_bubble(session, conversation, told, author="system")
            if colleague is None:
                conversation.assignee_id = None
                conversation.unanswered_since = conversation.unanswered_since or now()
                look_again(session, conversation)
            else:
                take_on(session, conversation, colleague, self._wording)

    def resolve(self, actor: Actor, conversation_id: int, outcome: str, category: str) -> None:
        """End a hand-off: the worker is asked how it was, and her next message begins with the bot again."""
        if outcome not in OUTCOMES or outcome in {"left", "back_to_bot"}:
            raise Invalid("请选处理结果")
        if category not in CATEGORIES:
            raise Invalid("请选事情的类别")
        with self._database.write() as session:
            conversation = self._mine(session, actor, conversation_id, or_supervisor=True)
            hand_off = end_hand_off(session, conversation, outcome, state="resolved", by=actor.id, category=category)
            change_sender(session, conversation)
            add_bubble(session, conversation, self._wording.bubble("utter_resolved"), author="system")
            if hand_off is not None:
                add_bubble(session, conversation, self._ask_rating(hand_off.id), author="system")

    def back_to_bot(self, actor: Actor, conversation_id: int) -> None:
        """Give a conversation back to the bot without ending it for the worker."""
        with self._database.write() as session:
            conversation = self._mine(session, actor, conversation_id, or_supervisor=True)
            end_hand_off(session, conversation, "back_to_bot", state="pending", by=actor.id)
            change_sender(session, conversation)
            drafts.pause(session, conversation.id)  # the engine has forgotten the form: it is offered again
            add_bubble(session, conversation, self._wording.bubble("utter_back_to_bot"), author="system")

    def typing(self, actor: Actor, conversation_id: int) -> None:
        """Let the worker see for a moment that somebody writes to her."""
        with self._database.write() as session:
            conversation = self._mine(session, actor, conversation_id)
            conversation.typing_until = now() + TYPING

    def rename(self, actor: Actor, conversation_id: int, name: str) -> None:
        """Note what the worker is called, encrypted; an empty name forgets it."""
        words = re.sub(r"\s+", " ", clean(name)).strip()
        if len(words) > LONGEST_NAME:
            raise Invalid(f"称呼最多 {LONGEST_NAME} 字")
        with self._database.write() as session:
            conversation = _visible(session, actor, conversation_id)
            contact = session.get_one(Contact, conversation.contact_id)
            contact.name_sealed = seal_name(self._keyring, words) if words else None
            contact.name_digest = name_digest(self._keyring, words) if words else None
            _record(session, actor, "contact.named", conversation_id)
            tell(session, conversation_id, "renamed")

    def _mine(
        self, session: Session, actor: Actor, conversation_id: int, *, or_supervisor: bool = False
    ) -> Conversation:
        """Return the conversation, locked, if the actor has it. Raises `NotFound`, `NotAllowed`."""
        conversation = _visible(session, actor, conversation_id)
        if conversation.assignee_id == actor.id or (or_supervisor and actor.is_at_least("supervisor")):
            return conversation
        raise NotAllowed("the conversation is not assigned to this member of staff")


def _visible(session: Session, actor: Actor, conversation_id: int) -> Conversation:
    """Return the conversation, locked. Raises `NotFound`."""
    conversation = session.scalar(
        select(Conversation).where(Conversation.id == conversation_id, visible_to(actor)).with_for_update()
    )
    if conversation is None:
        raise NotFound(f"conversation {conversation_id}")
    return conversation


def _reachable(session: Session, actor: Actor, conversation: Conversation) -> set[int]:
    """Return the departments that the conversation may be passed to by this actor."""
    above: list[int] = []
    organisation = session.get(Organisation, actor.organisation_id)
    while organisation is not None and organisation.id not in above:
        above.append(organisation.id)
        organisation = session.get(Organisation, organisation.parent_id) if organisation.parent_id else None
    near = Department.organisation_id.in_(subtree(actor.organisation_id)) | Department.organisation_id.in_(above)
    query = select(Department.id).join(Organisation, Organisation.id == Department.organisation_id).where(near)
    if conversation.complaint:
        query = query.where(Organisation.level.not_in(LOCAL_LEVELS))
    return set(session.scalars(query))


def _name(session: Session, staff_id: int) -> str:
    return str(session.scalar(select(Staff.display_name).where(Staff.id == staff_id)))


def _record(session: Session, actor: Actor, event: str, conversation_id: int, **details: str) -> None:
    session.add(
        AuditEvent(
            actor=f"staff:{actor.id}",
            event=event,
            object_type="conversation",
            object_id=conversation_id,
            details=dict(details),
        )
    )
