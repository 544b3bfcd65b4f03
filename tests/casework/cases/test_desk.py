"""What staff find, see and do; that others see nothing; that every look and change is written down."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]  # it publishes no type information
from sqlalchemy import select

from casework.actors import Actor
from casework.cases import CaseDesk, Filter, MyCases
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.tables import AuditEvent, Case, Conversation, Draft
from tests.casework.cases.office import Office
from tests.casework.worker import audited, told_consoles


@pytest.fixture
def desk(office: Office) -> CaseDesk:
    return CaseDesk(office.database, office.keyring, office.wording, office.clock)


def numbers(desk: CaseDesk, actor: Actor, **wanted: object) -> list[str]:
    return [row.number for row in desk.cases(actor, Filter(**wanted)).rows]  # type: ignore[arg-type]


def latest_details(office: Office, event: str) -> dict[str, object]:
    query = select(AuditEvent.details).where(AuditEvent.event == event).order_by(AuditEvent.id.desc()).limit(1)
    with office.database.read() as session:
        return dict(session.scalars(query).one())


# Who sees what.


def test_everybody_sees_her_own_part_of_the_tree(office: Office, desk: CaseDesk) -> None:
    union = office.union
    at_firm = office.opens(organisation_id=union.firm)
    at_city = office.opens(organisation_id=union.city)
    demand = office.complains(organisation_id=union.firm)
    aid, legal = union.hire("小陈", union.city, "agent", "aid"), union.hire("小李", union.city, "agent", "legal")
    lead, editor = union.hire("老李", union.city, "supervisor"), union.hire("编辑", union.city, "editor")
    local = union.hire("小孙", union.firm, "admin")
    assert set(numbers(desk, lead)) == {at_firm.number, at_city.number, demand.number}
    assert numbers(desk, aid) == [at_city.number]
    assert numbers(desk, legal) == [demand.number]
    assert numbers(desk, local) == [at_firm.number]
    assert numbers(desk, editor) == []
    with pytest.raises(NotFound):
        desk.detail(local, demand.case_id)
    with pytest.raises(NotFound):
        desk.take(aid, demand.case_id)
    assert desk.counts(local)["submitted"] == 1


def test_a_complaint_is_never_seen_by_a_local_union_wherever_it_stands(office: Office, desk: CaseDesk) -> None:
    opened = office.complains()
    local = office.union.hire("小孙", office.union.firm, "admin")
    with office.database.write() as session:
        session.get_one(Case, opened.case_id).department_id = office.union.departments[office.union.firm, "legal"]
    assert numbers(desk, local) == numbers(desk, local, query=opened.number) == []
    assert desk.counts(local)["submitted"] == 0
    assert load_workbook(BytesIO(desk.export(local, Filter()))).active.max_row == 1
    with pytest.raises(NotFound):
        desk.reveal(local, opened.case_id, "name")


def test_a_complaint_is_not_seen_by_the_union_that_it_is_about(office: Office, desk: CaseDesk) -> None:
    opened = office.complains(answers={"employer": {"id": office.union.county, "name": "某县总工会"}})
    county = office.union.hire("小周", office.union.county, "admin")
    city = office.union.hire("老李", office.union.city, "supervisor")
    with office.database.write() as session:  # even where somebody assigned it to her
        case = session.get_one(Case, opened.case_id)
        case.department_id = office.union.departments[office.union.county, "legal"]
        case.assignee_id = county.id
    assert numbers(desk, county) == []
    assert numbers(desk, city) == [opened.number]
    with pytest.raises(Invalid):
        desk.assign(city, opened.case_id, county.id)


def test_who_was_given_a_case_sees_it_beyond_her_department(office: Office, desk: CaseDesk) -> None:
    opened = office.opens()
    legal = office.union.hire("小李", office.union.city, "agent", "legal")
    assert numbers(desk, legal) == []
    with office.database.write() as session:
        session.get_one(Case, opened.case_id).assignee_id = legal.id
    assert numbers(desk, legal) == [opened.number]


# Lists.


def test_lists_are_narrowed_down_and_in_order_of_what_is_due(office: Office, desk: CaseDesk) -> None:
    lead = office.union.hire("老李", office.union.city, "supervisor")
    later = office.opens()
    urgent = office.complains("li", urgent_reason="injury")
    contact_id, _conversation = office.conversation()
    withdrawn = office.opens(procedure="join", prefix="RH", topic="joining")
    with office.database.write() as session:
        MyCases(office.database, office.wording, office.clock).withdraw(session, contact_id, withdrawn.number)
    desk.take(lead, later.case_id)
    assert numbers(desk, lead) == [urgent.number, later.number, withdrawn.number]
    assert numbers(desk, lead, state="open") == [urgent.number, later.number]
    assert numbers(desk, lead, state="closed") == numbers(desk, lead, state="withdrawn") == [withdrawn.number]
    assert numbers(desk, lead, assignee="mine") == numbers(desk, lead, assignee=str(lead.id)) == [later.number]
    assert numbers(desk, lead, assignee="unassigned", state="open") == [urgent.number]
    assert numbers(desk, lead, assignee="nonsense") == []
    assert numbers(desk, lead, procedure="join") == [withdrawn.number]
    legal = office.union.departments[office.union.city, "legal"]
    assert numbers(desk, lead, department_id=legal) == [urgent.number]
    assert numbers(desk, lead, overdue=True) == []
    office.clock.moment += timedelta(hours=5)
    assert numbers(desk, lead, overdue=True) == [urgent.number]
    assert desk.counts(lead) == {
        "submitted": 2, "accepted": 0, "in_progress": 0, "done": 0, "refused": 0, "withdrawn": 1
    }  # fmt: skip


def test_a_case_is_found_by_number_phone_paper_name_or_employer(office: Office, desk: CaseDesk) -> None:
    lead = office.union.hire("老李", office.union.city, "supervisor")
    opened = office.opens()
    office.opens("li", answers={"phone": "13900139000", "name": "李强", "identity": None, "employer": "别家"})
    for query in (opened.number.lower(), "138 0013 8000", "11010519491231002x", "阿卜杜拉•买买提", "某某物流"):
        assert numbers(desk, lead, query=query) == [opened.number], query
    assert numbers(desk, lead, query="王芳") == numbers(desk, lead, query="。") == []


def test_pages(office: Office, desk: CaseDesk) -> None:
    lead = office.union.hire("老李", office.union.city, "supervisor")
    opened = [office.opens().number for _ in range(5)]
    seen = [row.number for page in (1, 2, 3) for row in desk.cases(lead, Filter(), page, 2).rows]
    assert sorted(seen) == sorted(opened)
    assert (desk.cases(lead, Filter(), 99, 2).page, desk.cases(lead, Filter(), 0, 2).pages) == (3, 3)


# One case.


def test_personal_answers_are_masked_and_revealing_is_written_down(office: Office, desk: CaseDesk) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    detail = desk.detail(chen, opened.case_id)
    told = {each.step: (each.value, each.is_masked) for each in detail.answers}
    assert told["phone"] == ("138****8000", True)
    assert told["identity"] == ({"type": "resident", "number": "110*************2X"}, True)
    assert told["name"] == ("阿**", True)
    assert told["why"] == ("孩子生病住院", False)
    assert detail.row.name == "阿**"
    assert desk.reveal(chen, opened.case_id, "identity") == "11010519491231002X"
    assert audited(office.database)[-1] == (f"staff:{chen.id}", "case.field_shown")
    assert latest_details(office, "case.field_shown") == {"field": "identity"}
    with pytest.raises(NotFound):
        desk.reveal(chen, opened.case_id, "bank_card")


def test_what_a_colleague_works_on_is_read_not_touched(office: Office, desk: CaseDesk) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    wu = office.union.hire("小吴", office.union.city, "agent", "aid")
    lead = office.union.hire("老李", office.union.city, "supervisor")
    opened = office.opens()
    desk.take(chen, opened.case_id)
    desk.take(chen, opened.case_id)
    detail = desk.detail(wu, opened.case_id)
    assert (detail.is_mine_to_do, detail.next_states, detail.row.assignee) == (False, (), "小陈")
    with pytest.raises(Conflict):
        desk.take(wu, opened.case_id)
    for forbidden in (
        lambda: desk.reveal(wu, opened.case_id, "name"),
        lambda: desk.move(wu, opened.case_id, "accepted"),
        lambda: desk.assign(wu, opened.case_id, wu.id),
        lambda: desk.ask_worker(wu, opened.case_id, "工资条"),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    desk.note(wu, opened.case_id, "我认识她")
    desk.assign(lead, opened.case_id, wu.id)
    assert desk.detail(wu, opened.case_id).is_mine_to_do
    assert office.trail(opened.case_id)[-3:] == [
        (f"staff:{chen.id}", "assigned"), (f"staff:{wu.id}", "note"), (f"staff:{lead.id}", "assigned")
    ]  # fmt: skip


def test_a_case_is_given_to_those_who_may_have_it(office: Office, desk: CaseDesk) -> None:
    union = office.union
    chen = union.hire("小陈", union.city, "agent", "aid")
    lead = union.hire("老李", union.city, "supervisor")
    legal = union.hire("小孟", union.city, "agent", "legal")
    opened = office.opens()
    assert desk.targets(chen, opened.case_id) == [(chen.id, "小陈"), (lead.id, "老李")]
    with pytest.raises(Invalid):
        desk.assign(chen, opened.case_id, legal.id)
    desk.assign(chen, opened.case_id, chen.id)
    desk.assign(chen, opened.case_id, None)
    assert office.case(opened.case_id).assignee_id is None


def test_the_way_of_a_case_and_what_its_worker_hears(office: Office, desk: CaseDesk) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens(working_days=15)
    desk.move(chen, opened.case_id, "accepted", words="材料齐，符合条件")
    assert office.case(opened.case_id).assignee_id == chen.id, "who accepts a case has it"
    assert office.case(opened.case_id).due_at is not None
    desk.move(chen, opened.case_id, "in_progress")
    desk.move(chen, opened.case_id, "done", "granted")
    told = office.told()
    assert told[0] == "编号 BF-20261118-0001：工会受理了。最晚12月9日（周三）下班前给你下一步的消息。"
    assert told[1].startswith("编号 BF-20261118-0001：正在办。最晚11月25日（周三）下班前")
    assert told[2].startswith("编号 BF-20261118-0001：办结了。")
    assert told[3] == office.wording.text("utter_case_ask_rating")
    assert len(told) == 4
    assert not any(word in text for text in told for word in ("某某", "物流", "住院", "符合条件", "批准"))
    case = office.case(opened.case_id)
    assert (case.state, case.reason, case.due_at, case.closed_at) == ("done", "granted", None, office.clock())
    steps = desk.detail(chen, opened.case_id).events
    assert [step.details.get("to") for step in steps if step.event == "moved"] == ["accepted", "in_progress", "done"]
    assert [step.words for step in steps if step.words] == ["材料齐，符合条件"]
    assert told_consoles(office.database).count("case") >= 4
    with pytest.raises(Conflict):
        desk.move(chen, opened.case_id, "in_progress")
    assert office.told() == told


def test_a_refused_case_is_rated_too(office: Office, desk: CaseDesk) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    with pytest.raises(Invalid):
        desk.move(chen, opened.case_id, "refused")
    assert office.told() == []
    desk.move(chen, opened.case_id, "refused", "not_ours")
    assert office.told()[-1] == office.wording.text("utter_case_ask_rating")


def test_a_case_without_a_person_can_be_closed(office: Office, desk: CaseDesk) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    with office.database.write() as session:
        case = session.get_one(Case, opened.case_id)
        case.contact_id = case.conversation_id = case.answers_sealed = None
    with pytest.raises(Conflict):
        desk.ask_worker(chen, opened.case_id, "工资条")
    desk.move(chen, opened.case_id, "refused", "unreachable")
    assert desk.detail(chen, opened.case_id).row.is_erased
    assert office.told() == []


def test_a_worker_is_asked_for_something(office: Office, desk: CaseDesk) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    desk.ask_worker(chen, opened.case_id, "十月的工资条 {拍照}")
    (told,) = office.told()
    assert told.startswith("编号 BF-20261118-0001")
    assert told.endswith("\n十月的工资条 {拍照}")
    case = office.case(opened.case_id)
    assert case.awaits_worker
    with office.database.read() as session:
        assert session.get_one(Conversation, case.conversation_id).awaits == f"case:{case.id}"
    desk.move(chen, opened.case_id, "accepted")
    with office.database.read() as session:
        assert session.get_one(Conversation, case.conversation_id).awaits == f"case:{case.id}"
    assert office.case(opened.case_id).awaits_worker, "her photo may be on its way"
    desk.move(chen, opened.case_id, "in_progress")
    with office.database.read() as session:
        assert session.get_one(Conversation, case.conversation_id).awaits is None
    assert not office.case(opened.case_id).awaits_worker


def test_who_fills_in_a_form_is_not_interrupted(office: Office, desk: CaseDesk) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    contact_id, conversation_id = office.conversation()
    with office.database.write() as session:
        draft = Draft(
            contact_id=contact_id, conversation_id=conversation_id, procedure="x", step="y", answers_sealed=b""
        )
        session.add(draft)
    desk.ask_worker(chen, opened.case_id, "工资条")
    with office.database.read() as session:
        assert session.get_one(Conversation, conversation_id).awaits is None
    assert office.case(opened.case_id).awaits_worker


@pytest.mark.parametrize("words", ["", " \n ", "好" * 301, "把身份证号 11010519491231002X 再核对一下"])
def test_what_cannot_be_asked_for(office: Office, desk: CaseDesk, words: str) -> None:
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    opened = office.opens()
    with pytest.raises(Invalid):
        desk.ask_worker(chen, opened.case_id, words)
    assert office.told() == []


# Export.


def test_supervisors_export_and_nothing_becomes_a_formula(office: Office, desk: CaseDesk) -> None:
    lead = office.union.hire("老李", office.union.city, "supervisor")
    chen = office.union.hire("小陈", office.union.city, "agent", "aid")
    office.opens(answers={"name": "=1+1", "employer": "@SUM(A1)", "phone": "+8613800138000"})
    office.complains("li")
    with pytest.raises(NotAllowed):
        desk.export(chen, Filter())
    sheet = load_workbook(BytesIO(desk.export(lead, Filter(procedure="aid")))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][:3] == ["编号", "事项", "状态"]
    assert len(rows) == 2
    assert {"=1+1", "@SUM(A1)", "+8613800138000", "BF-20261118-0001"} <= set(rows[1])
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert all(cell.quotePrefix for cell in sheet[2] if str(cell.value)[:1] in "=@+" and cell.value)
    assert latest_details(office, "case.exported") == {"count": 1}
