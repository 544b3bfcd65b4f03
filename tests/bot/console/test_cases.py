"""The pages of cases: what is shown, what is done with them, what stays hidden until it is asked for."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it publishes no type information
import pytest
from fastapi import APIRouter
from PIL import Image
from sqlalchemy import func, select

from bot.console.case_lists import CaseLists
from bot.console.case_pages import CasePages
from bot.console.cases import CaseListPages
from casework.attachments import Attachments
from casework.cases.desk import CaseDesk
from casework.console_events import ConsoleFeed
from casework.crypto import Keyring
from casework.database import Database, now
from casework.department_names import DepartmentNames
from casework.documents.service import CaseDocuments
from casework.procedures.library import Library
from casework.tables import AuditEvent, Case, Department
from casework.wording import Wording
from tests.bot.console.case_workers import IDENTITY, PHONE, CaseWorkers
from tests.bot.console.conftest import Console, StaffBrowser

JSON = {"Accept": "application/json"}


@pytest.fixture
def attachments(console_database: Database, keyring: Keyring, tmp_path: Path) -> Attachments:
    return Attachments(console_database, keyring, tmp_path / "files")


@pytest.fixture
def console_routers(
    console_database: Database, keyring: Keyring, wording: Wording, attachments: Attachments
) -> list[APIRouter]:
    desk = CaseDesk(console_database, keyring, wording)
    feed = ConsoleFeed(console_database)
    lists = CaseLists(desk, DepartmentNames(console_database), Library.from_folder(), feed)
    documents = CaseDocuments(console_database, keyring)
    return [CaseListPages(lists).router(), CasePages(lists, attachments, documents, wording).router()]


@pytest.fixture
def workers(console_database: Database, keyring: Keyring, wording: Wording) -> CaseWorkers:
    return CaseWorkers(console_database, keyring, wording)


def listed(browser: StaffBrowser, query: str = "") -> list[str]:
    """Return the numbers that a list shows, in its order."""
    page = browser.get(f"/cases{query}")
    assert page.status_code == 200, page.text
    return re.findall(r'data-testid="case-row" data-number="([^"]+)"', page.text)


def column(browser: StaffBrowser, name: str) -> list[str]:
    """Return the numbers in a column of the board."""
    page = browser.get("/cases/board").text
    part = page.partition(f'data-testid="board-{name}"')[2].partition("</section>")[0]
    return re.findall(r'data-testid="board-case" data-number="([^"]+)"', part)


def audited(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        rows = session.scalars(select(AuditEvent).where(AuditEvent.actor != "worker").order_by(AuditEvent.id))
        return [(row.actor, row.event) for row in rows]


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "#888").save(file, "JPEG")
    return file.getvalue()


def seen(browser: StaffBrowser, number: str) -> str:
    """Return the mark that a page's forms carry: how far its trail went."""
    found = re.search(r'name="seen" value="(\d+)"', browser.get(f"/cases/{number}").text)
    assert found is not None
    return found[1]


# Finding.


def test_a_list_tells_what_is_due_first_and_shows_no_number_of_anybody(console: Console, workers: CaseWorkers) -> None:
    late, today, later = (workers.sends(name).number for name in ("a", "b", "c"))
    moment = now()
    for number, hours in ((late, -50), (later, 24 * 20)):
        workers.shift(number, due_at=moment + timedelta(hours=hours))
    workers.shift(today, due_at=moment + timedelta(seconds=1))
    agent = console.sign_in("agent")
    assert listed(agent) == [late, today, later]
    page = agent.get("/cases").text
    assert re.findall(r'data-level="(\w+)"', page) in (["overdue", "today", "later"], ["overdue", "overdue", "later"])
    assert "超期 2 天，应在" in page
    assert "王**" in page
    for hidden in ("王建国", PHONE, IDENTITY, "宏远"):
        assert hidden not in page


def test_a_list_is_narrowed_down(console: Console, workers: CaseWorkers, console_database: Database) -> None:
    legal, join = workers.sends("a").number, workers.sends("b", "join").number
    agent = console.sign_in("agent")
    assert listed(agent, "?procedure=join") == [join]
    assert listed(agent, "?state=submitted&procedure=legal") == [legal]
    assert listed(agent, "?state=accepted") == []
    assert set(listed(agent, "?whose=unassigned")) == {legal, join}
    assert listed(agent, "?whose=mine") == []
    agent.submit(f"/cases/{join}/take")
    assert listed(agent, "?whose=mine") == [join]
    assert listed(agent, "?whose=unassigned") == [legal]
    with console_database.read() as session:
        department = session.scalar(select(Case.department_id).where(Case.number == legal))
    assert listed(agent, f"?department={department}") == [legal]
    assert listed(agent, "?overdue=yes") == []
    workers.shift(join, due_at=now() - timedelta(minutes=1))
    assert listed(agent, "?overdue=yes") == [join]
    for wrong in ("?whose=theirs", "?state=lost", "?department=x", "?page=-1", "?department=１"):
        assert agent.get(f"/cases{wrong}", headers=JSON).status_code == 422, wrong


