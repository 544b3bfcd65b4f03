"""Which way a case may go, who may send it there, and that every reason has words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cases.states import CLOSED, MAY, MOVES, NAMES, OPEN, REASONS, Who, check_move, next_states
from casework.errors import CaseworkError, Conflict, Invalid, NotAllowed
from casework.tables import CASE_STATES
from casework.wording import Wording

ALLOWED = [
    ("submitted", "accepted", "staff", None),
    ("submitted", "refused", "staff", "not_ours"),
    ("submitted", "withdrawn", "worker", "own_wish"),
    ("accepted", "in_progress", "staff", None),
    ("accepted", "done", "staff", "granted"),
    ("accepted", "refused", "staff", "not_eligible"),
    ("accepted", "withdrawn", "worker", "worried"),
    ("in_progress", "done", "staff", "settled"),
    ("in_progress", "refused", "staff", "unreachable"),
    ("in_progress", "withdrawn", "worker", "solved"),
]


@pytest.mark.parametrize(("state", "to", "who", "reason"), ALLOWED)
def test_the_ways_that_there_are(state: str, to: str, who: Who, reason: str | None) -> None:
    check_move(state, to, who, reason)


def test_there_are_no_others() -> None:
    found = [(state, to, who) for state in MOVES for who in MAY for to in next_states(state, who)]
    assert sorted(found) == sorted((state, to, who) for state, to, who, _reason in ALLOWED)


@pytest.mark.parametrize("state", sorted(CLOSED))
@pytest.mark.parametrize("to", CASE_STATES)
def test_what_is_closed_stays_closed(state: str, to: str) -> None:
    with pytest.raises(Conflict):
        check_move(state, to, "staff", None)


def test_nobody_withdraws_for_a_worker_and_she_decides_nothing_for_staff() -> None:
    with pytest.raises(NotAllowed):
        check_move("accepted", "withdrawn", "staff", "own_wish")
    with pytest.raises(NotAllowed):
        check_move("accepted", "done", "worker", "granted")


@pytest.mark.parametrize("reason", [None, "", "own_wish", "no such reason"])
def test_what_is_closed_needs_a_reason_of_its_list(reason: str | None) -> None:
    with pytest.raises(Invalid):
        check_move("accepted", "refused", "staff", reason)


def test_what_goes_on_has_no_reason() -> None:
    with pytest.raises(Invalid):
        check_move("submitted", "accepted", "staff", "granted")


def test_states_are_those_of_the_table_and_all_have_names() -> None:
    assert set(MOVES) == set(NAMES) == set(CASE_STATES) == CLOSED | set(OPEN)
    assert set(REASONS) == CLOSED


def test_every_state_and_reason_has_words_for_the_worker(wording: Wording) -> None:
    assert all(wording.text(f"utter_case_state_{state}") for state in CASE_STATES)
    assert all(wording.text(f"utter_case_reason_{state}_{code}") for state in REASONS for code in REASONS[state])
    assert all(wording.text(f"utter_case_moved_{state}") for state in MAY["staff"])


@given(st.lists(st.tuples(st.sampled_from(CASE_STATES), st.sampled_from(sorted(MAY))), max_size=12))
def test_whatever_is_tried_a_case_ends_once_and_time_never_ends_it(tries: list[tuple[str, Who]]) -> None:
    state, ends = "submitted", 0
    for to, who in tries:
        try:
            check_move(state, to, who, next(iter(REASONS.get(to, {})), None))
        except CaseworkError:
            continue
        assert who != "system"
        assert state not in CLOSED
        state, ends = to, ends + (to in CLOSED)
    assert ends <= 1
