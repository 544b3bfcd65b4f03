"""Files of workers: encrypted on the disk, part of a message or not there, given to who may see them, erased."""

from __future__ import annotations

import base64
import os
import stat
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework import attachments as module
from casework.attachments import ORPHAN_AFTER, Attachments, Place, StoredFile
from casework.conversations import Conversations, Received
from casework.crypto import DecryptionError, Keyring
from casework.database import Database, now
from casework.erasure import Erasure
from casework.errors import NotFound
from casework.file_kinds import FileTooLarge, prepare
from casework.messages import Enclosure
from casework.tables import Attachment, AuditEvent, Contact, Conversation, Message
from tests.casework import files
from tests.union import Union

NAME = "王芳的工资条.pdf"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "attachments"


@pytest.fixture
def attachments(database: Database, keyring: Keyring, folder: Path) -> Attachments:
    return Attachments(database, keyring, folder)


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def age(folder: Path, by: timedelta = ORPHAN_AFTER * 2) -> None:
    for path in on_disk(folder):
        os.utime(path, (time.time() - by.total_seconds(),) * 2)


class Worker:
    """Sends files of one worker."""

    def __init__(self, conversations: Conversations, attachments: Attachments, address: str = "wang") -> None:
        self._conversations = conversations
        self._attachments = attachments
        self._address = address
        self._count = 0

    def send(self, enclosure: Enclosure, text: str = "", key: str | None = None) -> Received:
        self._count += 1
        name = f"{self._address}:{key or self._count}"
        return self._conversations.receive("web", self._address, name, text=text, enclosure=enclosure)

    def send_file(self, content: bytes = files.PDF, name: str = NAME, text: str = "") -> tuple[Received, int]:
        """Return what was received and the attachment's id."""
        received = self.send(self._attachments.enclose(prepare(content, name)), text)
        (shown,) = self._conversations.shown(received.conversation_id, after=received.message_id - 1)
        return received, shown.extra["attachment"]["id"]


@pytest.fixture
def worker(conversations: Conversations, attachments: Attachments) -> Worker:
    return Worker(conversations, attachments)


def test_a_file_is_kept_encrypted_and_given_back_as_it_was(
    worker: Worker, attachments: Attachments, folder: Path, database: Database
) -> None:
    received, attachment = worker.send_file()
    kept = attachments.of_conversation(received.conversation_id, attachment)
    assert kept == StoredFile(attachment, "document", "application/pdf", NAME, files.PDF)
    (path,) = on_disk(folder)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert b"PDF" not in path.read_bytes()
    assert len(path.parent.name) == 2
    with database.read() as session:
        row = session.get_one(Attachment, attachment)
        message = session.get_one(Message, received.message_id)
    assert NAME.encode() not in row.name_sealed
    assert (row.kind, row.media_type, row.size) == ("document", "application/pdf", len(files.PDF))
    assert message.text == "〔文件〕"
    assert message.extra["attachment"] == {
        "kind": "document",
        "id": attachment,
        "media_type": "application/pdf",
        "size": len(files.PDF),
    }


def test_what_she_writes_beside_it_is_kept_and_known_apart(
    worker: Worker, conversations: Conversations, attachments: Attachments
) -> None:
    received, _attachment = worker.send_file(files.picture(), "a.jpg", text="我的电话 13800138000")
    (shown,) = conversations.shown(received.conversation_id)
    assert shown.text == "〔照片〕我的电话 〔手机号1〕"
    conversations.claim(received.conversation_id, "here", timedelta(minutes=1))
    turn = conversations.begin_turn(received.conversation_id, "here", timedelta(minutes=1))
    assert turn is not None
    assert (turn.attachment, turn.text) == ("photo", "我的电话 〔手机号1〕")


def test_a_file_belongs_to_its_place_and_cannot_be_changed(
    worker: Worker, attachments: Attachments, folder: Path
) -> None:
    received, first = worker.send_file()
    (one,) = on_disk(folder)
    _received, second = worker.send_file(files.picture(), "a.jpg")
    (two,) = set(on_disk(folder)) - {one}
    two.write_bytes(one.read_bytes())  # another file in its place
    with pytest.raises(DecryptionError):
        attachments.of_conversation(received.conversation_id, second)
    changed = bytearray(one.read_bytes())
    changed[-1] ^= 1
    one.write_bytes(bytes(changed))
    with pytest.raises(DecryptionError):
        attachments.of_conversation(received.conversation_id, first)


def test_the_same_message_again_is_one_message_with_one_file(
    worker: Worker, attachments: Attachments, folder: Path, database: Database
) -> None:
    first = worker.send(attachments.enclose(prepare(files.PDF, NAME)), key="same")
    again = attachments.enclose(prepare(files.PDF, NAME))
    repeated = worker.send(again, key="same")
    assert (repeated.message_id, repeated.is_new) == (first.message_id, False)
    again.discard()
    assert len(on_disk(folder)) == 1
    with database.read() as session:
        assert len(session.scalars(select(Attachment.id)).all()) == 1


