"""Local figures: mean and minimum wages, provincial days and sums, from dated tables that a union imports.

A figure holds in a region (`江苏/徐州`, `江苏`, `全国`) from one day to another; spans of the same figure and region do
not overlap. After its last day it is still given, marked as expired, so that the answer says it may have changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.calculators.figures import (
    AVERAGE_WAGE,
    MATERNITY_DAYS,
    MINIMUM_WAGE,
    NATIONAL,
    TITLES,
    UNEMPLOYMENT,
    URBAN_INCOME,
    Figured,
    employment_grant,
    medical_grant,
    title_of,
)
from casework.database import Database, now
from casework.errors import Invalid
from casework.tables import LocalFigure

COLUMNS = ("figure", "region", "value", "effective_from", "effective_until", "source")
GRADES_ON_LEAVING = range(5, 11)
"""Grades of disability with one-off sums on leaving (工伤保险条例, 36 and 37)."""
_UNITS = {
    MATERNITY_DAYS: "天",
    URBAN_INCOME: "元/年",
    AVERAGE_WAGE: "元/月",
    MINIMUM_WAGE: "元/月",
    UNEMPLOYMENT: "元/月",
}
_GRANTS = [code(grade) for code in (medical_grant, employment_grant) for grade in GRADES_ON_LEAVING]
KNOWN = {code: f"{title_of(code)}（{_UNITS.get(code, '元')}）" for code in (*TITLES, *_GRANTS)}
"""Codes of figures and what each is, with its unit."""
_NAMES = (
    "北京 天津 河北 山西 内蒙古 辽宁 吉林 黑龙江 上海 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南"
    " 重庆 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆"
)
PROVINCES = frozenset(_NAMES.split())
MOST = Decimal(10_000_000)
MOST_DAYS = 400
LONGEST_SOURCE = 200
_BELOW = re.compile(r"[\u4e00-\u9fff]{2,20}")
_SUFFIX = re.compile(r"(?<=..)(?:省|市|维吾尔自治区|壮族自治区|回族自治区|自治区)$")
_PLACES = 2
"""Decimal places that are kept."""


@dataclass(frozen=True)
class Imported:
    """How many figures an import added, and how many it changed."""

    added: int
    changed: int


@dataclass(frozen=True)
class _Row:
    line: int
    figure: str
    region: str
    value: Decimal
    effective_from: date
    effective_until: date | None
    source: str


class _Faults(dict[int, str]):
    """The first thing that is wrong with each line."""

    def note(self, line: int, message: str) -> None:
        self.setdefault(line, f"第{line}行：{message}")

    def stop(self) -> None:
        if self:
            raise Invalid("\n".join(self[line] for line in sorted(self)))


class LocalFigures:
    """Gives the figures to the calculators (casework/calculators/figures.py), a short session for each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, code: str, region: str | None, on: date) -> Figured | None:
        """Return the figure of the narrowest place around a region that has one on a day, or had one last."""
        with self._database.read() as session:
            return figure(session, code, region, on)


def figure(session: Session, code: str, region: str | None, on: date) -> Figured | None:
    """Return the figure of the narrowest region around that has begun by a day, None where none has.

    Of one region the latest that has begun counts. One that has expired gives way to a wider region's that is in
    force, and is given, marked, where there is none. Of a worker whose region is not known only what holds in the
    whole country counts.
    """
    around = regions_around(region)
    query = (
        select(LocalFigure)
        .where(LocalFigure.figure == code, LocalFigure.region.in_(around), LocalFigure.effective_from <= on)
        .order_by(LocalFigure.effective_from)
    )
    latest = {row.region: row for row in session.scalars(query)}
    begun = [_figured(latest[name], on) for name in around if name in latest]
    return next((figured for figured in begun if not figured.expired), begun[0] if begun else None)


def regions_around(region: str | None) -> list[str]:
    """Return the regions in which a worker is, the narrowest first: `江苏/徐州`, `江苏`, `全国`."""
    parts = [part for part in (region or "").split("/") if part and part != NATIONAL]
    return [*("/".join(parts[:size]) for size in range(len(parts), 0, -1)), NATIONAL]


def list_figures(session: Session) -> Sequence[LocalFigure]:
    """Return all figures, by figure, region and day."""
    query = select(LocalFigure).order_by(LocalFigure.figure, LocalFigure.region, LocalFigure.effective_from)
    return session.scalars(query).all()


def import_figures(database: Database, rows: Iterable[Mapping[str, str | None]]) -> Imported:
    """Add or change figures, by figure, region and first day, from a table's rows (`csv.DictReader`): all or none.

    Columns: `figure, region, value, effective_from, effective_until, source`; `effective_until` may be empty. Raises
    `Invalid` with one sentence for each faulty line.
    """
    faults = _Faults()
    read = [row for line, raw in enumerate(rows, start=2) if (row := _read(line, raw, faults)) is not None]
    if not read:
        faults.note(1, "表里没有数据")
    faults.stop()
    _check_overlaps(read, faults)
    faults.stop()
    with database.write() as session:
        known = {_key(each): each for each in session.scalars(select(LocalFigure))}
        _check_overlaps(read, faults, [each for key, each in known.items() if key not in {_key(row) for row in read}])
        faults.stop()
        added = sum(_key(row) not in known for row in read)
        changed = sum(_changed(known.get(_key(row)), row) for row in read)
        for row in read:
            _store(session, known.get(_key(row)), row)
        return Imported(added, changed)


