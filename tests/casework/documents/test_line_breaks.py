"""Lines of Chinese text: nothing is lost, nothing is too wide, no mark stands where none may."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from casework.documents.line_breaks import NOT_FIRST, NOT_LAST, lines


def width(text: str) -> float:
    return float(sum(1 if character < "\u0100" else 2 for character in text))


def test_no_closing_mark_begins_a_line_and_no_opening_one_ends_it() -> None:
    assert lines("拖欠工资九千元，没有给", [16], width) == ["拖欠工资九千元，", "没有给"]
    assert lines("拖欠工资九千块，没有给", [14], width) == ["拖欠工资九千", "块，没有给"]
    assert lines("依据《劳动法》第五十条", [6], width) == ["依据", "《劳动", "法》第", "五十条"]


def test_a_number_is_not_torn() -> None:
    assert lines("请打12348问", [8], width) == ["请打", "12348问"]
    assert lines("x" * 60, [20], width) == ["x" * 20] * 3, "but one that is longer than a line has to be"


def test_the_first_line_may_be_narrower() -> None:
    assert lines("一二三四五六", [4, 8], width) == ["一二", "三四五六"]
    assert lines("", [4], width) == [""]


@given(st.text(st.sampled_from("一二三四五，。（）《》:a1 "), max_size=80), st.integers(8, 40))
def test_nothing_is_lost_and_nothing_is_too_wide(text: str, room: int) -> None:
    broken = lines(text, [room], width)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")
    assert all(width(line) <= room for line in broken)


@given(st.text(st.sampled_from("一二三四五六七八九十，。（）"), max_size=80))
def test_marks_stand_right_wherever_there_is_a_good_break(text: str) -> None:
    good = [at for at in range(1, len(text)) if text[at] not in NOT_FIRST and text[at - 1] not in NOT_LAST]
    broken = lines(text, [24], width)
    end = 0
    for line in broken[:-1]:
        start, end = end, end + len(line)
        assert end in good or not any(start < at <= start + 12 for at in good)
