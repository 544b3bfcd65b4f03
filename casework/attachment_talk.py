"""What the bot says to a photo, a file, a recording or a place: it cannot read them, people can."""

from __future__ import annotations

from casework.cards import Answer, Bubble, Button
from casework.conversations import Turn
from casework.text import understood
from casework.wording import Wording

DESCRIBE = "describe_attachment"
"""The intent of the button with which a worker says that she would rather write what it is about."""


class AttachmentTalk:
    """Answers messages in which there is nothing to read, while the bot answers."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def handle(self, turn: Turn) -> Answer | None:
        """Return the answer to such a message, None for any other."""
        if turn.intent == DESCRIBE:
            return Answer((self._wording.bubble("utter_attachment_describe"),), "told")
        if turn.attachment is None or turn.state == "open" or understood(turn.text):
            return None
        buttons = (
            Button(self._wording.text("utter_button_human"), "request_human"),
            Button(self._wording.text("utter_button_describe"), DESCRIBE),
        )
        return Answer((Bubble(self._wording.text("utter_attachment_kept"), buttons),), "told")
