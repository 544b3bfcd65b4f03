"""What a submission becomes: a case with a number, at the right department, found by hashes, told to nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from casework.cases import open_case, open_cases_of
from casework.cases.lookup import spelling
from casework.cases.records import open_answers
from casework.errors import NotFound
from casework.queue import ALARM, URGENT
from casework.tables import AuditEvent, Case, CaseKey, Contact, Conversation, Organisation
from tests.casework.cases.office import WEDNESDAY, Office
from tests.casework.worker import told_consoles


def department(office: Office, organisation: int, topic: str) -> int:
    return office.union.departments[organisation, topic]


def of_firm(office: Office, name: str = "wang") -> None:
    """Let a worker belong to the firm's union."""
    contact_id, _conversation = office.conversation(name)
    with office.database.write() as session:
        session.get_one(Contact, contact_id).organisation_id = office.union.firm


def test_a_case_has_number_department_and_promise(office: Office) -> None:
    opened = office.opens(working_days=15)
    case = office.case(opened.case_id)
    assert (opened.number, opened.department) == ("BF-20261118-0001", "困难帮扶")
    assert opened.promised == "11月19日（周四）下班前"
    assert (case.state, case.procedure, case.created_at) == ("submitted", "aid", WEDNESDAY)
    assert case.due_at == opened.due_at
    assert case.department_id == department(office, office.union.city, "aid")
    assert open_answers(office.keyring, case)["why"] == "孩子生病住院"
    assert office.trail(case.id) == [("worker", "submitted")]
    assert told_consoles(office.database)[-1] == "case"


def test_the_worker_is_told_number_and_time_only(office: Office) -> None:
    told = office.opens().told
    assert "BF-20261118-0001" in told.text
    assert "11月19日（周四）下班前" in told.text
    assert not any(word in told.text for word in ("某某", "物流", "帮扶", "住院"))
    assert [(button.intent, button.values) for button in told.buttons] == [("show_case", {"case": "BF-20261118-0001"})]


def test_nothing_personal_stands_in_the_open(office: Office) -> None:
    opened = office.opens(urgent_reason="injury")
    with office.database.read() as session:
        case = session.get_one(Case, opened.case_id)
        keys = session.execute(select(CaseKey.field, CaseKey.digest)).all()
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "case"))
    assert case.answers_sealed is not None
    assert "某某".encode() not in case.answers_sealed
    assert sorted(key.field for key in keys) == ["employer", "identity", "name", "phone"]
    assert all(len(key.digest) == 64 for key in keys)
    assert (event.actor, event.event) == ("worker", "case.submitted")
    assert event.details == {"working_days": 5, "urgent": "injury"}


def test_what_is_urgent_is_looked_at_in_two_hours(office: Office) -> None:
    opened = office.opens(urgent_reason="injury")
    assert office.case(opened.case_id).priority == URGENT
    assert opened.promised == "今天中午12点前"
    assert office.case(office.opens(priority=ALARM, urgent_reason="x").case_id).priority == ALARM


def test_an_application_goes_to_the_workers_own_union_or_the_chosen_one(office: Office) -> None:
    of_firm(office)
    at_firm = office.opens()
    at_county = office.opens(answers={"union": {"id": office.union.county, "name": "某县总工会"}})
    told = office.opens(organisation_id=office.union.city)
    assert office.case(at_firm.case_id).department_id == department(office, office.union.firm, "aid")
    assert office.case(at_county.case_id).department_id == department(office, office.union.county, "aid")
    assert office.case(told.case_id).department_id == department(office, office.union.city, "aid")


def test_a_grievance_never_goes_to_the_firm(office: Office) -> None:
    of_firm(office)
    opened = office.complains(answers={"union": {"id": office.union.firm, "name": "某厂工会"}})
    case = office.case(opened.case_id)
    assert case.department_id == department(office, office.union.county, "legal")
    assert case.complaint
    with office.database.read() as session:
        assert session.get_one(Conversation, case.conversation_id).complaint


@pytest.mark.parametrize("employer", ["某县总", {"id": 0, "name": "某县总工会"}])
def test_a_grievance_about_a_union_goes_past_it(office: Office, employer: object) -> None:
    of_firm(office)
    if isinstance(employer, dict):
        employer = {**employer, "id": office.union.county}
    opened = office.complains(answers={"employer": employer})
    assert office.case(opened.case_id).department_id == department(office, office.union.city, "legal")
    with office.database.read() as session:
        about = session.scalar(select(CaseKey.digest).where(CaseKey.field == "about"))
    assert about == str(office.union.county)


def test_a_grievance_about_the_topmost_union_stays_with_it(office: Office) -> None:
    opened = office.complains(answers={"employer": "某市总工会"})
    assert office.case(opened.case_id).department_id == department(office, office.union.city, "legal")


def test_a_worker_who_was_erased_meanwhile_has_no_case(office: Office) -> None:
    submission = replace(office.submission(), conversation_id=999)
    with pytest.raises(NotFound), office.database.write() as session:
        open_case(session, office.keyring, submission, office.wording)
    contact_of_another = replace(office.submission(), contact_id=office.conversation("li")[0])
    with pytest.raises(NotFound), office.database.write() as session:
        open_case(session, office.keyring, contact_of_another, office.wording)


def test_a_case_like_it_is_found_while_it_is_open(office: Office) -> None:
    first, second = office.opens(), office.opens("li", answers={"phone": "+86 138 0013-8000"})
    contact_id, _conversation = office.conversation()

    def found(**by: object) -> list[str]:
        with office.database.read() as session:
            return open_cases_of(session, office.keyring, "aid", **by)  # type: ignore[arg-type]

    assert found(contact_id=contact_id) == [first.number]
    assert found(phone="138-0013-8000") == [second.number, first.number]
    assert found(identity="11010519491231002x") == [second.number, first.number]
    assert found(contact_id=contact_id, phone="13900139000") == [first.number]
    assert found(phone="13900139000") == found() == []
    with office.database.write() as session:
        session.get_one(Case, first.case_id).state = "withdrawn"
    assert found(contact_id=contact_id) == []


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("phone", ["13800138000", "+86 138-0013-8000", "１３８００１３８０００"]),
        (
            "identity",
            ["11010519491231002X", "11010519491231002x", {"type": "resident", "number": "110105 19491231 002X"}],
        ),
        ("name", ["阿卜杜拉·买买提", "阿卜杜拉•买买提", " 阿卜杜拉 ・买买提"]),
        (
            "employer",
            ["某某物流有限公司", "某某物流（有限）公司", "某某物流集团工会", {"name": "某某物流股份有限公司"}],
        ),
    ],
)
def test_one_thing_has_one_spelling(field: str, spellings: list[object]) -> None:
    assert len({spelling(field, each) for each in spellings}) == 1


def test_a_firm_that_is_called_nothing_but_its_form_keeps_its_name() -> None:
    assert spelling("employer", "有限公司") == "有限公司"
    assert spelling("employer", {"id": 3}) == spelling("employer", None) == ""


def test_many_who_send_in_at_once_get_one_case_each(office: Office) -> None:
    names = [f"worker {number}" for number in range(12)]
    for name in names:
        office.conversation(name)
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(office.opens, names))
    assert sorted(each.number for each in opened) == [f"BF-20261118-{number:04}" for number in range(1, 13)]


def test_a_union_that_is_not_there_is_passed_by(office: Office) -> None:
    opened = office.opens(organisation_id=999)
    assert office.case(opened.case_id).department_id == department(office, office.union.city, "aid")
    with office.database.read() as session:
        assert session.get(Organisation, 999) is None
