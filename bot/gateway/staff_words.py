"""What staff said in a hand-off, as events for Rasa's tracker, so that the bot knows it afterwards. Pure.

Only the staff's words are told. The worker's own are not needed for what follows (every intent has a rule, which looks
at her next message alone), and Rasa's tracker keeps everything in plain text: what it need not know, it is not given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from casework.messages import Shown
from casework.private_numbers import LABELS, PrivateNumber, replace_private_numbers

STAFF = "staff"
MOST = 20
"""Messages of staff that are told, the latest ones."""
SESSION_START: tuple[dict[str, Any], ...] = (
    {"event": "action", "name": "action_session_start"},
    {"event": "session_started"},
    {"event": "action", "name": "action_listen"},
)


def tracker_events(messages: Iterable[Shown]) -> list[dict[str, Any]]:
    """Return an event for each message of staff, oldest first; none when there is no such message.

    Its `data` says `author` (`staff`), `staff` (the name), `at` (ISO 8601) and `message` (the id). A session begins
    with them: Rasa forgets what is older than its session's start, and the one that it starts by itself for a new
    sender is younger than the events that made it do so. For the same reason they carry no `timestamp` of their own.
    """
    said = [message for message in messages if message.author == STAFF]
    return [*SESSION_START, *(_event(message) for message in said[-MOST:])] if said else []


def is_from_staff(event: Mapping[str, Any]) -> bool:
    """Tell whether an event of the tracker is one that `tracker_events` made."""
    return (event.get("data") or {}).get("author") == STAFF


def _event(message: Shown) -> dict[str, Any]:
    data = {
        "author": STAFF,
        "staff": message.staff or "",
        "at": message.created_at.isoformat(),
        "message": message.id,
    }
    return {"event": "bot", "text": _without_private_numbers(message.text), "data": data}


def _without_private_numbers(text: str) -> str:
    """Hide what Rasa must not keep; an office's own telephone number (with its area code) is not private."""

    def reference(number: PrivateNumber) -> str:
        is_office = number.kind == "phone" and number.value.startswith("0") and not number.value.startswith("00")
        return number.value if is_office else f"〔{LABELS[number.kind]}〕"

    return replace_private_numbers(text, reference)
