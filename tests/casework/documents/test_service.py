"""Documents of cases: a worker's own, staff's with a trace, nobody else's, made from the answers as they are."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import docx
import pytest
from sqlalchemy import select, update

from casework.cases import Opened, Submission, open_case
from casework.conversations import Conversations
from casework.crypto import Keyring
from casework.database import Database
from casework.documents.service import CaseDocuments
from casework.errors import NotAllowed, NotFound
from casework.tables import Attachment, AuditEvent, Case, CaseFile, Conversation, LocalFigure, Message
from casework.wording import Wording
from tests.casework.documents.told import answers, pdf_text
from tests.union import Union

NIGHT = datetime(2026, 11, 21, 18, tzinfo=UTC)
"""Two in the morning of the 22nd in China."""


class Desk:
    """A union with workers who send in what they are owed."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording) -> None:
        self.database, self.keyring, self.wording = database, keyring, wording
        self.union = Union(database)
        self.documents = CaseDocuments(database, keyring, clock=lambda: NIGHT)
        self.conversations = Conversations(database, keyring)

    def contact(self, name: str) -> tuple[int, int]:
        number = self.conversations.find("web", name)
        if number is None:
            number = self.conversations.receive("web", name, f"{name}:0", text="你好").conversation_id
        with self.database.read() as session:
            return session.get_one(Conversation, number).contact_id, number

    def opens(self, name: str = "wang", **changes: Any) -> Opened:
        contact_id, conversation_id = self.contact(name)
        values: dict[str, Any] = {
            "procedure": "legal",
            "prefix": "FL",
            "contact_id": contact_id,
            "conversation_id": conversation_id,
            "topic": "legal",
            "grievance": True,
            "answers": answers(),
        }
        with self.database.write() as session:
            return open_case(session, self.keyring, Submission(**(values | changes)), self.wording, NIGHT)

    def audited(self) -> list[tuple[str, dict[str, Any]]]:
        query = select(AuditEvent).where(AuditEvent.event == "case.document").order_by(AuditEvent.id)
        with self.database.read() as session:
            return [(row.actor, dict(row.details)) for row in session.scalars(query)]


@pytest.fixture
def desk(database: Database, keyring: Keyring, wording: Wording) -> Desk:
    return Desk(database, keyring, wording)


def test_a_worker_gets_her_own_draft_in_both_formats(desk: Desk) -> None:
    opened = desk.opens()
    contact_id, _conversation = desk.contact("wang")
    told = pdf_text(desk.documents.of(contact_id, opened.number, "pdf"))
    assert "王小芳" in told
    assert "2026年11月22日" in "".join(told.split()), "the day is China's"
    word = docx.Document(io.BytesIO(desk.documents.of(contact_id, opened.number, "docx")))
    assert word.tables[0].rows[0].cells[1].text == "王小芳"
    assert desk.documents.of_address("web", "wang", opened.number, "pdf").startswith(b"%PDF")


def test_nobody_else_learns_whether_there_is_one(desk: Desk) -> None:
    opened, other = desk.opens(), desk.contact("li")[0]
    for contact_id, number in ((other, opened.number), (other, "FL-20261122-0099"), (10**6, opened.number)):
        with pytest.raises(NotFound) as refused:
            desk.documents.of(contact_id, number, "pdf")
        assert opened.number not in str(refused.value)
    for address in ("li", "nobody"):
        with pytest.raises(NotFound):
            desk.documents.of_address("web", address, opened.number, "pdf")
    with pytest.raises(NotFound):
        desk.documents.of_address("wechat", "wang", opened.number, "pdf")


def test_another_procedure_has_no_draft(desk: Desk) -> None:
    opened = desk.opens(procedure="aid", prefix="BF", topic="aid", grievance=False)
    with pytest.raises(NotFound):
        desk.documents.of(desk.contact("wang")[0], opened.number, "pdf")


def test_after_an_erasure_there_is_nothing_to_make_it_from(desk: Desk) -> None:
    opened = desk.opens()
    contact_id = desk.contact("wang")[0]
    with desk.database.write() as session:
        session.execute(update(Case).values(answers_sealed=None))
    with pytest.raises(NotFound):
        desk.documents.of(contact_id, opened.number, "pdf")


def test_her_files_are_among_the_evidence(desk: Desk) -> None:
    opened = desk.opens()
    contact_id, conversation_id = desk.contact("wang")
    with desk.database.write() as session:
        message = session.scalars(select(Message).where(Message.conversation_id == conversation_id)).first()
        assert message is not None
        for number, kind in enumerate(("photo", "photo", "voice")):
            file = Attachment(
                message_id=message.id, kind=kind, media_type="image/jpeg", size=1, name_sealed=b"x", path=f"{number}"
            )
            session.add(file)
            session.flush()
            session.add(CaseFile(attachment_id=file.id, case_id=opened.case_id))
    word = docx.Document(io.BytesIO(desk.documents.of(contact_id, opened.number, "docx")))
    assert [row.cells[1].text for row in word.tables[2].rows[1:]] == [
        "工资转账、银行流水",
        "和老板、主管、工作群的聊天",
        "在聊天里交给工会的照片（2 份）",
        "在聊天里交给工会的录音（1 份）",
    ]


def test_staff_who_may_see_the_case_get_it_and_it_is_noted(desk: Desk) -> None:
    opened = desk.opens()
    supervisor = desk.union.hire("chen", desk.union.city, "supervisor", "legal")
    assert desk.documents.for_staff(supervisor, opened.number, "pdf").startswith(b"%PDF")
    assert desk.audited() == [(f"staff:{supervisor.id}", {"kind": "pdf"})]


def test_a_colleague_who_may_not_see_her_number_does_not_get_it_in_a_draft(desk: Desk) -> None:
    opened = desk.opens()
    mine, colleague = (desk.union.hire(name, desk.union.city, "agent", "legal") for name in ("chen", "zhao"))
    with desk.database.write() as session:
        session.execute(update(Case).values(department_id=desk.union.departments[desk.union.city, "legal"]))
        session.execute(update(Case).values(assignee_id=mine.id))
    assert desk.documents.for_staff(mine, opened.number, "pdf").startswith(b"%PDF")
    with pytest.raises(NotAllowed):
        desk.documents.for_staff(colleague, opened.number, "pdf")
    assert desk.audited() == [(f"staff:{mine.id}", {"kind": "pdf"})]


def test_an_imported_average_wage_caps_the_damages(desk: Desk) -> None:
    with desk.database.write() as session:
        session.add(
            LocalFigure(
                figure="average_wage",
                region="江苏/徐州",
                value=Decimal(8000),
                effective_from=date(2026, 1, 1),
                source="某公报",
            )
        )
    number = desk.opens(answers=answers(monthly_pay="30000", kinds=["dismissal"])).number
    # 4.5 months of three times 8000, twice: Labour Contract Law, 47 (2) and 87
    assert "赔偿金216000元" in "".join(pdf_text(desk.documents.of(desk.contact("wang")[0], number, "pdf")).split())


def test_the_firms_own_union_does_not(desk: Desk) -> None:
    opened = desk.opens()
    chair = desk.union.hire("boss", desk.union.firm, "admin", "legal")
    with pytest.raises(NotFound):
        desk.documents.for_staff(chair, opened.number, "pdf")
    assert desk.audited() == []
