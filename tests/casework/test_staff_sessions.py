"""Signing in, what keeps others from guessing, and how long a session lasts. On both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from casework.actors import Actor
from casework.database import Database
from casework.errors import Invalid
from casework.passwords import Passwords
from casework.staff import Membership, StaffAccounts
from casework.staff_sessions import FIRST_LOCK, IDLE, LIFE, LONGEST_LOCK, TRIES, StaffSessions, lock_after
from casework.tables import AuditEvent, Department, Organisation, Staff, StaffSession

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse"
WRONG = "wrong password"


class Clock:
    """A clock that is moved by hand."""

    moment = MORNING

    def __call__(self) -> datetime:
        return self.moment

    def go_on(self, by: timedelta) -> None:
        self.moment += by


class CountingPasswords(Passwords):
    """Counts how many passwords were really compared."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.compared: list[str | None] = []
        self._lock = threading.Lock()

    def fits(self, kept: str | None, password: str) -> bool:
        with self._lock:
            self.compared.append(kept)
        return super().fits(kept, password)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def passwords() -> CountingPasswords:
    return CountingPasswords()


@pytest.fixture
def accounts(database: Database, clock: Clock, passwords: Passwords) -> StaffAccounts:
    with database.write() as session:
        root = Organisation(level="city", name="市总工会")
        session.add(root)
        session.flush()
        session.add(Department(organisation_id=root.id, topic="legal", name="法律", hours={}))
    accounts = StaffAccounts(database, clock, passwords)
    accounts.add("xiaochen", "agent", password=PASSWORD, display_name="小陈", memberships=[Membership("legal")])
    return accounts


@pytest.fixture
def sessions(database: Database, clock: Clock, passwords: Passwords, accounts: StaffAccounts) -> StaffSessions:
    return StaffSessions(database, clock, passwords)


def row(database: Database) -> Staff:
    with database.read() as session:
        return session.scalars(select(Staff)).one()


