"""What writing actions did, so that the same message does nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.database import Database
from casework.tables import ActionResult, UnansweredQuestion

Result = dict[str, Any]


class Ledger:
    """Runs the writing part of an action once per message."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def once(self, message_key: str, action: str, work: Callable[[Session], Result]) -> Result:
        """Run `work` in a transaction with its result, or return the result of the first time."""
        try:
            return self._once(message_key, action, work)
        except IntegrityError:  # another process was first between our look and our write
            return self._once(message_key, action, work)

    def _once(self, message_key: str, action: str, work: Callable[[Session], Result]) -> Result:
        with self._database.write() as session:
            done = session.get(ActionResult, (message_key, action))
            if done is not None:
                return done.result
            result = work(session)
            session.add(ActionResult(message_key=message_key, action=action, result=result))
            return result


def note_unanswered(session: Session, message_key: str, question: str, region: str | None, confidence: float) -> None:
    """Keep a question that the knowledge base declined, for the editors."""
    session.add(UnansweredQuestion(message_key=message_key, question=question, region=region, confidence=confidence))
