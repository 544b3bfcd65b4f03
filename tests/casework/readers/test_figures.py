"""Whole numbers, telephone numbers and numbers of papers are read as people type and dictate them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from casework.readers import Identity, Unreadable, age_on, read_identity, read_integer, read_phone

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "value", "about"),
    [
        ("三十来个人", 30, True),
        ("我们12个", 12, False),
        ("就我一个", 1, False),
        ("12", 12, False),
        ("十二", 12, False),
        ("我们俩", 2, False),
        ("仨", 3, False),
        ("一共三十五个人", 35, False),
        ("2025年3月进厂的12个人", 12, False),
        ("没有", 0, False),
        ("一起的有12个", 12, False),
        ("一百多号人", 100, True),
        ("第3车间5个人", 5, False),
        ("快30", 30, True),
        ("二十出头", 20, True),
        ("3个月", 3, False),
        ("三年", 3, False),
        ("有8个工友", 8, False),
        ("１２", 12, False),
        ("十个", 10, False),
        ("一", 1, False),
        ("俺们村一块去的有九个", 9, False),
        ("我和我老婆2个", 2, False),
        ("廿五人", 25, False),
        ("九级", 9, False),
        ("十级伤残", 10, False),
        ("没休", 0, False),
        ("没加班", 0, False),
    ],
)
def test_a_whole_number_is_read(typed: str, value: int, about: bool) -> None:
    number = read_integer(typed, 0, 1000)
    assert (number.value, number.about) == (value, about)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("十几个", "vague"),
        ("五六个", "vague"),
        ("三个半", "not_whole"),
        ("3.5", "not_whole"),
        ("-", "empty"),
        ("很多人", "vague"),
        ("两三个", "vague"),
        ("1000000", "too_large"),
        ("两年零3个月", "two"),
        ("12个，不对，13个", "two"),
        ("一线工人", "no_number"),
        ("全厂都欠", "vague"),
        ("六七十人", "vague"),
        ("1 2", "two"),
        ("百十号人", "vague"),
        ("上百人", "vague"),
        ("三", "too_small"),
    ],
)
def test_what_is_no_certain_number_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_integer(typed, 5 if code == "too_small" else 0, 1000)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("1380013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("一三八零零一三八零零零", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("13800138000,一般晚上打", "13800138000"),
        ("我的电话是13800138000", "13800138000"),
        ("0512-66668888", "051266668888"),
        ("(0512)66668888转803", "051266668888转803"),
        ("010 62345678", "01062345678"),
        ("13800138000/13800138000", "13800138000"),
        ("幺三八 零零幺三 八零零零", "13800138000"),
        ("8613800138000", "13800138000"),
        ("008613800138000", "13800138000"),
        ("138，0013，8000", "13800138000"),
        ("138.0013.8000", "13800138000"),
        ("電話13800138000", "13800138000"),
        ("微信同号13800138000", "13800138000"),
        ("4008123123", "4008123123"),
        ("手机：１３８ ００１３ ８０００。", "13800138000"),
        ("13800138000转人工", "13800138000"),
    ],
)
def test_a_telephone_number_is_read(typed: str, digits: str) -> None:
    assert read_phone(typed) == digits


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("66668888", "area_code"),
        ("1380013800", "length"),
        ("138001380001", "length"),
        ("12345678901", "no_such_phone"),
        ("13800138000 13900139000", "two"),
        ("13800138000和13900139000", "two"),
        ("+852 9123 4567", "abroad"),
        ("00852 91234567", "abroad"),
        ("没有电话", "no_number"),
        ("12345", "length"),
        ("110", "length"),
    ],
)
def test_what_cannot_be_dialled_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_phone(typed)
    assert caught.value.code == code


@given(
    st.integers(13_000_000_000, 13_999_999_999),
    st.lists(st.sampled_from(["", " ", "-", ".", " - ", "　", "－"]), min_size=10, max_size=10),
)
def test_any_separators_are_left_out(phone: int, gaps: list[str]) -> None:
    digits = str(phone)
    assert read_phone("".join(a + b for a, b in zip(digits, [*gaps, ""], strict=True))) == digits


BORN = st.dates(date(1930, 1, 1), date(2012, 12, 31))


def resident(born: date, order: int, place: str = "320501") -> str:
    number = f"{place}{born:%Y%m%d}{order:03}"
    return number + ric.calc_check_digit(number + "0")


@given(BORN, st.integers(1, 999), st.sampled_from(["", " ", "-"]))
def test_any_resident_is_read(born: date, order: int, gap: str) -> None:
    number = resident(born, order)
    typed = f"身份证{number[:6]}{gap}{number[6:14]}{gap}{number[14:].lower()}"
    assert read_identity(typed, today=TODAY) == Identity("resident", number, born, "male" if order % 2 else "female")


@given(BORN, st.integers(1, 999), st.integers(0, 16), st.integers(1, 9))
def test_any_wrong_digit_is_refused(born: date, order: int, place: int, more: int) -> None:
    number = resident(born, order)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    with pytest.raises(Unreadable) as caught:
        read_identity(wrong, today=TODAY)
    assert caught.value.code == "checksum"


@pytest.mark.parametrize(
    ("typed", "kind", "number"),
    [
        ("32050119900307008x", "resident", "32050119900307008X"),
        ("32050119900307008×", "resident", "32050119900307008X"),
        ("32050119900307008叉", "resident", "32050119900307008X"),
        ("张三320501199003071234", "resident", "320501199003071234"),
        ("3205011990O3071234", "resident", "320501199003071234"),
        ("810000199408230021", "hk_macao_tw", "810000199408230021"),
        ("830000199408230025", "hk_macao_tw", "830000199408230025"),
        ("931056198001010014", "other", "931056198001010014"),
        ("H12345678", "hk_macao_tw", "H12345678"),
        ("回乡证M1234567890", "hk_macao_tw", "M1234567890"),
        ("台胞证 01234567", "hk_macao_tw", "01234567"),
        ("E12345678", "passport", "E12345678"),
        ("EA1234567", "passport", "EA1234567"),
        ("G 1234 5678", "passport", "G12345678"),
        ("护照123456789", "passport", "123456789"),
        ("护照H12345678", "passport", "H12345678"),
        ("P1234567A", "passport", "P1234567A"),
        ("CAN110180010101", "other", "CAN110180010101"),
    ],
)
def test_every_kind_of_paper_is_told_apart(typed: str, kind: str, number: str) -> None:
    read = read_identity(typed, today=TODAY)
    assert (read.type, read.number) == (kind, number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("320501199003071230", "checksum"),
        ("320501199013071238", "birth_date"),
        ("320501202803071237", "birth_date"),
        ("320501900307123", "old_card"),
        ("3205011990030712", "length"),
        ("3205011990030712341", "length"),
        ("320501199003071234 32050119900307008X", "two"),
        ("19900307", "which_paper"),
        ("123456789", "which_paper"),
        ("13800138000", "length"),
        ("不想说", "no_number"),
    ],
)
def test_what_is_no_paper_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_identity(typed, today=TODAY)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 11, 20), date(2026, 11, 19), 15),
        (date(2010, 11, 20), date(2026, 11, 20), 16),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2025, 3, 1), 17),
    ],
)
def test_an_age_is_counted_in_birthdays(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age
