"""The ending of the form that looks a membership up: only who gives name and number of one line is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from casework import members
from casework.cards import Button, Card
from casework.crypto import Keyring
from casework.procedures.model import INFORM, Value
from casework.wording import Wording


class MembershipCheck:
    """Looks a worker up in the imported register."""

    def __init__(self, keyring: Keyring, wording: Wording) -> None:
        self._keyring = keyring
        self._wording = wording

    def __call__(self, session: Session, answers: Mapping[str, Value], _today: date, _region: str | None) -> Card:
        """Tell where her membership is; a wrong name beside a right number tells nothing."""
        person = Button(self._wording.text("utter_button_human"), "request_human")
        identity = answers.get("identity")
        if identity is None:
            return Card("told", self._wording.text("utter_membership_no_number"), buttons=(person,))
        found = members.find(session, self._keyring, str(answers["name"]), str(identity["number"]))
        if found is None:
            join = Button(self._wording.text("utter_button_join_union"), "join_union")
            return Card("told", self._wording.text("utter_membership_none"), buttons=(join, person))
        name = "left" if found.left_on else "found"
        text = self._wording.text(f"utter_membership_{name}", union=found.organisation.name)
        joined = found.joined_on
        since = self._wording.text("utter_membership_since", year=joined.year, month=joined.month) if joined else ""
        transfer = Button(self._wording.text("utter_button_transfer"), INFORM, {"procedure": "transfer"})
        return Card("told", text, detail=since, buttons=(transfer, person))
