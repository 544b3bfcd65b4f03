"""The very point of a question is found among the folded lines of the entry that answers it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from knowledge_base.base import KnowledgeBase
from knowledge_base.index import build
from knowledge_base.model import Entry
from knowledge_base.points import Points
from tests.knowledge_base.conftest import HashedTerms, model_of

FEE = "- 鉴定费谁出：头一次由单位或者基金出。"
LATE = "- 超过一年：有正当理由的，不算在内。"
ENTRY = Entry(
    id="assessment",
    title="伤残等级怎么鉴定",
    category="injury",
    questions=("怎么做伤残鉴定",),
    conclusion="伤情稳定后申请劳动能力鉴定。",
    steps="1. 填申请表。",
    deadline="六十天内出结论。",
    more=f"{FEE}\n{LATE}",
)


@pytest.fixture
def base(entries: list[Entry], encoder: HashedTerms) -> KnowledgeBase:
    return KnowledgeBase(build([*entries, ENTRY], HashedTerms(), model_of(5.0, 5.0)), encoder)


@pytest.mark.parametrize(("question", "line"), [("鉴定费谁出", FEE), ("超过一年了有正当理由", LATE)])
def test_the_line_that_tells_the_point_is_found(base: KnowledgeBase, question: str, line: str) -> None:
    found = base.points(question, ENTRY)
    assert found.point == line
    assert found.others == tuple(other for other in (FEE, LATE) if other != line)


@pytest.mark.parametrize("question", ["伤情稳定后申请劳动能力鉴定", "鉴定结论六十天内出吗", "今天下雨", "", "？？"])
def test_what_is_shown_already_or_told_nowhere_is_no_point(base: KnowledgeBase, question: str) -> None:
    found = base.points(question, ENTRY)
    assert found.point is None
    assert sorted(found.others) == sorted((FEE, LATE)), "nothing is lost"


def test_an_entry_without_folded_lines_has_none(base: KnowledgeBase) -> None:
    assert base.points("鉴定费谁出", replace(ENTRY, more="")) == Points(None, ())
