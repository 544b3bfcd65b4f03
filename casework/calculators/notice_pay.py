"""The month's pay in place of a month's notice (代通知金)."""

from __future__ import annotations

from decimal import Decimal

from casework.calculators.calculation import Calculation, plain, yuan
from casework.calculators.service import Service, checked_pay
from casework.calculators.severance import months_of_pay, severance

LAW, RULES = "劳动合同法", "劳动合同法实施条例"


def notice_pay(last_month: Decimal, service: Service | None = None, mean: Decimal | None = None) -> Calculation:
    """Return the pay in place of notice by Labour Contract Law, article 40: one month, that of the month before.

    The month before the dismissal counts, not the mean of twelve (Implementing Regulations, 20). It is owed in three
    cases only: after sick leave, after a failed change of work, after a great change of circumstances. With the time
    of `service` the steps tell N+1, N of the `mean` pay where that is another. Raises `NotCalculable`.
    """
    checked_pay(last_month)
    steps = [f"代通知金：上一个月的工资 {yuan(last_month)}，就一个月。"]
    if service is not None:
        pay = mean if mean is not None else last_month
        single, months = severance(service, pay).amount, plain(months_of_pay(service))
        both = yuan(single + last_month)
        steps.append(f"N+1：N 是 {months} × {yuan(pay)} = {yuan(single)}，加上代通知金一共 {both}。")
    assumptions = (
        "只有三种辞退才有：病假（医疗期）满了干不了；不能胜任，培训或调岗后还不行；情况大变、合同没法履行又谈不拢。",
        "公司提前 30 天书面通知了的，没有这个月的钱，N 照给。",
        "不是这三种、又没有法定理由的辞退是违法辞退，要的是 2N，不是 N+1。",
        "自己辞职、合同到期、协商走的，看协议怎么写，法律没有规定这一个月。",
    )
    articles = ((LAW, "第四十条"), (RULES, "第二十条"), (LAW, "第四十六条"), (LAW, "第四十七条"), (LAW, "第八十七条"))
    return Calculation(last_month, tuple(steps), assumptions, articles, values={"pay": yuan(last_month)})
