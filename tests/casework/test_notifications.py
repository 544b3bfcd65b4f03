"""Notices are sent once, together where many come at once, alarms at once, and given up in the end."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework.database import Database
from casework.notifications import BACKOFF, BURST, KEPT, LEASE, Line, Notifications, Parcel
from casework.tables import Department, HandOff, Notification
from tests.casework.waiting import MONDAY, Clock, add_waiting, audited, change
from tests.union import Union


class Post:
    """Notices of a union that keeps the usual hours, on Monday at nine."""

    def __init__(self, database: Database, targets: tuple[str, ...] = ("webhook",)) -> None:
        self.database, self.clock = database, Clock()
        self.union = Union(database)
        self.legal = self.union.departments[self.union.county, "legal"]
        self.aid = self.union.departments[self.union.county, "aid"]
        self.notifications = Notifications(database, targets, self.clock)

    def wait(self, department: int | None = None, kind: str = "new", staff_id: int | None = None, **of: Any) -> HandOff:
        """Let a worker wait and announce it."""
        hand_off = add_waiting(self.database, department or self.legal, self.clock.moment, **of)
        self.announce(hand_off, kind, staff_id)
        return hand_off

    def announce(self, hand_off: HandOff, kind: str, staff_id: int | None = None) -> None:
        with self.database.write() as session:
            self.notifications.announce(session, session.get_one(HandOff, hand_off.id), kind, staff_id)

    def take(self, **later: float) -> list[Parcel]:
        """Let time pass, and take and send what is due."""
        self.clock.go_on(**later)
        parcels = [parcel for target in self.notifications.targets for parcel in self.notifications.take(target)]
        for parcel in parcels:
            self.notifications.sent(parcel.ids)
        return parcels

    def row(self, number: int = 1) -> Notification:
        with self.database.read() as session:
            return session.get_one(Notification, number)


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


def test_what_is_announced_is_given_out_once(post: Post) -> None:
    hand_off = post.wait()
    (parcel,) = post.take()
    line = Line("new", "某县总工会 法律维权", 1, 1, "asked_for", hand_off.conversation_id)
    assert parcel == Parcel("webhook", (1,), (line,), is_alarm=False)
    assert post.row().sent_at == MONDAY
    assert post.take(days=1) == []


def test_each_target_gets_its_own(database: Database) -> None:
    post = Post(database, ("webhook", "email"))
    post.wait()
    assert [(parcel.target, parcel.ids) for parcel in post.take()] == [("webhook", (1,)), ("email", (2,))]


def test_without_a_target_nothing_is_kept(sqlite: Database) -> None:
    post = Post(sqlite, ())
    post.wait()
    assert post.take() == []
    with sqlite.read() as session:
        assert session.scalars(select(Notification)).all() == []


def test_the_transaction_of_the_caller_decides(sqlite: Database) -> None:
    post = Post(sqlite)
    hand_off = add_waiting(sqlite, post.legal, MONDAY)

    def roll_back() -> None:
        with sqlite.write() as session:
            post.notifications.announce(session, session.get_one(HandOff, hand_off.id), "new")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        roll_back()
    assert post.take() == []


def test_many_within_a_minute_become_one_message(post: Post) -> None:
    post.wait()
    assert len(post.take()) == 1
    for _worker in range(9):
        post.wait()
    for _worker in range(2):
        post.wait(post.aid)
    assert post.take(seconds=30) == []
    (parcel,) = post.take(seconds=30)
    legal, aid = parcel.lines
    assert (legal.kind, legal.count, legal.waiting, legal.reason, legal.conversation_id) == ("new", 9, 10, None, None)
    assert (aid.department, aid.count, aid.waiting) == ("某县总工会 困难帮扶", 2, 2)
    assert len(parcel.ids) == 11


def test_an_alarm_goes_out_at_once_and_by_night(post: Post) -> None:
    chen, li = (post.union.hire(name, post.union.county) for name in ("小陈", "小李"))
    post.wait()
    post.take()
    post.clock.go_on(hours=14)
    post.wait()
    alarm = post.wait(kind="alarm", priority=2, reason="distress", staff_id=li.id)
    post.announce(alarm, "alarm", chen.id)
    (parcel,) = post.take()
    assert parcel.is_alarm
    (line,) = parcel.lines
    assert (line.kind, line.count, line.conversation_id) == ("alarm", 1, alarm.conversation_id)
    assert line.people == ("小陈", "小李")
    post.wait(kind="alarm", priority=2, reason="distress")
    assert [parcel.is_alarm for parcel in post.take(seconds=1)] == [True]


def test_an_alarm_is_not_held_up_by_a_thousand_others(sqlite: Database) -> None:
    post = Post(sqlite)
    post.wait()
    post.take()
    for _worker in range(20):
        post.wait()
    post.wait(kind="alarm", priority=2, reason="distress")
    assert [parcel.is_alarm for parcel in post.notifications.take("webhook", limit=10)] == [True]


def test_what_comes_at_night_waits_for_the_opening_and_is_told_with_it(post: Post) -> None:
    post.clock.go_on(hours=14)
    hand_offs = [post.wait() for _worker in range(3)]
    post.wait(post.aid)
    assert post.take() == []
    assert post.take(hours=9, minutes=59) == []
    post.clock.go_on(minutes=1)
    post.announce(hand_offs[0], "morning")
    (parcel,) = post.take()
    assert [(line.kind, line.department, line.waiting) for line in parcel.lines] == [
        ("new", "某县总工会 困难帮扶", 1),
        ("morning", "某县总工会 法律维权", 3),
    ]
    assert len(parcel.ids) == 5
    assert post.take(minutes=2) == []


def test_a_department_that_never_opens_is_asked_about_again(sqlite: Database) -> None:
    post = Post(sqlite)
    with sqlite.write() as session:
        session.get_one(Department, post.legal).hours = {}
    post.wait()
    assert post.take() == []
    assert post.row().next_attempt_at == MONDAY + timedelta(hours=1)


@pytest.mark.parametrize("kind", ["new", "alarm", "raised", "supervisor", "morning"])
def test_nobody_is_told_what_is_no_longer_so(kind: str, sqlite: Database) -> None:
    post = Post(sqlite)
    chen = post.union.hire("小陈", post.union.county)
    taken, ended = post.wait(kind=kind), post.wait(kind=kind)
    change(sqlite, taken, assignee_id=chen.id, unanswered_since=None)
    change(sqlite, ended, ended_at=MONDAY, state="resolved")
    assert post.take() == []
    assert post.row().next_attempt_at is None
    assert post.row().sent_at is None


def test_the_assignee_is_reminded_only_while_the_worker_waits_for_her(sqlite: Database) -> None:
    post = Post(sqlite)
    chen, li = (post.union.hire(name, post.union.county) for name in ("小陈", "小李"))
    hand_off = post.wait(kind="raised", staff_id=chen.id, assignee_id=chen.id)
    (parcel,) = post.take()
    assert parcel.lines[0].people == ("小陈",)
    post.announce(hand_off, "raised", chen.id)
    change(sqlite, hand_off, assignee_id=li.id)
    assert post.take(minutes=1) == []


def test_a_notice_of_yesterday_is_not_sent(sqlite: Database) -> None:
    post = Post(sqlite)
    post.wait()
    assert post.take(seconds=KEPT.total_seconds() + 1) == []


def test_an_enterprise_is_never_named(sqlite: Database) -> None:
    post = Post(sqlite)
    post.wait(post.union.departments[post.union.firm, "legal"])
    (parcel,) = post.take()
    assert parcel.lines[0].department == "法律维权"


def test_a_failure_is_tried_again_later_and_given_up_in_the_end(post: Post) -> None:
    post.wait()
    for pause in BACKOFF:
        (parcel,) = post.notifications.take("webhook")
        assert post.notifications.failed(parcel.ids, "HTTP 500") == []
        post.clock.go_on(seconds=pause.total_seconds() - 1)
        assert post.notifications.take("webhook") == []
        post.clock.go_on(seconds=1)
    (parcel,) = post.notifications.take("webhook")
    assert post.notifications.failed(parcel.ids, "HTTP 500") == [1]
    assert post.take(days=1) == []
    ((event, details),) = audited(post.database)
    assert event == "notification.given_up"
    assert details == {"target": "webhook", "kind": "new", "hand_off": 1, "reason": "HTTP 500"}


def test_newcomers_go_with_what_is_tried_again_soon(post: Post) -> None:
    post.wait()
    (parcel,) = post.notifications.take("webhook")
    post.notifications.failed(parcel.ids, "timeout")
    post.wait()
    assert post.take(seconds=1) == []
    (parcel,) = post.take(seconds=4)
    assert parcel.ids == (1, 2)


def test_what_a_dead_process_took_is_taken_by_another(post: Post) -> None:
    post.wait()
    assert len(post.notifications.take("webhook")) == 1
    assert post.take(seconds=LEASE.total_seconds() - 1) == []
    (parcel,) = post.take(seconds=1)
    assert parcel.ids == (1,)


def test_what_was_sent_is_not_failed_afterwards(post: Post) -> None:
    post.wait()
    (parcel,) = post.take()
    assert post.notifications.failed(parcel.ids, "late") == []
    assert post.row().sent_at is not None
    assert post.take(days=1) == []


def test_several_processes_give_each_row_out_once(post: Post) -> None:
    for _worker in range(8):
        post.wait()
        post.wait(kind="alarm", priority=2, reason="distress")
    with ThreadPoolExecutor(6) as pool:
        taken = [ids for found in pool.map(lambda _n: post.notifications.take("webhook"), range(6)) for ids in found]
    assert sorted(number for parcel in taken for number in parcel.ids) == list(range(1, 17))
    assert sorted(parcel.is_alarm for parcel in taken) == [False, True]


def take_in_a_process(address: str, moment: Any, results: Any) -> None:
    database = Database(address)
    notifications = Notifications(database, ["webhook"], Clock(moment))
    results.put([number for parcel in notifications.take("webhook") for number in parcel.ids])
    database.close()


def test_two_processes_give_each_row_out_once(post: Post) -> None:
    numbers = []
    context = multiprocessing.get_context("spawn")
    for _worker in range(5):
        post.wait(kind="alarm", priority=2, reason="distress")
    results: Any = context.Queue()
    address = post.database.url.render_as_string(hide_password=False)
    processes = [
        context.Process(target=take_in_a_process, args=(address, post.clock.moment, results)) for _process in range(2)
    ]
    for process in processes:
        process.start()
    for _process in processes:
        numbers += results.get(timeout=60)
    for process in processes:
        process.join(20)
        assert process.exitcode == 0
    assert sorted(numbers) == [1, 2, 3, 4, 5]


def test_a_burst_is_a_minute(sqlite: Database) -> None:
    post = Post(sqlite)
    post.wait()
    post.take()
    post.wait()
    assert post.take(seconds=BURST.total_seconds() - 1) == []
    assert len(post.take(seconds=1)) == 1
