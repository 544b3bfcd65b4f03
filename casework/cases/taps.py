"""What the buttons on a worker's cases mean. Pure."""

from __future__ import annotations

SHOW_CASE = "show_case"
"""Shows how one case (`case`, its number) goes, or all of them."""
WITHDRAW_CASE = "withdraw_case"
"""Asks whether one is to be withdrawn, and with `sure` (`yes`, `no`) does it or leaves it."""
ADD_TO_CASE = "add_to_case"
"""Makes her next message part of one, with `done` no more."""
INTENTS = frozenset({SHOW_CASE, WITHDRAW_CASE, ADD_TO_CASE})
