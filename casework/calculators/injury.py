"""What an injury or a death at work brings (工伤保险待遇): the national part, and a province's where it is known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from casework.calculators.calculation import Calculation, NotCalculable, cents, plain, yuan
from casework.calculators.service import checked_pay

LAW = "工伤保险条例"
MONTHS = {1: 27, 2: 25, 3: 23, 4: 21, 5: 18, 6: 16, 7: 13, 8: 11, 9: 9, 10: 7}
"""Months of own pay of the one-off disability grant (Regulations, 35 to 37 (1))."""
ALLOWANCE = {1: 90, 2: 85, 3: 80, 4: 75, 5: 70, 6: 60}
"""Per cent of own pay of the monthly allowance (35 (2), 36 (2))."""
FUND_PAYS_UNTIL = 4
"""The last grade whose allowance the fund pays; 5 and 6 get it from an employer who has no fit work for them."""
LEAST, MOST = Decimal("0.6"), Decimal(3)
"""Times of the local mean pay between which own pay counts (64)."""
CARE = {"all": 50, "most": 40, "some": 30}
"""Per cent of the local mean pay for nursing care, by how much of daily life needs it (34)."""
FUNERAL, DEATH = 6, 20
"""Months of the local mean pay; times of the yearly income of urban people (39)."""
SPOUSE, RELATIVE, LONE = 40, 30, 10
"""Per cent of own pay for a spouse, for each other dependant, and more for one who is alone (39 (2))."""
TREATMENT, EXTENDED = 12, 24
"""Months of paid treatment, and with the longest extension (33)."""
_GRADES = "一二三四五六七八九十"


@dataclass(frozen=True)
class Local:
    """What is known of the place, in yuan; None for what is not."""

    average: Decimal | None = None
    minimum: Decimal | None = None
    medical: Decimal | None = None
    employment: Decimal | None = None


def own_pay(monthly: Decimal, average: Decimal | None) -> Decimal:
    """Return the pay that counts: 60 % to 300 % of the local mean pay where that is known (Regulations, 64)."""
    checked_pay(monthly)
    return monthly if average is None else cents(min(max(monthly, average * LEAST), average * MOST))


def injury(grade: int, monthly: Decimal, local: Local | None = None) -> Calculation:
    """Return the one-off disability grant of a grade by 工伤保险条例, articles 35 to 37, and the rest among the steps.

    `monthly` is the mean pay on which contributions were paid in the twelve months before (64). The rest: the monthly
    allowance of grades 1 to 6, and for 5 to 10 the two provincial sums on leaving, told where `local` knows them.
    Raises `NotCalculable`.
    """
    if grade not in MONTHS:
        raise NotCalculable(f"grade {grade} is none of 1 to 10")
    local = local or Local()
    pay = own_pay(monthly, local.average)
    grant = MONTHS[grade] * pay
    name = f"{_GRADES[grade - 1]}级"
    steps = _pay_told(monthly, pay, local.average)
    steps.append(f"一次性伤残补助金（{name}）：{MONTHS[grade]} × {yuan(pay)} = {yuan(grant)}，工伤保险基金出。")
    steps += _allowance_told(grade, pay, local.minimum)
    if grade > FUND_PAYS_UNTIL:
        steps += _leaving_told(grade, grant, local)
    steps.append(f"治伤期间（停工留薪期，一般不超过 {TREATMENT} 个月）：工资福利照原来的，单位按月发。")
    assumptions = (
        f"已经认定工伤，鉴定是{name}；等级以鉴定结论书为准。",
        "月工资是受伤前 12 个月的平均缴费工资；单位少报工资、少交的，差的那份可以找单位要。",
        "单位没给你交工伤保险的，这些都由单位出。",
        "医药费、住院伙食费、护理费、辅具另算；跟单位私了之前，先打 12333 或 12351 对一遍数。",
    )
    article = "第三十五条" if grade <= FUND_PAYS_UNTIL else "第三十六条" if grade <= 6 else "第三十七条"
    articles = tuple((LAW, each) for each in (article, "第六十四条", "第三十三条", "第三十条", "第六十二条"))
    return Calculation(grant, tuple(steps), assumptions, articles, values={"grade": name, "pay": yuan(monthly)})


def treatment_pay(monthly: Decimal, months: int) -> Calculation:
    """Return the pay of the months of treatment by 工伤保险条例, article 33: the pay before, from the employer.

    Twelve months as a rule, at most twelve more where the city's committee confirms it. Raises `NotCalculable`.
    """
    checked_pay(monthly)
    if not 1 <= months <= EXTENDED:
        raise NotCalculable(f"{months} months of treatment")
    amount = months * monthly
    steps = (f"停工留薪期工资：{months} × {yuan(monthly)} = {yuan(amount)}，单位按月发。",)
    longer = f"一般不超过 {TREATMENT} 个月；再长要市里的劳动能力鉴定委员会确认，最多再加 {TREATMENT} 个月。"
    assumptions = (
        longer,
        "月工资是受伤前的原工资，福利也不变；评上伤残等级以后，改领伤残待遇。",
        "这段时间生活不能自理的，单位负责护理。",
    )
    return Calculation(amount, steps, assumptions, ((LAW, "第三十三条"),), values={"pay": yuan(monthly)})


def nursing_care(need: str, average: Decimal | None) -> Calculation:
    """Return the monthly nursing care by 工伤保险条例, article 34; `need` is one of `CARE`. Raises `NotCalculable`."""
    if need not in CARE or average is None:
        raise NotCalculable(f"nursing care of {need} with {average}")
    checked_pay(average)
    amount = cents(average * CARE[need] / 100)
    steps = (f"生活护理费：当地上年度职工月平均工资 {yuan(average)} × {CARE[need]}% = {yuan(amount)}，每月，基金出。",)
    assumptions = ("已经评定伤残等级，劳动能力鉴定委员会确认需要护理；各地会适时调整，打 12333 核对。",)
    return Calculation(amount, steps, assumptions, ((LAW, "第三十四条"), (LAW, "第四十条")))


@dataclass(frozen=True)
class Dependants:
    """Who lived mainly on somebody's pay and cannot work: a spouse, others, and how many of these are alone."""

    spouse: bool = False
    others: int = 0
    alone: int = 0

    def __post_init__(self) -> None:
        """Raise `NotCalculable` for numbers that no family has."""
        if not 0 <= self.others <= 20 or not 0 <= self.alone <= self.others + self.spouse:
            raise NotCalculable(f"{self} are no dependants")

    @property
    def share(self) -> int:
        """Per cent of the pay, all together, before they are limited to the whole of it."""
        return SPOUSE * self.spouse + RELATIVE * self.others + LONE * self.alone