@pytest.mark.parametrize("words", ["13800138000", "138 0013 8000", "11010519491231002x", "王建国", "宏远纺织有限公司"])
def test_a_search_finds_what_is_told_exactly_closed_cases_too(
    console: Console, workers: CaseWorkers, words: str
) -> None:
    number = workers.sends("a").number
    workers.sends("b", answers={"name": "李四", "phone": "13911112222", "identity": None, "employer": "别的厂"})
    supervisor = console.sign_in("supervisor")
    assert listed(supervisor, f"?q={words}") == [number]
    assert listed(supervisor, f"?q={number.lower()}") == [number]
    supervisor.submit(f"/cases/{number}/move", to="refused", reason="not_ours", words="不归我们")
    assert listed(supervisor, f"?q={words}") == [number]
    assert listed(supervisor, f"?q={words}&state=open") == []
    assert listed(supervisor, f"?q={words}&state=") == [number], "as the form sends it"
    assert number not in listed(supervisor)


@pytest.mark.parametrize("words", ["王", "建国", "1380013", "%", "_", "' OR 1=1 --", "FL-20200101-0001", "<b>"])
def test_a_part_or_a_guess_finds_nothing(console: Console, workers: CaseWorkers, words: str) -> None:
    workers.sends()
    page = console.sign_in("agent").get("/cases", params={"q": words}).text
    assert 'data-testid="case-row"' not in page
    assert 'data-testid="cases-empty"' in page
    assert f'value="{html.escape(words)}"' in page.replace("&#39;", "&#x27;")


def test_a_long_list_has_pages(console: Console, workers: CaseWorkers) -> None:
    numbers = [workers.sends(f"w{n}", "join").number for n in range(32)]
    agent = console.sign_in("agent")
    first, second = listed(agent), listed(agent, "?page=2")
    assert (len(first), len(second)) == (30, 2)
    assert sorted(first + second) == sorted(numbers)
    page = agent.get("/cases?procedure=join").text
    assert 'href="/cases?procedure=join&amp;page=2"' in page
    assert "第 1 页，共 2 页" in page
    assert listed(agent, "?page=99") == second


def test_an_empty_list_says_what_it_means(console: Console) -> None:
    agent = console.sign_in("agent")
    for query, said in (("", "还没有办件"), ("?whose=mine", "你手上没有办件"), ("?q=王建国", "没有找到")):
        assert said in agent.get(f"/cases{query}").text


# The board.


def test_the_board_has_a_case_in_the_column_where_it_stands(console: Console, workers: CaseWorkers) -> None:
    new, accepted, doing, waits, done, old = (workers.sends(f"w{n}", "join").number for n in range(6))
    agent = console.sign_in("agent")
    for number in (accepted, doing, waits, done, old):
        agent.submit(f"/cases/{number}/move", to="accepted")
    agent.submit(f"/cases/{doing}/move", to="in_progress")
    agent.submit(f"/cases/{waits}/ask", words="身份证正面的照片")
    for number in (done, old):
        agent.submit(f"/cases/{number}/move", to="done", reason="granted")
    workers.shift(old, closed_at=now() - timedelta(days=7, minutes=1))
    for name, numbers in (
        ("submitted", [new]),
        ("accepted", [accepted]),
        ("in_progress", [doing]),
        ("waiting", [waits]),
        ("closed", [done]),
    ):
        assert column(agent, name) == numbers, name


def test_a_card_is_moved_by_its_buttons_and_leads_back(console: Console, workers: CaseWorkers) -> None:
    number = workers.sends(procedure="join").number
    agent = console.sign_in("agent")
    page = agent.get("/cases/board").text
    assert 'data-testid="board-move-accepted"' in page
    assert "不能退回来" in page
    moved = agent.submit(f"/cases/{number}/move", to="accepted", next="/cases/board?whose=all#column-accepted")
    assert (moved.status_code, moved.headers["location"]) == (303, "/cases/board?whose=all#column-accepted")
    assert column(agent, "accepted") == [number]
    other = console.sign_in("agent")
    page = other.get("/cases/board").text
    assert 'data-testid="board-move-in_progress"' not in page, "somebody else's"
    away = agent.submit(f"/cases/{number}/move", to="in_progress", next="https://elsewhere.example/")
    assert away.headers["location"] == f"/cases/{number}"


