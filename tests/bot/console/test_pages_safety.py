"""What workers, colleagues and strangers write or ask for does no harm on the console's pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from PIL import Image
from playwright.sync_api import Dialog, Page, expect
from sqlalchemy import select, update

from bot.console.conversation_pages import ConversationPages
from bot.console.inbox_pages import InboxPages, Lists
from casework.console_events import ConsoleFeed
from casework.contacts import add_contact
from casework.crypto import Keyring
from casework.database import Database, now
from casework.department_names import DepartmentNames
from casework.hand_offs import HandOffs
from casework.inbox import Inbox
from casework.notes import Notes
from casework.ratings import Ratings
from casework.tables import CannedAnswer, Conversation, Department, Organisation, Staff
from casework.wording import Wording
from tests.bot.console.conftest import Console, StaffBrowser
from tests.bot.console.page_site import DESK, NewContext, Site, row_of, running_site, said

EVIL = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "'-alert(1)-'",
    "{{ 7 * 7 }}${7*7}",
    "javascript:alert(1)",
    "</textarea></template></li><script>alert(1)</script>",
)
ALL = " ".join(EVIL)
TITLES: dict[str, str] = {}
PATHS = ("claim", "messages", "release", "transfer", "resolve", "back-to-bot", "typing", "name", "reveal")
FIELDS = {
    "text": "您好",
    "key": "k",
    "department": "1",
    "outcome": "solved",
    "category": "wages",
    "name": "王",
    "label": "手机号1",
}


@pytest.fixture
def site(console_database: Database, keyring: Keyring, wording: Wording, tmp_path: Path) -> Iterator[Site]:
    with running_site(console_database, keyring, wording, tmp_path / "files") as running:
        yield running


@pytest.fixture
def console_routers(console_database: Database, keyring: Keyring, wording: Wording) -> list[APIRouter]:
    inbox = Inbox(console_database, keyring)
    hand_offs = HandOffs(console_database, keyring, wording, Ratings(console_database, wording).ask_bubble)
    lists = Lists(inbox, DepartmentNames(console_database), ConsoleFeed(console_database))
    pages = ConversationPages(lists, inbox, hand_offs, Notes(console_database), TITLES.get)
    return [InboxPages(lists).router(), pages.router()]


def watch(page: Page) -> list[str]:
    """Note what a script that should not run would do; faults of the policy fail the test by themselves."""
    ran: list[str] = []

    def note(dialog: Dialog) -> None:
        ran.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    return ran


def foreign_parts(page: Page) -> int:
    """Count what only markup out of somebody's words can have made."""
    return page.locator("svg, [onerror], [onload], img[src='x'], main script, a[href^='javascript']").count()


def test_what_people_write_is_only_text(site: Site, new_context: NewContext) -> None:
    chen = site.hire("<b>陈</b><script>alert(1)</script>", "supervisor")
    actor = site.actor(chen)
    site.search.found[0] |= {"title": ALL, "conclusion": ALL, "citations": [{"document": ALL, "article": ALL}]}
    with site.database.write() as session:
        session.execute(update(Department).values(name=EVIL[0]))
        session.add(CannedAnswer(organisation_id=actor.organisation_id, shortcut="evil", title=EVIL[0], text=ALL))
    number = site.write("worker", "工资 " + ALL)
    site.bot_answers(number, intent=EVIL[0], confidence=0.5, entries=[EVIL[1]])
    site.ask_for_person("worker", "仲裁 " + ALL, name=EVIL[0])
    page = site.enter(new_context(**DESK), chen)
    ran = watch(page)
    expect(row_of(page, number).locator(".title")).to_have_text(EVIL[0])
    site.hand_offs.claim(actor, number)
    site.hand_offs.reply(actor, number, ALL, "1")
    page.goto(f"{site.url}/conversations/{number}?view=mine&q=%3Csvg%20onload=alert(1)%3E")
    expect(page.get_by_test_id("search")).to_have_value("<svg onload=alert(1)>")
    page.goto(f"{site.url}/conversations/{number}?view=mine")
    site.notes.add(actor, number, ALL)  # from here on by script, not by the server's page
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "#888").save(file, "JPEG")
    site.send_photo("worker", file.getvalue(), EVIL[0] + ".jpg", ALL)
    site.past_hand_off(number, now(), 1, ALL)
    site.write("worker", "仲裁 " + ALL)
    expect(said(page, "note")).to_have_text([ALL])
    expect(said(page, "worker").last).to_have_text("仲裁 " + ALL)
    expect(row_of(page, number).locator(".snippet")).to_contain_text("仲裁 <img src=x onerror")
    expect(page.get_by_test_id("announcement")).to_contain_text("<script>alert(1)</script>")
    expect(page.get_by_test_id("suggestion").first).to_contain_text("<img src=x onerror=alert(1)>")
    page.get_by_test_id("reply").fill("/evil")
    expect(page.get_by_test_id("canned-item")).to_contain_text(EVIL[0])
    page.get_by_test_id("canned-item").click()
    expect(page.get_by_test_id("reply")).to_have_value(ALL)
    page.get_by_test_id("reply").fill("")
    page.get_by_test_id("suggestion").first.click()
    page.get_by_test_id("transfer").click()
    expect(page.get_by_test_id("transfer-department")).to_contain_text(EVIL[0])
    page.keyboard.press("Escape")
    page.get_by_test_id("rename").click()
    expect(page.get_by_test_id("name-input")).to_have_value(EVIL[0])
    page.wait_for_timeout(500)
    assert ran == []
    assert foreign_parts(page) == 0


