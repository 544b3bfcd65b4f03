"""Open consoles hear of every change that concerns them, and after a lost connection of what they missed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from bot.console.app import build_console
from bot.console.events import MOST_STREAMS, EventPages
from bot.console.live import WAITING, ConsoleLive
from bot.console.live_events import Numbers
from bot.console.upkeep import ConsoleUpkeep
from casework.actors import Actor
from casework.changes import ChangeWatcher
from casework.console_events import ConsoleFeed
from casework.crypto import Keyring
from casework.database import Database, now
from casework.erasure import Erasure
from casework.inbox import Inbox
from casework.passwords import Passwords
from casework.search import find_conversations
from casework.search_index import SearchIndex
from casework.staff import StaffAccounts
from casework.staff_sessions import StaffSessions
from casework.tables import Department, Organisation, Staff, StaffSession
from tests.bot.console.conftest import PASSWORD, add_tree
from tests.bot.console.test_live_events import read
from tests.casework.inbox_data import Desk
from tests.casework.test_inbox_visibility import grow
from tests.union import Union


class Ear:
    """One open console in a test."""

    def __init__(self, live: ConsoleLive, actor: Actor, after: int | None = None) -> None:
        self.heard: list[dict[str, Any]] = []
        self.actor: Actor | None = actor
        self.holding = asyncio.Event()
        self.holding.set()
        self._task = asyncio.create_task(self._listen(live, actor, after))

    async def _listen(self, live: ConsoleLive, actor: Actor, after: int | None) -> None:
        async for chunk in live.listen(actor, self._still_there, after):
            self.heard += read(chunk)
            await self.holding.wait()

    async def _still_there(self) -> Actor | None:
        return self.actor

    async def until(self, enough: Callable[[list[dict[str, Any]]], bool], seconds: float = 8) -> None:
        """Wait until what was heard is enough."""
        deadline = time.monotonic() + seconds
        while not enough(self.heard):
            assert time.monotonic() < deadline, self.heard
            await asyncio.sleep(0.02)

    async def hang_up(self) -> None:
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    @property
    def is_over(self) -> bool:
        return self._task.done()


@pytest.fixture
def desk(database: Database, keyring: Keyring) -> Desk:
    return Desk(database, keyring)


@pytest.fixture
def union(database: Database) -> Union:
    return Union(database)


@pytest.fixture
async def live(database: Database, keyring: Keyring) -> AsyncIterator[ConsoleLive]:
    running = ConsoleLive(ConsoleFeed(database), Inbox(database, keyring), ChangeWatcher(database), check=0.3)
    running.start()
    yield running
    await running.stop()


async def opened(desk: Desk, live: ConsoleLive, department_id: int) -> int:
    """Add a conversation to a queue, wait until the console's process knows of it, return its id."""
    conversation = desk.conversation(department_id)
    desk.change(conversation, "opened")
    newest = ConsoleFeed(desk.database).newest_event_id()
    deadline = time.monotonic() + 8
    while live.newest < newest and time.monotonic() < deadline:  # noqa: ASYNC110  nothing tells of it
        await asyncio.sleep(0.02)
    return conversation


def names(heard: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in heard]


async def test_a_console_hears_at_once_what_concerns_it(union: Union, desk: Desk, live: ConsoleLive) -> None:
    legal = union.departments[union.city, "legal"]
    chief, clerk = union.hire("主任", None, "supervisor"), union.hire("小李", None, "agent", "aid")
    conversation = await opened(desk, live, legal)
    ear, other = Ear(live, chief), Ear(live, clerk)
    await ear.until(lambda heard: names(heard) == ["ready"])
    await other.until(lambda heard: names(heard) == ["ready"])
    assert ear.heard[0]["counts"]["unassigned"] == 1
    began = time.monotonic()
    await asyncio.to_thread(desk.change, conversation, "claimed", assignee_id=chief.id)
    await ear.until(lambda heard: len(heard) == 2)
    assert time.monotonic() - began < 2
    event = ear.heard[1]
    assert (event["conversation"], event["kind"], event["row"]["assignee"]) == (conversation, "claimed", "主任")
    assert (event["counts"]["unassigned"], event["counts"]["mine"]) == (0, 1)
    await asyncio.to_thread(desk.change, desk.conversation(union.departments[union.city, "aid"]), "opened")
    await other.until(lambda heard: len(heard) == 2)
    assert other.heard[1]["kind"] == "opened"
    await ear.hang_up()
    await other.hang_up()
    assert live.streams(chief.id) == 0


