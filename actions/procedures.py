"""The form of Rasa's that all procedures share: begin one, take what is given, ask what is next, tell of cases.

`procedure_form` has one slot, `procedure_step`, which stays empty as long as there is something to ask; what is asked
stands in casework/procedures. Rasa brings the loop, and interruptions: what is no answer is left to the other rules.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_policy import ActionAnswerPolicy
from actions.asked import Asked
from actions.form_cards import FormCards
from casework.calculators.told_facts import facts_told
from casework.cards import Card
from casework.hours import ZONE
from casework.procedures.calculating import CALCULATE, calculate_form, known_answers
from casework.procedures.filling import Given
from casework.procedures.library import Library
from casework.procedures.model import INFORM, Form
from casework.procedures.service import Procedures, Turned
from casework.readers import is_question
from casework.text import understood

FORM, SLOT = "procedure_form", "procedure_step"
SHORT = 16
"""Characters of a wish that has nothing else in it: 我要入会."""
CALCULATED_WORDS = tuple(word for choice in calculate_form().steps[0].choices for word in choice.words)
"""Words that say what is to be counted."""
_WISH = re.compile(
    r"(?:我要|我想要?|想|要|帮我|给我|替我|麻烦|请)(?!问|知道|了解|咨询|不要|怎么).{0,8}"
    r"(?:申请|办理?|报名|入会|加入|登记|投诉|举报|填|转会|立案|理赔)"
)
_HOW = re.compile(r"怎么|怎样|如何|咋|哪里|在哪|能不能|可不可以|什么条件")
"""What asks how something is done, also where nothing else in the words asks."""


class ActionBeginProcedure(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Begins the form that a worker asks for, or answers her question about it first."""

    def __init__(self, procedures: Procedures, cards: FormCards, answer: ActionAnswerPolicy, expired: Card) -> None:
        """`answer` takes what is a question; `expired` is said to a tap on a button that means nothing any more."""
        self._procedures = procedures
        self._cards = cards
        self._answer = answer
        self._expired = expired

    def name(self) -> str:
        """Return the name by which `domain.yml` knows this action."""
        return "action_begin_procedure"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Open the form, ask whether to go on with an older one, or answer from the knowledge base."""
        metadata = tracker.latest_message.get("metadata") or {}
        asked = Asked.from_message(tracker.latest_message)
        form = wanted(asked, metadata, self._procedures.library, tapped=is_tap(tracker))
        if form is None and metadata.get("step"):  # a button of a form that waits no more, or that Rasa forgot
            return await self._tapped(dispatcher, asked)
        if form is None and asked.intent == INFORM and is_tap(tracker):
            dispatcher.utter_message(json_message=self._cards.menu(self._procedures.library).as_dict())
            return []
        if form is None:
            return list(await self._answer.run(dispatcher, tracker, domain))
        do = str(metadata.get("do") or "")
        begun = await asyncio.to_thread(
            self._procedures.begin, asked.message_key, form.id, do, known_already(form, asked, metadata)
        )
        if begun.result == "asks":
            return [SlotSet(SLOT, None), FollowupAction(FORM)]
        dispatcher.utter_message(json_message=self._cards.begun(begun, form).as_dict())
        return []

    async def _tapped(self, dispatcher: CollectingDispatcher, asked: Asked) -> list[EventType]:
        standing = await asyncio.to_thread(self._procedures.standing, asked.message_key)
        if standing is not None:
            return [SlotSet(SLOT, None), FollowupAction(FORM)]
        dispatcher.utter_message(json_message=self._expired.as_dict())
        return []


class ValidateProcedureForm(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Takes what a worker gives a form; what is no answer is left to other rules, after which the form goes on."""

    def __init__(self, procedures: Procedures, cards: FormCards) -> None:
        self._procedures = procedures
        self._cards = cards

    def name(self) -> str:
        """Return the name by which Rasa validates the form."""
        return f"validate_{FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]) -> list[EventType]:
        """Return the slot for what was taken, nothing for what was not: Rasa takes that for a rejection."""
        given = given_in(tracker)
        if given is None:
            return []
        turned = await asyncio.to_thread(self._procedures.turn, *given)
        if turned.result == "not_ours":
            return []
        form = self._procedures.library.get(turned.form)
        for card in self._cards_of(turned, form):
            dispatcher.utter_message(json_message=card.as_dict())
        ends = turned.result != "asks"
        return [SlotSet(SLOT, None), *([ActiveLoop(None), SlotSet("requested_slot", None)] if ends else [])]

    def _cards_of(self, turned: Turned, form: Form | None) -> list[Card]:
        cards = self._cards.said(turned.said, form)
        if turned.sent is not None and form is not None:
            cards.append(self._cards.sent(turned.sent, form))
        if (result := self._procedures.result_of(turned)) is not None:
            cards.append(result)
        if turned.urgent is not None and cards:
            opening = {"reason": "legal_urgency", "detail": turned.urgent}
            cards[0] = cards[0].resting_on(opening=opening)
        return cards


class ActionAskProcedureStep(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Asks what a form needs to know next."""

    def __init__(self, procedures: Procedures, cards: FormCards) -> None:
        self._procedures = procedures
        self._cards = cards

    def name(self) -> str:
        """Return the name by which Rasa asks for the form's slot."""
        return f"action_ask_{SLOT}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]) -> list[EventType]:
        """Send the question, or end the loop where no form waits (it was put aside when a person came)."""
        key = Asked.from_message(tracker.latest_message).message_key
        standing = await asyncio.to_thread(self._procedures.standing, key)
        if standing is None:
            return [ActiveLoop(None), SlotSet("requested_slot", None)]
        dispatcher.utter_message(json_message=self._cards.ask(standing).as_dict())
        return []


def wanted(asked: Asked, metadata: dict[str, Any], library: Library, *, tapped: bool) -> Form | None:
    """Return the form that a message asks for, None for a question about it, which is answered first."""
    named = metadata.get("procedure")
    if named is not None:
        return library.get(str(named))
    if "step" not in metadata and (titled := library.titled(asked.text)) is not None:
        return titled
    form = library.of_intent(asked.intent)
    if form is None or tapped:
        return form
    text = understood(asked.text)
    if form.id == CALCULATE:  # what it is about has an entry, which counts with the figures told
        return None if any(word in text for word in CALCULATED_WORDS) else form
    if (is_question(text) or _HOW.search(text)) and not _WISH.search(text):
        return None
    return form if len(text) <= SHORT or _WISH.search(text) else None


def known_already(form: Form, asked: Asked, metadata: dict[str, Any]) -> dict[str, Any]:
    """Return what need not be asked: what is to be counted, and the figures that she has told with her question."""
    code = str(metadata.get("what") or "")
    if form.id != CALCULATE or not code:
        return {}
    told = understood(asked.previous.question) if asked.previous else ""
    return known_answers(code, facts_told(code, told, datetime.now(ZONE).date()))


def is_tap(tracker: Tracker) -> bool:
    """Tell whether the latest message is a button's payload."""
    return str(tracker.latest_message.get("text") or "").startswith("/")


def given_in(tracker: Tracker) -> tuple[str, Given] | None:
    """Return the message's key and what the worker gives with it, None for a button that is no form's.

    What she typed is read from the database: there it stands as she typed it, with references for her numbers.
    """
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    asked = Asked.from_message(message)
    if not is_tap(tracker):
        return asked.message_key, Given(intent=asked.intent)
    if "step" not in metadata:
        return None
    step, value, do, form = (metadata.get(name) for name in ("step", "value", "do", "form"))
    return asked.message_key, Given(intent=asked.intent, step=step, value=value, do=do, form=form)
