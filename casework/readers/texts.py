"""An answer in her own words. Pure."""

from __future__ import annotations

from casework.readers.unreadable import Unreadable
from casework.text import clean


def read_text(text: str, least: int = 1, most: int = 3000) -> str:
    """Return the text as she wrote it, lines included; `least` and `most` are characters.

    Raises `Unreadable` (`empty`, `too_short`, `too_long`).
    """
    lines = [" ".join(line.split()) for line in clean(text).splitlines()]
    told = "\n".join(line for line in lines if line)
    if not any(character.isalnum() for character in told):
        raise Unreadable("empty")
    if len(told) < least:
        raise Unreadable("too_short")
    if len(told) > most:
        raise Unreadable("too_long")
    return told
