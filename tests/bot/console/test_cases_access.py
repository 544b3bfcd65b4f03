"""Who sees which case: role, tree, department, and never the union of the employer that it is about."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select, update

from casework.attachments import Attachments
from casework.database import Database
from casework.tables import AuditEvent, Case, Department, Message, Organisation
from tests.bot.console.case_workers import PHONE, CaseWorkers
from tests.bot.console.conftest import Console, StaffBrowser, add_tree
from tests.bot.console.test_cases import attachments, console_routers, listed, picture, workers  # noqa: F401  fixtures

JSON = {"Accept": "application/json"}
FIRM = "宏远纺织有限公司"
POSTS: dict[str, dict[str, str]] = {
    "reveal": {"field": "phone"},
    "take": {},
    "assign": {"person": "nobody"},
    "move": {"to": "refused", "reason": "other", "words": "不办"},
    "ask": {"words": "照片"},
    "note": {"words": "记一笔"},
}


@pytest.fixture
def console_database(database: Database) -> Database:
    """Give the tree on each kind of database; the enterprise's union is that of the firm the cases are about."""
    ids = add_tree(database)
    with database.write() as session:
        session.execute(update(Organisation).where(Organisation.id == ids["enterprise"]).values(name=f"{FIRM}工会"))
    return database


def unseen(browser: StaffBrowser, number: str, attachment: int) -> None:
    """See that a case is nowhere: by number, in lists, on the board, by search, as a file, in the export."""
    assert browser.get(f"/cases/{number}", headers=JSON).status_code == 404
    assert browser.get(f"/cases/{number}/files/{attachment}", headers=JSON).status_code == 404
    for kind in ("docx", "pdf"):
        assert browser.get(f"/cases/{number}/paper.{kind}", headers=JSON).status_code == 404
    for act, fields in POSTS.items():
        assert browser.submit(f"/cases/{number}/{act}", **fields).status_code == 404, act
    for query in ("", "?state=any", f"?q={number}", f"?q={PHONE}", "?q=王建国", f"?q={FIRM}", "?overdue=yes"):
        assert number not in listed(browser, query), query
    assert number not in browser.get("/cases/board").text


@pytest.fixture
def told(workers: CaseWorkers, attachments: Attachments) -> tuple[str, int]:  # noqa: F811
    """A complaint with a photo: its number, and the photo's."""
    photo = workers.photo(attachments, picture())
    return workers.sends(files=(photo,)).number, photo


@pytest.mark.parametrize("role", ["agent", "supervisor", "admin"])
@pytest.mark.parametrize("union", ["street", "enterprise"])
def test_a_complaint_is_nowhere_below_the_county(
    console: Console, told: tuple[str, int], console_database: Database, role: str, union: str
) -> None:
    number, photo = told
    with console_database.write() as session:  # even where somebody put it there by mistake
        local = select(Organisation.id).where(Organisation.code == union).scalar_subquery()
        department = session.scalars(
            select(Department.id).where(Department.organisation_id == local, Department.topic == "legal")
        ).one()
        session.execute(update(Case).where(Case.number == number).values(department_id=department))
    browser = console.sign_in(role, union)
    unseen(browser, number, photo)
    if role != "agent":
        assert 'data-testid="export-count">0</b>' in browser.get("/cases/export?state=any").text
    with console_database.read() as session:
        state, assignee = session.execute(select(Case.state, Case.assignee_id).where(Case.number == number)).one()
        assert (state, assignee) == ("submitted", None)
        said = session.scalars(select(Message.text).where(Message.author == "system")).all()
        assert list(said) == []
        assert not session.scalars(select(AuditEvent).where(AuditEvent.event.like("case.f%"))).all()


def test_what_is_no_complaint_is_there_for_the_union_that_it_goes_to(
    console: Console,
    workers: CaseWorkers,  # noqa: F811
    console_database: Database,
) -> None:
    with console_database.read() as session:
        union = session.scalars(select(Organisation.id).where(Organisation.code == "enterprise")).one()
    number = workers.sends("li", "join", organisation_id=union).number
    for place in ("enterprise", "street", "county", "province"):
        assert listed(console.sign_in("agent", place)) == [number], place


