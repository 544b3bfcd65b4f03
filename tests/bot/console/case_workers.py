"""Workers who send in cases: what the console's case pages are tested with, and shown with."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from casework.attachments import Attachments
from casework.cards import Answer, Bubble
from casework.cases import Opened, Submission, open_case
from casework.cases.follow import CaseFollow
from casework.conversations import Conversations, Received
from casework.crypto import Keyring
from casework.database import Database, now
from casework.file_kinds import prepare
from casework.messages import Enclosure
from casework.procedures.library import Library
from casework.tables import Attachment, Case, Conversation
from casework.wording import Wording
from tests.casework.worker import Worker

PHONE = "13800138000"
IDENTITY = "11010519491231002X"
ANSWERS: dict[str, Any] = {
    "kinds": ["arrears"],
    "status": "employee",
    "together": "alone",
    "employer": "宏远纺织有限公司",
    "started": "2023-03-01",
    "owed_amount": "18600",
    "happened": "三个月没发工资，问了几次都说下个月。<b>还让我签工资已经结清的条子。",
    "name": "王建国",
    "phone": PHONE,
    "identity": {"type": "resident", "number": IDENTITY},
}
OF_PROCEDURE: dict[str, dict[str, Any]] = {
    "join": {"situation": "platform", "district": {"id": 0, "name": "徐州鼓楼区"}, "name": "李秀英", "phone": PHONE},
    "aid": {"name": "张伟", "phone": PHONE},
}


class CaseWorkers:
    """Sends in cases as the action does it, and answers what staff ask for as the gateway does."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording) -> None:
        self.database, self.keyring, self.wording = database, keyring, wording
        self.conversations = Conversations(database, keyring)
        self.library = Library.from_folder()
        self._count = itertools.count(1)

    def sends(
        self,
        worker: str = "wang",
        procedure: str = "legal",
        *,
        at: datetime | None = None,
        files: tuple[int, ...] = (),
        answers: dict[str, Any] | None = None,
        **changes: Any,
    ) -> Opened:
        """Send in a case; `changes` are those of `Submission`."""
        form = self.library.get(procedure)
        assert form is not None
        contact_id, conversation_id = self.conversation(worker)
        told = {**OF_PROCEDURE.get(procedure, ANSWERS), **(answers or {})}
        submission = Submission(
            procedure=form.id,
            prefix=form.prefix,
            contact_id=contact_id,
            conversation_id=conversation_id,
            topic=form.topic,
            grievance=form.grievance,
            answers={step: value for step, value in told.items() if value is not None},
            files=files,
            working_days=form.working_days,
            **changes,
        )
        with self.database.write() as session:
            return open_case(session, self.keyring, submission, self.wording, at or now())

    def conversation(self, worker: str = "wang") -> tuple[int, int]:
        """Return a worker's contact and conversation; she writes once where she is new."""
        number = self.conversations.find("web", worker)
        if number is None:
            number = self._writes(worker, "你好").conversation_id
        with self.database.read() as session:
            return session.get_one(Conversation, number).contact_id, number

    def photo(self, attachments: Attachments, picture: bytes, worker: str = "wang") -> int:
        """Send a photo; return the attachment's id."""
        received = self._writes(worker, "", attachments.enclose(prepare(picture, "工资条.jpg")))
        with self.database.read() as session:
            found = session.query(Attachment.id).filter_by(message_id=received.message_id).scalar()
        assert found is not None
        return int(found)

    def answers(self, text: str, worker: str = "wang") -> str | None:
        """Write what staff asked for; return what the bot says to it."""
        talker = Worker(self.database, self.keyring, self.wording, worker)
        return talker.says(text, CaseFollow(self.database, self.keyring, self.wording))

    def shift(self, number: str, **columns: object) -> None:
        """Change a case's row."""
        with self.database.write() as session:
            case = session.query(Case).filter_by(number=number).one()
            for column, value in columns.items():
                setattr(case, column, value)

    def case(self, number: str) -> Case:
        """Return a case's row as it is now."""
        with self.database.read() as session:
            return session.query(Case).filter_by(number=number).one()

    def _writes(self, worker: str, text: str, enclosure: Enclosure | None = None) -> Received:
        """Let a worker write something that the bot answers."""
        key = f"case:{worker}:{next(self._count)}"
        received = self.conversations.receive("web", worker, key, text=text, enclosure=enclosure)
        self.conversations.answer(received.message_id, Answer((Bubble("好的"),)))
        return received
