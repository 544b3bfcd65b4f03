"""The documents that may be cited, from documents.yml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import yaml

LISTED = Path(__file__).with_name("documents.yml")

_LOCAL = re.compile(r"[一-鿿]{2,3}(?:省|市(?![监场]))")


@dataclass(frozen=True)
class Document:
    """A source that may be cited; `superseded` gives the reason for each article that no longer holds."""

    name: str
    articles: int | None = None
    superseded: Mapping[str, str] = field(default_factory=dict)
    date: str = ""
    note: str = ""

    @property
    def is_local(self) -> bool:
        """Tell whether it is the rule of a province or a city: 江苏省…, 无锡市…."""
        return _LOCAL.match(self.name) is not None

    @property
    def year(self) -> int | None:
        """The year of its date, None when that is not known."""
        return int(self.date[:4]) if self.date[:4].isdigit() else None


@lru_cache(maxsize=1)
def documents() -> dict[str, Document]:
    """Read the list, by name."""
    rows = yaml.safe_load(LISTED.read_text("utf-8"))
    return {
        row["name"]: Document(
            row["name"],
            row.get("articles"),
            row.get("superseded") or {},
            str(row.get("date") or ""),
            row.get("note") or "",
        )
        for row in rows
    }
