"""What is typed in pinyin is read by the words of the entries, and nothing else is taken for pinyin."""

from __future__ import annotations

import pytest

from knowledge_base.base import KnowledgeBase
from knowledge_base.model import Entry
from knowledge_base.pinyin import MOST, Pinyin
from tests.knowledge_base.conftest import HashedTerms
from tests.knowledge_base.test_retriever import index_of

WORDS = {"工资": 40, "公子": 1, "不": 90, "发": 30, "怎么办": 60, "办": 5, "调解": 9, "西安": 3, "=欠薪": 50, "abc": 4}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("gongzi bu fa zenme ban", "工资不发怎么办"),
        ("gong zi bufa, zen me ban?", "工资不发怎么办"),
        ("gongzibufazenmeban", "工资不发怎么办"),
        ("tiaojie", "调解"),
        ("xi'an", "西安"),
        ("hello", None),
        ("gongzi 3000", None),
        ("工资 bufa", None),
        ("", None),
        ("...", None),
        ("bu" * MOST, None),
    ],
)
def test_only_pinyin_is_read(typed: str, read: str | None) -> None:
    assert Pinyin(WORDS).read(typed) == read


def test_the_likelier_word_of_one_sound_is_taken() -> None:
    assert Pinyin({"工资": 1, "公子": 5}).read("gongzi") == "公子"
    assert Pinyin({}).read("gongzi") is None


def test_a_question_in_pinyin_finds_what_it_means(entries: list[Entry]) -> None:
    base = KnowledgeBase(index_of(entries), HashedTerms())
    typed, written = base.search("tuoqian gongzi"), base.search("拖欠工资")
    assert [hit.entry.id for hit in typed.hits] == [hit.entry.id for hit in written.hits]
    assert typed.hits[0].entry.id == "wages-late"
