"""`action_check_case`: how a worker's cases go."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.asked import Asked
from casework.cards import Card
from casework.cases import MyCases

_NUMBER = re.compile(r"([A-Za-z]{2})\s*-?\s*(\d{8})\s*-?\s*(\d{4,6})")


class ActionCheckCase(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Tells a worker how her own cases go, or the one whose number she gives."""

    def __init__(self, cases: MyCases) -> None:
        self._cases = cases

    def name(self) -> str:
        """Return the name by which `domain.yml` knows this action."""
        return "action_check_case"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, _domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Send one card."""
        asked = Asked.from_message(tracker.latest_message)
        card = await asyncio.to_thread(self._card, asked.message_key, asked.text)
        dispatcher.utter_message(json_message=card.as_dict())
        return []

    def _card(self, message_key: str, text: str) -> Card:
        return self._cases.card(self._cases.contact_of(message_key), case_number_in(text))


def case_number_in(text: str) -> str | None:
    """Return the case number that a text names, in the form in which it is kept: `RH-20261121-0001`."""
    match = _NUMBER.search(unicodedata.normalize("NFKC", text))
    return f"{match[1].upper()}-{match[2]}-{match[3]}" if match else None
