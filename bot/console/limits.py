"""How much one client may send: the size of a request, and how often it may try to sign in."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 256 * 1024
"""Bytes of a request; staff send texts and forms, nothing longer."""


class BodyLimit:
    """Answers with `refuse` what is longer than `most` bytes, whatever its header says."""

    def __init__(self, app: ASGIApp, refuse: ASGIApp, most: int = MAX_BODY) -> None:
        self._app = app
        self._refuse = refuse
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared_length(scope) > self._most:
            await self._refuse(scope, receive, send)
            return
        received = 0
        refused = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._most:  # whoever reads it takes the client for gone; what it answers is replaced below
                return {"type": "http.disconnect"}
            return message

        async def replacing(message: Message) -> None:
            if received > self._most and message["type"] == "http.response.start":
                await refuse()
            if not refused:
                await send(message)

        async def refuse() -> None:
            nonlocal refused
            refused = True
            await self._refuse(scope, receive, send)

        try:
            await self._app(scope, counted, replacing)
        except ClientDisconnect:  # really gone, there is nobody to answer; or taken for gone, and not answered yet
            if received > self._most and not refused:
                await refuse()


def _declared_length(scope: Scope) -> int:
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() and len(value) < 20 else 0


class AddressLimit:
    """At most so many tries of one address in so many seconds."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._tries: dict[str, list[float]] = {}

    def take(self, address: str) -> bool:
        """Count one try; tell whether it is still allowed. A refused one does not count."""
        moment = self._clock()
        if len(self._tries) > 10_000:
            self._tries = {key: times for key, times in self._tries.items() if self._recent(times, moment)}
        key = _network(address)
        recent = self._recent(self._tries.get(key, []), moment)
        allowed = len(recent) < self._most
        self._tries[key] = [*recent, moment] if allowed else recent
        return allowed

    def _recent(self, times: list[float], moment: float) -> list[float]:
        return [each for each in times if each > moment - self._seconds]


def _network(address: str) -> str:
    """Return what one client cannot leave at will: its IPv4 address, or the /64 network of its IPv6 address."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
