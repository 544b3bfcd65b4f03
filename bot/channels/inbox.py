"""What a channel needs of the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol

from casework.conversations import Received, Status
from casework.messages import Enclosure, Shown

Taken = Literal["answered", "queued", "staff"]
"""What became of a message: it was answered, its answer comes later, or staff have it."""


class Inbox(Protocol):
    """Takes messages in and waits for their answers."""

    async def submit(
        self,
        channel: str,
        address: str,
        platform_message_id: str,
        *,
        text: str = "",
        button: str | None = None,
        enclosure: Enclosure | None = None,
    ) -> Received: ...

    async def wait_for_answer(self, received: Received, seconds: float) -> tuple[Taken, list[Shown]]: ...


class LiveMessages(Protocol):
    """Streams what is said, and where the conversation stands."""

    def events(self, channel: str, address: str, after: int | None) -> AsyncIterator[Shown | Status]: ...

    def streams(self, address: str) -> int: ...
