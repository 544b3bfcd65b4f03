"""The client of the dialogue engine: Rasa's REST channel and its tracker."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import httpx

from bot.gateway.staff_words import is_from_staff

DEADLINE = 10.0
"""Seconds for one turn, the action in it included (which has 6)."""


class TurnFailed(Exception):
    """The engine gave no answer that can be shown: away, too slow, an error, or an empty answer.

    Rasa answers `200 []` when its action server is away or an action raised, so an empty answer is a failed turn.
    """


class Dialogue(Protocol):
    """What a turn needs of the dialogue engine; every method may raise `TurnFailed`."""

    async def ask(self, sender: str, text: str, metadata: Mapping[str, object]) -> list[dict[str, Any]]: ...

    async def earlier_answer(self, sender: str, message_key: str) -> list[dict[str, Any]]: ...

    async def append_events(self, sender: str, events: Sequence[Mapping[str, Any]]) -> None: ...

    async def understandings(self, sender: str) -> dict[str, dict[str, Any]]: ...

    async def parts(self) -> dict[str, str]: ...


class DialogueClient:
    """Asks Rasa, and reads what it already answered."""

    def __init__(self, http: httpx.AsyncClient, rasa_url: str, rasa_token: str, actions_url: str) -> None:
        self._http = http
        self._rasa_url = rasa_url
        self._token = rasa_token
        self._actions_url = actions_url

    async def ask(self, sender: str, text: str, metadata: Mapping[str, object]) -> list[dict[str, Any]]:
        """Send one message and return the engine's messages, at least one. Raises `TurnFailed`."""
        body = {"sender": sender, "message": text, "metadata": dict(metadata)}
        messages = await self._json("POST", "/webhooks/rest/webhook", json=body)
        if not isinstance(messages, list) or not messages:
            raise TurnFailed("the answer was empty")
        return messages

    async def earlier_answer(self, sender: str, message_key: str) -> list[dict[str, Any]]:
        """Return what the engine already answered to this key, read from its tracker; empty when nothing.

        Raises `TurnFailed` when the tracker cannot be read: then a resend could do things twice.
        """
        return _answer_in(await self._events(sender), message_key)

    async def append_events(self, sender: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Add events to the engine's memory of this sender (`bot/gateway/staff_words.py`). Raises `TurnFailed`."""
        path = f"/conversations/{sender}/tracker/events"
        await self._json("POST", path, params={"include_events": "NONE"}, json=[dict(event) for event in events])

    async def understandings(self, sender: str) -> dict[str, dict[str, Any]]:
        """Return what the engine made of each message, by its key: `intent`, `confidence`, `slots` that it set.

        `intent` is None for a message of which nothing was made. Raises `TurnFailed`.
        """
        return _understood_in(await self._events(sender))

    async def parts(self) -> dict[str, str]:
        """Return `ok` or the reason for each of the two servers behind the gateway."""
        rasa, actions = await asyncio.gather(
            self._part(f"{self._rasa_url}/status", {"token": self._token}),
            self._part(f"{self._actions_url}/health", {}),
        )
        return {"rasa": rasa, "actions": actions}

    async def _events(self, sender: str) -> list[dict[str, Any]]:
        tracker = await self._json("GET", f"/conversations/{sender}/tracker", params={"include_events": "ALL"})
        return tracker.get("events") or [] if isinstance(tracker, dict) else []

    async def _part(self, url: str, params: Mapping[str, str]) -> str:
        try:
            response = await self._http.get(url, params=dict(params), timeout=3)
        except httpx.HTTPError as error:
            return type(error).__name__
        return "ok" if response.is_success else f"HTTP {response.status_code}"

    async def _json(self, method: str, path: str, **arguments: Any) -> Any:
        params = {"token": self._token, **arguments.pop("params", {})}
        try:
            async with asyncio.timeout(DEADLINE):
                response = await self._http.request(
                    method, self._rasa_url + path, params=params, timeout=DEADLINE, **arguments
                )
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise TurnFailed(type(error).__name__) from error


def _answer_in(events: list[dict[str, Any]], message_key: str) -> list[dict[str, Any]]:
    """Return the bot's messages after the last user event with this key, as the REST channel would give them."""
    answer: list[dict[str, Any]] = []
    inside = False
    for event in events:
        if event.get("event") == "user":
            inside = (event.get("metadata") or {}).get("message_key") == message_key
            answer = [] if inside else answer
        elif inside and event.get("event") == "bot" and not is_from_staff(event):
            data = event.get("data") or {}
            message = {"text": event.get("text"), "custom": data.get("custom"), "buttons": data.get("buttons")}
            answer.append({key: value for key, value in message.items() if value})
    return [message for message in answer if message]


def _understood_in(events: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what was made of the user events that carry a message's key."""
    understood: dict[str, dict[str, Any]] = {}
    latest: dict[str, Any] | None = None
    for event in events:
        if event.get("event") == "user":
            key = (event.get("metadata") or {}).get("message_key")
            intent = (event.get("parse_data") or {}).get("intent") or {}
            latest = {"intent": intent.get("name"), "confidence": intent.get("confidence"), "slots": {}}
            if key:
                understood[str(key)] = latest
        elif event.get("event") == "slot" and latest is not None and event.get("name") not in _SLOTS_OF_RASA:
            latest["slots"][str(event.get("name"))] = event.get("value")
    return understood


_SLOTS_OF_RASA = {"requested_slot", "session_started_metadata"}
"""Slots that Rasa keeps for itself."""
