"""The committed policies pass their check, and the committed encoder was trained on them."""

from __future__ import annotations

import json
from pathlib import Path

from knowledge_base import artefact
from knowledge_base.check import check
from knowledge_base.documents import documents
from knowledge_base.encoder import COMMITTED, hash_folder
from knowledge_base.loader import load

POLICIES = Path(artefact.__file__).with_name("policies")
LARGEST = 15 * 1024 * 1024


def test_the_policies_have_no_problem() -> None:
    assert check(POLICIES) == []


def test_the_committed_encoder_is_the_one_that_was_recorded() -> None:
    manifest = json.loads((COMMITTED / artefact.MANIFEST).read_text("utf-8"))
    assert manifest["artefact"] == hash_folder(COMMITTED)


def test_the_committed_encoder_is_small() -> None:
    assert sum(path.stat().st_size for path in COMMITTED.rglob("*") if path.is_file()) <= LARGEST


def test_the_committed_encoder_is_up_to_date() -> None:
    assert artefact.is_fresh(COMMITTED, load(POLICIES)), "its text or its code changed: run make train"


def test_off_topic_sentences_are_many_and_distinct() -> None:
    sentences = artefact.read_off_topic()
    assert len(sentences) >= 150
    assert len(set(sentences)) == len(sentences)


def test_no_phrasing_is_off_topic() -> None:
    asked = {question for entry in load(POLICIES) for question in entry.questions}
    assert not asked & set(artefact.read_off_topic())


def test_documents_are_listed_once() -> None:
    listed = documents()
    assert {"第三十六条", "第六十二条", "第八十二条"} <= listed["劳动法"].superseded.keys()
    assert {"第六条", "第十条", "第十六条", "第十九条"} <= listed["失业保险条例"].superseded.keys()
    assert "第十六条" in listed["社会保险法"].superseded
    disputes = listed["最高人民法院关于审理劳动争议案件适用法律问题的解释（一）"]
    assert "法释〔2025〕12号" in disputes.superseded["第三十二条"]
