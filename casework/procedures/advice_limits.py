"""Time limits that an answer shows: how many days are left, and that one which is over is no reason to give up. Pure.

Where only a span of days is known its first day counts: to be early harms nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from casework.calculators.limits import SOON, injury_limit, wage_limit
from casework.calculators.periods import YEAR, corresponding_day
from casework.procedures.advice_given import Advice
from casework.procedures.model import Value

DEADLINE, INJURY = "deadline", "injury"
"""What makes a matter urgent: a limit that ends within thirty days, an injury of today or yesterday."""
ENFORCEMENT_YEARS = 2
FRESH = timedelta(days=1)
"""How long after an injury what to do first is said."""


def after_ended(answers: Mapping[str, Value], today: date) -> tuple[Advice, ...]:
    """Warn of the year from the end of the employment (劳动争议调解仲裁法, 27)."""
    ended = first_day(answers.get("ended"))
    if ended is None or ended > today:
        return ()
    return _told("arbitration", wage_limit(ended, today).last_day, today)


def after_owed_since(answers: Mapping[str, Value], today: date) -> tuple[Advice, ...]:
    """Tell whoever still works there that the year has not begun (27 (4)); who left was told of it with that day."""
    since = first_day(answers.get("owed_since"))
    if since is None or since > today or "ended" in answers:
        return ()
    return (Advice("utter_advice_wages_while_employed"),)


def after_injured_on(answers: Mapping[str, Value], today: date) -> tuple[Advice, ...]:
    """Say what to do now after a fresh injury, and until when a claim can be made (工伤保险条例, 17)."""
    hurt = first_day(answers.get("injured_on"))
    if hurt is None or hurt > today:
        return ()
    if today - hurt <= FRESH:
        return (Advice("utter_advice_injury_now", urgent=INJURY),)
    return _told("injury", injury_limit(hurt, today).last_day, today)


def after_award_date(answers: Mapping[str, Value], today: date) -> tuple[Advice, ...]:
    """Warn of the two years to apply for enforcement (民事诉讼法, 250).

    An agreement on paper of its own cannot be enforced: the court orders payment on it, or it is left to arbitration
    (劳动争议调解仲裁法, 16).

    They begin with the last day on which it was to be paid, or when the award came into force. Both are later than the
    day that stands on it, from which they are counted here.
    """
    if answers.get("award_kind") == "agreement":
        return (Advice("utter_advice_agreement"),)
    awarded = first_day(answers.get("award_date"))
    if awarded is None or awarded > today:
        return ()
    return _told("enforcement", corresponding_day(awarded, ENFORCEMENT_YEARS * YEAR), today)


def first_day(value: Value) -> date | None:
    """Return the day of an answer, the first of a span; None where there is none."""
    if isinstance(value, Mapping):
        value = value.get("from")
    return date.fromisoformat(value) if isinstance(value, str) else None


def _told(limit: str, last_day: date | None, today: date) -> tuple[Advice, ...]:
    """Return one of the responses `utter_advice_<limit>`, `…_soon` and `…_over`."""
    if last_day is None:
        return ()
    left = (last_day - today).days
    if left < 0:
        return (Advice(f"utter_advice_{limit}_over"),)
    day = f"{last_day.year}年{last_day.month}月{last_day.day}日"
    spoken = "今天就是最后一天" if left == 0 else f"还剩 {left} 天"
    values = {"day": day, "left": spoken}
    if left <= SOON:
        return (Advice(f"utter_advice_{limit}_soon", values, urgent=DEADLINE),)
    return (Advice(f"utter_advice_{limit}", values),)
