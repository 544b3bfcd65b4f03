"""Bringing a person in and letting go again: what is decided by rule, before and beside the dialogue engine."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.cards import Answer, Bubble
from casework.conversations import Effect, Status
from casework.distress import find_distress
from casework.procedures import drafts
from casework.queue import Opening, end_hand_off, open_hand_off, told_of_place
from casework.queue_words import asks_for_person, leaves_queue
from casework.tables import Conversation, Message
from casework.text import understood
from casework.wording import Wording

LEAVE_QUEUE = "leave_queue"
REQUEST_HUMAN = "request_human"
PUTS_FORM_ASIDE = ("asked_for", "distress")
"""Reasons after which what she writes is for people, and no answer to a form's question."""


@dataclass(frozen=True)
class Decision:
    """What a rule answers, what happens with it, and whether it is said beside a person who has the conversation."""

    answer: Answer
    effect: Effect
    always: bool = False


class Desk:
    """The gateway's own rules about people."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def decide(self, text: str, intent: str | None, status: Status) -> Decision | None:
        """Return what is done at once with a message, or None when it goes its usual way.

        `text` is what was typed, empty for a tapped button, of which `intent` is given. Distress passes always; asking
        for a person and leaving the queue are a matter between the worker and the bot.
        """
        words = understood(text, limit=None)
        distress = find_distress(words) if intent is None else None
        if distress is not None:
            answer = Answer((self._wording.bubble(f"utter_distress_{distress}"),), "distress")
            return Decision(answer, self.hand_over(Opening("distress", distress.value)), always=True)
        if status.assigned is not None:
            return None
        if intent == LEAVE_QUEUE or (intent is None and status.state == "open" and leaves_queue(words)):
            return Decision(Answer((), "told"), self._leave)
        if intent == REQUEST_HUMAN or (intent is None and asks_for_person(words)):
            return Decision(Answer((), "hand_off"), self.hand_over(Opening("asked_for", intent=REQUEST_HUMAN)))
        return None

    def hand_over(self, opening: Opening) -> Effect:
        """Return the effect that puts the conversation into the queue and says where it stands."""

        def effect(session: Session, conversation: Conversation, _message: Message) -> list[Bubble]:
            hand_off = open_hand_off(session, conversation, opening)
            if opening.reason in PUTS_FORM_ASIDE:
                drafts.pause(session, conversation.id)
            if conversation.assignee_id is not None:
                return []
            return [told_of_place(session, hand_off, self._wording)]

        return effect

    def _leave(self, session: Session, conversation: Conversation, _message: Message) -> list[Bubble]:
        if conversation.state != "open":
            return [self._wording.bubble("utter_not_waiting")]
        end_hand_off(session, conversation, "left", state="pending")
        return [self._wording.bubble("utter_left_queue")]
