"""How long a probation may be (试用期), and what an unlawful one costs the employer."""

from __future__ import annotations

from decimal import Decimal

from casework.calculators.calculation import Article, Calculation, NotCalculable, cents, yuan
from casework.calculators.service import checked_pay

LAW, RULES = "劳动合同法", "劳动合同法实施条例"
ALLOWED = {"under_3_months": 0, "3_months": 1, "1_year": 2, "3_years": 6, "open_ended": 6, "task": 0, "none": 0}
"""Months of probation by the term of the contract, as the choices have it (Labour Contract Law, 19)."""
TERMS = {
    "under_3_months": "不满三个月",
    "3_months": "三个月以上不满一年",
    "1_year": "一年以上不满三年",
    "3_years": "三年以上",
    "open_ended": "无固定期限",
    "task": "干完一件活为止",
    "none": "没签合同，或只签了试用期",
}
SHARE = Decimal("0.8")
"""Of the agreed pay that a probation pays at least (Labour Contract Law, 20)."""
LONGEST = 60
"""Months that anybody was on probation."""


def term_of(months: int) -> str:
    """Return the code of a contract's term, by its months: a year is 12 and counts as a year or more."""
    if months < 1:
        raise NotCalculable(f"{months} months are no contract")
    return "under_3_months" if months < 3 else "3_months" if months < 12 else "1_year" if months < 36 else "3_years"


def probation(
    term: str,
    served: int,
    *,
    monthly: Decimal | None = None,
    paid: Decimal | None = None,
    minimum_wage: Decimal | None = None,
) -> Calculation:
    """Return what is owed for a probation of so many months `served` under a contract of a `term` (`ALLOWED`).

    Up to the length that article 19 allows: what was `paid` below 80 % of the `monthly` pay after probation, and below
    the minimum wage, is owed (20; Implementing Regulations, 15). Beyond it: damages of the pay after probation for the
    time served too long (83). Without pays only the months are told. Raises `NotCalculable`.
    """
    if term not in ALLOWED or not 0 <= served <= LONGEST:
        raise NotCalculable(f"{served} months of probation under {term}")
    allowed = ALLOWED[term]
    beyond = max(0, served - allowed)
    steps = [f"合同{TERMS[term]}：试用期最多 {allowed} 个月。" if allowed else f"{TERMS[term]}：不能有试用期。"]
    steps.append(f"已经试了 {served} 个月，" + (f"超了 {beyond} 个月。" if beyond else "没有超。"))
    parts = []
    if monthly is not None:
        checked_pay(monthly)
        if beyond:
            parts.append(("违法试用期赔偿金", beyond * monthly))
            steps.append(f"超出的另赔：{beyond} × 转正工资 {yuan(monthly)} = {yuan(beyond * monthly)}。")
        if paid is not None and (short := _short(min(served, allowed), monthly, paid, minimum_wage, steps)):
            parts.append(("试用期工资差额", short))
    amount = sum((part for _, part in parts), Decimal(0))
    if len(parts) > 1:
        steps.append(f"合计：{' + '.join(yuan(part) for _, part in parts)} = {yuan(amount)}。")
    assumptions = (
        "按整月算；超出的零头按天折。合同三年整算三年以上，一年整算一年以上。",
        "同一家公司只能试用一次；延长、换岗再试，多出来的都算超。",
        "超出的那段没按转正工资发的，差额能不能再要，各地不全一样，打 12348 问。",
        "试用期工资不低于约定工资的八成，也不低于当地最低工资。",
    )
    articles: tuple[Article, ...] = (
        (LAW, "第十九条"), (LAW, "第八十三条"), (LAW, "第二十条"), (RULES, "第十五条"), (LAW, "第七十条"),
    )  # fmt: skip
    values = {"term": TERMS[term], "allowed": str(allowed), "served": str(served)}
    variant = "" if amount else "too_long" if beyond else "none"
    return Calculation(amount, tuple(steps), assumptions, articles, parts=tuple(parts), values=values, variant=variant)


def _short(months: int, monthly: Decimal, paid: Decimal, minimum_wage: Decimal | None, steps: list[str]) -> Decimal:
    """Return what was paid too little in the months of lawful probation, and tell it."""
    least = max(cents(monthly * SHARE), minimum_wage or Decimal(0))
    short = max(Decimal(0), least - paid) * months
    if short:
        floor = f"八成是 {yuan(cents(monthly * SHARE))}"
        floor += f"，当地最低工资 {yuan(minimum_wage)}" if minimum_wage is not None else ""
        missing = f"每月最少 {yuan(least)}，发了 {yuan(paid)}，差 {yuan(least - paid)}"
        steps.append(f"试用期工资：{floor}，{missing} × {months} 个月 = {yuan(short)}。")
    return short
