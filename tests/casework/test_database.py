"""The database: tables as migrated equal tables as declared, claims are exclusive, changes are seen."""

from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from casework import migrate
from casework.changes import ChangeWatcher, WatchFailed
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database, UtcDateTime, now
from casework.tables import Base, Conversation, Organisation, Staff


def test_the_migrations_make_the_declared_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"compare_type": lambda _c, _i, _m, _ti, tm: False if isinstance(tm, UtcDateTime) else None},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_upgrading_again_changes_nothing(database: Database) -> None:
    migrate.upgrade(database)
    assert migrate.is_current(database)


def test_roles_and_levels_are_checked_by_the_database(database: Database) -> None:
    with database.write() as session:
        union = Organisation(level="province", name="江苏省总工会", region="江苏")
        session.add(union)
        session.flush()
        session.add(Staff(organisation_id=union.id, username="li", display_name="李", role="agent"))
        session.add(Organisation(level="enterprise", name="某厂工会", parent_id=union.id))
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(Staff(organisation_id=union.id, username="wu", display_name="吴", role="king"))


def test_a_time_without_zone_is_refused(sqlite: Database) -> None:
    with pytest.raises(ValueError, match="zone"):
        UtcDateTime().process_bind_param(now().replace(tzinfo=None), sqlite.engine.dialect)


def test_an_error_does_not_repeat_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(IntegrityError) as raised, database.write() as session:
        session.add(Staff(organisation_id=1, username="li", display_name="王芳", role="king"))
    assert "王芳" not in str(raised.value).split("DETAIL")[0]


def test_a_watcher_says_that_its_connection_is_lost_and_opens_another(database: Database) -> None:
    watcher = ChangeWatcher(database)
    watcher.wait(0)
    watcher._raw().close()
    with pytest.raises(WatchFailed):
        watcher.wait(0.1)
    watcher.close()
    assert watcher.wait(0) is False
    watcher.close()


def _claim_all(address: str, owner: str, ready: object, results: object) -> None:
    conversations = Conversations(Database(address), Keyring.from_data_key("a" * 43 + "="))
    ready.wait()  # type: ignore[attr-defined]  # a multiprocessing event
    from datetime import timedelta

    claimed = [n for n in range(1, 51) if conversations.claim(n, owner, timedelta(minutes=1))]
    results.put(claimed)  # type: ignore[attr-defined]  # a multiprocessing queue


def test_two_processes_never_claim_the_same_conversation(sqlite: Database, keyring: Keyring) -> None:
    conversations = Conversations(sqlite, keyring)
    for n in range(50):
        conversations.receive("web", f"worker {n}", f"{n}", text="在吗")
    spawn = multiprocessing.get_context("spawn")
    ready, results = spawn.Event(), spawn.Queue()
    address = sqlite.url.render_as_string(hide_password=False)
    processes = [spawn.Process(target=_claim_all, args=(address, f"p{n}", ready, results)) for n in range(2)]
    for process in processes:
        process.start()
    ready.set()
    claimed = [number for _process in processes for number in results.get(timeout=60)]
    for process in processes:
        process.join()
    assert sorted(claimed) == list(range(1, 51))


def test_a_watcher_sees_what_another_connection_writes(database: Database, conversations: Conversations) -> None:
    conversations.receive("web", "wang", "1", text="在吗")
    watcher = ChangeWatcher(database)
    assert not watcher.wait(0.3)
    writer = threading.Timer(0.3, lambda: _touch(database))
    writer.start()
    began = time.monotonic()
    assert watcher.wait(5)
    assert time.monotonic() - began < 3
    writer.join()
    watcher.close()


def test_a_watcher_that_is_closed_sends_home_who_waits(database: Database) -> None:
    for _ in range(20):
        watcher = ChangeWatcher(database)
        told: list[bool] = []
        waiting = threading.Thread(target=lambda watcher=watcher, told=told: told.append(watcher.wait(30)))
        waiting.start()
        while not watcher._in_use.locked():
            time.sleep(0.001)
        began = time.monotonic()
        watcher.close()
        waiting.join(5)
        assert told == [False]
        assert time.monotonic() - began < 2


def _touch(database: Database) -> None:
    with database.write() as session:
        session.execute(update(Conversation).values(misses=1))


def test_the_file_is_made_in_a_private_folder(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new' / 'x.db'}")
    migrate.upgrade(database)
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    database.close()


def test_threads_that_write_take_turns(sqlite: Database) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            with sqlite.write() as session:
                session.add(Organisation(level="county", name=f"{number}-{turn}"))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite.read() as session:
        assert session.scalar(select(func.count()).select_from(Organisation)) == 200


def test_a_writer_that_takes_too_long_is_not_waited_for_and_blocks_nobody_later(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("casework.database.PATIENCE", 0.2)
    impatient = Database(sqlite.url.render_as_string(hide_password=False))
    began = time.monotonic()
    with impatient.write() as session:
        session.add(Organisation(level="county", name="slow"))
        session.flush()

        def write() -> None:
            with pytest.raises(OperationalError, match="locked"), impatient.write() as session:
                session.add(Organisation(level="county", name="refused"))

        other = threading.Thread(target=write)
        other.start()
        other.join(5)
        assert not other.is_alive()
    assert time.monotonic() - began < 4
    with impatient.write() as session:
        session.add(Organisation(level="county", name="later"))
    with sqlite.read() as session:
        assert set(session.scalars(select(Organisation.name))) == {"slow", "later"}
    impatient.close()
