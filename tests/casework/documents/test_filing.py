"""Where, with what and by when an application is filed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from casework.documents.filing import Commission, Filing, filing
from tests.casework.documents.told import answers

TODAY = date(2026, 11, 22)


def filed(respondents: int = 1, commission: Commission | None = None, **other: Any) -> Filing:
    return filing(answers(**other), TODAY, respondents, commission)


def test_the_place_of_work_comes_before_the_employers_seat() -> None:
    where = filed().where
    assert where[0].index("江苏徐州云龙区") < where[0].index("徐州市铜山区某路 1 号")
    assert "第二十一条" in where[0]
    assert "由上班地的仲裁委办" in where[1]
    assert "12333" in where[-1], "no address is known"


def test_an_imported_address_takes_the_place_of_the_telephone() -> None:
    where = filed(commission=Commission("某区劳动人事争议仲裁委员会", "某路 3 号", "0516-1234567")).where
    assert where[-1] == "某区劳动人事争议仲裁委员会：某路 3 号，电话 0516-1234567"


@pytest.mark.parametrize(("respondents", "copies"), [(1, 2), (2, 3)])
def test_each_respondent_gets_a_copy_beside_the_commissions(respondents: int, copies: int) -> None:
    assert filed(respondents).bring[0].startswith(f"申请书 {copies} 份：仲裁委一份，对方 {respondents} 家")
    assert "不收费" in filed().bring[-1]


def test_the_days_of_the_law_are_told_with_their_articles() -> None:
    times = "\n".join(filed().times)
    for said in ("5 日内", "第二十九条", "45 日内", "再加 15 日", "第四十三条", "15 日内去法院"):
        assert said in times


def test_the_limit_is_a_year_from_the_day_she_left() -> None:
    soon = filed(ended="2025-12-10")
    # 10 December 2026, a Thursday: eighteen days (Mediation and Arbitration Law, 27; Civil Code, 201 and 202)
    assert soon.last_day == date(2026, 12, 10)
    assert any("还有 18 天" in line for line in soon.limit)
    span = filed(ended={"from": "2025-12-10", "to": "2025-12-31"})
    assert span.last_day == date(2026, 12, 10), "the earlier day is the safe one"
    over = filed(ended="2025-06-10")
    assert any("已经过了" in line and "要工资" in line for line in over.limit)


@pytest.mark.parametrize("ended", [None, "2026-12-31"])
def test_who_has_not_left_has_no_last_day(ended: str | None) -> None:
    here = filed(ended=ended)
    assert here.last_day is None
    assert any("还在职的" in line for line in here.limit)


def test_the_limit_to_have_an_injury_recognised_is_told_where_its_day_is_known() -> None:
    hurt = filed(injured_on="2026-11-01").limit
    # 30 days from 1 November for the employer: 1 December; a year for the worker (Regulations on injury insurance, 17)
    assert any("工伤认定" in line and "2026年12月1日" in line for line in hurt)
    assert any("工伤认定" in line and "2027年11月1日" in line for line in hurt)
    assert not any("工伤认定" in line for line in filed(injured_on="2026-12-24").limit), "a day to come is none"


def test_every_section_has_lines() -> None:
    assert [heading for heading, _lines in filed().sections()] == ["去哪里交", "带什么", "最晚哪天", "交了以后"]
    assert all(lines for _heading, lines in filed().sections())
