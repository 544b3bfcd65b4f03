"""Severance (经济补偿) and damages for unlawful dismissal (赔偿金)."""

from __future__ import annotations

from decimal import Decimal

from casework.calculators.calculation import Calculation, plain, yuan
from casework.calculators.service import Service, checked_pay

LAW, RULES = "劳动合同法", "劳动合同法实施条例"
LONG = 15
"""Years of service from which on some may lie before 2008, when the law came into force (Labour Contract Law, 97)."""
CAP_TIMES, CAP_YEARS = 3, 12
"""Times of the local average pay above which this is the cap, and then the most years (Labour Contract Law, 47)."""


def months_of_pay(service: Service) -> Decimal:
    """Return the months of pay for a time of service.

    One for each full year; one for six months or more beyond them, half of one for less (Labour Contract Law, 47 (1)).
    """
    beyond = Decimal(1) if service.months >= 6 else Decimal("0.5") if service.months or service.days else Decimal(0)
    return service.years + beyond


def severance(
    service: Service,
    monthly: Decimal,
    local_average: Decimal | None = None,
    minimum_wage: Decimal | None = None,
) -> Calculation:
    """Return severance N by Labour Contract Law, article 47, and what 2N (87) and N+1 (40) come to among the steps.

    `monthly` is the mean pay of the last twelve months in yuan, bonus and allowances included (Implementing
    Regulations, 27); `local_average` last year's mean pay of employees where the employer is: pay above three times
    of it counts as three times, and at most twelve years count (47 (2)). Without it the cap is told, not applied.
    `minimum_wage` is what counts at least (Implementing Regulations, 27). Raises `NotCalculable`.
    """
    checked_pay(monthly)
    months = months_of_pay(service)
    steps = [f"年头：{_years_told(service)}，合计 {plain(months)} 个月工资。"]
    base = monthly
    if minimum_wage is not None and monthly < minimum_wage:
        base = minimum_wage
        steps.append(f"保底：月工资 {yuan(monthly)}低于当地最低工资 {yuan(base)}，按 {yuan(base)}算。")
    if local_average is not None and base > CAP_TIMES * local_average:
        base, months = CAP_TIMES * local_average, min(months, Decimal(CAP_YEARS))
        steps.append(
            f"封顶：月工资 {yuan(monthly)}高过当地平均 {yuan(local_average)}的三倍，按 {yuan(base)}算，"
            f"最多 {CAP_YEARS} 个月，这里算 {plain(months)} 个月。"
        )
    amount = months * base
    steps += [
        f"N（该给补偿的）：{plain(months)} × {yuan(base)} = {yuan(amount)}。",
        f"2N（公司违法辞退的）：2 × {yuan(amount)} = {yuan(2 * amount)}，不再另给 N。",
        f"N+1（病假期满、调岗后仍不胜任、情况大变这三种，又没提前 30 天书面通知）：{yuan(amount)} + 上个月工资"
        f"（按 {yuan(monthly)}）= {yuan(amount + monthly)}。",
    ]
    assumptions = ["月工资是离职前 12 个月应得的平均数，奖金、津贴、补贴都算在内；干不满 12 个月的，按实际月份平均。"]
    if local_average is None:
        assumptions.append("月工资要是高过当地上年职工月平均工资的三倍，按三倍算，最多算 12 年；当地的数打 12333 问。")
    if service.years >= LONG:
        assumptions.append("2008 年以前的年头按当时的规定算，可能不一样，打 12333 问。")
    assumptions.append("自己普通辞职、严重违纪被辞，一般没有补偿。派遣工找派遣公司要。")
    articles = ((LAW, "第四十七条"), (LAW, "第四十六条"), (LAW, "第八十七条"), (LAW, "第四十条"), (RULES, "第二十七条"))
    values = {"service": str(service), "pay": yuan(monthly), "double": yuan(2 * amount)}
    return Calculation(amount, tuple(steps), tuple(assumptions), articles, values=values)


def damages(
    service: Service,
    monthly: Decimal,
    local_average: Decimal | None = None,
    minimum_wage: Decimal | None = None,
) -> Calculation:
    """Return the damages 2N for an unlawful dismissal by Labour Contract Law, article 87: twice the severance of 47.

    They take the place of severance, and count from the first day of work (Implementing Regulations, 25). Who wants
    the work back instead of money asks for that (48). Arguments and errors as of `severance`.
    """
    single = severance(service, monthly, local_average, minimum_wage)
    steps = (
        *(step for step in single.steps if not step.startswith(("2N", "N+1"))),
        f"2N：2 × {yuan(single.amount)} = {yuan(2 * single.amount)}。",
    )
    assumptions = (
        "公司辞退没有法定理由，或没按程序来；拿了 2N 就没有 N。",
        "不要钱、想回去上班的，可以要求继续履行合同，两样选一样。",
        *single.assumptions[:-1],
        "是不是违法辞退要看证据，先别签“自愿离职”，打 12348 或 12351 问。",
    )
    articles = ((LAW, "第八十七条"), (LAW, "第四十七条"), (LAW, "第四十八条"), (RULES, "第二十五条"))
    values = {"service": str(service), "pay": yuan(monthly)}
    return Calculation(2 * single.amount, steps, assumptions, articles, values=values)


def _years_told(service: Service) -> str:
    beyond = Service(0, service.months, service.days) if service.months or service.days else None
    parts = [f"满 {service.years} 年算 {service.years} 个月"] if service.years else []
    if beyond:
        parts.append(f"{beyond}够半年算 1 个月" if service.months >= 6 else f"{beyond}不够半年算半个月")
    return "，".join(parts)
