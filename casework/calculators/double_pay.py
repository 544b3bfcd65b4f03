"""The second pay that an employer owes who signed no written contract (二倍工资)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casework.calculators.annual_leave import DAYS_A_MONTH
from casework.calculators.calculation import Article, Calculation, NotCalculable, cents, plain, yuan
from casework.calculators.periods import ONE_DAY, YEAR, corresponding_day, dated, first_day_after, workdays
from casework.calculators.service import Service, checked_pay

LAW, RULES, LIMITS = "劳动合同法", "劳动合同法实施条例", "劳动争议调解仲裁法"
INTERPRETATION = "法释〔2025〕12号"
MOST = 11
"""Months: from the second of work to the end of the first year."""
LAPSED = 24
"""Months of work after which the claim has mostly lapsed."""


def double_pay(service: Service, monthly: Decimal) -> Calculation:
    """Return the second pay for work without any written contract, by Labour Contract Law, article 82.

    It is owed from the day after the first month to the day before the contract is signed, at the longest until the
    first year is full; after it an open-ended contract counts as signed (Implementing Regulations, 6 and 7). `monthly`
    is the pay in yuan; days of a month are left out. After two years of work even the last of these months is over a
    year ago, the time to claim (Mediation and Arbitration Law, 27): nothing is promised. Raises `NotCalculable`.
    """
    checked_pay(monthly)
    worked = service.years * 12 + service.months
    if worked >= LAPSED:
        raise NotCalculable(f"after {service} the year in which it can be claimed is mostly over")
    months = max(0, min(worked, MOST + 1) - 1)
    amount = months * monthly
    if not months:
        steps = [f"干了{service}：头一个月是给公司签合同的时间，从第二个月起没签才有，现在还没有。"]
    else:
        full = "满一年以后不再有，算作已经签了无固定期限合同" if worked > MOST else "签了合同的，只算到签的前一天"
        steps = [
            f"月份：从第二个月数起，{full}，一共 {months} 个月（最多 {MOST} 个月）。",
            f"多给的那一份：{months} × {yuan(monthly)} = {yuan(amount)}。",
        ]
    assumptions = [
        "从头到尾没签过书面劳动合同，公司也照常发了一份工资；没发的那份另外要。",
        "零头的天数没有算进去；每月工资不一样的，按各月应得的工资分别算。",
        "一般要在一年内申请仲裁，从哪天数起各地不同，越早的月份越先过期，早点打 12333 或 12348 问。",
    ]
    articles = ((LAW, "第八十二条"), (RULES, "第六条"), (RULES, "第七条"), (LAW, "第十四条"))
    values = {"service": str(service), "pay": yuan(monthly)}
    variant = "" if months else "none"
    return Calculation(amount, tuple(steps), tuple(assumptions), articles, values=values, variant=variant)


@dataclass(frozen=True)
class Month:
    """A month of work without a contract, or the part of one, and the second pay for it."""

    first: date
    last: date
    amount: Decimal
    workdays: int | None = None
    """Where it is a part."""

    def is_open(self, today: date) -> bool:
        """Tell whether the year to claim it has not passed, counted for this month alone: the strictest way."""
        return corresponding_day(self.last, YEAR) >= today


def months_without_contract(first_day: date, last_day: date, monthly: Decimal) -> tuple[Month, ...]:
    """Return the months for which a second pay is owed (Labour Contract Law, 82; Implementing Regulations, 6 and 7).

    They begin with the day after the first month of work and end with the day before the contract was signed, the last
    day of work (`last_day`), or the day before a year is full: eleven at most. A part of a month counts by the days
    worked in it (法释〔2025〕12号, 6), of 21.75 a month.
    """
    checked_pay(monthly)
    if last_day < first_day:
        raise NotCalculable(f"{last_day} is before {first_day}")
    return tuple(_months(first_day, last_day, monthly))


def _months(first_day: date, last_day: date, monthly: Decimal) -> Iterator[Month]:
    for number in range(1, MOST + 1):
        first, full = first_day_after(first_day, number), first_day_after(first_day, number + 1) - ONE_DAY
        if first > last_day:
            return
        if full <= last_day:
            yield Month(first, full, monthly)
            continue
        worked = workdays(first, last_day)
        yield Month(first, last_day, min(monthly, cents(monthly * worked / DAYS_A_MONTH)), worked)


def double_pay_between(
    first_day: date, last_day: date, monthly: Decimal, today: date, *, signed: bool = False
) -> Calculation:
    """Return the second pay for work without a contract between two days, what has lapsed by `today` told apart.

    `last_day` is the last one without a contract: of work, or before it was `signed`. The year to claim (Mediation and
    Arbitration Law, 27) is counted for each month alone, which is the strictest way in use: what is open by it is open
    everywhere. The amount is only that. Articles and errors as of `months_without_contract`.
    """
    months = months_without_contract(first_day, last_day, monthly)
    open_months = [month for month in months if month.is_open(today)]
    lapsed = [month for month in months if month not in open_months]
    parts = tuple((f"{dated(month.first)}至{dated(month.last)}", month.amount) for month in open_months)
    amount = sum((part for _, part in parts), Decimal(0))
    steps = [*_period_told(first_day, months, signed), *_sums_told(months, monthly)]
    if lapsed:
        lost = sum((month.amount for month in lapsed), Decimal(0))
        hope = "有的地方从最后一个月起算，照样写进申请" if parts else "中间没要过、没投诉过的，多半要不到了"
        until = dated(lapsed[-1].last)
        steps.append(f"过期：到{until}为止的，按最严的算法已经过了一年，{yuan(lost)}可能要不到；{hope}。")
    if months:
        steps.append(f"还在一年里、稳当能要的：{yuan(amount)}。")
    assumptions = (
        "这段时间一直没签书面劳动合同（电子合同也算合同），公司也照常发了一份工资；没发的那份另外要。",
        "每月工资不一样的，按各月应得的工资分别算；零头按那几个工作日算。",
        "中间要过、投诉过、公司答应过，从那天起重新算一年，把记录留好。",
        "是你自己不肯签，或合同期满后依法自动延长的，没有这笔钱。",
    )
    articles: tuple[Article, ...] = (
        (LAW, "第八十二条"), (RULES, "第六条"), (RULES, "第七条"), (LIMITS, "第二十七条"), (INTERPRETATION, "第六条"),
        (INTERPRETATION, "第七条"), (LAW, "第十四条"),
    )  # fmt: skip
    values = {"service": str(Service.between(first_day, last_day)), "pay": yuan(monthly)}
    variant = "" if parts else "over" if lapsed else "none"
    return Calculation(amount, tuple(steps), assumptions, articles, parts=parts, values=values, variant=variant)


def _period_told(first_day: date, months: tuple[Month, ...], signed: bool) -> list[str]:
    if not months:
        return [f"从{dated(first_day)}起头一个月是给公司签合同的时间，满一个月的第二天起没签才有，现在还没有。"]
    full = len(months) == MOST and months[-1].workdays is None
    end = "满一年为止" if full else "签合同的前一天为止" if signed else "最后一天为止"
    after = "；满一年起算作已签无固定期限合同，不再有" if full else ""
    first, last = dated(months[0].first), dated(months[-1].last)
    return [f"时间：满一个月的第二天{first}起，到{last}，{end}，最多 {MOST} 个月{after}。"]


def _sums_told(months: tuple[Month, ...], monthly: Decimal) -> list[str]:
    whole = [month for month in months if month.workdays is None]
    steps = []
    if whole:
        steps.append(f"整月：{len(whole)} × {yuan(monthly)} = {yuan(len(whole) * monthly)}。")
    for month in months:
        if month.workdays is not None:
            steps.append(
                f"零头：{dated(month.first)}到{dated(month.last)}有 {month.workdays} 个工作日，{month.workdays} × "
                f"{yuan(monthly)} ÷ {plain(DAYS_A_MONTH)} = {yuan(month.amount)}。"
            )
    return steps
