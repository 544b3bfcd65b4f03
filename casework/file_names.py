"""What of a file stands in headers: its name, made harmless for screens and disks too, and its parts. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import quote

LONGEST = 120
"""Characters of a name, its ending included."""

_FORBIDDEN = re.compile(r'[<>:"|?*]')
"""What Windows does not take in a name: staff keep files there."""
_RANGE = re.compile(r"bytes=([0-9]{0,12})-([0-9]{0,12})")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
"""Categories of characters without a picture of their own; the marks that turn the reading direction are among them."""


def clean_name(name: str, endings: Sequence[str], otherwise: str) -> str:
    """Return the name without folders and without characters that hide or turn what is read.

    It ends with one of `endings` (`.pdf`); where it has another one the first is added, so that a name never says
    that a file is of another type than it is. `otherwise` stands for a name of which nothing is left.
    """
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(c for c in unicodedata.normalize("NFC", base) if unicodedata.category(c) not in _UNSEEN)
    plain = " ".join(_FORBIDDEN.sub("_", seen).split())
    stem, dot, last = plain.rpartition(".")
    ending = (dot + last).lower()
    if ending not in endings:
        stem, ending = plain, endings[0]
    return (stem.strip(". ")[: LONGEST - len(ending)] or otherwise) + ending


def disposition(name: str, *, inline: bool = False) -> str:
    """Return the value of `Content-Disposition` (RFC 6266) for a cleaned name."""
    return f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(name, safe='')}"


def byte_range(header: str | None, size: int) -> range | None:
    """Return the bytes that a `Range` header (RFC 9110 14.2) asks for, None for all: phones play sound only by ranges.

    What is malformed, out of reach or of several ranges is answered with all, as the standard allows.
    """
    asked = _RANGE.fullmatch(header or "")
    if asked is None or size == 0:
        return None
    first, last = asked.groups()
    if not first:
        return range(max(size - int(last), 0), size) if last and int(last) else None
    end = min(int(last) + 1, size) if last else size
    return range(int(first), end) if int(first) < end else None
