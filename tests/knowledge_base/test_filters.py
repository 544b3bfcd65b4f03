"""Only what is in force, here or around, is an answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.filters import covers, in_force
from knowledge_base.model import Entry

PLAIN = Entry(id="x", title="x", category="legal")
PARTS = st.lists(st.sampled_from(["江苏", "无锡", "梁溪", "泰州"]), min_size=1, max_size=3).map("/".join)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


@given(PARTS, st.lists(st.sampled_from(["江苏", "无锡", "梁溪"]), max_size=2))
def test_an_entry_covers_its_region_and_all_within(region: str, within: list[str]) -> None:
    assert covers(replace(PLAIN, region=region), "/".join([region, *within]))


@given(PARTS, PARTS)
def test_an_entry_covers_no_wider_and_no_other_region(region: str, worker: str) -> None:
    inside = f"{worker}/".startswith(f"{region}/")
    assert covers(replace(PLAIN, region=region), worker) == inside


@given(PARTS)
def test_of_an_unknown_region_only_what_holds_everywhere_is_supposed(region: str) -> None:
    assert not covers(replace(PLAIN, region=region), None)
    assert covers(PLAIN, None)
    assert covers(PLAIN, region)


@given(DAYS, DAYS, DAYS)
def test_first_and_last_day_count(begin: date, end: date, day: date) -> None:
    entry = replace(PLAIN, effective_from=begin, effective_until=end)
    assert in_force(entry, day) == (begin <= day <= end)


def test_an_entry_without_end_holds_on() -> None:
    entry = replace(PLAIN, effective_from=date(2024, 1, 1))
    assert in_force(entry, date(2024, 1, 1) + timedelta(days=9000))
    assert not in_force(entry, date(2023, 12, 31))
