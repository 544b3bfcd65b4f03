"""What the case pages show of what casework read: words, colours, answers in a form's order. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from bot.console import words
from bot.console.views import duration, size_words, spoken
from casework.cases.listing import CaseRow, Detail, File, Told
from casework.cases.listing import Step as TrailStep
from casework.cases.masks import plainly
from casework.cases.states import CLOSED, NAMES, REASONS
from casework.hours import ZONE
from casework.procedures.model import Form, Step, Value
from casework.procedures.spoken import spoken as spoken_answer
from casework.queue import URGENT

DueLevel = Literal["overdue", "today", "later"]
FormOf = Callable[[str], Form | None]
"""Gives a procedure's form by its id."""
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class DueView:
    """By when something is promised; the words say what the colour says."""

    level: DueLevel
    text: str
    at: str


@dataclass(frozen=True)
class Mark:
    """A short word beside a case's number; `kind` is its colour."""

    kind: str
    text: str


@dataclass(frozen=True)
class CaseView:
    """A case as lists and the board show it."""

    id: int
    number: str
    procedure: str
    state: str
    state_name: str
    reason: str
    name: str
    department: str
    assignee: str
    is_mine: bool
    is_urgent: bool
    marks: tuple[Mark, ...]
    due: DueView | None
    came: str
    closed: str
    moves: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnswerView:
    """One answer; `shown` tells that it stands there whole because somebody asked for it."""

    step: str
    label: str
    text: str
    is_masked: bool
    shown: bool = False
    telephone: str = ""


@dataclass(frozen=True)
class FileView:
    """A file of a case, named by its kind and place: a name may hold a person's."""

    id: int
    kind: str
    name: str
    size: str
    came: str


@dataclass(frozen=True)
class TrailView:
    """A line of a case's trail; `kind` is `worker`, `system` or `staff`."""

    kind: str
    who: str
    what: str
    said: str
    when: str
    at: str


def case_view(row: CaseRow, now: datetime, *, me: int, form: Form | None, several: bool = False) -> CaseView:
    """Return a case as lists show it; with `several` unions the department's is named."""
    return CaseView(
        id=row.id,
        number=row.number,
        procedure=form.title if form else row.procedure,
        state=row.state,
        state_name=NAMES[row.state],
        reason=REASONS.get(row.state, {}).get(row.reason or "", ""),
        name="资料已删" if row.is_erased else row.name,
        department=f"{row.department} · {row.organisation}" if several else row.department,
        assignee="我" if row.assignee_id == me else row.assignee or "",
        is_mine=row.assignee_id == me,
        is_urgent=row.priority >= URGENT and row.state not in CLOSED,
        marks=marks(row),
        due=due_view(row, now),
        came=spoken(row.created_at, now),
        closed=spoken(row.closed_at, now) if row.closed_at else "",
    )


def marks(row: CaseRow) -> tuple[Mark, ...]:
    """Return what somebody should see of a case at once."""
    is_open = row.state not in CLOSED
    known = (
        (row.priority >= URGENT and is_open, Mark("urgent", "加急")),
        (row.state == "submitted" and row.assignee_id is None, Mark("new", "新")),
        (row.awaits_worker, Mark("waits", "等职工补")),
        (row.group is not None, Mark("group", "集体")),
        (row.complaint, Mark("complaint", "涉及单位")),
    )
    return tuple(mark for is_so, mark in known if is_so)


def due_view(row: CaseRow, now: datetime) -> DueView | None:
    """Say by when the next step is promised, None for a case that is closed."""
    if row.due_at is None or row.state in CLOSED:
        return None
    by = f"{spoken_due(row.due_at, now, with_weekday=not row.is_overdue)} 前"
    at = row.due_at.isoformat(timespec="seconds")
    if row.due_at < now:
        return DueView("overdue", f"超期 {duration(now - row.due_at)}，应在{by}", at)
    if row.is_overdue:
        return DueView("overdue", f"失约 {row.lapsed} 次，改到{by}", at)
    return DueView("today" if by.startswith("今天") else "later", by, at)


def spoken_due(at: datetime, now: datetime, *, with_weekday: bool = True) -> str:
    """Say a moment that comes, or came: 今天 17:30, 明天 09:00, 11月25日 周三 17:30; midnight ends a day."""
    local, today = at.astimezone(ZONE), now.astimezone(ZONE).date()
    clock = f"{local:%H:%M}"
    if clock == "00:00":
        local, clock = local - timedelta(minutes=1), "24:00"
    near = {-1: "昨天", 0: "今天", 1: "明天"}.get((local.date() - today).days)
    year = f"{local.year}年" if local.year != today.year else ""
    weekday = f" 周{_WEEKDAYS[local.weekday()]}" if with_weekday else ""
    day = near or f"{year}{local.month}月{local.day}日{weekday}"
    return f"{day} {clock}"