# One case.


def test_answers_stand_in_the_forms_order_and_are_shown_one_at_a_time(
    console: Console, workers: CaseWorkers, console_database: Database
) -> None:
    number = workers.sends().number
    agent = console.sign_in("agent")
    page = agent.get(f"/cases/{number}").text
    steps = re.findall(r'data-testid="answer" data-step="(\w+)"', page)
    form = Library.from_folder().get("legal")
    assert form is not None
    assert steps == [step.id for step in form.steps if step.id in steps]
    assert len(steps) == 10
    for shown in ("欠工资", "宏远纺织有限公司", "18600元", "2023年3月1日", "138****8000", "110*************2X", "王**"):
        assert shown in page
    for hidden in ("王建国", PHONE, IDENTITY, "结清的条子。</b>", "<b>还让我签"):
        assert hidden not in page
    phone = agent.submit(f"/cases/{number}/reveal", field="phone").text
    assert f'href="tel:{PHONE}"' in phone
    assert IDENTITY not in phone
    assert "王建国" not in phone
    called = agent.post(
        f"/cases/{number}/reveal", data={"field": "identity"}, headers={"X-CSRF-Token": agent.csrf, **JSON}
    )
    assert called.json() == {"answer": IDENTITY}
    assert audited(console_database)[-2:] == [(f"staff:{agent.staff_id}", "case.field_shown")] * 2
    assert agent.submit(f"/cases/{number}/reveal", field="nothing").status_code == 404


@pytest.mark.parametrize(("word", "is_red"), [("never", True), ("ask_first", False), ("yes", False)])
def test_the_workers_word_on_the_employer_is_told(
    console: Console, workers: CaseWorkers, word: str, is_red: bool
) -> None:
    page = console.sign_in("agent").get(f"/cases/{workers.sends(employer_contact=word).number}").text
    said = {"never": "绝对不要联系单位", "ask_first": "联系单位前先问本人", "yes": "可以联系单位"}[word]
    assert f'data-testid="employer-contact">{said}' in page
    assert ('data-testid="employer-never"' in page) is is_red


def test_files_are_given_with_their_case_only_and_noted(
    console: Console, workers: CaseWorkers, attachments: Attachments, console_database: Database
) -> None:
    mine = workers.photo(attachments, picture())
    number = workers.sends(files=(mine,)).number
    other = workers.sends("li").number
    agent = console.sign_in("agent")
    assert f'src="/cases/{number}/files/{mine}"' in agent.get(f"/cases/{number}").text
    given = agent.get(f"/cases/{number}/files/{mine}")
    assert (given.status_code, given.headers["content-type"]) == (200, "image/jpeg")
    assert given.headers["content-security-policy"].startswith("sandbox")
    assert audited(console_database)[-1] == (f"staff:{agent.staff_id}", "case.file_opened")
    assert agent.get(f"/cases/{other}/files/{mine}").status_code == 404
    assert agent.get(f"/cases/{number}/files/{mine + 1}").status_code == 404


@pytest.mark.parametrize(("kind", "begins"), [("docx", b"PK"), ("pdf", b"%PDF")])
def test_the_drafted_application_is_given_where_there_is_one(
    console: Console, workers: CaseWorkers, console_database: Database, kind: str, begins: bytes
) -> None:
    number, joining = workers.sends().number, workers.sends("li", "join").number
    agent = console.sign_in("agent")
    assert f'data-testid="paper-{kind}"' in agent.get(f"/cases/{number}").text
    given = agent.get(f"/cases/{number}/paper.{kind}")
    assert given.status_code == 200
    assert given.content.startswith(begins)
    assert given.headers["content-disposition"] == f'attachment; filename="{number}.{kind}"'
    assert given.headers["cache-control"] == "private, no-store"
    assert audited(console_database)[-1] == (f"staff:{agent.staff_id}", "case.document")
    assert 'data-testid="paper-' not in agent.get(f"/cases/{joining}").text
    assert agent.get(f"/cases/{joining}/paper.{kind}").status_code == 404
    assert agent.get(f"/cases/{number}/paper.exe").status_code == 422


