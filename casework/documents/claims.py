"""What may be asked for, by the kinds of trouble that a worker told of. Pure.

Sums are what she told or a calculator gave; one that is not known is a blank. Of what the law leaves to her (damages or
going back to work) one is written, and `hints` says what else she may choose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from casework.calculators.calculation import Calculation, yuan
from casework.documents import answers as told
from casework.documents.answers import Answers
from casework.documents.parts import BLANK, Article, Claim

LAW, CONTRACT, RULES = "劳动法", "劳动合同法", "劳动合同法实施条例"
ARBITRATION, INTERPRETATION = "劳动争议调解仲裁法", "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）"
LEAVE, LEAVE_RULES = "职工带薪年休假条例", "企业职工带薪年休假实施办法"
INJURY, INSURANCE = "工伤保险条例", "社会保险法"

EMPLOYED = frozenset({"employee", "dispatched"})
"""Statuses to which the Labour Contract Law applies as it stands: only for them sums are calculated."""
KINDS = ("arrears", "overtime", "no_contract", "leave", "dismissal", "injury", "insurance", "deposit", "other")
"""In the order in which the letter has them."""

Calculations = Mapping[str, Calculation]
"""What the calculators came to, by code: `damages`, `double_pay`, and where given `overtime`, `annual_leave`."""


@dataclass(frozen=True)
class _Facts:
    """What claims are made from."""

    answers: Answers
    calculations: Calculations

    @property
    def employed(self) -> bool:
        return status_of(self.answers) in EMPLOYED

    def calculated(self, code: str) -> Calculation | None:
        """Return a calculator's result, where its law applies to her."""
        return self.calculations.get(code) if self.employed else None


def status_of(answers: Answers) -> str:
    """Return her status; an employee's where she named none."""
    return told.line(answers.get("status")) or "employee"


def kinds_of(answers: Answers) -> tuple[str, ...]:
    """Return the kinds that she told of, in the letter's order."""
    chosen = told.codes(answers.get("kinds"))
    return tuple(kind for kind in KINDS if kind in chosen)


def claims(answers: Answers, calculations: Calculations) -> tuple[Claim, ...]:
    """Return her claims; one to be filled in where she named no kind."""
    facts = _Facts(answers, calculations)
    kinds = kinds_of(answers) or ("other",)
    first = (_relation(facts),) if _needs_relation(facts) else ()
    return (*first, *(_CLAIMS[kind](facts) for kind in kinds))


def hints(answers: Answers, calculations: Calculations) -> tuple[str, ...]:
    """Return what she should know before she keeps a claim as it is drafted."""
    facts = _Facts(answers, calculations)
    chosen = kinds_of(answers)
    found = [_HINTS[kind] for kind in chosen if kind in _HINTS]
    damages = facts.calculated("damages")
    if "dismissal" in chosen and damages:
        found.append(
            f"赔偿金是经济补偿的二倍：经济补偿 {yuan(damages.amount / 2)}，二倍 {yuan(damages.amount)}，两样不能都要。"
        )
    contract = told.line(answers.get("contract"))
    if contract == "no" and "no_contract" not in chosen and facts.employed:
        found.append("你说没签过书面合同：还可能要得到二倍工资差额（劳动合同法第八十二条），要不要加上，打 12348 问。")
    if contract in ("yes", "expired") and "no_contract" in chosen:
        found.append("签过合同、到期没续签的，还有没有二倍工资各地看法不一样，这一条先问 12348，不合适就删掉。")
    if not facts.employed:
        found.append("你的情况可能不全按劳动合同法算，所以金额没有替你算：能要哪几项、各要多少，打 12348 问清再填。")
    return tuple(found)


def _needs_relation(facts: _Facts) -> bool:
    """Tell whether the labour relation itself has to be claimed: without a contract the employer may deny it."""
    return facts.employed and told.line(facts.answers.get("contract")) == "no"


def _relation(facts: _Facts) -> Claim:
    started, ended = told.day(facts.answers.get("started")), told.day(facts.answers.get("ended"))
    until = f"至{ended}" if ended else "起" if _still_there(facts.answers) else f"至{BLANK}"
    text = f"请求确认申请人与被申请人自{started or BLANK}{until}存在劳动关系。"
    return Claim(text, None, ((ARBITRATION, "第二条"), (CONTRACT, "第七条")))


def _still_there(answers: Answers) -> bool:
    """Tell whether nothing says that she left: a claim from her first day on is right then in any case."""
    return answers.get("ended") is None and "dismissal" not in kinds_of(answers)


def _pays(what: str, amount: Decimal | None, articles: tuple[Article, ...], basis: str = "") -> Claim:
    """Return a claim for money."""
    known = amount is not None and amount > 0
    total = yuan(amount) if known and amount is not None else f"{BLANK}元"
    return Claim(f"请求裁决被申请人支付{what}{total}。", amount if known else None, articles, basis if known else "")


def _arrears(facts: _Facts) -> Claim:
    amount = told.money(facts.answers.get("owed_amount"))
    months = owed_time(facts.answers)
    what = f"拖欠的{months or BLANK}工资"
    count, pay = told.whole(facts.answers.get("owed_months")), told.money(facts.answers.get("monthly_pay"))
    basis = f"每月{yuan(pay)}，共{count}个月" if count and pay and count * pay == amount else ""
    return _pays(what, amount, ((LAW, "第五十条"), (CONTRACT, "第三十条")), basis)


