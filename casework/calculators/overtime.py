"""Pay for overtime (加班费)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from casework.calculators.annual_leave import DAYS_A_MONTH
from casework.calculators.calculation import Article, Calculation, NotCalculable, cents, plain, yuan
from casework.calculators.service import checked_pay

LAW, HOURS, WAGES, NOTICE = "劳动法", "国务院关于职工工作时间的规定", "工资支付暂行规定", "人社部发〔2025〕2号"
HOURS_A_DAY = 8
WORKDAYS_A_MONTH = Decimal("20.67")
"""Workdays of a mean month, 248 a year ÷ 12 (the notice 人社部发〔2025〕2号)."""
MOST_A_DAY, MOST_A_MONTH = 3, 36
"""Hours of overtime that the law allows (Labour Law, 41)."""
MOST_HOURS = 5000
"""Hours that anybody claims at once: what is more was misread."""
KINDS = (
    ("weekday", "平时", Decimal("1.5")),
    ("rest_day", "休息日（没给补休的）", Decimal(2)),
    ("holiday", "法定节假日", Decimal(3)),
)
"""Kinds of overtime and times of the pay, by Labour Law, article 44 (1) to (3)."""


@dataclass(frozen=True)
class Hours:
    """Hours of overtime by kind."""

    weekday: Decimal = Decimal(0)
    rest_day: Decimal = Decimal(0)
    holiday: Decimal = Decimal(0)

    def __post_init__(self) -> None:
        """Raise `NotCalculable` for none at all, negative ones, or more than anybody works."""
        each = (self.weekday, self.rest_day, self.holiday)
        if min(each) < 0 or not 0 < sum(each) <= MOST_HOURS:
            raise NotCalculable(f"{each} are no hours of overtime")

    def __str__(self) -> str:
        """Return them as one says them: `平时20小时、法定节假日8小时`."""
        told = ((self.weekday, "平时"), (self.rest_day, "休息日"), (self.holiday, "法定节假日"))
        return "、".join(f"{name}{plain(hours)}小时" for hours, name in told if hours)


def hours_of_months(a_day: Decimal, months: Decimal = Decimal(1)) -> Decimal:
    """Return the weekday hours of so many hours each workday for so many months of 20.67 workdays."""
    if not 0 < a_day <= 24 - HOURS_A_DAY or not 0 < months <= 600:
        raise NotCalculable(f"{a_day} hours a day in {months} months")
    return a_day * WORKDAYS_A_MONTH * months


def overtime(monthly: Decimal, hours: Hours, *, counted_from: str = "") -> Calculation:
    """Return the pay for overtime by Labour Law, article 44: 150 %, 200 % and 300 % of an hour's pay.

    An hour's pay is the month's ÷ 21.75 ÷ 8 (人社部发〔2025〕2号; rules on hours, 3). `monthly`
    is the agreed pay for normal hours in yuan. `counted_from` is a line that says how the hours were come by.
    Raises `NotCalculable`.
    """
    checked_pay(monthly)
    hourly = monthly / DAYS_A_MONTH / HOURS_A_DAY
    steps = [counted_from] if counted_from else []
    steps.append(f"一小时的工资：{yuan(monthly)} ÷ {DAYS_A_MONTH} ÷ {HOURS_A_DAY} = {yuan(hourly)}。")
    parts = []
    for name, title, times in KINDS:
        worked = getattr(hours, name)
        if worked:
            part = cents(hourly * worked * times)
            parts.append((f"{title}加班费", part))
            steps.append(
                f"{title}：{plain(worked)} 小时 × {plain(times)} × {yuan(monthly)} ÷ {DAYS_A_MONTH} ÷ {HOURS_A_DAY}"
                f" = {yuan(part)}。"
            )
    amount = sum((part for _, part in parts), Decimal(0))
    if len(parts) > 1:
        steps.append(f"合计：{' + '.join(yuan(part) for _, part in parts)} = {yuan(amount)}。")
    assumptions = (
        "这些加班一点钱都没给过；给过的要减掉，补足差的。",
        "标准工时，公司安排的加班。批准了综合工时、不定时工时，计件、按小时算的，算法不同，打 12333 问。",
        "月工资是约定的正常上班工资；基数怎么定各地不同，底薪很低、工资写“含加班费”的，打 12333 问。",
        "只有休息日的加班能用补休顶；法定节假日一年 13 天，长假里其余的天按休息日算。",
        f"一天最多加 {MOST_A_DAY} 小时、一个月最多 {MOST_A_MONTH} 小时，超了本身就违法，钱照样要给。",
        "离职后一年内要申请仲裁；考勤、排班、工作消息先存好。",
    )
    articles: tuple[Article, ...] = (
        (LAW, "第四十四条"), (WAGES, "第十三条"), (NOTICE, None), (HOURS, "第三条"), (LAW, "第四十一条"),
    )  # fmt: skip
    values = {"hours": str(hours), "pay": yuan(monthly)}
    return Calculation(amount, tuple(steps), assumptions, articles, parts=tuple(parts), values=values)
