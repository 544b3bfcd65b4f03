"""By when staff promise the next step of a case, in their department's hours, and how that is said. Pure.

| the case | what is promised | by when |
|---|---|---|
| submitted | somebody looks at it | the close of the next working day; urgent: two open hours |
| accepted | a decision, or the first step | the close of the last of the procedure's working days |
| in progress | word on how it goes | the close of the fifth working day |

A working day is a day on which the department is open; the day on which the count begins is not counted.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from casework.hours import ZONE, OpeningHours, spoken_opening
from casework.queue import URGENT

FIRST_LOOK_DAYS = 1
URGENT_MINUTES = 120
WORKING_DAYS = 5
"""Working days to a decision where the procedure names none."""
NEXT_WORD_DAYS = 5
AFTER_LAPSE_DAYS = 1
"""Working days in which those above do what was not done in time."""
_WEEKDAYS = "一二三四五六日"
_ONE_DAY = timedelta(days=1)


def due_at(
    state: str, hours: OpeningHours, moment: datetime, *, priority: int = 0, working_days: int = WORKING_DAYS
) -> datetime | None:
    """Return by when a case that came into this state now is to get its next step; None once it is closed."""
    if state == "submitted":
        if priority >= URGENT:
            return hours.after_open_minutes(moment, URGENT_MINUTES)
        return working_days_after(hours, moment, FIRST_LOOK_DAYS)
    if state == "accepted":
        return working_days_after(hours, moment, working_days)
    return working_days_after(hours, moment, NEXT_WORD_DAYS) if state == "in_progress" else None


def working_days_after(hours: OpeningHours, moment: datetime, days: int) -> datetime:
    """Return when the department closes on the so-manieth working day after today.

    Where there are not enough of them, days are counted by the calendar, so that nobody is forgotten.
    """
    today = moment.astimezone(ZONE).date()
    left = days
    for ahead in range(1, 60 + days * 4):
        closes = _closing(hours, today + ahead * _ONE_DAY)
        left -= closes is not None
        if closes is not None and left <= 0:
            return closes
    return moment + days * _ONE_DAY


def spoken_promise(due: datetime, moment: datetime, hours: OpeningHours) -> str:
    """Say by when: `11月25日（周三）下班前`, `今天下班前`; `今天下午3点半前` where it is not the close of a day."""
    day = (due - timedelta(seconds=1)).astimezone(ZONE).date()  # midnight closes the day before
    if due != _closing(hours, day):
        return f"{spoken_opening(due, moment)}前"
    return f"{_spoken_day(day, moment.astimezone(ZONE).date())}下班前"


def _closing(hours: OpeningHours, day: date) -> datetime | None:
    """Return when the department closes for the day, None on a day when it does not open."""
    midnight = datetime.combine(day, time(), ZONE)
    minutes = hours.open_minutes_between(midnight, midnight + _ONE_DAY)
    return hours.after_open_minutes(midnight, minutes) if minutes else None


def _spoken_day(day: date, today: date) -> str:
    if day == today:
        return "今天"
    year = f"{day.year}年" if day.year != today.year else ""
    return f"{year}{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"
