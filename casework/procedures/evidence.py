"""Photos, files and recordings that are sent while a form is being filled in: they belong to it.

`FormFiles.handle` answers a turn that brings a file for an active form and gives None for every other. What a message
does, it does once (`casework/ledger.py`).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.cards import Answer, Bubble, Button
from casework.conversations import Turn
from casework.database import Database
from casework.ledger import Ledger
from casework.procedures import drafts
from casework.procedures.library import Library
from casework.procedures.model import INFORM
from casework.tables import Attachment, CaseFile
from casework.wording import Wording

FILE = "procedure.file"


class FormFiles:
    """Puts files to the form that waits for its next answer."""

    def __init__(self, database: Database, library: Library, wording: Wording) -> None:
        self._library = library
        self._wording = wording
        self._ledger = Ledger(database)

    def handle(self, turn: Turn) -> Answer | None:
        """Answer a turn that brings a file for a form; None for one that goes its usual way."""
        if not turn.in_form or turn.attachment in (None, "location"):
            return None
        done = self._ledger.once(turn.message_key, FILE, lambda session: self._keep(session, turn))
        return self._answer(**done) if done else None

    def resuming(self, form_id: str) -> tuple[Bubble, ...]:
        """Return the offer to go on with a form that was put aside; nothing for a form that is there no more."""
        form = self._library.get(form_id)
        if form is None:
            return ()
        ways = ("continue", "discard")
        buttons = tuple(
            Button(self._wording.text(f"utter_button_form_{way}"), INFORM, {"procedure": form.id, "do": way})
            for way in ways
        )
        return (Bubble(self._wording.text("utter_resume_offer", title=form.title), buttons),)

    def named(self, text: str) -> bool:
        """Tell whether a text is a form's title, with which a worker asks for it."""
        return self._library.titled(text) is not None

    def _keep(self, session: Session, turn: Turn) -> dict[str, Any]:
        draft = drafts.active_draft(session, turn.conversation_id)
        files = session.scalars(select(Attachment.id).where(Attachment.message_id == turn.message_id)).all()
        if draft is None or not files:
            return {}
        session.add_all(CaseFile(attachment_id=file, draft_id=draft.id) for file in files)
        session.flush()
        count = session.scalar(select(func.count()).where(CaseFile.draft_id == draft.id))
        form = self._library.get(draft.procedure)
        step = form.step(draft.step) if form else None
        asks_for_files = step is not None and step.kind == "files"
        return {"count": count, "step": draft.step if asks_for_files else None, "form": draft.procedure}

    def _answer(self, count: int, step: str | None, form: str) -> Answer:
        if step is None:
            return Answer((Bubble(self._wording.text("utter_form_files_kept", count=count)),), "filling")
        means = {"step": step, "do": "next", "form": form}
        done = Button(self._wording.text("utter_button_form_files_done"), INFORM, means)
        return Answer((Bubble(self._wording.text("utter_form_files_more", count=count), (done,)),), "filling")
