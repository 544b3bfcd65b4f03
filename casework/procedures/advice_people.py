"""Who a worker is, and whom she is up against: what that changes is said in one sentence. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casework.procedures.advice_given import Advice
from casework.procedures.model import Value

GROUP, CHILD_LABOUR = "group", "child_labour"
"""What makes a matter one for people at once."""
GROUP_SIZE = 10
"""Workers with the same claim who may choose representatives (劳动争议调解仲裁法, 7)."""
OWN_CONSENT, WORKING_AGE, ADULT = 14, 16, 18
"""Years of age: from the first a child agrees for itself (个人信息保护法, 31), from the second it may be employed
(禁止使用童工规定, 2), up to the third it is protected at work (劳动法, 58)."""
STATUSES = ("dispatched", "subcontracted", "platform", "owner_driver", "over_age", "student", "domestic")
"""Those to whom something else applies than to an employee."""
STATES = ("gone", "dissolved", "bankrupt")
"""What may have become of an employer who has to pay."""
_CARD_DIGITS = 18


def after_people(answers: Mapping[str, Value], _today: date) -> tuple[Advice, ...]:
    """Tell ten or more of representatives, and call people (劳动争议调解仲裁法, 7; 劳动人事争议仲裁办案规则, 5)."""
    people = answers.get("people")
    if not isinstance(people, int) or people < GROUP_SIZE:
        return ()
    return (Advice("utter_advice_group", urgent=GROUP),)


def after_identity(answers: Mapping[str, Value], today: date) -> tuple[Advice, ...]:
    """Leave a child that works to people, and tell the young what must not be asked of them."""
    born = _born(answers.get("identity"))
    if born is None or born > today:
        return ()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if age < OWN_CONSENT:
        return (Advice("utter_advice_child_guardian", urgent=CHILD_LABOUR, ends=True),)
    if age < WORKING_AGE:
        return (Advice("utter_advice_child_labour", urgent=CHILD_LABOUR, ends=True),)
    if age < ADULT and "employer" in answers:
        return (Advice("utter_advice_young_worker"),)
    return ()


def after_status(answers: Mapping[str, Value], _today: date) -> tuple[Advice, ...]:
    """Say what is different for whoever is no ordinary employee."""
    status = answers.get("status")
    return (Advice(f"utter_advice_status_{status}"),) if status in STATUSES else ()


def after_employer_state(answers: Mapping[str, Value], _today: date) -> tuple[Advice, ...]:
    """Say where to go where the employer is gone, dissolved or bankrupt."""
    state = answers.get("employer_state")
    return (Advice(f"utter_advice_employer_{state}"),) if state in STATES else ()


def _born(identity: Value) -> date | None:
    """Return the day of birth in an identity number of eighteen digits, as residents and settled people have it."""
    number = str(identity.get("number") or "") if isinstance(identity, Mapping) else ""
    if len(number) != _CARD_DIGITS or identity.get("type") not in ("resident", "hk_macao_tw"):
        return None
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
