"""A telephone number as people type or dictate it. Pure."""

from __future__ import annotations

import re

import phonenumbers

from casework.call_back_rules import usable_phone
from casework.readers.plain import plain
from casework.readers.unreadable import Code, Unreadable

_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_CHARACTER = "零〇一二三四五六七八九幺"
_GAP = r"[\s.,_/()\-－—–‐‑‒−·:]{0,3}"
_SPOKEN = re.compile(rf"[{_CHARACTER}\d](?:{_GAP}[{_CHARACTER}\d]){{6,}}")
_RUN = re.compile(rf"(?<![\d])(\+?\d(?:{_GAP}\d)*)")
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?(1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d)")
_EXTENSION = re.compile(r"\s*(?:转|分机号?|ext\.?)\s*(\d{1,6})(?!\d)")


def read_phone(text: str) -> str:
    """Return a number as it is dialled inside China, its digits only; with an extension `051266668888转803`.

    Raises `Unreadable` (`no_number`, `length`, `area_code`, `no_such_phone`, `abroad`, `two`).
    """
    told = _SPOKEN.sub(lambda found: found[0].translate(_DIGITS), plain(text))
    runs = [(match[1], _extension(told, match.end())) for match in _RUN.finditer(told)]
    found = {phone for run, extension in runs if (phone := _usable(run, extension))}
    if not found:
        found = {_digits(match[1]) for match in _MOBILE.finditer(told)}
    if len(found) > 1:
        raise Unreadable("two")
    if found:
        return found.pop()
    raise Unreadable(_why(told, [run for run, _ in runs]))


def _extension(told: str, end: int) -> str:
    extension = _EXTENSION.match(told, end)
    return extension[1] if extension else ""


def _usable(run: str, extension: str) -> str | None:
    digits = _digits(run)
    phone = usable_phone(f"+{digits}" if run.startswith("+") else digits) if 7 <= len(digits) <= 17 else None
    if phone is None:
        return None
    return _digits(phone) + (f"转{extension}" if extension else "")


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _why(told: str, runs: list[str]) -> Code:
    longest = max(runs, key=lambda run: len(_digits(run)), default="")
    digits = _digits(longest)
    if len(digits) < 3:
        return "no_number"
    if _is_abroad(longest, digits) or re.search(r"(?<!\d)(?:00|\+)?(?:852|853|886)\D", told):
        return "abroad"
    if len(digits) in (7, 8):
        return "area_code"
    return "no_such_phone" if len(digits) == 11 else "length"


def _is_abroad(run: str, digits: str) -> bool:
    if not run.startswith("+") and not digits.startswith("00"):
        return False
    try:
        number = phonenumbers.parse("+" + digits.lstrip("0"), None)
    except phonenumbers.NumberParseException:
        return False
    return number.country_code != 86
