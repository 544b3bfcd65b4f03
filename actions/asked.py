"""What came with a worker's message: her words, what a button means, and what is known of her."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

NONE_OF_THEM = "none"
"""The value of a button that says: none of what was offered."""


@dataclass(frozen=True)
class Previous:
    """What was asked before: the words, the entry that answered, and the ordinary one where it went by kind."""

    question: str
    entry: str | None = None
    ordinary: str | None = None
    asks: str | None = None

    @classmethod
    def from_metadata(cls, data: object) -> Self | None:
        """Read what the gateway keeps as the last topic."""
        if not isinstance(data, Mapping) or not data.get("question"):
            return None
        return cls(str(data["question"]), data.get("entry"), data.get("ordinary"), data.get("asks"))


@dataclass(frozen=True)
class Asked:
    """The worker's latest message."""

    intent: str
    text: str
    message_key: str
    misses: int = 0
    confidence: float | None = None
    region: str | None = None
    kind: str | None = None
    kind_is_hers: bool = True
    """False where the message is about somebody else of this kind, or about all of them."""
    about_other: bool = False
    """The message is about somebody else than the worker."""
    previous: Previous | None = None
    entry: str | None = None
    choose_kind: str | None = None
    change_kind: bool = False
    choose_region: str | None = None

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Read Rasa's latest message and the metadata that the gateway sent with it."""
        metadata = message.get("metadata") or {}
        intent = message.get("intent") or {}
        return cls(
            intent=str(intent.get("name") or ""),
            text=str(metadata.get("text") or message.get("text") or ""),
            message_key=str(metadata.get("message_key") or secrets.token_urlsafe(18)),
            misses=int(metadata.get("misses") or 0),
            confidence=intent.get("confidence"),
            region=metadata.get("region"),
            kind=metadata.get("kind"),
            previous=Previous.from_metadata(metadata.get("previous")),
            entry=metadata.get("entry"),
            choose_kind=metadata.get("choose_kind"),
            change_kind=bool(metadata.get("change_kind")),
            choose_region=metadata.get("choose_region"),
        )
