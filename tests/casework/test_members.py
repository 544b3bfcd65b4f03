"""The register of members: imported, and a worker found in it."""

from __future__ import annotations

import base64
from datetime import date
from time import perf_counter, process_time

import pytest
from sqlalchemy import func, select
from stdnum.cn import ric

from casework.crypto import Keyring
from casework.database import Database
from casework.errors import Invalid
from casework.members import Count, Imported, Membership, count, find, import_members
from casework.tables import Base, Member, Organisation

TODAY = date(2026, 11, 22)
IDENTITY = "32030019900101006X"
OTHER = "E12345678"
PHONE = "13800138000"
Row = dict[str, str | None]


@pytest.fixture
def unions(database: Database) -> Database:
    return with_unions(database)


def with_unions(database: Database) -> Database:
    with database.write() as session:
        session.add(Organisation(level="city", name="徐州市总工会", region="江苏/徐州", code="XZ"))
        session.add(Organisation(level="enterprise", name="徐州京东物流工会", region="江苏/徐州", code="JD"))
        session.add(Organisation(level="enterprise", name="徐工集团工会", region="江苏/徐州", code="XG"))
    return database


def row(**values: str) -> Row:
    usual: Row = {"name": "王小明", "identity": IDENTITY, "organisation_code": "JD"}
    return {**usual, **values}


def load(database: Database, keyring: Keyring, *rows: Row, dry_run: bool = False) -> Imported:
    return import_members(database, keyring, rows, dry_run=dry_run, today=TODAY)


def found(
    database: Database, keyring: Keyring, name: str = "王小明", identity: str = IDENTITY, phone: str | None = None
) -> Membership | None:
    with database.read() as session:
        return find(session, keyring, name, identity, phone, today=TODAY)


def number_of(member: Membership | None) -> str | None:
    return member.member_no if member else None


def test_a_member_is_found_by_name_and_number_together(unions: Database, keyring: Keyring) -> None:
    assert load(unions, keyring, row(number="A7", joined_on="2020-03-01", phone=PHONE)) == Imported(1, 0, 0)
    hers = found(unions, keyring)
    assert hers is not None
    assert (hers.member_no, hers.joined_on, hers.left_on) == ("A7", date(2020, 3, 1), None)
    assert (hers.organisation.name, hers.organisation.code) == ("徐州京东物流工会", "JD")
    assert found(unions, keyring, name="王晓明") is None
    assert found(unions, keyring, identity=OTHER) is None
    assert found(unions, keyring, name="", identity="") is None


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("王小明", IDENTITY.lower()),
        (" 王 小明 ", IDENTITY),
        ("王小明", "３２０３００１９９００１０１００６Ｘ"),
        ("王小明", "320300900101006"),
    ],
)
def test_a_member_is_found_however_she_writes_it(sqlite: Database, keyring: Keyring, name: str, identity: str) -> None:
    load(with_unions(sqlite), keyring, row(number="A7"))
    assert number_of(found(sqlite, keyring, name, identity)) == "A7"


def test_a_dot_in_a_name_makes_no_difference(sqlite: Database, keyring: Keyring) -> None:
    load(with_unions(sqlite), keyring, row(name="阿卜杜拉•买买提", number="A7"))
    assert number_of(found(sqlite, keyring, "阿卜杜拉·买买提")) == "A7"


def test_of_several_lines_the_one_that_was_not_left_is_hers(unions: Database, keyring: Keyring) -> None:
    load(
        unions,
        keyring,
        row(number="now", joined_on="2015-01-01"),
        row(number="left", organisation_code="XG", joined_on="2024-01-01", left_on="2025-01-01"),
    )
    assert number_of(found(unions, keyring)) == "now"
    load(unions, keyring, row(number="now", joined_on="2015-01-01", left_on="2026-11-22"))
    assert number_of(found(unions, keyring)) == "left"  # nobody's any more: the one joined last


def test_of_several_that_count_the_one_with_her_phone_is_hers(unions: Database, keyring: Keyring) -> None:
    load(
        unions,
        keyring,
        row(number="one", joined_on="2015-01-01", phone=PHONE),
        row(number="two", organisation_code="XG", joined_on="2024-01-01", phone="13900139000"),
    )
    assert number_of(found(unions, keyring)) == "two"
    assert number_of(found(unions, keyring, phone=f"+86 {PHONE}")) == "one"
    assert number_of(found(unions, keyring, phone="13700137000")) == "two"


