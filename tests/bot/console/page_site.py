"""The whole console on a loopback port, with workers who write and staff who sign in: for tests in a browser."""

from __future__ import annotations

import itertools
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import uvicorn
from argon2 import PasswordHasher
from fastapi import APIRouter, FastAPI
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select, update

from bot.console.app import build_console
from bot.console.attachments import AttachmentPages
from bot.console.conversation_pages import ConversationPages
from bot.console.events import EventPages
from bot.console.inbox_pages import InboxPages, Lists
from bot.console.live import ConsoleLive
from casework.attachments import Attachments, Place
from casework.canned_answers import CannedAnswers
from casework.cards import Answer, Bubble, Button, Citation
from casework.changes import ChangeWatcher
from casework.console_events import ConsoleFeed, tell
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database, now
from casework.department_names import DepartmentNames
from casework.file_kinds import prepare
from casework.hand_offs import HandOffs
from casework.inbox import Inbox
from casework.messages import Enclosure
from casework.notes import Notes
from casework.passwords import Passwords
from casework.queue import Opening, current, open_hand_off
from casework.ratings import Ratings
from casework.staff import Membership, StaffAccounts
from casework.staff_sessions import StaffSessions
from casework.tables import CallBack, CallBackAttempt, Conversation, HandOff, Message, Rating, Staff
from casework.wording import Wording

PASSWORD = "horse battery staple"
TITLES = {"wage-arrears": "拖欠工资怎么办", "injury-first-steps": "受伤以后先做什么"}
ENTRY = "先别签字。把工资条、转账记录和考勤存好，打 12333 问去哪里投诉。"


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
        lists = Lists(self.inbox, DepartmentNames(self.database), feed)
        routers: Sequence[APIRouter] = [
            InboxPages(lists).router(),
            ConversationPages(lists, self.inbox, self.hand_offs, self.notes, TITLES.get).router(),
            EventPages(live, self.sessions, self.accounts).router(),
            AttachmentPages(self.attachments).router(),
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
        config = uvicorn.Config(self.app(), log_level="warning", access_log=False, timeout_graceful_shutdown=1)
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

    def hire(
        self, name: str, role: str = "agent", organisation: str | None = None, topics: Sequence[str] = ()
    ) -> str:
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

    def enter(self, context: BrowserContext, username: str, path: str = "/inbox") -> Page:
        """Sign in and open a page."""
        page = context.new_page()
        page.goto(f"{self.url}/login?next={path}")
        page.get_by_test_id("login-username").fill(username)
        page.get_by_test_id("login-password").fill(PASSWORD)
        page.get_by_test_id("login-submit").click()
        page.wait_for_url(re.compile(re.escape(self.url + path)))
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
        from casework.names import name_digest, seal_name
        from casework.tables import Contact

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
                department_id=conversation.department_id,
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

    def claim(self, username: str, number: int) -> None:
        """Let a member of staff take a conversation, not in a browser."""
        actor = self.accounts.actor(username) if hasattr(self.accounts, "actor") else self._actor(username)
        self.hand_offs.claim(actor, number)

    def _actor(self, username: str):  # type: ignore[no-untyped-def]
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
            return [(author, text) for author, text in rows.tuples()]

    def open_hand_off(self, number: int) -> HandOff | None:
        with self.database.read() as session:
            return current(session, number)


NewContext = Callable[..., BrowserContext]
