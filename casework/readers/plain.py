"""What was typed, as the readers compare it. Pure."""

from __future__ import annotations

import unicodedata

from casework.readers.unreadable import Unreadable
from casework.text import clean, understood

LONGEST = 300
"""Characters in which a figure, a day, a number or a choice is looked for; a longer text is a story."""
ENDINGS = " \t\n。．.!！~～,，、;；:：…"
"""What may stand around an answer without a meaning of its own."""
HAN = r"\u3007\u3400-\u9fff\U00020000-\U0003ffff"
"""Chinese characters, the rare ones included, for use inside of brackets in a pattern."""


def plain(text: str, longest: int = LONGEST) -> str:
    """Return a text in NFKC, simplified, in lower case and in one line. Raises `Unreadable` (`empty`, `too_long`)."""
    if len(text) > longest:
        raise Unreadable("too_long")
    read = understood(text, None).casefold().strip()
    if not any(character.isalnum() for character in read):
        raise Unreadable("empty")
    return read


def spelt(text: str, longest: int = LONGEST) -> str:
    """Return a text in NFKC and in one line, its characters as they are: a name has 乾, not 干.

    Raises `Unreadable` (`empty`, `too_long`).
    """
    if len(text) > longest:
        raise Unreadable("too_long")
    read = " ".join(clean(unicodedata.normalize("NFKC", clean(text))).split())
    if not any(character.isalnum() for character in read):
        raise Unreadable("empty")
    return read


def bare(text: str) -> str:
    """Return a text without the punctuation around it."""
    return text.strip(ENDINGS + "\"'“”‘’()（）[]【】「」<>《》?")
