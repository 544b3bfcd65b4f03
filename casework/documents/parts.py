"""What an arbitration application consists of: frozen data, which every page is made from. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

BLANK = "＿＿＿＿（请填写）"
"""Stands where the worker has not said something; nothing is ever made up in its place."""

Article = tuple[str, str | None]
"""Document and article; the article is None where the document has to be read as a whole."""


@dataclass(frozen=True)
class Applicant:
    """Who applies. What is None is left as a blank; `nation` is left out altogether."""

    name: str | None = None
    sex: str | None = None
    born: date | None = None
    nation: str | None = None
    paper: str = "身份证号"
    identity_number: str | None = None
    job: str | None = None
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True)
class Respondent:
    """Against whom; `hint` says whom to enter where the name is not known."""

    name: str | None = None
    code: str | None = None
    representative: str | None = None
    address: str | None = None
    hint: str | None = None


@dataclass(frozen=True)
class Claim:
    """One demand: what it reads in the letter, its sum in yuan where known, how that came about, and the law."""

    text: str
    amount: Decimal | None
    articles: tuple[Article, ...]
    basis: str = ""


@dataclass(frozen=True)
class EvidenceLine:
    """One line of the list of evidence."""

    title: str
    proves: str
    source: str


def cited(articles: tuple[Article, ...]) -> str:
    """Return articles as a letter cites them: `《劳动法》第五十条、《劳动合同法》第三十条`."""
    told: dict[str, list[str]] = {}
    for document, article in articles:
        told.setdefault(document, []).extend([article] if article else [])
    return "、".join(f"{_named(document)}{'、'.join(each)}" for document, each in told.items())


def on_day(day: date) -> str:
    """Return a day as it is written: `2026年3月5日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def _named(document: str) -> str:
    return document if "〔" in document else f"《{document}》"
