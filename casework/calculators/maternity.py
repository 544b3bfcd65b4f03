"""Days of leave for a birth or a miscarriage (产假)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from casework.calculators.calculation import Calculation, NotCalculable
from casework.calculators.figures import Figured
from casework.calculators.periods import ONE_DAY, dated

LAW = "女职工劳动保护特别规定"
BIRTH, BEFORE, DIFFICULT, EACH_FURTHER = 98, 15, 15, 15
"""Days: a birth, of these before it, and more for a difficult one and for each further child (article 7 (1))."""
MISCARRIAGES = {"miscarriage_early": 15, "miscarriage_late": 42}
"""Days before and from the end of the fourth month (article 7 (2))."""
MOST_CHILDREN = 8


def maternity_leave(
    *,
    children: int = 1,
    difficult: bool = False,
    extra: Figured | None = None,
    starts: date | None = None,
) -> Calculation:
    """Return the days of leave for a birth by 女职工劳动保护特别规定, article 7, with a province's `extra` where known.

    `starts` is the first day of the leave; they run on over weekends and holidays. Raises `NotCalculable`.
    """
    if not 1 <= children <= MOST_CHILDREN:
        raise NotCalculable(f"{children} children of one birth")
    parts = [("国家规定", Decimal(BIRTH))]
    steps = [f"国家规定：{BIRTH} 天，其中 {BEFORE} 天可以产前休。"]
    if difficult:
        parts.append(("难产", Decimal(DIFFICULT)))
        steps.append(f"难产：加 {DIFFICULT} 天。")
    if children > 1:
        more = EACH_FURTHER * (children - 1)
        parts.append(("多胞胎", Decimal(more)))
        steps.append(f"多胞胎：多生 {children - 1} 个，{children - 1} × {EACH_FURTHER} = {more} 天。")
    if extra is not None:
        parts.append(("地方另加", extra.value))
        steps.append(f"{extra.region.replace('/', '')}另加：{extra.value:.0f} 天。")
    amount = sum((part for _, part in parts), Decimal(0))
    steps.append(f"合计：{' + '.join(f'{part:.0f}' for _, part in parts)} = {amount:.0f} 天。")
    if starts is not None:
        steps.append(_until_told(starts, int(amount)))
    assumptions = [
        "剖宫产算不算难产看当地，带医院证明问 12333。",
        "省里另加的天数碰上节假日顺不顺延、要不要结婚证，看当地条例。",
        "休假的钱：交了生育保险的领生育津贴，没交的由单位按产假前的工资发。",
    ]
    if extra is None:
        assumptions.insert(0, "多数省在这之外另加天数，这里没算进去，打 12333 问当地加几天。")
    else:
        assumptions.insert(0, extra.origin)
    values, variant = {"kind": "生育"}, "local" if extra is not None else ""
    return Calculation(
        amount,
        tuple(steps),
        tuple(assumptions),
        ((LAW, "第七条"), (LAW, "第八条")),
        "天",
        tuple(parts),
        values,
        variant,
    )


def miscarriage_leave(kind: str, *, starts: date | None = None) -> Calculation:
    """Return the days of leave for a miscarriage by 女职工劳动保护特别规定, 7 (2): 15, or 42 from four months on.

    `kind` is one of `MISCARRIAGES`. Raises `NotCalculable`.
    """
    if kind not in MISCARRIAGES:
        raise NotCalculable(f"{kind} is no kind of leave")
    days = MISCARRIAGES[kind]
    when = "怀孕不满 4 个月" if days < 40 else "怀孕满 4 个月"
    steps = [f"{when}流产：{days} 天。"]
    if starts is not None:
        steps.append(_until_told(starts, days))
    assumptions = (
        "自然流产、胎停、引产，医院证明写明的都算，按怀孕月份；不要求结婚证。",
        "假里不扣工资：参保的领生育津贴，没参保的单位按原来的工资发。",
        "休完身体没好，凭医院证明接着请病假。",
    )
    articles = ((LAW, "第七条"), (LAW, "第八条"))
    return Calculation(
        Decimal(days), tuple(steps), assumptions, articles, "天", values={"kind": f"{when.replace(' ', '')}流产"}
    )


def _until_told(starts: date, days: int) -> str:
    return f"从{dated(starts)}休起，连着数到{dated(starts + (days - 1) * ONE_DAY)}，周末、节假日算在里面。"
