"""Pay for annual leave that was not taken (未休年休假工资报酬)."""

from __future__ import annotations

from decimal import Decimal

from casework.calculators.calculation import Calculation, NotCalculable, yuan
from casework.calculators.service import checked_pay

LAW, RULES = "职工带薪年休假条例", "企业职工带薪年休假实施办法"
DAYS_A_MONTH = Decimal("21.75")
"""Days that are paid in a month (Implementing Measures, 11)."""
MOST = 60
"""Days: fifteen a year, of four years."""


def annual_leave_pay(days: int, monthly: Decimal) -> Calculation:
    """Return what is still owed for leave that the employer did not grant: 200 % of a day's pay for each day.

    The law gives 300 %, in which the ordinary pay of these days is contained (Regulations, 5; Implementing Measures,
    10). `monthly` is the mean pay of the last twelve months in yuan without overtime, over 21.75 days a month (11).
    Raises `NotCalculable`.
    """
    checked_pay(monthly)
    if not 1 <= days <= MOST:
        raise NotCalculable(f"{days} days are no leave that was not taken")
    daily = monthly / DAYS_A_MONTH
    amount = 2 * daily * days
    steps = (
        f"一天的工资：{yuan(monthly)} ÷ {DAYS_A_MONTH} = {yuan(daily)}。",
        f"没休的每天按 300% 给，平时工资里已经有 100%，还要补 200%：{days} × 2 × {yuan(monthly)} ÷ {DAYS_A_MONTH}"
        f" = {yuan(amount)}。",
    )
    assumptions = (
        f"这 {days} 天是该休没休的法定年休假；公司另给的福利年假看公司规定。",
        "当年离职的，当年的天数按在职天数折算，不足一整天的不算。",
        "月工资是前 12 个月的平均数，加班费不算在内；那些天的平时工资已经发了。",
        "公司安排了、是自己书面说不休的，只有平时的工资。",
        "一般要在一年内申请仲裁，从哪天数起各地不同，打 12333 问。",
    )
    articles = ((LAW, "第五条"), (RULES, "第十条"), (RULES, "第十一条"), (RULES, "第十二条"))
    return Calculation(amount, steps, assumptions, articles, values={"days": str(days), "pay": yuan(monthly)})
