"""The second pay that an employer owes who signed no written contract (二倍工资)."""

from __future__ import annotations

from decimal import Decimal

from casework.calculators.calculation import Calculation, NotCalculable, yuan
from casework.calculators.service import Service, checked_pay

LAW, RULES = "劳动合同法", "劳动合同法实施条例"
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
    return Calculation(amount, tuple(steps), tuple(assumptions), articles)
