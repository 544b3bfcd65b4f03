"""Workers' files in the console: for who may see the conversation, written down, and never a page of this site."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import APIRouter
from sqlalchemy import select, update

from bot.console.attachments import AttachmentPages, map_url
from casework.attachments import Attachments, Place
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.file_kinds import prepare
from casework.tables import AuditEvent, Conversation, Department, Organisation
from tests.bot.console.conftest import Console
from tests.casework import files

NAME = '../../工资"\r\nSet-Cookie: a=b\u202e条.html'


@pytest.fixture
def attachments(console_database: Database, keyring: Keyring, tmp_path: Path) -> Attachments:
    return Attachments(console_database, keyring, tmp_path / "attachments")


@pytest.fixture
def console_routers(attachments: Attachments) -> list[APIRouter]:
    return [AttachmentPages(attachments).router()]


Send = Callable[..., str]


@pytest.fixture
def send(console_database: Database, keyring: Keyring, attachments: Attachments) -> Send:
    """Send something as a worker whose conversation is with the county's legal department; return its address."""
    conversations = Conversations(console_database, keyring)

    def send(content: bytes | None, complaint: bool = False, at: str = "county") -> str:
        enclosure = attachments.enclose(prepare(content, NAME)) if content else None
        enclosure = enclosure or attachments.enclose_place(Place(34.2611, 117.1859))
        received = conversations.receive("web", f"wang{at}{complaint}", secrets.token_hex(), enclosure=enclosure)
        with console_database.write() as session:
            department = session.scalars(
                select(Department.id).join(Organisation).where(Organisation.code == at, Department.topic == "legal")
            ).one()
            changed = {"department_id": department, "state": "open", "complaint": complaint}
            session.execute(update(Conversation).where(Conversation.id == received.conversation_id).values(**changed))
        (shown,) = conversations.shown(received.conversation_id, after=received.message_id - 1)
        if content is None:
            return f"/attachments/places/{shown.id}"
        return f"/attachments/{shown.extra['attachment']['id']}"

    return send


def test_a_photo_is_shown_and_anything_else_is_a_download(console: Console, send: Send) -> None:
    agent = console.sign_in("agent", "county", ["legal"])
    photo = agent.get(send(files.phone_photo()))
    assert (photo.status_code, photo.headers["content-type"]) == (200, "image/jpeg")
    assert photo.headers["content-disposition"].startswith("inline; ")
    assert files.SECRET_PLACE not in photo.content
    for content, media_type in ((files.PDF, "application/pdf"), (files.VOICES["audio/amr"], "audio/amr")):
        file = agent.get(send(content))
        assert (file.content, file.headers["content-type"]) == (content, media_type)
        assert file.headers["content-disposition"].startswith("attachment; ")


def test_no_browser_takes_a_file_for_a_page(console: Console, send: Send) -> None:
    agent = console.sign_in("agent", "county", ["legal"])
    for content in (files.PDF + b"<script>alert(1)</script>", files.picture()):
        headers = agent.get(send(content)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers.get_list("content-security-policy") == ["sandbox; default-src 'none'; frame-ancestors 'none'"]
        assert "no-store" in headers["cache-control"]
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "set-cookie" not in headers
        assert headers["content-disposition"].isascii()


def test_sound_is_given_in_parts(console: Console, send: Send) -> None:
    agent = console.sign_in("agent", "county", ["legal"])
    content = files.VOICES["audio/mp4"]
    part = agent.get(send(content), headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, content[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{len(content)}"


def test_a_place_is_on_a_map(console: Console, send: Send) -> None:
    agent = console.sign_in("agent", "county", ["legal"])
    path = send(None)
    opened = agent.get(path)
    assert (opened.status_code, opened.headers["location"]) == (303, map_url(Place(34.2611, 117.1859)))
    assert "position=117.185900,34.261100&coordinate=wgs84" in opened.headers["location"]
    told = agent.get(path, headers={"Accept": "application/json"}).json()
    assert told == {"lat": 34.2611, "lon": 117.1859, "url": opened.headers["location"]}


def test_who_opened_what_is_written_down(console: Console, send: Send) -> None:
    agent = console.sign_in("agent", "county", ["legal"])
    file, place = send(files.PDF), send(None)
    agent.get(file)
    agent.get(place)
    with console.database.read() as session:
        opened = session.scalars(select(AuditEvent).where(AuditEvent.event.like("%.opened"))).all()
    assert [(event.actor, event.event, event.details) for event in opened] == [
        (f"staff:{agent.staff_id}", "attachment.opened", {}),
        (f"staff:{agent.staff_id}", "location.opened", {}),
    ]


@pytest.mark.parametrize("content", [files.PDF, None])
def test_only_who_may_see_the_conversation_gets_it(console: Console, send: Send, content: bytes | None) -> None:
    path = send(content)
    seeing = [("admin", "province", []), ("supervisor", "city", []), ("agent", "county", ["legal"])]
    for role, organisation, topics in seeing:
        assert console.sign_in(role, organisation, topics).get(path).status_code in {200, 303}
    blind = [
        ("agent", "county", ["aid"]),
        ("agent", "city", ["legal"]),
        ("supervisor", "street", []),
        ("admin", "enterprise", []),
    ]
    for role, organisation, topics in blind:
        assert console.sign_in(role, organisation, topics).get(path).status_code == 404
    assert console.sign_in("editor", "county").get(path).status_code == 403
    assert console.browser().get(path).status_code == 303
    assert console.browser().get(path, headers={"Accept": "application/json"}).status_code == 401


@pytest.mark.parametrize("content", [files.picture(), None])
def test_a_complaint_is_hidden_from_the_firms_own_union(console: Console, send: Send, content: bytes | None) -> None:
    path = send(content, complaint=True, at="enterprise")
    assert console.sign_in("supervisor", "enterprise").get(path).status_code == 404
    assert console.sign_in("supervisor", "county").get(path).status_code in {200, 303}


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "１", str(2**31), "9" * 30, "../1", "1.html"])
def test_numbers_that_are_none_are_refused(console: Console, number: str) -> None:
    agent = console.sign_in("admin")
    for path in (f"/attachments/{number}", f"/attachments/places/{number}"):
        assert agent.get(path).status_code in {404, 422}
