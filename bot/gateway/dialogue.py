"""The client of the dialogue engine: Rasa's REST channel and its tracker."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

import httpx

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
        path = f"/conversations/{sender}/tracker"
        tracker = await self._json("GET", path, params={"include_events": "ALL"})
        return _answer_in(tracker.get("events") or [] if isinstance(tracker, dict) else [], message_key)

    async def parts(self) -> dict[str, str]:
        """Return `ok` or the reason for each of the two servers behind the gateway."""
        rasa, actions = await asyncio.gather(
            self._part(f"{self._rasa_url}/status", {"token": self._token}),
            self._part(f"{self._actions_url}/health", {}),
        )
        return {"rasa": rasa, "actions": actions}

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
        elif inside and event.get("event") == "bot":
            data = event.get("data") or {}
            message = {"text": event.get("text"), "custom": data.get("custom"), "buttons": data.get("buttons")}
            answer.append({key: value for key, value in message.items() if value})
    return [message for message in answer if message]
