"""The question how satisfied a worker is with a case that was closed; the answer is kept by `casework.ratings`."""

from __future__ import annotations

from casework.cards import Bubble, Button
from casework.wording import Wording

RATE = "rate_hand_off"
"""Intent of the faces: the same for hand-offs and cases, which their values tell apart."""
SCORES = (1, 2, 3, 4, 5)


def faces(wording: Wording, of: str, number: int) -> tuple[Button, ...]:
    """Return the five faces for one thing (`hand_off`, `case`)."""
    return tuple(
        Button(wording.text(f"utter_button_rating_{score}"), RATE, {of: str(number), "score": str(score)})
        for score in SCORES
    )


def ask_rating(wording: Wording, case_id: int) -> Bubble:
    """Return the question about a closed case."""
    return Bubble(wording.text("utter_case_ask_rating"), faces(wording, "case", case_id))
