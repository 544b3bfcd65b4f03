"""The form that asks for what a calculator has to know, made from the calculators themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from casework.calculators import ask
from casework.calculators.calculation import NotCalculable
from casework.calculators.figures import Figures
from casework.cards import Button, Card, Citation
from casework.procedures.model import INFORM, Choice, Form, Step, Value
from casework.wording import Wording

CALCULATE = "calculate"
"""The form's id."""
AREAS = {
    "leaving": ("离职、被辞退", ("severance", "damages", "notice_pay", "double_pay")),
    "pay": ("加班、试用期", ("overtime", "probation")),
    "leave": ("年假、产假", ("annual_leave", "annual_leave_days", "maternity")),
    "injury": ("工伤、工亡", ("injury", "injury_death")),
    "limits": (
        "还来得及吗",
        ("limit_wages", "limit_dispute", "limit_injury", "limit_award", "limit_annual_leave", "limit_inspection"),
    ),
}
"""What a worker may have counted, in groups that fit a phone: title and calculators."""
_WORDS = {
    "leaving": ("离职", "辞退", "开除", "补偿", "赔偿", "N+1", "2N", "没签合同", "双倍工资"),
    "pay": ("加班", "加班费", "试用", "试用期"),
    "leave": ("年假", "年休假", "产假", "流产", "休假"),
    "injury": ("工伤", "受伤", "伤残", "工亡"),
    "limits": ("期限", "时效", "来得及", "过期", "多久"),
}


def calculate_form() -> Form:
    """Return the form: what is to be counted, then that calculator's questions."""
    areas = tuple(Choice(code, title, _WORDS[code]) for code, (title, _codes) in AREAS.items())
    menus = [
        Step(
            f"what_{area}",
            "choice",
            "算哪一样",
            "具体算哪一样？",
            choices=tuple(Choice(code, ask.CALCULATORS[code].title) for code in codes),
            when={"area": (area,)},
        )
        for area, (_title, codes) in AREAS.items()
    ]
    questions = [
        _step(area, code, question)
        for area, (_title, codes) in AREAS.items()
        for code in codes
        for question in ask.CALCULATORS[code].questions
    ]
    return Form(
        id=CALCULATE,
        title="算一算",
        prefix="",
        topic="legal",
        intent="calculate_entitlement",
        eligibility="",
        seen_by="",
        purpose="",
        ends="calculation",
        steps=(Step("area", "choice", "算什么", "想算什么？点一个。", choices=areas), *menus, *questions),
    )


def known_answers(code: str, facts: Mapping[str, Value]) -> dict[str, Value]:
    """Return the form's answers for a calculator that was chosen, with the facts that are known already."""
    area = next(area for area, (_title, codes) in AREAS.items() if code in codes)
    steps = {step_id(code, question.id) for question in ask.CALCULATORS[code].questions}
    given = {step_id(code, name): value for name, value in facts.items()}
    beside = {step_id(code, name) for name in ask.TOLD_ONLY}
    told = {name: value for name, value in given.items() if name in steps | beside}
    return {"area": area, f"what_{area}": code, **told}


def step_id(code: str, question: str) -> str:
    """Return the id of a calculator's question in the form."""
    return f"{code}-{question}"


class Calculation:
    """The ending of the form: counts, and tells every step of it."""

    def __init__(self, wording: Wording, figures: Figures) -> None:
        self._wording = wording
        self._figures = figures

    def __call__(self, _session: Session, answers: Mapping[str, Value], today: date, region: str | None) -> Card:
        """Return what the law gives for these answers, or say that it cannot be counted and whom to ask."""
        code = str(answers[f"what_{answers['area']}"])  # another area's may stand there still
        given = {name.removeprefix(f"{code}-"): value for name, value in answers.items()}
        again = Button(self._wording.text("utter_button_calculate_again"), INFORM, {"procedure": CALCULATE})
        help_me = Button(self._wording.text("utter_button_request_legal_aid"), "request_legal_aid")
        try:
            result = ask.run(code, {"region": region, **given}, self._figures, today)
        except NotCalculable:
            return Card("told", self._wording.text("utter_calculated_not"), buttons=(again, help_me))
        name, values = ask.response(code, result)
        title = ask.CALCULATORS[code].title
        return Card(
            "told",
            self._wording.text(name, **values),
            detail="\n".join(f"{number}. {step}" for number, step in enumerate(result.steps, start=1)),
            more="\n".join(f"- {assumption}" for assumption in result.assumptions),
            citations=tuple(Citation(document, article, title) for document, article in result.articles),
            buttons=(help_me, again),
        )


def _step(area: str, code: str, question: ask.Question) -> Step:
    return Step(
        step_id(code, question.id),
        question.kind,
        question.label,
        question.question,
        question.example.removeprefix("例如："),
        optional=question.optional,
        choices=tuple(Choice(each, title) for each, title in question.choices),
        when={f"what_{area}": (code,)},
        unless=tuple(step_id(code, known) for known in question.unless),
    )
