"""Facts and reasons (事实与理由): what a worker told, in the order of time, her own story as she told it. Pure."""

from __future__ import annotations

from casework.calculators.calculation import yuan
from casework.documents import answers as told
from casework.documents.answers import Answers
from casework.documents.claims import kinds_of, owed_time
from casework.documents.parts import BLANK

_CONTRACT = {
    "yes": "双方签有书面劳动合同。",
    "no": "双方没有签订书面劳动合同。",
    "expired": "双方的书面劳动合同已经到期，没有续签。",
}
_REQUEST = "综上，申请人根据《劳动争议调解仲裁法》第二条、第五条的规定提出以上请求，请仲裁委员会依法裁决。"


def facts(answers: Answers) -> tuple[str, ...]:
    """Return the paragraphs; what she did not say is a blank."""
    return (_began(answers), *_hurt(answers), *_owed(answers), *_left(answers), *_story(answers), _REQUEST)


def _began(answers: Answers) -> str:
    started, pay = told.day(answers.get("started")), told.money(answers.get("monthly_pay"))
    respondent = told.line(answers.get("employer")) or BLANK
    job = told.line(answers.get("job")) or BLANK
    contract = _CONTRACT.get(told.line(answers.get("contract")) or "", f"书面劳动合同的情况：{BLANK}。")
    return (
        f"申请人于{started or BLANK}到被申请人（{respondent}）处工作，岗位是{job}，"
        f"月工资{yuan(pay) if pay else BLANK + '元'}。{contract}"
    )


def _hurt(answers: Answers) -> tuple[str, ...]:
    if "injury" not in kinds_of(answers):
        return ()
    return (f"申请人于{told.day(answers.get('injured_on')) or BLANK}因工作受伤（患职业病的，写诊断的日子）。",)


def _owed(answers: Answers) -> tuple[str, ...]:
    if "arrears" not in kinds_of(answers):
        return ()
    amount, months = told.money(answers.get("owed_amount")), owed_time(answers)
    return (f"被申请人拖欠申请人{months or BLANK}工资，共{yuan(amount) if amount else BLANK + '元'}，至今没有支付。",)


def _left(answers: Answers) -> tuple[str, ...]:
    ended = told.day(answers.get("ended"))
    if "dismissal" in kinds_of(answers):
        why = "经过见下。" if told.words(answers.get("happened")) else f"理由和经过：{BLANK}"
        return (f"被申请人于{ended or BLANK}解除与申请人的劳动关系，{why}",)
    return (f"申请人于{ended}离开被申请人处。",) if ended else ()


def _story(answers: Answers) -> tuple[str, ...]:
    story = told.words(answers.get("happened"))
    if story is None:
        return (f"事情的经过：{BLANK}",)
    paragraphs = tuple(" ".join(each.split()) for each in story.splitlines() if each.strip())
    return (f"事情的经过：{paragraphs[0]}", *paragraphs[1:])
