"""Until when a claim can be made (时效、期限): the last day, the days that are left, and what to do today.

The day on which a period begins does not count, and it ends with the corresponding day; where that is a day off, with
the next working day (Civil Code, 200 to 203; Civil Procedure Law, 85). What is told is the earlier day where the law
leaves doubt: to be early harms nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casework.calculators.calculation import Article, Calculation, NotCalculable
from casework.calculators.periods import CIVIL_CODE, ONE_DAY, YEAR, corresponding_day, dated, next_workday

ARBITRATION, INJURY, INSPECTION, PROCEDURE = "劳动争议调解仲裁法", "工伤保险条例", "劳动保障监察条例", "民事诉讼法"
COUNTING: tuple[Article, ...] = tuple((CIVIL_CODE, f"第二百零{number}条") for number in ("一", "二", "三"))
EMPLOYER_DAYS, AWARD_DAYS = 30, 15
SOON = 30
"""Days in which a limit that runs out is a matter for today."""
_INTERRUPTED = "中间要过、投诉过、公司答应过给的，从最后那天重新数一年，证据留好。"
_NOT_SURE = "哪天算“知道”，各地看法不全一样，拿不准就按最早的那天赶，打 12348 问。"


@dataclass(frozen=True)
class Limit:
    """The last day on which something can be done, None where there is none yet."""

    last_day: date | None
    days_left: int | None
    """Days from today to the last day, negative once it has passed."""
    basis: tuple[Article, ...]
    steps: tuple[str, ...]
    """How it was counted, and last what to do today."""
    assumptions: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Tell whether the last day has passed."""
        return self.days_left is not None and self.days_left < 0

    @property
    def is_soon(self) -> bool:
        """Tell whether there are at most thirty days left."""
        return self.days_left is not None and 0 <= self.days_left <= SOON

    def as_calculation(self) -> Calculation:
        """Return it as what a calculator comes to: the days that are left, none where it is over or has none."""
        left = Decimal(max(0, self.days_left or 0))
        last_day = dated(self.last_day) if self.last_day else "现在还没有"
        variant = "none" if self.last_day is None else "over" if self.is_over else "today" if not left else ""
        return Calculation(
            left, self.steps, self.assumptions, self.basis, "天", values={"last_day": last_day}, variant=variant
        )


def arbitration_limit(knew: date, today: date) -> Limit:
    """Return the limit of an application for arbitration by 劳动争议调解仲裁法, article 27 (1): one year.

    `knew` is the day on which the worker knew or had to know; where she claimed, complained, or the employer promised
    since, that day begins the year anew (27 (2)). Raises `NotCalculable` for a day to come.
    """
    _checked(knew, today)
    last_day, counted = _years_on(knew, 1)
    return _limit(
        last_day,
        today,
        (f"从知道权利受损那天数一年：{dated(knew)}那天不算，到{dated(corresponding_day(knew, YEAR))}。", *counted),
        "仲裁申请",
        ((ARBITRATION, "第二十七条"), *COUNTING),
        (_INTERRUPTED, _NOT_SURE),
    )


def wage_limit(left: date | None, today: date) -> Limit:
    """Return the limit for unpaid wages by 劳动争议调解仲裁法, 27 (4): none while employed, a year from leaving.

    `left` is the day on which the employment ended, None where it lasts. Raises `NotCalculable` for a day to come.
    """
    basis = ((ARBITRATION, "第二十七条"), *COUNTING)
    if left is None:
        employed = (
            "还在这家上班，讨工资、加班费没有一年的限制；离职那天起才数一年。",
            "今天就做：微信写清欠哪几个月、多少钱，要对方回；打 12333 投诉。",
        )
        kept = "隔得越久证据越难：劳动监察一般只查两年内的，工资记录单位只要存两年。"
        return Limit(None, None, (*basis, (INSPECTION, "第二十条")), employed, (kept,))
    _checked(left, today)
    last_day, counted = _years_on(left, 1)
    steps = (f"离职后一年内：{dated(left)}那天不算，到{dated(corresponding_day(left, YEAR))}。", *counted)
    return _limit(last_day, today, steps, "仲裁申请", basis, (_INTERRUPTED,))


def annual_leave_limit(year: int, left: date | None, today: date) -> Limit:
    """Return the limit to claim pay for a year's annual leave by 劳动争议调解仲裁法, article 27: a year from its end.

    The employer has until the end of the year to pay it (企业职工带薪年休假实施办法, 10); who `left` within it counts
    from that day. Where the day lies differs by place: the earliest is told. Raises `NotCalculable`.
    """
    end = date(year, 12, 31) if left is None or left.year > year else left
    if end.year < year:
        raise NotCalculable(f"{left} is before {year}")
    if end > today:
        this_year = (f"{year} 年还没过完，公司年底前还能安排休。", "今天就做：发微信要求安排年休假，留下记录。")
        return Limit(None, None, (("企业职工带薪年休假实施办法", "第十条"), (ARBITRATION, "第二十七条")), this_year)
    last_day, counted = _years_on(end, 1)
    steps = (f"{dated(end)}该付清，那天不算，数一年到{dated(corresponding_day(end, YEAR))}。", *counted)
    basis = ((ARBITRATION, "第二十七条"), ("企业职工带薪年休假实施办法", "第十条"), *COUNTING)
    carried = "公司经你同意跨一年安排的，从第二年年底数；各地算法不同，早交最稳，打 12333 问。"
    return _limit(last_day, today, steps, "仲裁申请", basis, (_INTERRUPTED, carried))


