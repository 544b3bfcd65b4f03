"""Ranking: every side counts, filters hold, an entry's own phrasing comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.base import KnowledgeBase
from knowledge_base.index import Index, build
from knowledge_base.model import Citation, Entry
from knowledge_base.retriever import Scores, allowed, fuse, lexical_scores, nearest, rank
from knowledge_base.text import terms
from tests.knowledge_base.conftest import HashedTerms, model_of

DAY = date(2026, 11, 21)
SCORES = st.lists(st.floats(-1, 1), min_size=4, max_size=4).map(np.array)
EVERYTHING = np.ones(4, dtype=bool)


def index_of(entries: list[Entry], first: float = 5.0, choices: float = 5.0) -> Index:
    """An index whose confidence is certain, or has these log-odds."""
    return build(entries, HashedTerms(), model_of(first, choices))


@given(SCORES, SCORES)
def test_what_leads_on_both_sides_leads(near: Scores, told: Scores) -> None:
    fused = fuse({"near": near, "told": told}, {"near": 2.0, "told": 1.0}, EVERYTHING)
    for one in range(4):
        for other in range(4):
            if near[one] >= near[other] and told[one] >= told[other]:
                assert fused[one] >= fused[other] - 1e-9


@given(SCORES, st.floats(0.1, 9), st.floats(-9, 9))
def test_a_sides_own_scale_does_not_count(side: Scores, factor: float, shift: float) -> None:
    plain, moved = (fuse({"near": each}, {"near": 1.0}, EVERYTHING) for each in (side, side * factor + shift))
    if side.std() > 1e-6:
        np.testing.assert_allclose(plain, moved, atol=1e-4)


def test_a_side_without_weight_or_without_scores_counts_nothing() -> None:
    scores = fuse({"near": np.array([0.0, 1, 2, 3])}, {"near": 0.0, "cited": 9.0}, EVERYTHING)
    assert scores.tolist() == [0.0] * 4


def test_the_nearest_phrasings_are_averaged(entries: list[Entry]) -> None:
    index = index_of(entries)
    cosines = np.zeros(len(index.owners))
    rows = index.phrased_rows[1]
    cosines[rows[:5]] = [0.9, 0.6, 0.3, 0.1, 0.2]
    assert nearest(index, cosines).tolist() == pytest.approx([0.0, 0.6, 0.0])


def test_the_right_entry_is_found(entries: list[Entry], encoder: HashedTerms) -> None:
    base = KnowledgeBase(index_of(entries), encoder)
    assert base.search("老板欠薪不发工资怎么办", on=DAY).hits[0].entry.id == "wages-late"
    assert base.search("加入工会每月的会费", on=DAY).hits[0].entry.id == "dues"


def test_local_entries_answer_only_there(entries: list[Entry], encoder: HashedTerms) -> None:
    base = KnowledgeBase(index_of(entries), encoder)
    question = "会员卡去哪办"
    assert base.search(question, region="江苏/无锡/梁溪", on=DAY).hits[0].entry.id == "wuxi-card"
    for region in (None, "江苏", "山东"):
        assert "wuxi-card" not in [hit.entry.id for hit in base.search(question, region=region, on=DAY).hits]
        assert base.entry("wuxi-card", region=region, on=DAY) is None
    assert base.entry("wuxi-card", region="江苏/无锡", on=DAY) == entries[2]


def test_what_has_ended_is_no_answer(entries: list[Entry], encoder: HashedTerms) -> None:
    base = KnowledgeBase(index_of(entries), encoder)
    later = date(2027, 1, 1)
    assert base.entry("wuxi-card", region="江苏/无锡", on=later) is None
    assert len(base.search("会员卡", region="江苏/无锡", on=later).hits) == 2
    assert base.entry("unheard-of", on=DAY) is None


def test_a_phrasing_of_an_entry_is_answered_whatever_the_model_says(entries: list[Entry], encoder: HashedTerms) -> None:
    base = KnowledgeBase(index_of(entries, first=-9.0, choices=-9.0), encoder)
    found = base.search("欠薪找谁？", on=DAY)
    assert (found.hits[0].entry.id, found.answered, found.confidence) == ("wages-late", True, 1.0)
    assert not base.search("老板欠薪该找谁", on=DAY).answered


def test_a_procedure_narrows_the_search(entries: list[Entry], encoder: HashedTerms) -> None:
    base = KnowledgeBase(index_of(entries), encoder)
    assert [hit.entry.id for hit in base.search("工资", on=DAY, service="join_union").hits] == ["dues"]
    assert len(base.search("工资", on=DAY, service="find_station").hits) == 2


def test_two_unrelated_entries_alike_are_ambiguous(entries: list[Entry], encoder: HashedTerms) -> None:
    wages = entries[1]
    twin = replace(wages, id="twin", related=(), questions=())
    pair = [replace(wages, related=(), questions=()), twin]
    assert KnowledgeBase(index_of(pair), encoder).search("工资", on=DAY).ambiguous
    related = [replace(pair[0], related=("twin",)), twin]
    assert not KnowledgeBase(index_of(related), encoder).search("工资", on=DAY).ambiguous


def test_a_question_without_words_is_ranked_and_not_answered(entries: list[Entry], encoder: HashedTerms) -> None:
    found = KnowledgeBase(index_of(entries, first=-9.0, choices=-9.0), encoder).search("？？😀", on=DAY)
    assert not found.answered
    assert len(found.hits) == 2


def test_nothing_allowed_is_nothing_found(entries: list[Entry], encoder: HashedTerms) -> None:
    found = KnowledgeBase(index_of(entries[2:]), encoder).search("会员卡去哪办", on=DAY)
    assert (found.hits, found.answered, found.confidence) == ((), False, 0.0)


def test_an_index_without_phrasings_answers_what_it_finds(encoder: HashedTerms) -> None:
    article = Entry(id="某法#第一条", title="某法 第一条", category="statute", conclusion="用人单位应当支付劳动报酬。")
    base = KnowledgeBase(build([article], encoder), encoder)
    assert base.search("劳动报酬").answered
    assert not base.search("zzz").answered


def test_one_of_several_likely_but_none_for_sure_is_asked_back(entries: list[Entry], encoder: HashedTerms) -> None:
    unsure = KnowledgeBase(index_of(entries, first=-1.0, choices=2.0), encoder).search("老板的钱", on=DAY)
    assert (unsure.answered, unsure.ambiguous) == (True, True)
    lost = KnowledgeBase(index_of(entries, first=-1.0, choices=-1.0), encoder).search("老板的钱", on=DAY)
    assert (lost.answered, lost.ambiguous) == (False, False)


def test_a_hit_beyond_doubt_is_given_whatever_the_words_look_like(entries: list[Entry], encoder: HashedTerms) -> None:
    found = KnowledgeBase(index_of(entries, first=3.0, choices=-9.0), encoder).search("老板的钱", on=DAY)
    assert (found.answered, found.ambiguous) == (True, False)


def test_an_article_is_found_through_the_entries_that_cite_it(entries: list[Entry], encoder: HashedTerms) -> None:
    cited = entries[1].citations[0]
    articles = [
        Entry(
            id="a",
            title="某法 第一条",
            category="statute",
            citations=(Citation("某法", "第一条"),),
            conclusion="总则。",
        ),
        Entry(id="b", title="此法", category="statute", citations=(replace(cited, url=None),), conclusion="附则。"),
    ]
    policies = index_of(entries)
    base = KnowledgeBase(build(articles, encoder, policies=policies), encoder)
    assert base.search("老板欠薪不发工资怎么办", on=DAY).hits[0].entry.id == "b"


def test_top_k_cuts_the_hits(entries: list[Entry], encoder: HashedTerms) -> None:
    assert len(KnowledgeBase(index_of(entries), encoder).search("工资", on=DAY, top_k=1).hits) == 1


def test_coverage_is_a_share(entries: list[Entry], encoder: HashedTerms) -> None:
    index = index_of(entries)
    for question in ("工资", "老板三个月没发工资", "天气"):
        coverage = lexical_scores(index.told, terms(question), len(entries))
        assert coverage.min() >= 0
        assert coverage.max() <= 1
    ranking = rank(index, encoder, "工资", allowed(index, None, DAY))
    assert len(ranking.order) == 2
    assert float(ranking.chances.sum()) == pytest.approx(1)
