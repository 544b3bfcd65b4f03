"""What nobody looked after is raised, once, whoever looks; and an alarm goes on until somebody takes it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.actors import Actor
from casework.console_events import tell
from casework.database import Database, now
from casework.notifications import Notifications
from casework.patrol import Patrol
from casework.tables import AuditEvent, Conversation, HandOff, Message, Staff
from casework.wording import Wording
from tests.casework.waiting import MONDAY, Clock, add_waiting, audited, change, notices, see, told
from tests.union import Union

TARGETS = ["webhook"]


class Watch:
    """A patrol with its clock, over a union that keeps the usual hours."""

    def __init__(self, database: Database, wording: Wording, moment: datetime = MONDAY) -> None:
        self.database, self.wording = database, wording
        self.clock = Clock(moment)
        self.union = Union(database)
        self.legal = self.union.departments[self.union.county, "legal"]

    def patrol(self) -> Patrol:
        """Return a patrol that knows nothing of earlier ones, as after a restart."""
        return Patrol(self.database, Notifications(self.database, TARGETS, self.clock), self.wording, self.clock)

    def look(self, **later: float) -> dict[str, int]:
        """Let time pass and look; return what was done."""
        self.clock.go_on(**later)
        report = self.patrol().run_once()
        assert report.failed == {}
        return dict(report.done)

    def wait(self, **fields: Any) -> HandOff:
        return add_waiting(self.database, self.legal, self.clock.moment, **fields)

    def hire(self, name: str, role: str = "agent", *topics: str, duty: int | None = None, at: str = "county") -> Actor:
        return self.union.hire(name, getattr(self.union, at), role, *topics, duty=duty)

    def called(self) -> list[int | None]:
        return [staff_id for _kind, _target, staff_id in notices(self.database)]


@pytest.fixture
def watch(database: Database, wording: Wording) -> Watch:
    return Watch(database, wording)


def test_a_waiting_worker_is_told_of_once_then_raised_then_to_the_supervisor(watch: Watch) -> None:
    watch.wait()
    assert watch.look() == {"new": 1}
    assert watch.look(minutes=14, seconds=59) == {}
    assert watch.look(seconds=1) == {"raised": 1}
    assert watch.look() == {}
    assert watch.look(minutes=15) == {"supervisor": 1}
    assert watch.look(hours=6) == {}
    assert watch.look(hours=18) == {"supervisor": 1}
    assert [kind for kind, _target, _staff in notices(watch.database)] == ["new", "raised", "supervisor", "supervisor"]
    assert told(watch.database) == ["raised", "raised", "raised"]
    assert [event for event, _details in audited(watch.database)] == [
        "hand_off.raised",
        "hand_off.supervisor",
        "hand_off.supervisor",
    ]


def test_an_urgent_one_is_raised_after_five_minutes(watch: Watch) -> None:
    watch.wait(priority=1, reason="legal_urgency")
    assert watch.look() == {"new": 1}
    assert watch.look(minutes=5) == {"raised": 1}
    assert watch.look(minutes=5) == {"supervisor": 1}


def test_nights_and_weekends_are_no_waiting(database: Database, wording: Wording) -> None:
    watch = Watch(database, wording, datetime(2026, 3, 6, 9, 25, tzinfo=UTC))  # Friday, five minutes before it closes
    watch.wait()
    assert watch.look() == {"new": 1}
    assert watch.look(hours=15) == {}
    watch.clock.moment = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    assert watch.look() == {"morning": 1}
    assert watch.look(minutes=9, seconds=59) == {}
    assert watch.look(seconds=1) == {"raised": 1}


def test_what_is_taken_and_answered_is_left_in_peace(watch: Watch) -> None:
    chen = watch.hire("小陈")
    hand_off = watch.wait()
    watch.look()
    change(watch.database, hand_off, assignee_id=chen.id, unanswered_since=None, raised=0)
    assert watch.look(minutes=20) == {}
    assert watch.look(days=20) == {}


def test_a_worker_who_waits_for_a_reply_is_raised_to_the_assignee_then_to_the_supervisor(watch: Watch) -> None:
    chen = watch.hire("小陈")
    watch.wait(assignee_id=chen.id)
    see(watch.database, chen.id, watch.clock.moment + timedelta(hours=3))
    assert watch.look() == {"watched": 1}
    assert watch.look(minutes=15) == {"raised": 1}
    assert watch.look(minutes=15) == {"supervisor": 1}
    assert notices(watch.database) == [("raised", "webhook", chen.id), ("supervisor", "webhook", None)]


def test_an_alarm_goes_along_the_duty_list_then_up_then_to_every_supervisor(watch: Watch) -> None:
    second = watch.hire("小李", "agent", "legal", duty=2)
    first = watch.hire("小陈", "agent", "legal", duty=1)
    watch.hire("小赵", "agent", "legal")  # not on the list
    gone = watch.hire("小钱", "agent", "legal", duty=3)
    above = watch.hire("老周", "supervisor", "legal", duty=1, at="city")
    heads = [watch.hire("老王", "supervisor"), watch.hire("老吴", "supervisor", at="city")]
    watch.hire("编辑", "editor")
    with watch.database.write() as session:
        session.get_one(Staff, gone.id).disabled_at = MONDAY
    watch.wait(priority=2, reason="distress")
    assert watch.look() == {"alarm": 1}
    assert watch.look(minutes=4, seconds=59) == {}
    for _turn in range(3):
        assert watch.look(minutes=5) == {"alarm": 1}
    everyone = sorted([above.id, *(head.id for head in heads)])
    assert watch.called() == [first.id, second.id, above.id, *everyone]
    assert watch.look(minutes=5) == {"alarm": 1}
    assert watch.called()[-3:] == everyone
    assert told(watch.database) == ["alarm"] * 4
    steps = [details for event, details in audited(watch.database) if event == "hand_off.alarm"]
    assert steps[0] == {"time": 1, "staff": [second.id]}
    assert [step["time"] for step in steps] == [1, 2, 3, 4]


def test_an_alarm_ends_when_somebody_takes_it_and_goes_on_when_given_back(watch: Watch) -> None:
    first = watch.hire("小陈", "agent", "legal", duty=1)
    hand_off = watch.wait(priority=2, reason="distress")
    watch.look()
    change(watch.database, hand_off, assignee_id=first.id, unanswered_since=None, raised=0)
    assert watch.look(minutes=30) == {}
    change(watch.database, hand_off, assignee_id=None, raised=0, next_look_at=watch.clock.moment)
    assert watch.look() == {"alarm": 1}
    assert watch.called() == [first.id, first.id]


def test_an_alarm_calls_at_night_and_without_anybody_on_a_list(database: Database, wording: Wording) -> None:
    watch = Watch(database, wording, MONDAY + timedelta(hours=14))
    watch.wait(priority=2, reason="distress")
    assert watch.look() == {"alarm": 1}
    assert watch.called() == [None]
    head = watch.hire("老王", "admin")
    assert watch.look(minutes=5) == {"alarm": 1}
    assert watch.called() == [None, head.id]


def test_nobody_is_called_who_may_not_see_the_conversation(watch: Watch) -> None:
    watch.legal = watch.union.departments[watch.union.firm, "legal"]
    watch.hire("厂里", "agent", "legal", duty=1, at="firm")
    able = watch.hire("老王", "supervisor")
    watch.wait(priority=2, reason="distress", complaint=True)
    watch.look()
    assert watch.called() == [able.id]


def test_after_a_pause_the_patrol_catches_up_one_step_at_a_time(watch: Watch) -> None:
    people = [watch.hire(name, "agent", "legal", duty=n) for n, name in enumerate("一二三")]
    watch.wait(priority=2, reason="distress")
    assert watch.look(hours=2) == {"alarm": 1}
    assert watch.look(seconds=5) == {}
    assert watch.look(minutes=5) == {"alarm": 1}
    assert watch.called() == [people[0].id, people[1].id]


def test_an_absent_assignee_loses_the_conversation_and_the_worker_is_told(database: Database, wording: Wording) -> None:
    union = Union(database, always_open=True)
    chen = union.hire("小陈", union.county)
    legal = union.departments[union.county, "legal"]
    opened = now() - timedelta(hours=1)
    hand_off = add_waiting(database, legal, opened, assignee_id=chen.id, unanswered_since=now() - timedelta(minutes=10))
    see(database, chen.id, now() - timedelta(minutes=3))
    patrol = Patrol(database, Notifications(database, TARGETS), wording)
    assert patrol.run_once().done == {"watched": 1}
    assert patrol.run_once().done == {}, "she was there three minutes ago"
    see(database, chen.id, now() - timedelta(minutes=5))
    assert patrol.run_once().done == {"returned": 1}
    with database.read() as session:
        conversation = session.get_one(Conversation, hand_off.conversation_id)
        row = session.get_one(HandOff, hand_off.id)
        (message,) = session.scalars(select(Message)).all()
        assert (conversation.assignee_id, conversation.state) == (None, "open")
        assert abs(row.opened_at - opened) < timedelta(seconds=1), "she keeps her place"
        assert (message.author, message.text) == ("system", wording.text("utter_staff_away", place=1))
    assert "released" in told(database)
    assert patrol.run_once().done == {"new": 1}
    assert notices(database) == [("new", "webhook", None)]


@pytest.mark.parametrize("why", ["disabled", "unavailable", "never seen"])
def test_who_cannot_answer_counts_as_away(why: str, sqlite: Database, wording: Wording) -> None:
    union = Union(sqlite, always_open=True)
    chen = union.hire("小陈", union.county)
    waits = now() - timedelta(minutes=4)
    add_waiting(sqlite, union.departments[union.county, "legal"], waits, assignee_id=chen.id)
    with sqlite.write() as session:
        staff = session.get_one(Staff, chen.id)
        staff.last_seen_at = None if why == "never seen" else now()
        staff.available = why != "unavailable"
        staff.disabled_at = now() if why == "disabled" else None
    assert Patrol(sqlite, Notifications(sqlite, []), wording).run_once().done == {"returned": 1}


def test_who_just_took_a_conversation_is_not_away(sqlite: Database, wording: Wording) -> None:
    union = Union(sqlite, always_open=True)
    chen = union.hire("小陈", union.county)
    waits = now() - timedelta(minutes=40)
    hand_off = add_waiting(sqlite, union.departments[union.county, "legal"], waits, assignee_id=chen.id)
    with sqlite.write() as session:
        session.get_one(Staff, chen.id).available = False
        tell(session, hand_off.conversation_id, "claimed")
    assert Patrol(sqlite, Notifications(sqlite, []), wording).run_once().done == {"watched": 1}


def test_an_absent_assignee_who_has_answered_keeps_the_conversation(watch: Watch) -> None:
    chen = watch.hire("小陈")
    watch.wait(assignee_id=chen.id, unanswered_since=None)
    assert watch.look() == {}
    assert watch.look(hours=5) == {}


def test_the_opening_of_a_department_is_told_once_when_people_wait(database: Database, wording: Wording) -> None:
    watch = Watch(database, wording, MONDAY - timedelta(hours=2))
    watch.wait()
    watch.wait()
    add_waiting(database, watch.union.departments[watch.union.county, "aid"], MONDAY - timedelta(days=3))
    assert watch.look() == {"new": 3}
    watch.clock.moment = MONDAY - timedelta(seconds=1)
    assert watch.look() == {}
    assert watch.look(seconds=1) == {"morning": 2}
    assert watch.look(minutes=3) == {}
    kinds = [kind for kind, _target, _staff in notices(database)]
    assert kinds == ["new"] * 3 + ["morning"] * 2


def test_no_morning_is_told_late_or_without_anybody_waiting_or_to_no_target(watch: Watch) -> None:
    add_waiting(watch.database, watch.legal, MONDAY - timedelta(hours=2))
    silent = Patrol(watch.database, Notifications(watch.database, [], watch.clock), watch.wording, watch.clock)
    assert silent.run_once().done == {"new": 1}
    assert watch.look(minutes=45).get("morning") is None
    watch.clock.moment = MONDAY + timedelta(days=1)
    change(watch.database, HandOff(id=1, conversation_id=1), ended_at=MONDAY, state="resolved")
    assert watch.look() == {}


def test_what_lies_silent_for_a_month_is_told_weekly_and_never_closed(watch: Watch) -> None:
    chen = watch.hire("小陈")
    hand_off = watch.wait(assignee_id=chen.id, unanswered_since=None)
    assert watch.look() == {}
    assert watch.look(days=29) == {}
    assert watch.look(days=1) == {"silent": 1}
    assert watch.look(days=6) == {}
    assert watch.look(days=1) == {"silent": 1}
    with watch.database.read() as session:
        assert session.get_one(HandOff, hand_off.id).ended_at is None
    assert [kind for kind, _target, _staff in notices(watch.database)] == ["silent", "silent"]


def test_several_patrols_at_once_take_each_step_once(watch: Watch) -> None:
    for _worker in range(5):
        watch.wait()
        watch.wait(priority=2, reason="distress")
    watch.hire("小陈", "agent", "legal", duty=1)
    for steps in (10, 5, 5):
        with ThreadPoolExecutor(4) as pool:
            reports = list(pool.map(lambda _n: watch.patrol().run_once(), range(4)))
        assert [report.failed for report in reports] == [{}] * 4
        assert sum(report.done.get("alarm", 0) for report in reports) == 5
        assert sum(sum(report.done.values()) for report in reports) == steps
        watch.clock.go_on(minutes=5)
    assert [kind for kind, _target, _staff in notices(watch.database)].count("new") == 5


def test_what_fails_for_one_does_not_keep_the_others_waiting(watch: Watch) -> None:
    chen = watch.hire("小陈")
    watch.wait(assignee_id=chen.id, unanswered_since=MONDAY - timedelta(minutes=10))
    watch.wait()
    report = Patrol(
        watch.database, Notifications(watch.database, TARGETS, watch.clock), Wording({"x": []}), watch.clock
    ).run_once()
    assert report.failed == {1: "WordingError"}
    assert report.done == {"new": 1}


def test_the_audit_log_holds_numbers_only(watch: Watch) -> None:
    watch.hire("王小明", "agent", "legal", duty=1)
    watch.wait(priority=2, reason="distress")
    for _turn in range(3):
        watch.look(minutes=5)
    with watch.database.read() as session:
        rows = session.scalars(select(AuditEvent)).all()
        assert {row.object_type for row in rows} == {"hand_off"}
        assert "王小明" not in str([row.details for row in rows])
