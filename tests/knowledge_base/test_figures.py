"""A figure is a number with a unit; the same figure may be written in many ways."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from knowledge_base.figures import mentions, quantities, stale, unproven
from knowledge_base.model import Entry, Figure
from knowledge_base.numerals import numeral


def entry(text: str, *listed: str) -> Entry:
    """Return an entry of one paragraph with listed figures."""
    return Entry("x", "标题", "wages", conclusion=text, figures=tuple(Figure(item, "举例") for item in listed))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("98天", "九十八日"),
        ("98天", "98 天"),
        ("1年", "12个月"),
        ("一年内", "十二个月"),
        ("半年", "六个月"),
        ("两年半", "30个月"),
        ("一个半月", "1.5个月"),
        ("两个半小时", "2.5个小时"),
        ("30分钟", "半小时"),
        ("80%", "百分之八十"),
        ("80％", "八成"),
        ("两倍", "2倍"),
        ("300%", "三倍"),
        ("1.5倍", "百分之一百五十"),
        ("2/3", "三分之二"),
        ("一半", "百分之五十"),
        ("5到12%", "百分之五至百分之十二"),
        ("百分之五到十二", "5%、12%"),
        ("12、18、24个月", "一年、十八个月、两年"),
        ("150/200/300%", "百分之一百五十、百分之二百、百分之三百"),
        ("16岁", "十六周岁"),
        ("5万元", "50,000元"),
        ("罚2万到20万，", "二万元以上二十万元以下"),
        ("两百块钱", "200元"),
        ("25人", "二十五名"),
        ("10个工作日", "十个工作日"),
        ("两周", "14天"),
    ],
)
def test_one_figure_in_two_writings(one: str, other: str) -> None:
    assert quantities(one) == quantities(other) != frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "2025年1月1日起",
        "5月1日",
        "2024年底",
        "每月15号",
        "打12351、12333",
        "1. 先问",
        "3、再去",
        "劳动合同法第38条第1款",
        "早上8点半到22:30",
        "几十天",
        "三五天",
        "十几年",
        "上千元",
        "万一年底没发",
        "周六周日都上班",
        "星期三天天加班",
        "5年级",
    ],
)
def test_no_figure(text: str) -> None:
    assert [mention for mention in mentions(text) if not mention.loose] == []


@pytest.mark.parametrize(
    "text",
    [
        "一天不干",
        "哪一年",
        "头一个月",
        "第二年",
        "一个人去",
        "一次性",
        "这两年",
        "头三天",
        "一个月不超过",
        "24小时热线",
    ],
)
def test_a_manner_of_speaking_needs_no_proof(text: str) -> None:
    assert unproven(entry(text), []) == []


def test_workdays_are_no_days() -> None:
    assert unproven(entry("15个工作日内"), ["自收到之日起十五日内"]) == ["15个工作日"]


def test_a_figure_is_told_once_and_as_written() -> None:
    assert unproven(entry("产假98天，也就是九十八日，难产多15天"), ["女职工生育享受98天产假"]) == ["15天"]


def test_a_listed_figure_needs_no_article_and_stands_in_the_text() -> None:
    assert unproven(entry("会费0.5%，3000元交15元", "0.5%", "3000元", "15元"), []) == []
    assert stale(entry("会费0.5%", "5‰", "0.5%", "3000元", "21.75")) == ["5‰", "3000元", "21.75"]
    assert stale(entry("÷21.75×天数", "21.75")) == []


def test_all_parts_of_an_entry_are_read() -> None:
    told = Entry("x", "拖3天", "wages", conclusion="4天", steps="5天", deadline="6天", papers="7份，7天", more="8天")
    assert unproven(told, ["八日"]) == ["3天", "4天", "5天", "6天", "7天"]


@given(st.integers(2, 9999), st.sampled_from(["天", "个月", "年", "岁", "倍", "元", "名", "小时"]))
def test_numerals_and_digits_are_the_same_figure(value: int, unit: str) -> None:
    assume(unit != "年" or value < 1000)  # four digits and 年 are a year of the calendar
    assert quantities(f"满{value}{unit}") == quantities(f"满{numeral(value)}{unit}")


@given(st.integers(1, 400), st.integers(1, 100))
def test_percentages_and_fractions_are_shares(value: int, whole: int) -> None:
    (share,) = quantities(f"{value}%")
    assert share.value == Fraction(value, 100)
    (share,) = quantities(f"{numeral(whole)}分之{numeral(value)}")
    assert share.value == Fraction(value, whole)


@given(st.text(alphabet="一二两三十百千万零半年个月天日周岁%百分之到、/第0123456789.,元倍成 ", max_size=30))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert all(mention.quantity.value >= 0 for mention in mentions(text))