def test_message_and_file_are_stored_together_or_not_at_all(
    worker: Worker, attachments: Attachments, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", len(files.PDF))
    worker.send_file()
    enclosure = attachments.enclose(prepare(files.PDF, NAME))
    with pytest.raises(FileTooLarge, match="已经很多了"):
        worker.send(enclosure)
    enclosure.discard()
    with database.read() as session:
        assert len(session.scalars(select(Message.id)).all()) == len(session.scalars(select(Attachment.id)).all()) == 1


def test_a_disk_that_is_full_leaves_nothing_behind(
    attachments: Attachments, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("casework.file_store.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        attachments.enclose(prepare(files.PDF, NAME))
    assert on_disk(folder) == []


def test_one_worker_cannot_have_anothers_file(
    conversations: Conversations, attachments: Attachments, worker: Worker
) -> None:
    _received, attachment = worker.send_file()
    other, _attachment = Worker(conversations, attachments, "li").send_file()
    for conversation, number in ((other.conversation_id, attachment), (other.conversation_id, 999), (999, attachment)):
        with pytest.raises(NotFound):
            attachments.of_conversation(conversation, number)


def test_staff_get_what_they_may_see_and_it_is_written_down(
    worker: Worker, attachments: Attachments, database: Database
) -> None:
    union = Union(database)
    received, attachment = worker.send_file()
    place = worker.send(attachments.enclose_place(Place(34.2611, 117.1859)))
    with database.write() as session:
        department = union.departments[union.county, "legal"]
        changed = {"department_id": department, "complaint": True, "state": "open"}
        session.execute(update(Conversation).where(Conversation.id == received.conversation_id).values(**changed))
    county = union.hire("小陈", union.county, "agent", "legal")
    city = union.hire("老李", union.city, "supervisor")
    assert attachments.for_staff(county, attachment).content == files.PDF
    assert attachments.for_staff(city, attachment).name == NAME
    assert attachments.location(county, place.message_id) == Place(34.2611, 117.1859)
    with database.write() as session:
        firm_department = union.departments[union.firm, "legal"]
        session.execute(update(Conversation).values(department_id=firm_department))
    blind = [
        union.hire("厂里", union.firm, "supervisor"),
        union.hire("别的部门", union.city, "agent", "aid"),
        union.hire("编辑", union.city, "editor"),
    ]
    for actor in blind:
        with pytest.raises(NotFound):
            attachments.for_staff(actor, attachment)
        with pytest.raises(NotFound):
            attachments.location(actor, place.message_id)
    with database.read() as session:
        events = session.execute(
            select(AuditEvent.actor, AuditEvent.event, AuditEvent.object_type, AuditEvent.object_id, AuditEvent.details)
        ).all()
    assert [tuple(event) for event in events] == [
        (f"staff:{county.id}", "attachment.opened", "attachment", attachment, {}),
        (f"staff:{city.id}", "attachment.opened", "attachment", attachment, {}),
        (f"staff:{county.id}", "location.opened", "message", place.message_id, {}),
    ]


def test_a_place_is_kept_encrypted_only(
    worker: Worker, attachments: Attachments, conversations: Conversations, database: Database
) -> None:
    received = worker.send(attachments.enclose_place(Place(34.26112233, 117.1859)))
    (shown,) = conversations.shown(received.conversation_id)
    assert shown.text == "〔位置〕"
    assert shown.extra["attachment"] == {"kind": "location"}
    assert b"34.26" not in base64.b64decode(shown.extra["location"])
    assert "34.26" not in str(shown.extra)
    words, _attachment = worker.send_file()
    admin = Union(database).hire("主任", None, "admin")
    assert attachments.location(admin, received.message_id) == Place(34.261122, 117.1859)
    for message in (words.message_id, 999):
        with pytest.raises(NotFound):
            attachments.location(admin, message)


def test_a_file_that_is_gone_is_not_found(worker: Worker, attachments: Attachments, folder: Path) -> None:
    received, attachment = worker.send_file()
    on_disk(folder)[0].unlink()
    with pytest.raises(NotFound):
        attachments.of_conversation(received.conversation_id, attachment)


def test_erasing_a_contact_erases_her_files(
    conversations: Conversations, attachments: Attachments, worker: Worker, folder: Path, database: Database
) -> None:
    received, _attachment = worker.send_file()
    worker.send_file(files.picture(), "a.jpg")
    other, kept = Worker(conversations, attachments, "li").send_file()
    Erasure(database, attachments).erase_contact_of(received.conversation_id)
    assert len(on_disk(folder)) == 1
    assert attachments.of_conversation(other.conversation_id, kept).content == files.PDF


def test_files_of_silent_contacts_go_after_the_retention_time(
    attachments: Attachments, worker: Worker, folder: Path, database: Database
) -> None:
    worker.send_file()
    long_ago = now() - timedelta(days=181)
    with database.write() as session:
        session.execute(update(Contact).values(created_at=long_ago))
        session.execute(update(Conversation).values(last_message_at=long_ago))
    assert Erasure(database, attachments).erase_silent(days=180) == 1
    assert on_disk(folder) == []


def test_upkeep_finds_files_that_no_message_knows(
    attachments: Attachments, worker: Worker, folder: Path, database: Database
) -> None:
    received, attachment = worker.send_file()
    attachments.enclose(prepare(files.PDF, NAME))  # a process died before its message was stored
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / "cut.part").write_bytes(b"half")  # another one while it wrote
    erasure = Erasure(database, attachments)
    erasure.erase_orphans()
    assert len(on_disk(folder)) == 3, "they may be on their way"
    age(folder)
    erasure.erase_orphans()
    assert len(on_disk(folder)) == 1
    assert attachments.of_conversation(received.conversation_id, attachment).content == files.PDF
    Erasure(database).erase_contact_of(received.conversation_id)  # by a process that does not know the folder
    age(folder)
    assert attachments.remove_orphans() == 1
    assert on_disk(folder) == []


def test_a_file_that_cannot_be_removed_now_is_removed_later(
    attachments: Attachments, worker: Worker, folder: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    received, _attachment = worker.send_file()

    def busy(_store: object, _path: str) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr("casework.file_store.FileStore.remove", busy)
        Erasure(database, attachments).erase_contact_of(received.conversation_id)
    assert len(on_disk(folder)) == 1
    age(folder)
    assert attachments.remove_orphans() == 1


def test_an_empty_folder_has_no_orphans(attachments: Attachments) -> None:
    assert attachments.remove_orphans() == 0
