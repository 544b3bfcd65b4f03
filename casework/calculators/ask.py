"""What each calculator has to know, so that a form can ask for what was not told; and running one by its code. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from casework.calculators import runners
from casework.calculators.calculation import Calculation, NotCalculable
from casework.calculators.figures import Figures
from casework.calculators.given import Answers, Given
from casework.calculators.probation import TERMS

Kind = Literal["amount", "date", "integer", "choice", "region"]


@dataclass(frozen=True)
class Question:
    """One question, of a kind that forms know; `unless` names answers beside which it need not be asked."""

    id: str
    kind: Kind
    label: str
    question: str
    example: str = ""
    optional: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    """Codes and titles."""
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Calculator:
    """A calculator by its code; `response` is the stem of what is said to its result."""

    code: str
    title: str
    questions: tuple[Question, ...]
    run: Callable[[Given], Calculation]
    response: str = field(default="")

    @property
    def stem(self) -> str:
        """The name in `domain.yml` of what is said, without the variant."""
        return f"utter_calculated_{self.response or self.code}"


def questions_left(code: str, answers: Answers) -> tuple[Question, ...]:
    """Return the questions of a calculator that these answers leave open, the optional ones too.

    Raises `NotCalculable` for a code that is none.
    """
    return tuple(
        question
        for question in calculator(code).questions
        if not any(answers.get(known) not in (None, "") for known in (question.id, *question.unless))
    )


def run(code: str, answers: Answers, figures: Figures, today: date) -> Calculation:
    """Run a calculator over answers, with the local figures of their `region`.

    Raises `Missing` for an answer that is not there, `NotCalculable` for one that cannot be counted with.
    """
    given = Given(answers, figures, today)
    result = calculator(code).run(given)
    notes = tuple(note for note in given.notes if note not in result.assumptions)
    return replace(result, assumptions=(*notes, *result.assumptions))


def response(code: str, result: Calculation) -> tuple[str, dict[str, str]]:
    """Return the name of the response that tells a result, and its placeholders' values."""
    stem = calculator(code).stem
    return (f"{stem}_{result.variant}" if result.variant else stem), {**result.values, "amount": result.result}


def calculator(code: str) -> Calculator:
    """Return a calculator. Raises `NotCalculable` for a code that is none."""
    if code not in CALCULATORS:
        raise NotCalculable(f"there is no calculator {code}")
    return CALCULATORS[code]


_MONTHLY = Question("monthly_pay", "amount", "月工资", "离职前12个月，平均每月应发多少钱？", "例如：5200")
_NORMAL = replace(_MONTHLY, question="正常上班（不加班）每月工资多少钱？")
_STARTED = Question(
    "started", "date", "入职日期", "哪天开始在这家上班的？", "例如：2023年3月1日", unless=("service_months",)
)
_ENDED = Question(
    "ended",
    "date",
    "离职日期",
    "最后一天上班是哪天？还在上班就跳过。",
    "例如：2026年10月31日",
    optional=True,
    unless=("service_months",),
)
_REGION = Question(
    "region", "region", "上班的地方", "在哪个省、市上班？各地的数不一样。", "例如：江苏徐州", optional=True
)
_LEFT = Question("left", "date", "离职日期", "哪天离职的？还在上班就跳过。", "例如：2026年10月31日", optional=True)
_HOURS = ("weekday_hours", "hours_a_day")

