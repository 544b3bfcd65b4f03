"""What the case pages show: times and their colours, the trail in words, answers, and lists in addresses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.console.case_filters import CaseFilters, read_filters
from bot.console.case_views import (
    answer_text,
    answer_views,
    due_view,
    file_views,
    marks,
    next_moves,
    spoken_due,
    trail_views,
    what_happened,
)
from bot.console.words import CASE_COLUMN_EMPTY, CASE_COLUMNS, CASE_EMPTY, CASE_EVENTS, CASE_MOVES, CASE_WHOSE
from casework.cases.listing import CaseRow, File, Step, Told
from casework.cases.states import MAY, NAMES
from casework.errors import Invalid
from casework.procedures.library import Library

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)
"""Ten in the morning of a Wednesday in China."""


def row(**changes: Any) -> CaseRow:
    values: dict[str, Any] = {
        "id": 1,
        "number": "RH-20261118-0001",
        "procedure": "join",
        "state": "accepted",
        "reason": None,
        "department_id": 1,
        "department": "入会服务",
        "organisation": "某市总工会",
        "assignee_id": None,
        "assignee": None,
        "name": "王**",
        "group": None,
        "priority": 0,
        "complaint": False,
        "employer_contact": "ask_first",
        "awaits_worker": False,
        "due_at": NOW + timedelta(hours=3),
        "lapsed": 0,
        "is_overdue": False,
        "is_erased": False,
        "created_at": NOW,
        "closed_at": None,
    }
    return CaseRow(**(values | changes))


@pytest.mark.parametrize(
    ("hours", "lapsed", "level", "text"),
    [
        (3, 0, "today", "今天 13:00 前"),
        (14, 0, "today", "今天 24:00 前"),
        (23, 0, "later", "明天 09:00 前"),
        (24 * 7, 0, "later", "11月25日 周三 10:00 前"),
        (24 * 60, 0, "later", "2027年1月17日 周日 10:00 前"),
        (-2, 0, "overdue", "超期 2 小时，应在今天 08:00 前"),
        (-24, 1, "overdue", "超期 1 天，应在昨天 10:00 前"),
        (24 * 7, 2, "overdue", "失约 2 次，改到11月25日 10:00 前"),
    ],
)
def test_a_promise_is_told_in_words_and_in_a_colour(hours: int, lapsed: int, level: str, text: str) -> None:
    is_overdue = hours < 0 or lapsed > 0
    due = due_view(row(due_at=NOW + timedelta(hours=hours), lapsed=lapsed, is_overdue=is_overdue), NOW)
    assert due is not None
    assert (due.level, due.text) == (level, text)


def test_what_is_closed_has_no_term() -> None:
    assert due_view(row(state="done"), NOW) is None
    assert due_view(row(due_at=None), NOW) is None


@given(minutes=some.integers(-60 * 24 * 400, 60 * 24 * 400))
def test_every_moment_has_a_day_and_a_time(minutes: int) -> None:
    day, _, time = spoken_due(NOW + timedelta(minutes=minutes), NOW).rpartition(" ")
    assert day
    assert "00:01" <= time <= "24:00"


def test_marks_say_what_somebody_should_see_at_once() -> None:
    assert marks(row()) == ()
    loud = row(state="submitted", priority=1, awaits_worker=True, group="QT-20261118-0001", complaint=True)
    assert [mark.text for mark in marks(loud)] == ["加急", "新", "等职工补", "集体", "涉及单位"]
    assert [mark.kind for mark in marks(row(state="done", priority=1))] == []
    assert [mark.kind for mark in marks(row(state="submitted", assignee_id=3))] == []


@pytest.mark.parametrize(
    ("event", "details", "said"),
    [
        ("submitted", {"working_days": 5, "files": 2, "urgent": "deadline"}, "交上来，2 个文件，加急：时效快到了"),
        ("submitted", {"urgent": "something_new"}, "交上来，加急：要先看"),
        ("added", {"files": [7, 8], "message": 3}, "补了材料，2 个文件"),
        ("added", {"files": [], "message": 3}, "补了材料"),
        ("moved", {"from": "submitted", "to": "accepted"}, "改为“已受理”"),
        ("moved", {"to": "refused", "reason": "not_ours"}, "改为“不予办理”：不归工会办"),
        ("moved", {"to": "withdrawn", "reason": "solved"}, "撤回了（本人说已经解决）"),
        ("assigned", {"staff": 1}, "接过来办"),
        ("assigned", {"staff": 2}, "交给小周办"),
        ("assigned", {"staff": 9}, "交给同事办"),
        ("assigned", {"staff": None}, "放回部门，等人接"),
        ("representatives", {"count": 3}, "推举了代表，3 人"),
        ("raised_up", {"from": 1, "to": 2}, "转给上一级工会"),
        ("what_comes_later", {}, "what_comes_later"),
    ],
)
def test_a_step_of_the_trail_in_words(event: str, details: dict[str, Any], said: str) -> None:
    assert what_happened(Step(NOW, "小陈", event, details, ""), {1: "小陈", 2: "小周"}) == said


def test_the_trail_has_the_latest_first_and_who_did_it() -> None:
    steps = [
        Step(NOW, "worker", "submitted", {}, ""),
        Step(NOW, "小陈", "note", {}, "记一笔"),
        Step(NOW, "system", "lapsed", {}, ""),
    ]
    shown = trail_views(steps, {}, NOW)
    assert [(line.kind, line.who) for line in shown] == [("system", "系统"), ("staff", "小陈"), ("worker", "职工")]
    assert shown[1].said == "记一笔"


def test_answers_that_a_changed_form_no_longer_knows_are_shown_as_they_stand() -> None:
    form = Library.from_folder().get("legal")
    assert form is not None
    told = [
        Told("gone", "以前问过的", False),
        Told("owed_amount", {"strange": 1}, False),
        Told("status", "no_longer_a_choice", False),
        Told("kinds", ["arrears", "overtime"], False),
    ]
    shown = answer_views(told, form, {})
    assert [answer.step for answer in shown] == ["kinds", "status", "owed_amount", "gone"]
    assert [answer.text for answer in shown] == ["欠工资、加班不给钱", "no_longer_a_choice", "", "以前问过的"]
    assert [answer.label for answer in answer_views(told, None, {})] == ["gone", "owed_amount", "status", "kinds"]


@given(
    step=some.sampled_from([step for form in Library.from_folder() for step in form.steps]),
    value=some.recursive(
        some.none() | some.booleans() | some.integers() | some.text(),
        lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(), inner, max_size=3),
    ),
)
def test_no_answer_however_strange_breaks_the_page(step: Any, value: Any) -> None:
    assert isinstance(answer_text(step, value), str)


def test_what_is_revealed_stands_there_whole_and_a_phone_can_be_rung() -> None:
    form = Library.from_folder().get("legal")
    told = [Told("phone", "138****8000", True), Told("name", "王**", True)]
    phone, name = sorted(answer_views(told, form, {"phone": "13800138000"}), key=lambda each: each.step, reverse=True)
    assert (phone.text, phone.telephone, phone.shown) == ("13800138000", "13800138000", True)
    assert (name.text, name.telephone, name.shown, name.is_masked) == ("王**", "", False, True)


def test_files_are_named_by_kind_and_place() -> None:
    files = [File(n, kind, "x/y", 2048, NOW) for n, kind in enumerate(("photo", "voice", "photo", "other"))]
    assert [file.name for file in file_views(files, NOW)] == ["照片 1", "语音 1", "照片 2", "文件 1"]


def test_a_board_offers_only_what_needs_no_reason() -> None:
    assert next_moves(("accepted", "refused")) == ("accepted",)
    assert next_moves(("in_progress", "done", "refused")) == ("in_progress",)


def test_every_code_has_its_words() -> None:
    assert set(CASE_MOVES) == set(MAY["staff"])
    assert set(CASE_COLUMN_EMPTY) == set(CASE_COLUMNS)
    assert set(CASE_EMPTY) == set(CASE_WHOSE)
    events = "submitted note asked added reminded worker_silent lapsed escalated raised_up grouped representatives"
    assert set(events.split()) == set(CASE_EVENTS)


@given(
    filters=some.builds(
        CaseFilters,
        whose=some.sampled_from(["all", "mine", "unassigned"]),
        state=some.sampled_from(["", "open", "closed", *NAMES]),
        procedure=some.sampled_from(["", "join"]),
        department=some.none() | some.integers(1, 999),
        overdue=some.booleans(),
        q=some.text(some.characters(exclude_categories=("Cs", "Cc", "Z")), max_size=20),
        page=some.integers(1, 50),
    )
)
def test_a_list_is_found_again_by_its_address(filters: CaseFilters) -> None:
    given_back = parse_qs(filters.query(page=filters.page).lstrip("?"), keep_blank_values=True, strict_parsing=False)
    read = read_filters(**{name: values[0] for name, values in given_back.items()})
    assert read == filters


@pytest.mark.parametrize("wrong", [{"whose": "all "}, {"state": "x"}, {"department": "1.5"}, {"page": "0x1"}])
def test_an_address_that_nobody_made_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_filters(**wrong)
