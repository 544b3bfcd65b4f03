"""An event stream is its visitor's alone, for as long as there is something of hers."""

from __future__ import annotations

import asyncio

from bot.gateway.live import Live
from casework.changes import ChangeWatcher
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.erasure import Erasure


async def test_erasing_ends_the_streams_that_are_open(sqlite: Database, keyring: Keyring) -> None:
    conversations = Conversations(sqlite, keyring)
    conversation = conversations.receive("web", "wang", "wang:1", text="在吗").conversation_id
    live = Live(conversations, ChangeWatcher(sqlite))
    live.start()
    seen: list[str] = []

    async def listen() -> None:
        async for message in live.messages("web", "wang", 0):
            seen.append(message.text)

    stream = asyncio.create_task(listen())
    await asyncio.sleep(0.5)
    Erasure(sqlite).erase_contact_of(conversation)
    conversations.receive("web", "li", "li:1", text="我是李四")
    await asyncio.wait_for(stream, 5)
    await live.stop()
    assert seen == ["在吗"]
    assert live.streams("wang") == 0