def test_an_import_again_changes_what_is_new_and_keeps_what_it_does_not_name(
    unions: Database, keyring: Keyring
) -> None:
    load(unions, keyring, row(number="A7"), row(name="Maria Santos", identity=OTHER, number="A8"))
    with unions.read() as session:
        before = {member.number: member.id for member in session.scalars(select(Member))}
    again = load(
        unions,
        keyring,
        row(number="A7"),
        row(name="Maria Cruz Santos", identity=OTHER, number="A9", left_on="2026-01-01"),
        row(name="李四", identity="H12345678", organisation_code="XG"),
    )
    assert again == Imported(added=1, changed=1, same=1)
    assert number_of(found(unions, keyring, "Maria Santos", OTHER)) is None
    assert number_of(found(unions, keyring, "maria cruz santos", OTHER)) == "A9"
    with unions.read() as session:
        after = {member.number: member.id for member in session.scalars(select(Member))}
        assert count(session, TODAY) == Count(lines=3, left=1)
    assert (after["A7"], after["A9"]) == (before["A7"], before["A8"])
    assert load(unions, keyring, row(number="A7")) == Imported(0, 0, 1)


def test_one_fault_and_nothing_is_written(unions: Database, keyring: Keyring) -> None:
    with pytest.raises(Invalid, match="第3行"):
        load(unions, keyring, row(), row(identity=OTHER, organisation_code="??"))
    with unions.read() as session:
        assert session.scalar(select(func.count()).select_from(Member)) == 0


def test_a_dry_run_counts_and_writes_nothing(unions: Database, keyring: Keyring) -> None:
    load(unions, keyring, row(number="A7"))
    assert load(unions, keyring, row(number="A8"), row(identity=OTHER), dry_run=True) == Imported(1, 1, 0)
    assert number_of(found(unions, keyring)) == "A7"
    with unions.read() as session:
        assert count(session) == Count(1, 0)


def test_nothing_of_a_person_stands_readable_in_the_database(unions: Database, keyring: Keyring) -> None:
    load(unions, keyring, row(phone=PHONE))
    with unions.read() as session:
        stored = repr([tuple(each) for table in Base.metadata.sorted_tables for each in session.execute(select(table))])
    assert not any(private in stored for private in ("王小明", IDENTITY, PHONE, repr("王小明".encode())[2:-1]))


def test_a_member_is_found_and_imported_again_while_keys_change(unions: Database, keyring: Keyring) -> None:
    old, new = (base64.b64encode(each * 32).decode() for each in (b"o", b"n"))
    load(unions, Keyring.from_data_key(old), row(number="A7"))
    both = Keyring.from_data_key(new, old)
    assert number_of(found(unions, both)) == "A7"
    assert load(unions, both, row(number="A7")) == Imported(0, 1, 0)  # the same line, under the new key
    assert number_of(found(unions, Keyring.from_data_key(new))) == "A7"
    with unions.read() as session:
        assert count(session) == Count(1, 0)


@pytest.mark.alone
def test_a_hundred_thousand_lines_are_imported_within_a_minute(sqlite: Database, keyring: Keyring) -> None:
    with_unions(sqlite)
    numbers = [
        f"3203001990{1 + serial % 12:02}{1 + serial % 28:02}{serial // 84 % 1000:03}" for serial in range(84_000)
    ]
    numbers += [
        f"3203011990{1 + serial % 12:02}{1 + serial % 28:02}{serial // 84 % 1000:03}" for serial in range(16_000)
    ]
    rows = [
        row(identity=number + ric.calc_check_digit(f"{number}?"), phone=f"138{serial:08}", number=str(serial))
        for serial, number in enumerate(numbers)
    ]
    start = process_time()
    assert load(sqlite, keyring, *rows).added == 100_000
    assert process_time() - start < 60
    start = perf_counter()
    assert found(sqlite, keyring, identity=str(rows[-1]["identity"])) is not None
    assert perf_counter() - start < 0.1
