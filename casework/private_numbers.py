"""Numbers of phones, identity papers and bank cards in what a worker typed: found and replaced. Pure.

Better one order number hidden too many than one identity number stored in the clear: any run of eleven digits or
more is replaced, whether its check digit fits or not (people mistype their own numbers).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["phone", "identity", "bank_card", "number"]

LABELS: dict[Kind, str] = {"phone": "手机号", "identity": "证件号", "bank_card": "卡号", "number": "号码"}

_CHINESE_DIGITS = "零〇一二三四五六七八九幺"
_VALUES = str.maketrans(_CHINESE_DIGITS, "00123456789" + "1")
_D = rf"[\d{_CHINESE_DIGITS}]"
_SEPARATOR = r"[ \t\u00a0\u2000-\u200a\u202f\u3000.·_\-－—‐‑‒–−]"
_GAP = rf"{_SEPARATOR}{{0,2}}"

_PATTERNS: tuple[tuple[Kind, str], ...] = (
    # resident identity card, GB 11643: 6 + 8 + 3 digits and a check character, or the old 15 digits
    ("identity", rf"(?<!\d)\d{{6}}{_GAP}(?:\d{_GAP}){{8}}\d{{3}}{_GAP}[\dXxＸｘ](?![\dA-Za-z])"),
    ("identity", r"(?<!\d)\d{15}(?!\d)"),
    # passports, permits of Hong Kong, Macao and Taiwan: one or two letters and 7 to 10 digits
    ("identity", r"(?<![A-Za-zＡ-Ｚａ-ｚ])[A-Za-zＡ-Ｚａ-ｚ]{1,2}\d{7,10}(?!\d)"),
    ("bank_card", rf"(?<!\d)\d{{4}}(?:{_GAP}\d{{4}}){{3}}(?:{_GAP}\d{{1,3}})?(?!\d)"),
    ("bank_card", r"(?<!\d)\d{16,19}(?!\d)"),
    (
        "phone",
        rf"(?<!{_D})(?:[+＋]?(?:86|0086){_GAP})?[1一幺１]{_GAP}[3-9三四五六七八九３-９]{_GAP}(?:{_D}{_GAP}){{8}}{_D}(?!{_D})",
    ),
    ("phone", rf"(?<!\d)[(（]?0\d{{2,3}}[)）]?{_GAP}\d{{3,4}}{_GAP}\d{{4}}(?!\d)"),
    ("number", r"\d{11,}"),
)
_NUMBER = re.compile("|".join(f"(?P<{kind}_{i}>{pattern})" for i, (kind, pattern) in enumerate(_PATTERNS)))


@dataclass(frozen=True)
class PrivateNumber:
    """One number as it is kept: digits and letters only."""

    kind: Kind
    value: str


def replace_private_numbers(text: str, reference: Callable[[PrivateNumber], str]) -> str:
    """Return `text` with every private number replaced by what `reference` gives for it.

    A number in another shape of digits (①③⑧) is found in the text's NFKC form, which is returned then.
    """

    def replaced(match: re.Match[str]) -> str:
        group = str(match.lastgroup)
        kind: Kind = _PATTERNS[int(group.rsplit("_", 1)[1])][0]
        return reference(PrivateNumber(kind, _bare(match.group())))

    hidden = _NUMBER.sub(replaced, text)
    plain = unicodedata.normalize("NFKC", hidden)
    return _NUMBER.sub(replaced, plain) if _NUMBER.search(plain) else hidden


def find_private_numbers(text: str) -> list[PrivateNumber]:
    """Return the private numbers that stand in `text`."""
    found: list[PrivateNumber] = []

    def keep(number: PrivateNumber) -> str:
        found.append(number)
        return ""

    replace_private_numbers(text, keep)
    return found


def label(kind: Kind, position: int) -> str:
    """Return the reference that stands in a text for the contact's number at this position (from 1)."""
    return f"〔{LABELS[kind]}{position}〕"


def _bare(found: str) -> str:
    plain = unicodedata.normalize("NFKC", found).translate(_VALUES).upper()
    return "".join(character for character in plain if character.isalnum())
