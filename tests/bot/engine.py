"""A dialogue engine for tests that need one to fail on purpose; the real Rasa is in tests/end_to_end."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from bot.gateway.dialogue import TurnFailed


class ScriptedEngine:
    """Echoes what it is asked, unless told to fail; remembers answers like Rasa's tracker."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, object]]] = []
        self.tracker: dict[str, list[dict[str, Any]]] = {}
        self.appended: dict[str, list[dict[str, Any]]] = {}
        self.failing = False
        self.lose_answers = 0
        self.healthy = True
        self.outcome: str | None = None
        self.calls: list[dict[str, str]] = []
        self.delay = 0.0
        self.at_once = 0
        self.most_at_once: dict[str, int] = {}
        self._running: dict[str, int] = {}

    async def ask(self, sender: str, text: str, metadata: Mapping[str, object]) -> list[dict[str, Any]]:
        self._running[sender] = self._running.get(sender, 0) + 1
        self.most_at_once[sender] = max(self.most_at_once.get(sender, 0), self._running[sender])
        try:
            await asyncio.sleep(self.delay)
            if self.failing:
                raise TurnFailed("the answer was empty")
            self.asked.append((sender, text, dict(metadata)))
            answer = self._answer(text)
            self.tracker[str(metadata["message_key"])] = answer
            if self.lose_answers:
                self.lose_answers -= 1
                raise TurnFailed("ReadTimeout")
            return answer
        finally:
            self._running[sender] -= 1

    async def earlier_answer(self, sender: str, message_key: str) -> list[dict[str, Any]]:
        if self.failing:
            raise TurnFailed("ConnectError")
        return self.tracker.get(message_key, [])

    async def append_events(self, sender: str, events: Sequence[Mapping[str, Any]]) -> None:
        self.appended.setdefault(sender, []).extend(dict(event) for event in events)

    async def understandings(self, sender: str) -> dict[str, dict[str, Any]]:
        return {}

    async def parts(self) -> dict[str, str]:
        return {"rasa": "ok", "actions": "ok" if self.healthy else "ConnectError"}

    def _answer(self, text: str) -> list[dict[str, Any]]:
        if self.outcome is None:
            menu = {"title": "我能问什么", "payload": "/help"}
            return [{"text": f"答：{text}", "buttons": [menu, *self.calls]}]
        return [{"custom": {"card": {"outcome": self.outcome, "conclusion": "没查到"}}}]
