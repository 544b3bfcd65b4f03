"""A typed digit or the button's own words choose it."""

import pytest

from casework.choices import Offer, chosen

OFFERS = [Offer("t1", "怎么仲裁"), Offer("t2", "找人工")]


@pytest.mark.parametrize(
    ("typed", "token"),
    [
        ("1", "t1"),
        ("2", "t2"),
        ("2。", "t2"),
        ("选1", "t1"),
        ("第二个", "t2"),
        ("二", "t2"),
        ("找人工", "t2"),
        ("怎么仲裁。", "t1"),
    ],
)
def test_a_choice_is_understood(typed: str, token: str) -> None:
    offer = chosen(typed, OFFERS)
    assert offer is not None
    assert offer.token == token


@pytest.mark.parametrize("typed", ["3", "0", "12", "怎么", "2个月没发工资", ""])
def test_anything_else_is_no_choice(typed: str) -> None:
    assert chosen(typed, OFFERS) is None
