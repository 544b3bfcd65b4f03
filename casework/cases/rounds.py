"""Promises that were not kept: the worker hears it from us first, and those above take it up.

It remembers nothing: all it goes by stands in the database. Each case is dealt with in one transaction that begins
with a conditional UPDATE of its due time, so that of several processes, before and after a restart, one does it once.

| the case is overdue | what happens |
|---|---|
| the first time | the worker gets an apology and a new promise, the department's supervisors are named |
| again | the same, and it goes to the department of the union above, where there is one |
| but waits for its worker | she is reminded once; after that staff are |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, time

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from casework.cards import Bubble, Button
from casework.cases.desk import sees
from casework.cases.promises import AFTER_LAPSE_DAYS, NEXT_WORD_DAYS, spoken_promise, working_days_after
from casework.cases.records import lock_case, note, say
from casework.cases.routing import one_level_up
from casework.cases.states import OPEN
from casework.cases.taps import ADD_TO_CASE, SHOW_CASE
from casework.database import Database, now
from casework.errors import CaseworkError
from casework.hours import ZONE
from casework.organisations import department_hours
from casework.patrol import PatrolReport
from casework.queue import URGENT
from casework.tables import Case, CaseEvent, Department, Organisation, Staff
from casework.wording import Wording

AT_ONCE = 100
"""Cases that one run deals with at most."""
DAYTIME = (time(8), time(21))
"""When workers are told of a lapse: nobody is woken by an apology."""
SYSTEM = "system"


class CaseRounds:
    """Looks after cases whose time has passed."""

    def __init__(self, database: Database, wording: Wording, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._wording = wording
        self._clock = clock

    def run_once(self) -> PatrolReport:
        """Take every step that is due. Raises SQLAlchemy's errors when the database cannot be read."""
        moment = self._clock()
        done: Counter[str] = Counter()
        failed: dict[int, str] = {}
        due = self._due(moment)
        for case_id, due_at in due:
            try:
                step = self._look_after(case_id, due_at, moment)
            except (SQLAlchemyError, CaseworkError) as error:  # the others must not wait for this one
                failed[case_id] = type(error).__name__
                continue
            if step is not None:
                done[step] += 1
        return PatrolReport(+done, failed, is_full=len(due) == AT_ONCE and not failed)

    def _due(self, moment: datetime) -> Sequence[tuple[int, datetime]]:
        if not DAYTIME[0] <= moment.astimezone(ZONE).time() < DAYTIME[1]:
            return []
        query = (
            select(Case.id, Case.due_at)
            .where(Case.state.in_(OPEN), Case.due_at < moment)
            .order_by(Case.due_at, Case.id)
            .limit(AT_ONCE)
        )
        with self._database.read() as session:
            return [(case_id, due_at) for case_id, due_at in session.execute(query) if due_at is not None]

    def _look_after(self, case_id: int, due_at: datetime, moment: datetime) -> str | None:
        """Deal with one case if nobody else did; return what was done."""
        with self._database.write() as session:
            case = lock_case(session, case_id)
            if case is None:
                return None
            days = NEXT_WORD_DAYS if case.awaits_worker else AFTER_LAPSE_DAYS
            again = working_days_after(department_hours(session, case.department_id), moment, days)
            claimed = (
                update(Case)
                .where(Case.id == case_id, Case.due_at == due_at, Case.state.in_(OPEN))
                .values(due_at=again, lapsed=Case.lapsed if case.awaits_worker else Case.lapsed + 1)
                .execution_options(synchronize_session=False)
            )
            if not session.execute(claimed).rowcount:  # type: ignore[attr-defined]  # an UPDATE has a row count
                return None
            session.refresh(case)
            if case.awaits_worker:
                return self._remind(session, case, moment)
            self._apologise(session, case, due_at, moment)
            self._escalate(session, case, moment)
            return "lapsed"

    def _apologise(self, session: Session, case: Case, due_at: datetime, moment: datetime) -> None:
        """Tell the worker; where she is gone, only the trail knows."""
        hours = department_hours(session, case.department_id)
        text = self._wording.text(
            "utter_case_lapsed",
            number=case.number,
            promised=spoken_promise(due_at, moment, hours),
            again=spoken_promise(case.due_at or moment, moment, hours),
        )
        say(session, case, Bubble(text, (self._button("utter_button_case_progress", SHOW_CASE, case.number),)))
        note(session, case, SYSTEM, "lapsed", moment, details={"time": case.lapsed})

    def _escalate(self, session: Session, case: Case, moment: datetime) -> None:
        """Name those who are to see to it, one level further up each time."""
        case.priority = max(case.priority, URGENT)
        department = session.get_one(Department, case.department_id)
        above = one_level_up(session, department) if case.lapsed > 1 else None
        if above is not None and above.id != department.id:
            case.department_id = above.id
            case.assignee_id = None
            details = {"from": department.id, "to": above.id}
            note(session, case, SYSTEM, "raised_up", moment, details=details)
        session.flush()
        people = _supervisors(session, case)
        note(session, case, SYSTEM, "escalated", moment, details={"time": case.lapsed, "staff": people})

    def _remind(self, session: Session, case: Case, moment: datetime) -> str:
        """Remind the worker of what she was asked for; the second time only staff, who may ring her."""
        latest = select(CaseEvent.event).where(CaseEvent.case_id == case.id, CaseEvent.event.in_(("asked", "reminded")))
        if session.scalar(latest.order_by(CaseEvent.id.desc()).limit(1)) == "reminded":
            note(session, case, SYSTEM, "worker_silent", moment)
            return "worker_silent"
        text = self._wording.text("utter_case_remind_worker", number=case.number)
        say(session, case, Bubble(text, (self._button("utter_button_case_add", ADD_TO_CASE, case.number),)))
        note(session, case, SYSTEM, "reminded", moment)
        return "reminded"

    def _button(self, title: str, intent: str, number: str) -> Button:
        return Button(self._wording.text(title), intent, {"case": number})


def _supervisors(session: Session, case: Case) -> list[int]:
    """Return the supervisors of the case's union who may see it, else its administrators."""
    organisation = select(Department.organisation_id).where(Department.id == case.department_id).scalar_subquery()
    for role in ("supervisor", "admin"):
        rows = session.execute(
            select(Staff, Organisation.level)
            .join(Organisation, Organisation.id == Staff.organisation_id)
            .where(Staff.organisation_id == organisation, Staff.role == role, Staff.disabled_at.is_(None))
            .order_by(Staff.id)
        ).all()
        able = [staff.id for staff, level in rows if sees(session, staff, level, case.id)]
        if able:
            return able
    return []
