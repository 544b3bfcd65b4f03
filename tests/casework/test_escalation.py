"""The timetable of what is done when nobody looks after a hand-off."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.escalation import ALARM_EVERY, AWAY_FOR, SILENT, WEEK, Situation, Step, next_step
from casework.hours import DEFAULT_WEEK, OpeningHours

HOURS = OpeningHours(DEFAULT_WEEK)
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine o'clock in China, when the department opens."""
WAITING = Situation(priority=0, assigned=False, look_at=MONDAY, raised=0, written_at=MONDAY, unanswered_since=MONDAY)

moments = st.integers(0, 270 * 24 * 3600).map(lambda seconds: MONDAY + timedelta(seconds=seconds))
situations = st.builds(
    Situation,
    priority=st.sampled_from([0, 1, 2]),
    assigned=st.booleans(),
    look_at=moments,
    raised=st.integers(0, 30),
    written_at=moments,
    unanswered_since=st.none() | moments,
    away_since=st.none() | moments,
)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def steps(situation: Situation, moment: datetime, count: int) -> list[Step]:
    """Take the next steps one after another, each when it is due."""
    taken = []
    for _ in range(count):
        step = next_step(situation, moment, HOURS.after_open_minutes)
        taken.append(step)
        moment = step.at
        situation = replace(situation, raised=situation.raised + 1, look_at=step.look_again_at)
    return taken


@pytest.mark.parametrize(("priority", "patience"), [(0, 15), (1, 5)])
def test_who_waits_is_raised_to_the_department_then_to_the_supervisor(priority: int, patience: int) -> None:
    taken = steps(replace(WAITING, priority=priority), MONDAY, 4)
    assert [step.kind for step in taken] == ["new", "raised", "supervisor", "supervisor"]
    later = [step.at - MONDAY for step in taken]
    assert later[:3] == [minutes(0), minutes(patience), minutes(2 * patience)]
    assert later[3] == timedelta(days=1) + later[2]


def test_an_alarm_goes_on_every_five_minutes_also_at_night() -> None:
    night = MONDAY + timedelta(hours=15)
    taken = steps(replace(WAITING, priority=2, look_at=night), night, 20)
    assert {step.kind for step in taken} == {"alarm"}
    assert [step.at for step in taken] == [night + n * ALARM_EVERY for n in range(20)]


def test_a_night_does_not_count_as_waiting() -> None:
    evening = datetime(2026, 3, 6, 9, 25, tzinfo=UTC)  # Friday, five minutes before the department closes
    told, raised = steps(replace(WAITING, look_at=evening), evening, 2)
    assert (told.kind, told.at) == ("new", evening)
    assert (raised.kind, raised.at) == ("raised", datetime(2026, 3, 9, 1, 10, tzinfo=UTC))


def test_an_unanswered_worker_is_raised_to_the_assignee_then_to_the_supervisor() -> None:
    taken = steps(replace(WAITING, assigned=True), MONDAY, 3)
    assert [(step.kind, step.at - MONDAY) for step in taken] == [
        ("watched", minutes(0)),
        ("raised", minutes(15)),
        ("supervisor", minutes(30)),
    ]


def test_an_alarm_that_was_taken_but_not_answered_knows_no_hours() -> None:
    night = MONDAY + timedelta(hours=15)
    taken = steps(replace(WAITING, priority=2, assigned=True, look_at=night, unanswered_since=night), night, 4)
    assert [(step.kind, step.at - night) for step in taken] == [
        ("watched", minutes(0)),
        ("raised", minutes(5)),
        ("supervisor", minutes(10)),
        ("supervisor", minutes(40)),
    ]


def test_an_assignee_who_went_away_has_three_minutes() -> None:
    gone = replace(WAITING, assigned=True, raised=1, look_at=MONDAY + minutes(15), away_since=MONDAY + minutes(4))
    step = next_step(gone, MONDAY + minutes(5), HOURS.after_open_minutes)
    assert (step.kind, step.at) == ("returned", MONDAY + minutes(4) + AWAY_FOR)
    late = next_step(gone, MONDAY + minutes(12), HOURS.after_open_minutes)
    assert (late.kind, late.at) == ("returned", MONDAY + minutes(12))


def test_an_assignee_who_was_away_when_the_worker_wrote_has_three_minutes_from_then() -> None:
    gone = replace(WAITING, assigned=True, away_since=MONDAY - timedelta(days=1), raised=1)
    assert next_step(gone, MONDAY, HOURS.after_open_minutes).at == MONDAY
    waits = replace(gone, look_at=MONDAY + minutes(15))
    assert next_step(waits, MONDAY, HOURS.after_open_minutes) == Step("returned", MONDAY + AWAY_FOR, MONDAY + AWAY_FOR)


def test_nobody_is_taken_from_an_assignee_who_has_answered() -> None:
    answered = replace(WAITING, assigned=True, unanswered_since=None, away_since=MONDAY)
    assert next_step(answered, MONDAY, HOURS.after_open_minutes).kind == "silent"


def test_what_lies_silent_for_a_month_is_told_weekly() -> None:
    silent = replace(WAITING, assigned=True, unanswered_since=None)
    taken = steps(silent, MONDAY, 3)
    assert [step.kind for step in taken] == ["silent"] * 3
    assert [step.at - MONDAY for step in taken] == [SILENT, SILENT + WEEK, SILENT + 2 * WEEK]
    queued = replace(WAITING, raised=9, written_at=MONDAY - SILENT)
    assert next_step(queued, MONDAY, HOURS.after_open_minutes).kind == "silent"


@given(situations, moments)
def test_no_step_is_in_the_past(situation: Situation, moment: datetime) -> None:
    step = next_step(situation, moment, HOURS.after_open_minutes)
    assert step.at >= moment
    assert step.look_again_at >= step.at


@given(situations, moments, moments)
def test_a_later_look_never_finds_an_earlier_step(situation: Situation, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    first = next_step(situation, early, HOURS.after_open_minutes)
    second = next_step(situation, late, HOURS.after_open_minutes)
    assert second.at >= first.at
    assert first.at > late or second.at == late


@given(situations, moments)
def test_steps_follow_each_other_and_never_crowd(situation: Situation, moment: datetime) -> None:
    situation = replace(situation, away_since=None)
    taken = steps(situation, moment, 8)
    for one, following in pairwise(taken):
        assert following.at - one.at >= ALARM_EVERY


@given(situations, moments)
def test_it_ends_when_somebody_took_it_and_answered(situation: Situation, moment: datetime) -> None:
    taken = replace(situation, assigned=True, unanswered_since=None)
    step = next_step(taken, moment, HOURS.after_open_minutes)
    assert step.kind == "silent"
    assert step.at >= taken.written_at + SILENT


@given(situations, moments)
def test_an_alarm_is_never_left_alone_for_longer_than_half_an_hour(situation: Situation, moment: datetime) -> None:
    alarm = replace(situation, priority=2, unanswered_since=moment, look_at=moment)
    step = next_step(alarm, moment, HOURS.after_open_minutes)
    assert step.at == moment
    assert step.look_again_at - step.at <= minutes(30)
