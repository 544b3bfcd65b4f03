"""Cut entries into the chunks that are searched for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from knowledge_base.model import Chunk, Entry

LONGEST = 200
"""Characters of a chunk, about: a longer text is cut between its lines, then between its sentences."""

_SENTENCE = re.compile(r"(?<=[。！？；])")


def split(entries: Iterable[Entry]) -> list[Chunk]:
    """Cut each entry into its questions, its title and its answer's pieces, in that order."""
    return [chunk for position, entry in enumerate(entries) for chunk in _split_entry(position, entry)]


def pieces(text: str, longest: int = LONGEST) -> list[str]:
    """Cut text into pieces of at most `longest` characters where sentences allow; nothing is lost.

    A sentence longer than `longest` stays whole.
    """
    parts = [part for line in text.splitlines(keepends=True) for part in _SENTENCE.split(line) if part]
    found: list[str] = []
    for part in parts:
        if found and len(found[-1]) + len(part) <= longest:
            found[-1] += part
        else:
            found.append(part)
    return found


def _split_entry(position: int, entry: Entry) -> Iterable[Chunk]:
    for question in entry.asked:
        yield Chunk(position, "question", question)
    yield Chunk(position, "title", entry.title)
    for section in (entry.conclusion, entry.steps, entry.deadline, entry.papers, entry.more):
        for piece in pieces(section):
            if piece.strip():
                yield Chunk(position, "answer", piece.strip())
