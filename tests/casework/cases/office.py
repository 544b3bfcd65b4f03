"""A union that works on cases, and workers who send some in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from casework.cards import Answer, Bubble
from casework.cases import Opened, Submission, open_case
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.tables import Case, CaseEvent, Conversation, Message
from casework.wording import Wording
from tests.union import Union

WEDNESDAY = datetime(2026, 11, 18, 2, tzinfo=UTC)
"""Ten in the morning in China."""


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, moment: datetime = WEDNESDAY) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment


class Office:
    """A city, a county and a firm with their departments; submissions are opened as an action does it."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording, union: Union | None = None) -> None:
        self.database, self.keyring, self.wording = database, keyring, wording
        self.union = union or Union(database)
        self.clock = Clock()
        self.conversations = Conversations(database, keyring)

    def conversation(self, name: str = "wang") -> tuple[int, int]:
        """Return a worker's contact and conversation; she writes once where she is new."""
        number = self.conversations.find("web", name)
        if number is None:
            received = self.conversations.receive("web", name, f"{name}:0", text="你好")
            self.conversations.answer(received.message_id, Answer((Bubble("你好"),)))
            number = received.conversation_id
        with self.database.read() as session:
            return session.get_one(Conversation, number).contact_id, number

    def submission(self, name: str = "wang", **changes: Any) -> Submission:
        """Return an application for aid, unless changed."""
        contact_id, conversation_id = self.conversation(name)
        answers = {
            "name": "阿卜杜拉·买买提",
            "phone": "13800138000",
            "identity": {"type": "resident", "number": "11010519491231002X"},
            "employer": "某某物流有限公司",
            "why": "孩子生病住院",
        }
        values: dict[str, Any] = {
            "procedure": "aid",
            "prefix": "BF",
            "contact_id": contact_id,
            "conversation_id": conversation_id,
            "topic": "aid",
            "grievance": False,
            "answers": answers | changes.pop("answers", {}),
        }
        return Submission(**(values | changes))

    def opens(self, name: str = "wang", **changes: Any) -> Opened:
        """Send in a submission."""
        submission = self.submission(name, **changes)
        with self.database.write() as session:
            return open_case(session, self.keyring, submission, self.wording, self.clock())

    def complains(self, name: str = "wang", **changes: Any) -> Opened:
        """Send in a demand for wages."""
        values = {"procedure": "wages", "prefix": "WQ", "topic": "legal", "grievance": True}
        return self.opens(name, **(values | changes))

    def case(self, case_id: int) -> Case:
        with self.database.read() as session:
            return session.get_one(Case, case_id)

    def trail(self, case_id: int) -> list[tuple[str, str]]:
        """Return who did what to a case, in order."""
        query = select(CaseEvent.actor, CaseEvent.event).where(CaseEvent.case_id == case_id).order_by(CaseEvent.id)
        with self.database.read() as session:
            return [(row.actor, row.event) for row in session.execute(query)]

    def told(self, name: str = "wang") -> list[str]:
        """Return what the system said to a worker, in order."""
        _contact, number = self.conversation(name)
        query = select(Message.text).where(Message.conversation_id == number, Message.author == "system")
        with self.database.read() as session:
            return list(session.scalars(query.order_by(Message.id)))
