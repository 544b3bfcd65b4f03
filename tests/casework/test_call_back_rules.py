"""What workers say about being telephoned."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework import call_back_rules as rules
from casework.second_thoughts import wants_to_stop


@pytest.mark.parametrize(
    ("digits", "dialled"),
    [
        ("13800138000", "13800138000"),
        ("8613800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("013800138000", "13800138000"),
        ("19912345678", "19912345678"),
        ("051683712345", "0516-8371-2345"),
        ("01062491234", "010-6249-1234"),
        ("12345678901", None),
        ("99999999999999", None),
        ("123456789012", None),
        ("14155552671", "14155552671"),  # a mobile number, not one of the United States
        ("00123456789012", None),
    ],
)
def test_numbers_that_can_be_dialled(digits: str, dialled: str | None) -> None:
    usable = rules.usable_phone(digits)
    assert (usable or "").replace("-", "") == (dialled or "").replace("-", "")
    if usable:
        assert rules.usable_phone(usable.replace("-", "")) == usable


def test_an_extension_stays_with_its_number() -> None:
    assert rules.phone_reference("打〔手机号2〕转 801") == (2, "801")
    assert rules.phone_reference("〔号码1〕") == (1, "")
    assert rules.phone_reference("〔证件号1〕") is None
    assert str(rules.usable_phone("051683712345", "801")).endswith(" 转 801")
    assert rules.last_digits("0516-8371-2345 转 801") == "2345"
    assert rules.masked("13800138000") == "138****8000"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("随时都行", "any"),
        ("什么时候都可以", "any"),
        ("都行", "any"),
        ("中午12点到1点", "noon"),
        ("中午打吧", "noon"),
        ("晚上6点以后", "evening"),
        ("下班后", "evening"),
        ("周末", "weekend"),
        ("周六周日都行", "weekend"),
        ("下午三点以后", "下午三点以后"),
        ("上午都行", "上午都行"),
        ("周六", "周六"),
        ("明天早上8:30", "明天早上8:30"),
        ("我上夜班，下午打", "我上夜班，下午打"),
        ("好的", None),
        ("要等多久才打", None),
        ("你们几点上班？", None),
        ("我们单位一直不给我发工资，从去年二月份开始就这样了，我想问问这个事情到底该找谁管才有用", None),
    ],
)
def test_hours(said: str, meant: str | None) -> None:
    assert rules.hours_in(said) == meant


def at(day: int, hour: int) -> datetime:
    """Return an hour in China in the week of Monday, 16 November 2026."""
    return datetime(2026, 11, day, (hour - 8) % 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "safe"),
    [
        ("any", at(16, 9), True),
        ("any", at(16, 22), False),
        ("noon", at(16, 12), True),
        ("noon", at(16, 13), False),
        ("evening", at(16, 18), True),
        ("evening", at(16, 12), False),
        ("weekend", at(21, 10), True),
        ("weekend", at(16, 10), False),
        ("unknown", at(16, 10), None),
        ("下午三点以后", at(16, 16), None),
    ],
)
def test_whether_it_is_safe_to_ring_now(hours: str, moment: datetime, safe: bool | None) -> None:
    assert rules.is_safe_now(hours, moment) is safe


@pytest.mark.parametrize(
    "said", ["取消回电", "取消回电吧", "我想取消回电", "不用给我打电话了", "别打给我", "不需要回电了"]
)
def test_cancelling(said: str) -> None:
    assert rules.asks_to_cancel(said)


@pytest.mark.parametrize("said", ["老板不给我打电话", "能不能打电话", "给我回电话", "别打我", "取消订单", "打电话投诉"])
def test_what_cancels_nothing(said: str) -> None:
    assert not rules.asks_to_cancel(said)


@pytest.mark.parametrize("said", ["算了", "不用了", "不留了", "算了吧", "还是算了", "不想留电话", "没有手机", "下次吧"])
def test_second_thoughts(said: str) -> None:
    assert wants_to_stop(said)


@pytest.mark.parametrize("said", ["不用交社保行吗", "老板说算了", "没有电话怎么投诉", "不写辞职报告行吗", ""])
def test_other_words_are_no_second_thoughts(said: str) -> None:
    assert not wants_to_stop(said)
