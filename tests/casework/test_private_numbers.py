"""Numbers of phones, papers and cards are found however they are typed, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.private_numbers import PrivateNumber, replace_private_numbers


def found(text: str) -> list[tuple[str, str]]:
    numbers: list[PrivateNumber] = []

    def keep(number: PrivateNumber) -> str:
        numbers.append(number)
        return "〔〕"

    replace_private_numbers(text, keep)
    return [(number.kind, number.value) for number in numbers]


@pytest.mark.parametrize(
    ("typed", "kind", "value"),
    [
        ("我电话13800138000工资3000", "phone", "13800138000"),
        ("1380013 8000", "phone", "13800138000"),
        ("138-0013-8000", "phone", "13800138000"),
        ("１３８００１３８０００", "phone", "13800138000"),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪", "phone", "13800138000"),
        ("+86 138 0013 8000", "phone", "8613800138000"),
        ("幺三八零零幺三八零零零", "phone", "13800138000"),
        ("138\u00a00013\u00a08000", "phone", "13800138000"),
        ("138–0013–8000", "phone", "13800138000"),
        ("家里0512-86991234", "phone", "051286991234"),
        ("家里（0512）86991234", "phone", "051286991234"),
        ("身份证32010219900101123X", "identity", "32010219900101123X"),
        ("320102 19900101 123x", "identity", "32010219900101123X"),
        ("老证320102900101123", "identity", "320102900101123"),
        ("护照E12345678", "identity", "E12345678"),
        ("回乡证H1234567890", "identity", "H1234567890"),
        ("卡号6222 0212 3456 7890 123", "bank_card", "6222021234567890123"),
        ("6222021234567890", "bank_card", "6222021234567890"),
        ("运单20261121138001380001234", "number", "20261121138001380001234"),
    ],
)
def test_a_private_number_is_found(typed: str, kind: str, value: str) -> None:
    assert found(typed) == [(kind, value)]


@pytest.mark.parametrize(
    "typed",
    [
        "2025年11月12日到2026-11-21 2026-11-22",
        "工资3000.50元，欠了3个月",
        "打12351还是12333",
        "3月15号3000 4月15号3000",
        "15000 16000 17000",
        "3000\n3500\n4000\n4500",
        "第20条、劳动合同法第八十二条",
        "一二三四五",
    ],
)
def test_dates_sums_and_hotlines_stay(typed: str) -> None:
    assert found(typed) == []


@given(
    before=st.text(alphabet="我的电话是，工资欠。 "),
    digits=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    after=st.text(alphabet="谢谢打给我，。 "),
)
def test_no_mobile_number_survives(before: str, digits: str, after: str) -> None:
    replaced = replace_private_numbers(before + digits + after, lambda _number: "〔手机号1〕")
    assert digits not in replaced


@given(st.integers(min_value=10**10, max_value=10**22))
def test_no_long_number_survives(number: int) -> None:
    assert str(number) not in replace_private_numbers(f"号{number}。", lambda _number: "〔〕")
