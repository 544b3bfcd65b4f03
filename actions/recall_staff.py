"""`action_recall_staff`: repeat what staff said in this conversation, or say that nobody has written yet.

What staff said stands in Rasa's tracker, put there by the gateway when a hand-off has ended. Where nobody wrote, what
sounded like asking for it may be a question of its own ("刚才人事说要调岗"): the knowledge base is asked then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.cards import AnswerCards
from casework.cards import SECOND_BUBBLE, Button, Card
from casework.wording import Wording
from knowledge_base import KnowledgeBase

CHINA = timezone(timedelta(hours=8))
LATEST = 8
"""Messages that are repeated, at most."""
SERVICE = "service"
"""Category of the entries on the union's own services; they speak of staff in the same words."""
ONE_TALK = timedelta(hours=12)
"""What was said longer before the last message than this belongs to another day's matter."""


@dataclass(frozen=True)
class StaffWords:
    """One message of somebody of staff."""

    staff: str
    text: str
    at: datetime


class ActionRecallStaff(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Tells a worker again what somebody of staff told her."""

    def __init__(self, knowledge_base: KnowledgeBase, cards: AnswerCards, wording: Wording) -> None:
        self._knowledge_base = knowledge_base
        self._cards = cards
        self._wording = wording

    def name(self) -> str:
        """Return the name by which `domain.yml` knows this action."""
        return "action_recall_staff"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Send one card."""
        said = latest_words(tracker.events)
        if said:
            card = self._repeat(said, datetime.now(CHINA).date())
        else:
            card = await asyncio.to_thread(self._nobody_wrote, tracker.latest_message)
        dispatcher.utter_message(json_message=card.as_dict())
        return []

    def _repeat(self, said: Sequence[StaffWords], today: date) -> Card:
        last = said[-1]
        who = last.staff or "工作人员"
        title = self._wording.text("utter_recall_staff", who=who, when=spoken_time(last.at, today))
        shown, folded = _fit(_lines(said))
        person = Button(self._wording.text("utter_button_human"), "request_human")
        return Card("told", title, detail="\n".join(shown), more="\n".join(folded), buttons=(person,))

    def _nobody_wrote(self, message: Mapping[str, Any]) -> Card:
        """Say so, unless what was asked is a question that an entry answers; blocking, so it runs in a thread."""
        metadata = message.get("metadata") or {}
        asked = str(metadata.get("text") or message.get("text") or "")
        found = self._knowledge_base.search(asked, region=metadata.get("region"))
        if found.answered and found.hits and not found.ambiguous and found.hits[0].entry.category != SERVICE:
            return self._cards.entry(found.hits[0].entry, asked)
        return self._cards.told("utter_recall_staff_none")


def latest_words(events: Sequence[Mapping[str, Any]]) -> list[StaffWords]:
    """Return what staff said last, oldest first; what stands twice in the tracker is said once."""
    said: dict[Any, StaffWords] = {}
    for event in events:
        data = event.get("data") or {}
        if event.get("event") == "bot" and data.get("author") == "staff" and event.get("text"):
            at = datetime.fromisoformat(str(data["at"]))
            said[data.get("message")] = StaffWords(str(data.get("staff") or ""), str(event["text"]), at)
    in_order = sorted(said.values(), key=lambda words: words.at)
    return [words for words in in_order if in_order[-1].at - words.at <= ONE_TALK][-LATEST:]


def spoken_time(at: datetime, today: date) -> str:
    """Say when something was said: `今天14:05`, `昨天9:30`, `11月3日16:20`."""
    local = at.astimezone(CHINA)
    days = {0: "今天", 1: "昨天"}
    day = days.get((today - local.date()).days, f"{local.month}月{local.day}日")
    return f"{day}{local.hour}:{local.minute:02}"


def _lines(said: Sequence[StaffWords]) -> list[str]:
    """Return one line a message, with names where several people wrote."""
    several = len({words.staff for words in said}) > 1
    return [f"{words.staff or '工作人员'}：{words.text}" if several else words.text for words in said]


def _fit(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split into the latest lines that fit a bubble, the last one in any case, and the earlier ones."""
    first = len(lines) - 1
    room = SECOND_BUBBLE - len(lines[first])
    while first > 0 and room > len(lines[first - 1]):
        first -= 1
        room -= len(lines[first]) + 1
    return list(lines[first:]), list(lines[:first])