def death(
    monthly: Decimal,
    dependants: Dependants,
    *,
    average: Decimal | None = None,
    urban_income: Decimal | None = None,
) -> Calculation:
    """Return what a death at work brings the family by 工伤保险条例, article 39: funeral and one-off death grant.

    The funeral is six months of the local mean pay (`average`), the one-off grant twenty times the yearly income of
    urban people of the year before (`urban_income`, one figure for the country); what is not known is told as a
    formula and left out of the sum. The monthly pension of dependants stands among the steps. Raises `NotCalculable`.
    """
    pay = own_pay(monthly, average)
    parts, steps = [], _pay_told(monthly, pay, average)
    if average is None:
        steps.append(f"丧葬补助金：{FUNERAL} 个月的当地上年度职工月平均工资，数打 12333 问。")
    else:
        parts.append(("丧葬补助金", FUNERAL * average))
        steps.append(f"丧葬补助金：{FUNERAL} × {yuan(average)} = {yuan(FUNERAL * average)}。")
    if urban_income is None:
        steps.append(f"一次性工亡补助金：上一年度全国城镇居民人均可支配收入的 {DEATH} 倍，每年一个数，打 12333 问。")
    else:
        parts.append(("一次性工亡补助金", DEATH * urban_income))
        steps.append(f"一次性工亡补助金：{DEATH} × {yuan(urban_income)} = {yuan(DEATH * urban_income)}。")
    steps += _pension_told(dependants, pay)
    amount = sum((part for _, part in parts), Decimal(0))
    if len(parts) > 1:
        steps.append(f"两样一次性的合计：{' + '.join(yuan(part) for _, part in parts)} = {yuan(amount)}。")
    assumptions = (
        "已经认定是工亡；都由工伤保险基金出，单位没交工伤保险的由单位出。",
        "能领抚恤金的，是主要靠他生活、又没有劳动能力的亲属，范围打 12333 核对；标准以后会调整。",
        "别急着跟单位签一次了断的协议，先打 12351 或 12348。",
    )
    articles = tuple((LAW, each) for each in ("第三十九条", "第六十四条", "第四十条", "第六十二条"))
    values = {"pay": yuan(monthly)}
    variant = "" if average is not None and urban_income is not None else "formula"
    return Calculation(amount, tuple(steps), assumptions, articles, parts=tuple(parts), values=values, variant=variant)


