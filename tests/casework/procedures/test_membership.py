"""A membership is told to whoever gives name and number of one line, and to nobody else."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from casework import members
from casework.cards import Card
from casework.crypto import Keyring
from casework.database import Database
from casework.procedures.membership import MembershipCheck
from casework.wording import Wording

TODAY = date(2026, 11, 22)
IDENTITY = {"type": "resident", "number": "11010519491231002X"}


def looked_up(database: Database, keyring: Keyring, wording: Wording, answers: dict[str, Any]) -> Card:
    with database.read() as session:
        return MembershipCheck(keyring, wording)(session, answers, TODAY, None)


def test_without_a_number_nothing_is_looked_up(sqlite: Database, keyring: Keyring, wording: Wording) -> None:
    card = looked_up(sqlite, keyring, wording, {"name": "王小明"})
    assert card.conclusion == wording.text("utter_membership_no_number")
    assert [button.intent for button in card.buttons] == ["request_human"]


def test_who_is_in_no_register_may_join_or_ask(sqlite: Database, keyring: Keyring, wording: Wording) -> None:
    card = looked_up(sqlite, keyring, wording, {"name": "王小明", "identity": IDENTITY})
    assert card.conclusion == wording.text("utter_membership_none")
    assert [button.intent for button in card.buttons] == ["join_union", "request_human"]


@pytest.mark.parametrize(
    ("left_on", "joined_on", "response", "detail"),
    [
        (None, date(2019, 5, 1), "utter_membership_found", "2019年5月"),
        (None, None, "utter_membership_found", ""),
        (date(2024, 1, 1), None, "utter_membership_left", ""),
    ],
)
def test_who_is_found_is_told_where_and_since_when(
    sqlite: Database,
    keyring: Keyring,
    wording: Wording,
    monkeypatch: pytest.MonkeyPatch,
    left_on: date | None,
    joined_on: date | None,
    response: str,
    detail: str,
) -> None:
    line = SimpleNamespace(organisation=SimpleNamespace(name="某厂工会"), left_on=left_on, joined_on=joined_on)
    asked: list[tuple[str, str]] = []

    def find(_session: object, _keyring: object, name: str, number: str) -> SimpleNamespace:
        asked.append((name, number))
        return line

    monkeypatch.setattr(members, "find", find)
    card = looked_up(sqlite, keyring, wording, {"name": "王小明", "identity": IDENTITY})
    assert asked == [("王小明", IDENTITY["number"])]
    assert card.conclusion == wording.text(response, union="某厂工会")
    assert card.detail.startswith(detail)
    assert bool(card.detail) == bool(detail)
    assert card.buttons[0].values == {"procedure": "transfer"}
