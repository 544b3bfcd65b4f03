"""Files and places that workers send: kept encrypted, given to who may see the conversation.

A file is on the disk before its row is committed, so that no row is without its file; a file without a row is left
behind by a crash or an erasure, and removed by upkeep.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.crypto import Keyring
from casework.database import Database
from casework.errors import NotFound
from casework.file_kinds import MEGABYTE, FileTooLarge, Prepared
from casework.file_names import byte_range, disposition
from casework.file_store import FileStore
from casework.messages import Enclosure
from casework.organisations import visible_to
from casework.tables import Attachment, AuditEvent, Conversation, Message

_log = structlog.get_logger()

LABELS = {"photo": "〔照片〕", "document": "〔文件〕", "voice": "〔语音〕", "location": "〔位置〕"}
"""What stands in a message's text for what came with it: never a file's name, which may hold a person's."""
MOST_KEPT = 300 * MEGABYTE
"""Bytes of all files of one conversation."""
ORPHAN_AFTER = timedelta(minutes=10)
"""Age from which a file without a row is no longer one that is just being stored."""
_NAME = "attachments.name"
_PLACE = "messages.location"


@dataclass(frozen=True)
class StoredFile:
    """A file as it is given out."""

    id: int
    kind: str
    media_type: str
    name: str
    content: bytes

    def headers(self, *, inline: bool = False) -> dict[str, str]:
        """Return the headers under which it may be given to a browser: never a page of the site, never kept."""
        return {
            "Content-Disposition": disposition(self.name, inline=inline),
            "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Accept-Ranges": "bytes",
        }

    def part(self, asked: str | None, *, inline: bool = False) -> tuple[int, bytes, dict[str, str]]:
        """Return status, content and headers for a request with this `Range` header."""
        headers = self.headers(inline=inline)
        wanted = byte_range(asked, len(self.content))
        if wanted is None:
            return 200, self.content, headers
        headers["Content-Range"] = f"bytes {wanted.start}-{wanted.stop - 1}/{len(self.content)}"
        return 206, self.content[wanted.start : wanted.stop], headers


@dataclass(frozen=True)
class Place:
    """Where a worker says that she is: degrees, WGS 84."""

    lat: float
    lon: float


class Attachments:
    """Keeps what comes with workers' messages."""

    def __init__(self, database: Database, keyring: Keyring, folder: Path) -> None:
        self._database = database
        self._keyring = keyring
        self._files = FileStore(folder, keyring)

    def enclose(self, file: Prepared) -> Enclosure:
        """Write a file to the disk; return what makes it part of a message, or removes it again. Raises `OSError`."""
        path = self._files.write(file.content)

        def keep(session: Session, message: Message) -> None:
            self._check_room(session, message.conversation_id, len(file.content))
            row = Attachment(
                message_id=message.id,
                kind=file.kind,
                media_type=file.media_type,
                size=len(file.content),
                name_sealed=self._keyring.seal(file.name, _NAME),
                path=path,
            )
            session.add(row)
            session.flush()
            described = {"kind": file.kind, "id": row.id, "media_type": file.media_type, "size": row.size}
            message.extra = {**message.extra, "attachment": described}

        return Enclosure(LABELS[file.kind], keep, lambda: self.remove([path]))

    def enclose_place(self, place: Place) -> Enclosure:
        """Return what makes a place part of a message; only its encrypted form is stored."""
        degrees = json.dumps([round(place.lat, 6), round(place.lon, 6)])
        sealed = base64.b64encode(self._keyring.seal(degrees, _PLACE)).decode()

        def keep(_session: Session, message: Message) -> None:
            message.extra = {**message.extra, "attachment": {"kind": "location"}, "location": sealed}

        return Enclosure(LABELS["location"], keep)

    def of_conversation(self, conversation_id: int, attachment_id: int) -> StoredFile:
        """Return a file to the worker whose conversation it belongs to. Raises `NotFound`."""
        with self._database.read() as session:
            row = _find(session, attachment_id, Conversation.id == conversation_id)
        return self._stored(row)

    def for_staff(self, actor: Actor, attachment_id: int) -> StoredFile:
        """Return a file to staff who may see its conversation, and note that they opened it. Raises `NotFound`."""
        with self._database.read() as session:
            row = _find(session, attachment_id, visible_to(actor))
        stored = self._stored(row)
        self._record(actor, "attachment.opened", "attachment", attachment_id)
        return stored

    def location(self, actor: Actor, message_id: int) -> Place:
        """Return the place in a message to staff who may see it, and note that they looked. Raises `NotFound`."""
        wanted = select(Message.extra).join(Conversation).where(Message.id == message_id, visible_to(actor))
        with self._database.read() as session:
            sealed = (session.scalar(wanted) or {}).get("location")
        if sealed is None:
            raise NotFound("no such place")
        lat, lon = json.loads(self._keyring.open(base64.b64decode(sealed), _PLACE))
        self._record(actor, "location.opened", "message", message_id)
        return Place(lat, lon)

    def remove(self, paths: Iterable[str]) -> None:
        """Delete files whose rows are gone; what cannot be deleted now is left to `remove_orphans`."""
        for path in paths:
            try:
                self._files.remove(path)
            except OSError as error:
                _log.error("attachments.not_removed", error=type(error).__name__)

    def remove_orphans(self) -> int:
        """Delete files that no row knows; return how many."""
        old = list(self._files.older_than(ORPHAN_AFTER))
        orphans: list[str] = []
        for start in range(0, len(old), 500):
            some = old[start : start + 500]
            with self._database.read() as session:
                known = set(session.scalars(select(Attachment.path).where(Attachment.path.in_(some))))
            orphans += [path for path in some if path not in known]
        self.remove(orphans)
        return len(orphans)

    def _stored(self, row: Attachment) -> StoredFile:
        try:
            content = self._files.read(row.path)
        except FileNotFoundError as error:
            _log.error("attachments.missing", attachment=row.id)
            raise NotFound("the file is gone") from error
        return StoredFile(row.id, row.kind, row.media_type, self._keyring.open(row.name_sealed, _NAME), content)

    def _check_room(self, session: Session, conversation_id: int, size: int) -> None:
        kept = select(func.sum(Attachment.size)).join(Message).where(Message.conversation_id == conversation_id)
        if (session.scalar(kept) or 0) + size > MOST_KEPT:
            raise FileTooLarge("你发的文件已经很多了，先发不了新的。还有要紧的，打字告诉我们，工作人员会想办法收。")

    def _record(self, actor: Actor, event: str, object_type: str, object_id: int) -> None:
        with self._database.write() as session:
            session.add(
                AuditEvent(actor=f"staff:{actor.id}", event=event, object_type=object_type, object_id=object_id)
            )


def _find(session: Session, attachment_id: int, seen: ColumnElement[bool]) -> Attachment:
    wanted = select(Attachment).join(Message).join(Conversation).where(Attachment.id == attachment_id, seen)
    row = session.scalar(wanted)
    if row is None:
        raise NotFound("no such attachment")
    return row