def inspection_limit(happened: date, today: date) -> Limit:
    """Return until when the labour inspectorate looks into a breach by 劳动保障监察条例, article 20: two years.

    `happened` is the day of the breach, or its last where it went on. Raises `NotCalculable` for a day to come.
    """
    _checked(happened, today)
    last_day = corresponding_day(happened, 2 * YEAR)
    steps = (f"劳动监察管两年内的：从{dated(happened)}（一直没改的，从停下那天）数两年，到{dated(last_day)}。",)
    return _limit(last_day, today, steps, "向劳动监察（12333）投诉", ((INSPECTION, "第二十条"),), ())


def injury_limit(hurt: date, today: date) -> Limit:
    """Return the worker's limit to claim an injury by 工伤保险条例, article 17: one year; the employer's is 30 days.

    `hurt` is the day of the accident, or of the diagnosis of an occupational disease. A day off at the end is not
    relied on: a claim on time before it is safe everywhere. Raises `NotCalculable` for a day to come.
    """
    _checked(hurt, today)
    employer, last_day = hurt + EMPLOYER_DAYS * ONE_DAY, corresponding_day(hurt, YEAR)
    over = "已经过了，过期的这段费用由单位出" if employer < today else f"还有 {(employer - today).days} 天"
    steps = [
        f"单位该在 {EMPLOYER_DAYS} 天内报：{dated(hurt)}那天不算，到{dated(employer)}，{over}。",
        f"单位不报，你自己、家里人、工会一年内都能报：到{dated(last_day)}。",
    ]
    if next_workday(last_day) != last_day:
        steps.append("这天是休息日，赶在它前面的工作日交，别等放假后。")
    assumptions = (
        "职业病从诊断、鉴定那天数，受伤从出事那天数。",
        "不是你自己的原因耽误的（被限制自由、单位或窗口的原因等），那段时间可以不算，带证据打 12348 问。",
    )
    basis = ((INJURY, "第十七条"), (INJURY, "第十八条"), *COUNTING[:2])
    return _limit(last_day, today, tuple(steps), "工伤认定申请", basis, assumptions)


def lawsuit_limit(received: date, today: date) -> Limit:
    """Return the limit to sue after an award by 劳动争议调解仲裁法, articles 48 and 50: 15 days from its receipt.

    Raises `NotCalculable` for a day to come.
    """
    _checked(received, today)
    due = received + AWARD_DAYS * ONE_DAY
    last_day = next_workday(due)
    steps = [f"收到裁决书后 {AWARD_DAYS} 天，休息日也算：{dated(received)}那天不算，到{dated(due)}。"]
    steps += _moved(due, last_day)
    basis = ((ARBITRATION, "第五十条"), (ARBITRATION, "第四十八条"), (PROCEDURE, "第八十五条"))
    assumptions = (
        "收到的日子看送达回证、快递签收；代收、寄错的，带凭据当天去立案窗口问。",
        "公司对终局裁决不能直接起诉；你不服，哪种裁决都能起诉。",
    )
    return _limit(last_day, today, tuple(steps), "起诉状", basis, assumptions)


def _limit(
    last_day: date,
    today: date,
    steps: tuple[str, ...],
    paper: str,
    basis: tuple[Article, ...],
    assumptions: tuple[str, ...],
) -> Limit:
    left = (last_day - today).days
    return Limit(last_day, left, basis, (*steps, _left_told(left), _today_told(left, paper)), assumptions)


def _left_told(left: int) -> str:
    if left < 0:
        return f"按这个算，已经过了 {-left} 天。"
    return "今天就是最后一天。" if left == 0 else f"从今天起还有 {left} 天。"


def _today_told(left: int, paper: str) -> str:
    if left < 0:
        return "今天就做：先别放弃，把要钱、投诉、对方答应的记录按日期排好，今天打 12348 或 12351 问还能不能办。"
    if left <= SOON:
        return f"今天就做：{paper}今天或明天就交，证据不齐后补，要收件回执；写不来马上打 12348 或 12351。"
    return f"今天就做：把证据拍照存好，别卡最后一天，{paper}早点交，要收件回执。"


def _years_on(day: date, years: int) -> tuple[date, list[str]]:
    """Return the last day of a period of years, moved from a day off to the next working day, and the step for that."""
    due = corresponding_day(day, years * YEAR)
    last_day = next_workday(due)
    return last_day, _moved(due, last_day)


def _moved(due: date, last_day: date) -> list[str]:
    return [] if due == last_day else [f"{dated(due)}是休息日，顺延到{dated(last_day)}；能在放假前交最稳。"]


def _checked(day: date, today: date) -> None:
    if day > today:
        raise NotCalculable(f"{day} is still to come")
