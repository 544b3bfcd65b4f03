"""How many days of annual leave somebody has (年休假天数)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from casework.calculators.calculation import Calculation, NotCalculable
from casework.calculators.periods import ONE_DAY, dated

LAW, RULES = "职工带薪年休假条例", "企业职工带薪年休假实施办法"
STEPS = ((20, 15), (10, 10), (1, 5))
"""Years of work in all one's life, and days of leave from them on (Regulations, 3)."""
DAYS_OF_A_YEAR = 365
"""What a part of a year is divided by, in leap years too (Implementing Measures, 5 and 12)."""
LONGEST = 60
"""Years of work."""


def days_a_year(years: int) -> int:
    """Return the days of leave of a whole year by Regulations, article 3, for full years of work, of all employers."""
    if not 0 <= years <= LONGEST:
        raise NotCalculable(f"{years} years is no time of work")
    return next((leave for least, leave in STEPS if years >= least), 0)


def annual_leave_days(
    years: int, *, year: int, joined: date | None = None, left: date | None = None, taken: int = 0
) -> Calculation:
    """Return the whole days of leave that are still open in a calendar year.

    Who joins within the year has its days in proportion to the calendar days that are left of it, of 365 (Measures,
    5); who leaves, to those that have passed (12). Parts of a day do not count, leave taken goes off, and what was
    taken too much is not asked back (12). `years` are the full years of work for all employers. Raises `NotCalculable`.
    """
    first = max(joined or date(year, 1, 1), date(year, 1, 1))
    last = min(left or date(year, 12, 31), date(year, 12, 31))
    if last < first or taken < 0:
        raise NotCalculable(f"{first} to {last}, {taken} days taken: no part of {year}")
    whole = days_a_year(years)
    steps = [f"全年：总工龄满 {years} 年，一年 {whole} 天。" if whole else "总工龄不满 1 年：今年还没有年休假。"]
    due = whole
    if whole and (first, last) != (date(year, 1, 1), date(year, 12, 31)):
        calendar_days = (last - first + ONE_DAY).days
        due = min(whole, calendar_days * whole // DAYS_OF_A_YEAR)
        part = Decimal(calendar_days * whole) / DAYS_OF_A_YEAR
        steps.append(
            f"折算：{dated(first)}到{dated(last)}一共 {calendar_days} 天，{calendar_days} ÷ {DAYS_OF_A_YEAR} × {whole}"
            f" = {part:.2f}，不足一整天的不算，得 {due} 天。"
        )
    left_over = max(0, due - taken)
    if taken:
        steps.append(f"减去已休的 {taken} 天，还有 {left_over} 天" + ("；多休的不用还。" if taken > due else "。"))
    assumptions = (
        "总工龄是在所有单位上班的年头加起来，拿社保记录、旧合同证明；连续上班满 12 个月才有。",
        "有寒暑假、请长病假或没扣钱的事假满 20 天的，当年可能没有；今年中间满 10 年、20 年的，打 12333 问。",
        "合同、厂规写得比这多的，按多的算；休息日和法定节假日不占年休假。",
    )
    articles = ((LAW, "第三条"), (RULES, "第五条"), (RULES, "第十二条"), (LAW, "第二条"), (LAW, "第四条"))
    values = {"years": str(years), "year": str(year)}
    variant = "" if left_over else "none"
    return Calculation(Decimal(left_over), tuple(steps), assumptions, articles, "天", values=values, variant=variant)
