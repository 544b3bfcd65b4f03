"""What a form says: its consent, its questions, its summary, and what it became."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from casework.cards import Button, Card, Citation
from casework.cases.taps import SHOW_CASE
from casework.procedures.filled import CONFIRM, CONSENT, SENSITIVE, applicable, position, step_before
from casework.procedures.filling import Say
from casework.procedures.model import INFORM, Form, Step
from casework.procedures.service import Begun, Sent, Standing
from casework.procedures.spoken import masked
from casework.wording import Wording


class FormCards:
    """Words a form's turns."""

    def __init__(self, wording: Wording, retention_days: int) -> None:
        """`retention_days` is how long a closed case keeps what is personal in it."""
        self._wording = wording
        self._days = retention_days

    def ask(self, standing: Standing) -> Card:
        """Ask what is next; each button knows its form, so that it is no answer to another's question."""
        card = self._asking(standing)
        mine = {"form": standing.form.id}
        return replace(card, buttons=tuple(replace(each, values={**each.values, **mine}) for each in card.buttons))

    def _asking(self, standing: Standing) -> Card:
        if standing.step == CONSENT:
            return self._consent(standing)
        if standing.step == SENSITIVE:
            return self._sensitive(standing)
        if standing.step == CONFIRM:
            return self._summary(standing)
        step = standing.form.step(standing.step)
        if step is None:  # the form's file changed: what is next is asked
            return self._summary(standing)
        return self._question(standing, step)

    def said(self, says: Sequence[Say], form: Form | None) -> list[Card]:
        """Return what is said before the next question."""
        return [self._say(say, form) for say in says]

    def menu(self, forms: Iterable[Form]) -> Card:
        """Offer all that can be done in the chat."""
        buttons = tuple(Button(form.title, INFORM, {"procedure": form.id}) for form in forms)
        return Card("told", self._text("menu"), buttons=buttons)

    def begun(self, begun: Begun, form: Form) -> Card:
        """Say what starting a form came to where there is no question yet."""
        if begun.result == "resume" and begun.resume is not None:
            at, of = begun.resume
            text = self._text("resume", title=form.title, at=at, of=of)
            return Card("filling", text, buttons=self._begin_buttons(form, "continue", "fresh", "discard"))
        if begun.result == "known":
            text = self._text("known", title=form.title, number=begun.known)
            check = Button(self._wording.text("utter_button_case_progress"), SHOW_CASE, {"case": str(begun.known)})
            return Card("filling", text, buttons=(check, *self._begin_buttons(form, "another")))
        return Card("filling", self._text("discarded"))

    def sent(self, sent: Sent, form: Form) -> Card:
        """Say that a form was sent, under which number, and what happens now."""
        text = self._wording.text("utter_case_opened", number=sent.number, promised=sent.promised)
        progress = Button(self._wording.text("utter_button_case_progress"), SHOW_CASE, {"case": sent.number})
        papers = [
            Button(self._wording.text(f"utter_button_draft_{kind}"), url=f"/chat/api/documents/{sent.number}.{kind}")
            for kind in form.documents
        ]
        return Card("filling", text, detail=form.afterwards, buttons=(*papers, progress))

    def _consent(self, standing: Standing) -> Card:
        form = standing.form
        buttons = (self._tap(CONSENT, "agree", value="yes"), self._tap(CONSENT, "disagree", value="no"))
        if standing.again:
            return Card("filling", self._text("consent_again", title=form.title), buttons=buttons)
        return Card(
            "filling",
            f"{form.title}：{form.eligibility}",
            detail=self._text("consent", seen_by=form.seen_by, purpose=form.purpose, days=self._days),
            citations=tuple(Citation(document, article, form.title) for document, article in form.sources),
            buttons=buttons,
        )

    def _sensitive(self, standing: Standing) -> Card:
        labels = "、".join(step.label for step in applicable(standing.form, standing.filled) if step.sensitive)
        buttons = (self._tap(SENSITIVE, "agree_sensitive", value="yes"), self._tap(SENSITIVE, "without", value="no"))
        return Card("filling", self._text("consent_sensitive", labels=labels), buttons=buttons)

    def _question(self, standing: Standing, step: Step) -> Card:
        at, of = position(standing.form, standing.filled, step.id)
        question = self._text("step", at=at, of=of, question=step.question)
        detail = [self._text("example", example=step.example)] if step.example and not standing.again else []
        if _has_answer(standing, step):
            detail.append(self._text("before", value=masked(step, standing.filled.answers[step.id])))
        if step.kind == "files" and standing.files:
            detail.append(self._text("files", count=standing.files))
        return Card("filling", question, detail="\n".join(detail), buttons=self._buttons(standing, step))

    def _buttons(self, standing: Standing, step: Step) -> tuple[Button, ...]:
        options = [self._choice(step, code, title) for code, title in standing.filled.options.items()]
        if step.kind == "choices":
            chosen = standing.filled.answers.get(step.id) or ()
            options = [
                self._choice(step, choice.code, f"{'✓ ' if choice.code in chosen else ''}{choice.title}")
                for choice in step.choices
            ]
            options.append(self._tap(step.id, "next", do="next"))
        elif step.kind == "choice":
            options = [self._choice(step, choice.code, choice.title) for choice in step.choices]
        elif step.kind == "files" and standing.files:
            options.append(self._tap(step.id, "files_done", do="next"))
        return (*options, *self._steering(standing, step))

    def _steering(self, standing: Standing, step: Step) -> list[Button]:
        skip = [self._tap(step.id, "skip", do="skip")] if step.optional else []
        keep = [self._tap(step.id, "keep", do="next")] if _has_answer(standing, step) else []
        first = step_before(standing.form, standing.filled, step.id) is None
        back = [] if first else [self._tap(step.id, "back", do="back")]
        return [*keep, *skip, *back, self._tap(step.id, "stop", do="stop")]

    def _summary(self, standing: Standing) -> Card:
        filled = standing.filled
        steps = applicable(standing.form, filled)
        lines = []
        for number, step in enumerate(steps, start=1):
            value = filled.answers.get(step.id)
            if step.kind == "files":
                shown = self._text("files", count=standing.files)
            else:
                shown = masked(step, value) if value is not None else self._text("left_out")
            lines.append(f"{number}. {step.label}：{shown}")
        buttons = (
            self._tap(CONFIRM, "submit", do="submit"),
            self._tap(CONFIRM, "change", do="change"),
            self._tap(CONFIRM, "stop", do="stop"),
        )
        return Card("filling", self._text("summary"), detail="\n".join(lines), buttons=buttons)

    def _say(self, say: Say, form: Form | None) -> Card:
        code = say.values.get("code")
        if say.name == "utter_form_unreadable" and code is not None:
            name = f"utter_form_unreadable_{code}"
            name = name if self._wording.has(name) else "utter_form_unreadable"
            return Card("filling", self._wording.text(name))
        text = self._wording.text(say.name, **say.values)
        buttons: tuple[Button, ...] = ()
        if say.name == "utter_form_person_helps":
            buttons = (Button(self._wording.text("utter_button_human"), "request_human"),)
        elif say.name == "utter_form_paused" and form is not None:
            buttons = self._begin_buttons(form, "continue", "discard")
        return Card("filling", text, buttons=buttons)

    def _begin_buttons(self, form: Form, *ways: str) -> tuple[Button, ...]:
        return tuple(
            Button(self._wording.text(f"utter_button_form_{way}"), INFORM, {"procedure": form.id, "do": way})
            for way in ways
        )

    def _choice(self, step: Step, code: str, title: str) -> Button:
        return Button(title, INFORM, {"step": step.id, "value": code})

    def _tap(self, step_id: str, name: str, **values: str) -> Button:
        return Button(self._wording.text(f"utter_button_form_{name}"), INFORM, {"step": step_id, **values})

    def _text(self, name: str, **values: object) -> str:
        return self._wording.text(f"utter_form_{name}", **values)


def _has_answer(standing: Standing, step: Step) -> bool:
    """Tell whether a question comes again whose answer is there; what takes several answers shows them itself."""
    return step.id in standing.filled.answers and step.kind not in ("choices", "files")