async def test_what_was_missed_is_heard_after_a_reconnect(union: Union, desk: Desk, live: ConsoleLive) -> None:
    legal = union.departments[union.city, "legal"]
    chief = union.hire("主任", None, "supervisor")
    first, second = desk.conversation(legal), desk.conversation(legal)
    ear = Ear(live, chief)
    await asyncio.to_thread(desk.change, first, "opened")
    await ear.until(lambda heard: names(heard)[-1:] == ["conversation"])
    await ear.hang_up()
    last = ear.heard[-1]["id"]
    witness = Ear(live, chief)
    await asyncio.to_thread(desk.change, second, "opened")
    await asyncio.to_thread(desk.change, first, "message")
    await asyncio.to_thread(desk.change, first, "message")
    await witness.until(lambda heard: {event.get("conversation") for event in heard} >= {first, second})
    again = Ear(live, chief, last)
    await again.until(lambda heard: len(heard) >= 2)
    assert [(event["conversation"], event["kind"]) for event in again.heard] == [(second, "opened"), (first, "message")]
    current = Ear(live, chief, again.heard[-1]["id"])
    await current.until(lambda heard: names(heard) == ["ready"])
    for each in (witness, again, current):
        await each.hang_up()


async def test_a_new_process_knows_what_happened_before_it_began(
    union: Union, desk: Desk, database: Database, keyring: Keyring
) -> None:
    chief = union.hire("主任", None, "supervisor")
    conversation = desk.conversation(union.departments[union.city, "legal"])
    desk.change(conversation, "opened")
    seen = ConsoleFeed(database).newest_event_id()
    desk.change(conversation, "message")
    live = ConsoleLive(ConsoleFeed(database), Inbox(database, keyring), ChangeWatcher(database))
    live.start()
    ear = Ear(live, chief, seen)
    await ear.until(lambda heard: [event.get("kind") for event in heard] == ["message"])
    await ear.hang_up()
    await live.stop()


async def test_who_was_away_too_long_is_told_to_reload(
    union: Union, desk: Desk, database: Database, keyring: Keyring
) -> None:
    chief = union.hire("主任", None, "supervisor")
    conversation = desk.conversation(union.departments[union.city, "legal"])
    for _ in range(3):
        desk.change(conversation)
    feed = ConsoleFeed(database)
    with database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM conversation_events WHERE id <= 2")
    live = ConsoleLive(feed, Inbox(database, keyring), ChangeWatcher(database))
    live.start()
    ear = Ear(live, chief, 1)
    await ear.until(lambda heard: names(heard) == ["reset"])
    assert ear.heard[0]["id"] == feed.newest_event_id()
    assert ear.heard[0]["counts"]["unassigned"] == 1
    await ear.hang_up()
    await live.stop()


async def test_who_is_erased_leaves_the_consoles_at_once(
    union: Union, desk: Desk, database: Database, live: ConsoleLive
) -> None:
    conversation = desk.conversation(union.departments[union.city, "legal"], says=["老板拖欠工资"])
    ear, other = (
        Ear(live, union.hire(name, None, "agent", topic)) for name, topic in (("小陈", "legal"), ("小李", "aid"))
    )
    await ear.until(lambda heard: names(heard) == ["ready"])
    await other.until(lambda heard: names(heard) == ["ready"])
    await asyncio.to_thread(desk.change, conversation, "opened")
    await ear.until(lambda heard: len(heard) == 2)
    await asyncio.to_thread(Erasure(database).erase_contact_of, conversation)
    await ear.until(lambda heard: len(heard) == 3)
    event = ear.heard[2]
    assert (event["conversation"], event["kind"], event["row"]) == (conversation, "erased", None)
    assert event["counts"]["unassigned"] == 0
    assert names(other.heard) == ["ready"]
    await ear.hang_up()
    await other.hang_up()


