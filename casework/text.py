"""What a worker typed, made safe and made easy to understand. Pure.

`clean` is what is kept on record: her own spelling. `understood` is what the dialogue engine reads.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from opencc import OpenCC

LIMIT = 1000
"""Characters of one message that are read; a long story has about 300."""

_KEPT_CONTROLS = {"\n", "\t"}
_DROPPED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: str) -> str:
    """Drop control, invisible and broken characters; everything else stays as it was typed."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        character
        for character in unified
        if character in _KEPT_CONTROLS or unicodedata.category(character) not in _DROPPED_CATEGORIES
    ).strip()


def understood(text: str, limit: int | None = LIMIT) -> str:
    """Return the text for the dialogue engine: NFKC, simplified, never a command.

    Rasa executes what begins with a slash (`/restart`, `/intent{…}`), white space before it or not, so white space
    and slashes go off the front until nothing changes. At most `limit` characters, or all of them.
    """
    plain = clean(unicodedata.normalize("NFKC", clean(text)))
    plain = _to_simplified().convert(plain)
    while (shorter := plain.lstrip().lstrip("/")) != plain:
        plain = shorter
    return " ".join(plain.split())[:limit].strip()


def is_overlong(text: str) -> bool:
    """Tell whether `understood` leaves something out."""
    return len(text) > LIMIT


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")
