"""Keep the parts of the system running: start, wait until ready, restart what dies, stop in order."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from ops import OpsError
from ops.children import Child, Children, describe

RESTARTS = 3
"""How often a part that died is started again within `WINDOW` seconds, before everything is stopped."""

WINDOW = 60.0
FIRST_PAUSE = 1.0
"""Seconds before the first restart; doubled for each further one."""


class PartFailed(OpsError):
    """A part died or did not get ready."""


@dataclass(frozen=True)
class Part:
    """One of the processes: how it is started, and the address that says 200 when it is ready."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    ready_url: str
    deadline: float = 300.0


class Supervisor:
    """Starts parts and keeps them; `failure` is done, with a `PartFailed`, when one cannot be kept."""

    def __init__(self, children: Children, say: Callable[[str], None], window: float = WINDOW) -> None:
        self._children = children
        self._say = say
        self._window = window
        self._keepers: list[asyncio.Task[None]] = []
        self._order: list[str] = []
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def start(self, part: Part) -> None:
        """Start a part and return when it is ready; from then on it is kept. Raises `PartFailed`."""
        child = await self._children.spawn(part.name, part.command, part.env)
        code = await self._until_ready(part, child)
        if code is not None:
            raise PartFailed(_obituary(child, code))
        self._say(f"  {part.name} is ready … {time.monotonic() - child.began:.1f} s")
        self._keepers.append(asyncio.create_task(self._keep(part, child), name=f"keep {part.name}"))

    async def stop(self, order: list[str]) -> None:
        """Stop everything, the last of `order` first."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await self._children.stop_all(order)
        if not self.failure.cancel() and not self.failure.cancelled():
            self.failure.exception()  # seen, so that asyncio does not report it as forgotten

    async def _until_ready(self, part: Part, child: Child) -> int | None:
        """Wait for 200 from the part's address and return None, or the exit code when it ends before."""
        ended = asyncio.create_task(self._children.wait(child))
        ready = asyncio.create_task(answers(part.ready_url))
        try:
            done, _ = await asyncio.wait({ended, ready}, timeout=part.deadline, return_when="FIRST_COMPLETED")
        finally:
            ready.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await ready
            if not ended.done():
                ended.cancel()
        if ended in done:
            return ended.result()
        if not done:
            reason = await _why(part.ready_url)
            raise PartFailed(f"{part.name} was not ready after {part.deadline:.0f} s{reason}; see {child.log}")
        return None

    async def _keep(self, part: Part, child: Child) -> None:
        """Start the part again whenever it ends; give up when it ends too often."""
        ends: deque[float] = deque()
        code: int | None = await self._children.wait(child)
        while True:
            assert code is not None
            self._say(_obituary(child, code))
            now = time.monotonic()
            ends.append(now)
            while ends[0] < now - self._window:
                ends.popleft()
            if len(ends) > RESTARTS:
                return self._give_up(f"{part.name} died {len(ends)} times within {self._window:.0f} s")
            pause = FIRST_PAUSE * 2 ** (len(ends) - 1)
            self._say(f"  {part.name} is started again in {pause:.0f} s ({len(ends)} of {RESTARTS})")
            await asyncio.sleep(pause)
            try:
                child = await self._children.spawn(part.name, part.command, part.env)
                code = await self._until_ready(part, child)
            except OpsError as error:
                return self._give_up(str(error))
            if code is None:
                self._say(f"  {part.name} is ready again … {time.monotonic() - child.began:.1f} s")
                code = await self._children.wait(child)

    def _give_up(self, message: str) -> None:
        if not self.failure.done():
            self.failure.set_exception(PartFailed(message))


def _obituary(child: Child, code: int) -> str:
    lines = child.last_lines()
    return f"{child.name} died ({describe(code)}); the end of {child.log}:\n{lines or '    (empty)'}"


async def answers(url: str, pause: float = 0.2) -> None:
    """Return when the address answers 200."""
    async with httpx.AsyncClient(trust_env=False, timeout=2.0) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).status_code == 200:
                    return
            await asyncio.sleep(pause)


async def until_well(url: str, seconds: float) -> None:
    """Wait until a part says that all it needs is well. Raises `PartFailed` with what is not."""
    try:
        await asyncio.wait_for(answers(url), seconds)
    except TimeoutError as error:
        raise PartFailed(f"not everything is well after {seconds:.0f} s{await _why(url)}") from error


async def _why(url: str) -> str:
    """Return what the part says it is waiting for, as ` (name: reason, …)`; empty when it says nothing."""
    async with httpx.AsyncClient(trust_env=False, timeout=2.0) as client:
        try:
            parts = (await client.get(url)).json()["parts"]
            return f" ({', '.join(f'{name}: {state}' for name, state in parts.items() if state != 'ok')})"
        except (httpx.HTTPError, ValueError, KeyError, TypeError, AttributeError):
            return ""
