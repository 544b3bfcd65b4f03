"""What is masked, and that what is masked cannot be read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.cases.masks import is_sensitive, masked, masked_name, masked_number, plainly


@pytest.mark.parametrize(
    ("step", "answer", "shown"),
    [
        ("phone", "13800138000", "138****8000"),
        ("emergency_phone", "0516-8370000", "051****0000"),
        ("identity", {"type": "passport", "number": "E12345678"}, {"type": "passport", "number": "E12****78"}),
        ("child_identity", {"type": "other", "number": "1234"}, {"type": "other", "number": "****"}),
        ("name", "王芳", "王*"),
        ("name", "阿卜杜拉·买买提", "阿**"),
        ("name", "王", "王*"),
        ("representatives", ["王芳", "李强强"], ["王*", "李**"]),
        ("bank_card", "6222 0212 3456 7890 123", "622**************23"),
        ("employer", "某某物流有限公司", "某某物流有限公司"),
        ("employer_name", "某某物流", "某某物流"),
        ("union", {"id": 3, "name": "某县总工会"}, {"id": 3, "name": "某县总工会"}),
        ("people", 12, 12),
        ("since", {"from": "2026-01-01", "to": "2026-03-31"}, {"from": "2026-01-01", "to": "2026-03-31"}),
    ],
)
def test_what_is_shown_of_an_answer(step: str, answer: Any, shown: Any) -> None:
    assert masked(step, answer) == shown
    assert is_sensitive(step, answer) == (shown != answer)


@given(st.text(alphabet="0123456789X", min_size=7, max_size=24))
def test_at_least_two_characters_of_a_number_are_hidden(number: str) -> None:
    shown = masked_number(number)
    assert len(shown) == len(number)
    assert shown.count("*") >= 2


@given(st.text(min_size=1).filter(lambda name: "*" not in name))
def test_of_a_name_one_character_is_shown(name: str) -> None:
    assert len(masked_name(name).replace("*", "")) <= 1


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (None, ""), ("二厂", "二厂"), (12, "12"), (["a", "b"], "a、b"),
        ({"type": "resident", "number": "1"}, "1"), ({"id": 1, "name": "某厂"}, "某厂"),
        ({"from": "2026-01", "to": None}, "2026-01 – ?"),
    ],
)  # fmt: skip
def test_every_answer_is_one_line(answer: Any, line: str) -> None:
    assert plainly(answer) == line
