"""Numbers in a row, however many take one at once, and read however they are typed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

import pytest

from casework.cases.numbers import is_only_number, next_number, number_in
from casework.database import Database
from casework.private_numbers import find_private_numbers

DAY = date(2026, 11, 21)


def take(database: Database, prefix: str = "RH", day: date = DAY) -> str:
    with database.write() as session:
        return next_number(session, prefix, day)


def test_each_prefix_and_day_counts_for_itself(database: Database) -> None:
    taken = [take(database), take(database), take(database, "BF"), take(database, day=date(2026, 11, 22))]
    assert taken == ["RH-20261121-0001", "RH-20261121-0002", "BF-20261121-0001", "RH-20261122-0001"]


def test_many_at_once_get_numbers_without_gaps_or_doubles(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: take(database), range(40)))
    assert sorted(taken) == [f"RH-20261121-{number:04}" for number in range(1, 41)]


def test_a_number_of_a_case_that_was_not_stored_is_given_again(database: Database) -> None:
    take(database)
    with suppress(RuntimeError), database.write() as session:
        assert next_number(session, "RH", DAY) == "RH-20261121-0002"
        raise RuntimeError
    assert take(database) == "RH-20261121-0002"


@pytest.mark.parametrize("prefix", ["", "R", "rh", "RH-", "ABCDE"])
def test_a_prefix_is_capital_letters(sqlite: Database, prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        take(sqlite, prefix)


@pytest.mark.parametrize(
    "typed",
    ["RH-20261121-0001", "rh-20261121-0001", "ＲＨ－２０２６１１２１－０００１", "rh 20261121 0001", "RH20261121-0001"],
)
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    assert number_in(typed) == "RH-20261121-0001"
    assert number_in(f"我的{typed}办到哪了") == "RH-20261121-0001"
    assert is_only_number(f" {typed}。")
    assert not is_only_number(f"{typed}办到哪了")


@pytest.mark.parametrize("typed", ["", "RH", "2026-11-21", "RH-2026-0001", "RH-20261121-00000001"])
def test_what_is_no_number_is_none(typed: str) -> None:
    assert number_in(typed) is None


def test_a_number_is_not_taken_for_a_private_one() -> None:
    assert find_private_numbers("我的RH-20261121-0001到哪了") == []