def owed_time(answers: Answers) -> str | None:
    """Return the time that pay is owed for, from its months or from the day since which it is."""
    since = told.day(answers.get("owed_since"))
    return _period(answers.get("owed_months")) or (f"自{since}起的" if since else None)


def _period(value: object) -> str | None:
    """Return the months that pay is owed for, as a letter has them: `2026年3月至2026年5月的`, `3个月的`."""
    count = told.whole(value)
    if count is not None:
        return f"{count}个月的"
    if isinstance(value, Mapping):
        span = told.day(value)
        return f"{span.first.year}年{span.first.month}月至{span.last.year}年{span.last.month}月的" if span else None
    if isinstance(value, list | tuple):
        return "、".join(told.codes(value)) + "的" if told.codes(value) else None
    words = told.line(value)
    return f"{words.removesuffix('的')}的" if words else None


def _overtime(facts: _Facts) -> Claim:
    calculation = facts.calculated("overtime")
    amount = calculation.amount if calculation else None
    return _pays("加班工资", amount, ((LAW, "第四十四条"), (CONTRACT, "第三十一条")))


def _no_contract(facts: _Facts) -> Claim:
    never = told.line(facts.answers.get("contract")) == "no"
    calculation = facts.calculated("double_pay") if never else None
    articles: tuple[Article, ...] = ((CONTRACT, "第八十二条"), (RULES, "第六条"), (RULES, "第七条"))
    if calculation is None or calculation.amount <= 0:
        return _pays("未订立书面劳动合同的二倍工资差额", None, articles)
    return _pays("未订立书面劳动合同的二倍工资差额", calculation.amount, articles, _monthly(facts))


def _leave(facts: _Facts) -> Claim:
    calculation = facts.calculated("annual_leave")
    amount = calculation.amount if calculation else None
    return _pays("应休未休年休假的工资报酬", amount, ((LEAVE, "第五条"), (LEAVE_RULES, "第十条")))


def _dismissal(facts: _Facts) -> Claim:
    calculation = facts.calculated("damages")
    articles: tuple[Article, ...] = ((CONTRACT, "第四十八条"), (CONTRACT, "第八十七条"), (CONTRACT, "第四十七条"))
    if calculation is None:
        return _pays("违法解除劳动合同的赔偿金", None, articles)
    basis = f"{_monthly(facts)}，经济补偿{yuan(calculation.amount / 2)}的二倍"
    return _pays("违法解除劳动合同的赔偿金", calculation.amount, articles, basis)


def _monthly(facts: _Facts) -> str:
    started, ended = told.day(facts.answers.get("started")), told.day(facts.answers.get("ended"))
    pay = told.money(facts.answers.get("monthly_pay"))
    until = f"{ended}止" if ended else "现在仍在职"
    return f"{started}起，{until}，月工资{yuan(pay)}" if started and pay else ""


def _injury(_facts: _Facts) -> Claim:
    return _pays("工伤保险待遇", None, ((INJURY, "第三十条"), (INJURY, "第三十三条"), (INJURY, "第六十二条")))


def _insurance(_facts: _Facts) -> Claim:
    what = "因未办理社会保险且不能补办造成的待遇损失"
    return _pays(what, None, ((INSURANCE, "第五十八条"), (INTERPRETATION, "第一条")))


def _deposit(_facts: _Facts) -> Claim:
    text = f"请求裁决被申请人退还收取的押金{BLANK}元、扣押的证件{BLANK}。"
    return Claim(text, None, ((CONTRACT, "第九条"), (CONTRACT, "第八十四条")))


def _other(_facts: _Facts) -> Claim:
    return Claim(f"请求裁决被申请人{BLANK}。", None, ((ARBITRATION, "第二条"),))


_CLAIMS: dict[str, Callable[[_Facts], Claim]] = {
    "arrears": _arrears,
    "overtime": _overtime,
    "no_contract": _no_contract,
    "leave": _leave,
    "dismissal": _dismissal,
    "injury": _injury,
    "insurance": _insurance,
    "deposit": _deposit,
    "other": _other,
}
_HINTS = {
    "arrears": "工资那一条：一个月一个月对一遍，写清哪几个月、每月差多少。",
    "overtime": "加班工资：平时 1.5 倍、休息日没补休 2 倍、法定节假日 3 倍，把时间和算法写上（劳动法第四十四条）。",
    "no_contract": "二倍工资差额：最多 11 个月，一般要在一年内提，越早的月份越先过期，早点交。",
    "leave": "没休的年休假：写清哪一年、几天；每天再补 200%，平时工资已经算了 100%。是产假、病假这些的，改成那一种。",
    "dismissal": "被辞退的：想回去上班，把赔偿金改成“继续履行劳动合同”，二选一（劳动合同法第四十八条）；"
    "是公司提出、你同意走的，改成经济补偿（第四十六条）。",
    "injury": "工伤：先要有工伤认定，一般还要伤残鉴定；受伤那天起 1 年内可以自己申请（工伤保险条例第十七条），"
    "还没做的，先去人社局。单位参了保的，有些钱由基金付，打 12333 问。",
    "insurance": "社保：只想补缴的，删掉这一条，找社保、税务部门，打 12333；补不了、拿不到待遇的，才在这里要赔。",
    "deposit": "押金、证件：写清金额、哪天收的、哪样证件；扣身份证的，也可以打 12333 投诉。",
    "other": "空着的请求：写清要公司做什么、给多少，一条写一样。",
}
"""What to look at before a claim is kept."""
