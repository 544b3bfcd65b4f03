"""What workers thought of a hand-off or a closed case: five faces, a few words, and what supervisors see of them.

`Ratings.handle` answers a turn that belongs to it and gives None for every other: a turn does when a button of intent
`rate_hand_off` was tapped (a typed choice of it counts, once the caller has put its intent and values into the turn),
or when the conversation awaits the words (`awaits` is `rating_words`). What a message does, it does once
(`casework/ledger.py`), so that a turn may be handled again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.cards import Answer, Bubble, Button
from casework.cases.rating import RATE, ask_rating, faces
from casework.cases.rating import SCORES as FACES
from casework.cases.states import CLOSED
from casework.cases.visibility import visible_cases
from casework.console_events import tell
from casework.conversations import Turn
from casework.database import Database, now
from casework.errors import NotAllowed
from casework.hours import ZONE
from casework.ledger import Ledger
from casework.organisations import visible_to
from casework.second_thoughts import wants_to_stop
from casework.tables import Case, Conversation, Department, HandOff, Rating
from casework.text import understood
from casework.wording import Wording

RATE_HAND_OFF = RATE
"""Intent of the buttons that belong here; their values say whether a hand-off or a case is meant."""
AWAITS_WORDS = "rating_words"
SCORES = FACES
LOW = 2
"""A score up to which a person is offered again and supervisors are told."""
MAY_CHANGE = timedelta(days=1)
"""How long a rating can still be changed."""
LONGEST_WORDS = 500


@dataclass(frozen=True)
class Words:
    """What a worker wrote with her rating."""

    conversation_id: int
    score: int
    words: str
    at: datetime


@dataclass(frozen=True)
class MonthSummary:
    """The ratings of one department in one month (`2026-11`); `distribution` counts the scores from 1 to 5."""

    department: str
    month: str
    distribution: tuple[int, ...]
    words: tuple[Words, ...]

    @property
    def count(self) -> int:
        """How many ratings there are."""
        return sum(self.distribution)

    @property
    def mean(self) -> float:
        """The average score."""
        return sum(score * count for score, count in zip(SCORES, self.distribution, strict=True)) / self.count


class Ratings:
    """Asks for ratings, keeps them, and sums them up."""

    def __init__(self, database: Database, wording: Wording, clock: Callable[[], datetime] = now) -> None:
        self._database = database
        self._wording = wording
        self._clock = clock
        self._ledger = Ledger(database)

    def ask_bubble(self, hand_off_id: int) -> Bubble:
        """Return the question, to be said when the hand-off has ended."""
        return Bubble(self._wording.text("utter_ask_rating"), faces(self._wording, "hand_off", hand_off_id))

    def ask_case_bubble(self, case_id: int) -> Bubble:
        """Return the question, to be said when staff have closed a case."""
        return ask_rating(self._wording, case_id)

    def handle(self, turn: Turn) -> Answer | None:
        """Answer a turn about a rating; None for one that goes its usual way."""
        if turn.intent != RATE_HAND_OFF and turn.awaits != AWAITS_WORDS:
            return None
        said = self._ledger.once(turn.message_key, RATE_HAND_OFF, lambda session: self._step(session, turn))
        return self._answer(**said) if said else None

    def summary(self, actor: Actor, months: int = 12) -> list[MonthSummary]:
        """Return the ratings of what the actor may see, the latest month first. Raises `NotAllowed`."""
        if not actor.is_at_least("supervisor"):
            raise NotAllowed("supervisors see ratings")
        since = Rating.created_at >= self._clock() - timedelta(days=31 * months)
        of_hand_offs = (
            select(Rating, Department.name, HandOff.conversation_id)
            .join(HandOff, HandOff.id == Rating.hand_off_id)
            .join(Department, Department.id == HandOff.department_id)
            .join(Conversation, Conversation.id == HandOff.conversation_id)
            .where(visible_to(actor), since)
        )
        of_cases = (
            select(Rating, Department.name, Case.conversation_id)
            .join(Case, Case.id == Rating.case_id)
            .join(Department, Department.id == Case.department_id)
            .where(visible_cases(actor), since)
        )
        with self._database.read() as session:
            found = [*session.execute(of_hand_offs), *session.execute(of_cases)]
        groups: dict[tuple[str, str], list[tuple[Rating, int | None]]] = {}
        for rating, department, conversation_id in sorted(found, key=lambda row: row[0].id, reverse=True):
            month = rating.created_at.astimezone(ZONE).strftime("%Y-%m")
            groups.setdefault((month, department), []).append((rating, conversation_id))
        in_order = sorted(sorted(groups), key=lambda group: group[0], reverse=True)
        return [_sum_up(department, month, groups[month, department]) for month, department in in_order]

    def _step(self, session: Session, turn: Turn) -> dict[str, Any]:
        """Keep what was said; return the response's name, nothing when it is not for us."""
        conversation = session.get(Conversation, turn.conversation_id, with_for_update=True)
        if conversation is None:
            return {}
        if turn.intent == RATE_HAND_OFF and "score" in turn.values:
            return self._rate(session, conversation, turn)
        if turn.intent == RATE_HAND_OFF:
            wanted = turn.values.get("words") == "yes"
            conversation.awaits = AWAITS_WORDS if wanted else None
            return {"say": "ask_words" if wanted else "done"}
        conversation.awaits = None
        if turn.intent is not None:  # another button: she goes on to something else
            return {}
        return self._keep_words(session, conversation, turn)

    def _rate(self, session: Session, conversation: Conversation, turn: Turn) -> dict[str, Any]:
        score = int(turn.values["score"])
        of = _rated(session, conversation, turn.values)
        if of is None or score not in SCORES:
            return {}
        conversation.awaits = None
        rating = session.scalar(select(Rating).filter_by(**of))
        if rating is None:
            session.add(Rating(**of, score=score, created_at=self._clock()))
        elif self._clock() - rating.created_at > MAY_CHANGE:
            return {"say": "closed"}
        else:
            rating.score = score
        tell(session, conversation.id, "low_rating" if score <= LOW else "rating")
        return {"say": "sorry" if score <= LOW else "thanks"}

    def _keep_words(self, session: Session, conversation: Conversation, turn: Turn) -> dict[str, Any]:
        if wants_to_stop(understood(turn.text)):
            return {"say": "done"}
        rating = session.scalar(
            select(Rating)
            .outerjoin(HandOff, HandOff.id == Rating.hand_off_id)
            .outerjoin(Case, Case.id == Rating.case_id)
            .where(or_(HandOff.conversation_id == conversation.id, Case.conversation_id == conversation.id))
            .order_by(Rating.id.desc())
            .limit(1)
        )
        words = turn.text.strip()[:LONGEST_WORDS]
        if rating is None or not words:
            return {}
        rating.words = words
        tell(session, conversation.id, "low_rating" if rating.score <= LOW else "rating")
        return {"say": "words_thanks"}

    def _answer(self, say: str) -> Answer:
        bubble = Bubble(self._wording.text(f"utter_rating_{say}"), self._buttons(say))
        return Answer((bubble,), "told")

    def _buttons(self, say: str) -> tuple[Button, ...]:
        person = (Button(self._wording.text("utter_button_human"), "request_human"),)
        words = (
            Button(self._wording.text("utter_button_rating_words"), RATE_HAND_OFF, {"words": "yes"}),
            Button(self._wording.text("utter_button_rating_done"), RATE_HAND_OFF, {"words": "no"}),
        )
        return {"thanks": words, "sorry": (*person, *words), "closed": person}.get(say, ())


def _rated(session: Session, conversation: Conversation, values: Mapping[str, str]) -> dict[str, int] | None:
    """Return what a face is about, as columns of its rating; None where it is not this worker's to rate."""
    if "case" in values:
        case = session.get(Case, int(values["case"]))
        is_hers = case is not None and case.conversation_id == conversation.id and case.state in CLOSED
        return {"case_id": case.id} if case is not None and is_hers else None
    hand_off = session.get(HandOff, int(values.get("hand_off", 0)))
    is_hers = hand_off is not None and hand_off.conversation_id == conversation.id
    return {"hand_off_id": hand_off.id} if hand_off is not None and is_hers else None


def _sum_up(department: str, month: str, ratings: Sequence[tuple[Rating, int | None]]) -> MonthSummary:
    scores = [rating.score for rating, _conversation_id in ratings]
    return MonthSummary(
        department=department,
        month=month,
        distribution=tuple(scores.count(score) for score in SCORES),
        words=tuple(
            Words(conversation_id, rating.score, rating.words, rating.created_at)
            for rating, conversation_id in ratings
            if rating.words and conversation_id is not None
        ),
    )
