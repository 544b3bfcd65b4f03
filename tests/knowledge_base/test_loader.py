"""Entries are read from Markdown and from JSONL; what cannot be read is said in one line."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from knowledge_base.errors import SourceError
from knowledge_base.loader import digest, load, load_good
from knowledge_base.model import Citation, Entry


def test_an_entry_holds_front_matter_and_sections(entries: list[Entry]) -> None:
    wages = entries[1]
    assert wages.id == "wages-late"
    assert wages.effective_from == date(2013, 7, 1)
    assert wages.effective_until is None
    assert wages.citations[0] == Citation("劳动合同法", "第三十条")
    assert len(wages.questions) == 12
    assert wages.conclusion.startswith("工资该按月足额发")
    assert wages.steps.startswith("1. 存好")
    assert wages.deadline == "劳动监察管两年内的事。"
    assert wages.papers == "身份证、工资流水。"
    assert "总包单位" in wages.more


def test_the_second_bubble_joins_what_is_there(entries: list[Entry]) -> None:
    assert entries[0].detail == "怎么办：\n1. 打12351或找单位工会。\n2. 填入会申请书。"
    assert entries[1].detail.endswith("期限：劳动监察管两年内的事。\n材料：身份证、工资流水。")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("---\nid", "id", "has no front matter"),
        ("region: 全国", "region: [全国", "line 6: region: front matter is no YAML"),
        ("region: 全国\n", "", "line 1: region: is missing"),
        ("region: 全国", "region: 全 国", "line 6: region: "),
        ("effective_from: 2013-07-01", "effective_from: soon", "line 7: effective_from: 'soon' is no day"),
        ("effective_until: null", "effective_until: never", "line 8: effective_until: 'never' is no day"),
        ("effective_from: 2013-07-01", "effective_from: 2013-13-41", "line 7: effective_from: .* impossible value"),
        ("article: 第三十条", "article: 三十", "line 24: citations.0.article: "),
        ("  - 月底又没发工资\n", "", "line 10: questions: has 11, at least 12"),
        ("## 期限", "## 时间", "line 35: has the heading 时间"),
        ("## 期限", "## 材料", "line 38: has the heading 材料 twice"),
        ("service: req", "remark: x\nservice: req", "line 26: remark: is no field of an entry"),
        ("citations:\n", "citations: none\nservices:\n", "line 23: citations: 'none' is not of type 'array'"),
    ],
)
def test_a_spoiled_entry_is_named_with_its_fault(policies: Path, old: str, new: str, what: str) -> None:
    path = policies / "legal" / "wages-late.md"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    entries, faults = load_good(policies)
    assert [entry.id for entry in entries] == ["dues", "wuxi-card"]
    assert any(re.match(what, fault.what) for fault in faults), faults
    assert all(str(fault).startswith(f"{path}: ") and "\n" not in str(fault) for fault in faults)
    with pytest.raises(SourceError) as raised:
        load(policies)
    assert raised.value.what == faults[0].what


def test_all_faults_of_all_files_are_told(policies: Path) -> None:
    for name in ("legal/wages-late.md", "joining/dues.md"):
        path = policies / name
        path.write_text(path.read_text("utf-8").replace("service:", "dienst:").replace("title:", "titel:"), "utf-8")
    entries, faults = load_good(policies)
    assert [entry.id for entry in entries] == ["wuxi-card"]
    assert {(Path(fault.path).stem, fault.field) for fault in faults} == {
        (name, field) for name in ("wages-late", "dues") for field in ("title", "titel", "service", "dienst")
    }


def test_without_a_good_entry_all_faults_are_told(policies: Path) -> None:
    for path in policies.rglob("*.md"):
        path.write_text("nothing", "utf-8")
    entries, faults = load_good(policies)
    assert (entries, len(faults)) == ([], 3)


def test_a_file_in_another_encoding_is_named(policies: Path) -> None:
    (policies / "legal" / "wages-late.md").write_text("拖欠", "gb18030")
    with pytest.raises(SourceError, match="UTF-8"):
        load(policies)


def test_an_id_is_there_once(policies: Path) -> None:
    (policies / "copy.md").write_text((policies / "joining" / "dues.md").read_text("utf-8"), "utf-8")
    with pytest.raises(SourceError, match="dues is there twice"):
        load(policies)


def test_an_empty_folder_and_a_missing_one_are_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no entry"):
        load(tmp_path)
    with pytest.raises(SourceError, match="no such file"):
        load(tmp_path / "nowhere")


def test_statute_articles_keep_their_ids(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    row = {"id": "某法#第一条", "law": "某法", "article": "第一条", "text": "第一句。\u2028第二句。"}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", "utf-8")
    (article,) = load(path)
    assert article.id == "某法#第一条"
    assert article.title == "某法 第一条"
    assert article.citations == (Citation("某法", "第一条"),)
    assert article.conclusion == row["text"]


@pytest.mark.parametrize(("line", "what"), [("{", "line 2 is no JSON"), ('{"id": "x"}', "line 2 is no object")])
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, line: str, what: str) -> None:
    path = tmp_path / "articles.jsonl"
    good = '{"id": "a", "law": "b", "article": "c", "text": "d"}'
    path.write_text(f"{good}\n{line}\n", "utf-8")
    with pytest.raises(SourceError, match=what):
        load(path)


def test_the_digest_follows_the_content(policies: Path, entries: list[Entry]) -> None:
    assert digest(load(policies)) == digest(entries)
    path = policies / "legal" / "wages-late.md"
    path.write_text(path.read_text("utf-8").replace("两年", "三年"), "utf-8")
    assert digest(load(policies)) != digest(entries)