def test_the_numbers_of_events_are_those_of_the_lists(database: Database, keyring: Keyring) -> None:
    actors, _ = grow(database, random.Random(3))
    inbox = Inbox(database, keyring)
    numbers = Numbers(inbox.look(()))
    assert [numbers.of(actor) for actor in actors] == [inbox.counts(actor) for actor in actors]
    assert any(numbers.of(actor).mine_unanswered for actor in actors)


async def test_a_console_that_takes_nothing_is_told_to_reload(union: Union, desk: Desk, live: ConsoleLive) -> None:
    chief = union.hire("主任", None, "supervisor")
    conversation = desk.conversation(union.departments[union.city, "legal"])
    slow, quick = Ear(live, chief), Ear(live, chief)
    await slow.until(lambda heard: names(heard) == ["ready"])
    slow.holding.clear()
    for number in range(WAITING + 4):
        await asyncio.to_thread(desk.change, conversation)
        await quick.until(lambda heard, wanted=number + 2: len(heard) >= wanted)  # type: ignore[misc]  # a default binds
    slow.holding.set()
    await slow.until(lambda heard: "reset" in names(heard))
    await asyncio.to_thread(desk.change, conversation, "claimed", assignee_id=chief.id)
    await slow.until(lambda heard: heard[-1].get("kind") == "claimed")
    assert len(slow.heard) < WAITING
    assert "reset" not in names(quick.heard)
    await slow.hang_up()
    await quick.hang_up()


async def test_a_stream_ends_with_its_session_and_follows_a_change_of_role(
    union: Union, desk: Desk, live: ConsoleLive
) -> None:
    clerk = union.hire("小李", None, "agent", "aid")
    conversation = await opened(desk, live, union.departments[union.city, "legal"])
    ear = Ear(live, clerk)
    await ear.until(lambda heard: names(heard) == ["ready"])
    assert ear.heard[0]["counts"]["unassigned"] == 0
    ear.actor = Actor(clerk.id, clerk.name, "supervisor", clerk.organisation_id, clerk.level, clerk.department_ids)
    await ear.until(lambda heard: names(heard) == ["ready", "reset"])
    assert ear.heard[1]["counts"]["unassigned"] == 1
    await asyncio.to_thread(desk.change, conversation)
    await ear.until(lambda heard: names(heard)[-1] == "conversation")
    ear.actor = None
    await ear.until(lambda heard: names(heard)[-1] == "signed_out")
    await asyncio.sleep(0.05)
    assert ear.is_over
    assert live.streams(clerk.id) == 0


async def test_a_database_that_fails_for_a_moment_loses_no_event(
    union: Union, desk: Desk, live: ConsoleLive, monkeypatch: pytest.MonkeyPatch
) -> None:
    chief = union.hire("主任", None, "supervisor")
    conversation = desk.conversation(union.departments[union.city, "legal"])
    ear = Ear(live, chief)
    await ear.until(lambda heard: names(heard) == ["ready"])
    right, failures = Inbox.look, iter([True, True])

    def fail_twice(inbox: Inbox, conversation_ids: Any) -> Any:
        if next(failures, False):
            raise OperationalError("look", None, Exception("locked"))
        return right(inbox, conversation_ids)

    monkeypatch.setattr(Inbox, "look", fail_twice)
    await asyncio.to_thread(desk.change, conversation, "opened")
    await ear.until(lambda heard: names(heard)[-1] == "conversation")
    await ear.hang_up()


# Over HTTP.


@pytest.fixture
def address(sqlite: Database, keyring: Keyring, passwords: Passwords) -> Iterator[str]:
    """Run a real console with its event stream; give its address."""
    add_tree(sqlite)
    accounts, sessions = StaffAccounts(sqlite, passwords=passwords), StaffSessions(sqlite, passwords=passwords)
    accounts.add("chief", "supervisor", password=PASSWORD)
    accounts.add("writer", "editor", password=PASSWORD)
    live = ConsoleLive(ConsoleFeed(sqlite), Inbox(sqlite, keyring), ChangeWatcher(sqlite))
    upkeep = ConsoleUpkeep(SearchIndex(sqlite), ConsoleFeed(sqlite), accounts, live, seen_every=0.2)
    app = build_console(
        accounts,
        sessions,
        [EventPages(live, sessions).router()],
        background=[(live.start, live.stop), (upkeep.start, upkeep.stop)],
    )
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=10) as client:
        assert client.post("/login", data={"username": "chief", "password": PASSWORD}).status_code == 303
        yield client