def number_of(database: Database, table: type[StaffSession] | type[AuditEvent]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def sign_in(sessions: StaffSessions, password: str = PASSWORD) -> str:
    token = sessions.sign_in("xiaochen", password)
    assert token is not None
    return token


def actor_of(sessions: StaffSessions, token: str) -> Actor:
    signed_in = sessions.session(token)
    assert signed_in is not None
    return signed_in.actor


def test_a_session_says_who_it_is(sessions: StaffSessions, database: Database) -> None:
    signed_in = sessions.session(sign_in(sessions))
    assert signed_in is not None
    staff = row(database)
    with database.read() as session:
        department = session.scalars(select(Department.id)).one()
    assert signed_in.actor == Actor(staff.id, "小陈", "agent", staff.organisation_id, "city", (department,))
    assert not signed_in.must_change_password
    assert signed_in.available


def test_the_name_is_taken_as_people_write_it(sessions: StaffSessions) -> None:
    assert sessions.sign_in(" ＸｉａｏChen", PASSWORD) is not None


def test_the_database_does_not_hold_the_token(sessions: StaffSessions, database: Database) -> None:
    token = sign_in(sessions)
    assert len(token) >= 43  # 256 bits
    with database.read() as session:
        kept = session.scalars(select(StaffSession)).one()
    assert token not in {kept.token_digest, kept.csrf}
    assert sessions.session(kept.token_digest) is None
    assert sessions.session(kept.csrf) is None
    assert sessions.session("") is None


def test_every_session_has_its_own_tokens(sessions: StaffSessions) -> None:
    found = [sessions.session(sign_in(sessions)) for _ in range(3)]
    assert len({each.csrf for each in found if each}) == 3


def test_an_idle_session_ends_and_a_used_one_goes_on(sessions: StaffSessions, clock: Clock) -> None:
    idle, used = sign_in(sessions), sign_in(sessions)
    for _ in range(3):
        clock.go_on(IDLE / 3)
        assert sessions.session(used) is not None
    assert sessions.session(idle) is None
    clock.go_on(IDLE - timedelta(seconds=1))
    assert sessions.session(used) is not None


def test_a_look_that_is_no_use_does_not_keep_it_alive(sessions: StaffSessions, clock: Clock) -> None:
    token = sign_in(sessions)
    for _ in range(3):
        clock.go_on(IDLE / 3 - timedelta(seconds=1))
        assert sessions.session(token, use=False) is not None
    clock.go_on(timedelta(seconds=3))
    assert sessions.session(token, use=False) is None
    assert sessions.session(token) is None


def test_no_session_outlives_a_working_day(sessions: StaffSessions, clock: Clock) -> None:
    token = sign_in(sessions)
    while clock.moment + IDLE / 2 < MORNING + LIFE:
        clock.go_on(IDLE / 2)
        assert sessions.session(token) is not None
    clock.moment = MORNING + LIFE
    assert sessions.session(token) is None


def test_use_is_written_once_a_minute(sessions: StaffSessions, database: Database, clock: Clock) -> None:
    token = sign_in(sessions)
    for seconds, written in ((59, 0), (60, 60), (119, 60), (120, 120)):
        clock.moment = MORNING + timedelta(seconds=seconds)
        sessions.session(token)
        with database.read() as session:
            used = session.scalars(select(StaffSession.last_used_at)).one()
        assert used == MORNING + timedelta(seconds=written)


def test_ended_sessions_are_deleted_with_the_next_sign_in(
    sessions: StaffSessions, database: Database, clock: Clock
) -> None:
    sign_in(sessions)
    clock.go_on(IDLE)
    sign_in(sessions)
    assert number_of(database, StaffSession) == 1


def test_signing_out_ends_this_session_and_presence_with_the_last(
    sessions: StaffSessions, accounts: StaffAccounts, database: Database
) -> None:
    first, second = sign_in(sessions), sign_in(sessions)
    accounts.seen(row(database).id)
    sessions.sign_out(first)
    assert sessions.session(first) is None
    assert sessions.session(second) is not None
    assert row(database).last_seen_at is not None
    sessions.sign_out(second)
    assert row(database).last_seen_at is None
    sessions.sign_out("no such token")


# Guessing.


@given(st.integers(min_value=0, max_value=10_000))
def test_locks_double_up_to_the_longest(failures: int) -> None:
    lock = lock_after(failures)
    if failures < TRIES:
        assert lock is None
        return
    assert lock is not None
    assert FIRST_LOCK <= lock <= LONGEST_LOCK
    following = lock_after(failures + 1)
    assert following == min(lock * 2, LONGEST_LOCK)


def test_five_wrong_passwords_lock_and_the_right_one_waits(sessions: StaffSessions, clock: Clock) -> None:
    for _ in range(TRIES):
        assert sessions.sign_in("xiaochen", WRONG) is None
    assert sessions.sign_in("xiaochen", PASSWORD) is None
    clock.go_on(FIRST_LOCK - timedelta(seconds=1))
    assert sessions.sign_in("xiaochen", PASSWORD) is None
    clock.go_on(timedelta(seconds=1))
    assert sessions.sign_in("xiaochen", PASSWORD) is not None


def test_each_further_wrong_one_locks_for_longer(sessions: StaffSessions, database: Database, clock: Clock) -> None:
    minutes = []
    for _ in range(TRIES + 6):
        assert sessions.sign_in("xiaochen", WRONG) is None
        until = row(database).locked_until
        if until is not None:
            minutes.append((until - clock.moment) / timedelta(minutes=1))
            clock.moment = until
    assert minutes == [1, 2, 4, 8, 15, 15, 15]


def test_a_right_one_forgets_the_wrong_ones_before(sessions: StaffSessions, database: Database) -> None:
    for _ in range(3):
        for _ in range(TRIES - 1):
            assert sessions.sign_in("xiaochen", WRONG) is None
        sign_in(sessions)
    assert row(database).failed_logins == 0
    assert row(database).locked_until is None


def test_while_it_is_locked_not_one_more_password_is_compared(
    sessions: StaffSessions, passwords: CountingPasswords
) -> None:
    for _ in range(30):
        sessions.sign_in("xiaochen", WRONG)
    assert len([kept for kept in passwords.compared if kept]) == TRIES
    assert len(passwords.compared) == 30  # a locked account takes its time all the same


def test_many_tries_at_once_are_no_way_around_the_lock(sessions: StaffSessions, passwords: CountingPasswords) -> None:
    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(lambda _: sessions.sign_in("xiaochen", WRONG), range(24)))
    assert not any(results)
    assert len([kept for kept in passwords.compared if kept]) == TRIES


