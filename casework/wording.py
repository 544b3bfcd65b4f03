"""What the bot says, read from the responses of `domain.yml`: the one place where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from casework.cards import Bubble, Button
from casework.errors import CaseworkError


class WordingError(CaseworkError):
    """A response is missing in `domain.yml`, or a value for it."""


class Wording:
    """The bot's responses by name."""

    def __init__(self, responses: Mapping[str, list[Mapping[str, Any]]]) -> None:
        self._responses = responses

    @classmethod
    def from_domain(cls, path: Path) -> Wording:
        """Read `domain.yml`. Raises `WordingError` when it holds no responses."""
        domain = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        responses = domain.get("responses")
        if not responses:
            raise WordingError(f"{path.name} holds no responses")
        return cls(responses)

    def has(self, name: str) -> bool:
        """Tell whether there is a response of this name."""
        return name in self._responses

    def text(self, name: str, **values: object) -> str:
        """Return a response's text with its `{placeholders}` filled. Raises `WordingError`."""
        try:
            template = str(self._responses[name][0]["text"]).strip()
        except (KeyError, IndexError) as error:
            raise WordingError(f"domain.yml has no text for {name}") from error
        try:
            return template.format(**values) if values else template
        except KeyError as error:
            raise WordingError(f"{name} needs a value for {error}") from error

    def bubble(self, name: str, **values: object) -> Bubble:
        """Return a response as a bubble, its buttons with it."""
        text = self.text(name, **values)
        buttons = self._responses[name][0].get("buttons") or ()
        return Bubble(text, tuple(Button.from_dict(button) for button in buttons))
