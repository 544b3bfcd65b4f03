"""A card that counts out what an entry is about, with the worker's figures and those of her region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import ClassVar

import pytest
import yaml

from actions.calculated import Calculated
from casework.calculators.ask import CALCULATORS
from casework.calculators.figures import Figured, NoFigures
from casework.cards import FIRST_BUBBLE
from casework.wording import Wording
from knowledge_base import Entry
from ops import ROOT

TODAY = date(2026, 11, 22)
UNCOUNTABLE = "utter_calculated_not"
"""Said where answers come to nothing."""
POLICIES = ROOT / "knowledge_base" / "policies"


class Jiangsu:
    """Figures of one province."""

    VALUES: ClassVar = {"average_wage": 9000, "maternity_extra_days": 30, "injury_medical_grant_9": 80_000}

    def of(self, code: str, region: str | None, on: date) -> Figured | None:
        if code not in self.VALUES or not (region or "").startswith("江苏"):
            return None
        return Figured(Decimal(self.VALUES[code]), "江苏", date(2026, 1, 1), date(2026, 6, 30), "苏人社", expired=True)


def entry(calculator: str | None) -> Entry:
    return Entry("some-entry", "怎么算", "wages", conclusion="看条文。", calculator=calculator)


@pytest.mark.parametrize(
    ("calculator", "question", "told"),
    [
        ("severance", "我干了三年半，一个月五千，公司突然让我走", "N是20000元"),
        ("damages", "2023年3月15日入职，2026年9月14日被辞退，月薪5000", "2N是40000元"),
        ("double_pay", "入职时间2026年3月1日，没签合同，每月4350", "公司最多该多给"),
        ("double_pay", "做了8个月没签合同，月薪5000", "35000元"),
        ("overtime", "一个月4350，平时加班20小时，周末加班16小时，元旦加班8小时", "加班费一共该有2150元"),
        ("overtime", "每天加班3小时，月薪4350", "2325.38元"),
        ("annual_leave", "还有5天年假没休，月薪4350", "公司还要补2000元"),
        ("annual_leave_days", "我工龄11年，2026年6月30日离职", "2026年可休4天年休假"),
        ("notice_pay", "上个月工资6000，没提前通知就不要我了", "多给一个月工资6000元"),
        ("probation", "签了一年合同，试用期六个月，转正后工资5000", "公司该给你20000元"),
        ("probation", "签了一年合同，试用期六个月", "你说的6个月超了"),
        ("probation", "签了三年合同，试用期六个月", "没有超"),
        ("injury", "工伤鉴定九级，月工资6000", "补助金是54000元"),
        ("maternity", "生了双胞胎产假几天", "最少休113天"),
        ("maternity", "怀孕三个月流产了", "最少休15天"),
        ("limit_injury", "2026年3月5日受的伤，现在还能报工伤吗", "最后一天是2027年3月5日，还有103天"),
        ("limit_award", "11月7号收到裁决书，不服怎么办", "最后一天是2026年11月23日"),
        ("limit_wages", "2026年5月6号离职的，工资还没给", "最后一天是2027年5月6日"),
        ("limit_dispute", "我2025年12月1日被辞退，过了时效吗", "最后一天是2026年12月1日，还有9天"),
    ],
)
def test_who_says_her_figures_gets_what_they_come_to(
    wording: Wording, calculator: str, question: str, told: str
) -> None:
    card = Calculated(wording, NoFigures()).card(entry(calculator), question, None, TODAY)
    assert card is not None
    assert told in card.conclusion
    assert len(card.conclusion) <= FIRST_BUBBLE
    assert card.detail.startswith("1. ")
    assert card.more.startswith("- ")
    assert card.citations
    assert card.understood == {"entries": ["some-entry"]}


@pytest.mark.parametrize(
    ("calculator", "question"),
    [
        (None, "我干了三年半，一个月五千"),
        ("severance", "我干了三年多，一个月五千"),
        ("severance", "一个月五千"),
        ("overtime", "月薪五千，加班费怎么算"),
        ("overtime", "平时加班20小时"),
        ("double_pay", "没签合同干了三年半，一个月五千"),
        ("double_pay", "2020年3月1日入职没签合同，一个月五千"),
        ("maternity", "产假多少天"),
        ("injury", "九级伤残赔多少"),
        ("limit_injury", "受伤好久了还能报吗"),
        ("limit_wages", "2025年5月6号离职的，一直在催，工资还没给"),
        ("severance", "我入职五年了，房贷每月九千，叫我自己走"),
        ("injury_death", "工亡赔多少"),
        ("severance", "2026年9月14日入职，2026年5月1日被辞退，月薪5000"),
    ],
)
def test_what_is_missing_guessed_or_over_makes_no_sum(wording: Wording, calculator: str | None, question: str) -> None:
    assert Calculated(wording, NoFigures()).card(entry(calculator), question, None, TODAY) is None


def test_the_figures_of_her_region_count_and_their_age_is_told(wording: Wording) -> None:
    counted = Calculated(wording, Jiangsu())
    twins = counted.card(entry("maternity"), "生了双胞胎产假几天", "江苏/徐州", TODAY)
    assert twins is not None
    assert "143天" in twins.conclusion
    assert "2026-06-30" in twins.more
    assert "可能已经变了" in twins.more
    elsewhere = counted.card(entry("maternity"), "生了双胞胎产假几天", "浙江", TODAY)
    assert elsewhere is not None
    assert "113天" in elsewhere.conclusion
    ninth = counted.card(entry("injury"), "工伤鉴定九级，月工资6000", "江苏", TODAY)
    assert ninth is not None
    assert "80000元" in ninth.detail
    assert "12333" in ninth.detail, "the other sum is not known"
    capped = counted.card(entry("severance"), "我干了13年，一个月3万", "江苏", TODAY)
    assert capped is not None
    assert "N是324000元" in capped.conclusion  # thrice 9,000, twelve years


def front_matters() -> Iterator[tuple[str, dict[str, object]]]:
    for file in sorted(POLICIES.glob("*/*.md")):
        yield file.stem, yaml.safe_load(file.read_text("utf-8").split("---\n")[1])


def test_entries_name_calculators_that_are_there_and_every_sort_of_law_has_one() -> None:
    named = {str(meta["calculator"]) for _, meta in front_matters() if meta.get("calculator")}
    assert named <= set(CALCULATORS)
    assert {"severance", "double_pay", "overtime", "annual_leave", "probation", "injury", "maternity"} <= named
    assert {"notice_pay", "limit_injury", "limit_dispute", "limit_award", "limit_wages"} <= named


def test_every_response_belongs_to_a_calculator(wording: Wording) -> None:
    stems = {calculator.stem for calculator in CALCULATORS.values()}
    assert all(wording.has(stem) for stem in stems)
    domain = (ROOT / "domain.yml").read_text("utf-8")
    for name in re.findall(r"^  (utter_calculated_\w+):", domain, re.MULTILINE):
        assert name == UNCOUNTABLE or any(name == stem or name.startswith(f"{stem}_") for stem in stems)
