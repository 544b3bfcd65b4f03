"""The whole console on a loopback port, with workers who write and staff who sign in: for tests in a browser."""

from __future__ import annotations

import itertools
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from argon2 import PasswordHasher
from fastapi import APIRouter, FastAPI
from playwright.sync_api import BrowserContext, Locator, Page, expect
from sqlalchemy import select, update

from bot.console.app import build_console
from bot.console.attachments import AttachmentPages
from bot.console.call_backs import CallBackPages
from bot.console.canned import CannedPages
from bot.console.case_lists import CaseLists
from bot.console.case_pages import CasePages
from bot.console.cases import CaseListPages
from bot.console.conversation_pages import ConversationPages
from bot.console.events import EventPages
from bot.console.inbox_pages import InboxPages, Lists
from bot.console.live import ConsoleLive
from bot.console.notes import NoteRoutes
from bot.console.suggestions import SearchAway, SearchClient, SuggestionRoutes
from casework.actors import Actor
from casework.attachments import Attachments, Place
from casework.call_back_desk import CallBackDesk
from casework.canned_answers import CannedAnswers
from casework.cards import Answer, Bubble, Button, Citation
from casework.cases.desk import CaseDesk
from casework.changes import ChangeWatcher
from casework.console_events import ConsoleFeed, tell
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database, now
from casework.department_names import DepartmentNames
from casework.documents.service import CaseDocuments
from casework.file_kinds import prepare
from casework.hand_offs import HandOffs
from casework.inbox import Inbox
from casework.last_question import LastQuestions
from casework.messages import Enclosure
from casework.names import name_digest, seal_name
from casework.notes import Notes
from casework.passwords import Passwords
from casework.procedures.library import Library
from casework.queue import Opening, current, open_hand_off
from casework.ratings import Ratings
from casework.staff import Membership, StaffAccounts
from casework.staff_sessions import StaffSessions
from casework.tables import (
    CallBack,
    CallBackAttempt,
    Contact,
    Conversation,
    Department,
    HandOff,
    Message,
    Rating,
    Staff,
)
from casework.wording import Wording

PASSWORD = "horse battery staple"
TITLES = {"wage-arrears": "拖欠工资怎么办", "injury-first-steps": "受伤以后先做什么"}
ENTRY = "先别签字。把工资条、转账记录和考勤存好，打 12333 问去哪里投诉。"


FOUND: list[dict[str, Any]] = [
    {
        "id": "arbitration-how",
        "title": "怎么申请劳动仲裁",
        "conclusion": "可以直接去仲裁，不收费，也不用先找劳动监察。",
        "detail": "怎么办：\n1. 写申请书。\n2. 带身份证、工资条、考勤。",
        "confidence": 0.87,
        "basis": "2026-11-21 核对，长期有效",
        "citations": [{"document": "劳动争议调解仲裁法", "article": "第五条", "url": None}],
    },
    {
        "id": "arbitration-evidence",
        "title": "仲裁要准备什么证据",
        "conclusion": "能证明你在那里上班、该拿多少钱的，都算。",
        "detail": "",
        "confidence": None,
        "basis": "",
        "citations": [{"document": "劳动争议调解仲裁法", "article": "第六条", "url": None}],
    },
]


class Search(SearchClient):
    """Finds what a test gave it, as the action server would."""

    def __init__(self) -> None:
        self.found = list(FOUND)
        self.is_away = False

    async def search(self, question: str, region: str | None, top_k: int) -> list[dict[str, Any]]:
        if self.is_away:
            raise SearchAway("test")
        return self.found[:top_k] if "仲裁" in question or "工资" in question else []


