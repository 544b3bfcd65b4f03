"""Documents of cases, made anew from the sealed answers at every request and never stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.calculators.figures import Figures
from casework.cases.desk import may_work
from casework.cases.records import open_answers
from casework.cases.visibility import visible_cases
from casework.contacts import find_contact
from casework.crypto import Keyring
from casework.database import Database, now
from casework.documents import pdf, word
from casework.documents.answers import codes
from casework.documents.application import from_case
from casework.documents.calculations import calculations
from casework.documents.filing import filing
from casework.documents.letter import TITLE, letter
from casework.errors import NotAllowed, NotFound
from casework.hours import ZONE
from casework.local_figures import LocalFigures
from casework.tables import Attachment, AuditEvent, Case, CaseFile

Kind = Literal["docx", "pdf"]
MEDIA_TYPES: Mapping[str, str] = {"docx": word.MEDIA_TYPE, "pdf": pdf.MEDIA_TYPE}
"""The formats by their endings."""
FILES = {"photo": "照片", "document": "文件", "voice": "录音"}
"""Kinds of attachments as the list of evidence names them."""
PROCEDURES = frozenset({"legal"})
"""Procedures whose answers make an application for arbitration."""


class CaseDocuments:
    """Makes the drafted application of a case."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        figures: Figures | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._figures = figures or LocalFigures(database)
        self._clock = clock

    def of(self, contact_id: int, number: str, kind: Kind) -> bytes:
        """Return the document of a contact's own case.

        Raises `NotFound` for another's as for one that never was, for a procedure without a document, and after an
        erasure.
        """
        with self._database.read() as session:
            case = session.scalar(select(Case).where(Case.number == number, Case.contact_id == contact_id))
            answers = self._answers(session, case)
        return self._made(answers, kind)

    def of_address(self, channel: str, address: str, number: str, kind: Kind) -> bytes:
        """Return the document of a case of whoever writes from this address. Raises `NotFound` as `of`."""
        with self._database.read() as session:
            contact_id = find_contact(session, self._keyring, channel, address)
        if contact_id is None:
            raise NotFound("a contact with a case")
        return self.of(contact_id, number, kind)

    def for_staff(self, actor: Actor, number: str, kind: Kind) -> bytes:
        """Return the document of a case that this actor may work on, and note that she took it: it masks nothing.

        Raises `NotFound` as `of`, and `NotAllowed` for a case that a colleague works on.
        """
        with self._database.write() as session:
            case = session.scalar(select(Case).where(Case.number == number, visible_cases(actor)))
            answers = self._answers(session, case)
            assert case is not None
            if not may_work(actor, case):
                raise NotAllowed("the case is assigned to somebody else")
            session.add(
                AuditEvent(
                    at=self._clock(),
                    actor=f"staff:{actor.id}",
                    event="case.document",
                    object_type="case",
                    object_id=case.id,
                    details={"kind": kind},
                )
            )
        return self._made(answers, kind)

    def _answers(self, session: Session, case: Case | None) -> dict[str, Any]:
        """Return what the document is made from, her files among the evidence. Raises `NotFound`."""
        if case is None or case.procedure not in PROCEDURES or case.answers_sealed is None:
            raise NotFound("a case with a document")
        answers = open_answers(self._keyring, case)
        kinds = session.scalars(
            select(Attachment.kind)
            .join(CaseFile, CaseFile.attachment_id == Attachment.id)
            .where(CaseFile.case_id == case.id)
        )
        count = Counter(kinds)
        files = [f"在聊天里交给工会的{name}（{count[kind]} 份）" for kind, name in FILES.items() if count[kind]]
        return {**answers, "evidence": [*codes(answers.get("evidence")), *files]}

    def _made(self, answers: Mapping[str, Any], kind: Kind) -> bytes:
        today = self._clock().astimezone(ZONE).date()
        application = from_case(answers, calculations(answers, today, self._figures), today)
        blocks = letter(application, filing(answers, today, len(application.respondents)))
        return word.as_word(blocks, TITLE, today) if kind == "docx" else pdf.as_pdf(blocks, TITLE, today)
