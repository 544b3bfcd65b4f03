"""Coverage: each article is cited, not needed, or open; each service has an entry that answers it."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.coverage import Coverage, as_markdown, as_text, cover
from knowledge_base.errors import SourceError
from knowledge_base.loader import load
from knowledge_base.model import Citation, Entry
from knowledge_base.statutes import Statute

ROOT = Path(__file__).resolve().parents[2]
LIST = """
laws:
  职工带薪年休假条例:
    not_for_workers: {第一条: purpose, 第八条-第十条: administration}
services:
  join: {need: 扫码入会, entries: [join-how]}
"""
LEAVE = "职工带薪年休假条例"


def entry(identity: str, *articles: str) -> Entry:
    """Return an entry that cites articles on annual leave."""
    return Entry(identity, "标题", "leave", citations=tuple(Citation(LEAVE, article) for article in articles))


def covered(folder: Path, *entries: Entry, listed: str = LIST) -> Coverage:
    """Compare entries with a list."""
    path = folder / "coverage.yml"
    path.write_text(listed, "utf-8")
    return cover(entries, listed=path)


WHOLE = entry("join-how", "第二条", "第三条", "第四条", "第五条", "第六条", "第七条")


def test_all_cited_and_answered_is_whole(tmp_path: Path) -> None:
    coverage = covered(tmp_path, WHOLE, entry("other", "第三条"))
    assert coverage.is_whole
    (law,) = coverage.laws
    assert law.cited["第三条"] == ("join-how", "other")
    assert law.set_aside["第九条"] == "administration"
    assert "open:" not in as_text(coverage)
    assert "| 第三条 | `join-how`, `other` |" in as_markdown(coverage)
    assert "| 第九条 | *administration* |" in as_markdown(coverage)


def test_an_article_that_nobody_cites_is_open(tmp_path: Path) -> None:
    coverage = covered(tmp_path, entry("join-how", "第三条"))
    assert not coverage.is_whole
    assert coverage.laws[0].holes == ["第二条", "第四条", "第五条", "第六条", "第七条"]
    assert "open: 第二条、第四条" in as_text(coverage)
    assert "| 第二条 | **open** |" in as_markdown(coverage)


def test_an_article_that_no_longer_holds_is_not_open(tmp_path: Path) -> None:
    listed = "laws: {劳动法: {not_for_workers: {}}}\nservices: {}\n"
    (law,) = covered(tmp_path, listed=listed).laws
    assert "第三十六条" not in law.holes
    assert "40 hours" in law.set_aside["第三十六条"]


def test_a_service_without_an_answer_is_open(tmp_path: Path) -> None:
    nobody = covered(tmp_path, WHOLE, listed=LIST.replace("[join-how]", "[]"))
    assert not nobody.is_whole
    assert "open: nothing answers it" in as_text(nobody)
    wrong = covered(tmp_path, WHOLE, listed=LIST.replace("[join-how]", "[join-how, gone]"))
    assert not wrong.is_whole
    assert "no entries: gone" in as_text(wrong)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("第一条:", "第十一条:", "has no 第十一条"),
        ("第一条:", "第九条:", "第九条 is set aside twice"),
        ("第一条:", "第1条:", "第1条 is no article"),
        ("第八条-第十条", "第十条-第八条", "ends before it begins"),
        (LEAVE, "某某法", "is not in documents.yml"),
        ("services:", "dienste:", "is no YAML of laws and services"),
    ],
)
def test_a_wrong_list_is_named(tmp_path: Path, old: str, new: str, what: str) -> None:
    with pytest.raises(SourceError, match=what):
        covered(tmp_path, WHOLE, listed=LIST.replace(old, new, 1))


def test_with_texts_the_number_of_articles_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "coverage.yml"
    path.write_text(LIST, "utf-8")
    with pytest.raises(SourceError, match=r"has 1 articles, documents\.yml says 10"):
        cover([WHOLE], {LEAVE: Statute({"第一条": ""}, "")}, path)


def test_the_entries_cover_the_laws_and_the_services() -> None:
    coverage = cover(load(ROOT / "knowledge_base" / "policies"))
    assert [(law.name, law.holes) for law in coverage.laws if law.holes] == []
    assert [service.id for service in coverage.services if service.is_hole] == []


def test_the_document_is_up_to_date() -> None:
    coverage = cover(load(ROOT / "knowledge_base" / "policies"))
    assert (ROOT / "docs" / "coverage.md").read_text("utf-8") == as_markdown(coverage), "run the coverage command"
