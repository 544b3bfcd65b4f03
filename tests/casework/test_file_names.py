"""Names of files from outside do no harm on screens, on disks and in headers; sound is given in parts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.file_names import LONGEST, byte_range, clean_name, disposition

PDF = (".pdf",)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("工资条.pdf", "工资条.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\工资.PDF", "工资.pdf"),
        ("/", "文件.pdf"),
        ("", "文件.pdf"),
        (".pdf", "文件.pdf"),
        ("...", "文件.pdf"),
        ("工资\u202efdp.exe", "工资fdp.exe.pdf"),  # shown as 工资exe.pdf otherwise
        ("a\u2066b\u200fc\u200bd\ufeff.pdf", "abcd.pdf"),
        ("第一\n行\x00\x7f\t.pdf", "第一行.pdf"),
        ('con:<b>"|?*.pdf', "con__b_____.pdf"),
        ("  工 资   条 .pdf", "工 资 条.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("x" * 500 + ".pdf", "x" * (LONGEST - 4) + ".pdf"),
        ("\ud800.pdf", "文件.pdf"),
        ("阿卜杜拉·买买提.pdf", "阿卜杜拉·买买提.pdf"),
    ],
)
def test_a_name_is_made_harmless(given_name: str, kept: str) -> None:
    assert clean_name(given_name, PDF, "文件") == kept


@given(st.text(max_size=300))
def test_no_name_escapes_its_folder_or_hides_what_it_is(name: str) -> None:
    cleaned = clean_name(name, (".jpg", ".jpeg"), "照片")
    assert 0 < len(cleaned) <= LONGEST
    assert cleaned.endswith((".jpg", ".jpeg"))
    assert not set(cleaned) & set('/\\<>:"|?*')
    assert not cleaned.startswith(".")
    assert all(unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in cleaned)


@given(st.text(max_size=200))
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    header = disposition(clean_name(name, PDF, "文件"))
    assert header.startswith("attachment; filename*=UTF-8''")
    assert header.isascii()
    assert not set(header.split("UTF-8''", 1)[1]) & set("\r\n\"'; ,")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, None),
        ("", None),
        ("bytes=0-1", range(2)),
        ("bytes=10-", range(10, 100)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-5", range(95, 100)),
        ("bytes=-500", range(100)),
        ("bytes=100-", None),
        ("bytes=5-4", None),
        ("bytes=-0", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=²-3", None),
        ("items=0-1", None),
    ],
)
def test_parts_are_given_as_asked(header: str | None, wanted: range | None) -> None:
    assert byte_range(header, 100) == wanted
    assert byte_range(header, 0) is None
