"""Numbers are read as statutes and people write them."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.numerals import NUMBER, article_name, article_number, number, numeral


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("98", 98),
        ("5,000", 5000),
        ("1.5万", 15000),
        ("3千", 3000),
        ("十", 10),
        ("十二", 12),
        ("二十五", 25),
        ("两百", 200),
        ("一百二", 120),
        ("一百零二", 102),
        ("一百二十", 120),
        ("一万二", 12000),
        ("十万", 100000),
        ("二〇二五", 2025),
        ("一点五", Fraction(3, 2)),
        ("零点五", Fraction(1, 2)),
    ],
)
def test_numbers_are_read(written: str, value: int | Fraction) -> None:
    assert number(written) == value
    assert re.fullmatch(NUMBER, written)


@pytest.mark.parametrize("written", ["", "三五", "两三百", "二三十", "几", "点五", "五点"])
def test_a_guess_is_no_number(written: str) -> None:
    assert number(written) is None


@given(st.integers(1, 9999))
def test_what_is_written_is_read_again(value: int) -> None:
    assert number(numeral(value)) == value
    assert article_number(article_name(value)) == value


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_arabic_digits_are_read_with_and_without_commas(whole: int, cents: int) -> None:
    value = whole + Fraction(cents, 100)
    assert number(f"{whole}.{cents:02}") == number(f"{whole:,}.{cents:02}") == value


def test_no_article_is_an_error() -> None:
    with pytest.raises(ValueError, match="第5条 is no article"):
        article_number("第5条")
