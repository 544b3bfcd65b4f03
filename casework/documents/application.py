"""The application for labour arbitration (劳动人事争议仲裁申请书), drafted from a form's answers. Pure.

What it has to hold: Mediation and Arbitration Law, article 28. Who is the respondent: articles 22 and 23. What was not
said is a blank that can be seen; whoever is perhaps not under labour arbitration reads so before anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework.documents import answers as told
from casework.documents import evidence
from casework.documents.answers import Answers
from casework.documents.claims import EMPLOYED, Calculations, claims, hints, kinds_of, status_of
from casework.documents.facts import facts
from casework.documents.parts import Applicant, Claim, EvidenceLine, Respondent
from casework.kinds import OVER_AGE

GROUP = 10
"""Workers with the same claim who may choose representatives (Mediation and Arbitration Law, 7)."""
ASK = "交之前先打 12348（法律援助，免费）问清该走仲裁还是去法院。"
WARNINGS = {
    "platform": "跑平台单的，算不算劳动关系要看平台、站点实际怎么管你，劳动仲裁不一定受理。" + ASK,
    "over_age": "过了退休年龄还在干活的，有的事能仲裁，有的要去法院，补偿、二倍工资也可能没有。" + ASK,
    "student": "还没毕业的实习、假期打工，一般不算劳动关系，劳动仲裁不一定受理。" + ASK,
    "domestic": "直接给一家人干活的，不归劳动仲裁；家政公司派你、管你、给你发钱的，可能归。" + ASK,
    "owner_driver": "自己带车干活的，算不算劳动关系要看谁排班、谁管你，劳动仲裁不一定受理。" + ASK,
}
"""By status, for those of whom labour arbitration may not be the way (Interpretation (1), article 2)."""
_SECOND = {
    "dispatched": "另一家：派遣公司、用工单位都要写上",
    "subcontracted": "把活包出去的公司",
}
"""Whom else the application names, by status (Mediation and Arbitration Law, 22; Labour Contract Law, 94)."""


@dataclass(frozen=True)
class ArbitrationApplication:
    """A drafted application; `warnings` stand above it, `checks` are for the worker alone."""

    applicant: Applicant
    respondents: tuple[Respondent, ...]
    claims: tuple[Claim, ...]
    facts: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]
    commission: str | None
    made_on: date
    warnings: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    workings: tuple[str, ...] = ()
    """How the calculated sums came about, and what was taken for granted."""
    missing: tuple[str, ...] = ()
    """What to look for besides the evidence that she has, each with how to get it."""


def from_case(
    answers: Answers, calculations: Calculations, on: date, commission: str | None = None
) -> ArbitrationApplication:
    """Return the draft for these answers and what the calculators came to."""
    status = status_of(answers)
    applicant = _applicant(answers)
    had = tuple(code for code in told.codes(answers.get("evidence")) if code not in ("none", "no"))
    return ArbitrationApplication(
        applicant=applicant,
        respondents=_respondents(answers, status),
        claims=claims(answers, calculations),
        facts=facts(answers),
        evidence=evidence.lines(had),
        commission=told.line(commission),
        made_on=on,
        warnings=_warnings(status, applicant.born, on),
        checks=_checks(answers, calculations, status),
        workings=tuple(line for each in calculations.values() for line in (*each.steps, *each.assumptions))
        if status in EMPLOYED
        else (),
        missing=tuple(
            f"{item.title}：{item.how}"
            for item in evidence.checklist(kinds_of(answers), status)
            if item.code not in had
        ),
    )


def _warnings(status: str, born: date | None, on: date) -> tuple[str, ...]:
    """Return what stands above the letter; an employee of an age at which most are retired is warned as well."""
    if status in WARNINGS:
        return (WARNINGS[status],)
    is_old = born is not None and born.year + OVER_AGE <= on.year
    return (WARNINGS["over_age"],) if is_old else ()


def _applicant(answers: Answers) -> Applicant:
    paper, number = told.identity(answers.get("identity"))
    born, sex = told.born_and_sex(paper, number)
    return Applicant(
        name=told.line(answers.get("name")),
        sex=told.line(answers.get("sex")) or sex,
        born=told_day.exact if (told_day := told.day(answers.get("born"))) else born,
        nation=told.line(answers.get("nation")),
        paper=paper,
        identity_number=number,
        job=told.line(answers.get("job")),
        phone=told.line(answers.get("phone")),
        address=told.line(answers.get("address")),
    )


def _respondents(answers: Answers, status: str) -> tuple[Respondent, ...]:
    names = told.firms(answers.get("employer"))
    first = Respondent(
        name=names[0] if names else None,
        code=told.line(answers.get("employer_code")),
        representative=told.line(answers.get("employer_representative")),
        address=told.line(answers.get("employer_address")),
    )
    others = tuple(Respondent(name=name) for name in names[1:])
    blank = (Respondent(hint=_SECOND[status]),) if status in _SECOND and not others else ()
    return first, *others, *blank


def _checks(answers: Answers, calculations: Calculations, status: str) -> tuple[str, ...]:
    general = [
        "写着“请填写”的地方都填上；公司的全称、代码、负责人在“国家企业信用信息公示系统”上免费查。",
        "改好以后，把页眉的“草稿”去掉再打印（Word 版能改）；PDF 版用来看，或者打印出来照着手写。",
        "名字、日期、钱数一个个对一遍，不对的直接改；没说过的话，这里没有替你编。",
    ]
    if status == "dispatched":
        general.append("派遣工：派遣公司和用工单位两家都是对方，都要写上（劳动争议调解仲裁法第二十二条）。")
    if status == "subcontracted":
        general.append("跟着包工头干的：把活包出去的公司也写上，它可能要一起担责任（劳动合同法第九十四条）。")
    if (told.whole(answers.get("people")) or 0) >= GROUP:
        general.append("十个人以上、要求一样的，可以推代表去（劳动争议调解仲裁法第七条），工会可以帮你们一起办。")
    return (*general, *hints(answers, calculations))
