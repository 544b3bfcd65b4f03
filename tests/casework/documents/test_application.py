"""The drafted application: what was told stands in it, what was not is a blank, nothing is made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calculators.calculation import Calculation
from casework.calculators.figures import Figured
from casework.documents.application import WARNINGS, ArbitrationApplication, from_case
from casework.documents.calculations import calculations
from casework.documents.claims import EMPLOYED, KINDS
from casework.documents.parts import BLANK, cited
from casework.procedures.library import FORMS, read_form
from tests.casework.documents.told import NUMBER, answers

TODAY = date(2026, 11, 22)


def drafted(**other: Any) -> ArbitrationApplication:
    told = answers(**other)
    return from_case(told, calculations(told, TODAY), TODAY)


def claims(**other: Any) -> list[tuple[str, Decimal | None]]:
    return [(claim.text, claim.amount) for claim in drafted(**other).claims]


def test_what_was_told_stands_in_the_letter() -> None:
    application = drafted()
    applicant, respondent = application.applicant, application.respondents[0]
    assert (applicant.name, applicant.phone, applicant.job) == ("王小芳", "13800138000", "分拣员")
    assert (applicant.sex, applicant.born) == ("女", date(1990, 3, 7)), "the number of a resident says so"
    assert (respondent.name, respondent.address) == ("徐州某某物流有限公司", "徐州市铜山区某路 1 号")
    assert application.facts[0] == (
        "申请人于2022年5月10日到被申请人（徐州某某物流有限公司）处工作，岗位是分拣员，月工资5000元。双方签有书面劳动合同。"
    )
    assert application.facts[3:5] == (
        "事情的经过：8月31日主管在群里说明天不用来了。",
        "7月、8月的工资没有发，我问过三次。",
    )
    assert [line.title for line in application.evidence] == ["工资转账、银行流水", "和老板、主管、工作群的聊天"]
    assert not application.warnings


def test_arrears_and_damages_are_worked_out_by_hand() -> None:
    # 2022-05-10 to 2026-08-31: 4 years, 3 months and 22 days: 4.5 months (Labour Contract Law, 47), twice (87).
    assert claims() == [
        ("请求裁决被申请人支付拖欠的2个月的工资10000元。", Decimal(10000)),
        ("请求裁决被申请人支付违法解除劳动合同的赔偿金45000元。", Decimal(45000)),
    ]
    arrears, damages = drafted().claims
    assert arrears.basis == "每月5000元，共2个月"
    assert "经济补偿22500元的二倍" in damages.basis
    assert cited(damages.articles) == "《劳动合同法》第四十八条、第八十七条、第四十七条"
    assert drafted(owed_amount="9000").claims[0].basis == "", "two months of 5000 are not 9000"


def test_without_a_contract_the_relation_is_claimed_first_and_the_second_pay_counted() -> None:
    told = claims(kinds=["no_contract"], contract="no", started="2025-09-01", ended="2026-06-30", owed_amount=None)
    assert told == [
        ("请求确认申请人与被申请人自2025年9月1日至2026年6月30日存在劳动关系。", None),
        # October to June: nine months (Labour Contract Law, 82; Implementing Regulations, 6)
        ("请求裁决被申请人支付未订立书面劳动合同的二倍工资差额45000元。", Decimal(45000)),
    ]


def test_months_that_have_perhaps_lapsed_are_claimed_while_one_is_open_and_told_apart() -> None:
    application = drafted(kinds=["no_contract"], contract="no", started="2025-08-01", ended="2026-06-30")
    # September 2025 to June 2026: ten months, of which September and October ended more than a year ago by strict count
    assert application.claims[1].amount == Decimal(50000)
    assert any("10000元可能要不到" in line for line in application.workings)
    over = drafted(kinds=["no_contract"], contract="no", started="2020-08-01", ended="2026-06-30")
    assert over.claims[1].amount is None
    assert BLANK in over.claims[1].text


@pytest.mark.parametrize("contract", ["yes", "expired"])
def test_who_has_had_a_contract_is_promised_no_second_pay(contract: str) -> None:
    application = drafted(kinds=["no_contract"], contract=contract)
    assert [claim.amount for claim in application.claims] == [None]
    assert any("各地看法不一样" in check for check in application.checks)


def test_a_second_pay_that_was_not_thought_of_is_pointed_out_and_not_claimed() -> None:
    application = drafted(kinds=["arrears"], contract="no")
    assert not any("二倍工资" in claim.text for claim in application.claims)
    assert any("二倍工资差额" in check and "12348" in check for check in application.checks)


def test_a_span_in_which_the_day_lies_is_used_where_it_changes_nothing() -> None:
    may = {"from": "2022-05-01", "to": "2022-05-31"}
    sure = drafted(started=may)
    assert sure.claims[1].amount == Decimal(45000), "4 years and 3 or 4 months are 4.5 months' pay"
    assert "申请人于2022年5月到" in sure.facts[0]
    year = drafted(started={"from": "2022-01-01", "to": "2022-12-31"})
    assert year.claims[1].amount is None, "between 3 years 8 months and 4 years 8 months the sums differ"
    assert BLANK in year.claims[1].text
    assert "申请人于2022年到" in year.facts[0]


def test_the_cap_is_applied_only_by_a_figure_that_is_in_force() -> None:
    class Table:
        def __init__(self, expired: bool) -> None:
            self.expired = expired

        def of(self, code: str, region: str | None, on: date) -> Figured | None:
            assert (code, region) == ("average_wage", "江苏/徐州/云龙区")
            return Figured(Decimal(8000), "江苏/徐州", date(2026, 1, 1), None, "某公报", self.expired)

    told = answers(monthly_pay="30000", kinds=["dismissal"])
    capped = calculations(told, TODAY, Table(expired=False))["damages"]
    assert capped.amount == 2 * Decimal("4.5") * 3 * 8000
    assert calculations(told, TODAY, Table(expired=True))["damages"].amount == 2 * Decimal("4.5") * 30000


@pytest.mark.parametrize("status", sorted(WARNINGS))
def test_who_may_not_be_under_labour_arbitration_is_told_so_first(status: str) -> None:
    application = drafted(status=status, kinds=list(KINDS), contract="no")
    assert "12348" in application.warnings[0]
    sums = [claim.amount for claim in application.claims]
    assert sums == [Decimal(10000), *[None] * (len(KINDS) - 1)], "what she told herself, and nothing calculated"
    assert not any("确认" in claim.text for claim in application.claims)
    assert application.workings == ()


def test_whose_number_says_that_she_is_over_age_is_warned_though_she_did_not_say_so() -> None:
    old = drafted(identity={"type": "resident", "number": NUMBER})
    assert old.warnings == (WARNINGS["over_age"],)
    assert (old.applicant.sex, old.applicant.born) == ("女", date(1949, 12, 31))


def test_a_paper_of_another_kind_says_nothing_of_age_or_sex() -> None:
    passport = drafted(identity={"type": "passport", "number": "E12345678"}).applicant
    assert (passport.paper, passport.sex, passport.born) == ("护照号", None, None)
    wrong = drafted(identity={"type": "resident", "number": "320311199003070099"}).applicant
    assert (wrong.identity_number, wrong.sex, wrong.born) == ("320311199003070099", None, None)


@pytest.mark.parametrize(("status", "hint"), [("dispatched", "用工单位"), ("subcontracted", "把活包出去的公司")])
def test_the_second_respondent_is_a_blank_that_says_whom_to_enter(status: str, hint: str) -> None:
    first, second = drafted(status=status).respondents
    assert first.name == "徐州某某物流有限公司"
    assert second.name is None
    assert hint in (second.hint or "")


def test_ten_people_may_choose_representatives() -> None:
    assert any("第七条" in check for check in drafted(people=10).checks)
    assert not any("第七条" in check for check in drafted(people=9).checks)


@pytest.mark.parametrize(
    ("months", "written"),
    [
        (3, "拖欠的3个月的工资"),
        ("3", "拖欠的3个月的工资"),
        ("2026年7月到8月", "拖欠的2026年7月到8月的工资"),
        ({"from": "2026-07-01", "to": "2026-08-31"}, "拖欠的2026年7月至2026年8月的工资"),
        (["2026-07", "2026-08"], "拖欠的2026-07、2026-08的工资"),
        (None, f"拖欠的{BLANK}工资"),
    ],
)
def test_the_months_owed_are_written_as_they_were_told(months: Any, written: str) -> None:
    assert written in drafted(owed_months=months, kinds=["arrears"]).claims[0].text


def test_since_when_pay_is_owed_stands_for_the_months() -> None:
    since = drafted(owed_months=None, owed_since={"from": "2026-07-01", "to": "2026-07-31"}, kinds=["arrears"])
    assert since.claims[0].text == "请求裁决被申请人支付拖欠的自2026年7月起的工资10000元。"
    assert "拖欠申请人自2026年7月起的工资，共10000元" in since.facts[1]


def test_the_day_of_an_injury_is_a_fact() -> None:
    hurt = drafted(kinds=["injury"], injured_on="2026-11-20")
    assert hurt.facts[1] == "申请人于2026年11月20日因工作受伤（患职业病的，写诊断的日子）。"
    assert hurt.claims[0].amount is None


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("甲劳务有限公司、乙物流有限公司", ["甲劳务有限公司", "乙物流有限公司"]),
        ("甲劳务公司和乙物流公司", ["甲劳务公司", "乙物流公司"]),
        ("老王饭店，老李饭店", ["老王饭店", "老李饭店"]),
        ("徐州和平建筑有限公司", ["徐州和平建筑有限公司"]),
        ("老王，修路的", ["老王，修路的"]),
    ],
)
def test_several_firms_are_several_respondents_where_each_is_clearly_one(told: str, names: list[str]) -> None:
    assert [respondent.name for respondent in drafted(employer=told).respondents] == names
    both = drafted(employer=told, status="dispatched").respondents
    assert [respondent.name for respondent in both] == (names if len(names) > 1 else [*names, None])


def test_the_forms_choices_are_all_known_here() -> None:
    form = read_form(FORMS / "legal.yml")
    choices = {step.id: {choice.code for choice in step.choices} for step in form.steps}
    assert choices["kinds"] == set(KINDS)
    assert choices["status"] == {*EMPLOYED, *WARNINGS, "subcontracted"}
    assert choices["contract"] == {"yes", "no", "expired"}
    assert {"started", "ended", "monthly_pay", "owed_amount", "owed_since", "happened", "injured_on"} <= set(choices)


def test_nothing_told_is_a_letter_of_blanks() -> None:
    application = from_case({}, {}, TODAY)
    assert [claim.text for claim in application.claims] == [f"请求裁决被申请人{BLANK}。"]
    assert application.facts[0].count(BLANK) == 5
    assert application.applicant.name is None
    assert application.evidence == ()


def test_overtime_and_leave_take_the_sums_that_they_are_given() -> None:
    given_ = {
        code: Calculation(Decimal(amount), (), (), ()) for code, amount in (("overtime", 1200), ("annual_leave", 900))
    }
    application = from_case(answers(kinds=["leave", "overtime"]), given_, TODAY)
    assert [(claim.amount) for claim in application.claims] == [Decimal(1200), Decimal(900)]


_KEYS = st.sampled_from(["name", "type", "number", "from", "to"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(answers())), _JSON))
def test_no_answers_break_the_draft_and_no_sum_is_made_up(told: dict[str, Any]) -> None:
    application = from_case(told, calculations(told, TODAY), TODAY)
    for claim in application.claims:
        assert claim.amount is None or claim.amount > 0
        assert claim.amount is not None or BLANK in claim.text or "确认" in claim.text
        assert claim.articles


@given(
    st.dates(date(2010, 1, 1), date(2026, 1, 1)),
    st.integers(0, 300),
    st.integers(0, 3000),
    st.decimals(1000, 50000, places=2),
)
def test_who_worked_longer_is_never_drafted_less_damages(started: date, more: int, worked: int, pay: Decimal) -> None:
    sums = []
    for days in (worked, worked + more):
        last = date.fromordinal(started.toordinal() + days)
        told = answers(started=started.isoformat(), ended=last.isoformat(), monthly_pay=str(pay))
        sums.append(calculations(told, TODAY)["damages"].amount)
    assert sums[0] <= sums[1]
