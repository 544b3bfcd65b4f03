"""Departments and accounts in the console: who keeps which, what goes wrong, what is written down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import APIRouter
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from bot.console.admin import DepartmentPages, StaffPages
from casework.database import Database
from casework.department_admin import DepartmentAdmin
from casework.passwords import Passwords
from casework.staff import StaffAccounts
from casework.staff_admin import StaffAdmin
from casework.tables import AuditEvent, Department, DepartmentDay, DepartmentMember, Organisation, Staff
from tests.bot.console.conftest import PASSWORD, Console, StaffBrowser
from tests.bot.console.server import running
from tests.bot.console.test_sign_in_browser import faults, fits

JSON = {"Accept": "application/json"}
XSS = '"><script>alert(1)</script>'


@pytest.fixture
def console_routers(console_database: Database, passwords: Passwords) -> list[APIRouter]:
    accounts = StaffAccounts(console_database, passwords=passwords)
    return [
        DepartmentPages(DepartmentAdmin(console_database)).router(),
        StaffPages(StaffAdmin(console_database, accounts)).router(),
    ]


def department(console: Console, organisation: str, topic: str = "legal") -> Department:
    query = select(Department).join(Organisation).where(Organisation.code == organisation, Department.topic == topic)
    with console.database.read() as session:
        return session.scalars(query).one()


def members(console: Console, number: int) -> dict[int, int | None]:
    query = select(DepartmentMember).where(DepartmentMember.department_id == number)
    with console.database.read() as session:
        return {each.staff_id: each.duty for each in session.scalars(query)}


def audited(console: Console) -> list[tuple[str, str, dict[str, Any]]]:
    with console.database.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
        return [(row.actor, row.event, row.details) for row in rows if row.event.startswith("department.")]


def told(page: str) -> str:
    found = re.search(r'data-testid="told-password">([^<]+)<', page)
    assert found is not None
    return found[1]


# Departments.


def test_a_supervisor_sees_the_departments_of_her_union_and_below(console: Console) -> None:
    page = console.sign_in("supervisor", "county").get("/admin/departments").text
    shown = re.findall(r'data-testid="admin-organisation">([^<]+)<', page)
    assert shown == ["county工会", "street工会", "enterprise工会"]
    assert page.count('data-testid="department"') == 12
    assert 'data-testid="nav-admin"' in page
    assert 'data-testid="admin-staff"' not in page


def test_departments_above_do_not_exist_for_those_below(console: Console) -> None:
    browser, city = console.sign_in("admin", "county"), department(console, "city")
    path = f"/admin/departments/{city.id}"
    assert browser.get(path).status_code == 404
    for form, fields in {
        "hours": {"hours": "每天 全天"},
        "days": {"day": "2099-05-01", "hours": "休息"},
        "days/remove": {"day": "2099-05-01"},
        "members": {"member": "1"},
    }.items():
        assert browser.submit(f"{path}/{form}", **fields).status_code == 404, form
    assert browser.get("/admin/departments/999").status_code == 404
    assert department(console, "city").hours == city.hours
    assert audited(console) == []


@pytest.mark.parametrize("role", ["agent", "editor"])
def test_agents_and_editors_keep_no_departments(console: Console, role: str) -> None:
    browser, number = console.sign_in(role), department(console, "province").id
    for path in ("/admin/departments", f"/admin/departments/{number}", "/admin/staff"):
        assert browser.get(path).status_code == 403
    for form in ("hours", "days", "days/remove", "members"):
        assert browser.submit(f"/admin/departments/{number}/{form}").status_code == 403
    assert 'data-testid="nav-admin"' not in browser.get("/password").text


def test_the_week_is_set_in_one_line_and_a_mistake_keeps_what_was_typed(console: Console) -> None:
    lead, number = console.sign_in("supervisor", "county"), department(console, "county").id
    path = f"/admin/departments/{number}"
    done = lead.submit(f"{path}/hours", hours="周一至周五 8:30-12:00 14:00-17:30；周六 9:00-12:00")
    assert (done.status_code, done.headers["location"]) == (303, f"{path}?saved=hours#hours")
    assert department(console, "county").hours["5"] == [["09:00", "12:00"]]
    page = lead.get(f"{path}?saved=hours").text
    assert "周一至周五 8:30-12:00 14:00-17:30；周六 9:00-12:00" in page
    assert 'data-testid="hours-saved"' in page
    wrong = lead.submit(f"{path}/hours", hours=f"周八 9:00 {XSS}")
    assert wrong.status_code == 422
    assert 'data-testid="hours-error"' in wrong.text
    assert "周八 9:00" in wrong.text
    assert "<script>alert" not in wrong.text
    failed = lead.post(f"{path}/hours", data={"hours": "x"}, headers={"X-CSRF-Token": lead.csrf, **JSON})
    assert (failed.status_code, failed.json()["error"]["code"]) == (422, "invalid")
    assert audited(console) == [(f"staff:{lead.staff_id}", "department.hours_set", {})]


def test_special_days_are_added_changed_and_removed(console: Console) -> None:
    lead, number = console.sign_in("supervisor", "county"), department(console, "county").id
    path = f"/admin/departments/{number}"
    assert lead.submit(f"{path}/days", day="2099-05-01", hours="9:00-12:00", name=f"值班{XSS}").status_code == 303
    assert lead.submit(f"{path}/days", day="2099-05-01", hours="休息", name="放假").status_code == 303
    page = lead.get(path).text
    assert page.count('data-testid="day"') == 1
    assert "<strong>2099-05-01</strong> 休息（放假）" in page
    for fields in (
        {"day": "2099-13-01", "hours": "休息"},
        {"day": "2001-01-01", "hours": "休息"},
        {"day": "2099-05-02", "hours": "早上"},
        {"day": "2099-05-02", "hours": "休息", "name": "长" * 61},
        {},
    ):
        wrong = lead.submit(f"{path}/days", **fields)
        assert wrong.status_code == 422, fields
        assert 'data-testid="days-error"' in wrong.text
    assert lead.submit(f"{path}/days/remove", day="2099-05-01").status_code == 303
    with console.database.read() as session:
        assert session.scalars(select(DepartmentDay)).all() == []


def test_members_and_their_places_are_set(console: Console) -> None:
    lead, number = console.sign_in("supervisor", "county"), department(console, "county").id
    chen, li, zhao = (console.staff(console.add_staff("agent", "county")).id for _agent in range(3))
    path = f"/admin/departments/{number}/members"
    assert (
        lead.submit(path, member=[str(chen), str(li)], **{f"duty_{chen}": "2", f"duty_{zhao}": "1"}).status_code == 303
    )
    assert members(console, number) == {chen: 2, li: None}
    page = lead.get(f"/admin/departments/{number}").text
    assert len(re.findall(r'data-testid="member" checked', page)) == 2
    assert lead.submit(path).status_code == 303
    assert members(console, number) == {}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"member": ["chen", "li"], "duty_chen": "1", "duty_li": "1"}, "重复"),
        ({"member": ["chen"], "duty_chen": "0"}, "1 到 99"),
        ({"member": ["chen"], "duty_chen": "100"}, "1 到 99"),
        ({"member": ["chen"], "duty_chen": "一"}, "数字"),
        ({"member": ["x"]}, "从列表里选"),
        ({"member": ["above"]}, "刷新"),
        ({"member": ["editor"]}, "刷新"),
        ({"member": ["closed"]}, "刷新"),
    ],
)
def test_a_faulty_list_of_members_changes_nothing(console: Console, fields: dict[str, Any], told: str) -> None:
    lead, number = console.sign_in("supervisor", "county"), department(console, "county").id
    names = {
        "chen": console.add_staff("agent", "county"),
        "li": console.add_staff("agent", "county"),
        "above": console.add_staff("agent", "city"),
        "editor": console.add_staff("editor", "county"),
        "closed": console.add_staff("agent", "county", username="closed"),
    }
    console.accounts.disable("closed")
    ids = {name: str(console.staff(username).id) for name, username in names.items()}
    sent = {
        re.sub("chen|li$", lambda found: ids[found[0]], name): (
            [ids.get(each, each) for each in value] if isinstance(value, list) else value
        )
        for name, value in fields.items()
    }
    wrong = lead.submit(f"/admin/departments/{number}/members", **sent)
    assert wrong.status_code == 422
    assert told in wrong.text
    assert members(console, number) == {}


def test_a_closed_account_keeps_its_place(console: Console) -> None:
    lead, number = console.sign_in("supervisor", "county"), department(console, "county").id
    gone = console.staff(console.add_staff("agent", "county", ["legal"], username="gone")).id
    console.accounts.disable("gone")
    assert lead.submit(f"/admin/departments/{number}/members").status_code == 303
    assert members(console, number) == {gone: None}


# Accounts.


def test_an_admin_adds_an_account_and_sees_its_password_once(console: Console) -> None:
    admin = console.sign_in("admin")
    fields = {"display_name": "小陈", "role": "agent", "topics": ["legal", "aid"]}
    page = admin.submit("/admin/staff", username="XiaoChen", organisation="county工会", **fields)
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    password = told(page.text)
    assert password not in admin.get("/admin/staff").text
    chen = console.sign_in_as("xiaochen", password)
    assert chen.get("/").headers["location"] == "/password"
    staff = console.staff("xiaochen")
    assert (staff.role, staff.must_change_password) == ("agent", True)
    assert staff.organisation_id == department(console, "county").organisation_id
    taken = admin.submit("/admin/staff", username="xiaochen", organisation="county工会", **fields)
    assert taken.status_code == 409
    assert 'data-testid="staff-add-error"' in taken.text
    assert re.search(r'name="topics" value="legal" checked', taken.text)


@pytest.mark.parametrize(
    "fields",
    [
        {"username": "x"},
        {"username": f"a{XSS}"},
        {"role": "king"},
        {"organisation": "x"},
        {"topics": ["magic"]},
        {"display_name": "长" * 61},
    ],
)
def test_a_faulty_account_is_not_made(console: Console, fields: dict[str, Any]) -> None:
    admin = console.sign_in("admin")
    right = {"username": "xiaochen", "role": "agent", "organisation": "county"}
    wrong = admin.submit("/admin/staff", **(right | fields))
    assert wrong.status_code == 422
    assert "<script>alert" not in wrong.text
    with console.database.read() as session:
        assert session.scalars(select(Staff.username)).all() == [admin.username]


def test_accounts_above_do_not_exist_for_an_admin_below(console: Console) -> None:
    above, below = console.add_staff("admin", "city"), console.add_staff("agent", "street")
    admin = console.sign_in("admin", "county")
    page = admin.get("/admin/staff").text
    assert f'data-username="{below}"' in page
    assert f'data-username="{above}"' not in page
    assert "city工会" not in page
    number = console.staff(above).id
    before = console.staff(above).password_hash
    for action in ("reset", "disable", "enable", "role"):
        assert admin.submit(f"/admin/staff/{number}/{action}", role="agent").status_code == 404, action
    for union in ("city", "city工会", ""):
        assert admin.submit("/admin/staff", username="spy", role="admin", organisation=union).status_code == 422
    with console.database.read() as session:
        assert session.scalar(select(Staff).where(Staff.username == "spy")) is None
    after = console.staff(above)
    assert (after.password_hash, after.disabled_at, after.role) == (before, None, "admin")


def test_an_admin_below_never_makes_an_account_at_the_root(console: Console) -> None:
    with console.database.write() as session:
        session.scalars(select(Organisation).where(Organisation.code == "street")).one().code = None
    admin = console.sign_in("admin", "county")
    refused = admin.submit("/admin/staff", username="xiaochen", role="agent", organisation="street工会")
    assert refused.status_code == 422
    assert "代码" in refused.text


def test_a_name_that_several_unions_have_is_not_guessed(console: Console) -> None:
    with console.database.write() as session:
        for union in session.scalars(select(Organisation).where(Organisation.code.in_(["street", "enterprise"]))):
            union.name = "同名工会"
    admin = console.sign_in("admin", "county")
    refused = admin.submit("/admin/staff", username="xiaochen", role="agent", organisation="同名工会")
    assert "请写它的代码" in refused.text
    assert admin.submit("/admin/staff", username="xiaochen", role="agent", organisation="street").status_code == 200


def test_long_lists_have_pages_and_are_searched(console: Console) -> None:
    admin = console.sign_in("admin")
    with console.database.write() as session:
        root = session.scalars(select(Organisation).where(Organisation.code == "province")).one().id
        for number in range(60):
            union = Organisation(level="county", name=f"第{number}区工会", code=f"d{number}", parent_id=root)
            session.add(union)
            session.flush()
            for topic in ("legal", "general"):
                session.add(Department(organisation_id=union.id, topic=topic, name=topic, hours={}))
            session.add(
                Staff(organisation_id=union.id, username=f"u{number}", display_name=f"第{number}号", role="agent")
            )
    for path, item in (("/admin/departments", "department"), ("/admin/staff", "account")):
        first = admin.get(path)
        assert len(first.content) < 100_000
        assert 'data-testid="page-after"' in first.text
        assert 'data-testid="page-before"' not in first.text
        second = admin.get(path, params={"page": 2}).text
        assert 'data-testid="page-before"' in second
        assert set(re.findall(rf'data-testid="{item}" [^>]*', first.text)).isdisjoint(
            re.findall(rf'data-testid="{item}" [^>]*', second)
        )
        assert admin.get(path, params={"page": 9999}).text.count(f'data-testid="{item}"') > 0
        assert admin.get(path, params={"q": "第59区"}).text.count(f'data-testid="{item}"') == (
            2 if item == "department" else 1
        )
        assert f'data-testid="{item}s-empty"' in admin.get(path, params={"q": f"%{XSS}"}).text
        assert admin.get(path, params={"page": 0}).status_code == 422


def test_a_password_is_reset_and_told_once(console: Console) -> None:
    admin, chen = console.sign_in("admin"), console.sign_in("agent")
    page = admin.submit(f"/admin/staff/{chen.staff_id}/reset")
    assert page.status_code == 200
    assert chen.get("/").status_code == 303, "she is signed out"
    assert console.browser().post("/login", data={"username": chen.username, "password": PASSWORD}).status_code == 401
    assert console.sign_in_as(chen.username, told(page.text)).get("/").headers["location"] == "/password"
    response = admin.post(f"/admin/staff/{chen.staff_id}/reset", headers={"X-CSRF-Token": admin.csrf, **JSON})
    assert set(response.json()) == {"username", "password"}


def test_an_account_is_closed_and_opened_again_and_gets_another_role(console: Console) -> None:
    admin, chen = console.sign_in("admin"), console.sign_in("agent")
    assert admin.submit(f"/admin/staff/{chen.staff_id}/role", role="supervisor").status_code == 303
    assert console.staff(chen.username).role == "supervisor"
    assert admin.submit(f"/admin/staff/{chen.staff_id}/role", role="king").status_code == 422
    assert admin.submit(f"/admin/staff/{chen.staff_id}/disable").status_code == 303
    assert chen.get("/").headers["location"].startswith("/login")
    assert 'data-testid="account-disabled"' in admin.get("/admin/staff").text
    assert admin.submit(f"/admin/staff/{chen.staff_id}/enable").status_code == 303
    assert console.staff(chen.username).disabled_at is None


@pytest.mark.parametrize("action", ["reset", "disable", "role"])
def test_nobody_locks_herself_out(console: Console, action: str) -> None:
    admin = console.sign_in("admin")
    refused = admin.submit(f"/admin/staff/{admin.staff_id}/{action}", role="agent")
    assert refused.status_code == 422
    assert 'data-testid="staff-error"' in refused.text
    assert admin.get("/admin/staff").status_code == 200


def test_a_supervisor_keeps_no_accounts(console: Console) -> None:
    lead, chen = console.sign_in("supervisor"), console.sign_in("agent")
    assert lead.get("/admin/staff").status_code == 403
    assert lead.submit("/admin/staff", username="x1", role="admin", organisation="1").status_code == 403
    for action in ("reset", "disable", "enable", "role"):
        assert lead.submit(f"/admin/staff/{chen.staff_id}/{action}", role="admin").status_code == 403


def test_without_the_token_nothing_changes(console: Console) -> None:
    admin, chen = console.sign_in("admin"), console.sign_in("agent")
    number = department(console, "province").id
    for path in (
        "/admin/staff",
        *(f"/admin/staff/{chen.staff_id}/{action}" for action in ("reset", "disable", "enable", "role")),
        *(f"/admin/departments/{number}/{form}" for form in ("hours", "days", "days/remove", "members")),
    ):
        assert admin.post(path, data={"csrf": "wrong"}).status_code == 403, path
    assert chen.get("/").status_code == 303
    assert console.staff(chen.username).disabled_at is None


def test_names_are_text(console: Console) -> None:
    admin = console.sign_in("admin")
    console.accounts.add("mallory", "agent", password=PASSWORD, display_name=XSS, organisation="province")
    for path in ("/admin/staff", f"/admin/departments/{department(console, 'province').id}"):
        page = admin.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


# In a browser.


@pytest.fixture
def address(console: Console) -> Iterator[str]:
    with running(console.app) as address:
        yield address


def enter(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/login?next=/admin/departments")
    page.get_by_test_id("login-username").fill(username)
    page.get_by_test_id("login-password").fill(PASSWORD)
    page.get_by_test_id("login-submit").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_are_for_everybody(
    console: Console, address: str, new_context: Callable[..., BrowserContext], width: int, scheme: str
) -> None:
    admin = console.add_staff("admin", "county")
    console.accounts.add("abdulla", "agent", password=PASSWORD, display_name="阿卜杜拉·买买提", organisation="county")
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()

    def check(name: str) -> None:
        assert faults(page) == [], name
        assert fits(page), name

    enter(page, address, admin)
    expect(page.get_by_test_id("department").first).to_be_visible()
    check("departments")
    page.get_by_test_id("department-link").first.click()
    page.get_by_test_id("member").first.check()
    page.get_by_test_id("duty").first.fill("1")
    page.get_by_test_id("members-save").click()
    expect(page.get_by_test_id("members-saved")).to_be_visible()
    check("department")
    page.get_by_test_id("hours").fill("天天")
    page.get_by_test_id("hours-save").click()
    expect(page.get_by_test_id("hours-error")).to_be_visible()
    check("faulty hours")
    page.get_by_test_id("admin-staff").click()
    page.get_by_test_id("staff-new-open").click()
    check("accounts")
    page.get_by_test_id("staff-username").fill("xiaochen")
    page.get_by_test_id("staff-add").click()
    expect(page.get_by_test_id("told-password")).to_be_visible()
    check("password")
    account = page.locator('[data-username="abdulla"]')
    account.get_by_test_id("account-reset").click()
    check("asked")
    account.get_by_test_id("account-reset-confirm").click()
    expect(page.get_by_test_id("told-username")).to_have_text("abdulla")


def test_who_signed_in(sign_in: Callable[..., StaffBrowser]) -> None:
    assert sign_in("supervisor").get("/admin/departments").status_code == 200
