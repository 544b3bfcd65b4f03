"""The two questions that the bot asks back: what kind of worker, and where; with the buttons that answer them."""

from __future__ import annotations

from collections.abc import Sequence

from actions.asked import NONE_OF_THEM
from actions.cards import AnswerCards
from casework.cards import Button, Card
from casework.kinds import KINDS
from knowledge_base import Entry

MOST_REGIONS = 6
"""Buttons for regions, at most."""
TITLES = {
    "劳务派遣": "dispatched",
    "超龄": "over_age",
    "学生": "student",
    "家政": "domestic",
    "分包": "subcontracted",
    "骑手": "rider",
    "车主": "owner_driver",
}
"""The responses of `domain.yml` with the words of the buttons: `utter_button_kind_…`."""


class Questions:
    """Words the questions."""

    def __init__(self, cards: AnswerCards) -> None:
        self._cards = cards

    def kind(self, entry: Entry) -> Card:
        """Ask of which of the kinds that an entry has variants for the worker is."""
        return self._cards.question("utter_ask_kind", "kind", self._kinds([kind for kind, _ in entry.variants], entry))

    def kind_anew(self, given_up: str) -> Card:
        """Ask what kind a worker is who is not of her old one any more."""
        return self._cards.question("utter_kind_forgotten", "kind", self._kinds(KINDS, None), kind=given_up)

    def region(self, entry: Entry, supplements: Sequence[Entry]) -> Card:
        """Ask where the worker is, of the provinces in which something is added to an entry."""
        provinces = dict.fromkeys(local.region.split("/")[0] for local in supplements)
        return self._cards.question("utter_ask_region", "region", self._regions(list(provinces), entry))

    def city(self, entry: Entry, region: str, supplements: Sequence[Entry]) -> Card | None:
        """Ask where in a region the worker is, when something is added in parts of it only; None when in none."""
        depth = region.count("/") + 2
        below = (local.region for local in supplements if local.region.startswith(f"{region}/"))
        parts = list(dict.fromkeys("/".join(path.split("/")[:depth]) for path in below))
        if not parts:
            return None
        buttons = self._regions(parts, entry)
        return self._cards.question("utter_ask_city", "region", buttons, region=region.split("/")[-1])

    def _kinds(self, kinds: Sequence[str], entry: Entry | None) -> list[Button]:
        about = {"entry": entry.id} if entry else {}
        choices = [(f"utter_button_kind_{TITLES[kind]}", kind) for kind in kinds if kind in TITLES]
        choices.append(("utter_button_kind_none", NONE_OF_THEM))
        return [self._cards.choice(title, {**about, "choose_kind": kind}) for title, kind in choices]

    def _regions(self, regions: Sequence[str], entry: Entry) -> list[Button]:
        named = [
            Button(region.split("/")[-1], "ask_policy", {"entry": entry.id, "choose_region": region})
            for region in regions[:MOST_REGIONS]
        ]
        elsewhere = {"entry": entry.id, "choose_region": NONE_OF_THEM}
        return [*named, self._cards.choice("utter_button_region_other", elsewhere)]