def test_nothing_tells_an_unknown_account_from_a_known_one(
    sessions: StaffSessions, accounts: StaffAccounts, passwords: CountingPasswords, database: Database
) -> None:
    accounts.add("laowang", "agent", password=PASSWORD)
    accounts.disable("laowang")
    for username in ("xiaochen", "laowang", "nobody", "", "x" * 3000, "' OR 1=1 --"):
        compared, written = len(passwords.compared), number_of(database, AuditEvent)
        assert sessions.sign_in(username, WRONG) is None
        assert len(passwords.compared) == compared + 1
        assert number_of(database, AuditEvent) == written + 1


def test_a_weaker_hash_is_made_anew_when_its_owner_comes(
    sessions: StaffSessions, database: Database, clock: Clock
) -> None:
    before = row(database).password_hash
    stronger = StaffSessions(database, clock, Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)))
    assert stronger.sign_in("xiaochen", WRONG) is None
    assert row(database).password_hash == before
    assert stronger.sign_in("xiaochen", PASSWORD) is not None
    assert "t=2" in str(row(database).password_hash)
    assert stronger.sign_in("xiaochen", PASSWORD) is not None


# One's own password.


def test_a_new_password_ends_every_other_session_and_gives_a_new_token(
    sessions: StaffSessions, accounts: StaffAccounts, database: Database
) -> None:
    accounts.reset_password("xiaochen")
    accounts.reset_password("xiaochen", PASSWORD)
    with database.write() as session:
        session.scalars(select(Staff)).one().must_change_password = True
    here, elsewhere = sign_in(sessions), sign_in(sessions)
    token = sessions.change_password(actor_of(sessions, here), PASSWORD, "another good one")
    assert sessions.session(here) is None
    assert sessions.session(elsewhere) is None
    signed_in = sessions.session(token)
    assert signed_in is not None
    assert not signed_in.must_change_password
    assert sessions.sign_in("xiaochen", PASSWORD) is None
    sign_in(sessions, "another good one")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (WRONG, "another good one", "不对"),
        (PASSWORD, "short", "太短"),
        (PASSWORD, PASSWORD, "一样"),
        (PASSWORD, "ｃｏｒｒｅｃｔ horse", "一样"),
        (PASSWORD, "xiaochen2026", "用户名"),
    ],
)
def test_otherwise_everything_stays_as_it_was(sessions: StaffSessions, old: str, new: str, reason: str) -> None:
    token = sign_in(sessions)
    with pytest.raises(Invalid) as refused:
        sessions.change_password(actor_of(sessions, token), old, new)
    assert reason in refused.value.message
    assert sessions.session(token) is not None
    sign_in(sessions)


def test_an_open_session_is_no_way_to_guess_the_password(sessions: StaffSessions, passwords: CountingPasswords) -> None:
    token = sign_in(sessions)
    actor = actor_of(sessions, token)
    passwords.compared.clear()
    for number in range(12):
        with pytest.raises(Invalid):
            sessions.change_password(actor, f"{WRONG} {number}", "another good one")
    assert len([kept for kept in passwords.compared if kept]) == TRIES
    with pytest.raises(Invalid):
        sessions.change_password(actor, PASSWORD, "another good one")


def test_the_audit_log_says_who_tried_came_and_went(sessions: StaffSessions, database: Database) -> None:
    sessions.sign_in("nobody", WRONG)
    token = sign_in(sessions)
    token = sessions.change_password(actor_of(sessions, token), PASSWORD, "another good one")
    sessions.sign_out(token)
    number = row(database).id
    with database.read() as session:
        logged = session.scalars(select(AuditEvent).where(AuditEvent.event != "staff.added").order_by(AuditEvent.id))
        entries = [(each.event, each.actor, each.object_id, each.details) for each in logged]
    me = f"staff:{number}"
    assert entries == [
        ("staff.sign_in_tried", "unknown", None, {"locked": False}),
        ("staff.sign_in_tried", me, number, {"locked": False}),
        ("staff.signed_in", me, number, {}),
        ("staff.sign_in_tried", me, number, {"locked": False}),
        ("staff.password_changed", me, number, {}),
        ("staff.signed_out", me, number, {}),
    ]
