"""The table of a register of members: read, checked and put into one spelling. Pure.

What is wrong is told by line, never with the name or number that stands there: it goes to a terminal and into logs.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from stdnum.cn import ric

from casework.cases.lookup import spelling
from casework.errors import Invalid

COLUMNS = ("name", "identity", "phone", "number", "organisation_code", "joined_on", "left_on")
_CHINESE = {
    "姓名": "name",
    "证件号": "identity",
    "证件号码": "identity",
    "身份证号": "identity",
    "身份证号码": "identity",
    "手机": "phone",
    "手机号": "phone",
    "手机号码": "phone",
    "联系电话": "phone",
    "会员号": "number",
    "会员证号": "number",
    "工会编码": "organisation_code",
    "入会日期": "joined_on",
    "退会日期": "left_on",
}
_NEEDED = ("name", "identity", "organisation_code")
_TOLD_AT_MOST = 50
_AS_TEXT = re.compile(r'^(?:="(.*)"|\'(.*))$')
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0?0:00(?::00)?)?")
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_PAPER = re.compile(r"(?=(?:.*\d){4})[A-Z0-9]{5,20}")
_EARLIEST = date(1925, 5, 1)  # the All-China Federation of Trade Unions was founded


@dataclass(frozen=True)
class Line:
    """One member of one union, in the spelling by which she is found."""

    name: str
    identity: str
    phone: str | None
    number: str | None
    organisation_id: int
    joined_on: date | None
    left_on: date | None


class _Fault(Exception):
    """What is wrong with a line, in words for staff."""


def read_table(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file, in UTF-8 or, as Chinese spreadsheets save it, in GB18030. Raises `Invalid`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError as error:
            raise Invalid("文件不是 UTF-8 或 GB18030 编码的 CSV") from error
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise Invalid("文件不是 CSV：可能有没闭合的引号") from error
    header = [_column(cell) for cell in table[0]] if table else []
    if missing := [column for column in _NEEDED if column not in header]:
        raise Invalid(f"表头缺少 {'、'.join(missing)}")
    return [dict(zip(header, row, strict=False)) for row in table[1:]]


def read_lines(rows: Iterable[Mapping[str, str | None]], codes: Mapping[str, int], today: date) -> list[Line]:
    """Return a table's lines; `codes` are the unions' ids by code. Raises `Invalid` that names each faulty line."""
    lines: list[Line] = []
    faults: list[str] = []
    seen: dict[tuple[int, str], int] = {}
    unions = {code.casefold(): organisation_id for code, organisation_id in codes.items()} | dict(codes)
    for position, row in enumerate(rows, start=2):
        values = {column: _cell(row.get(column)) for column in COLUMNS}
        if not any(values.values()):
            continue
        try:
            line = _line(values, unions, today)
            first = seen.setdefault((line.organisation_id, line.identity), position)
            if first != position:
                raise _Fault(f"和第{first}行是同一个工会的同一个证件号")
        except _Fault as fault:
            faults.append(f"第{position}行：{fault}")
        else:
            lines.append(line)
    if faults:
        more = [f"还有 {len(faults) - _TOLD_AT_MOST} 行有错"] if len(faults) > _TOLD_AT_MOST else []
        raise Invalid("\n".join([*faults[:_TOLD_AT_MOST], *more]))
    return lines


def newer_identity(number: str) -> str:
    """Return the eighteen characters of a resident's number of fifteen (GB 11643-1999); any other stays as it is."""
    if len(number) != 15 or not number.isdecimal() or not number.isascii():
        return number
    longer = f"{number[:6]}19{number[6:]}"
    return longer + ric.calc_check_digit(f"{longer}?")  # the last one is not looked at


def _line(values: Mapping[str, str], unions: Mapping[str, int], today: date) -> Line:
    code = values["organisation_code"]
    if not values["name"] or not values["identity"] or not code:
        raise _Fault("姓名、证件号和工会编码都要写")
    name = spelling("name", values["name"])
    if not name or len(values["name"]) > 60:
        raise _Fault("姓名看不懂，或超过 60 字")
    organisation_id = unions.get(code, unions.get(code.casefold()))
    if organisation_id is None:
        raise _Fault(f"没有编码为“{code[:40]}”的工会")
    if len(values["number"]) > 40:
        raise _Fault("会员号最多 40 字")
    joined, left = _date(values["joined_on"], "入会日期"), _date(values["left_on"], "退会日期")
    if joined is not None and joined > today:
        raise _Fault("入会日期还没到")
    if joined is not None and left is not None and left < joined:
        raise _Fault("退会日期早于入会日期")
    identity, phone = _identity(values["identity"], today), _phone(values["phone"])
    return Line(values["name"], identity, phone, values["number"] or None, organisation_id, joined, left)


def _identity(written: str, today: date) -> str:
    if _ROUNDED.fullmatch(written):
        raise _Fault("证件号被表格软件改成了科学计数，请把这一列设为文本，重新填写")
    number = newer_identity(spelling("identity", written))
    if re.fullmatch(r"\d{17}[\dX]", number):
        if ric.calc_check_digit(number) != number[17]:
            rounded = "，像是被表格软件改过：把这一列设为文本" if number.endswith("000") else ""
            raise _Fault(f"证件号的校验位不对，请核对{rounded}")
        born = _calendar(number[6:10], number[10:12], number[12:14])
        if born is None or born > today:
            raise _Fault("证件号里的出生日期不对，请核对")
    elif not _PAPER.fullmatch(number):
        raise _Fault("证件号看不懂：要写 18 位身份证号，或护照、通行证号码")
    return number


def _phone(written: str) -> str | None:
    if not written:
        return None
    digits = re.sub(r"^(?:00)?86(?=1\d{10}$)", "", re.sub(r"\D", "", written))
    if not re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}", digits):
        raise _Fault("电话不对：手机号 11 位，固定电话要带区号；没有可以空着")
    return spelling("phone", digits)


def _date(written: str, what: str) -> date | None:
    if not written:
        return None
    match = _DATE.fullmatch(written)
    day = _calendar(match[1], match[2] or match[4], match[3] or match[5]) if match else None
    if day is None or day < _EARLIEST:
        raise _Fault(f"{what}看不懂：写成 2024-03-01")
    return day


def _calendar(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _column(cell: str) -> str:
    plain = _cell(cell).lower()
    return _CHINESE.get(plain, plain)


def _cell(written: str | None) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", written or "").split())
    return _AS_TEXT.sub(lambda found: found[1] or found[2] or "", plain).strip()
