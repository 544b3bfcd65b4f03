"""Staff ring: who sees a promise, who sees the number, what three calls without answer lead to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from casework.call_back_desk import CallBackDesk
from casework.call_backs import CallBacks
from casework.cards import Bubble
from casework.crypto import Keyring
from casework.database import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.tables import Conversation, Message
from casework.wording import Wording
from tests.casework.worker import Union, Worker, audited, told_consoles

MONDAY = datetime(2026, 11, 16, 11, tzinfo=UTC)  # 19:00 in China


class Office:
    """A union, and workers who left their numbers."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording) -> None:
        self.database, self.keyring, self.wording = database, keyring, wording
        self.union = Union(database)
        self.call_backs = CallBacks(database, keyring, wording, lambda: MONDAY - timedelta(hours=60))
        self.desk = CallBackDesk(database, keyring, wording, lambda: MONDAY)

    def worker(self, name: str = "wang", hours: str = "晚上6点以后", phone: str = "13800138000") -> Worker:
        worker = Worker(self.database, self.keyring, self.wording, name)
        worker.hand_over()
        worker.is_shown(Bubble("下班了", (self.call_backs.offer_button(),)))
        worker.taps("留个电话", self.call_backs)
        worker.says(phone, self.call_backs)
        worker.taps(hours, self.call_backs)
        return worker


@pytest.fixture
def office(database: Database, keyring: Keyring, wording: Wording) -> Office:
    return Office(database, keyring, wording)


def test_the_list_says_when_it_is_safe_and_hides_the_number(office: Office) -> None:
    chen = office.union.hire("小陈")
    office.worker("wang", "晚上6点以后")
    office.worker("li", "周末")
    first, second = office.desk.open_promises(chen)
    assert (first.hours, first.is_safe_now) == ("evening", True)
    assert (second.hours, second.is_safe_now) == ("weekend", False)
    assert first.phone == "138****8000"
    assert first.is_mine_to_do
    assert office.desk.of_conversation(chen, first.conversation_id) == [first]


def test_the_number_is_shown_on_demand_and_that_is_written_down(office: Office) -> None:
    chen = office.union.hire("小陈")
    office.worker()
    (promise,) = office.desk.open_promises(chen)
    assert office.desk.reveal(chen, promise.id) == "13800138000"
    assert audited(office.database)[-1] == (f"staff:{chen.id}", "call_back.number_shown")


