"""A promise that was not kept: told once, taken up by those above, whoever runs the rounds and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from casework.cases import CaseDesk, CaseRounds
from casework.hours import ZONE
from casework.queue import URGENT
from casework.tables import Case
from tests.casework.cases.office import Office


@pytest.fixture
def rounds(office: Office) -> CaseRounds:
    return CaseRounds(office.database, office.wording, office.clock)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_nothing_happens_before_the_time(office: Office, rounds: CaseRounds) -> None:
    opened = office.opens()
    office.clock.moment = at("2026-11-19 17:30")
    assert rounds.run_once().done == {}
    assert office.told() == []
    assert office.case(opened.case_id).lapsed == 0


def test_the_first_lapse_apologises_and_names_supervisors(office: Office, rounds: CaseRounds) -> None:
    lead = office.union.hire("老李", office.union.city, "supervisor")
    office.union.hire("外人", office.union.county, "supervisor")
    opened = office.opens()
    office.clock.moment = at("2026-11-19 17:31")
    assert rounds.run_once().done == {"lapsed": 1}
    (told,) = office.told()
    assert told == (
        "编号 BF-20261118-0001：说好今天下班前给你消息，没做到，对不起。"
        "已经报给主管，最晚11月20日（周五）下班前给你消息。"
    )
    case = office.case(opened.case_id)
    assert (case.lapsed, case.priority, case.due_at) == (1, URGENT, at("2026-11-20 17:30"))
    assert office.trail(opened.case_id)[1:] == [("system", "lapsed"), ("system", "escalated")]
    desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
    assert desk.detail(lead, opened.case_id).events[-1].details == {"time": 1, "staff": [lead.id]}
    assert desk.detail(lead, opened.case_id).row.is_overdue
    assert rounds.run_once().done == {}
    assert len(office.told()) == 1


def test_the_second_lapse_goes_one_level_up(office: Office, rounds: CaseRounds) -> None:
    city = office.union.hire("老李", office.union.city, "supervisor")
    chen = office.union.hire("小陈", office.union.county, "agent", "aid")
    opened = office.opens(organisation_id=office.union.county)
    desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
    desk.take(chen, opened.case_id)
    office.clock.moment = at("2026-11-19 18:00")
    rounds.run_once()
    assert office.case(opened.case_id).assignee_id == chen.id
    office.clock.moment = at("2026-11-20 18:00")
    rounds.run_once()
    case = office.case(opened.case_id)
    assert (case.lapsed, case.assignee_id) == (2, None)
    assert case.department_id == office.union.departments[office.union.city, "aid"]
    assert desk.detail(city, opened.case_id).events[-1].details == {"time": 2, "staff": [city.id]}
    office.clock.moment = at("2026-11-23 18:00")
    rounds.run_once()
    assert office.case(opened.case_id).department_id == case.department_id, "above the city there is nobody"
    assert len(office.told()) == 3


def test_a_step_of_staff_counts_anew(office: Office, rounds: CaseRounds) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    office.clock.moment = at("2026-11-19 18:00")
    rounds.run_once()
    CaseDesk(office.database, office.keyring, office.wording, office.clock).move(chen, opened.case_id, "accepted")
    case = office.case(opened.case_id)
    assert (case.lapsed, case.due_at) == (0, at("2026-11-26 17:30"))


def test_nobody_is_woken_by_an_apology(office: Office, rounds: CaseRounds) -> None:
    office.opens()
    office.clock.moment = at("2026-11-20 03:00")
    assert rounds.run_once().done == {}
    office.clock.moment = at("2026-11-20 08:00")
    assert rounds.run_once().done == {"lapsed": 1}


def test_what_is_closed_lapses_never(office: Office, rounds: CaseRounds) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
    desk.move(chen, opened.case_id, "refused", "not_ours")
    office.clock.moment = at("2026-12-01 10:00")
    assert rounds.run_once().done == {}


def test_a_worker_is_reminded_once_of_what_she_was_asked_for(office: Office, rounds: CaseRounds) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
    desk.ask_worker(chen, opened.case_id, "工资条")
    office.clock.moment = at("2026-11-26 10:00")
    assert rounds.run_once().done == {"reminded": 1}
    office.clock.moment = at("2026-12-04 10:00")
    assert rounds.run_once().done == {"worker_silent": 1}
    assert len(office.told()) == 2, "the request and one reminder"
    assert office.told()[-1] == office.wording.text("utter_case_remind_worker", number=opened.number)
    assert (office.case(opened.case_id).lapsed, office.case(opened.case_id).state) == (0, "submitted")


def test_a_case_without_a_person_is_escalated_all_the_same(office: Office, rounds: CaseRounds) -> None:
    opened = office.opens()
    with office.database.write() as session:
        case = session.get_one(Case, opened.case_id)
        case.contact_id = case.conversation_id = case.answers_sealed = None
    office.clock.moment = at("2026-11-19 18:00")
    assert rounds.run_once().done == {"lapsed": 1}
    assert office.told() == []


def test_many_processes_and_restarts_do_it_once(office: Office) -> None:
    opened = [office.opens(f"worker {number}") for number in range(6)]
    office.clock.moment = at("2026-11-19 18:00")

    def run(_: int) -> int:
        return CaseRounds(office.database, office.wording, office.clock).run_once().done.get("lapsed", 0)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(8))) == len(opened)
    assert [len(office.told(f"worker {number}")) for number in range(6)] == [1] * 6
    assert {office.case(each.case_id).lapsed for each in opened} == {1}
    office.clock.moment += timedelta(minutes=1)
    assert run(0) == 0