def _read(line: int, raw: Mapping[str, str | None], faults: _Faults) -> _Row | None:
    """Return a line's row, None for an empty or faulty one; what is wrong with it goes to `faults`."""
    if missing := [column for column in COLUMNS if column not in raw]:
        faults.note(1, f"表头缺少 {'、'.join(missing)}")
        return None
    values = {column: (raw[column] or "").strip() for column in COLUMNS}
    if not any(values.values()):
        return None
    try:
        code = _code(values["figure"])
        row = _Row(
            line,
            code,
            _region(values["region"]),
            _value(code, values["value"]),
            _day("effective_from", values["effective_from"]),
            _day("effective_until", values["effective_until"]) if values["effective_until"] else None,
            values["source"],
        )
        _check(row)
    except Invalid as fault:
        faults.note(line, str(fault))
        return None
    return row


def _code(code: str) -> str:
    if code not in KNOWN:
        raise Invalid(f"figure“{code}”不认识，可以写：{'、'.join(KNOWN)}")
    return code


def _region(written: str) -> str:
    """Return a region as the rest of the system writes it: `江苏省/徐州市` is `江苏/徐州`."""
    if written == NATIONAL:
        return NATIONAL
    parts = [part.strip() for part in written.replace("／", "/").split("/")]
    province = _SUFFIX.sub("", parts[0])
    if province not in PROVINCES:
        raise Invalid(f"地区（region）“{written}”不认识，写成 江苏、江苏/徐州 这样，或者 {NATIONAL}")
    if len(parts) > 3 or not all(_BELOW.fullmatch(part) for part in parts[1:]):
        raise Invalid(f"地区（region）“{written}”写成 省/市 或 省/市/区县")
    city = [_SUFFIX.sub("", part) for part in parts[1:2]]
    return "/".join([province, *city, *parts[2:]])


def _value(code: str, written: str) -> Decimal:
    try:
        value = Decimal(written.replace(",", "").replace("，", ""))
    except InvalidOperation as error:
        raise Invalid(f"数值（value）“{written}”不是数") from error
    if not value.is_finite() or not 0 < value <= MOST:
        raise Invalid(f"数值（value）“{written}”要大于 0，不超过 {MOST}")
    if value != value.quantize(Decimal(1).scaleb(-_PLACES)):
        raise Invalid(f"数值（value）“{written}”最多写两位小数")
    if code == MATERNITY_DAYS and (value % 1 or value > MOST_DAYS):
        raise Invalid(f"天数“{written}”要是整数，不超过 {MOST_DAYS}")
    return value


def _day(column: str, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Invalid(f"日期（{column}）“{written}”写成 2026-01-01 这样") from error


def _check(row: _Row) -> None:
    if row.effective_until is not None and row.effective_until < row.effective_from:
        raise Invalid(f"结束日期 {row.effective_until} 早于开始日期 {row.effective_from}")
    if not row.source or len(row.source) > LONGEST_SOURCE:
        raise Invalid(f"出处（source）要写，最多 {LONGEST_SOURCE} 字")
    if row.figure == URBAN_INCOME and row.region != NATIONAL:
        raise Invalid(f"{KNOWN[URBAN_INCOME]}只有一个数，地区写 {NATIONAL}")


def _check_overlaps(rows: Sequence[_Row], faults: _Faults, kept: Sequence[LocalFigure] = ()) -> None:
    """Note the lines whose spans overlap another's of the same figure and region, in the table or kept before."""
    spans: dict[tuple[str, str], list[_Row | LocalFigure]] = {}
    every: list[_Row | LocalFigure] = [*rows, *kept]
    for each in every:
        spans.setdefault((each.figure, each.region), []).append(each)
    for same in spans.values():
        for earlier, later in pairwise(sorted(same, key=lambda each: each.effective_from)):
            if earlier.effective_until is None or earlier.effective_until >= later.effective_from:
                _note_overlap(earlier, later, faults)


def _note_overlap(earlier: _Row | LocalFigure, later: _Row | LocalFigure, faults: _Faults) -> None:
    line, other = (later.line, earlier) if isinstance(later, _Row) else (getattr(earlier, "line", 1), later)
    until = other.effective_until or "没写结束日期"
    where = f"第{other.line}行" if isinstance(other, _Row) else "已有的一行"
    faults.note(line, f"{other.figure} {other.region} 的时间和{where}（{other.effective_from} 到 {until}）重叠了")


def _key(row: _Row | LocalFigure) -> tuple[str, str, date]:
    return row.figure, row.region, row.effective_from


def _changed(before: LocalFigure | None, row: _Row) -> bool:
    if before is None:
        return False
    return (before.value, before.effective_until, before.source) != (row.value, row.effective_until, row.source)


def _store(session: Session, before: LocalFigure | None, row: _Row) -> None:
    stored = before or LocalFigure(figure=row.figure, region=row.region, effective_from=row.effective_from)
    stored.value, stored.effective_until, stored.source = row.value, row.effective_until, row.source
    stored.imported_at = now()
    session.add(stored)


def _figured(row: LocalFigure, on: date) -> Figured:
    expired = row.effective_until is not None and row.effective_until < on
    return Figured(row.value, row.region, row.effective_from, row.effective_until, row.source, expired)


def told(row: LocalFigure) -> Iterator[str]:
    """Yield a figure's cells for a list."""
    yield from (row.figure, row.region, f"{row.value:f}", str(row.effective_from), str(row.effective_until or "-"))
    yield row.source
