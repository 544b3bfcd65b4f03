"""`python -m bot staff`, `organisations` and `departments`, as the operator types them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from bot import cli
from casework.database import Database
from casework.hours import DEFAULT_WEEK
from casework.staff import Membership, StaffAccounts
from casework.staff_sessions import StaffSessions
from casework.tables import Department, Organisation
from ops import ROOT
from settings import Settings, load_settings

PASSWORD = "correct horse"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
TREE = """code,name,level,region,parent_code,departments
city,某市总工会,市,江苏/徐州,,
county,某县总工会,县,江苏/徐州/某县,city,法律 综合
"""


@dataclass
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr(cli, "load_settings", lambda: load_settings(None))
    return load_settings(None)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Done]:
    monkeypatch.setattr("casework.passwords.PasswordHasher", lambda: QUICK)

    def command(*words: str, stdin: str = "", encoding: str = "utf-8") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode(encoding)), encoding="ascii"))
        monkeypatch.setattr(cli, "configure_logs", lambda level: None)
        try:
            code = cli.main(words)
        except SystemExit as ended:
            code = int(str(ended.code))
        captured = capfd.readouterr()
        return Done(code, captured.out, captured.err)

    return command


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    opened = Database(settings.database)
    yield opened
    opened.close()


def test_an_account_is_made_with_a_password_that_is_printed_once(run: Callable[..., Done], database: Database) -> None:
    done = run("staff", "add", "XiaoChen", "--role", "agent", "--name", "小陈")
    assert (done.code, done.err) == (0, "")
    added, told = done.out.splitlines()
    assert added == "added: XiaoChen (agent)"
    password = told.removeprefix("password: ").split(" ")[0]
    sessions = StaffSessions(database)
    token = sessions.sign_in("xiaochen", password)
    assert token is not None
    signed_in = sessions.session(token)
    assert signed_in is not None
    assert signed_in.must_change_password
    assert signed_in.actor.name == "小陈"


def test_a_password_from_standard_input_is_neither_printed_nor_changed_at_first(
    run: Callable[..., Done], database: Database
) -> None:
    done = run("staff", "add", "xiaochen", "--role", "supervisor", "--password-stdin", stdin=f"{PASSWORD}\nmore\n")
    assert done.code == 0
    assert PASSWORD not in done.out + done.err
    sessions = StaffSessions(database)
    token = sessions.sign_in("xiaochen", PASSWORD)
    assert token is not None
    signed_in = sessions.session(token)
    assert signed_in is not None
    assert not signed_in.must_change_password


def test_a_password_is_read_as_utf_8_whatever_the_locale(run: Callable[..., Done], database: Database) -> None:
    chinese = "周五下午三点去食堂呀"
    assert run("staff", "add", "xiaochen", "--role", "agent", "--password-stdin", stdin=chinese).code == 0
    assert StaffSessions(database).sign_in("xiaochen", chinese) is not None
    add = ("staff", "add", "laowang", "--role", "agent", "--password-stdin")
    done = run(*add, stdin=chinese, encoding="gb18030")
    assert (done.code, done.out) == (1, "")
    assert "not UTF-8" in done.err


def test_departments_and_duty_places_are_given_and_taken(run: Callable[..., Done], database: Database) -> None:
    add = ("staff", "add", "xiaochen", "--role", "agent", "--department", "legal:1", "aid", "--password-stdin")
    assert run(*add, stdin=PASSWORD).code == 0
    accounts = StaffAccounts(database)
    assert set(accounts.list()[0].memberships) == {Membership("legal", 1), Membership("aid")}
    assert run("staff", "set", "xiaochen", "--role", "supervisor", "--department", "general:2").code == 0
    (account,) = accounts.list()
    assert (account.role, account.memberships) == ("supervisor", (Membership("general", 2),))
    assert run("staff", "set", "xiaochen", "--department").code == 0
    (account,) = accounts.list()
    assert (account.role, account.memberships) == ("supervisor", ())


def test_reset_disable_enable_and_list(run: Callable[..., Done], database: Database) -> None:
    run("staff", "add", "xiaochen", "--role", "agent", "--password-stdin", stdin=PASSWORD)
    sessions = StaffSessions(database)
    assert run("staff", "disable", "xiaochen").out == "disabled: xiaochen\n"
    assert sessions.sign_in("xiaochen", PASSWORD) is None
    assert run("staff", "list").out.splitlines()[1].split("\t")[-1] == "disabled"
    assert run("staff", "enable", "xiaochen").out == "enabled: xiaochen\n"
    assert sessions.sign_in("xiaochen", PASSWORD) is not None
    assert run("staff", "reset", "xiaochen", "--password-stdin", stdin="another good one").out == "reset: xiaochen\n"
    assert sessions.sign_in("xiaochen", "another good one") is not None
    told = run("staff", "reset", "xiaochen").out.splitlines()[1]
    password = told.removeprefix("password: ").split(" ")[0]
    assert sessions.sign_in("xiaochen", password) is not None
    heading, row = run("staff", "list").out.splitlines()
    assert len(heading.split("\t")) == len(row.split("\t"))
    assert row == "xiaochen\txiaochen\tagent\t总工会\t-\t-\tfirst password"


@pytest.mark.parametrize(
    ("words", "stdin", "reason"),
    [
        (("staff", "add", "x", "--role", "agent"), "", "用户名"),
        (("staff", "add", "taken", "--role", "agent"), "", "已经有人用了"),
        (("staff", "add", "xiaochen", "--role", "agent", "--organisation", "nowhere"), "", "nowhere"),
        (("staff", "add", "xiaochen", "--role", "agent", "--password-stdin"), "short-pw\n", "太短"),
        (("staff", "add", "xiaochen", "--role", "agent", "--password-stdin"), "", "太短"),
        (("staff", "reset", "nobody"), "", "没有 nobody 这个账号"),
        (("staff", "disable", "nobody"), "", "没有 nobody 这个账号"),
        (("staff", "enable", "nobody"), "", "没有 nobody 这个账号"),
        (("staff", "set", "nobody", "--role", "agent"), "", "没有 nobody 这个账号"),
        (("staff", "set", "taken"), "", "nothing to set"),
        (("organisations", "import", "no-such-file.csv"), "", "no-such-file.csv: No such file"),
        (("departments", "hours", "legal", "whenever"), "", "whenever"),
        (
            ("departments", "hours", "legal", "9:00-12:00", "--day", "2026-02-14", "--organisation", "x"),
            "",
            "没有 legal",
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_is_1(
    run: Callable[..., Done], words: tuple[str, ...], stdin: str, reason: str
) -> None:
    assert run("staff", "add", "taken", "--role", "agent", "--password-stdin", stdin=PASSWORD).code == 0
    before = run("staff", "list").out
    done = run(*words, stdin=stdin)
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith(f"{words[0]}: ")
    assert reason in done.err
    assert "short-pw" not in done.err
    assert run("staff", "list").out == before


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("staff",),
        ("staff", "add"),
        ("staff", "add", "xiaochen"),
        ("staff", "add", "xiaochen", "--role", "boss"),
        ("staff", "add", "xiaochen", "--role", "agent", "--department", "weather"),
        ("staff", "add", "xiaochen", "--role", "agent", "--department", "legal:0"),
        ("staff", "add", "xiaochen", "--role", "agent", "--department", "legal:first"),
        ("staff", "add", "xiaochen", "--role", "agent", "--password", "on-the-command-line"),
        ("staff", "fire", "xiaochen"),
        ("organisations",),
        ("departments", "hours", "weather", "每天 全天"),
        ("departments", "hours", "legal", "休息", "--day", "tomorrow"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_2(run: Callable[..., Done], words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("usage: ")


def test_the_tree_of_unions_is_imported(run: Callable[..., Done], database: Database, tmp_path: Path) -> None:
    table = tmp_path / "unions.csv"
    table.write_text(TREE, encoding="utf-8-sig")  # as spreadsheets save it
    assert run("organisations", "import", str(table)).out == "added: 1, changed: 1\n"
    assert run("organisations", "import", str(table)).out == "added: 0, changed: 0\n"
    with database.read() as session:
        tree = dict(session.execute(select(Organisation.code, Organisation.name)).all())
    assert tree == {"city": "某市总工会", "county": "某县总工会"}
    assert (
        run("staff", "add", "laowang", "--role", "agent", "--organisation", "county", "--department", "legal").code == 0
    )


def test_every_faulty_line_of_a_table_is_named(run: Callable[..., Done], tmp_path: Path) -> None:
    table = tmp_path / "unions.csv"
    table.write_text(TREE.replace("市,江苏", "村,江苏").replace("法律 综合", "天气"), encoding="utf-8")
    done = run("organisations", "import", str(table))
    assert done.code == 1
    assert "第2行" in done.err
    assert "第3行" in done.err
    table.write_bytes(TREE.encode("gb18030"))
    assert "no CSV in UTF-8" in run("organisations", "import", str(table)).err


def test_hours_are_set_for_the_week_and_for_a_day(run: Callable[..., Done], database: Database) -> None:
    assert run("departments", "hours", "legal", "周一至周五 9:00-17:00").out == "set: legal\n"
    assert run("departments", "hours", "legal", "休息", "--day", "2027-02-10", "--name", "春节").code == 0
    assert run("departments", "hours", "legal", "9:00-12:00", "--day", "2027-02-11").code == 0
    assert run("departments", "hours", "legal", "休息", "--day", "2027-02-11").code == 0
    run("staff", "add", "laowang", "--role", "agent", "--department", "legal")
    run("staff", "add", "xiaochen", "--role", "agent", "--department", "legal:1")
    lines = [line.split("\t") for line in run("departments", "list").out.splitlines()]
    assert {len(line) for line in lines} == {6}
    (legal,) = (line for line in lines if line[2] == "legal")
    assert legal[3:] == ["周一至周五 9:00-17:00", "2027-02-10 休息；2027-02-11 休息", "xiaochen laowang"]
    with database.read() as session:
        assert session.scalars(select(Department.hours).where(Department.topic == "aid")).one() == DEFAULT_WEEK


def test_it_writes_utf_8_whatever_the_locale_and_needs_no_web_server(tmp_path: Path) -> None:
    code = (
        "import sys; from bot.cli import main; code = main(sys.argv[1:]); "
        "assert not {'fastapi', 'uvicorn'} & set(sys.modules); sys.exit(code)"
    )
    env = {**os.environ, "VAR_DIR": str(tmp_path), "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    words = ["staff", "add", "小陈", "--role", "agent"]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, env=env, capture_output=True, check=False)
    assert done.stderr.decode("utf-8") == ""
    assert "added: 小陈 (agent)" in done.stdout.decode("utf-8")
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, env=env, capture_output=True, check=False)
    assert done.returncode == 1
    assert "用户名 小陈 已经有人用了。" in done.stderr.decode("utf-8")