def _pay_told(monthly: Decimal, pay: Decimal, average: Decimal | None) -> list[str]:
    if average is None:
        return ["本人工资：高过当地平均工资 3 倍的按 3 倍，低于六成的按六成，当地的数打 12333 问；这里按你说的算。"]
    if pay == monthly:
        return [f"本人工资：{yuan(monthly)}，在当地平均工资 {yuan(average)}的六成到 3 倍之间，照算。"]
    edge = "高过当地平均工资的 3 倍" if pay < monthly else "低于当地平均工资的六成"
    return [f"本人工资：{yuan(monthly)}{edge}（平均 {yuan(average)}），按 {yuan(pay)}算。"]


def _allowance_told(grade: int, pay: Decimal, minimum: Decimal | None) -> list[str]:
    if grade not in ALLOWANCE:
        return []
    by_rate = cents(pay * ALLOWANCE[grade] / 100)
    payer = "基金" if grade <= FUND_PAYS_UNTIL else "单位"
    when = "每月" if grade <= FUND_PAYS_UNTIL else "单位安排不了合适工作的，每月"
    counted = f"{yuan(pay)} × {ALLOWANCE[grade]}% = {yuan(by_rate)}"
    line = f"伤残津贴：{when} {counted}，{payer}出；低于当地最低工资的补到最低工资"
    if minimum is not None and by_rate < minimum:
        return [f"{line}，当地是 {yuan(minimum)}，按这个领。"]
    return [f"{line}。"]


def _leaving_told(grade: int, grant: Decimal, local: Local) -> list[str]:
    lines = []
    for name, value, payer in (
        ("一次性工伤医疗补助金", local.medical, "基金"),
        ("一次性伤残就业补助金", local.employment, "单位"),
    ):
        told = yuan(value) if value is not None else "省里定的数，打 12333 问"
        lines.append(f"离职时另有{name}：{told}，{payer}出。")
    if local.medical is not None and local.employment is not None:
        three = (grant, local.medical, local.employment)
        total = yuan(sum(three, Decimal(0)))
        lines.append(f"离职时三样一次性的合计：{' + '.join(yuan(each) for each in three)} = {total}。")
    leaving = "自己提出解除" if grade <= 6 else "合同到期终止，或自己提出解除"
    return [*lines, f"后两样是{leaving}劳动关系时才有。"]


def _pension_told(dependants: Dependants, pay: Decimal) -> list[str]:
    if not dependants.share:
        return [f"供养亲属抚恤金：每月，配偶 {SPOUSE}%、其他亲属每人 {RELATIVE}%，孤寡老人、孤儿每人再加 {LONE}%。"]
    share = min(dependants.share, 100)
    capped = f"（加起来 {dependants.share}%，不能超过工资）" if dependants.share > share else ""
    monthly = yuan(cents(pay * share / 100))
    return [f"供养亲属抚恤金：每月一共 {yuan(pay)} × {plain(Decimal(share))}% = {monthly}{capped}。"]
