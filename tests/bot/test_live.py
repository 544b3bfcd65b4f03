"""An event stream is its visitor's alone, for as long as there is something of hers, and tells what changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.gateway.live import Live
from casework.changes import ChangeWatcher
from casework.conversations import Conversations, Status
from casework.crypto import Keyring
from casework.database import Database, now
from casework.erasure import Erasure
from casework.messages import Shown
from casework.queue import Opening, end_hand_off, open_hand_off
from casework.tables import Conversation
from tests.union import Union

WITHIN = 5.0


class Listener:
    """A page that listens; what came is taken one by one."""

    def __init__(self, live: Live, address: str = "wang", after: int | None = 0) -> None:
        self._events: asyncio.Queue[Shown | Status] = asyncio.Queue()
        self._task = asyncio.create_task(self._listen(live, address, after))

    async def _listen(self, live: Live, address: str, after: int | None) -> None:
        async for happened in live.events("web", address, after):
            self._events.put_nowait(happened)

    async def next(self) -> Shown | Status:
        return await asyncio.wait_for(self._events.get(), WITHIN)

    async def is_silent(self, seconds: float) -> bool:
        await asyncio.sleep(seconds)
        return self._events.empty()

    async def ended(self) -> None:
        await asyncio.wait_for(self._task, WITHIN)

    async def stop(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


@pytest.fixture
async def live(sqlite: Database, keyring: Keyring) -> AsyncIterator[Live]:
    listening = Live(Conversations(sqlite, keyring), ChangeWatcher(sqlite))
    listening.start()
    yield listening
    await listening.stop()


@pytest.fixture
def talk(sqlite: Database, keyring: Keyring) -> Conversations:
    return Conversations(sqlite, keyring)


def queue_up(database: Database, conversation_id: int) -> None:
    with database.write() as session:
        open_hand_off(session, session.get_one(Conversation, conversation_id), Opening("asked_for"))


async def test_erasing_ends_the_streams_that_are_open(sqlite: Database, live: Live, talk: Conversations) -> None:
    conversation = talk.receive("web", "wang", "wang:1", text="在吗").conversation_id
    page = Listener(live)
    first = await page.next()
    assert isinstance(first, Shown)
    assert first.text == "在吗"
    assert await page.next() == Status()
    Erasure(sqlite).erase_contact_of(conversation)
    talk.receive("web", "li", "li:1", text="我是李四")
    await page.ended()
    assert live.streams("wang") == 0


async def test_a_page_that_has_not_written_yet_hears_what_comes(live: Live, talk: Conversations) -> None:
    page = Listener(live, after=None)
    await asyncio.sleep(0.2)
    talk.receive("web", "wang", "wang:1", text="在吗")
    first = await page.next()
    assert isinstance(first, Shown)
    await page.stop()


async def test_the_queue_somebody_and_her_typing_are_told_when_they_change(
    sqlite: Database, live: Live, talk: Conversations
) -> None:
    union = Union(sqlite)
    chen = union.hire("小陈", None, "agent", "general")
    before = talk.receive("web", "li", "li:1", text="你好").conversation_id
    mine = talk.receive("web", "wang", "wang:1", text="你好").conversation_id
    page = Listener(live, after=10_000)
    assert await page.next() == Status()
    queue_up(sqlite, before)
    queue_up(sqlite, mine)
    assert await page.next() == Status("open", queue=2)
    with sqlite.write() as session:
        end_hand_off(session, session.get_one(Conversation, before), "left", state="pending")
    assert await page.next() == Status("open", queue=1)
    with sqlite.write() as session:
        session.execute(update(Conversation).where(Conversation.id == mine).values(assignee_id=chen.id))
    assert await page.next() == Status("open", assigned="小陈")
    with sqlite.write() as session:
        until = now() + timedelta(seconds=1.5)
        session.execute(update(Conversation).where(Conversation.id == mine).values(typing_until=until))
    assert await page.next() == Status("open", assigned="小陈", typing=True)
    assert await page.next() == Status("open", assigned="小陈"), "nothing is written when she stops"
    talk.receive("web", "li", "li:2", text="别人的话")
    assert await page.is_silent(0.8)
    await page.stop()


async def test_a_stream_tells_at_once_where_things_stand(sqlite: Database, live: Live, talk: Conversations) -> None:
    Union(sqlite)
    received = talk.receive("web", "wang", "wang:1", text="你好")
    queue_up(sqlite, received.conversation_id)
    page = Listener(live, after=received.message_id)
    assert await page.next() == Status("open", queue=1)
    assert await page.is_silent(0.5)
    await page.stop()
