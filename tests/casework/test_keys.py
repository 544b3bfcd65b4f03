"""A new key in place of the old one: everything is found and opened before, meanwhile and afterwards."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, update
from sqlalchemy.orm import Session

from casework.attachments import Attachments, Place
from casework.call_backs import PHONE_FIELD
from casework.cases.lookup import keys_meant, keys_of
from casework.cases.records import ANSWERS, EMPLOYER, WORDS
from casework.contacts import add_contact, find_contact, hide_numbers
from casework.crypto import DecryptionError, Keyring
from casework.database import Database
from casework.errors import Invalid
from casework.file_kinds import Prepared
from casework.file_store import FileStore
from casework.keys import FILES, Keys, Tally
from casework.members import find, import_members
from casework.names import name_digest, open_name, seal_name
from casework.sealed_fields import NOT_KEYED, PLACES
from casework.search import matching
from casework.tables import (
    ActionResult,
    Attachment,
    Base,
    CallBack,
    Case,
    CaseEvent,
    CaseGroup,
    CaseKey,
    Contact,
    ContactAddress,
    Conversation,
    Draft,
    Member,
    Message,
    Organisation,
    PrivateNumber,
)
from settings import ROOT
from tests.union import Union

OLD, NEW = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
BEFORE, DURING, AFTER = Keyring.from_data_key(OLD), Keyring.from_data_key(NEW, OLD), Keyring.from_data_key(NEW)
IDENTITY, PHONE = "32030019900101006X", "13800138000"
ANSWERED: dict[str, Any] = {
    "name": "王小明",
    "phone": PHONE,
    "identity": {"type": "resident", "number": IDENTITY},
    "employer": "某某物流",
}


@dataclass
class World:
    """A database with something in every place, made with the old key, and the folder of its files."""

    database: Database
    folder: Path
    contact: int
    conversation: int
    path: str

    def keys(self, keyring: Keyring = DURING, batch: int = 200) -> Keys:
        return Keys(self.database, keyring, FileStore(self.folder, keyring), batch)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self.database.write() as session:
            yield session


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return make_world(database, tmp_path / "files")


def make_world(database: Database, folder: Path, ring: Keyring = BEFORE) -> World:
    union = Union(database)
    attachments = Attachments(database, ring, folder)
    place = attachments.enclose_place(Place(34.26, 117.18))
    file = attachments.enclose(Prepared("photo", "image/png", "欠条.png", b"picture"))
    with database.write() as session:
        contact = add_contact(session, ring, "web", "visitor-1")
        row = session.get_one(Contact, contact)
        row.name_sealed, row.name_digest = seal_name(ring, "王小明"), name_digest(ring, "王小明")
        conversation = Conversation(contact_id=contact, channel="web", rasa_sender="r1")
        session.add(conversation)
        session.flush()
        text = hide_numbers(session, ring, contact, f"我的电话 {PHONE}")
        for enclosure in (None, place, file):
            message = Message(
                conversation_id=conversation.id, author="worker", text=text, channel="web", extra={"a": 1}
            )
            session.add(message)
            session.flush()
            if enclosure is not None:
                enclosure.keep(session, message)
        session.add(CallBack(conversation_id=conversation.id, phone_sealed=ring.seal(PHONE, PHONE_FIELD)))
        session.add(make_draft(ring, contact, conversation.id))
        department = union.departments[union.county, "legal"]
        keys = keys_of(ring, ANSWERED)
        case = Case(
            number="QQ-1",
            procedure="wages",
            contact_id=contact,
            conversation_id=conversation.id,
            department_id=department,
            answers_sealed=ring.seal(as_json(ANSWERED), ANSWERS),
        )
        erased = Case(number="QQ-2", procedure="wages", department_id=department)
        session.add_all([case, erased])
        session.flush()
        session.add_all([CaseKey(case_id=case.id, field=field, digest=key) for field, key in keys.items()])
        session.add(CaseKey(case_id=case.id, field="about", digest="7"))
        session.add(CaseEvent(case_id=case.id, actor="staff:1", event="note", words_sealed=ring.seal("已联系", WORDS)))
        group = CaseGroup(number="QT-1", department_id=department, employer_digest=keys["employer"])
        group.employer_sealed = ring.seal("某某物流", EMPLOYER)
        session.add_all([group, CaseGroup(number="QT-2", department_id=department, employer_digest="")])
        result = {"result": "x", "sealed": ring.seal("{}", "action_results.card").hex()}
        session.add(ActionResult(message_key="m1", action="a", result=result))
        session.add(ActionResult(message_key="m2", action="a", result={"sealed": None}))
        session.add(ActionResult(message_key="m3", action="a", result={"other": 1}))
        session.get_one(Organisation, union.firm).code = "FIRM"
        conversation_id, path = conversation.id, session.scalars(select(Attachment.path)).one()
    line = {"name": "王小明", "identity": IDENTITY, "phone": PHONE, "organisation_code": "FIRM", "number": "A7"}
    import_members(database, ring, [line])
    return World(database, folder, contact, conversation_id, path)


def make_draft(ring: Keyring, contact: int, conversation: int) -> Draft:
    sealed = ring.seal(as_json(ANSWERED), "drafts.answers")
    return Draft(contact_id=contact, conversation_id=conversation, procedure="join", step="name", answers_sealed=sealed)


def as_json(answers: dict[str, Any]) -> str:
    return json.dumps(answers, ensure_ascii=False)


def assert_all_is_found(world: World, ring: Keyring) -> None:
    """Look everything up as the product does, and open it."""
    with world.database.read() as session:
        assert find_contact(session, ring, "web", "visitor-1") == world.contact
        for query in (PHONE, "王小明"):
            assert session.scalars(select(Conversation.id).where(matching(session, ring, query))).all() == [1]
        member = find(session, ring, "王小明", IDENTITY, PHONE)
        assert member is not None
        assert member.member_no == "A7"
        contact = session.get_one(Contact, world.contact)
        assert contact.name_sealed is not None
        assert open_name(ring, contact.name_sealed) == "王小明"
        for column, field, plain in (
            (ContactAddress.address_sealed, "address.web", "visitor-1"),
            (PrivateNumber.sealed, "private_number", PHONE),
            (CallBack.phone_sealed, PHONE_FIELD, PHONE),
            (Draft.answers_sealed, "drafts.answers", as_json(ANSWERED)),
            (CaseEvent.words_sealed, WORDS, "已联系"),
            (Attachment.name_sealed, "attachments.name", "欠条.png"),
        ):
            sealed = session.scalars(select(column)).one()
            assert sealed is not None
            assert ring.open(sealed, field) == plain
        result = session.get_one(ActionResult, ("m1", "a")).result
        assert ring.open(bytes.fromhex(result["sealed"]), "action_results.card") == "{}"
        located = session.scalars(select(Message.extra).order_by(Message.id)).all()[1]
        assert located["a"] == 1
        assert ring.open(base64.b64decode(located["location"]), "messages.location") == "[34.26, 117.18]"
    assert FileStore(world.folder, ring).read(world.path) == b"picture"


def assert_cases_are_found(world: World, ring: Keyring) -> None:
    with world.database.read() as session:
        keys = {key.field: key.digest for key in session.scalars(select(CaseKey))}
        assert {field: keys[field] for field in ("phone", "identity", "name", "employer")} == keys_of(ring, ANSWERED)
        assert keys["about"] == "7"
        assert session.scalars(select(CaseGroup.employer_digest).order_by(CaseGroup.id)).all() == [
            keys["employer"],
            "",
        ]
        assert ("phone", keys["phone"]) in keys_meant(ring, PHONE)
        answers = session.scalars(select(Case.answers_sealed).order_by(Case.id)).all()
        assert answers[0] is not None
        assert ring.open(answers[0], ANSWERS) == as_json(ANSWERED)
        assert answers[1] is None


# The list of places.


def test_every_encrypted_column_and_every_keyed_hash_has_its_place() -> None:
    suspicious = re.compile(r"(?:^|_)(?:sealed|digest)$")
    there = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if suspicious.search(column.name) or str(column.type) == "BLOB"
    }
    listed = set(NOT_KEYED)
    for place in PLACES:
        if place.beside is None:
            listed.add(f"{place.table.__tablename__}.{place.column}")
        listed |= {f"{place.table.__tablename__}.{name}" for name in hashes_of(place.table)}
    assert there - listed == set()
    for name in NOT_KEYED:
        table, column = name.split(".")
        assert column in Base.metadata.tables[table].columns


def test_whoever_encrypts_is_known_here() -> None:
    """A value that is put into JSON has no column that would show it: a new caller needs a place in the list."""
    known = {
        "casework/attachments.py",
        "casework/call_backs.py",
        "casework/cases/desk.py",
        "casework/cases/follow.py",
        "casework/cases/groups.py",
        "casework/cases/records.py",
        "casework/contacts.py",
        "casework/crypto.py",
        "casework/file_store.py",
        "casework/members.py",
        "casework/names.py",
        "casework/procedures/drafts.py",
        "casework/procedures/service.py",
        "casework/sealed_fields.py",
    }
    rooms = (ROOT / room for room in ("casework", "bot", "actions", "knowledge_base"))
    modules = [module for room in rooms for module in room.rglob("*.py")]
    sealing = {module for module in modules if re.search(r"\.seal(?:_bytes)?\(", module.read_text(encoding="utf-8"))}
    assert {module.relative_to(ROOT).as_posix() for module in sealing} <= known


def hashes_of(table: type[Base]) -> set[str]:
    """The hashes that the places of a table renew, as one run of each shows."""
    found: set[str] = set()
    row = {column.key: "" for column in inspect(table).columns} | {"channel": "web", "field": "name"}
    for place in PLACES:
        if place.table is table and place.digests is not None:
            plain = '["王小明", "E1234567", null]' if table is Member else as_json(ANSWERED)
            found |= set(place.digests(AFTER, row, plain))
    return found


def test_something_stands_in_every_place(world: World) -> None:
    tallies = world.keys().check()
    assert set(tallies) == {place.name for place in PLACES} | {FILES}
    assert {name: tally for name, tally in tallies.items() if tally.previous == 0} == {}


# A rotation.


def test_afterwards_the_old_key_is_not_needed(world: World) -> None:
    assert_all_is_found(world, BEFORE)
    assert_all_is_found(world, DURING)
    values = sum(tally.newest for tally in world.keys(BEFORE).check().values())
    assert world.keys().rotate() == values
    for ring in (AFTER, DURING):
        assert_all_is_found(world, ring)
        assert_cases_are_found(world, ring)
    tallies = world.keys(AFTER).check()
    assert all(tally.previous == tally.unreadable == 0 for tally in tallies.values())
    with pytest.raises(AssertionError):
        assert_all_is_found(world, BEFORE)
    with pytest.raises(DecryptionError):
        FileStore(world.folder, BEFORE).read(world.path)


def test_a_second_time_changes_nothing(world: World) -> None:
    world.keys().rotate()
    with world.database.read() as session:
        before = [session.execute(select(table)).all() for table in Base.metadata.sorted_tables]
    assert world.keys().rotate() == 0
    with world.database.read() as session:
        assert [session.execute(select(table)).all() for table in Base.metadata.sorted_tables] == before


def test_without_an_old_key_there_is_nothing_to_change(world: World) -> None:
    with pytest.raises(Invalid, match="DATA_KEY_PREVIOUS"):
        world.keys(BEFORE).rotate()


@pytest.mark.parametrize("batches", range(0, 15, 3))
def test_one_that_was_killed_goes_on_where_it_was(sqlite: Database, tmp_path: Path, batches: int) -> None:
    world = make_world(sqlite, tmp_path / "files")
    left = batches

    def killed(_name: str, _count: int) -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1

    with pytest.raises(KeyboardInterrupt):
        world.keys(batch=2).rotate(killed)
    assert_all_is_found(world, DURING)
    tallies = world.keys().check()
    assert sum(tally.newest for tally in tallies.values()) > 0
    rest = sum(tally.previous for tally in tallies.values())
    assert rest > 0
    assert world.keys(batch=2).rotate() == rest
    assert_all_is_found(world, AFTER)
    assert_cases_are_found(world, AFTER)


def test_it_goes_on_while_workers_write(world: World) -> None:
    """Nobody is taken for somebody new, and what is written meanwhile is under the new key."""
    with world.writing() as session:
        known = {f"v{number}": add_contact(session, BEFORE, "web", f"v{number}") for number in range(120)}
        for contact in known.values():
            hide_numbers(session, BEFORE, contact, PHONE)
    done = Event()

    def traffic() -> int:
        turns = 0
        while not done.is_set() or turns < 2:
            for address, contact in list(known.items())[turns % 7 :: 7]:
                with world.writing() as session:
                    assert find_contact(session, DURING, "web", address) == contact
                    assert hide_numbers(session, DURING, contact, PHONE) == "〔手机号1〕"
                    row = session.get_one(Contact, contact)
                    row.name_sealed, row.name_digest = seal_name(DURING, address), name_digest(DURING, address)
            turns += 1
        return turns

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(traffic) for _ in range(2)]
        try:
            world.keys(batch=5).rotate()
        finally:
            done.set()
        assert all(each.result() > 0 for each in running)
    tallies = world.keys(AFTER).check()
    assert all(tally.previous == tally.unreadable == 0 for tally in tallies.values())
    with world.database.read() as session:
        assert session.scalar(select(func.count()).select_from(ContactAddress)) == 121
        assert session.scalar(select(func.count()).select_from(PrivateNumber)) == 121
        for address, contact in known.items():
            sealed = session.get_one(Contact, contact).name_sealed
            if sealed is not None:
                assert open_name(AFTER, sealed) == address


def test_what_is_changed_between_the_look_and_the_write_is_not_lost(sqlite: Database, tmp_path: Path) -> None:
    world = make_world(sqlite, tmp_path / "files")
    keys = world.keys()
    renew = keys._renew

    def late(place: object, rows: list[tuple[object, ...]]) -> int:
        with world.writing() as session:
            fresh = {"name_sealed": seal_name(DURING, "李四"), "name_digest": name_digest(DURING, "李四")}
            session.execute(update(Contact).values(fresh))
        return renew(place, rows)  # type: ignore[arg-type]

    keys._renew = late  # type: ignore[method-assign,assignment]
    keys.rotate()
    with world.database.read() as session:
        contact = session.get_one(Contact, world.contact)
        assert contact.name_sealed is not None
        assert open_name(AFTER, contact.name_sealed) == "李四"
        assert contact.name_digest == name_digest(AFTER, "李四")


def test_a_hash_of_the_old_key_beside_a_value_of_the_new_one_is_changed(world: World) -> None:
    world.keys().rotate()
    with world.writing() as session:
        session.execute(update(Contact).values(name_digest=name_digest(BEFORE, "王小明")))
    assert world.keys().check()["contacts.name_sealed"] == Tally(previous=1)
    assert world.keys().rotate() == 1
    assert_all_is_found(world, AFTER)


def test_what_no_key_opens_is_counted_and_left_as_it_is(world: World) -> None:
    with world.writing() as session:
        session.execute(update(CallBack).values(phone_sealed=b"broken"))
    (world.folder / world.path).unlink()
    assert world.keys().check()["call_backs.phone_sealed"] == Tally(unreadable=1)
    assert world.keys().check()[FILES] == Tally(unreadable=1)
    world.keys().rotate()
    tallies = world.keys(AFTER).check()
    assert {name for name, tally in tallies.items() if tally != Tally(newest=tally.newest)} == {
        "call_backs.phone_sealed",
        FILES,
    }
    with world.database.read() as session:
        assert session.scalars(select(CallBack.phone_sealed)).one() == b"broken"
