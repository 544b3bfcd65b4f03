"""A letter as a Word file (DOCX): A4, Chinese fonts, the draft's mark above and the page's number below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime

from docx import Document
from docx.document import Document as Pages
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from casework.documents.letter import MARK, Block, Line, NewPage, Style, Table

BODY_FONT, HEAD_FONT, LATIN_FONT = "仿宋", "宋体", "Times New Roman"
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDTH = Cm(21.0 - 2 * 2.6)
"""Between the margins."""


def as_word(blocks: Sequence[Block], title: str, made_on: date) -> bytes:
    """Return the file."""
    pages = Document()
    _set_up(pages, title, made_on)
    for block in blocks:
        match block:
            case Line():
                _add_line(pages, block)
            case Table():
                _add_table(pages, block)
            case NewPage():
                pages.add_page_break()  # type: ignore[no-untyped-call]  # the library leaves it so
    kept = io.BytesIO()
    pages.save(kept)
    return kept.getvalue()


def _set_up(pages: Pages, title: str, made_on: date) -> None:
    properties = pages.core_properties
    properties.title, properties.author, properties.comments, properties.language = title, "", "", "zh-CN"
    properties.created = properties.modified = datetime(made_on.year, made_on.month, made_on.day)  # noqa: DTZ001  the format knows no zone
    section = pages.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    section.top_margin = section.bottom_margin = Cm(2.5)
    normal = pages.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _font(normal, BODY_FONT, 12)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(2), 1.2
    for name, (font, size) in _FONTS.items():
        style = pages.styles.add_style(f"Letter {name}", WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)
        style.base_style = normal
        _font(style, font, size)
        _shape(style, name)
    header = section.header.paragraphs[0]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    header.add_run(MARK).font.color.rgb = RGBColor(0xB0, 0x20, 0x20)
    _add_page_number(section.footer.paragraphs[0])


_FONTS: dict[Style, tuple[str, int]] = {
    "title": (HEAD_FONT, 18),
    "warning": (HEAD_FONT, 12),
    "heading": (HEAD_FONT, 13),
    "body": (BODY_FONT, 12),
    "item": (BODY_FONT, 12),
    "note": (BODY_FONT, 10),
    "left": (BODY_FONT, 12),
    "right": (BODY_FONT, 12),
}


def _font(style: ParagraphStyle, east_asian: str, points: int) -> None:
    style.font.name, style.font.size = LATIN_FONT, Pt(points)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asian)


def _shape(style: ParagraphStyle, name: Style) -> None:
    shape = style.paragraph_format
    shape.line_spacing, shape.space_after, shape.space_before = 1.4, Pt(2), Pt(0)
    if name in ("title", "warning", "heading"):
        style.font.bold = True
        shape.keep_with_next = name != "warning"
        shape.space_before, shape.space_after = Pt(8), Pt(6)
    if name == "title":
        shape.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if name == "warning":
        style.font.color.rgb = RGBColor(0xB0, 0x20, 0x20)
    if name == "body":
        shape.first_line_indent = Pt(24)
    if name == "item":
        shape.left_indent, shape.first_line_indent = Pt(18), Pt(-18)
    if name == "right":
        shape.alignment, shape.space_before, shape.keep_together = WD_ALIGN_PARAGRAPH.RIGHT, Pt(10), True


def _add_line(pages: Pages, line: Line) -> None:
    pages.add_paragraph(line.text, style=f"Letter {line.style}")


def _add_table(pages: Pages, table: Table) -> None:
    made: WordTable = pages.add_table(rows=len(table.rows), cols=len(table.shares))
    made.style = "Table Grid"
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made.autofit = False
    widths = [Emu(int(WIDTH * share / sum(table.shares))) for share in table.shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width  # office programs differ in whose width they take
    for number, row in enumerate(table.rows):
        for position, text in enumerate(row):
            cell = made.cell(number, position)
            cell.width = widths[position]
            run = cell.paragraphs[0].add_run(text)
            run.bold = (table.head and number == 0) or (not table.head and position % 2 == 0) or None
    if table.head:
        _repeat(made)
    pages.add_paragraph(style="Letter note")


def _repeat(table: WordTable) -> None:
    """Show the first row again on every page that the table reaches."""
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _add_page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run("第 ")
    paragraph._p.append(_field("PAGE"))
    paragraph.add_run(" 页，共 ")
    paragraph._p.append(_field("NUMPAGES"))
    paragraph.add_run(" 页")


def _field(code: str) -> BaseOxmlElement:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    return field
