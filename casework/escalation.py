"""When a hand-off was forgotten, and what happens then: the timetable of the patrol. Pure.

`HandOff.raised` counts what was done since something about the hand-off last changed: it was opened, taken, passed on,
given back or answered, or the worker wrote. A change sets it to 0 and `HandOff.next_look_at` to the moment; after that
`next_look_at` is when the next step is due:

| the conversation | told at once | then |
|---|---|---|
| an alarm that nobody has taken | the first on the duty list | every 5 minutes the next one, until somebody takes it |
| waits, urgent | its department | after 5 open minutes the department, after 5 more and daily the supervisor |
| waits, usual | its department | the same with 15 open minutes |
| taken, the worker waits for a reply | – | after 15 open minutes its assignee, after 15 more and daily the supervisor |
| the same, an alarm | – | after 5 minutes, after 5 more, then every 30 |
| the same, but its assignee is away | – | after 3 minutes back to the queue |
| the worker has been silent for 30 days | – | the supervisor, weekly |

Open minutes are those of the department, so that nobody is reminded at night; an alarm knows no hours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from casework.queue import ALARM, URGENT, USUAL

ALARM_EVERY = timedelta(minutes=5)
ALARM_LATER = timedelta(minutes=30)
"""How often an alarm is raised that was taken, but where the worker still waits for a word."""
AWAY_FOR = timedelta(minutes=3)
"""How long an assignee may be away while the worker waits."""
OPEN_MINUTES = {USUAL: 15, URGENT: 5}
"""How long somebody may wait in the queue before the department is reminded, by priority."""
REPLY_MINUTES = 15
DAY = 7 * 60
"""Open minutes between two reminders to the supervisor: about one working day."""
SILENT = timedelta(days=30)
WEEK = timedelta(days=7)

Kind = Literal["new", "alarm", "raised", "supervisor", "silent", "returned", "watched"]
"""What is done: somebody is told, the conversation goes back to the queue, or (`watched`) only the time is set."""
AfterOpenMinutes = Callable[[datetime, float], datetime]
"""Returns the moment when so many open minutes have passed since another (`OpeningHours.after_open_minutes`)."""


@dataclass(frozen=True)
class Situation:
    """An open hand-off as the timetable sees it.

    `look_at` and `raised` are the hand-off's. `unanswered_since` is None while the worker waits for no reply,
    `away_since` while the assignee is there. `written_at` is when anybody last wrote.
    """

    priority: int
    assigned: bool
    look_at: datetime
    raised: int
    written_at: datetime
    unanswered_since: datetime | None = None
    away_since: datetime | None = None


@dataclass(frozen=True)
class Step:
    """What is to be done at the time `at`, and the time of the next look after it was done."""

    kind: Kind
    at: datetime
    look_again_at: datetime


def next_step(situation: Situation, moment: datetime, after: AfterOpenMinutes) -> Step:
    """Return the next step, `at` the moment itself when it is due; never earlier."""
    if not situation.assigned:
        return _in_the_queue(situation, moment, after)
    if situation.unanswered_since is None:
        return _silent(situation, moment)
    step = _unanswered(situation, moment, after)
    if situation.away_since is not None:
        at = max(situation.away_since + AWAY_FOR, situation.unanswered_since + AWAY_FOR, moment)
        if at <= step.at:
            return Step("returned", at, at)
    return step


def _in_the_queue(situation: Situation, moment: datetime, after: AfterOpenMinutes) -> Step:
    at = max(situation.look_at, moment)
    if situation.priority >= ALARM:
        return Step("alarm", at, at + ALARM_EVERY)
    patience = OPEN_MINUTES[situation.priority]
    if situation.raised == 0:
        return Step("new", at, after(at, patience))
    if situation.raised == 1:
        return Step("raised", at, after(at, patience))
    if at - situation.written_at >= SILENT:
        return Step("silent", at, at + WEEK)
    return Step("supervisor", at, after(at, DAY))


def _unanswered(situation: Situation, moment: datetime, after: AfterOpenMinutes) -> Step:
    at = max(situation.look_at, moment)
    is_alarm = situation.priority >= ALARM
    patience = at + ALARM_EVERY if is_alarm else after(at, REPLY_MINUTES)
    if situation.raised == 0:
        return Step("watched", at, patience)
    if situation.raised == 1:
        return Step("raised", at, patience)
    return Step("supervisor", at, at + ALARM_LATER if is_alarm else after(at, DAY))


def _silent(situation: Situation, moment: datetime) -> Step:
    at = situation.written_at + SILENT
    if situation.raised:
        at = max(at, situation.look_at)
    at = max(at, moment)
    return Step("silent", at, at + WEEK)