def answer_views(told: Sequence[Told], form: Form | None, shown: Mapping[str, str]) -> tuple[AnswerView, ...]:
    """Return the answers in the form's order, those that it does not know at the end; `shown` holds what is revealed.

    Files stand in a place of their own.
    """
    steps = {step.id: step for step in form.steps} if form else {}
    order = {step_id: place for place, step_id in enumerate(steps)}
    in_order = sorted(told, key=lambda each: order.get(each.step, len(order)))
    return tuple(
        _answer_view(each, steps.get(each.step), shown.get(each.step))
        for each in in_order
        if (step := steps.get(each.step)) is None or step.kind != "files"
    )


def file_views(files: Iterable[File], now: datetime) -> tuple[FileView, ...]:
    """Return a case's files, numbered by kind."""
    count: dict[str, int] = {}
    found = []
    for file in files:
        count[file.kind] = count.get(file.kind, 0) + 1
        name = f"{words.FILE_KINDS.get(file.kind, '文件')} {count[file.kind]}"
        found.append(FileView(file.id, file.kind, name, size_words(file.size), spoken(file.created_at, now)))
    return tuple(found)


def trail_views(events: Iterable[TrailStep], names: Mapping[int, str], now: datetime) -> tuple[TrailView, ...]:
    """Return a case's trail in words, the latest first; `names` are those of colleagues by their numbers."""
    return tuple(
        TrailView(
            kind=step.who if step.who in {"worker", "system"} else "staff",
            who=words.AUTHORS.get(step.who, step.who),
            what=what_happened(step, names),
            said=step.words,
            when=spoken(step.at, now),
            at=step.at.isoformat(timespec="seconds"),
        )
        for step in reversed(list(events))
    )


def what_happened(step: TrailStep, names: Mapping[int, str]) -> str:
    """Say one step of the trail, without who did it."""
    details = step.details
    if step.event == "moved":
        return _moved(details)
    if step.event == "assigned":
        return _assigned(step, names)
    said = [words.CASE_EVENTS.get(step.event, step.event)]
    if files := details.get("files"):
        said.append(f"{len(files) if isinstance(files, list) else files} 个文件")
    if urgent := details.get("urgent"):
        said.append(f"加急：{words.CASE_URGENT.get(str(urgent), '要先看')}")
    if step.event == "representatives" and (count := details.get("count")):
        said.append(f"{count} 人")
    return "，".join(said)


def next_moves(next_states: Iterable[str]) -> tuple[str, ...]:
    """Return the moves that a board offers as buttons: those that need no reason."""
    return tuple(state for state in next_states if state not in REASONS)


def representatives_of(detail: Detail) -> str:
    """Return who speaks for the others, masked; empty where nobody was named."""
    return next((plainly(told.value) for told in detail.answers if told.step == "representatives"), "")


def _moved(details: Mapping[str, Any]) -> str:
    to = str(details.get("to", ""))
    if to == "withdrawn":
        why = REASONS["withdrawn"].get(str(details.get("reason")), "")
        return f"撤回了{f'（{why}）' if why else ''}"
    why = REASONS.get(to, {}).get(str(details.get("reason")), "")
    return f"改为“{NAMES.get(to, to)}”{f'：{why}' if why else ''}"


def _assigned(step: TrailStep, names: Mapping[int, str]) -> str:
    given = step.details.get("staff")
    if given is None:
        return "放回部门，等人接"
    name = names.get(int(given), "同事")
    return "接过来办" if name == step.who else f"交给{name}办"


def _answer_view(told: Told, step: Step | None, whole: str | None) -> AnswerView:
    label = step.label if step else told.step
    if whole is not None:
        is_phone = whole.replace(" ", "").isdecimal() and len(whole) == 11 and (step is None or step.kind == "phone")
        return AnswerView(told.step, label, whole, True, shown=True, telephone=whole if is_phone else "")
    return AnswerView(told.step, label, answer_text(step, told.value), told.is_masked)


def answer_text(step: Step | None, value: Value) -> str:
    """Return an answer in words; one that does not fit its step any more as it stands, for forms change."""
    if step is None:
        return plainly(value)
    try:
        return spoken_answer(step, value)
    except (ArithmeticError, KeyError, TypeError, ValueError):
        return plainly(value)
