"""Names of firms taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.firm_names import (
    Name,
    district_name,
    in_short,
    places_of,
    plain_place,
    sound,
    told_names,
    union_name,
)

PLACES = {"江苏", "徐州", "铜山", "无锡"}


@pytest.mark.parametrize(
    ("name", "region", "own", "body"),
    [
        ("徐州京东物流有限公司工会委员会", "江苏/徐州", "京东", "京东物流"),
        ("徐州市京东物流有限公司铜山分公司工会", "江苏/徐州/铜山", "京东", "京东物流"),
        ("徐工集团工程机械股份有限公司工会委员会", "江苏/徐州", "徐工", "徐工工程机械"),
        ("徐州卷烟厂工会", "江苏/徐州", "卷烟", "卷烟厂"),
        ("ABB（徐州）电气有限公司工会", "江苏/徐州", "abb电气", "abb电气"),
        ("徐州机械厂工会", "江苏/徐州", "机械厂", "机械厂"),  # nothing but a trade: the trade is its name
        ("徐州工会", "江苏/徐州", "徐州", "徐州"),  # nothing but a place: the place is
        ("无锡小天鹅电器有限公司工会", "全国", "无锡小天鹅", "无锡小天鹅电器"),
    ],
)
def test_a_union_s_name_is_taken_apart(name: str, region: str, own: str, body: str) -> None:
    assert union_name(name, region) == Name(own, body, places_of(region))


@pytest.mark.parametrize(
    ("text", "owns", "places"),
    [
        ("京东徐州那个仓", {"京东那个", "京东"}, {"徐州"}),
        ("我们公司叫徐州京东物流有限公司", {"京东", "我们叫京东"}, {"徐州"}),
        ("美的", {"美的"}, set()),
        ("公司", set(), set()),
        ("", set(), set()),
    ],
)
def test_what_a_worker_says_is_taken_apart_with_and_without_the_words_around(
    text: str, owns: set[str], places: set[str]
) -> None:
    told = told_names(text, PLACES)
    assert {name.own for name in told} == owns
    assert {place for name in told for place in name.places} == places


@pytest.mark.parametrize(
    ("name", "region", "place"),
    [
        ("铜山区总工会", "江苏/徐州/铜山", "铜山"),
        ("徐州市铜山区总工会", "江苏省/徐州市/铜山区", "铜山"),
        ("铜山区三堡街道总工会", "江苏/徐州/铜山", "三堡"),
        ("沛县总工会", "江苏/徐州/沛县", "沛县"),
        ("徐州经济技术开发区总工会", "江苏/徐州/经济技术开发区", "经开区"),
        ("市区总工会", "江苏", "市区"),
    ],
)
def test_a_district_is_called_as_people_call_it(name: str, region: str, place: str) -> None:
    assert district_name(name, region) == place


@pytest.mark.parametrize(
    ("region", "places"),
    [
        ("江苏省/徐州市", {"江苏", "徐州"}),
        ("江苏/徐州/沛县", {"江苏", "徐州", "沛县"}),
        ("全国", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_a_region_s_places_are_those_that_people_say(region: str | None, places: set[str]) -> None:
    assert places_of(region) == places


@pytest.mark.parametrize(("one", "other"), [("京东", "经东"), ("徐州", "许洲"), ("恒力", "横利"), ("abb", "abb")])
def test_what_sounds_the_same_is_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(("one", "other"), [("京东", "金东"), ("恒力", "亨通"), ("a", "b"), ("一", "1")])
def test_what_sounds_different_is_different(one: str, other: str) -> None:
    assert sound(one) != sound(other)


@given(st.text(max_size=30))
def test_a_sound_has_one_sign_for_each_character(text: str) -> None:
    assert len(sound(text)) == len(text)
    assert sound(text + "京") == sound(text) + sound("京")


@given(st.text(max_size=40), st.text(max_size=20))
def test_any_text_can_be_taken_apart(text: str, region: str) -> None:
    union_name(text, region)
    district_name(text, region)
    in_short(plain_place(text))
    for name in told_names(text, PLACES):
        assert len(name.own) >= 2
        assert name.own in name.body or name.own != name.body
