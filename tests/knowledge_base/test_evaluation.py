"""Measures: counted right, and written between the marks of a document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge_base.base import KnowledgeBase
from knowledge_base.cli import write_between_marks
from knowledge_base.errors import SourceError
from knowledge_base.evaluation import Table, policies, statutes
from knowledge_base.model import Entry
from tests.knowledge_base.conftest import HashedTerms
from tests.knowledge_base.test_retriever import index_of

ARTICLES = [
    {"id": "甲法#第一条", "law": "甲法", "article": "第一条", "text": "用人单位按月支付工资。"},
    {
        "id": "劳动合同法#第三十条",
        "law": "劳动合同法",
        "article": "第三十条",
        "text": "公司拖欠工资的，可以申请支付令。",
    },
]
QUESTIONS = [
    {"question": "公司拖欠工资可以申请支付令吗", "gold": ["劳动合同法#第三十条"], "gold_fit": "good"},
    {"question": "彩虹有几种颜色", "gold": ["丙法#第九条"], "gold_fit": "good"},
    {"question": "不算", "gold": [], "gold_fit": "weak"},
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of questions."""
    for name, rows in (
        ("labour_corpus", ARTICLES),
        ("labour_retrieval_dev", QUESTIONS),
        ("labour_questions_dev", [{"question": "欠薪", "scope": "core"}, {"question": "公积金", "scope": "near"}]),
        ("offtopic_questions_dev", [{"question": "天气"}]),
    ):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (tmp_path / f"{name}.jsonl").write_text(text, "utf-8")
    return tmp_path


def test_hits_are_counted_per_side(data: Path, encoder: HashedTerms, entries: list[Entry]) -> None:
    table = statutes(data, encoder, index_of(entries))
    assert "2 questions over 2 statute articles" in table.caption
    assert [row[0].split()[0].rstrip(",") for row in table.rows] == ["BM25", "BM25", "dense", "through", "hybrid"]
    assert all(share.startswith("0.500 (0.09–0.91)") for share in table.rows[0][1:])


def test_curated_entries_are_measured(data: Path, encoder: HashedTerms, entries: list[Entry]) -> None:
    certain = {row[0]: row[1][:5] for row in policies(data, KnowledgeBase(index_of(entries), encoder)).rows}
    assert certain["workers' questions answered or asked back (1)"] == "1.000"
    assert certain["off-topic questions declined (1)"] == "0.000"
    assert certain["a right article among the first three citations of the first entry (2)"] == "0.500"
    silent = policies(data, KnowledgeBase(index_of(entries, first=-9.0, choices=-9.0), encoder))
    assert {row[0]: row[1][:5] for row in silent.rows}["off-topic questions declined (1)"] == "1.000"


def test_a_missing_file_is_named(data: Path, encoder: HashedTerms, entries: list[Entry]) -> None:
    (data / "labour_retrieval_dev.jsonl").unlink()
    with pytest.raises(SourceError, match=r"labour_retrieval_dev\.jsonl: cannot be read"):
        statutes(data, encoder, index_of(entries))


def test_a_report_replaces_what_is_between_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "quality.md"
    write_between_marks(path, "one")
    path.write_text("before\n" + path.read_text("utf-8") + "after\n", "utf-8")
    write_between_marks(path, "two")
    text = path.read_text("utf-8")
    assert "two" in text
    assert "one" not in text
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    path.write_text("no marks", "utf-8")
    with pytest.raises(SourceError, match="lacks the lines"):
        write_between_marks(path, "three")


def test_a_table_is_markdown() -> None:
    assert Table("Caption", ("a", "b"), (("1", "2"),)).markdown() == "Caption\n\n| a | b |\n| --- | --- |\n| 1 | 2 |"
