"""A letter as a PDF file: A4, the draft's mark above and the page's number below.

The font is not in the file: STSong-Light (Adobe-GB1) is drawn by the reader, as phones' and office readers do for
Chinese. It knows the characters of GBK and those of Unicode's extension A; what it does not know is drawn as 〓, with a
word on the last page that says so, because a reader would leave a hole there that nobody sees.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor, black  # type: ignore[import-untyped]  # publishes no types
from reportlab.lib.enums import TA_CENTER, TA_RIGHT  # type: ignore[import-untyped]
from reportlab.lib.pagesizes import A4  # type: ignore[import-untyped]
from reportlab.lib.styles import ParagraphStyle  # type: ignore[import-untyped]
from reportlab.lib.units import cm  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]
from reportlab.platypus import (  # type: ignore[import-untyped]
    Flowable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus import Table as PdfTable

from casework.documents.letter import MARK, Block, Line, NewPage, Style, Table
from casework.documents.line_breaks import lines

MEDIA_TYPE = "application/pdf"
FONT, LATIN = "STSong-Light", "Helvetica"
GETA = "〓"
"""Stands for a character that the font does not have, as Chinese and Japanese printers set it."""
RED = HexColor(0xB02020)
MARGIN = 2.5 * cm
WIDTH = A4[0] - 2 * MARGIN - 12
"""Between the margins and the frame's own padding."""
_UNDRAWN = f"上面写着“{GETA}”的地方，是这份 PDF 的字库里没有的字，请手写补上，或者改用 Word 版。"
_EXTENSION_A = range(0x3400, 0x4DC0)


def as_pdf(blocks: Sequence[Block], title: str, made_on: date) -> bytes:
    """Return the file; equal blocks give an equal file."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    kept = io.BytesIO()
    pages = SimpleDocTemplate(
        kept,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"{title} {made_on.isoformat()}",
        author="",
        lang="zh-CN",
        invariant=1,
    )
    all_blocks = [*blocks, Line(_UNDRAWN, "note")] if _has_undrawn(blocks) else list(blocks)
    pages.build([flowable for block in all_blocks for flowable in _flowables(block)], canvasmaker=_Numbered)
    return kept.getvalue()


class _Chinese(Paragraph):  # type: ignore[misc]  # its base publishes no types
    """A paragraph whose lines break as Chinese ones do; a piece in another font leaves that to the library."""

    def breakLinesCJK(self, maxWidths: list[float]) -> Any:
        """Return the lines in the library's own form; `maxWidths` in points, the last one for all that follow."""
        if len(self.frags) != 1:
            return super().breakLinesCJK(maxWidths)
        frag = self.frags[0]
        text = frag.text if hasattr(frag, "text") else "".join(frag.words)  # the second part on a new page
        widths = maxWidths if isinstance(maxWidths, list | tuple) else [maxWidths]

        def measure(text: str) -> float:
            return float(pdfmetrics.stringWidth(text, frag.fontName, frag.fontSize))

        broken = lines(text, widths, measure)
        spaces = [widths[min(at, len(widths) - 1)] - measure(line) for at, line in enumerate(broken)]
        told = [(space, [line]) for space, line in zip(spaces, broken, strict=True)]
        self.height = 0
        return frag.clone(kind=0, lines=told, ascent=frag.fontSize, descent=-0.2 * frag.fontSize)


class _Numbered(Canvas):  # type: ignore[misc]  # its base publishes no types
    """Draws mark and number on every page once it is known how many there are."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Keep the page until all are there."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draw what every page bears, and write the file."""
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self.setFont(FONT, 10)
            self.setFillColor(RED)
            self.drawCentredString(A4[0] / 2, A4[1] - 1.5 * cm, MARK)
            self.setFillColor(black)
            self.drawCentredString(A4[0] / 2, 1.3 * cm, f"第 {number} 页，共 {len(self._pages)} 页")
            super().showPage()
        super().save()


def _style(name: Style, size: int, after: int = 3, **shape: object) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=FONT, fontSize=size, leading=size * 1.6, wordWrap="CJK", spaceAfter=after, **shape
    )


_STYLES: dict[Style, ParagraphStyle] = {
    "title": _style("title", 18, alignment=TA_CENTER, spaceBefore=6, keepWithNext=1),
    "warning": _style("warning", 12, textColor=RED, borderColor=RED, borderWidth=1, borderPadding=6, after=12),
    "heading": _style("heading", 14, spaceBefore=8, keepWithNext=1),
    "body": _style("body", 12, firstLineIndent=24),
    "item": _style("item", 12, leftIndent=18, firstLineIndent=-18),
    "note": _style("note", 10, spaceBefore=8),
    "left": _style("left", 12),
    "right": _style("right", 12, alignment=TA_RIGHT, spaceBefore=10),
}
_CELL = _style("body", 11)
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.6, black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ]
)


def _flowables(block: Block) -> list[Flowable]:
    match block:
        case Line():
            return [_Chinese(_markup(block.text), _STYLES[block.style])]
        case Table():
            rows = [[_Chinese(_markup(cell), _CELL) for cell in row] for row in block.rows]
            widths = [WIDTH * share / sum(block.shares) for share in block.shares]
            table = PdfTable(rows, widths, repeatRows=1 if block.head else 0, splitInRow=1, style=_GRID)
            return [table, Spacer(0, 6)]
        case NewPage():
            return [PageBreak()]


def _markup(text: str) -> str:
    """Return a text as reportlab's own little markup, each character in a font that has it."""
    return _FOREIGN.sub(_in_latin, escape("".join(c if _is_drawn(c) else GETA for c in text)))


_FOREIGN = re.compile(r"[\u00a1-\u00ff]+")


def _in_latin(match: re.Match[str]) -> str:
    words = match.group()
    return words if _is_chinese(words) else f'<font name="{LATIN}">{words}</font>'


def _has_undrawn(blocks: Sequence[Block]) -> bool:
    texts = [
        text
        for block in blocks
        for text in ([block.text] if isinstance(block, Line) else _cells(block) if isinstance(block, Table) else [])
    ]
    return any(not _is_drawn(character) for text in texts for character in text)


def _cells(table: Table) -> list[str]:
    return [cell for row in table.rows for cell in row]


def _is_drawn(character: str) -> bool:
    return ord(character) in _EXTENSION_A or "\u00a1" <= character <= "\u00ff" or _is_chinese(character)


def _is_chinese(characters: str) -> bool:
    """Tell whether the font has these characters."""
    try:
        characters.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