def test_a_case_goes_from_taking_to_done_and_its_trail_tells_it(console: Console, workers: CaseWorkers) -> None:
    number = workers.sends(procedure="join").number
    agent = console.sign_in("agent")
    path = f"/cases/{number}"
    assert agent.submit(f"{path}/take").headers["location"] == path
    assert agent.submit(f"{path}/move", to="accepted", seen=seen(agent, number)).status_code == 303
    assert agent.submit(f"{path}/ask", words="接单页面的截图", seen=seen(agent, number)).status_code == 303
    assert 'data-testid="case-mark-waits"' in agent.get(path).text
    assert "加到编号" in (workers.answers("截图在这<i>", "wang") or "")
    page = agent.get(path).text
    assert 'data-testid="case-mark-waits"' not in page
    assert "截图在这&lt;i&gt;" in page
    agent.submit(f"{path}/move", to="in_progress")
    done = agent.submit(f"{path}/move", to="done", reason="granted", words="会员卡已寄出", seen=seen(agent, number))
    assert done.status_code == 303
    page = agent.get(path).text
    for said in ("接过来办", "改为“已受理”", "请职工补材料", "补了材料", "改为“已办结”：申请已批准", "会员卡已寄出"):
        assert said in page, said
    assert 'data-testid="case-closed"' in page
    assert 'data-testid="case-ask"' not in page
    for to in ("accepted", "in_progress", "done", "refused"):
        again = agent.submit(f"{path}/move", to=to, reason="other", words="再来")
        assert again.status_code in {409, 422}, to
        assert 'data-testid="case-error"' in again.text


def test_refusing_needs_reason_and_words_and_loses_nothing(console: Console, workers: CaseWorkers) -> None:
    number = workers.sends(procedure="join").number
    agent = console.sign_in("agent")
    path = f"/cases/{number}"
    without_words = agent.submit(f"{path}/move", to="refused", reason="papers_missing")
    assert without_words.status_code == 422
    assert re.search(r'value="papers_missing" required checked', without_words.text)
    assert re.search(r'id="do-refused" open', without_words.text)
    without_reason = agent.submit(f"{path}/move", to="refused", words="差一张<b>照片")
    assert without_reason.status_code == 422
    assert "差一张&lt;b&gt;照片</textarea>" in without_reason.text
    assert "材料没有补齐。补齐了可以再交一次。" in without_reason.text, "what the worker reads stands beside it"
    assert workers.case(number).state == "submitted"
    assert agent.submit(f"{path}/move", to="refused", reason="papers_missing", words="差一张照片").status_code == 303
    assert workers.case(number).state == "refused"


def test_who_is_slower_is_told_and_keeps_what_she_wrote(console: Console, workers: CaseWorkers) -> None:
    number = workers.sends(procedure="join").number
    fast, slow = console.sign_in("agent"), console.sign_in("agent")
    path, mark = f"/cases/{number}", seen(slow, number)
    fast.submit(f"{path}/note", words="本人打电话来过")
    stale = slow.submit(f"{path}/ask", words="身份证照片", seen=mark)
    assert stale.status_code == 409
    assert "新的变化" in stale.text
    assert "身份证照片</textarea>" in stale.text
    assert not workers.case(number).awaits_worker
    fast.submit(f"{path}/take")
    taken = slow.submit(f"{path}/take")
    assert taken.status_code == 409
    assert "已经有同事在办了" in taken.text
    refused = slow.submit(f"{path}/move", to="accepted")
    assert refused.status_code == 403
    assert "现在由别人在办" in refused.text
    page = slow.get(path).text
    assert 'data-testid="case-others"' in page
    assert 'data-testid="case-accepted"' not in page
    assert 'data-testid="reveal-phone"' not in page
    assert slow.submit(f"{path}/reveal", field="phone").status_code == 403
    called = slow.post(f"{path}/take", headers={"X-CSRF-Token": slow.csrf, **JSON})
    assert (called.status_code, called.json()["error"]["code"]) == (409, "conflict")


def test_pressing_twice_says_it_once(console: Console, workers: CaseWorkers) -> None:
    number = workers.sends(procedure="join").number
    agent = console.sign_in("agent")
    mark = seen(agent, number)
    statuses = [agent.submit(f"/cases/{number}/note", words="记一笔", seen=mark).status_code for _ in range(2)]
    assert statuses == [303, 409]
    assert agent.get(f"/cases/{number}").text.count('<p class="said">记一笔</p>') == 1


def test_a_case_is_given_to_a_colleague_and_back(console: Console, workers: CaseWorkers) -> None:
    number = workers.sends(procedure="join").number
    colleague = console.sign_in("agent", topics=["joining"])
    stranger = console.sign_in("agent", topics=["legal"])
    supervisor = console.sign_in("supervisor")
    path = f"/cases/{number}"
    assert stranger.get(path).status_code == 404
    assert supervisor.submit(f"{path}/assign", person=str(colleague.staff_id)).status_code == 303
    assert workers.case(number).assignee_id == colleague.staff_id
    assert supervisor.submit(f"{path}/assign", person="nobody").status_code == 303
    assert workers.case(number).assignee_id is None
    assert "放回部门，等人接" in supervisor.get(path).text
    for wrong in ("", "abc", "-1", str(stranger.staff_id), "99999"):
        refused = supervisor.submit(f"{path}/assign", person=wrong)
        assert refused.status_code == 422, wrong
        assert 'id="do-assign" open' in refused.text


