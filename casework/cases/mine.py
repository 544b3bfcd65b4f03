"""The worker's side of her cases: how they go, by when something happens, and taking one back.

What is said here names a case by its number and its state, never the employer or the matter: it may light up on a
phone that lies on a workbench.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.cards import Button, Card
from casework.cases.promises import spoken_promise
from casework.cases.records import lock_case
from casework.cases.states import CLOSED
from casework.cases.steps import change_state
from casework.cases.taps import ADD_TO_CASE, SHOW_CASE, WITHDRAW_CASE
from casework.database import Database, now
from casework.errors import NotFound
from casework.organisations import department_hours
from casework.procedures.drafts import withdraw_consents
from casework.tables import Case, Conversation, Message
from casework.wording import Wording

MOST = 5
"""Cases that are shown at once; who has more asks by number."""


@dataclass(frozen=True)
class Progress:
    """How a case of hers goes; `promised` says by when the next step comes, None where nothing is promised."""

    case_id: int
    number: str
    state: str
    reason: str | None
    promised: str | None
    awaits_worker: bool
    is_late: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether it goes on."""
        return self.state not in CLOSED


class MyCases:
    """Shows a worker her own cases and nobody else's."""

    def __init__(self, database: Database, wording: Wording, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._wording = wording
        self._clock = clock

    def contact_of(self, message_key: str) -> int | None:
        """Return who wrote the message that the dialogue engine works on, None where she was erased meanwhile."""
        query = select(Conversation.contact_id).join(Message, Message.conversation_id == Conversation.id)
        with self._database.read() as session:
            return session.scalar(query.where(Message.message_key == message_key))

    def of_contact(self, contact_id: int) -> list[Progress]:
        """Return all her cases: what goes on before what is closed, the newest first."""
        query = select(Case).where(Case.contact_id == contact_id).order_by(Case.closed_at.is_not(None), Case.id.desc())
        with self._database.read() as session:
            return [self._progress(session, case) for case in session.scalars(query)]

    def by_number(self, contact_id: int, number: str) -> Progress:
        """Return one of her cases. Raises `NotFound`, for another's number as for one that was never given."""
        with self._database.read() as session:
            return self.by_number_in(session, contact_id, number)

    def by_number_in(self, session: Session, contact_id: int, number: str) -> Progress:
        """Do as `by_number`, in the caller's transaction."""
        return self._progress(session, _hers(session, contact_id, number))

    def card(self, contact_id: int | None, number: str | None = None) -> Card:
        """Return what she is told of her cases, or of the one with this number."""
        if contact_id is None:
            return self._told("none")
        if number is not None:
            try:
                return self._one(self.by_number(contact_id, number))
            except NotFound:
                return self._told("unknown")
        cases = self.of_contact(contact_id)
        if not cases:
            return self._told("none")
        return self._one(cases[0]) if len(cases) == 1 else self._several(cases)

    def withdraw(self, session: Session, contact_id: int, number: str, reason: str = "own_wish") -> str:
        """Take one of her cases back, in the caller's transaction; return its number.

        Raises `NotFound` as `by_number` does, `Conflict` where it is closed already, `Invalid` for an unknown reason.
        """
        case = lock_case(session, _hers(session, contact_id, number).id)
        if case is None or case.contact_id != contact_id:
            raise NotFound(f"no case {number}")
        change_state(session, case, "withdrawn", "worker", "worker", self._wording, self._clock(), reason=reason)
        withdraw_consents(session, contact_id, case.procedure, self._clock())
        return case.number

    def text(self, progress: Progress) -> str:
        """Say how one case goes."""
        return self._wording.text(
            "utter_case_progress", number=progress.number, state=self._state(progress), next=self._next(progress)
        )

    def _one(self, progress: Progress) -> Card:
        buttons = []
        if progress.awaits_worker:
            buttons.append(self._button("add", ADD_TO_CASE, progress.number))
        if progress.is_open:
            buttons.append(self._button("withdraw", WITHDRAW_CASE, progress.number))
        buttons.append(self._person())
        return Card("answered", self.text(progress), buttons=tuple(buttons))

    def _several(self, cases: Sequence[Progress]) -> Card:
        shown = cases[:MOST]
        lines = [self._wording.text("utter_case_line", number=p.number, state=self._state(p)) for p in shown]
        conclusion = self._wording.text("utter_case_several", count=len(cases))
        buttons = tuple(Button(p.number, SHOW_CASE, {"case": p.number}) for p in shown)
        return Card("answered", conclusion, detail="\n".join(lines), buttons=buttons)

    def _told(self, name: str) -> Card:
        return Card("answered", self._wording.text(f"utter_case_{name}"), buttons=(self._person(),))

    def _person(self) -> Button:
        return Button(self._wording.text("utter_button_human"), "request_human")

    def _button(self, name: str, intent: str, number: str) -> Button:
        return Button(self._wording.text(f"utter_button_case_{name}"), intent, {"case": number})

    def _state(self, progress: Progress) -> str:
        return self._wording.text(f"utter_case_state_{progress.state}")

    def _next(self, progress: Progress) -> str:
        """Say what comes next, or why it is over."""
        if not progress.is_open:
            return self._wording.text(f"utter_case_reason_{progress.state}_{progress.reason}")
        if progress.awaits_worker:
            return self._wording.text("utter_case_next_worker")
        if progress.promised is None:
            return self._wording.text("utter_case_next_unknown")
        return self._wording.text("utter_case_next", promised=progress.promised)

    def _progress(self, session: Session, case: Case) -> Progress:
        moment = self._clock()
        is_late = case.due_at is not None and case.due_at < moment
        hours = department_hours(session, case.department_id) if case.due_at is not None and not is_late else None
        promised = spoken_promise(case.due_at, moment, hours) if case.due_at is not None and hours is not None else None
        return Progress(case.id, case.number, case.state, case.reason, promised, case.awaits_worker, is_late)


def _hers(session: Session, contact_id: int, number: str) -> Case:
    case = session.scalar(select(Case).where(Case.number == number, Case.contact_id == contact_id))
    if case is None:
        raise NotFound(f"no case {number}")
    return case
