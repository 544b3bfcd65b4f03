"""Answers as they are read back: whole to staff, with the ends of her numbers only to whoever holds the phone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.procedures.model import Choice, Kind, Step
from casework.procedures.spoken import masked, spoken

CHOICES = (Choice("employee", "单位职工"), Choice("platform", "骑手"))


def step_of(kind: Kind) -> Step:
    return Step("it", kind, "它", "是什么？", choices=CHOICES)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("text", "红星砖瓦厂", "红星砖瓦厂"),
        ("name", "王小明", "王小明"),
        ("phone", "13800138000", "13800138000"),
        ("identity", {"type": "resident", "number": "11010519491231002X"}, "身份证 11010519491231002X"),
        ("identity", {"type": "hk_macao_tw", "number": "H12345678"}, "港澳台证件 H12345678"),
        ("identity", {"type": "other", "number": "911101"}, "证件 911101"),
        ("date", "2026-03-05", "2026年3月5日"),
        ("date", {"from": "2025-10-01", "to": "2025-10-31"}, "2025年10月1日到2025年10月31日之间"),
        ("amount", "3000", "3000元"),
        ("amount", {"yuan": "12000", "about": True}, "大约12000元"),
        ("integer", 12, "12"),
        ("choice", "platform", "骑手"),
        ("choice", "gone", "gone"),
        ("choices", ["employee", "platform"], "单位职工、骑手"),
        ("choices", [], "没有"),
        ("union", {"id": 7, "name": "顺达物流工会"}, "顺达物流工会"),
        ("union", {"name": ""}, "还没定"),
        ("region", "江苏/徐州", "江苏徐州"),
    ],
)
def test_an_answer_in_words(kind: Kind, value: Any, words: str) -> None:
    assert spoken(step_of(kind), value).replace(",", "") == words


@pytest.mark.parametrize(
    ("kind", "value", "hidden", "shown"),
    [
        ("phone", "13800138000", "0013", "8000"),
        ("identity", {"type": "resident", "number": "11010519491231002X"}, "19491231", "110"),
        ("identity", {"type": "passport", "number": "E12345678"}, "2345", "78"),
        ("identity", {"type": "other", "number": "123456"}, "345", "56"),
    ],
)
def test_numbers_that_tell_who_she_is_show_their_ends_only(kind: Kind, value: Any, hidden: str, shown: str) -> None:
    words = masked(step_of(kind), value)
    assert hidden not in words
    assert shown in words


@given(st.text("0123456789X", min_size=6, max_size=18))
def test_a_masked_number_never_holds_the_whole_one(number: str) -> None:
    assert number not in masked(step_of("identity"), {"type": "other", "number": number})


@pytest.mark.parametrize("kind", ["text", "date", "choice", "amount"])
def test_what_does_not_tell_who_she_is_is_read_back_whole(kind: Kind) -> None:
    value = {"date": "2026-03-05", "choice": "platform", "amount": "3000"}.get(kind, "红星砖瓦厂")
    assert masked(step_of(kind), value) == spoken(step_of(kind), value)
