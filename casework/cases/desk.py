"""Cases, the staff's part: find them, work on them, ask the worker for what is missing; a method is one transaction.

A case that the actor may not see does not exist for her: `NotFound`, as for a number that was never given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.actors import RANKS, Actor
from casework.cards import Bubble, Button
from casework.cases import listing as lists
from casework.cases.export import workbook
from casework.cases.masks import plainly
from casework.cases.promises import NEXT_WORD_DAYS, working_days_after
from casework.cases.records import WORDS, lock_case, note, open_answers, say
from casework.cases.states import CLOSED, next_states
from casework.cases.steps import AWAITS, change_state
from casework.cases.taps import ADD_TO_CASE
from casework.cases.visibility import visible_cases
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.organisations import department_hours
from casework.private_numbers import find_private_numbers
from casework.tables import (
    AuditEvent,
    Case,
    CaseFile,
    Conversation,
    Department,
    DepartmentMember,
    Draft,
    Organisation,
    Staff,
)
from casework.text import clean
from casework.wording import Wording

LONGEST_WORDS = 1000
LONGEST_REQUEST = 300
"""Characters of what a worker is asked for: she reads it on a phone."""
PAGE = 50
MOST_EXPORTED = 5000


class CaseDesk:
    """The staff's side of cases."""

    def __init__(
        self, database: Database, keyring: Keyring, wording: Wording, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._wording = wording
        self._clock = clock

    # Reading.

    def cases(self, actor: Actor, wanted: lists.Filter, page: int = 1, size: int = PAGE) -> lists.Listing:
        """Return one page of a list, what is due first at the top."""
        moment = self._clock()
        where = lists.condition(self._keyring, actor, wanted, moment)
        with self._database.read() as session:
            return lists.listing(session, self._keyring, where, moment, page, size)

    def counts(self, actor: Actor) -> dict[str, int]:
        """Return how many cases there are in each state."""
        with self._database.read() as session:
            return lists.counts(session, actor)

    def of_conversation(self, actor: Actor, conversation_id: int) -> tuple[lists.CaseRow, ...]:
        """Return the cases of a conversation's worker, as far as the actor may see them, what is open first."""
        contact = select(Conversation.contact_id).where(Conversation.id == conversation_id).scalar_subquery()
        query = select(Case.id).where(Case.contact_id == contact, visible_cases(actor))
        with self._database.read() as session:
            found = session.scalars(query.order_by(Case.closed_at.is_not(None), Case.id.desc())).all()
            return lists.rows_of(session, self._keyring, found, self._clock())

    def detail(self, actor: Actor, case_id: int) -> lists.Detail:
        """Return one case with all that belongs to it. Raises `NotFound`."""
        with self._database.read() as session:
            case = session.scalar(select(Case).where(Case.id == case_id, visible_cases(actor)))
            if case is None:
                raise NotFound(f"case {case_id}")
            is_mine = may_work(actor, case)
            return lists.Detail(
                row=lists.rows_of(session, self._keyring, [case_id], self._clock())[0],
                conversation_id=case.conversation_id,
                answers=lists.told_of(self._keyring, case),
                events=lists.steps_of(session, self._keyring, case_id),
                files=lists.files_of(session, case_id),
                group=lists.group_of(session, actor, case.group_id),
                next_states=next_states(case.state, "staff") if is_mine else (),
                is_mine_to_do=is_mine,
            )

    def reveal(self, actor: Actor, case_id: int, field: str) -> str:
        """Return a masked answer in full, and write down who looked at which. Raises `NotFound`, `NotAllowed`."""
        with self._database.write() as session:
            case = self._to_do(session, actor, case_id)
            answers = open_answers(self._keyring, case)
            if field not in answers:
                raise NotFound(f"answer {field}")
            self._record(session, actor, "case.field_shown", case_id, field=field)
            return plainly(answers[field])

    def file_of(self, actor: Actor, case_id: int, attachment_id: int) -> int:
        """Return the conversation from which a case's file may be given (`Attachments.of_conversation`).

        That somebody opens it is written down. Raises `NotFound`.
        """
        with self._database.write() as session:
            query = (
                select(Case.conversation_id)
                .join(CaseFile, CaseFile.case_id == Case.id)
                .where(Case.id == case_id, CaseFile.attachment_id == attachment_id, visible_cases(actor))
            )
            conversation_id = session.scalar(query)
            if conversation_id is None:
                raise NotFound(f"file {attachment_id} of case {case_id}")
            self._record(session, actor, "case.file_opened", case_id, attachment=attachment_id)
            return conversation_id

    def export(self, actor: Actor, wanted: lists.Filter, titles: Mapping[str, str] | None = None) -> bytes:
        """Return a list with names and numbers as a workbook (XLSX); `titles` name the procedures.

        Raises `NotAllowed`, `Invalid` for too many.
        """
        if not actor.is_at_least("supervisor"):
            raise NotAllowed("supervisors export cases")
        moment = self._clock()
        where = lists.condition(self._keyring, actor, wanted, moment)
        with self._database.write() as session:
            found = lists.listing(session, self._keyring, where, moment, 1, MOST_EXPORTED)
            if found.total > MOST_EXPORTED:
                raise Invalid(f"一次最多导出 {MOST_EXPORTED} 条，先筛选一下")
            query = select(Case).where(Case.id.in_([row.id for row in found.rows]))
            answers = {case.id: open_answers(self._keyring, case) for case in session.scalars(query)}
            self._record(session, actor, "case.exported", None, count=found.total)
        named = [replace(row, procedure=(titles or {}).get(row.procedure, row.procedure)) for row in found.rows]
        return workbook([(row, answers[row.id]) for row in named])

    # Working.

    def take(self, actor: Actor, case_id: int) -> None:
        """Take a case that nobody has. Raises `NotFound`, and `Conflict` when somebody else has it."""
        with self._database.write() as session:
            case = self._visible(session, actor, case_id)
            if case.assignee_id == actor.id:
                return
            if case.assignee_id is not None:
                raise Conflict("已经有同事在办了，请刷新页面")
            self._assign(session, actor, case, actor.id)

    def targets(self, actor: Actor, case_id: int) -> list[tuple[int, str]]:
        """Return who may be given a case: numbers and names of its department and of its union's supervisors."""
        with self._database.read() as session:
            case = session.scalar(select(Case).where(Case.id == case_id, visible_cases(actor)))
            if case is None:
                raise NotFound(f"case {case_id}")
            return _able(session, case)

    def assign(self, actor: Actor, case_id: int, staff_id: int | None) -> None:
        """Give a case to a colleague, or back to the department. Raises `NotFound`, `NotAllowed`, `Invalid`."""
        with self._database.write() as session:
            case = self._to_do(session, actor, case_id)
            if staff_id is not None and staff_id not in dict(_able(session, case)):
                raise Invalid("这位同事不能办这个部门的事")
            if case.assignee_id != staff_id:
                self._assign(session, actor, case, staff_id)

    def move(self, actor: Actor, case_id: int, to: str, reason: str | None = None, words: str = "") -> None:
        """Bring a case to its next state; the worker is told number and state. `words` are for colleagues.

        Raises `NotFound`, `NotAllowed`, `Conflict` where it cannot go there (any more), `Invalid`.
        """
        said = _checked(words, LONGEST_WORDS, needed=False)
        with self._database.write() as session:
            case = self._to_do(session, actor, case_id)
            change_state(
                session,
                case,
                to,
                "staff",
                f"staff:{actor.id}",
                self._wording,
                self._clock(),
                reason=reason or None,
                words=self._sealed(said),
            )
            if case.assignee_id is None and to not in CLOSED:
                self._assign(session, actor, case, actor.id)

    def note(self, actor: Actor, case_id: int, words: str) -> None:
        """Write something down for colleagues. Raises `NotFound`, `Invalid`."""
        said = _checked(words, LONGEST_WORDS)
        with self._database.write() as session:
            case = self._visible(session, actor, case_id)
            note(session, case, f"staff:{actor.id}", "note", self._clock(), words=self._sealed(said))

    def ask_worker(self, actor: Actor, case_id: int, words: str) -> None:
        """Ask the worker for something; her next message or photo becomes part of the case (`cases/follow.py`).

        While she fills in a form, or goes on to something else, a tap on the button does so. Raises `NotFound`,
        `NotAllowed`, `Invalid`, `Conflict` for a case that is closed or whose worker is gone.
        """
        said = _checked(words, LONGEST_REQUEST)
        if any(number.kind != "phone" for number in find_private_numbers(said)):
            raise Invalid("别在聊天里发身份证号、银行卡号；要核对号码，请打电话")
        with self._database.write() as session:
            case = self._to_do(session, actor, case_id)
            if case.state in CLOSED:
                raise Conflict("这件事已经结束了，请刷新页面")
            text = self._wording.text("utter_case_ask_worker", number=case.number, words=said)
            button = Button(self._wording.text("utter_button_case_add"), ADD_TO_CASE, {"case": case.number})
            if not say(session, case, Bubble(text, (button,))):
                raise Conflict("职工已经删除了自己的资料，联系不上了")
            _await(session, case)
            moment = self._clock()
            case.due_at = working_days_after(department_hours(session, case.department_id), moment, NEXT_WORD_DAYS)
            case.lapsed = 0
            note(session, case, f"staff:{actor.id}", "asked", moment, words=self._sealed(said))

    def _assign(self, session: Session, actor: Actor, case: Case, staff_id: int | None) -> None:
        case.assignee_id = staff_id
        details = {"staff": staff_id}
        note(session, case, f"staff:{actor.id}", "assigned", self._clock(), details=details)

    def _sealed(self, words: str) -> bytes | None:
        return self._keyring.seal(words, WORDS) if words else None

    def _visible(self, session: Session, actor: Actor, case_id: int) -> Case:
        """Return a case, locked. Raises `NotFound`."""
        case = lock_case(session, case_id)
        if case is None or session.scalar(select(Case.id).where(Case.id == case_id, visible_cases(actor))) is None:
            raise NotFound(f"case {case_id}")
        return case

    def _to_do(self, session: Session, actor: Actor, case_id: int) -> Case:
        """Return a case that the actor may work on, locked. Raises `NotFound`, `NotAllowed`."""
        case = self._visible(session, actor, case_id)
        if not may_work(actor, case):
            raise NotAllowed("the case is assigned to somebody else")
        return case

    def _record(self, session: Session, actor: Actor, event: str, case_id: int | None, **details: str | int) -> None:
        session.add(
            AuditEvent(
                at=self._clock(),
                actor=f"staff:{actor.id}",
                event=event,
                object_type="case",
                object_id=case_id,
                details=dict(details),
            )
        )


def may_work(actor: Actor, case: Case) -> bool:
    """Tell whether an actor who sees a case may work on it: it is hers or nobody's, or she is a supervisor."""
    return case.assignee_id in {None, actor.id} or actor.is_at_least("supervisor")


def _await(session: Session, case: Case) -> None:
    """Take the worker's next message for the case, unless it is one for a form that she fills in."""
    case.awaits_worker = True
    conversation = session.get_one(Conversation, case.conversation_id)
    fills_in = select(Draft.id).where(Draft.conversation_id == conversation.id, Draft.state == "active")
    if session.scalar(fills_in.limit(1)) is None:
        conversation.awaits = f"{AWAITS}{case.id}"


def _able(session: Session, case: Case) -> list[tuple[int, str]]:
    """Return who works at the case's department or supervises there, and may see the case."""
    organisation = select(Department.organisation_id).where(Department.id == case.department_id).scalar_subquery()
    member = select(DepartmentMember.staff_id).where(DepartmentMember.department_id == case.department_id)
    rows = session.execute(
        select(Staff, Organisation.level)
        .join(Organisation, Organisation.id == Staff.organisation_id)
        .where(
            Staff.disabled_at.is_(None),
            Staff.id.in_(member) | ((Staff.organisation_id == organisation) & Staff.role.in_(RANKS)),
        )
        .order_by(Staff.display_name, Staff.id)
    ).all()
    return [(staff.id, staff.display_name) for staff, level in rows if sees(session, staff, level, case.id)]


def sees(session: Session, staff: Staff, level: str, case_id: int) -> bool:
    """Tell whether a member of staff of a union of this level may see a case."""
    own = select(DepartmentMember.department_id).where(DepartmentMember.staff_id == staff.id)
    departments = tuple(session.scalars(own))
    actor = Actor(staff.id, staff.display_name, staff.role, staff.organisation_id, level, departments)
    return session.scalar(select(Case.id).where(Case.id == case_id, visible_cases(actor))) is not None


def _checked(words: str, longest: int, *, needed: bool = True) -> str:
    """Return what was written, made safe. Raises `Invalid`."""
    said = clean(words)
    if needed and not said:
        raise Invalid("还没写内容")
    if len(said) > longest:
        raise Invalid(f"太长了，最多 {longest} 字")
    return said
