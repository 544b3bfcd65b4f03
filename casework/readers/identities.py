"""The number of an identity paper: a resident's card, those of Hong Kong, Macao and Taiwan, passports. Pure.

A resident's number is built after GB 11643-1999; from 2018 residents from Hong Kong, Macao and Taiwan have one that
begins with 81, 82 or 83, and from 2023 foreigners with permanent residence one that begins with 9. All end in the same
check character.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum.cn import ric

from casework.readers.plain import spelt
from casework.readers.unreadable import Code, Unreadable

Kind = Literal["resident", "hk_macao_tw", "passport", "other"]
Sex = Literal["female", "male"]

UNDER_WORKING_AGE = 16
"""Nobody may be employed who is younger (劳动法 15; 禁止使用童工规定 2)."""
OLDEST = 120
_PROVINCES = frozenset(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71]
)
_HK_MACAO_TW = frozenset({81, 82, 83})


@dataclass(frozen=True)
class Identity:
    """A paper's number, and what it says of its holder; nothing where the number does not."""

    type: Kind
    number: str
    born: date | None = None
    sex: Sex | None = None


_HAN_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_D = r"[零〇一二三四五六七八九幺\d]"
_SPOKEN = re.compile(rf"{_D}(?:[ ,-]?{_D}){{14,16}}[ ,-]?(?:{_D}|[Xx×*叉])?")
_TIMES = re.compile(r"(?<=\d)[ ,-]*(?:[×✕✖╳χХхΧ*]|叉|艾克斯|大写x|大写X)(?!\d)")
_GAP = r"[\s.,_\-－—–‐‑‒−·]{0,2}"
_LONG = re.compile(rf"(?<![0-9A-Za-z])\d(?:{_GAP}[\doOlI]){{13,18}}(?:{_GAP}[Xx])?(?![0-9A-Za-z])")
_LETTERED = re.compile(rf"(?<![0-9A-Za-z])[A-Za-z]{{1,3}}{_GAP}\d(?:{_GAP}[0-9A-Za-z]){{4,11}}(?![0-9A-Za-z])")
_DIGITS_ONLY = re.compile(r"(?<![0-9A-Za-z])\d(?:[ -]?\d){5,11}(?![0-9A-Za-z])")
_TRAVEL_PERMIT = re.compile(r"[HM](?:\d{8}|\d{10})")
_TAIWAN_PERMIT = re.compile(r"\d{8}")
_OLD_TAIWAN_PERMIT = re.compile(r"\d{10}")
_OLD_RESIDENCE_CARD = re.compile(r"[A-Z]{3}\d{12}")
_PASSPORT = re.compile(r"(?=[A-Z]*\d[0-9A-Z]*)(?=(?:[A-Z]*\d){5})[A-Z0-9]{6,10}")
_SAYS_PASSPORT = re.compile(r"护照|passport", re.IGNORECASE)
_SAYS_TAIWAN = re.compile(r"台胞|台湾|台灣|臺|台证|大陆通行证|往来大陆")
_SAYS_TRAVEL_PERMIT = re.compile(r"回乡证|回鄉證|通行证|通行證|港澳|香港|澳门|澳門")
_LOOKALIKES = str.maketrans("oOlI", "0011")


def read_identity(text: str, kind: Kind | None = None, *, today: date) -> Identity:
    """Return the paper that a text names; `kind` tells which is expected where that is known.

    Raises `Unreadable` (`no_number`, `length`, `checksum`, `birth_date`, `old_card`, `which_paper`, `two`).
    """
    told = _TIMES.sub("X", spelt(text))
    if not _LONG.search(told):
        told = _SPOKEN.sub(lambda found: found[0].translate(_HAN_DIGITS).replace("叉", "X"), told)
    said = kind or _said(told)
    numbers = dict.fromkeys(_bare(match[0]) for match in _LONG.finditer(told))
    residents = [number.translate(_LOOKALIKES) for number in numbers]
    if residents and said != "passport":
        return _one([_resident(number, today) for number in residents])
    numbers = dict.fromkeys(_bare(match[0]).upper() for match in _LETTERED.finditer(told))
    if not numbers:
        numbers = dict.fromkeys(_bare(match[0]) for match in _DIGITS_ONLY.finditer(told))
    if not numbers:
        raise Unreadable("length" if re.search(r"\d{4}", told) else "no_number")
    return _one([_other(number, said, told, today) for number in numbers])


def age_on(born: date, day: date) -> int:
    """Return how many birthdays somebody has had; who was born on 29 February has hers on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _said(told: str) -> Kind | None:
    if _SAYS_PASSPORT.search(told):
        return "passport"
    return "hk_macao_tw" if _SAYS_TAIWAN.search(told) or _SAYS_TRAVEL_PERMIT.search(told) else None


def _one(found: list[Identity]) -> Identity:
    if len({(each.type, each.number) for each in found}) > 1:
        raise Unreadable("two")
    return found[0]


def _bare(written: str) -> str:
    return re.sub(r"[^0-9A-Za-z]", "", written)


def _resident(number: str, today: date) -> Identity:
    number = number.upper()
    if len(number) == 15 and number.isdigit():
        raise Unreadable("old_card" if _born(f"19{number[6:12]}") else "length")
    if len(number) != 18 or not number[:17].isdigit():
        raise Unreadable("length")
    if ric.calc_check_digit(number) != number[17]:
        raise Unreadable("checksum")
    place = int(number[:2])
    if place // 10 != 9 and place not in _PROVINCES | _HK_MACAO_TW:
        raise Unreadable("checksum")
    born = _born(number[6:14])
    if born is None or born > today or age_on(born, today) > OLDEST:
        raise Unreadable("birth_date")
    kind: Kind = "other" if place // 10 == 9 else "hk_macao_tw" if place in _HK_MACAO_TW else "resident"
    return Identity(kind, number, born, "male" if int(number[16]) % 2 else "female")


def _born(written: str) -> date | None:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return None


def _other(number: str, said: Kind | None, told: str, today: date) -> Identity:
    """Read what is no resident's number; a number alone may be many things, and is not guessed."""
    if said == "passport":
        if not (_PASSPORT.fullmatch(number) or re.fullmatch(r"\d{8,9}", number)):
            raise Unreadable("length")
        return Identity("passport", number)
    if _TRAVEL_PERMIT.fullmatch(number):
        return Identity("hk_macao_tw", number)
    if _OLD_RESIDENCE_CARD.fullmatch(number):
        born = _born(_century(number[7:13], today))
        if born is None:
            raise Unreadable("birth_date")
        return Identity("other", number, born)
    if said == "other" and len(number) >= 6:
        return Identity("other", number)
    if _TAIWAN_PERMIT.fullmatch(number) or (said and _OLD_TAIWAN_PERMIT.fullmatch(number)):
        if said == "hk_macao_tw" or not _looks_like_date(number):
            return Identity("hk_macao_tw", number)
        raise Unreadable("which_paper")
    if number.isdigit():
        raise Unreadable(_why(number))
    if said == "hk_macao_tw" or not _PASSPORT.fullmatch(number):
        raise Unreadable("length")
    return Identity("passport", number)


def _why(digits: str) -> Code:
    return "which_paper" if len(digits) == 9 else "length"


def _century(written: str, today: date) -> str:
    return ("20" if int(written[:2]) <= today.year % 100 else "19") + written


def _looks_like_date(digits: str) -> bool:
    return digits[:2] in ("19", "20") and _born(digits) is not None
