"""Sums of money are read as people write and dictate them; what may be anything is refused."""

from __future__ import annotations

from decimal import Decimal

import cn2an  # type: ignore[import-untyped]  # publishes no types
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.readers import Unreadable, read_amount


@pytest.mark.parametrize(
    ("typed", "yuan", "about"),
    [
        ("3000块", "3000", False),
        ("三千多", "3000", True),
        ("3k", "3000", False),
        ("1万2", "12000", False),
        ("一万二", "12000", False),
        ("两万五千", "25000", False),
        ("3000左右", "3000", True),
        ("4500元/月", "4500", False),
        ("五千五百块钱", "5500", False),
        ("12,000.50", "12000.5", False),
        ("欠了我三个月,一共两万", "20000", False),
        ("欠我2万3个月没发", "20000", False),
        ("五千三个月", "5000", False),
        ("3000一个月", "3000", False),
        ("一个月五千", "5000", False),
        ("一个月五千,三个月共一万五", "15000", False),
        ("五块五", "5.5", False),
        ("两千三百块五", "2300.5", False),
        ("5500块5毛", "5500.5", False),
        ("5500元5角2分", "5500.52", False),
        ("三块半", "3.5", False),
        ("千把块钱", "1000", True),
        ("万把块", "10000", True),
        ("百来块", "100", True),
        ("一百多万", "1000000", True),
        ("￥5,000", "5000", False),
        ("¥ 5000", "5000", False),
        ("RMB5000", "5000", False),
        ("5000rmb", "5000", False),
        ("5千元", "5000", False),
        ("2025年3月欠5000", "5000", False),
        ("2025.3.1的工资5000", "5000", False),
        ("13800138000 欠5000", "5000", False),
        ("三", "3", False),
        ("0", "0", False),
        ("1.2万", "12000", False),
        ("一点五万", "15000", False),
        ("1点5万", "15000", False),
        ("三万六", "36000", False),
        ("10w", "100000", False),
        ("大概1万出头", "10000", True),
        ("五千快", "5000", False),
        ("五千快钱", "5000", False),
        ("快5000了", "5000", True),
        ("四千八", "4800", False),
        ("4千8", "4800", False),
        ("四千八百五", "4850", False),
        ("兩萬元", "20000", False),
        ("伍仟元整", "5000", False),
        ("五千元整", "5000", False),
        ("不到一万", "10000", True),
        ("我的工资是4500,欠了3个月", "4500", False),
        ("1.5k", "1500", False),
        ("2W", "20000", False),
        ("叁万伍仟", "35000", False),
        ("5000块就是五千", "5000", False),
        ("一共三个月，每月4500", "4500", False),
        ("工资4500没发", "4500", False),
        ("8000.5", "8000.5", False),
        ("一百二十块", "120", False),
        ("十块", "10", False),
        ("十万", "100000", False),
        ("廿万", "200000", False),
        ("５０００元", "5000", False),
        ("两千零五", "2005", False),
        ("每天200块,干了30天", "200", False),
        ("五千多块", "5000", True),
        ("两万多块钱吧", "20000", True),
        ("欠薪总额为38500元", "38500", False),
        ("3 万", "30000", False),
        ("13500整", "13500", False),
        ("被欠3万多", "30000", True),
        ("大约六千", "6000", True),
        ("三万八千七", "38700", False),
        ("一万零五百", "10500", False),
        ("二千", "2000", False),
        ("2000+", "2000", True),
        ("没多少，就800", "800", False),
        ("押金两百", "200", False),
        ("三千五左右", "3500", True),
        ("扣了我五百块", "500", False),
        ("一万元（10000）", "10000", False),
        ("12000.00元", "12000", False),
        ("一千五百块整", "1500", False),
        ("壹仟贰佰元整", "1200", False),
        ("加起来有7万8", "78000", False),
        ("总共欠我们8个人15万", "150000", False),
        ("15万，8个人", "150000", False),
        ("三个月工资没发，一个月6000，一共18000", "18000", False),
        ("月薪八千", "8000", False),
        ("一万多点", "10000", True),
    ],
)
def test_a_sum_is_read(typed: str, yuan: str, about: bool) -> None:
    amount = read_amount(typed)
    assert (amount.yuan, amount.about) == (Decimal(yuan), about)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("几千", "vague"),
        ("三五千", "vague"),
        ("3000到4000", "two"),
        ("3000-4000", "two"),
        ("一分钱没发", "no_number"),
        ("十几万", "vague"),
        ("500美元", "foreign_money"),
        ("13800138000", "no_number"),
        ("千万别欠", "no_number"),
        ("一直没发", "no_number"),
        ("12.000", "vague"),
        ("5000、6000", "two"),
        ("100000000000", "too_large"),
        ("一千二三", "vague"),
        ("四五百", "vague"),
        ("差不多一万五六", "vague"),
        ("块", "no_number"),
        ("元", "no_number"),
        ("工资", "no_number"),
        ("底薪3000提成2000", "two"),
        ("五位数", "no_number"),
    ],
)
def test_what_is_no_certain_sum_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_amount(typed)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "per"),
    [("4500元/月", "month"), ("月薪八千", "month"), ("一天两百", "day"), ("时薪25块", "hour"), ("五千", None)],
)
def test_the_time_for_which_it_is_paid_is_kept(typed: str, per: str | None) -> None:
    assert read_amount(typed).per == per


@given(st.integers(1, 99_999_999), st.sampled_from(["low", "up"]), st.sampled_from(["", "块", "元", "块钱"]))
def test_any_sum_in_characters_comes_back(yuan: int, mode: str, currency: str) -> None:
    assert read_amount(f"{cn2an.an2cn(str(yuan), mode)}{currency}").yuan == yuan


@given(st.decimals(Decimal("0.01"), Decimal("999999.99"), places=2))
def test_any_sum_in_digits_comes_back(yuan: Decimal) -> None:
    assert read_amount(f"{yuan:,.2f}元").yuan == yuan
    assert read_amount(f"{yuan:f}").yuan == yuan
