"""A register's table: what is read from it and what is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Invalid
from casework.member_lines import Line, newer_identity, read_lines, read_table

TODAY = date(2026, 11, 22)
CODES = {"XZ1": 1, "XZ2": 2}
IDENTITY = "32030019900101006X"
"""Born on 1 January 1990; its check character worked out by the weights of GB 11643."""
OLD = "320300900101006"


def row(**values: str) -> dict[str, str | None]:
    usual: dict[str, str | None] = {"name": "王小明", "identity": IDENTITY, "organisation_code": "XZ1"}
    return {**usual, **values}


def line(**values: str) -> Line:
    (read,) = read_lines([row(**values)], CODES, TODAY)
    return read


def fault(**values: str) -> str:
    with pytest.raises(Invalid) as raised:
        read_lines([row(**values)], CODES, TODAY)
    assert raised.value.message.startswith("第2行：")
    return raised.value.message.removeprefix("第2行：")


def test_the_check_character_is_that_of_the_standard() -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(IDENTITY, weights, strict=False))
    assert "10X98765432"[total % 11] == IDENTITY[-1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_table_is_read_as_spreadsheets_save_it(encoding: str, end: str) -> None:
    text = end.join(["姓名,证件号码,工会编码,手机号", f'阿卜杜拉·买买提,{IDENTITY},XZ1,"138 0013 8000"', ""])
    (only,) = read_lines(read_table(text.encode(encoding)), CODES, TODAY)
    assert only == Line("阿卜杜拉·买买提", IDENTITY, "13800138000", None, 1, None, None)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "表头缺少 name、identity、organisation_code"),
        (b"name,identity\n", "表头缺少 organisation_code"),
        (b'name,identity,organisation_code\n"\n', "引号"),
        (b"PK\x03\x04\xff\xff\xff", "编码"),
    ],
)
def test_what_is_no_register_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_table(content)
    assert told in raised.value.message


def test_a_whole_line() -> None:
    values = {"phone": "+86 13800138000", "number": "A-7", "joined_on": "2020/3/1", "left_on": "2024年5月31日"}
    assert line(**values) == Line("王小明", IDENTITY, "13800138000", "A-7", 1, date(2020, 3, 1), date(2024, 5, 31))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (IDENTITY.lower(), IDENTITY),
        (f" {IDENTITY[:6]} {IDENTITY[6:14]} {IDENTITY[14:]} ", IDENTITY),
        ("３２０３００１９９００１０１００６Ｘ", IDENTITY),
        (f"'{IDENTITY}", IDENTITY),
        (f'="{IDENTITY}"', IDENTITY),
        (OLD, IDENTITY),
        ("e12345678", "E12345678"),
        ("H12345678", "H12345678"),
    ],
)
def test_a_number_is_kept_in_one_spelling(written: str, read: str) -> None:
    assert line(identity=written).identity == read


@pytest.mark.parametrize(
    "written", ["2024-03-01", "2024/3/1", "2024.03.01", "20240301", "2024年3月1日", "2024/3/1 0:00"]
)
def test_a_day_is_read_as_it_is_written(written: str) -> None:
    assert line(joined_on=written).joined_on == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": ""}, "都要写"),
        ({"identity": ""}, "都要写"),
        ({"organisation_code": ""}, "都要写"),
        ({"name": "王" * 61}, "60 字"),
        ({"identity": "320300199001010011"}, "校验位"),
        ({"identity": "320300199001011000"}, "设为文本"),
        ({"identity": "3.20300199001E+17"}, "科学计数"),
        ({"identity": "320300199002300018"}, "出生日期"),
        ({"identity": "1234"}, "看不懂"),
        ({"identity": "王小明"}, "看不懂"),
        ({"phone": "12345"}, "电话"),
        ({"phone": "88886666"}, "区号"),
        ({"organisation_code": "XZ9"}, "没有编码为“XZ9”的工会"),
        ({"number": "1" * 41}, "40 字"),
        ({"joined_on": "去年"}, "入会日期看不懂"),
        ({"joined_on": "2024-02-30"}, "入会日期看不懂"),
        ({"joined_on": "1824-02-01"}, "入会日期看不懂"),
        ({"joined_on": "2026-11-23"}, "还没到"),
        ({"left_on": "31.5."}, "退会日期看不懂"),
        ({"joined_on": "2024-02-01", "left_on": "2024-01-31"}, "早于"),
    ],
)
def test_what_is_wrong_is_told_without_what_stands_there(values: dict[str, str], told: str) -> None:
    message = fault(**values)
    assert told in message
    assert not any(private in message for private in ("王小明", IDENTITY, values.get("identity") or IDENTITY))


def test_the_same_number_twice_in_one_union_is_a_fault_however_it_is_written() -> None:
    with pytest.raises(Invalid) as raised:
        read_lines([row(), row(organisation_code="XZ2"), row(identity=OLD, organisation_code="xz1")], CODES, TODAY)
    assert raised.value.message == "第4行：和第2行是同一个工会的同一个证件号"


def test_all_faults_are_told_by_their_lines_and_no_more_than_anybody_reads() -> None:
    with pytest.raises(Invalid) as raised:
        read_lines([row(), row(name=""), row(identity="1"), {}], CODES, TODAY)
    assert [told[:4] for told in raised.value.message.splitlines()] == ["第3行：", "第4行："]
    with pytest.raises(Invalid) as raised:
        read_lines([row(name="")] * 1000, CODES, TODAY)
    assert len(raised.value.message.splitlines()) == 51
    assert raised.value.message.endswith("还有 950 行有错")


def test_a_code_is_found_in_either_case_and_first_as_it_is_written() -> None:
    assert line(organisation_code="ｘｚ2").organisation_id == 2
    (read,) = read_lines([row(organisation_code="ab")], {"AB": 1, "ab": 2}, TODAY)
    assert read.organisation_id == 2


@given(st.from_regex(r"[1-6][0-9]{5}[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}", fullmatch=True))
def test_an_old_number_becomes_a_valid_one_that_stays(old: str) -> None:
    new = newer_identity(old)
    assert len(new) == 18
    assert new[6:8] == "19"
    assert new[:6] + new[8:17] == old
    assert newer_identity(new) == new
    assert line(identity=old) == line(identity=new)


@given(
    st.lists(
        st.dictionaries(st.sampled_from(["name", "identity", "phone", "organisation_code", "joined_on"]), st.text())
    )
)
def test_any_table_is_read_or_refused(rows: list[dict[str, str]]) -> None:
    with suppress(Invalid):
        assert len(read_lines(rows, CODES, TODAY)) <= len(rows)


@given(st.binary(max_size=200))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    try:
        rows = read_table(content)
    except Invalid:
        return
    assert all("name" in each or not each for each in rows)
