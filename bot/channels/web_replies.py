"""What the web chat answers with: messages and the conversation as JSON, and that they were delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi.responses import JSONResponse, Response
from starlette.background import BackgroundTask

from bot.channels.inbox import Inbox
from casework.conversations import Conversations, Received, Status
from casework.messages import Shown

WAIT = 12.0
"""Seconds that a request waits for its answer; after that it comes by events."""
NOTED = ("staff", "system")
"""Authors of whose messages it is noted that they were delivered."""


class Replies:
    """Answers a visitor's requests."""

    def __init__(self, inbox: Inbox, conversations: Conversations) -> None:
        self._inbox = inbox
        self._conversations = conversations

    async def to(self, received: Received) -> Response:
        """Wait for the answer to a message and give it, or say that it comes by events (202)."""
        taken, replies = await self._inbox.wait_for_answer(received, WAIT)
        extra = {"status": taken, "received": str(received.message_id)}
        return await self.with_messages(received.conversation_id, replies, extra, 202 if taken == "queued" else 200)

    async def with_messages(
        self, conversation_id: int, messages: Sequence[Shown], extra: Mapping[str, str] | None = None, status: int = 200
    ) -> Response:
        """Give messages and where their conversation stands."""
        stands = await asyncio.to_thread(self._conversations.status, conversation_id)
        body = {
            "conversation": status_as_json(stands),
            **(extra or {}),
            "messages": [message_as_json(message) for message in messages],
        }
        note = BackgroundTask(self.delivered, conversation_id, messages)
        return JSONResponse(body, status, background=note)

    async def delivered(self, conversation_id: int, messages: Sequence[Shown]) -> None:
        """Note that the visitor got these messages."""
        ids = [message.id for message in messages if message.author in NOTED]
        if ids:
            await asyncio.to_thread(self._conversations.delivered, conversation_id, ids)


def status_as_json(status: Status) -> dict[str, Any]:
    """Return where a conversation stands, without what there is nothing to say of."""
    said = {"queue": status.queue, "assigned": status.assigned, "typing": status.typing or None}
    return {"state": status.state, **{name: value for name, value in said.items() if value is not None}}


def message_as_json(message: Shown) -> dict[str, Any]:
    """Return a message as the page gets it; ids are strings."""
    extra = message.extra
    return {
        "id": str(message.id),
        "author": message.author,
        "name": message.staff,
        "text": message.text,
        "time": message.created_at.isoformat(),
        "buttons": extra.get("buttons") or [],
        "citations": extra.get("citations") or [],
        "basis": extra.get("basis"),
        "more": extra.get("more"),
        "attachment": _attachment(extra.get("attachment")),
        "reply_to": str(message.reply_to_id) if message.reply_to_id else None,
    }


def _attachment(described: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what came with a message; a place has no id, for the page needs none."""
    if described is None:
        return None
    return {**described, "id": str(described["id"])} if "id" in described else dict(described)