def test_what_is_asked_of_the_worker_is_checked(console: Console, workers: CaseWorkers) -> None:
    number = workers.sends(procedure="join").number
    agent = console.sign_in("agent")
    for words in ("", "   ", "字" * 301, f"请核对 {IDENTITY}"):
        refused = agent.submit(f"/cases/{number}/ask", words=words)
        assert refused.status_code == 422, words
        assert 'data-testid="case-error"' in refused.text
    assert not workers.case(number).awaits_worker


def test_a_group_shows_its_cases_and_who_speaks(console: Console, workers: CaseWorkers) -> None:
    many = {"together": "many", "people": 23, "representatives": "赵敏、钱洪、孙丽"}
    first = workers.sends("a", answers=many)
    second = workers.sends("b").number
    agent = console.sign_in("agent")
    page = agent.get(f"/cases/{second}").text
    assert str(first.group) in page
    assert f'href="/cases/{first.number}" data-testid="group-case"' in page
    page = agent.get(f"/cases/{first.number}").text
    assert re.search(r'data-testid="case-representatives">赵\*+<', page)
    assert "推举了代表，3 人" in page
    assert "赵敏" not in page
    assert set(listed(agent, f"?q={first.group}")) == {first.number, second}
    assert agent.get(f"/cases/{first.group}").status_code == 404


def test_an_erased_case_still_opens(console: Console, workers: CaseWorkers) -> None:
    number = workers.sends().number
    workers.shift(number, answers_sealed=None, conversation_id=None, contact_id=None)
    page = console.sign_in("agent").get(f"/cases/{number}").text
    assert 'data-testid="case-erased"' in page
    assert 'data-testid="paper-docx"' not in page
    assert 'data-testid="case-conversation"' not in page


# The workbook.


def test_the_workbook_is_for_supervisors_asked_for_and_written_down(
    console: Console, workers: CaseWorkers, console_database: Database
) -> None:
    workers.sends("a", answers={"name": "=1+1", "employer": "@SUM(A1)厂"})
    workers.sends("b", "join")
    agent, supervisor = console.sign_in("agent"), console.sign_in("supervisor")
    for refused in (agent.get("/cases/export"), agent.submit("/cases/export.xlsx")):
        assert refused.status_code == 403
    assert 'data-testid="cases-to-export"' not in agent.get("/cases").text
    asked = supervisor.get("/cases/export?procedure=legal").text
    assert 'data-testid="export-count">1</b>' in asked
    assert "会记下来" in asked
    assert 'action="/cases/export.xlsx?procedure=legal"' in asked
    given = supervisor.submit("/cases/export.xlsx?procedure=legal")
    assert given.headers["content-disposition"].startswith('attachment; filename="cases-')
    assert given.headers["cache-control"] == "private, no-store"
    sheet = openpyxl.load_workbook(io.BytesIO(given.content)).active
    assert sheet is not None
    lines = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert len(lines) == 2
    assert "=1+1" in lines[1]
    assert "法律援助" in lines[1]
    assert "f" not in {cell.data_type for line in sheet.iter_rows() for cell in line}
    with console_database.read() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.event == "case.exported")).all()
        assert [(row.actor, row.details) for row in noted] == [(f"staff:{supervisor.staff_id}", {"count": 1})]


def test_nothing_to_export_and_too_much(
    console: Console, workers: CaseWorkers, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor = console.sign_in("supervisor")
    assert 'data-testid="export-none"' in supervisor.get("/cases/export").text
    for name in ("a", "b"):
        workers.sends(name, "join")
    monkeypatch.setattr("casework.cases.desk.MOST_EXPORTED", 1)
    refused = supervisor.submit("/cases/export.xlsx")
    assert refused.status_code == 422
    assert 'data-testid="export-error"' in refused.text


def test_departments_of_the_tree_are_offered(console: Console, console_database: Database) -> None:
    page = console.sign_in("supervisor", "county").get("/cases").text
    with console_database.read() as session:
        assert session.scalar(select(func.count()).select_from(Department)) == 20
    options = page.partition('data-testid="cases-department"')[2].partition("</select>")[0]
    assert options.count("<option") == 1 + 12
