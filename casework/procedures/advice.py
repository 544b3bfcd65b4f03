"""What an answer makes it necessary to say at once: a limit that runs out, a case for people. Pure.

A form that needs nothing of the kind has no line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from casework.procedures import advice_aid, advice_limits, advice_people
from casework.procedures.advice_given import Advice, Adviser
from casework.procedures.model import Value

__all__ = ["ADVISERS", "Advice", "Adviser", "advise"]


def advise(form_id: str, step_id: str, answers: Mapping[str, Value], today: date) -> tuple[Advice, ...]:
    """Return what is to be said after this step's answer."""
    adviser = ADVISERS.get((form_id, step_id)) or ADVISERS.get(("*", step_id))
    return adviser(answers, today) if adviser else ()


ADVISERS: dict[tuple[str, str], Adviser] = {
    ("*", "people"): advice_people.after_people,
    ("*", "identity"): advice_people.after_identity,
    ("*", "status"): advice_people.after_status,
    ("*", "ended"): advice_limits.after_ended,
    ("*", "owed_since"): advice_limits.after_owed_since,
    ("*", "injured_on"): advice_limits.after_injured_on,
    ("enforcement", "award_date"): advice_limits.after_award_date,
    ("enforcement", "employer_state"): advice_people.after_employer_state,
    ("aid", "situation"): advice_aid.after_situation,
}
"""By form and step; `*` for any form."""
