"""The page of canned answers: who writes, what goes wrong, what the composer gets."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from bot.console.canned import CannedPages
from casework.canned_answers import CannedAnswers
from casework.crypto import Keyring
from casework.database import Database
from casework.inbox import Inbox
from casework.wording import Wording
from tests.bot.console.conftest import Console, StaffBrowser
from tests.casework.worker import Worker

JSON = {"Accept": "application/json"}


@pytest.fixture
def console_routers(console_database: Database, keyring: Keyring) -> list[APIRouter]:
    return [CannedPages(CannedAnswers(console_database), Inbox(console_database, keyring)).router()]


def listed(browser: StaffBrowser, query: str = "") -> list[tuple[str, str]]:
    answers = browser.get(f"/canned.json{query}", headers=JSON).json()["answers"]
    return [(answer["shortcut"], answer["text"]) for answer in answers]


def test_a_supervisor_writes_changes_and_deletes(console: Console) -> None:
    lead, agent = console.sign_in("supervisor"), console.sign_in("agent")
    response = lead.submit("/canned", shortcut="hi", title="打招呼", text="你好，我是{staff}")
    assert (response.status_code, response.headers["location"]) == (303, "/canned")
    assert listed(agent) == [("hi", "你好，我是{staff}")]
    page = agent.get("/canned").text
    assert "打招呼" in page
    assert 'data-testid="canned-edit"' not in page
    assert 'data-testid="canned-new"' not in page
    assert "你好，我是{staff}" in lead.get("/canned/1").text
    assert lead.submit("/canned/1", shortcut="hello", title="打招呼", text="你好").status_code == 303
    assert listed(agent) == [("hello", "你好")]
    assert lead.submit("/canned/1/delete").status_code == 303
    assert listed(agent) == []
    assert 'data-testid="canned-empty"' in agent.get("/canned").text


def test_what_was_typed_is_still_there_after_a_mistake(console: Console) -> None:
    lead = console.sign_in("supervisor")
    lead.submit("/canned", shortcut="hi", title="打招呼", text="你好")
    lead.submit("/canned", shortcut="bye", title="再见", text="再见")
    for path in ("/canned", "/canned/2"):
        taken = lead.submit(path, shortcut="hi", title="另一个标题", text="另一段话")
        assert taken.status_code == 409
        assert 'data-testid="canned-error"' in taken.text
        assert "另一个标题" in taken.text
        assert "另一段话" in taken.text
        assert lead.submit(path, shortcut="a b", title="另一个标题", text="x").status_code == 422
    assert lead.post("/canned", data={"shortcut": "hi"}, headers={"X-CSRF-Token": lead.csrf, **JSON}).json()["error"]


def test_agents_and_other_unions_write_nothing(console: Console) -> None:
    lead = console.sign_in("supervisor")
    lead.submit("/canned", shortcut="hi", title="打招呼", text="你好")
    below, agent = console.sign_in("supervisor", "county"), console.sign_in("agent")
    assert listed(below) == [("hi", "你好")]
    assert 'data-testid="canned-edit"' not in below.get("/canned").text
    for browser in (below, agent):
        assert browser.submit("/canned/1", shortcut="x", title="x", text="x").status_code == 403
        assert browser.submit("/canned/1/delete").status_code == 403
    assert agent.submit("/canned", shortcut="x", title="x", text="x").status_code == 403
    assert listed(lead) == [("hi", "你好")]
    assert lead.submit("/canned/99/delete").status_code == 404


def test_of_two_with_one_shortcut_the_nearest_unions_is_inserted(console: Console) -> None:
    console.sign_in("supervisor").submit("/canned", shortcut="hi", title="打招呼", text="省里你好")
    county = console.sign_in("supervisor", "county")
    county.submit("/canned", shortcut="hi", title="打招呼", text="县里你好")
    assert listed(county) == [("hi", "县里你好")]


def test_the_names_of_a_conversation_are_filled_in(
    console: Console, console_database: Database, keyring: Keyring, wording: Wording
) -> None:
    worker = Worker(console_database, keyring, wording)
    worker.hand_over()
    lead = console.sign_in("supervisor")
    lead.submit("/canned", shortcut="hi", title="x", text="{worker}，我是{department}的{staff}，电话{phone}，{other}")
    name = console.staff(lead.username).display_name
    query = f"?conversation={worker.number}"
    assert listed(lead, query) == [("hi", f"{{worker}}，我是general的{name}，电话12351，{{other}}")]
    outsider = console.sign_in("agent", "enterprise")
    assert outsider.get(f"/canned.json{query}", headers=JSON).status_code == 404


def test_what_is_written_is_shown_as_text(console: Console) -> None:
    lead = console.sign_in("supervisor")
    lead.submit("/canned", shortcut="x", title="<script>a</script>", text='"><img src=x onerror=b>{{ 7*7 }}')
    for path in ("/canned", "/canned/1"):
        page = lead.get(path).text
        assert "<script>a" not in page
        assert "<img" not in page
        assert "{{ 7*7 }}" in page
