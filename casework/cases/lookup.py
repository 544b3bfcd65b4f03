"""How a case is found: keyed hashes of what its worker told, in one spelling for everybody. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from casework.crypto import Keyring

FIELDS = ("phone", "identity", "name", "employer")
"""The answers by which a case is found."""
ABOUT = "about"
"""The key that holds no hash: the number of the organisation that a complaint is about (casework/cases/routing.py)."""

_DOTS = str.maketrans(dict.fromkeys("•‧∙⋅・･.", "·"))
_NOT_A_WORD = re.compile(r"[\W_]+")
_UNION = re.compile(r"工会(?:委员会)?$")
_FORM = re.compile(r"(?:集团)?(?:股份)?(?:有限)?(?:责任)?公司$|集团$")
"""What a firm is legally, which workers leave out."""


def keys_of(keyring: Keyring, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the hashes of a case's answers by field; what was not answered has none."""
    found = {field: spelling(field, answers.get(field)) for field in FIELDS}
    return {field: digest(keyring, field, plain) for field, plain in found.items() if plain}


def keys_meant(keyring: Keyring, typed: str) -> list[tuple[str, str]]:
    """Return field and hash of all that a typed word may be: a phone, an identity number, a name, an employer."""
    found = [(field, spelling(field, typed)) for field in FIELDS]
    return [(field, each) for field, plain in found if plain for each in digests(keyring, field, plain)]


def digest(keyring: Keyring, field: str, plain: str) -> str:
    """Return the hash of a spelling."""
    return keyring.digest(plain, f"cases.{field}")


def digests(keyring: Keyring, field: str, plain: str) -> list[str]:
    """Return all hashes of a spelling that may be stored: two while keys are rotated, the newest first."""
    return keyring.digests(plain, f"cases.{field}")


def spelling(field: str, answer: Any) -> str:
    """Return an answer in the one spelling that is hashed, empty where there is none."""
    if isinstance(answer, Mapping):  # an identity paper, an organisation
        answer = answer.get("number") or answer.get("name")
    if not isinstance(answer, str):
        return ""
    plain = unicodedata.normalize("NFKC", answer)
    if field == "phone":
        return re.sub(r"\D", "", plain)[-11:]
    if field == "identity":
        return re.sub(r"[\W_]", "", plain).upper()
    if field == "name":
        return "".join(plain.translate(_DOTS).split()).lower()
    return employer_spelling(plain)


def employer_spelling(name: str) -> str:
    """Return a firm's name without its legal form: `某某物流有限公司`, `某某物流公司工会` are of one employer."""
    plain = _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", name)).lower()
    firm = _UNION.sub("", plain) or plain
    return _FORM.sub("", firm) or firm
