"""An answer becomes a value by its question's kind, or it is said why not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.procedures.model import Choice, Kind, Step
from casework.procedures.reading import LONGEST_TEXT, NONE_OF_THEM, Choose, Reading, UnknownPlace
from casework.procedures.spoken import masked, spoken
from casework.readers import CODES, Unreadable
from tests.casework.procedures.small_form import READING, TODAY, UNIONS

CHOICES = (Choice("employee", "单位职工", ("上班",)), Choice("platform", "骑手", ("外卖",)), Choice("none", "都没有"))
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]  # get_args, typed


def step_of(kind: Kind, **more: Any) -> Step:
    """Return a question of a kind."""
    return Step("it", kind, "它", "是什么？", choices=CHOICES if kind in ("choice", "choices") else (), **more)


def read(kind: Kind, text: str, options: Mapping[str, str] | None = None, **more: Any) -> Any:
    return READING.read(step_of(kind, **more), text, options or {})


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("text", "  红星  砖瓦厂 ", "红星 砖瓦厂"),
        ("story", "老板跑了\n\n没人管", "老板跑了\n没人管"),
        ("name", "我叫阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("phone", "1380013 8000", "13800138000"),
        ("identity", "11010519491231002x", {"type": "resident", "number": "11010519491231002X"}),
        ("identity", "护照 E12345678", {"type": "passport", "number": "E12345678"}),
        ("date", "上个月15号", "2026-10-15"),
        ("date", "去年十月", {"from": "2025-10-01", "to": "2025-10-31"}),
        ("amount", "3000块", "3000"),
        ("amount", "一万二左右", {"yuan": "12000", "about": True}),
        ("integer", "我们12个", 12),
        ("choice", "第二个", "platform"),
        ("choice", "送外卖的", "platform"),
        ("choices", "1和2", ["employee", "platform"]),
        ("choices", "都没有", ["none"]),
        ("union", "红星砖瓦厂", {"name": "红星砖瓦厂"}),
        ("district", "徐州鼓楼区", {"name": "徐州鼓楼区"}),
        ("region", "我在徐州", "江苏/徐州"),
    ],
)
def test_an_answer_is_read_by_its_kind(kind: Kind, text: str, value: Any) -> None:
    assert read(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        ("text", "……", "empty"),
        ("text", "厂" * (LONGEST_TEXT + 1), "too_long"),
        ("story", "没钱", "too_short"),
        ("name", "王先生", "whole_name"),
        ("phone", "138001380", "length"),
        ("identity", "110105194912310021", "checksum"),
        ("date", "明年三月", "future"),
        ("amount", "好多钱", "vague"),
        ("integer", "两个半人", "not_whole"),
        ("choice", "月亮", "unknown_choice"),
        ("choices", "第九个", "out_of_range"),
    ],
)
def test_it_is_said_why_an_answer_cannot_be_read(kind: Kind, text: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(kind, text)
    assert caught.value.code == code


def test_a_place_that_nobody_knows_is_asked_for_again() -> None:
    with pytest.raises(UnknownPlace):
        read("region", "老家")


def test_a_question_sets_its_own_bounds() -> None:
    assert read("integer", "3", least=1, most=5) == 3
    for text, code in (("0", "too_small"), ("6", "too_large")):
        with pytest.raises(Unreadable, match=code):
            read("integer", text, least=1, most=5)
    with pytest.raises(Unreadable, match="too_short"):
        read("text", "厂", least=2)


def test_several_unions_are_offered_with_none_of_them_last() -> None:
    with pytest.raises(Choose) as caught:
        read("union", "顺达")
    assert list(caught.value.options.items()) == [*UNIONS.items(), (NONE_OF_THEM, "都不是")]


def test_a_district_is_looked_up_as_one() -> None:
    asked: list[tuple[str, bool]] = []

    def find(text: str, by_district: bool) -> dict[str, str]:
        asked.append((text, by_district))
        return {}

    reading = Reading(TODAY, find, lambda _text: None)
    reading.read(step_of("union"), "鼓楼区", {})
    reading.read(step_of("district"), "鼓楼区", {})
    assert asked == [("鼓楼区", False), ("鼓楼区", True)]


@pytest.mark.parametrize("value", ["owner", "", "yes", "7"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_button_that_was_not_offered_is_no_answer(kind: Kind, value: str) -> None:
    with pytest.raises(Unreadable):
        READING.tapped(step_of(kind), value, {"8": "顺达快递工会"})


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.text(max_size=60), st.booleans())
def test_any_text_is_a_value_that_can_be_kept_and_read_back_or_is_said_to_be_none(
    kind: Kind, text: str, offered: bool
) -> None:
    if kind == "files":
        return
    step = step_of(kind)
    try:
        value = READING.read(step, text, UNIONS if offered else {})
    except (Unreadable, UnknownPlace, Choose) as error:
        code = error.code if isinstance(error, Unreadable) else "empty"
    else:
        code = "empty"
        again = json.loads(json.dumps(value))
        assert again == value
        assert isinstance(spoken(step, again), str)
        assert isinstance(masked(step, again), str)
    assert code in CODES


def test_the_day_of_reading_is_the_one_it_was_made_for() -> None:
    earlier = Reading(date(2025, 3, 10), lambda _text, _district: {}, lambda _text: None)
    assert earlier.read(step_of("date"), "昨天", {}) == "2025-03-09"
