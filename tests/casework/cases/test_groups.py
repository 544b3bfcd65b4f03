"""Ten workers of one employer become one group case, also when the tenth and the eleventh come at once."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from casework.cases import CaseDesk, Filter
from casework.cases.groups import MANY, people_in, representatives_in
from casework.crypto import Keyring
from casework.queue import URGENT
from casework.tables import Case, CaseGroup
from tests.casework.cases.office import Office
from tests.casework.worker import audited


def groups(office: Office) -> list[CaseGroup]:
    with office.database.read() as session:
        return list(session.scalars(select(CaseGroup).order_by(CaseGroup.id)))


def in_group(office: Office) -> int:
    with office.database.read() as session:
        return session.scalar(select(func.count()).select_from(Case).where(Case.group_id.is_not(None))) or 0


def test_one_who_speaks_for_ten_opens_a_group(office: Office) -> None:
    opened = office.complains(answers={"people": 10, "representatives": "王芳、李强 赵六"})
    (group,) = groups(office)
    case = office.case(opened.case_id)
    assert opened.group == group.number == "QT-20261118-0001"
    assert (case.group_id, case.priority) == (group.id, URGENT)
    assert opened.due_at == case.due_at
    assert opened.promised == "今天中午12点前"
    assert ("worker", "representatives") in office.trail(opened.case_id)
    assert ("system", "case_group.opened") in audited(office.database)
    assert "某某".encode() not in (group.employer_sealed or b"")


def test_nine_are_none(office: Office) -> None:
    assert office.complains(answers={"people": 9}).group is None
    assert groups(office) == []


def test_the_tenth_case_of_an_employer_opens_one_for_all(office: Office) -> None:
    for number in range(MANY - 1):
        name = "某某物流有限公司" if number % 2 else "某某物流公司"
        assert office.complains(f"worker {number}", answers={"employer": name}).group is None
    office.complains("other", answers={"employer": "别家"})
    office.opens("aid")
    assert groups(office) == []
    tenth = office.complains("tenth")
    (group,) = groups(office)
    assert tenth.group == group.number
    assert in_group(office) == MANY
    assert office.complains("eleventh").group == group.number
    lead = office.union.hire("老李", office.union.city, "supervisor")
    desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
    shown = desk.detail(lead, tenth.case_id).group
    assert shown is not None
    assert (shown.number, shown.count, len(shown.cases)) == (group.number, MANY + 1, MANY + 1)
    assert desk.cases(lead, Filter(query=group.number)).total == MANY + 1


def test_joining_the_union_together_is_no_group(office: Office) -> None:
    assert office.opens(answers={"people": 30}).group is None


def test_a_group_ends_with_its_last_case_and_a_new_one_begins_anew(office: Office) -> None:
    legal = office.union.hire("小李", office.union.city, "agent", "legal")
    desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
    first = office.complains(answers={"people": 12})
    second = office.complains("li")
    assert second.group == first.group
    desk.move(legal, first.case_id, "refused", "not_ours")
    assert groups(office)[0].closed_at is None
    desk.move(legal, second.case_id, "refused", "not_ours")
    assert groups(office)[0].closed_at == office.clock()
    assert office.complains("zhao").group is None
    assert office.complains("qian", answers={"people": 10}).group == "QT-20261118-0002"


def test_many_at_once_open_one_group(office: Office) -> None:
    names = [f"worker {number}" for number in range(14)]
    for name in names:
        office.conversation(name)
    with ThreadPoolExecutor(7) as pool:
        opened = list(pool.map(office.complains, names))
    assert len(groups(office)) == 1
    assert in_group(office) == len(names)
    assert len([each for each in opened if each.group]) == len(names) - MANY + 1


@pytest.mark.parametrize(
    ("told", "names"),
    [(None, []), ("", []), ("王芳、李强，赵 六", ["王芳", "李强", "赵", "六"]), (["王芳"], ["王芳"])],
)
def test_who_speaks_for_the_others(told: object, names: list[str]) -> None:
    assert representatives_in({"representatives": told}) == names


@pytest.mark.parametrize(("told", "people"), [(None, 1), (True, 1), ("12", 1), (12, 12)])
def test_how_many_are_concerned(told: object, people: int) -> None:
    assert people_in({"people": told}) == people


def test_while_keys_are_rotated_old_and_new_cases_are_one_group(office: Office) -> None:
    for number in range(MANY - 1):
        office.complains(f"worker {number}")
    old, new = (base64.b64encode(letter * 32).decode() for letter in (b"k", b"n"))
    office.keyring = Keyring.from_data_key(new, old)
    tenth = office.complains("tenth")
    assert tenth.group is not None
    assert in_group(office) == MANY
    lead = office.union.hire("老李", office.union.city, "supervisor")
    desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
    assert desk.cases(lead, Filter(query="某某物流")).total == MANY
