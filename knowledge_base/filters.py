"""Which entries may answer: in force on the day, and for the worker's region."""

from __future__ import annotations

from datetime import date

from knowledge_base.model import Entry

EVERYWHERE = "全国"


def in_force(entry: Entry, on: date) -> bool:
    """Tell whether the entry holds on a day; the last day still counts."""
    begun = entry.effective_from is None or entry.effective_from <= on
    ended = entry.effective_until is not None and entry.effective_until < on
    return begun and not ended


def covers(entry: Entry, region: str | None) -> bool:
    """Tell whether the entry holds where the worker is: there, around it, or everywhere.

    Regions are written from the widest to the narrowest, 江苏/无锡/梁溪. Of a worker whose region is not known
    nothing local is supposed.
    """
    if entry.region == EVERYWHERE:
        return True
    if not region:
        return False
    own, theirs = entry.region.split("/"), region.split("/")
    return theirs[: len(own)] == own
