"""The numbers of cases: `RH-20261121-0001`, one series for each prefix and day."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.text import understood

_PREFIX = re.compile(r"[A-Z]{2,4}")
_NUMBER = re.compile(r"(?<![A-Za-z])([A-Za-z]{2,4})[\s—–_-]*(20\d{6})[\s—–_-]*(\d{4,6})(?!\d)")
_NEXT = text(
    'INSERT INTO case_numbers (series, "last") VALUES (:series, 1)'
    ' ON CONFLICT (series) DO UPDATE SET "last" = case_numbers."last" + 1 RETURNING "last"'
)


def next_number(session: Session, prefix: str, day: date) -> str:
    """Take the next number of a day, which is China's, in the caller's transaction.

    The series stays locked until the transaction ends: one that is rolled back leaves no gap, and nobody gets the same.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"a prefix has two to four capital letters, not {prefix!r}")
    series = f"{prefix}-{day:%Y%m%d}"
    last = session.execute(_NEXT, {"series": series}).scalar_one()
    return f"{series}-{last:04}"


def number_in(words: str) -> str | None:
    """Return the first number of a case that stands in what somebody typed, in its usual spelling."""
    found = _NUMBER.search(understood(words))
    return f"{found[1].upper()}-{found[2]}-{found[3]}" if found else None


def is_only_number(words: str) -> bool:
    """Tell whether nothing but the number of a case was typed."""
    return _NUMBER.fullmatch(understood(words).strip(" 。.!！?？")) is not None
