"""Canned answers: whose they are, who writes them, and what stands in the braces."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.canned_answers import PLACEHOLDERS, STARTING_ANSWERS, CannedAnswers, fill, seed_answers
from casework.database import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.hand_offs import LONGEST_REPLY
from tests.union import Union


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{worker}你好，我是{staff}", "阿依古丽你好，我是{worker}"),
        ("{nobody}、{worker.__class__}、{0}、{}、{{worker}}", "{nobody}、{worker.__class__}、{0}、{}、{阿依古丽}"),
        ("没有花括号", "没有花括号"),
    ],
)
def test_braces_are_filled_once_and_never_evaluated(text: str, filled: str) -> None:
    assert fill(text, {"worker": "阿依古丽", "staff": "{worker}"}) == filled


@given(st.text(), st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.text()))
def test_nothing_in_a_text_breaks_it(text: str, values: dict[str, str]) -> None:
    fill(text, values)
    assert fill(text, {}) == text


@pytest.fixture
def union(database: Database) -> Union:
    return Union(database)


def test_each_union_has_its_own_and_those_above(union: Union, database: Database) -> None:
    answers = CannedAnswers(database)
    city = union.hire("老李", union.city, "supervisor")
    county = union.hire("老周", union.county, "supervisor")
    answers.add(city, "hi", "打招呼", "市总工会你好")
    answers.add(city, "bye", "再见", "再见")
    answers.add(county, "hi", "打招呼", "县总工会你好")
    seen = [(each.shortcut, each.text, each.is_own) for each in answers.all_for(union.hire("小孙", union.county))]
    assert seen == [("bye", "再见", False), ("hi", "县总工会你好", True), ("hi", "市总工会你好", False)]
    assert [each.text for each in answers.all_for(city)] == ["再见", "市总工会你好"]


def test_supervisors_write_their_own_unions(union: Union, database: Database) -> None:
    answers = CannedAnswers(database)
    agent = union.hire("小陈", union.city)
    city = union.hire("老李", union.city, "supervisor")
    county = union.hire("老周", union.county, "supervisor")
    number = answers.add(city, "Hi", "打招呼", "你好")
    for forbidden in (
        lambda: answers.add(agent, "x", "x", "x"),
        lambda: answers.change(agent, number, "x", "x", "x"),
        lambda: answers.delete(agent, number),
        lambda: answers.change(county, number, "x", "x", "x"),
        lambda: answers.delete(county, number),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    below = answers.add(county, "low", "县里的", "县里的话")
    for missing in (below, 999_999):
        with pytest.raises(NotFound):
            answers.change(city, missing, "x", "x", "x")
        with pytest.raises(NotFound):
            answers.get(city, missing)
    answers.change(city, number, "hello", "问好", "你好呀")
    assert answers.get(county, number).text == "你好呀"
    assert answers.get(county, number).shortcut == "hello"
    answers.delete(city, number)
    assert answers.all_for(city) == []


def test_a_shortcut_names_one_answer(union: Union, database: Database) -> None:
    answers = CannedAnswers(database)
    city = union.hire("老李", union.city, "supervisor")
    answers.add(city, "hi", "打招呼", "你好")
    other = answers.add(city, "bye", "再见", "再见")
    with pytest.raises(Conflict) as raised:
        answers.add(city, "HI", "另一个", "你好")
    assert "hi" in raised.value.message
    with pytest.raises(Conflict):
        answers.change(city, other, "hi", "再见", "再见")
    assert len(answers.all_for(city)) == 2


def test_two_at_once_are_not_both_taken(union: Union, database: Database) -> None:
    answers = CannedAnswers(database)
    city = union.hire("老李", union.city, "supervisor")
    outcomes: list[str] = []

    def add() -> None:
        try:
            answers.add(city, "hi", "打招呼", "你好")
            outcomes.append("added")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["added", "conflict", "conflict", "conflict"]


@pytest.mark.parametrize(
    ("shortcut", "title", "text"),
    [
        ("", "标题", "内容"),
        ("a b", "标题", "内容"),
        ("a/b", "标题", "内容"),
        ("x" * 21, "标题", "内容"),
        ("x", "", "内容"),
        ("x", "长" * 61, "内容"),
        ("x", "标题", " "),
        ("x", "标题", "长" * 1001),
    ],
)
def test_what_cannot_be_kept(union: Union, database: Database, shortcut: str, title: str, text: str) -> None:
    city = union.hire("老李", union.city, "supervisor")
    with pytest.raises(Invalid):
        CannedAnswers(database).add(city, shortcut, title, text)


def test_chinese_shortcuts(union: Union, database: Database) -> None:
    city = union.hire("老李", union.city, "supervisor")
    CannedAnswers(database).add(city, "问好", "打招呼", "你好")
    assert CannedAnswers(database).all_for(city)[0].shortcut == "问好"


def test_a_new_installation_starts_with_a_dozen(union: Union, database: Database) -> None:
    with database.write() as session:
        seed_answers(session, union.city)
    found = CannedAnswers(database).all_for(union.hire("老李", union.city, "supervisor"))
    assert len(found) >= 12
    assert {"12333", "12345", "12348", "hi", "off"} <= {each.shortcut for each in found}
    for each in found:
        assert 0 < len(each.title) <= 20
        assert len(each.text) < LONGEST_REPLY
        assert fill(each.text, dict.fromkeys(PLACEHOLDERS, "")).count("{") == 0
        assert ("《" in each.text) == ("依据：《" in each.text)
    assert STARTING_ANSWERS.exists()
