"""What is said at once after an answer: limits, groups, children, and whom another law applies to."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.procedures.advice import ADVISERS, Advice, advise
from casework.procedures.advice_aid import ENTRIES
from casework.procedures.advice_people import STATES, STATUSES
from casework.procedures.library import Library
from casework.wording import Wording
from settings import ROOT

TODAY = date(2026, 11, 22)
POLICIES = ROOT / "knowledge_base" / "policies"
WORDING = Wording.from_domain(ROOT / "domain.yml")
LIBRARY = Library.from_folder()
CITED = re.compile(r"([\u4e00-\u9fff]+(?:法|条例|规定|办法|规则))(第[一二三四五六七八九十百]+条)")


def said(step: str, answers: dict[str, Any], form: str = "legal") -> Advice | None:
    """Return the one advice after a step's answer."""
    advice = advise(form, step, answers, TODAY)
    assert len(advice) <= 1
    return advice[0] if advice else None


def resident(born: date) -> dict[str, str]:
    """Return an identity; advice reads its day of birth only."""
    return {"type": "resident", "number": f"320311{born:%Y%m%d}0014"}


@pytest.mark.parametrize(
    ("step", "day", "response", "values", "urgent"),
    [
        # 劳动争议调解仲裁法, 27: a year from the day after; 20 June 2027 is a Sunday, so it ends on Monday
        ("ended", "2026-06-20", "arbitration", {"day": "2027年6月21日", "left": "还剩 211 天"}, None),
        # 2 December 2026 is a Wednesday, ten days ahead
        ("ended", "2025-12-02", "arbitration_soon", {"day": "2026年12月2日", "left": "还剩 10 天"}, "deadline"),
        ("ended", "2025-12-22", "arbitration_soon", {"day": "2026年12月22日", "left": "还剩 30 天"}, "deadline"),
        ("ended", "2025-12-23", "arbitration", {"day": "2026年12月23日", "left": "还剩 31 天"}, None),
        ("ended", "2025-11-01", "arbitration_over", {}, None),
        # 工伤保险条例, 17: a year to claim
        ("injured_on", "2026-11-22", "injury_now", {}, "injury"),
        ("injured_on", "2026-11-21", "injury_now", {}, "injury"),
        ("injured_on", "2026-11-20", "injury", {"day": "2027年11月20日", "left": "还剩 363 天"}, None),
        ("injured_on", "2025-11-22", "injury_soon", {"day": "2026年11月22日", "left": "今天就是最后一天"}, "deadline"),
        ("injured_on", "2025-11-21", "injury_over", {}, None),
        # 民事诉讼法, 250: two years
        ("award_date", "2025-03-10", "enforcement", {"day": "2027年3月10日", "left": "还剩 108 天"}, None),
        ("award_date", "2024-12-01", "enforcement_soon", {"day": "2026年12月1日", "left": "还剩 9 天"}, "deadline"),
        ("award_date", "2024-02-29", "enforcement_over", {}, None),
    ],
)
def test_limits_are_told_with_their_day_and_are_urgent_within_thirty_days(
    step: str, day: str, response: str, values: dict[str, str], urgent: str | None
) -> None:
    assert said(step, {step: day}, "enforcement") == Advice(f"utter_advice_{response}", values, urgent)


def test_an_agreement_of_its_own_has_no_two_years_to_be_enforced() -> None:
    advice = said("award_date", {"award_kind": "agreement", "award_date": "2026-06-20"}, "enforcement")
    assert advice == Advice("utter_advice_agreement")


def test_of_a_span_the_first_day_counts() -> None:
    span = {"from": "2025-12-02", "to": "2026-12-31"}
    advice = said("ended", {"ended": span})
    assert advice is not None
    assert advice.values["day"] == "2026年12月2日"


def test_wages_have_no_limit_while_she_works_there() -> None:
    advice = said("owed_since", {"owed_since": "2019-01-01"})
    assert advice == Advice("utter_advice_wages_while_employed")


def test_who_left_was_told_of_the_year_already() -> None:
    assert said("owed_since", {"owed_since": "2026-03-01", "ended": "2026-06-20"}) is None


@pytest.mark.parametrize(("people", "urgent"), [(1, None), (9, None), (10, "group"), (300, "group")])
def test_ten_people_are_a_group(people: int, urgent: str | None) -> None:
    advice = said("people", {"people": people}, "demand")
    assert (advice.urgent if advice else None) == urgent


@pytest.mark.parametrize(
    ("born", "response", "urgent", "ends"),
    [
        (date(2013, 1, 1), "child_guardian", "child_labour", True),
        (date(2012, 11, 23), "child_guardian", "child_labour", True),  # fourteen tomorrow
        (date(2012, 11, 22), "child_labour", "child_labour", True),  # fourteen today
        (date(2010, 11, 23), "child_labour", "child_labour", True),  # sixteen tomorrow
        (date(2010, 11, 22), "young_worker", None, False),  # sixteen today
        (date(2008, 11, 23), "young_worker", None, False),  # eighteen tomorrow
    ],
)
def test_children_at_work_go_to_people_and_the_form_ends(
    born: date, response: str, urgent: str | None, ends: bool
) -> None:
    advice = said("identity", {"identity": resident(born), "employer": "顺达物流"})
    assert advice == Advice(f"utter_advice_{response}", urgent=urgent, ends=ends)


