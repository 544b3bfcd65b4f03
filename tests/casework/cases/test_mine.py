"""What a worker sees of her cases, and that a stranger's number tells nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.cases import MyCases
from casework.cases.mine import MOST
from casework.errors import Conflict, Invalid, NotFound
from casework.tables import Case, Message
from casework.wording import Wording
from tests.casework.cases.office import Office
from tests.casework.worker import audited


@pytest.fixture
def mine(office: Office) -> MyCases:
    return MyCases(office.database, office.wording, office.clock)


def withdraw(office: Office, mine: MyCases, contact_id: int, number: str, reason: str = "own_wish") -> None:
    with office.database.write() as session:
        mine.withdraw(session, contact_id, number, reason)


def set_case(office: Office, case_id: int, **values: object) -> None:
    with office.database.write() as session:
        case = session.get_one(Case, case_id)
        for name, value in values.items():
            setattr(case, name, value)


def test_one_case_is_told_by_number_state_and_time(office: Office, mine: MyCases) -> None:
    opened = office.opens()
    contact_id, _conversation = office.conversation()
    card = mine.card(contact_id)
    assert card.conclusion == "编号 BF-20261118-0001：收到了，等人看。最晚11月19日（周四）下班前有下一步的消息。"
    assert [button.intent for button in card.buttons] == ["withdraw_case", "request_human"]
    assert mine.by_number(contact_id, opened.number).promised == "11月19日（周四）下班前"
    assert mine.card(contact_id, opened.number) == card


def test_of_several_what_goes_on_comes_first(office: Office, mine: MyCases) -> None:
    numbers = [office.opens().number for _ in range(MOST + 1)]
    contact_id, _conversation = office.conversation()
    withdraw(office, mine, contact_id, numbers[-1])
    assert [each.number for each in mine.of_contact(contact_id)] == [*reversed(numbers[:-1]), numbers[-1]]
    card = mine.card(contact_id)
    assert f"{MOST + 1} 件" in card.conclusion
    assert len(card.buttons) == len(card.detail.splitlines()) == MOST


def test_a_strangers_number_tells_nothing(office: Office, mine: MyCases, wording: Wording) -> None:
    opened = office.opens()
    stranger, _conversation = office.conversation("li")
    with pytest.raises(NotFound):
        mine.by_number(stranger, opened.number)
    with pytest.raises(NotFound):
        withdraw(office, mine, stranger, opened.number)
    assert mine.card(stranger, opened.number) == mine.card(stranger, "BF-20261118-9999")
    assert mine.card(stranger).conclusion == mine.card(None).conclusion == wording.text("utter_case_none")
    assert office.case(opened.case_id).state == "submitted"


def test_withdrawing_closes_it_for_good(office: Office, mine: MyCases) -> None:
    opened = office.opens()
    contact_id, _conversation = office.conversation()
    withdraw(office, mine, contact_id, opened.number, "worried")
    case = office.case(opened.case_id)
    assert (case.state, case.reason, case.due_at, case.closed_at) == ("withdrawn", "worried", None, office.clock())
    assert office.trail(case.id) == [("worker", "submitted"), ("worker", "moved")]
    assert ("worker", "case.moved") in audited(office.database)
    assert office.told() == [], "she is told by whoever asked for it, and asked for no rating"
    with pytest.raises(Conflict):
        withdraw(office, mine, contact_id, opened.number)
    card = mine.card(contact_id, opened.number)
    assert "你撤回了" in card.conclusion
    assert [button.intent for button in card.buttons] == ["request_human"]


def test_withdrawing_needs_a_reason_of_its_list(office: Office, mine: MyCases) -> None:
    opened = office.opens()
    with pytest.raises(Invalid):
        withdraw(office, mine, office.conversation()[0], opened.number, "granted")


def test_a_promise_that_lapsed_is_not_repeated(office: Office, mine: MyCases, wording: Wording) -> None:
    opened = office.opens()
    office.clock.moment += timedelta(days=3)
    progress = mine.by_number(office.conversation()[0], opened.number)
    assert progress.is_late
    assert wording.text("utter_case_next_unknown") in mine.text(progress)


def test_who_is_asked_for_something_is_told_so(office: Office, mine: MyCases, wording: Wording) -> None:
    opened = office.opens()
    set_case(office, opened.case_id, awaits_worker=True)
    card = mine.card(office.conversation()[0])
    assert wording.text("utter_case_next_worker") in card.conclusion
    assert [button.intent for button in card.buttons] == ["add_to_case", "withdraw_case", "request_human"]


@pytest.mark.parametrize(("state", "reason"), [("done", "granted"), ("refused", "not_ours")])
def test_what_is_closed_tells_why(office: Office, mine: MyCases, wording: Wording, state: str, reason: str) -> None:
    opened = office.opens()
    set_case(office, opened.case_id, state=state, reason=reason, due_at=None, closed_at=office.clock())
    card = mine.card(office.conversation()[0])
    assert wording.text(f"utter_case_reason_{state}_{reason}") in card.conclusion


def test_nothing_on_a_card_names_employer_or_matter(office: Office, mine: MyCases) -> None:
    office.complains()
    office.opens()
    card = mine.card(office.conversation()[0])
    shown = card.conclusion + card.detail + "".join(button.title for button in card.buttons)
    assert not any(word in shown for word in ("某某", "物流", "工资", "帮扶", "住院", "法律"))


def test_who_wrote_a_message_is_found_by_its_key(office: Office, mine: MyCases) -> None:
    contact_id, conversation_id = office.conversation()
    message_id = office.conversations.receive("web", "wang", "1", text="查进度").message_id
    with office.database.read() as session:
        key = session.get_one(Message, message_id).message_key
        assert session.get_one(Message, message_id).conversation_id == conversation_id
    assert mine.contact_of(str(key)) == contact_id
    assert mine.contact_of("another") is None
