"""Text in one spelling, and the terms that are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.text import SYNONYMS, concepts, grams, heard, meant, normalise, terms, words


def test_full_width_traditional_and_capitals_become_one_spelling() -> None:
    assert normalise(" 老闆拖欠工資ＨＲ　不管\n") == normalise("老板拖欠工资hr 不管") == "老板拖欠工资hr 不管"


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_words_of_the_field_stay_whole() -> None:
    assert "劳动仲裁" in words("申请劳动仲裁要多久")
    assert "仲裁" in words("申请劳动仲裁要多久")


def test_grams_overlap_in_chinese_and_keep_numbers_whole() -> None:
    assert grams("拖欠12个月工资", 2) == ["拖欠", "12", "个月", "月工", "工资"]
    assert grams("拖欠12", 1) == ["拖", "欠", "12"]


def test_the_same_meaning_has_the_same_concept() -> None:
    assert set(concepts("老板把我炒鱿鱼")) >= {"=用人单位", "=解除合同"}
    assert set(concepts("单位辞退我")) >= {"=用人单位", "=解除合同"}


def test_the_longest_phrase_wins() -> None:
    assert "=工伤认定" in concepts("怎么申请工伤")
    assert "=工伤" not in concepts("怎么申请工伤")


def test_what_has_no_words_has_no_terms() -> None:
    assert terms("？！😀  ") == []


def test_every_line_of_the_synonyms_names_a_concept() -> None:
    lines = [line for line in SYNONYMS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    names = [line.split(":")[0] for line in lines]
    assert len(names) == len(set(names))
    for line in lines:
        name, phrases = line.split(": ")
        assert phrases.split()
        assert all(phrase == normalise(phrase) for phrase in phrases.split()), name


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("老板拖欠工赀三个月", "工资"),
        ("社宝没交", "社保"),
        ("被辞推有没有陪偿", "赔偿"),
        ("gongzi bu fa", "工资不发"),
        ("nian jia you ji tian", "年假"),
        ("gongshang 怎么认定", "工伤"),
    ],
)
def test_a_word_that_is_spelt_by_its_sound_is_known(asked: str, word: str) -> None:
    assert any(name.startswith(word[:2]) for name in heard(normalise(asked)))


@pytest.mark.parametrize(
    "asked", ["我在工地干活摔了腿", "hr让我签自愿离职", "app上面查不到", "拖欠工资", "wifi password", ""]
)
def test_what_is_spelt_right_is_not_heard_again(asked: str) -> None:
    assert heard(normalise(asked)) == []


def test_a_word_known_by_its_sound_brings_its_concepts() -> None:
    assert set(concepts("工资")) <= set(meant(normalise("工赀")))


@given(st.text(alphabet="工资 gongzi拖qian欠a1，。", max_size=40))
def test_any_mixture_is_cut(text: str) -> None:
    assert all(isinstance(term, str) and term for term in terms(text))
