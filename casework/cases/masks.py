"""What of a worker's answers is masked on every screen, and how. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

STAR = "*"
NOT_PEOPLE = ("employer_name", "union_name", "company_name", "platform_name")
"""Steps that ask for a name, but not for a person's."""


def is_sensitive(step: str, answer: Any) -> bool:
    """Tell whether an answer is masked: a phone, an identity number, a bank card's, a name of a person."""
    if isinstance(answer, Mapping):
        return "number" in answer and "type" in answer
    return _kind(step) is not None and isinstance(answer, str | list)


def masked(step: str, answer: Any) -> Any:
    """Return an answer as it is shown: in its own shape, masked where it is sensitive."""
    if not is_sensitive(step, answer):
        return answer
    if isinstance(answer, Mapping):
        return {**answer, "number": masked_number(str(answer["number"]))}
    if isinstance(answer, list):
        return [masked_name(str(each)) for each in answer]
    return masked_name(answer) if _kind(step) == "name" else masked_number(answer)


def masked_number(number: str) -> str:
    """Return a number of which only the ends can be read: `138****8000`, `110*************2X`."""
    plain = re.sub(r"[\s-]", "", number)
    if len(plain) == 11 and plain.isdigit():
        return f"{plain[:3]}****{plain[-4:]}"
    if len(plain) <= 6:
        return STAR * len(plain)
    return f"{plain[:3]}{STAR * (len(plain) - 5)}{plain[-2:]}"


def masked_name(name: str) -> str:
    """Return a name of which only the first character can be read: `王**`; how long it is, is not shown beyond that."""
    plain = name.strip()
    return f"{plain[:1]}{STAR * min(max(len(plain) - 1, 1), 2)}" if plain else ""


def plainly(answer: Any) -> str:
    """Return an answer as one line of text, whatever its kind."""
    if isinstance(answer, Mapping):
        if "from" in answer or "to" in answer:
            return f"{answer.get('from') or '?'} – {answer.get('to') or '?'}"
        return str(answer.get("number") or answer.get("name") or "")
    if isinstance(answer, list):
        return "、".join(plainly(each) for each in answer)
    return "" if answer is None else str(answer)


def _kind(step: str) -> str | None:
    if step in {"name", "representatives"} or (step.endswith("_name") and step not in NOT_PEOPLE):
        return "name"
    if step in {"phone", "identity"} or step.endswith(("_phone", "_identity", "bank_card", "bank_account")):
        return "number"
    return None
