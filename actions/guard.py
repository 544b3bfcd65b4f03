"""The one wrapper around every action: a deadline, and a report when it fails."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from casework.cards import Card
from casework.logs import place_of
from casework.wording import Wording

_log = structlog.get_logger()

DEADLINE = 6.0
"""Seconds for one action; the gateway gives the whole turn 10."""


class Guarded(Action):  # type: ignore[misc]  # rasa-sdk publishes no types
    """Runs an action; whatever it raises is caught, told to the worker and recorded.

    An action that raised would be an empty answer to the gateway, and Rasa would go on as if it had worked.
    """

    def __init__(self, action: Action, wording: Wording, deadline: float = DEADLINE) -> None:
        self._action = action
        self._wording = wording
        self._deadline = deadline

    def name(self) -> str:
        """Return the wrapped action's name."""
        return str(self._action.name())

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """Run the action within its deadline."""
        own = CollectingDispatcher()
        try:
            async with asyncio.timeout(self._deadline):
                events = await self._action.run(own, tracker, domain)
        except Exception as error:  # the boundary of the process: caught, told, recorded
            _log.error("action.failed", action=self.name(), error=type(error).__name__, at=place_of(error))
            failed = Card("failed", self._wording.text("utter_action_failed"))
            dispatcher.utter_message(json_message=failed.as_dict())
            return []
        dispatcher.messages.extend(own.messages)
        return list(events or [])