def first_events(response: httpx.Response, number: int, lines: Iterator[str] | None = None) -> list[dict[str, Any]]:
    """Read so many events from a stream; it stays open only as long as somebody holds its lines."""
    found: list[dict[str, Any]] = []
    fields: dict[str, str] = {}
    for line in lines or response.iter_lines():
        if not line and fields:
            found.append({"id": fields["id"], "event": fields["event"], **json.loads(fields["data"])})
            fields = {}
            if len(found) == number:
                break
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
    return found


def test_a_browser_listens(browser: httpx.Client, sqlite: Database, keyring: Keyring) -> None:
    desk = Desk(sqlite, keyring)
    with sqlite.read() as session:
        legal = session.scalars(
            select(Department.id).join(Organisation).where(Organisation.code == "county", Department.topic == "legal")
        ).one()
    conversation = desk.conversation(legal)
    with browser.stream("GET", "/events") as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-frame-options"] == "DENY"
        desk.change(conversation, "opened")
        ready, opened = first_events(response, 2)
    assert (ready["event"], opened["event"], opened["conversation"]) == ("ready", "conversation", conversation)
    desk.change(conversation, "message")
    time.sleep(1)
    with browser.stream("GET", "/events", headers={"Last-Event-ID": opened["id"]}) as response:
        (missed,) = first_events(response, 1)
    assert (missed["kind"], int(missed["id"])) == ("message", int(opened["id"]) + 1)
    with browser.stream("GET", f"/events?after={missed['id']}") as response:
        assert [event["event"] for event in first_events(response, 1)] == ["ready"]


def test_who_listens_counts_as_being_there_until_she_signs_out(browser: httpx.Client, sqlite: Database) -> None:
    def last_seen() -> datetime | None:
        with sqlite.read() as session:
            return session.scalars(select(Staff.last_seen_at).where(Staff.username == "chief")).one()

    with browser.stream("GET", "/events") as response:
        lines = response.iter_lines()
        assert first_events(response, 1, lines)
        began = now()
        deadline = time.monotonic() + 5
        while (seen := last_seen()) is None or seen < began:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        with sqlite.write() as session:  # signing out in another tab
            session.execute(delete(StaffSession))
            session.execute(update(Staff).values(last_seen_at=None))
        time.sleep(0.6)
        assert last_seen() is None


def test_messages_are_found_soon_after_they_came(address: str, sqlite: Database, keyring: Keyring) -> None:
    Desk(sqlite, keyring).conversation(says=["老板拖欠工资"])
    deadline = time.monotonic() + 10
    while True:
        with sqlite.read() as session:
            if session.scalars(find_conversations(["工资"])).all():
                break
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_who_is_not_signed_in_or_works_on_the_knowledge_base_hears_nothing(address: str) -> None:
    with httpx.Client(base_url=address, timeout=10) as stranger:
        assert stranger.get("/events", headers={"Accept": "text/event-stream"}).status_code in {303, 401}
        stranger.post("/login", data={"username": "writer", "password": PASSWORD})
        assert stranger.get("/events").status_code == 403


@pytest.mark.parametrize("last", ["-1", "x", "1" * 30, "1.5"])
def test_an_event_id_that_is_none_is_refused(last: str, browser: httpx.Client) -> None:
    assert browser.get("/events", headers={"Last-Event-ID": last}).status_code == 422


def test_an_account_has_so_many_streams_and_no_more(browser: httpx.Client) -> None:
    with contextlib.ExitStack() as open_streams:
        held = []
        for _ in range(MOST_STREAMS):
            response = open_streams.enter_context(browser.stream("GET", "/events"))
            held.append(response.iter_lines())
            assert first_events(response, 1, held[-1])
        assert browser.get("/events").status_code == 429
    deadline = time.monotonic() + 5
    while True:
        with browser.stream("GET", "/events") as response:
            if response.status_code == 200:
                break
        assert time.monotonic() < deadline
        time.sleep(0.1)