class Site:
    """A console that runs, and what tests do around it."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording, files: Path) -> None:
        self.database = database
        self.keyring = keyring
        self.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.accounts = StaffAccounts(database, now, self.passwords)
        self.sessions = StaffSessions(database, now, self.passwords)
        self.conversations = Conversations(database, keyring)
        self.attachments = Attachments(database, keyring, files)
        self.inbox = Inbox(database, keyring)
        self.notes = Notes(database)
        self.canned = CannedAnswers(database)
        self.cases = CaseDesk(database, keyring, wording)
        self.search = Search()
        self.hand_offs = HandOffs(database, keyring, wording, Ratings(database, wording).ask_bubble)
        self._wording = wording
        self._numbers = itertools.count(1)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def app(self) -> FastAPI:
        """Put the console together as the composition root does."""
        feed = ConsoleFeed(self.database)
        live = ConsoleLive(feed, self.inbox, ChangeWatcher(self.database))
        names = DepartmentNames(self.database)
        lists = Lists(self.inbox, names, feed)
        cases = CaseLists(self.cases, names, Library.from_folder(), feed)
        documents = CaseDocuments(self.database, self.keyring)
        routers: Sequence[APIRouter] = [
            InboxPages(lists).router(),
            ConversationPages(lists, self.inbox, self.hand_offs, self.notes, TITLES.get, cases=cases.beside).router(),
            EventPages(live, self.sessions).router(),
            AttachmentPages(self.attachments).router(),
            NoteRoutes(self.notes).router(),
            CannedPages(self.canned, self.inbox).router(),
            CallBackPages(CallBackDesk(self.database, self.keyring, self._wording)).router(),
            CaseListPages(cases).router(),
            CasePages(cases, self.attachments, documents, self._wording).router(),
            SuggestionRoutes(self.search, LastQuestions(self.database)).router(),
        ]
        return build_console(self.accounts, self.sessions, routers, background=[(live.start, live.stop)])

    def start(self) -> None:
        """Serve, again on the same port after `stop`."""
        deadline = time.monotonic() + 10
        while True:
            try:
                listener = socket.create_server(("127.0.0.1", self.port))
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        config = uvicorn.Config(self.app(), log_level="critical", access_log=False, timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]})
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            time.sleep(0.02)

    def stop(self) -> None:
        """Go away; open streams are cut."""
        if self._server is None or self._thread is None:
            return
        self._server.should_exit = True
        self._thread.join(20)
        self._server = None

    # Staff.

    def hire(self, name: str, role: str = "agent", organisation: str | None = None, topics: Sequence[str] = ()) -> str:
        """Make an account whose display name this is; return its username."""
        username = f"{role}{next(self._numbers)}"
        members = [Membership(topic) for topic in topics]
        self.accounts.add(username, role, password=PASSWORD, organisation=organisation, memberships=members)
        with self.database.write() as session:
            session.execute(update(Staff).where(Staff.username == username).values(display_name=name))
        return username

    def staff_id(self, username: str) -> int:
        with self.database.read() as session:
            return session.scalars(select(Staff.id).where(Staff.username == username)).one()

    def enter(self, context: BrowserContext, username: str, path: str = "/inbox", *, scripts: bool = True) -> Page:
        """Sign in and open a page; where it has scripts, they listen."""
        page = context.new_page()
        page.goto(f"{self.url}/login?next={path}")
        page.get_by_test_id("login-username").fill(username)
        page.get_by_test_id("login-password").fill(PASSWORD)
        page.get_by_test_id("login-submit").click()
        page.wait_for_url(re.compile(re.escape(self.url + path)))
        if scripts:
            ready(page)
        return page

    # Workers.

    def write(self, worker: str, text: str, channel: str = "web", enclosure: Enclosure | None = None) -> int:
        """Let a worker write; return the conversation's number."""
        received = self.conversations.receive(
            channel, worker, f"message-{next(self._numbers)}", text=text, enclosure=enclosure
        )
        return received.conversation_id

    def ask_for_person(
        self,
        worker: str,
        *texts: str,
        reason: str = "asked_for",
        detail: str | None = None,
        minutes: float = 0,
        name: str = "",
        channel: str = "web",
    ) -> int:
        """Let a worker write and wait for a person, since so many minutes; return the conversation's number."""
        number = 0
        for text in texts or ("我要找人工",):
            number = self.write(worker, text, channel)
        with self.database.write() as session:
            conversation = session.get_one(Conversation, number, with_for_update=True)
            hand_off = open_hand_off(session, conversation, Opening(reason, detail))
            since = now() - timedelta(minutes=minutes)
            hand_off.opened_at = since
            conversation.unanswered_since = since
            if minutes:
                conversation.last_message_at = since
                session.execute(update(Message).where(Message.conversation_id == number).values(created_at=since))
        if name:
            self.name(number, name)
        return number

    def name(self, number: int, name: str) -> None:
        """Note what a worker is called."""
        with self.database.write() as session:
            conversation = session.get_one(Conversation, number)
            contact = session.get_one(Contact, conversation.contact_id)
            contact.name_sealed = seal_name(self.keyring, name)
            contact.name_digest = name_digest(self.keyring, name)
            tell(session, number, "renamed")

    def bot_answers(self, number: int, **understood: object) -> None:
        """Let the bot answer the worker's latest message from the knowledge base."""
        with self.database.read() as session:
            message_id = session.scalars(
                select(Message.id)
                .where(Message.conversation_id == number, Message.author == "worker")
                .order_by(Message.id.desc())
            ).first()
        assert message_id is not None
        bubbles = (
            Bubble(ENTRY),
            Bubble(
                "怎么办：\n1. 找劳动监察投诉，不收钱。\n2. 申请仲裁。",
                (Button("找人工", "request_human"), Button("打 12351", url="tel:12351")),
                (Citation("保障农民工工资支付条例", "第三条", "拖欠工资"),),
                "2026-11-21 核对，长期有效",
                "派遣工两家都可以找。",
            ),
        )
        self.conversations.answer(message_id, Answer(bubbles, "answered", understood), asked_engine=False)

    def send_photo(self, worker: str, picture: bytes, name: str, text: str = "") -> int:
        """Let a worker send a photo."""
        return self.write(worker, text, enclosure=self.attachments.enclose(prepare(picture, name)))

    def send_place(self, worker: str, lat: float, lon: float) -> int:
        """Let a worker send where she is."""
        return self.write(worker, "", enclosure=self.attachments.enclose_place(Place(lat, lon)))

    def shift(self, number: int, **columns: object) -> None:
        """Change a conversation's row."""
        with self.database.write() as session:
            conversation = session.get_one(Conversation, number, with_for_update=True)
            for column, value in columns.items():
                setattr(conversation, column, value)
            tell(session, number, "changed")

    def past_hand_off(self, number: int, at: datetime, score: int = 5, words: str = "") -> None:
        """Add a hand-off that ended long ago, with its rating."""
        with self.database.write() as session:
            conversation = session.get_one(Conversation, number)
            past = HandOff(
                conversation_id=number,
                department_id=conversation.department_id
                or session.scalars(select(Department.id).where(Department.topic == "legal")).first(),
                reason="not_understood",
                opened_at=at,
                claimed_at=at,
                ended_at=at + timedelta(hours=1),
                outcome="solved",
                category="wages",
            )
            session.add(past)
            session.flush()
            session.add(Rating(hand_off_id=past.id, score=score, words=words))

    def promise_call(self, number: int, staff: str = "") -> None:
        """Add a call back; with a member of staff, who rang once in vain."""
        with self.database.write() as session:
            promise = CallBack(
                conversation_id=number,
                phone_sealed=self.keyring.seal("13800138000", "call_backs.phone"),
                safe_hours="evening",
            )
            session.add(promise)
            session.flush()
            if staff:
                session.add(
                    CallBackAttempt(
                        call_back_id=promise.id, staff_id=self.staff_id(staff), outcome="no_answer", note="晚点再打"
                    )
                )
            tell(session, number, "call_back")

    def actor(self, username: str) -> Actor:
        """Return who acts when this account does."""
        token = self.sessions.sign_in(username, PASSWORD)
        assert token is not None
        found = self.sessions.session(token)
        assert found is not None
        return found.actor

    def says(self, number: int) -> list[tuple[str, str]]:
        """Return who said what."""
        with self.database.read() as session:
            rows = session.execute(
                select(Message.author, Message.text).where(Message.conversation_id == number).order_by(Message.id)
            )
            return [(author, text) for author, text in rows]

    def open_hand_off(self, number: int) -> HandOff | None:
        with self.database.read() as session:
            return current(session, number)


NewContext = Callable[..., BrowserContext]
"""Makes a browser of its own (the fixture `new_context`)."""
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 780}, "has_touch": True}


@contextmanager
def running_site(database: Database, keyring: Keyring, wording: Wording, files: Path) -> Iterator[Site]:
    """Run a console."""
    site = Site(database, keyring, wording, files)
    site.start()
    try:
        yield site
    finally:
        site.stop()


def ready(page: Page) -> None:
    """Wait until the page's scripts listen."""
    expect(page.locator("[data-ready]")).to_have_count(2 if "/conversations/" in page.url else 1)


def rows(page: Page) -> Locator:
    """Return the rows of the list."""
    return page.get_by_test_id("inbox-row")


def row_of(page: Page, number: int) -> Locator:
    """Return the row of a conversation."""
    return rows(page).and_(page.locator(f"[data-id='{number}']"))


def said(page: Page, author: str) -> Locator:
    """Return the texts of an author's messages (worker, bot, staff, system, note)."""
    return page.locator(f"#log .msg[data-author={author}] .bubble > .text")