def test_who_serves_a_conversation_rings(office: Office) -> None:
    chen, zhao = office.union.hire("小陈"), office.union.hire("小赵")
    lead = office.union.hire("老李", None, "supervisor")
    worker = office.worker()
    worker.hand_offs.claim(chen, worker.number)
    (promise,) = office.desk.open_promises(zhao)
    assert (promise.assignee, promise.is_mine_to_do) == ("小陈", False)
    for forbidden in (
        lambda: office.desk.reveal(zhao, promise.id),
        lambda: office.desk.record(zhao, promise.id, "reached", "", 0),
        lambda: office.desk.cancel(zhao, promise.id),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    assert office.desk.reveal(chen, promise.id) == office.desk.reveal(lead, promise.id)


def test_what_one_may_not_see_is_not_there(office: Office) -> None:
    outsider = office.union.hire("小孙", office.union.firm, "supervisor")
    worker = office.worker()
    assert office.desk.open_promises(outsider) == []
    with pytest.raises(NotFound):
        office.desk.of_conversation(outsider, worker.number)
    for hidden in (1, 999_999):
        with pytest.raises(NotFound):
            office.desk.reveal(outsider, hidden)
        with pytest.raises(NotFound):
            office.desk.record(outsider, hidden, "reached", "", 0)
        with pytest.raises(NotFound):
            office.desk.cancel(outsider, hidden)


def test_a_complaint_is_hidden_from_local_unions(office: Office) -> None:
    local = office.union.hire("小孙", office.union.firm, "supervisor")
    worker = office.worker()
    firm = office.union.departments[office.union.firm, "legal"]

    def place_at_the_firm(*, complaint: bool) -> None:
        with office.database.write() as session:
            values = {"department_id": firm, "complaint": complaint}
            session.execute(update(Conversation).where(Conversation.id == worker.number).values(**values))

    place_at_the_firm(complaint=False)
    assert len(office.desk.open_promises(local)) == 1
    place_at_the_firm(complaint=True)
    assert office.desk.open_promises(local) == []


def test_a_call_that_was_taken_ends_the_promise(office: Office) -> None:
    chen = office.union.hire("小陈")
    worker = office.worker()
    (promise,) = office.desk.open_promises(chen)
    office.desk.record(chen, promise.id, "busy", "", 0)
    office.desk.record(chen, promise.id, "reached", "说好周一来", 1)
    assert office.desk.open_promises(chen) == []
    (kept,) = office.desk.of_conversation(chen, worker.number)
    assert (kept.state, kept.closed_at) == ("reached", MONDAY)
    assert [(each.staff, each.outcome, each.note) for each in kept.attempts] == [
        ("小陈", "busy", ""),
        ("小陈", "reached", "说好周一来"),
    ]
    assert told_consoles(office.database)[-1] == "call_back"


def test_three_calls_without_answer_end_it_and_the_worker_is_told(office: Office, wording: Wording) -> None:
    chen = office.union.hire("小陈")
    worker = office.worker()
    (promise,) = office.desk.open_promises(chen)
    for number, outcome in enumerate(["no_answer", "busy", "no_answer"]):
        office.desk.record(chen, promise.id, outcome, "", number)
    assert len(office.desk.open_promises(chen)) == 1
    office.desk.record(chen, promise.id, "no_answer", "", 3)
    assert [each.state for each in office.desk.of_conversation(chen, worker.number)] == ["unreachable"]
    last = worker.conversations.shown(worker.number)[-1]
    assert (last.author, last.text) == ("system", wording.text("utter_call_back_unreachable"))
    assert worker.taps("留个电话", office.call_backs) == wording.text("utter_call_back_ask_phone")


def test_a_wrong_number_asks_for_another_one(office: Office, wording: Wording) -> None:
    chen = office.union.hire("小陈")
    worker = office.worker()
    (promise,) = office.desk.open_promises(chen)
    office.desk.record(chen, promise.id, "wrong_number", "", 0)
    last = worker.conversations.shown(worker.number)[-1]
    assert last.text == wording.text("utter_call_back_wrong_number", last="8000")
    assert office.desk.open_promises(chen) == []


def test_a_call_is_written_down_once(office: Office) -> None:
    chen, zhao = office.union.hire("小陈"), office.union.hire("小赵")
    office.worker()
    (promise,) = office.desk.open_promises(chen)
    office.desk.record(chen, promise.id, "no_answer", "", 0)
    with pytest.raises(Conflict):
        office.desk.record(zhao, promise.id, "no_answer", "", 0)
    office.desk.cancel(chen, promise.id)
    with pytest.raises(Conflict):
        office.desk.record(chen, promise.id, "reached", "", 1)
    with pytest.raises(Conflict):
        office.desk.cancel(chen, promise.id)


def test_what_cannot_be_written_down(office: Office) -> None:
    chen = office.union.hire("小陈")
    office.worker()
    (promise,) = office.desk.open_promises(chen)
    with pytest.raises(Invalid):
        office.desk.record(chen, promise.id, "asleep", "", 0)
    with pytest.raises(Invalid):
        office.desk.record(chen, promise.id, "busy", "长" * 501, 0)


def test_the_worker_does_not_see_notes_on_calls(office: Office, database: Database) -> None:
    chen = office.union.hire("小陈")
    worker = office.worker()
    (promise,) = office.desk.open_promises(chen)
    office.desk.record(chen, promise.id, "no_answer", "像是老板接的", 0)
    assert not [each for each in worker.conversations.shown(worker.number) if "老板" in each.text]
    with database.read() as session:
        assert not [text for text in session.scalars(select(Message.text)) if "老板" in text]
