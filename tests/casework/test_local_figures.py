"""Local figures: imported whole or not at all, and found by the narrowest place that has one."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from casework.database import Database
from casework.errors import Invalid
from casework.local_figures import (
    COLUMNS,
    KNOWN,
    Imported,
    LocalFigures,
    figure,
    import_figures,
    list_figures,
    regions_around,
)
from ops import ROOT

ON = date(2026, 11, 22)
TABLE = """\
average_wage,江苏,9000,2026-07-01,,江苏统计局 2026年
average_wage,江苏/徐州,7500.50,2025-07-01,2026-06-30,徐州人社局 2025年
minimum_wage,江苏省/徐州市,2260,2026-01-01,2026-12-31,苏人社 2026
minimum_wage,江苏/徐州,2100,2025-01-01,2025-12-31,苏人社 2025
maternity_extra_days,江苏,30,2018-01-01,,江苏省人口与计划生育条例
urban_income,全国,54188,2026-01-01,2026-12-31,国家统计局
injury_medical_grant_9,江苏,80000,2024-01-01,,苏人社 2024
unemployment_monthly,北京市,2262,2026-01-01,,京人社
"""


def rows(table: str, header: str = ",".join(COLUMNS)) -> csv.DictReader[str]:
    return csv.DictReader(StringIO(f"{header}\n{table}"))


def test_the_narrowest_place_that_has_a_figure_in_force_counts(database: Database) -> None:
    assert import_figures(database, rows(TABLE)) == Imported(added=8, changed=0)
    figures = LocalFigures(database)
    found = figures.of("minimum_wage", "江苏/徐州/云龙", ON)
    assert found is not None
    assert (found.value, found.region, found.expired) == (Decimal("2260.00"), "江苏/徐州", False)
    assert figures.of("minimum_wage", "江苏/徐州", date(2025, 12, 31)).value == Decimal(2100)  # type: ignore[union-attr]
    assert figures.of("minimum_wage", "江苏/徐州", date(2024, 12, 31)) is None, "it had not begun"
    assert figures.of("minimum_wage", "江苏/无锡", ON) is None
    assert figures.of("minimum_wage", None, ON) is None
    assert figures.of("urban_income", None, ON).value == Decimal(54188)  # type: ignore[union-attr]
    assert figures.of("unemployment_monthly", "北京/朝阳", ON).region == "北京"  # type: ignore[union-attr]


def test_what_has_expired_gives_way_to_a_wider_place_and_else_says_so(database: Database) -> None:
    import_figures(database, rows(TABLE))
    with database.read() as session:
        wider = figure(session, "average_wage", "江苏/徐州", ON)
        old = figure(session, "minimum_wage", "江苏/徐州", date(2027, 3, 1))
    assert wider is not None
    assert (wider.value, wider.region) == (Decimal(9000), "江苏")
    assert old is not None
    assert (old.value, old.expired) == (Decimal(2260), True)
    assert "2026-12-31" in old.origin
    assert "可能已经变了" in old.origin
    assert "苏人社 2026" in old.origin


def test_the_last_day_still_counts(database: Database) -> None:
    import_figures(database, rows(TABLE))
    with database.read() as session:
        last = figure(session, "minimum_wage", "江苏/徐州", date(2026, 12, 31))
        after = figure(session, "minimum_wage", "江苏/徐州", date(2027, 1, 1))
    assert last is not None
    assert after is not None
    assert (last.expired, after.expired) == (False, True)


def test_a_second_import_changes_what_differs(database: Database) -> None:
    import_figures(database, rows(TABLE))
    newer = "average_wage,江苏,9000,2026-07-01,2027-06-30,江苏统计局\naverage_wage,江苏,9500,2027-07-01,,江苏统计局\n"
    assert import_figures(database, rows(newer)) == Imported(added=1, changed=1)
    assert import_figures(database, rows(newer)) == Imported(added=0, changed=0)
    with database.read() as session:
        kept = [row for row in list_figures(session) if (row.figure, row.region) == ("average_wage", "江苏")]
    assert [(f"{row.value:.0f}", row.effective_until) for row in kept] == [("9000", date(2027, 6, 30)), ("9500", None)]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("average_wages,江苏,9000,2026-01-01,,某局", "不认识"),
        ("injury_medical_grant_4,江苏,9000,2026-01-01,,某局", "不认识"),
        ("average_wage,苏省,9000,2026-01-01,,某局", "地区"),
        ("average_wage,江苏//徐州,9000,2026-01-01,,某局", "省/市"),
        ("average_wage,,9000,2026-01-01,,某局", "地区"),
        ("average_wage,江苏,0,2026-01-01,,某局", "大于 0"),
        ("average_wage,江苏,-5,2026-01-01,,某局", "大于 0"),
        ("average_wage,江苏,NaN,2026-01-01,,某局", "大于 0"),
        ("average_wage,江苏,九千,2026-01-01,,某局", "不是数"),
        ("average_wage,江苏,9000.005,2026-01-01,,某局", "两位小数"),
        ("maternity_extra_days,江苏,30.5,2026-01-01,,某局", "整数"),
        ("average_wage,江苏,9000,2026年1月,,某局", "2026-01-01 这样"),
        ("average_wage,江苏,9000,2026-02-30,,某局", "2026-01-01 这样"),
        ("average_wage,江苏,9000,2026-01-01,2025-12-31,某局", "早于"),
        ("average_wage,江苏,9000,2026-01-01,,", "出处"),
        ("urban_income,江苏,54188,2026-01-01,,某局", "全国"),
        ("minimum_wage,浙江,2490,2026-06-01,,某局", "第2行"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_is_kept(sqlite: Database, line: str, fault: str) -> None:
    good = "minimum_wage,浙江,2490,2026-01-01,,浙江人社厅\n"
    with pytest.raises(Invalid) as raised:
        import_figures(sqlite, rows(f"{good}{line}\n"))
    assert str(raised.value).startswith("第3行：")
    assert fault in str(raised.value)
    with sqlite.read() as session:
        assert list_figures(session) == []


def test_a_span_that_overlaps_a_kept_one_is_refused(sqlite: Database) -> None:
    import_figures(sqlite, rows(TABLE))
    for newer in (
        "average_wage,江苏,9500,2027-07-01,,某局\n",
        "maternity_extra_days,江苏,60,2017-01-01,2018-01-01,某局\n",
    ):
        with pytest.raises(Invalid, match=r"第2行：.*重叠"):
            import_figures(sqlite, rows(newer))


def test_a_table_without_lines_or_columns_is_refused(sqlite: Database) -> None:
    with pytest.raises(Invalid, match="没有数据"):
        import_figures(sqlite, rows(",,,,,\n"))
    with pytest.raises(Invalid, match="表头缺少 source"):
        import_figures(sqlite, rows("a,b,1,c,d\n", ",".join(COLUMNS[:-1])))


def test_regions_around() -> None:
    assert regions_around("江苏/徐州") == ["江苏/徐州", "江苏", "全国"]
    assert regions_around(None) == regions_around("全国") == ["全国"]


def run(database: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command against this database, as a person would."""
    folder = Path(str(database.url.database)).parent
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database.url.database}", "VAR_DIR": str(folder)}
    command = [sys.executable, "-m", "bot", "figures", *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def test_the_command_imports_and_lists(sqlite: Database, tmp_path: Path) -> None:
    table = tmp_path / "figures.csv"
    table.write_text("\ufeff" + ",".join(COLUMNS) + "\n" + TABLE, "utf-8")
    imported = run(sqlite, "import", str(table))
    assert (imported.returncode, imported.stdout) == (0, "added: 8, changed: 0\n"), imported.stderr
    listed = run(sqlite, "list").stdout.splitlines()
    assert listed[0].split("\t") == list(COLUMNS)
    assert "minimum_wage\t江苏/徐州\t2260.00\t2026-01-01\t2026-12-31\t苏人社 2026" in listed
    table.write_text(",".join(COLUMNS) + "\nx,江苏,1,2026-01-01,,a\n", "utf-8")
    refused = run(sqlite, "import", str(table))
    assert refused.returncode == 1
    assert "第2行" in refused.stderr


def test_every_code_says_what_it_is() -> None:
    assert all(about.endswith(("元/月）", "元/年）", "（元）", "（天）")) for about in KNOWN.values())
