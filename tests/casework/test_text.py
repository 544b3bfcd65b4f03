"""What a worker types is text, never a command, and keeps her own spelling on record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.text import LIMIT, clean, is_overlong, understood

COMMANDS = [
    "/restart",
    " /restart",
    "／restart",
    "/ /restart",
    "\n/restart",
    "\u200b/restart",
    "\u3000／ /\t/restart",
    "\ufeff//restart",
]


@pytest.mark.parametrize("typed", COMMANDS)
def test_a_typed_command_loses_its_slash(typed: str) -> None:
    assert understood(typed) == "restart"


def test_a_payload_becomes_text() -> None:
    assert understood('/ask_policy{"region":"x"}') == 'ask_policy{"region":"x"}'


@pytest.mark.parametrize("typed", ["", "   ", "///", " / ／ ", "\x00\u200b"])
def test_nothing_is_left_of_slashes_and_blanks(typed: str) -> None:
    assert understood(typed) == ""


def test_traditional_and_full_width_are_understood_but_kept_as_typed() -> None:
    assert understood("老闆拖欠我３個月工資") == "老板拖欠我3个月工资"
    assert clean("老闆拖欠我３個月工資") == "老闆拖欠我３個月工資"


def test_overlong_text_is_cut_for_reading() -> None:
    assert len(understood("工" * (LIMIT + 5))) == LIMIT
    assert is_overlong("工" * (LIMIT + 1))
    assert not is_overlong("工" * LIMIT)


@given(st.text())
def test_no_text_reaches_the_engine_as_a_command(typed: str) -> None:
    read = understood(typed)
    assert not read.startswith("/")
    assert read == read.strip()
    assert understood(read) == read


@given(st.text())
def test_cleaned_text_can_be_stored_anywhere(typed: str) -> None:
    kept = clean(typed)
    assert "\x00" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
