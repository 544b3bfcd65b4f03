"""A list of cases as a workbook, for those who may have names and numbers on their own disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]  # it publishes no type information
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped]
from openpyxl.styles import Font  # type: ignore[import-untyped]

from casework.cases.listing import CaseRow
from casework.cases.masks import plainly
from casework.cases.states import NAMES, REASONS
from casework.hours import ZONE

COLUMNS = (
    "编号",
    "事项",
    "状态",
    "原因",
    "工会",
    "部门",
    "经办人",
    "姓名",
    "电话",
    "单位",
    "能否联系单位",
    "集体案件",
    "提交时间",
    "承诺时间",
    "失约次数",
    "结束时间",
)
EMPLOYER_CONTACT = {"never": "不能", "ask_first": "先问本人", "yes": "可以"}
WIDTH = 18


def workbook(cases: Sequence[tuple[CaseRow, Mapping[str, Any]]]) -> bytes:
    """Return an XLSX file with one line a case; nothing in it is ever a formula."""
    book = Workbook()
    sheet = book.active
    sheet.title = "办件"
    for number, line in enumerate([COLUMNS, *(_line(row, answers) for row, answers in cases)], start=1):
        for position, value in enumerate(line, start=1):
            _write(sheet, number, position, value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = WIDTH
    sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write(sheet: Any, line: int, position: int, value: str) -> None:
    """Write text as text: what begins with = + - @ would be a formula, here or where it is copied to."""
    cell = sheet.cell(line, position)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = value[:1] in {"=", "+", "-", "@", "\t", "\r"}


def _line(row: CaseRow, answers: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row.number,
        row.procedure,
        NAMES[row.state],
        REASONS.get(row.state, {}).get(row.reason or "", ""),
        row.organisation,
        row.department,
        row.assignee or "",
        plainly(answers.get("name")),
        plainly(answers.get("phone")),
        plainly(answers.get("employer")),
        EMPLOYER_CONTACT[row.employer_contact],
        row.group or "",
        _time(row.created_at),
        _time(row.due_at),
        str(row.lapsed),
        _time(row.closed_at),
    )


def _time(at: datetime | None) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M") if at is not None else ""
