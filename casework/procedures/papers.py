"""What goes with a legal case once it is sent: what proves it, and where the drafted application is filed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from casework.cards import Card, Citation
from casework.documents.evidence import checklist
from casework.documents.filing import filing
from casework.procedures.model import Value
from casework.wording import Wording

FIRST = 4
"""Things to look for that are told at once; the rest unfolds."""


class Papers:
    """The card of a legal case's evidence and filing."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def __call__(self, _session: Session, answers: Mapping[str, Value], today: date, _region: str | None) -> Card:
        """Return it for a form's answers on a day."""
        items = checklist(answers.get("kinds") or (), answers.get("status"))
        lines = [f"- {item.title}：{item.how}" for item in items]
        sections = [
            f"{title}：\n" + "\n".join(f"- {line}" for line in told)
            for title, told in filing(answers, today).sections()
        ]
        articles = dict.fromkeys(article for item in items for article in item.articles)
        return Card(
            "filling",
            self._wording.text("utter_form_papers"),
            detail="\n".join(lines[:FIRST]),
            more="\n".join([*lines[FIRST:], *sections]),
            citations=tuple(Citation(document, article, "要准备的证据") for document, article in articles),
        )
