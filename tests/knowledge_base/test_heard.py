"""Questions labelled with entries: read, checked, given to their entries, found, and asked when calibrating."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import calibration, index
from knowledge_base.calibration import calibrate
from knowledge_base.check import check
from knowledge_base.encoder import Encoder
from knowledge_base.heard import FILE, LONGEST
from knowledge_base.loader import load, load_good
from knowledge_base.model import Entry, Heard
from knowledge_base.retriever import rank, side_scores
from tests.knowledge_base.conftest import HashedTerms, model_of
from tests.knowledge_base.test_calibration import OFF_TOPIC


def label(policies: Path, *rows: object) -> None:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    (policies / FILE).write_text("\n".join(lines) + "\n", "utf-8")


def row(text: str, *entries: str) -> dict[str, object]:
    return {"text": text, "entries": list(entries)}


def test_a_question_goes_to_the_entry_that_answers_it_best(policies: Path) -> None:
    label(policies, row("老板跑了", "wages-late", "dues"), row("要交多少", "dues"))
    dues, wages, card = load(policies)
    assert wages.heard == (Heard("老板跑了", ("dues",)),)
    assert wages.asked == (*wages.questions, "老板跑了")
    assert [heard.text for heard in dues.heard] == ["要交多少"]
    assert card.heard == ()


def test_an_entry_that_is_gone_leaves_its_questions_to_the_next(policies: Path) -> None:
    label(policies, row("老板跑了", "gone", "dues"), row("没人答", "gone"))
    assert [heard.text for entry in load(policies) for heard in entry.heard] == ["老板跑了"]


def test_what_is_a_phrasing_already_or_comes_twice_counts_once(policies: Path) -> None:
    known = load(policies)[0].questions[0]
    label(policies, row(known, "dues"), row("要交多少", "dues"), row("要交多少", "dues"))
    assert [heard.text for heard in load(policies)[0].heard] == ["要交多少"]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "is no JSON"),
        ("[]", "is no object"),
        ('"text"', "is no object"),
        ('{"text": "老板跑了"}', "is no object"),
        ('{"text": "老板跑了", "entries": []}', "is no object"),
        ('{"text": " ", "entries": ["dues"]}', "is no object"),
        (json.dumps(row("长" * (LONGEST + 1), "dues")), "has 301 characters"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_others_serve(policies: Path, line: str, what: str) -> None:
    label(policies, row("要交多少", "dues"), line)
    entries, faults = load_good(policies)
    assert [heard.text for heard in entries[0].heard] == ["要交多少"]
    assert [fault.what.startswith(f"line 2: {what}") for fault in faults] == [True]


def test_a_file_that_is_no_text_is_named(policies: Path) -> None:
    (policies / FILE).write_bytes(b"\xff\xfe\x00")
    entries, faults = load_good(policies)
    assert len(entries) == 3
    assert [fault.what for fault in faults] == ["is not UTF-8"]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([row("老板跑了", "gone")], "line 1 gone is no entry"),
        ([row("老板跑了", "dues", "dues")], "line 1 names an entry twice"),
        ([row("老板跑了", "dues"), row("老板跑了", "wages-late")], "line 2 asks what line 1 asks"),
        ([row("月底又没发工资", "dues")], "line 1 asks a phrasing of wages-late"),
    ],
)
def test_wrong_labels_are_found(policies: Path, rows: list[dict[str, object]], what: str) -> None:
    label(policies, *rows)
    assert any(found.startswith(f"{FILE}: {what}") for found in check(policies))


def test_what_is_often_asked_for_ranks_higher(entries: list[Entry]) -> None:
    often = replace(entries[0], heard=tuple(Heard(f"会费的事{n}", ("wuxi-card",)) for n in range(8)))
    built = index.build([often, *entries[1:]], HashedTerms())
    assert built.often.tolist() == pytest.approx([np.log(9), 0, np.log(5)])
    assert side_scores(built, HashedTerms(), "在吗")["often"].argmax() == 0


def test_a_labelled_question_is_found_like_a_phrasing(entries: list[Entry]) -> None:
    labelled = replace(entries[0], heard=(Heard("一个谁也想不到的说法"),))
    built = index.build([labelled, *entries[1:]], HashedTerms(), model_of())
    found = rank(built, HashedTerms(), "一个谁也想不到的说法？", np.ones(3, dtype=bool))
    assert (found.is_phrasing, built.entries[found.order[0]].id) == (True, "dues")


def test_where_there_are_enough_these_alone_are_asked(entries: list[Entry], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "LEAST_HEARD", 20)
    heard = [
        replace(entry, heard=tuple(Heard(f"{text}{n}", ("dues",)) for n, text in enumerate(entry.questions[:10])))
        for entry in entries
    ]
    seen: list[Sequence[Entry]] = []

    def make(present: Sequence[Entry], _off_topic: Sequence[str]) -> Encoder:
        seen.append(present)
        return HashedTerms()

    confidence = calibrate(heard, OFF_TOPIC, make)
    assert confidence.measured["asked"] == 30 + len(OFF_TOPIC)
    assert all(len(entry.heard) == 8 for present in seen for entry in present)
    assert all(
        entry.questions == other.questions
        for present in seen
        for entry in present
        for other in heard
        if entry.id == other.id
    )