def test_a_unions_own_staff_never_see_a_case_about_it_at_any_level(
    console: Console,
    workers: CaseWorkers,  # noqa: F811
    attachments: Attachments,  # noqa: F811
    console_database: Database,
) -> None:
    """The county's union may itself be an employer; those above it work on the case."""
    with console_database.write() as session:
        session.execute(update(Organisation).where(Organisation.code == "county").values(name="某某县总工会"))
    photo = workers.photo(attachments, picture())
    number = workers.sends(answers={"employer": "某某县总工会"}, files=(photo,)).number
    for role in ("agent", "supervisor", "admin"):
        unseen(console.sign_in(role, "county"), number, photo)
    assert listed(console.sign_in("supervisor", "province")) == [number]


def test_another_departments_member_sees_it_only_when_it_is_given_to_her(
    console: Console,
    told: tuple[str, int],
    workers: CaseWorkers,  # noqa: F811
) -> None:
    number, photo = told
    joining = console.sign_in("agent", topics=["joining"])
    unseen(joining, number, photo)
    workers.shift(number, assignee_id=joining.staff_id)
    assert listed(joining) == [number]
    assert joining.get(f"/cases/{number}/files/{photo}").status_code == 200
    legal = console.sign_in("agent", topics=["legal"])
    assert listed(legal) == [number]


def test_every_role_at_every_route(console: Console, told: tuple[str, int]) -> None:
    """Agents work, supervisors export, editors come nowhere."""
    number, photo = told
    routes: list[tuple[str, str, dict[str, Any], set[str]]] = [
        ("GET", "/cases", {}, {"agent", "supervisor", "admin"}),
        ("GET", "/cases/board", {}, {"agent", "supervisor", "admin"}),
        ("GET", "/cases/export", {}, {"supervisor", "admin"}),
        ("POST", "/cases/export.xlsx", {}, {"supervisor", "admin"}),
        ("GET", f"/cases/{number}", {}, {"agent", "supervisor", "admin"}),
        ("GET", f"/cases/{number}/files/{photo}", {}, {"agent", "supervisor", "admin"}),
        ("GET", f"/cases/{number}/paper.docx", {}, {"agent", "supervisor", "admin"}),
        ("POST", f"/cases/{number}/reveal", {"field": "phone"}, {"agent", "supervisor", "admin"}),
        ("POST", f"/cases/{number}/note", {"words": "记一笔"}, {"agent", "supervisor", "admin"}),
        ("POST", f"/cases/{number}/ask", {"words": "照片"}, {"agent", "supervisor", "admin"}),
        ("POST", f"/cases/{number}/assign", {"person": "nobody"}, {"agent", "supervisor", "admin"}),
    ]
    for role in ("editor", "agent", "supervisor", "admin"):
        browser = console.sign_in(role)
        for method, path, fields, roles in routes:
            if method == "GET":
                status = browser.get(path).status_code
            else:
                assert browser.post(path, data=fields).status_code == 403, f"{role} {path} without the token"
                status = browser.submit(path, **fields).status_code
            assert (status in {200, 303}) is (role in roles), f"{role} {method} {path}: {status}"
            assert status in {200, 303, 403}


@pytest.mark.parametrize(
    "number", ["1", "RH-20261121", "rh-20261121-0001", "../conversations/1", "RH-20261121-0001%00", "%E2%80%8B", "*"]
)
def test_what_is_no_number_is_not_there(console: Console, told: tuple[str, int], number: str) -> None:
    browser = console.sign_in("admin")
    assert browser.get(f"/cases/{number}", headers=JSON).status_code == 404
    assert browser.submit(f"/cases/{number}/take").status_code == 404


def test_numbers_before_and_after_ones_own_tell_nothing(
    console: Console,
    told: tuple[str, int],
    workers: CaseWorkers,  # noqa: F811
) -> None:
    series, _, last = told[0].rpartition("-")
    outsider = console.sign_in("agent", "enterprise")
    answers = {outsider.get(f"/cases/{series}-{int(last) + n:04}").status_code for n in range(3)}
    texts = {
        re.sub(r"FL-[\d-]+|name=\"csrf\"[^>]+|content=\"[\w-]{20,}\"", "", outsider.get(f"/cases/{each}").text)
        for each in (told[0], f"{series}-9999")
    }
    assert answers == {404}
    assert len(texts) == 1, "a case out of sight looks like one that never was"
