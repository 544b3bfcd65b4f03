"""The letter as Word and PDF files, read back."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from casework.documents.application import WARNINGS, from_case
from casework.documents.calculations import calculations
from casework.documents.filing import filing
from casework.documents.letter import MARK, OWN_PAGE, TITLE, Block, letter
from casework.documents.parts import BLANK
from casework.documents.pdf import GETA, as_pdf
from casework.documents.word import as_word
from tests.casework.documents.told import answers, pdf_text

TODAY = date(2026, 11, 22)
ODD = '<b>&amp;</b> "引号" \\(\\) %s {0} ]]>'


def blocks(**other: Any) -> tuple[Block, ...]:
    told = answers(**other)
    application = from_case(told, calculations(told, TODAY), TODAY)
    return letter(application, filing(told, TODAY, len(application.respondents)))


def word(**other: Any) -> Document:
    return docx.Document(io.BytesIO(as_word(blocks(**other), TITLE, TODAY)))


def word_text(document: Document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def pdf(**other: Any) -> str:
    return pdf_text(as_pdf(blocks(**other), TITLE, TODAY))


def joined(text: str) -> str:
    return "".join(text.split())


def test_the_word_file_is_a_letter_with_its_parts_in_order() -> None:
    document = word()
    told = [paragraph.text for paragraph in document.paragraphs]
    places = [
        told.index(part)
        for part in (TITLE, "申请人", "被申请人", "仲裁请求", "事实与理由", "证据清单", "此致", OWN_PAGE)
    ]
    assert places == sorted(places)
    assert told[told.index("此致") + 1] == f"{BLANK}劳动人事争议仲裁委员会"
    assert (
        "1. 请求裁决被申请人支付拖欠的2个月的工资10000元。（计算：每月5000元，共2个月。）"
        in told[told.index("仲裁请求") + 1]
    )
    applicant, respondent, evidence = document.tables
    assert [cell.text for cell in applicant.rows[0].cells] == ["姓名", "王小芳", "性别", "女"]
    assert respondent.rows[0].cells[1].text == "徐州某某物流有限公司"
    assert respondent.rows[1].cells[1].text == BLANK
    assert [row.cells[0].text for row in evidence.rows] == ["编号", "1", "2"]


def test_the_word_file_is_a4_with_chinese_fonts_and_the_mark_on_every_page() -> None:
    document = word()
    section = document.sections[0]
    assert section.page_width
    assert section.page_height
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert section.header.paragraphs[0].text == MARK
    assert not section.different_first_page_header_footer
    fonts = {
        style.name: style.element.rPr.rFonts.get(qn("w:eastAsia"))
        for style in document.styles
        if style.name == "Normal" or style.name.startswith("Letter ")
    }
    assert (fonts["Normal"], fonts["Letter body"], fonts["Letter title"]) == ("仿宋", "仿宋", "宋体")
    assert all(fonts.values())
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_word_file_names_no_author_and_no_time() -> None:
    properties = word().core_properties
    assert (properties.author, properties.comments, properties.last_modified_by) == ("", "", "")
    assert properties.created is not None
    assert properties.created.date() == TODAY


def test_the_pdf_file_says_what_the_word_file_says() -> None:
    told, read = joined(pdf()), joined(word_text(word()))
    for paragraph in word().paragraphs:
        assert joined(paragraph.text) in told
    for said in ("王小芳", "320311199003070022", "徐州某某物流有限公司", "赔偿金45000元", BLANK):
        assert said in told
        assert said in read


def test_the_pdf_file_bears_mark_and_number_on_every_page() -> None:
    lines = pdf(happened="说" * 3000).splitlines()
    pages = [line for line in lines if line.startswith("第 ")]
    assert len(pages) >= 5
    assert pages == [f"第 {number} 页，共 {len(pages)} 页" for number in range(1, len(pages) + 1)]
    assert lines.count(MARK) == len(pages)
    assert "".join(lines).count("说") >= 3000


def test_the_same_answers_give_the_same_file() -> None:
    assert as_pdf(blocks(), TITLE, TODAY) == as_pdf(blocks(), TITLE, TODAY)
    assert word_text(word()) == word_text(word())


@pytest.mark.parametrize(
    "name",
    ["阿卜杜拉·买买提", "José Muñoz", "㐀䶮", "王" * 200, "A" * 300, ODD, "名字\u0000里\u202e有\ufffe控制\x0b符"],
)
def test_any_name_comes_through(name: str) -> None:
    kept = "".join(character for character in name if character not in "\u0000\u202e\ufffe\x0b")
    assert kept in word_text(word(name=name))
    told = pdf(name=name)
    if name == "José Muñoz":
        assert "Jos" in told
        assert GETA not in told
    else:
        assert joined(kept) in joined(told)


def test_a_character_that_the_pdf_font_lacks_is_seen_to_be_missing() -> None:
    assert "张𬇙" in word_text(word(name="张𬇙"))
    told = pdf(name="张𬇙")
    assert f"张{GETA}" in told
    assert "请手写补上" in joined(told)
    assert "请手写补上" not in joined(pdf())


def test_three_thousand_characters_and_markup_come_through_as_they_are() -> None:
    story = "\n".join(f"第{number}天{ODD}老板说再等等。" for number in range(100))
    assert story.count("\n") == 99
    read, told = joined(word_text(word(happened=story))), joined(pdf(happened=story))
    for number in (0, 57, 99):
        assert joined(f"第{number}天{ODD}老板说再等等。") in read
        assert joined(f"第{number}天{ODD}老板说再等等。") in told


def test_what_is_too_long_for_a_cell_stands_below_the_table() -> None:
    long = "记工本" * 500
    drawn = joined(pdf(evidence=["chat", long]))
    assert (drawn.count("表内1：记工本"), drawn.count("见表后“表内1”")) == (1, 1)
    assert drawn.count("记") - joined(pdf(evidence=["chat"])).count("记") == 500
    told = word(evidence=["chat", long], address=long)
    assert [row.cells[1].text for row in told.tables[2].rows] == [
        "证据名称",
        "和老板、主管、工作群的聊天",
        "见表后“表内1”",
    ]
    assert told.tables[0].rows[3].cells[1].text == "见表后“表内1”"


def test_nothing_told_is_a_form_to_be_filled_in() -> None:
    application = from_case({}, {}, TODAY)
    empty = letter(application, filing({}, TODAY))
    for told in (
        pdf_text(as_pdf(empty, TITLE, TODAY)),
        word_text(docx.Document(io.BytesIO(as_word(empty, TITLE, TODAY)))),
    ):
        assert told.count("请填写") > 15
        assert "None" not in told


def test_the_warning_stands_above_the_title() -> None:
    document = word(status="platform")
    assert document.paragraphs[0].text == WARNINGS["platform"]
    assert joined(pdf(status="platform")).startswith(joined(WARNINGS["platform"])[:20])
