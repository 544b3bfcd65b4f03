"""Chunks: nothing of an entry is lost, and long texts are cut where sentences end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.model import Entry
from knowledge_base.splitter import pieces, split

TEXT = st.text(alphabet="工资会。！？；\n 1.", max_size=400)


@given(TEXT, st.integers(5, 60))
def test_pieces_keep_all_of_the_text(text: str, longest: int) -> None:
    assert "".join(pieces(text, longest)) == text


@given(TEXT, st.integers(5, 60))
def test_a_longer_piece_is_one_sentence(text: str, longest: int) -> None:
    for piece in pieces(text, longest):
        assert len(piece) <= longest or not any(mark in piece[:-1] for mark in "。！？；\n")


def test_questions_stand_beside_title_and_answer(entries: list[Entry]) -> None:
    chunks = split(entries)
    assert [chunk.entry for chunk in chunks] == sorted(chunk.entry for chunk in chunks)
    of_wages = [chunk for chunk in chunks if chunk.entry == 1]
    assert [chunk.text for chunk in of_wages if chunk.kind == "question"] == list(entries[1].questions)
    assert [chunk.text for chunk in of_wages if chunk.kind == "title"] == [entries[1].title]
    told = "".join(chunk.text for chunk in of_wages if chunk.kind == "answer")
    for section in (entries[1].conclusion, entries[1].deadline, entries[1].papers, entries[1].more):
        assert section in told
