"""Accounts of staff: made, changed, closed, listed; who is there. On both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from casework.actors import Actor
from casework.database import Database
from casework.errors import Conflict, Invalid, NotFound
from casework.passwords import Passwords
from casework.staff import PRESENT, SEEN_EVERY, Membership, StaffAccounts, is_present, normal_username
from casework.staff_sessions import StaffSessions
from casework.tables import AuditEvent, Department, DepartmentMember, Organisation, Staff

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse"


class Clock:
    """A clock that is moved by hand."""

    moment = MORNING

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def accounts(database: Database, clock: Clock, passwords: Passwords) -> StaffAccounts:
    with database.write() as session:
        city = Organisation(level="city", name="市总工会", code="city")
        session.add(city)
        session.flush()
        county = Organisation(level="county", name="县总工会", code="county", parent_id=city.id)
        session.add(county)
        session.flush()
        for topic in ("legal", "aid"):
            session.add(Department(organisation_id=city.id, topic=topic, name=topic, hours={}))
        session.add(Department(organisation_id=county.id, topic="general", name="general", hours={}))
    return StaffAccounts(database, clock, passwords)


@pytest.fixture
def sessions(database: Database, clock: Clock, passwords: Passwords) -> StaffSessions:
    return StaffSessions(database, clock, passwords)


def row(database: Database, username: str) -> Staff:
    with database.read() as session:
        return session.scalars(select(Staff).where(Staff.username == username)).one()


def events(database: Database) -> list[AuditEvent]:
    with database.read() as session:
        return list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


def test_an_account_belongs_to_the_root_unless_it_is_said_where(accounts: StaffAccounts) -> None:
    assert accounts.is_empty()
    accounts.add("xiaochen", "agent", password=PASSWORD)
    accounts.add("laowang", "supervisor", password=PASSWORD, organisation="county")
    assert not accounts.is_empty()
    assert {each.username: each.organisation for each in accounts.list()} == {
        "xiaochen": "市总工会",
        "laowang": "县总工会",
    }


def test_without_a_password_one_is_made_up_and_must_be_changed(
    accounts: StaffAccounts, sessions: StaffSessions, database: Database
) -> None:
    made_up = accounts.add("xiaochen", "agent")
    assert made_up is not None
    token = sessions.sign_in("xiaochen", made_up)
    assert token is not None
    signed_in = sessions.session(token)
    assert signed_in is not None
    assert signed_in.must_change_password
    assert made_up not in str(row(database, "xiaochen").password_hash)


def test_a_given_password_need_not_be_changed(accounts: StaffAccounts, database: Database) -> None:
    assert accounts.add("xiaochen", "agent", password=PASSWORD) is None
    assert not row(database, "xiaochen").must_change_password


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("XiaoChen", "xiaochen"),
        ("ｘｉａｏ.Chen_1-2", "xiao.chen_1-2"),
        ("小陈", "小陈"),
        ("  li.na ", "li.na"),
        ("㐀㐁", "㐀㐁"),
        ("A" * 40, "a" * 40),
    ],
)
def test_usernames_are_kept_in_one_form(accounts: StaffAccounts, written: str, kept: str) -> None:
    accounts.add(written, "agent", password=PASSWORD)
    (account,) = accounts.list()
    assert account.username == kept == normal_username(kept)
    with pytest.raises(Conflict):
        accounts.add(kept.upper(), "agent", password=PASSWORD)
    assert len(accounts.list()) == 1


@pytest.mark.parametrize("username", ["", "x", "a" * 41, "xiao chen", "xiao/chen", "<b>", "小陈！", "a\u200bb", "é́é"])
def test_other_usernames_are_refused(accounts: StaffAccounts, username: str) -> None:
    with pytest.raises(Invalid):
        accounts.add(username, "agent", password=PASSWORD)
    assert accounts.is_empty()


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "boss"},
        {"organisation": "nowhere"},
        {"password": "short"},
        {"password": "xiaochen12"},
        {"display_name": " "},
        {"display_name": "小" * 61},
        {"display_name": "小\u202e陈"},
        {"memberships": [Membership("weather")]},
        {"memberships": [Membership("joining")]},  # the root has no such department here
        {"memberships": [Membership("legal", 0)]},
    ],
    ids=str,
)
def test_what_cannot_be_used_leaves_nothing_behind(accounts: StaffAccounts, wrong: dict[str, object]) -> None:
    given: dict[str, object] = {"username": "xiaochen", "role": "agent", "password": PASSWORD}
    with pytest.raises(Invalid):
        accounts.add(**{**given, **wrong})  # type: ignore[arg-type]  # wrong on purpose
    assert accounts.is_empty()


def test_a_reset_gives_another_password_and_ends_everything_before(
    accounts: StaffAccounts, sessions: StaffSessions, database: Database
) -> None:
    accounts.add("xiaochen", "agent", password=PASSWORD)
    token = sessions.sign_in("xiaochen", PASSWORD)
    assert token is not None
    for _ in range(5):
        sessions.sign_in("xiaochen", "wrong password")
    made_up = accounts.reset_password("XIAOCHEN")
    assert made_up is not None
    assert sessions.session(token) is None
    assert sessions.sign_in("xiaochen", PASSWORD) is None
    assert sessions.sign_in("xiaochen", made_up) is not None
    assert row(database, "xiaochen").must_change_password


def test_a_closed_account_is_signed_out_at_once_and_opens_with_its_password(
    accounts: StaffAccounts, sessions: StaffSessions, database: Database
) -> None:
    accounts.add("xiaochen", "agent", password=PASSWORD)
    token = sessions.sign_in("xiaochen", PASSWORD)
    assert token is not None
    accounts.seen(row(database, "xiaochen").id)
    accounts.disable("xiaochen")
    assert sessions.session(token) is None
    assert sessions.sign_in("xiaochen", PASSWORD) is None
    assert row(database, "xiaochen").last_seen_at is None
    assert [each.disabled for each in accounts.list()] == [True]
    accounts.enable("xiaochen")
    assert sessions.session(token) is None
    assert sessions.sign_in("xiaochen", PASSWORD) is not None


def test_nobody_is_changed_by_a_wrong_name(accounts: StaffAccounts) -> None:
    accounts.add("xiaochen", "agent", password=PASSWORD)
    for change in (accounts.disable, accounts.enable, accounts.reset_password):
        with pytest.raises(NotFound):
            change("xiaochen2")
    with pytest.raises(NotFound):
        accounts.set_role("xiaochen2", "admin")
    with pytest.raises(NotFound):
        accounts.set_memberships("xiaochen2", [])


def test_a_role_holds_at_once(accounts: StaffAccounts, sessions: StaffSessions) -> None:
    accounts.add("xiaochen", "agent", password=PASSWORD)
    token = sessions.sign_in("xiaochen", PASSWORD)
    assert token is not None
    accounts.set_role("xiaochen", "supervisor")
    signed_in = sessions.session(token)
    assert signed_in is not None
    assert signed_in.actor.role == "supervisor"
    with pytest.raises(Invalid):
        accounts.set_role("xiaochen", "root")


def test_departments_and_duty_places_are_set_as_a_whole(accounts: StaffAccounts, database: Database) -> None:
    accounts.add("xiaochen", "agent", password=PASSWORD, memberships=[Membership("legal", 2), Membership("aid")])
    assert accounts.list()[0].memberships == (Membership("legal", 2), Membership("aid"))
    accounts.set_memberships("xiaochen", [Membership("aid", 1)])
    assert accounts.list()[0].memberships == (Membership("aid", 1),)
    with pytest.raises(Invalid):
        accounts.set_memberships("xiaochen", [Membership("legal"), Membership("weather")])
    with database.read() as session:
        assert len(session.scalars(select(DepartmentMember)).all()) == 1


def test_the_audit_log_has_numbers_and_codes_only(accounts: StaffAccounts, database: Database) -> None:
    accounts.add("xiaochen", "agent", password=PASSWORD, display_name="陈晓")
    accounts.reset_password("xiaochen", "another good one")
    accounts.set_role("xiaochen", "supervisor")
    accounts.set_memberships("xiaochen", [Membership("legal")])
    accounts.disable("xiaochen", by="staff:7")
    accounts.enable("xiaochen")
    number = row(database, "xiaochen").id
    logged = events(database)
    assert [(each.event, each.actor, each.object_id) for each in logged] == [
        ("staff.added", "operator", number),
        ("staff.password_reset", "operator", number),
        ("staff.role_set", "operator", number),
        ("staff.memberships_set", "operator", number),
        ("staff.disabled", "staff:7", number),
        ("staff.enabled", "operator", number),
    ]
    kept = " ".join(str(each.details) for each in logged)
    for word in ("xiaochen", "陈晓", PASSWORD, "another", "argon2"):
        assert word not in kept


def test_who_was_seen_lately_and_takes_work_is_there(accounts: StaffAccounts, database: Database, clock: Clock) -> None:
    accounts.add("xiaochen", "agent", password=PASSWORD)
    staff = row(database, "xiaochen")
    actor = Actor(staff.id, "小陈", "agent", staff.organisation_id, "city")
    assert not is_present(staff, MORNING)
    accounts.seen(staff.id)
    assert is_present(row(database, "xiaochen"), MORNING + PRESENT)
    assert not is_present(row(database, "xiaochen"), MORNING + PRESENT + timedelta(seconds=1))
    accounts.set_available(actor, False)
    assert not is_present(row(database, "xiaochen"), MORNING)
    accounts.set_available(actor, True)
    assert is_present(row(database, "xiaochen"), MORNING)
    accounts.disable("xiaochen")
    clock.moment += timedelta(seconds=30)
    accounts.seen(staff.id)  # a page that is still open
    assert not is_present(row(database, "xiaochen"), clock.moment)


def test_being_seen_is_written_only_now_and_then(accounts: StaffAccounts, database: Database, clock: Clock) -> None:
    accounts.add("xiaochen", "agent", password=PASSWORD)
    number = row(database, "xiaochen").id
    accounts.seen(number)
    for seconds, written in ((19, MORNING), (20, MORNING + SEEN_EVERY), (39, MORNING + SEEN_EVERY)):
        clock.moment = MORNING + timedelta(seconds=seconds)
        accounts.seen(number)
        assert row(database, "xiaochen").last_seen_at == written
