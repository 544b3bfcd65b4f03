"""The pages of a drafted application as a row of blocks, from which every file format is made. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from casework.documents.application import ArbitrationApplication
from casework.documents.filing import Filing
from casework.documents.parts import BLANK, Applicant, Claim, EvidenceLine, Respondent, cited, on_day

MARK = "草稿 · 请核对后使用"
"""At the head of every page."""
TITLE = "劳动人事争议仲裁申请书"
OWN_PAGE = "交之前先看（从这一页起不用交）"

EMPTY_LINES = 3
"""Of the list of evidence, where she told of none."""
LONGEST_CELL = 120
"""Characters."""

Style = Literal["title", "warning", "heading", "body", "item", "note", "left", "right"]


@dataclass(frozen=True)
class Line:
    """A paragraph."""

    text: str
    style: Style = "body"


@dataclass(frozen=True)
class Table:
    """Rows of cells with the columns' shares of the width; the first row is a head where `head` is set."""

    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]
    head: bool = False


@dataclass(frozen=True)
class NewPage:
    """What follows begins on a page of its own."""


Block = Line | Table | NewPage


def letter(application: ArbitrationApplication, filing: Filing) -> tuple[Block, ...]:
    """Return the letter, and after it the page that stays with the worker."""
    return (
        *(Line(warning, "warning") for warning in application.warnings),
        Line(TITLE, "title"),
        Line("申请人", "heading"),
        *_applicant(application.applicant),
        *_respondents(application.respondents),
        Line("仲裁请求", "heading"),
        *(Line(_claim(number, claim), "item") for number, claim in enumerate(application.claims, 1)),
        Line("事实与理由", "heading"),
        *(Line(paragraph) for paragraph in application.facts),
        Line("证据清单", "heading"),
        *_evidence(application.evidence),
        Line("此致", "body"),
        Line(f"{application.commission or BLANK + '劳动人事争议仲裁委员会'}", "left"),
        Line("申请人（签名）：＿＿＿＿＿＿＿＿", "right"),
        Line("＿＿＿＿年＿＿月＿＿日", "right"),
        Line(f"附：本申请书副本 {len(application.respondents)} 份，证据清单和证据复印件各一套。", "note"),
        NewPage(),
        *_own_page(application, filing),
    )


def _applicant(applicant: Applicant) -> tuple[Block, ...]:
    rows = [
        ("姓名", applicant.name or BLANK, "性别", applicant.sex or BLANK),
        ("出生日期", on_day(applicant.born) if applicant.born else BLANK, "电话", applicant.phone or BLANK),
        (applicant.paper, applicant.identity_number or BLANK, "职业（岗位）", applicant.job or BLANK),
        ("住址", applicant.address or BLANK, "民族", applicant.nation or "（可不填）"),
    ]
    return _tabled(rows, (17, 38, 17, 28))


def _respondents(respondents: tuple[Respondent, ...]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for number, respondent in enumerate(respondents, 1):
        of = ("一二三四五六七八九"[number - 1 : number] or str(number)) if len(respondents) > 1 else ""
        blocks += [Line(f"被申请人{of}", "heading"), *_respondent(respondent)]
    return tuple(blocks)


def _respondent(respondent: Respondent) -> tuple[Block, ...]:
    hint = f"{BLANK}{respondent.hint}" if respondent.hint else BLANK
    rows = (
        ("名称（登记全称）", respondent.name or hint),
        ("统一社会信用代码", respondent.code or BLANK),
        ("法定代表人或主要负责人、职务", respondent.representative or BLANK),
        ("住所（地址）", respondent.address or BLANK),
    )
    return _tabled(rows, (35, 65))


def _claim(number: int, claim: Claim) -> str:
    basis = f"（计算：{claim.basis}。）" if claim.basis else ""
    return f"{number}. {claim.text}{basis}依据：{cited(claim.articles)}。"


def _evidence(lines: tuple[EvidenceLine, ...]) -> tuple[Block, ...]:
    told = lines or (EvidenceLine("", "", ""),) * EMPTY_LINES
    rows = [
        (str(number), line.title or BLANK, line.proves or BLANK, line.source or BLANK, "")
        for number, line in enumerate(told, 1)
    ]
    head = ("编号", "证据名称", "证明什么", "证据来源", "页数、原件或复印件")
    return _tabled((head, *rows), (8, 28, 30, 20, 14), head=True)


def _tabled(rows: Sequence[tuple[str, ...]], shares: tuple[int, ...], *, head: bool = False) -> tuple[Block, ...]:
    """Return a table, and below it what is too long for its cells: no row may be longer than a page."""
    below: list[Block] = []

    def cell(text: str) -> str:
        if len(text) <= LONGEST_CELL:
            return text
        below.append(Line(f"表内{len(below) + 1}：{text}"))
        return f"见表后“表内{len(below)}”"

    table = Table(tuple(tuple(map(cell, row)) for row in rows), shares, head)
    return table, *below


def _own_page(application: ArbitrationApplication, filing: Filing) -> tuple[Block, ...]:
    sections = [("核对", application.checks), ("钱数怎么算的", application.workings), *filing.sections()]
    sections.append(("还可以找的证据", application.missing))
    return (
        Line(OWN_PAGE, "title"),
        *(
            line
            for heading, lines in sections
            if lines
            for line in (Line(heading, "heading"), *(Line(f"· {each}", "item") for each in lines))
        ),
        Line(
            f"本稿按你在聊天里说的话于{on_day(application.made_on)}自动排出，不是法律意见。有不明白的：12351 工会，"
            "12348 法律援助，12333 人社。",
            "note",
        ),
    )
