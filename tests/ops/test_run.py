"""`python -m ops.run` says in one line why it cannot start, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from casework.database import Database
from casework.organisations import ensure_root
from casework.staff import StaffAccounts
from casework.staff_sessions import StaffSessions
from ops import ROOT, OpsError, prepare, run
from ops.parts import RASA_LAUNCH, SILENT, bot_url, rasa, rasa_environment
from settings import Settings, load_settings, with_secrets


def ops_run(var: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    ports = {"BOT_PORT": "28000", "CONSOLE_PORT": "28001", "RASA_PORT": "28005", "ACTIONS_PORT": "28055"}
    return subprocess.run(
        [sys.executable, "-m", "ops.run", "--var", str(var), *arguments],
        cwd=ROOT,
        env={**os.environ, **ports, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return with_secrets(load_settings(None, var_dir=tmp_path))


def test_a_busy_port_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        number = str(server.getsockname()[1])
        done = ops_run(tmp_path, RASA_PORT=number)
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: port {number} is taken by process {os.getpid()} (")
    assert done.stderr.endswith("or set RASA_PORT to another number in .env\n")
    assert done.stderr.count("\n") == 1


def test_a_broken_setting_is_one_line(tmp_path: Path) -> None:
    done = ops_run(tmp_path, BOT_PORT="eighty")
    assert done.returncode == 1
    assert done.stderr.startswith("error: BOT_PORT: ")
    assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = ops_run(tmp_path / "file" / "var")
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


def test_wrong_use_is_two(tmp_path: Path) -> None:
    assert ops_run(tmp_path, "--nonsense").returncode == 2


def test_a_second_system_in_the_same_folder_is_refused_by_name(tmp_path: Path) -> None:
    with run.alone(tmp_path):
        done = ops_run(tmp_path)
    assert done.returncode == 1
    assert f"already runs from {tmp_path} (process {os.getpid()})" in done.stderr


def test_the_folder_is_for_the_service_account_only(tmp_path: Path) -> None:
    with run.alone(tmp_path / "var"):
        assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_misspelt_setting_is_pointed_out(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("BOT_PROT=8080\nCONSOLE_PORT=8001\n", encoding="utf-8")
    assert run.unknown_settings(env_file) == ["BOT_PROT in .env is no setting: BOT_PORT?"]
    assert run.unknown_settings(tmp_path / "none") == []


def test_rasa_gets_no_key_and_no_database_and_is_silent(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_KEY", "secret")
    monkeypatch.setenv("DATA_KEY_PREVIOUS", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@host/name")
    env = rasa_environment(settings)
    assert "DATA_KEY" not in env
    assert "DATA_KEY_PREVIOUS" not in env
    assert "DATABASE_URL" not in env
    assert env["LOG_LEVEL"] == env["LOG_LEVEL_LIBRARIES"] == SILENT["LOG_LEVEL"] == "CRITICAL"
    assert env["RASA_TELEMETRY_ENABLED"] == "false"


def test_rasas_token_does_not_show_in_the_list_of_processes(settings: Settings, tmp_path: Path) -> None:
    part = rasa(settings, tmp_path / "model.tar.gz")
    token = settings.rasa_token.get_secret_value()
    assert token
    assert not any(token in word for word in part.command)
    assert part.env["RASA_TOKEN"] == token
    assert 'os.environ["RASA_TOKEN"]' in RASA_LAUNCH


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
    ],
)
def test_the_public_port_is_reached_where_it_listens(settings: Settings, host: str, url: str) -> None:
    assert bot_url(settings.model_copy(update={"bot_host": host})) == url


def test_an_open_port_shows_its_address_in_the_network(settings: Settings) -> None:
    assert not any("network" in line for line in run.addresses(settings))
    opened = settings.model_copy(update={"bot_host": "0.0.0.0"})
    assert any(line.startswith("  in the network http://") for line in run.addresses(opened))


async def test_the_first_account_is_made_once_and_its_password_is_shown_once(settings: Settings) -> None:
    await prepare.database(settings)
    password = await prepare.first_account(settings)
    assert password is not None
    (line,) = run.account(password)
    assert line == f"  first account  admin / {password} (shown only now; you are asked to change it)"
    database = Database(settings.database)
    sessions = StaffSessions(database)
    token = sessions.sign_in("admin", password)
    assert token is not None
    signed_in = sessions.session(token)
    assert signed_in is not None
    assert (signed_in.actor.role, signed_in.must_change_password) == ("admin", True)
    assert password.encode() not in (settings.var_dir / "niangjia.db").read_bytes()
    assert await prepare.first_account(settings) is None
    assert run.account(None) == []
    StaffAccounts(database).disable("admin")
    assert await prepare.first_account(settings) is None
    database.close()


async def test_who_made_an_account_herself_gets_no_other(settings: Settings) -> None:
    await prepare.database(settings)
    database = Database(settings.database)
    ensure_root(database)
    StaffAccounts(database).add("xiaochen", "agent", password="correct horse")
    assert await prepare.first_account(settings) is None
    assert [each.username for each in StaffAccounts(database).list()] == ["xiaochen"]
    database.close()


async def test_the_first_error_of_what_runs_side_by_side_is_the_one_that_is_told() -> None:
    stopped = asyncio.Event()

    async def fails() -> None:
        raise OpsError("the index cannot be built")

    async def waits() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            stopped.set()

    with pytest.raises(OpsError, match="the index cannot be built"):
        await run.together(waits(), fails())
    assert stopped.is_set()