def conversation_at(
    database: Database, keyring: Keyring, code_of_department: int | None, *, complaint: bool = False
) -> int:
    """Add a conversation that waits at a department."""
    with database.write() as session:
        contact_id = add_contact(session, keyring, "web", f"worker {code_of_department} {complaint}")
        conversation = Conversation(
            contact_id=contact_id,
            channel="web",
            state="open",
            department_id=code_of_department,
            complaint=complaint,
            rasa_sender=f"{contact_id}",
        )
        session.add(conversation)
        session.flush()
        return conversation.id


def department_of(database: Database, code: str, topic: str = "legal") -> int:
    at = select(Organisation.id).where(Organisation.code == code).scalar_subquery()
    with database.read() as session:
        return session.scalars(
            select(Department.id).where(Department.organisation_id == at, Department.topic == topic)
        ).one()


def ask_everything(browser: StaffBrowser, number: object) -> set[int]:
    """Try every route of a conversation; return the statuses."""
    paths = [f"/conversations/{number}{tail}" for tail in ("", "/messages", "/messages?after=1", "/targets")]
    statuses = {browser.get(path).status_code for path in paths}
    return statuses | {browser.submit(f"/conversations/{number}/{path}", **FIELDS).status_code for path in PATHS}


def test_what_one_may_not_see_is_not_there(console: Console, keyring: Keyring) -> None:
    county = department_of(console.database, "county")
    complaint = conversation_at(
        console.database, keyring, department_of(console.database, "enterprise"), complaint=True
    )
    elsewhere = conversation_at(console.database, keyring, county)
    nowhere = conversation_at(console.database, keyring, None)
    chair = console.sign_in("admin", "enterprise")
    agent = console.sign_in("agent", "county", ["aid"])
    for browser, number in ((chair, complaint), (chair, elsewhere), (agent, elsewhere), (agent, nowhere)):
        assert ask_everything(browser, number) == {404}
        assert f'data-id="{number}"' not in browser.get("/inbox?view=all").text
        assert f'data-id="{number}"' not in browser.get(f"/inbox?view=all&q=%23{number}").text
    assert console.sign_in("agent", "county", ["legal"]).get(f"/conversations/{elsewhere}").status_code == 200


@pytest.mark.parametrize(
    "number", ["0", "999999", "99999999999999999999", "abc", "1e3", "-1", "１２", "1 or 1=1", "%2e%2e"]
)
def test_what_is_no_number_of_a_conversation_is_not_found(console: Console, number: str) -> None:
    assert ask_everything(console.sign_in("admin"), number) == {404}


def test_a_number_that_somebody_else_guards_is_not_shown(console: Console, keyring: Keyring) -> None:
    number = conversation_at(console.database, keyring, department_of(console.database, "province"))
    agent = console.sign_in("agent")
    for path in set(PATHS) - {"claim", "name", "release"}:
        assert agent.submit(f"/conversations/{number}/{path}", **FIELDS).status_code == 403, path


def test_faulty_filters_are_refused_and_harmless(console: Console) -> None:
    browser = console.sign_in("supervisor")
    for query in ("view=else", "department=x", "department=٣", "before=nonsense", "before=bm9uc2Vuc2U%3D"):
        assert browser.get(f"/inbox/list?{query}").status_code == 422, query
    for query in ("channel=%3Cscript%3E", "reason='", "q=%25_%27%22", "current=abc", "q=" + "工" * 500):
        assert browser.get(f"/inbox/list?{query}").status_code == 200, query
    assert "<script>alert" not in browser.get("/inbox?q=%3Cscript%3Ealert(1)%3C/script%3E").text


def test_a_form_leads_back_and_a_script_gets_json(console: Console, keyring: Keyring) -> None:
    number = conversation_at(console.database, keyring, department_of(console.database, "province"))
    browser = console.sign_in("supervisor")
    done = browser.submit(f"/conversations/{number}/claim?view=all")
    assert (done.status_code, done.headers["location"]) == (303, f"/conversations/{number}?view=all")
    with console.database.read() as session:
        conversation = session.get_one(Conversation, number)
        assert conversation.assignee_id == browser.staff_id
        name = session.get_one(Staff, browser.staff_id).display_name
    other = console.sign_in("supervisor")
    refused = other.post(
        f"/conversations/{number}/claim", headers={"X-CSRF-Token": other.csrf, "Accept": "application/json"}
    )
    assert refused.status_code == 409
    assert refused.json() == {"error": {"code": "conflict", "message": f"已被{name}接走"}}
    without_token = browser.post(f"/conversations/{number}/release", data={})
    assert without_token.status_code == 403


def test_an_editor_has_no_inbox(console: Console) -> None:
    browser = console.sign_in("editor")
    assert browser.get("/inbox").status_code == 403
    assert ask_everything(browser, 1) == {403}


def test_a_reply_without_its_key_is_refused(console: Console, keyring: Keyring) -> None:
    number = conversation_at(console.database, keyring, department_of(console.database, "province"))
    browser = console.sign_in("supervisor")
    browser.submit(f"/conversations/{number}/claim")
    assert browser.submit(f"/conversations/{number}/messages", text="您好").status_code == 422
    assert browser.submit(f"/conversations/{number}/messages", text="您好", key="x" * 65).status_code == 422
    assert browser.submit(f"/conversations/{number}/messages", text="您好", key="x").status_code == 303