def test_adults_and_papers_without_a_birthday_bring_no_advice() -> None:
    assert said("identity", {"identity": resident(date(2008, 11, 22)), "employer": "顺达物流"}) is None
    assert said("identity", {"identity": {"type": "passport", "number": "E12345678"}}) is None
    assert said("identity", {"identity": {"type": "resident", "number": "320311201399990014"}}) is None


def test_a_young_applicant_for_aid_is_told_nothing_about_work() -> None:
    assert said("identity", {"identity": resident(date(2009, 1, 1))}, "aid") is None


def test_an_employee_needs_no_word_and_every_other_status_has_one() -> None:
    step = LIBRARY.get("legal").step("status")  # type: ignore[union-attr]  # the form is there
    assert step is not None
    without = {choice.code for choice in step.choices if said("status", {"status": choice.code}) is None}
    assert without == {"employee"}
    assert {choice.code for choice in step.choices} - without == set(STATUSES)


def test_what_became_of_an_employer_is_answered_where_it_changes_the_way() -> None:
    form = LIBRARY.get("enforcement")
    step = form.step("employer_state") if form else None
    assert step is not None
    codes = [choice.code for choice in step.choices]
    assert {code for code in codes if said("employer_state", {"employer_state": code}, "enforcement")} == set(STATES)


def test_every_trouble_of_aid_is_answered_and_rests_on_an_entry() -> None:
    form = LIBRARY.get("aid")
    step = form.step("situation") if form else None
    assert step is not None
    assert {choice.code for choice in step.choices} == set(ENTRIES)
    assert all((POLICIES / "aid" / f"{entry}.md").exists() for entry in ENTRIES.values())


def test_every_step_that_is_advised_on_is_asked_somewhere() -> None:
    for form_id, step_id in ADVISERS:
        forms = [form for form in LIBRARY if form_id in ("*", form.id)]
        assert any(form.step(step_id) for form in forms), (form_id, step_id)


def test_every_advice_has_its_words_and_no_words_are_left_over() -> None:
    responses = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
    worded = {name for name in responses if name.startswith("utter_advice_")}
    assert worded == {advice.response for advice in all_advice()}
    for advice in all_advice():
        assert "{" not in WORDING.text(advice.response, **advice.values)


def test_every_article_that_advice_names_is_one_that_an_entry_rests_on() -> None:
    known = set(citations())
    found = 0
    for advice in all_advice():
        for law, article in CITED.findall(WORDING.text(advice.response)):
            found += 1
            assert (law, article) in known, advice.response
    assert found >= 20


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), TODAY), st.dates(date(2000, 1, 1), TODAY))
def test_a_later_day_never_leaves_less_time(one: date, other: date) -> None:
    for step in ("ended", "award_date"):
        first, last = (rank(said(step, {step: day.isoformat()}, "enforcement")) for day in sorted((one, other)))
        assert first <= last


@settings(deadline=None)
@given(st.sampled_from(["ended", "owed_since", "injured_on", "award_date"]), st.integers(1, 400))
def test_a_day_to_come_brings_no_advice(step: str, days: int) -> None:
    assert said(step, {step: (TODAY + timedelta(days=days)).isoformat()}, "enforcement") is None


def rank(advice: Advice | None) -> int:
    """Return how far away a limit is: over, soon, later."""
    assert advice is not None
    return 0 if advice.response.endswith("_over") else 1 if advice.urgent else 2


def all_advice() -> list[Advice]:
    """Return every advice that there is, by the cases above."""
    days = ["2026-11-22", "2026-06-20", "2025-12-02", "2023-01-01", "2024-12-01"]
    cases: list[tuple[str, str, dict[str, Any]]] = [
        ("enforcement", step, {step: day})
        for step in ("ended", "owed_since", "injured_on", "award_date")
        for day in days
    ]
    cases += [("legal", "status", {"status": each}) for each in STATUSES]
    cases += [("enforcement", "employer_state", {"employer_state": each}) for each in STATES]
    cases += [("aid", "situation", {"situation": each}) for each in ENTRIES]
    cases.append(("legal", "people", {"people": 30}))
    cases.append(("enforcement", "award_date", {"award_kind": "agreement", "award_date": "2026-06-20"}))
    for year in (2015, 2011, 2009):
        answers = {"identity": resident(date(year, 1, 1)), "employer": "顺达物流"}
        cases.append(("legal", "identity", answers))
    return [advice for form, step, answers in cases for advice in advise(form, step, answers, TODAY)]


def citations() -> Iterator[tuple[str, str]]:
    """Yield documents and articles of all entries."""
    for path in sorted(POLICIES.glob("*/*.md")):
        for line in path.read_text("utf-8").split("\n---\n", 1)[0].splitlines():
            cited = re.search(r"\{document: (.+?), article: (第.+?条)", line)
            if cited:
                yield cited[1], cited[2]
