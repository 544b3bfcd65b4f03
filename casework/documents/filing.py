"""Where an application for arbitration is filed, with what, and what happens then. Pure.

From the Mediation and Arbitration Law, whose articles stand beside every line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from casework.calculators.limits import Limit, injury_limit, wage_limit
from casework.documents import answers as told
from casework.documents.answers import Answers


@dataclass(frozen=True)
class Commission:
    """An arbitration commission, from a table that a union imported."""

    name: str
    address: str
    phone: str | None = None


@dataclass(frozen=True)
class Filing:
    """How to file, each heading with its lines; `last_day` is the one for unpaid wages, where it is known."""

    where: tuple[str, ...]
    bring: tuple[str, ...]
    times: tuple[str, ...]
    limit: tuple[str, ...]
    last_day: date | None = None

    def sections(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return headings and lines, in the order in which she needs them."""
        return (("去哪里交", self.where), ("带什么", self.bring), ("最晚哪天", self.limit), ("交了以后", self.times))


def filing(answers: Answers, on: date, respondents: int = 1, commission: Commission | None = None) -> Filing:
    """Return how to file what these answers say, on that day, against so many respondents."""
    wages, hurt = _wages(answers, on), _injury(answers, on)
    return Filing(
        where=_where(answers, commission),
        bring=_bring(respondents),
        times=_TIMES,
        limit=_limit(wages, hurt),
        last_day=wages.last_day if wages else None,
    )


def _where(answers: Answers, commission: Commission | None) -> tuple[str, ...]:
    place, seat = told.line(answers.get("region")), told.line(answers.get("employer_address"))
    performed = f"实际上班的地方（你说在{place.replace('/', '')}）" if place else "实际上班的地方"
    seated = f"公司所在的地方（你说在{seat}）" if seat else "公司所在的地方"
    if commission is None:
        asked = "归哪家仲裁委、门在哪、能不能网上交，打当地 12333 问清再去。"
    else:
        asked = f"{commission.name}：{commission.address}" + (f"，电话 {commission.phone}" if commission.phone else "")
    return (
        f"先选{performed}的劳动人事争议仲裁委，{seated}的也可以，由你选（劳动争议调解仲裁法第二十一条）。",
        "你和公司在两边都申请了的，由上班地的仲裁委办（第二十一条）。",
        asked,
    )


def _bring(respondents: int) -> tuple[str, ...]:
    copies = 1 + respondents
    return (
        f"申请书 {copies} 份：仲裁委一份，对方 {respondents} 家、一家一份（第二十八条），自己再留一份。",
        "身份证原件和复印件；对方的登记信息打印一份。",
        f"证据清单和证据复印件，也按 {copies} 份准备；原件自己拿着，开庭再带去核对。",
        "签名、日期用笔写。不会写的可以去窗口口头说，由他们记下来（第二十八条）。",
        "劳动仲裁不收费（第五十三条）。",
    )


def _wages(answers: Answers, on: date) -> Limit | None:
    """Return the limit for wages, None where she did not say when she left; of a span its first day is the safe one."""
    ended = told.day(answers.get("ended"))
    if ended is None or ended.first > on:
        return None
    return wage_limit(ended.first, on)


def _injury(answers: Answers, on: date) -> Limit | None:
    """Return the limit to have an injury recognised, from the first of the days on which it may have been."""
    hurt = told.day(answers.get("injured_on"))
    return injury_limit(hurt.first, on) if hurt and hurt.first <= on else None


def _limit(wages: Limit | None, hurt: Limit | None) -> tuple[str, ...]:
    return (
        *(f"工伤认定：{step}" for step in (hurt.steps if hurt else ())),
        *(f"要工资：{step}" for step in (wages.steps if wages else ())),
        "别的请求，一般从知道权利受损那天起一年内，可能更早到期（第二十七条）。",
        "还在职的，要工资不受这一年限制；离职的，从离职起一年内（第二十七条）。",
        "向公司要过、投诉过、公司答应过，一年从那天重新算，留好记录（第二十七条）。",
    )


_TIMES = (
    "5 日内答复收不收；不收的要书面说明理由，不收或不答复的，可以就这件事去法院（第二十九条）。",
    "收下后 45 日内出结果，复杂的最多再加 15 日（第四十三条）。",
    "先调解，条件不满意可以不同意（第四十二条）。",
    "一定按时到庭：没有正当理由不去，会当作撤回（第三十六条）。",
    "不服裁决，一般收到后 15 日内去法院（第四十八条、第五十条）。",
)
