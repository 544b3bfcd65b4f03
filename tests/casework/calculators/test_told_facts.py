"""Hours, days, grades and terms are read where they are said plainly, and left where they are guesses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.ask import CALCULATORS, TOLD_ONLY
from casework.calculators.told_facts import facts_told

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "text", "facts"),
    [
        ("overtime", "一个月4350，平时加班20小时，周末加班16小时，元旦加班8小时",
         {"monthly_pay": "4350", "weekday_hours": "20", "rest_day_hours": "16", "holiday_hours": "8"}),
        ("overtime", "每天加班3小时，月薪五千", {"hours_a_day": "3", "monthly_pay": "5000"}),
        ("overtime", "天天加班两个小时，干了6个月，月薪4350",
         {"hours_a_day": "2", "overtime_months": 6, "monthly_pay": "4350"}),
        ("overtime", "法定节假日一共上班8.5个小时", {"holiday_hours": "8.5"}),
        ("overtime", "每天加班3个多小时，月薪五千", {}),
        ("overtime", "每天加班3到4小时", {}),
        ("overtime", "月薪五千，加班费怎么算", {}),
        ("overtime", "国庆加班8小时", {}),  # only three of its days are statutory
        ("overtime", "有一天加班3小时", {}),
        ("injury", "工伤鉴定九级，月工资6000", {"grade": 9, "monthly_pay": "6000"}),
        ("injury", "评了十级伤残", {"grade": 10}),
        ("injury", "我鉴定的是九级，工友评了十级", {}),
        ("injury", "在三级甲等医院做的工伤鉴定", {}),
        ("injury", "我是二级技工，月薪6000", {"monthly_pay": "6000"}),
        ("probation", "签了一年合同，试用期六个月", {"contract_term": "1_year", "served": 6}),
        ("probation", "三年的合同试用期半年，转正后工资5000，试用期工资3500",
         {"contract_term": "3_years", "served": 6, "monthly_pay": "5000", "probation_pay": "3500"}),
        ("probation", "合同签了6个月，试用期3个月", {"contract_term": "3_months", "served": 3}),
        ("probation", "无固定期限合同，试用期6个月", {"contract_term": "open_ended", "served": 6}),
        ("probation", "先签一年合同后签两年合同，试用期三个月", {"served": 3}),
        ("maternity", "生了双胞胎产假几天", {"birth": "birth", "children": 2}),
        ("maternity", "难产能多休几天", {"birth": "difficult"}),
        ("maternity", "不是难产，产假几天", {}),
        ("maternity", "怀孕三个月流产了", {"birth": "miscarriage_early"}),
        ("maternity", "怀孕4个月胎停", {"birth": "miscarriage_late"}),
        ("maternity", "流产休几天", {}),
        ("maternity", "产假多少天", {}),
        ("annual_leave", "还有5天年假没休，月薪六千", {"unpaid_days": 5, "monthly_pay": "6000"}),
        ("annual_leave_days", "我工龄11年，2026年6月30日离职", {"total_years": 11, "left": "2026-06-30"}),
        ("annual_leave_days", "工龄十几年", {}),
        ("notice_pay", "上个月工资6000，一个月平均5000", {"monthly_pay": "6000"}),
        ("severance", "2023年3月15日入职，2026年9月14日被辞退，月薪5000",
         {"started": "2023-03-15", "ended": "2026-09-14", "monthly_pay": "5000"}),
        ("severance", "我干了三年半，一个月五千，公司突然让我走", {"service_months": 42, "monthly_pay": "5000"}),
        ("double_pay", "入职时间2026年3月1日，没签合同，每月4350", {"started": "2026-03-01", "monthly_pay": "4350"}),
        ("severance", "2023年3月入职，月薪5000", {"monthly_pay": "5000"}),  # which day may change the sum
        ("severance", "我入职五年了，房贷每月九千", {"service_months": 60}),
        ("limit_dispute", "2019年进厂2024年离职，会不会过期", {}),
        ("limit_dispute", "被辞退八个月了还能申请仲裁吗", {}),
        ("limit_dispute", "去年五月被辞的", {"knew": {"from": "2025-05-01", "to": "2025-05-31"}}),
        ("limit_wages", "我于2025年3月入职，10月离职，公司拖欠工资", {}),  # of which year?
        ("limit_wages", "提成押一个月，走的时候说没有", {}),
        ("limit_wages", "上班三个月被辞了", {}),
        ("limit_wages", "干了一个半月 走的时候只给了三百", {}),
        ("limit_award", "裁决书收到今天第十四天了，要不要起诉", {}),
        ("limit_award", "昨天收到裁决书，不服", {"received": "2026-11-21"}),
        ("limit_injury", "上班第一天手就被机器轧了", {}),
        ("maternity", "剖腹产算难产吗，多15天", {}),
        ("maternity", "难产假要什么证明", {}),
        ("limit_injury", "2026年3月5日受的伤，现在还能报工伤吗", {"hurt": "2026-03-05"}),
        ("limit_award", "11月10号收到裁决书，不服怎么办", {"received": "2026-11-10"}),
        ("limit_wages", "2026年5月6号离职的，工资还没给", {"left": "2026-05-06"}),
        ("limit_dispute", "我2025年12月1日被辞退，过了时效吗", {"knew": "2025-12-01"}),
        ("limit_injury", "去年受的伤", {}),  # no day, and no month
        ("limit_dispute", "合同2026年5月1日到期，后来被辞退", {}),
        ("injury_death", "工亡赔多少", {}),
    ],
)  # fmt: skip
def test_what_is_said_plainly_is_read(code: str, text: str, facts: dict[str, Any]) -> None:
    assert facts_told(code, text, TODAY) == facts


@given(
    st.sampled_from(sorted(CALCULATORS)),
    st.text("一二十半0123456789个年月天小时加班平周末入职离试用期签合同级工伤元，。", max_size=80),
)
def test_any_words_are_read_without_an_error_into_known_answers(code: str, text: str) -> None:
    known = {question.id for question in CALCULATORS[code].questions}
    assert set(facts_told(code, text, TODAY)) <= known | TOLD_ONLY
