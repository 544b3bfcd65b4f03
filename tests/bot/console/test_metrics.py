"""What the operator's monitoring reads, on both databases."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from bot.console.app import build_console
from bot.console.metrics import FORWARDED, metrics_router
from casework.database import Database
from casework.passwords import Passwords
from casework.staff import StaffAccounts
from casework.staff_sessions import StaffSessions
from casework.tables import Contact, Conversation, Department, HandOff, Message, Staff
from tests.bot.console.conftest import Clock, Console, StaffBrowser, add_tree

LABELS = ("state", "handling", "topic", "priority")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def console_database(database: Database) -> Database:
    add_tree(database)
    return database


@pytest.fixture
def console(console_database: Database, passwords: Passwords, clock: Clock) -> Console:
    accounts = StaffAccounts(console_database, clock, passwords)
    sessions = StaffSessions(console_database, clock, passwords)
    public: list[APIRouter] = [metrics_router(console_database, clock)]
    return Console(build_console(accounts, sessions, public=public), console_database, accounts, sessions)


def read(browser: StaffBrowser) -> dict[tuple[str, ...], float]:
    """Return the numbers by name and labels."""
    response = browser.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(sample.labels[label] for label in LABELS if label in sample.labels)): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def add_conversation(
    database: Database, clock: Clock, state: str, *, topic: str = "", priority: int = 0, taken_by: str = ""
) -> None:
    """Add a conversation with one message; with a topic it was handed to that department just now."""
    with database.write() as session:
        contact = Contact()
        session.add(contact)
        session.flush()
        department = session.scalars(select(Department).where(Department.topic == topic).limit(1)).one_or_none()
        taker = session.scalars(select(Staff).where(Staff.username == taken_by)).one_or_none()
        conversation = Conversation(
            contact_id=contact.id,
            channel="web",
            state=state,
            department_id=department.id if department else None,
            assignee_id=taker.id if taker else None,
            unanswered_since=clock() if department else None,
            rasa_sender=f"sender{contact.id}",
        )
        session.add(conversation)
        session.flush()
        session.add(
            Message(
                conversation_id=conversation.id,
                author="worker",
                text="在吗",
                channel="web",
                handling="staff" if department else "received",
            )
        )
        if department:
            session.add(
                HandOff(
                    conversation_id=conversation.id,
                    department_id=department.id,
                    reason="asked_for",
                    priority=priority,
                    opened_at=clock(),
                )
            )


def test_an_empty_system_has_its_zeros(console: Console) -> None:
    numbers = read(console.browser())
    assert [numbers["niangjia_conversations", state] for state in ("pending", "open", "resolved")] == [0, 0, 0]
    assert numbers["niangjia_messages_unhandled", "received"] == 0
    assert numbers["niangjia_conversations_unanswered",] == 0
    assert numbers["niangjia_staff_present",] == 0
    assert not [name for name in numbers if name[0].startswith("niangjia_hand_offs")]


def test_what_waits_is_counted_by_topic_and_priority(console: Console, clock: Clock) -> None:
    username = console.add_staff("agent")
    add_conversation(console.database, clock, "pending")
    add_conversation(console.database, clock, "open", topic="legal")
    clock.go_on(seconds=90)
    add_conversation(console.database, clock, "open", topic="legal")
    add_conversation(console.database, clock, "open", topic="legal", priority=2)
    add_conversation(console.database, clock, "open", topic="aid", taken_by=username)
    clock.go_on(seconds=30)
    numbers = read(console.browser())
    assert numbers["niangjia_conversations", "pending"] == 1
    assert numbers["niangjia_conversations", "open"] == 4
    assert numbers["niangjia_conversations_unanswered",] == 4
    assert numbers["niangjia_messages_unhandled", "received"] == 1
    assert numbers["niangjia_hand_offs_waiting", "legal", "usual"] == 2
    assert numbers["niangjia_hand_offs_oldest_seconds", "legal", "usual"] == 120
    assert numbers["niangjia_hand_offs_waiting", "legal", "alarm"] == 1
    assert numbers["niangjia_hand_offs_oldest_seconds", "legal", "alarm"] == 30
    assert ("niangjia_hand_offs_waiting", "aid", "usual") not in numbers  # somebody has it


def test_who_is_there_is_counted_while_she_is(console: Console, clock: Clock) -> None:
    browser = console.sign_in("agent")
    browser.get("/password")
    assert read(console.browser())["niangjia_staff_present",] == 1
    browser.submit("/availability", available="no")
    assert read(console.browser())["niangjia_staff_present",] == 0
    browser.submit("/availability", available="yes")
    clock.go_on(seconds=91)
    assert read(console.browser())["niangjia_staff_present",] == 0


def test_the_process_says_how_much_memory_it_has(console: Console) -> None:
    assert read(console.browser())["process_resident_memory_bytes",] > 1_000_000


@pytest.mark.parametrize("header", FORWARDED)
def test_a_request_from_outside_finds_nothing(console: Console, header: str) -> None:
    response = console.browser().get("/metrics", headers={header: "203.0.113.7", "Accept": "application/json"})
    assert response.status_code == 404
    assert response.json()["error"]["code"] == "not_found"
