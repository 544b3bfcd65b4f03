"""Sends notices to staff outside the console. Each target has a task of its own, so that none waits for another."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence

import structlog

from bot.gateway.notice_messages import NoticeFailed, Target, compose
from casework.logs import place_of
from casework.notifications import Notifications, Parcel

EVERY = 2.0
"""Seconds between two looks at what is due."""
LAST = 12.0
"""Seconds that a message under way gets at the end."""

_log = structlog.get_logger()


class Notices:
    """Takes what is due and gives it to the targets."""

    def __init__(self, notifications: Notifications, targets: Sequence[Target], console_url: str) -> None:
        self._notifications = notifications
        self._targets = tuple(targets)
        self._console_url = console_url
        self._ending = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin."""
        self._ending.clear()
        self._tasks = [asyncio.create_task(self._run(target)) for target in self._targets]

    async def stop(self) -> None:
        """End; what is under way may arrive, so that it is not sent again."""
        self._ending.set()
        if not self._tasks:
            return
        _done, late = await asyncio.wait(self._tasks, timeout=LAST)
        for task in late:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send_due(self, target: Target) -> None:
        """Send what is due to this target, alarms first."""
        for parcel in await asyncio.to_thread(self._notifications.take, target.name):
            await self._send(target, parcel)

    async def _send(self, target: Target, parcel: Parcel) -> None:
        try:
            await target.send(compose(parcel, self._console_url))
        except NoticeFailed as failure:
            given_up = await asyncio.to_thread(self._notifications.failed, parcel.ids, failure.code)
            tell = _log.error if given_up else _log.warning
            tell(
                "notice.failed", target=target.name, reason=failure.code, count=len(parcel.ids), given_up=len(given_up)
            )
            return
        await asyncio.to_thread(self._notifications.sent, parcel.ids)
        _log.info("notice.sent", target=target.name, count=len(parcel.ids), alarm=parcel.is_alarm)

    async def _run(self, target: Target) -> None:
        while not self._ending.is_set():
            try:
                await self.send_due(target)
            except Exception as error:  # whatever it was: the next alarm must be told
                _log.error("notice.broken", target=target.name, error=type(error).__name__, place=place_of(error))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), EVERY)