_ALL = (
    Calculator("severance", "经济补偿 N", (_STARTED, _ENDED, _MONTHLY, _REGION), runners.run_severance),
    Calculator("damages", "违法辞退 2N", (_STARTED, _ENDED, _MONTHLY, _REGION), runners.run_damages),
    Calculator(
        "double_pay",
        "没签合同的二倍工资",
        (
            _STARTED,
            Question(
                "signed",
                "date",
                "签合同日期",
                "后来哪天签的劳动合同？没签过就跳过。",
                "例如：2026年5月1日",
                optional=True,
            ),
            replace(_ENDED, unless=("service_months", "signed")),
            replace(_MONTHLY, question="没签合同的那些月，每月工资多少钱？"),
        ),
        runners.run_double_pay,
    ),
    Calculator(
        "overtime",
        "加班费",
        (
            _NORMAL,
            Question(
                "weekday_hours",
                "integer",
                "平时加班",
                "平时（周一到周五下班后）一共加班多少小时？没有填0。",
                "例如：40",
                unless=_HOURS,
            ),
            Question(
                "rest_day_hours", "integer", "休息日加班", "休息日加班、没给补休的，多少小时？没有填0。", "例如：16"
            ),
            Question("holiday_hours", "integer", "法定节假日加班", "法定节假日加班多少小时？没有填0。", "例如：8"),
        ),
        runners.run_overtime,
    ),
    Calculator(
        "annual_leave",
        "未休年假工资",
        (
            Question("unpaid_days", "integer", "没休的年假", "没休的法定年休假有几天？", "例如：5"),
            replace(_MONTHLY, question="前12个月，不算加班费，平均每月工资多少钱？"),
        ),
        runners.run_annual_leave,
    ),
    Calculator(
        "annual_leave_days",
        "年休假天数",
        (
            Question("total_years", "integer", "总工龄", "在所有单位加起来，上班满几年了？", "例如：11"),
            Question(
                "joined", "date", "入职日期", "今年才来这家的，哪天来的？不是就跳过。", "例如：2026年4月1日", True
            ),
            replace(_LEFT, question="已经离职的，哪天走的？没走就跳过。"),
            Question("taken", "integer", "已休天数", "今年已经休了几天年休假？没休填0。", "例如：2"),
        ),
        runners.run_annual_leave_days,
    ),
    Calculator(
        "notice_pay",
        "代通知金",
        (
            replace(_MONTHLY, label="上月工资", question="被辞退前一个月，应发工资多少钱？"),
            replace(_STARTED, optional=True),
            _ENDED,
        ),
        runners.run_notice_pay,
    ),
    Calculator(
        "probation",
        "试用期",
        (
            Question("contract_term", "choice", "合同期限", "劳动合同签了多久？", choices=tuple(TERMS.items())),
            Question("served", "integer", "试用了几个月", "试用期已经过了几个月（整月）？", "例如：4"),
            replace(_MONTHLY, label="转正工资", question="转正以后每月工资多少钱？", optional=True),
            Question("probation_pay", "amount", "试用期工资", "试用期每月实际发多少钱？", "例如：3500", optional=True),
            _REGION,
        ),
        runners.run_probation,
    ),
    Calculator(
        "injury",
        "工伤伤残待遇",
        (
            Question("grade", "integer", "伤残等级", "劳动能力鉴定是几级？填1到10。", "例如：9"),
            replace(_MONTHLY, question="受伤前12个月，平均每月缴费工资多少钱？没交工伤保险的填平均工资。"),
            _REGION,
        ),
        runners.run_injury,
    ),
    Calculator(
        "injury_death",
        "工亡待遇",
        (
            replace(_MONTHLY, question="出事前12个月，他平均每月工资多少钱？"),
            Question(
                "spouse",
                "choice",
                "配偶",
                "配偶主要靠他生活、自己没有劳动能力吗？",
                choices=(("yes", "是"), ("no", "不是")),
            ),
            Question(
                "relatives", "integer", "其他亲属", "除配偶外，主要靠他养的老人、孩子有几个？没有填0。", "例如：2"
            ),
            _REGION,
        ),
        runners.run_death,
    ),
    Calculator(
        "maternity",
        "产假、流产假天数",
        (
            Question(
                "birth",
                "choice",
                "哪种情况",
                "是哪种情况？",
                choices=(
                    ("birth", "生孩子"),
                    ("difficult", "难产"),
                    ("miscarriage_early", "流产，不满4个月"),
                    ("miscarriage_late", "流产，满4个月"),
                ),
            ),
            Question("children", "integer", "几个孩子", "这一胎生了几个？只有一个就跳过。", "例如：2", optional=True),
            _REGION,
        ),
        runners.run_maternity,
    ),
    Calculator("limit_wages", "讨工资的期限", (_LEFT,), runners.run_limit_wages, "limit"),
    Calculator(
        "limit_dispute",
        "申请仲裁的期限",
        (Question("knew", "date", "哪天知道的", "哪天知道自己的权利受了损害？", "例如：2026年3月5日"),),
        runners.run_limit_dispute,
        "limit",
    ),
    Calculator(
        "limit_injury",
        "报工伤的期限",
        (Question("hurt", "date", "受伤日期", "哪天受的伤？职业病填诊断那天。", "例如：2026年3月5日"),),
        runners.run_limit_injury,
        "limit",
    ),
    Calculator(
        "limit_award",
        "不服裁决的期限",
        (Question("received", "date", "收到日期", "哪天收到裁决书的？", "例如：2026年11月10日"),),
        runners.run_limit_award,
        "limit",
    ),
    Calculator(
        "limit_annual_leave",
        "年假工资的期限",
        (Question("leave_year", "integer", "哪一年", "是哪一年的年休假？", "例如：2025"), _LEFT),
        runners.run_limit_annual_leave,
        "limit",
    ),
    Calculator(
        "limit_inspection",
        "劳动监察的期限",
        (Question("happened", "date", "哪天的事", "这件事哪天发生的？一直没改的填最后那天。", "例如：2026年3月5日"),),
        runners.run_limit_inspection,
        "limit",
    ),
)
TOLD_ONLY = frozenset({"service_months", "hours_a_day", "overtime_months", "starts"})
"""Answers that nobody is asked for, but that count where they were told: in the place of others, or beside them."""
CALCULATORS = {each.code: each for each in _ALL}
"""By code, in the order of a menu."""
