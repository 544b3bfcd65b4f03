"""`python -m bot members`, as it is typed."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from bot import cli
from casework.crypto import Keyring
from casework.database import Database
from casework.members import find
from casework.tables import Organisation
from settings import Settings, load_settings, with_secrets

IDENTITY = "32030019900101006X"
TABLE = f"姓名,证件号,工会编码,会员号\n王小明,{IDENTITY},JD,A7\n"


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setattr(cli, "load_settings", lambda: load_settings(None))
    monkeypatch.setattr(cli, "configure_logs", lambda level: None)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
    return load_settings(None)


@pytest.fixture
def table(tmp_path: Path, settings: Settings) -> Path:
    assert cli.main(["members", "count"]) == 0  # makes the database
    database = Database(settings.database)
    with database.write() as session:
        session.add(Organisation(level="enterprise", name="徐州京东物流工会", code="JD"))
    database.close()
    file = tmp_path / "members.csv"
    file.write_text(TABLE, encoding="gb18030")
    return file


def test_a_register_is_tried_then_imported_then_counted(
    table: Path, settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    capfd.readouterr()
    assert cli.main(["members", "import", str(table), "--dry-run"]) == 0
    assert cli.main(["members", "count"]) == 0
    assert cli.main(["members", "import", str(table)]) == 0
    assert cli.main(["members", "count"]) == 0
    assert capfd.readouterr().out.splitlines() == [
        "added: 1, changed: 0, same: 0 (not written)",
        "lines: 0, left: 0",
        "added: 1, changed: 0, same: 0",
        "lines: 1, left: 0",
    ]
    database = Database(settings.database)
    keyring = Keyring.from_data_key(with_secrets(settings).data_key.get_secret_value())
    with database.read() as session:
        member = find(session, keyring, "王小明", IDENTITY)
    database.close()
    assert member is not None
    assert member.member_no == "A7"


def test_faults_are_told_by_line_without_a_name_or_number(table: Path, capfd: pytest.CaptureFixture[str]) -> None:
    table.write_text(TABLE + "李四,320300199001010011,JD,\n张三,E1234567,??,\n", encoding="utf-8")
    assert cli.main(["members", "import", str(table)]) == 1
    said = capfd.readouterr()
    assert [line[:3] for line in said.err.removeprefix("members: ").splitlines()] == ["第3行", "第4行"]
    assert not any(private in said.out + said.err for private in ("李四", "张三", "3203", "E1234567"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["members", "import", str(tmp_path / "none.csv")]) == 1
    assert "none.csv" in capfd.readouterr().err
