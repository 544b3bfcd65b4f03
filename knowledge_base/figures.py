"""The figures of an entry, and whether what it cites holds them.

A figure is a number with a unit: 98天, 两倍, 80%, 25人. Two figures are the same when they mean the same: 日 and 天,
百分之八十 and 八成, 一年 and 12个月, 百分之三百 and 3倍. Calendar dates, hotlines, articles, steps and times of the
clock are no figures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from knowledge_base.model import Entry
from knowledge_base.numerals import NUMBER, number

_HALF = Fraction(1, 2)
_UNITS: tuple[tuple[str, str, Fraction], ...] = (
    (r"个?工作日", "workday", Fraction(1)),
    (r"(?:周岁|岁)", "age", Fraction(1)),
    (r"个?(?:小时|钟头)", "hour", Fraction(1)),
    (r"分钟", "hour", Fraction(1, 60)),
    (r"(?:天|个自然日|个日历日|日(?![历常期]))", "day", Fraction(1)),
    (r"(?:个月|(?<=个半)月)", "month", Fraction(1)),
    (r"(?:周年|个年头|年(?![级代龄]))", "month", Fraction(12)),
    (r"(?:个?星期|个?礼拜|周)", "day", Fraction(7)),
    (r"%", "ratio", Fraction(1, 100)),
    (r"倍", "ratio", Fraction(1)),
    (r"成(?![员立为了本年功都])", "ratio", Fraction(1, 10)),
    (r"(?:元(?!旦)|块钱?|(?<=\d万)(?=[以的，。；、：）\s]|$))", "yuan", Fraction(1)),
    (r"(?:个人(?!账)|人(?![民事工才力社])|名(?![字单称额义])|位(?![置于数]))", "people", Fraction(1)),
    (r"次(?![日要品数])", "times", Fraction(1)),
)
"""Pattern, what is counted, and how much of it one is."""

_UNIT = "|".join(f"(?P<unit{place}>{pattern})" for place, (pattern, _, _) in enumerate(_UNITS))
_AND = r"(?:到|至|或者?|和|、|/|-|–|—|~|\+|、?最多)"
_COUNTED = re.compile(rf"(?P<ordinal>第)?(?P<numbers>{NUMBER}(?:{_AND}{NUMBER})*)(?P<half>个半(?=月|小时))?(?:{_UNIT})")
_FRACTION = re.compile(
    rf"(?P<whole>{NUMBER})分之(?P<parts>{NUMBER})(?P<more>(?:{_AND}(?:百分之)?{NUMBER}(?!{NUMBER}|%|个|天|年|倍|元))*)"
)
_SLASHED = re.compile(r"(?<![\d/.])(\d)/(\d)(?![\d/.%天日年个元倍周岁小人次])")
_HALVED = re.compile(r"半(年|个月|个?小时|天|日)|一半|半数|过半|减半")
_HALVES = {"年": ("month", Fraction(6)), "个月": ("month", _HALF), "天": ("day", _HALF), "日": ("day", _HALF)}
_NUMBER = re.compile(NUMBER)
_WIDE = re.compile("[０-９．％～＋／]+")
_NO_FIGURE = re.compile(
    r"^\s*(?:\d+[.、)](?!\d)\s*)"  # the number of a step
    r"|(?:\d{4}|[一二][〇零九八]..)年(?:底|初|末)?(?:度|\d{1,2}月(?:份|底|初)?(?:\d{1,2}[日号])?)?"
    r"|\d{1,2}月(?:份|底|初|\d{1,2}[日号])"
    r"|[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]"
    r"|(?<!\d)12\d{3}(?!\d|元|块)"  # a hotline
    r"|第[\d一二三四五六七八九十百千零]+[条款项章号]"
    r"|(?<![\d一二三四五六七八九十两几每满])(?:周|星期|礼拜)[一二三四五六日天](?!次)"
    r"|万一|(?<![\d一二三四五六七八九十])千万|三天两头|[三五]一(?=节)",
    re.MULTILINE,
)
_BEFORE_ONE = "同统唯任之每哪那这头上前后另某下当周逐隔"
"""After these, 一 does not count: 同一天, 哪一年, 头一个月."""
_BEFORE_FEW = "那这头近"
"""After these, no number in words does: 这两年, 头三天."""
_AFTER_EACH = re.compile(r"[不最至发\d]")
"""Before these, 一 is each: 一个月不超过, 一年13天."""
_OPEN = re.compile(r"都?(?:有人|开|营业|热线|在线|接听?|值班|自助|服务|的?，有)")
"""After these, 24 hours are the hours of a counter or a line."""
_ABOUT = "几数"
"""After these, a number is a guess: 几十天."""
_UNCOUNTED: frozenset[tuple[str, Fraction | int]] = frozenset({("day", 1), ("day", 7), ("hour", 1), ("yuan", 1)})
"""What people say without counting: 一天, 一周, 一个人, 一次, 一小时, 一块."""


@dataclass(frozen=True)
class Quantity:
    """How much of what: 98天 is 98 of `day`, 一年 is 12 of `month`, 80% is 4/5 of `ratio`."""

    kind: str
    value: Fraction


@dataclass(frozen=True)
class Mention:
    """A figure as it is written; `loose` when the words only sound like one (头一年, 第二天, 一个人)."""

    text: str
    quantity: Quantity
    loose: bool


def unproven(entry: Entry, articles: Iterable[str]) -> list[str]:
    """Return the figures of an entry that are neither in these texts of articles nor listed with their source."""
    proven = {quantity for text in articles for quantity in quantities(text)}
    proven |= {quantity for figure in entry.figures for quantity in quantities(figure.figure)}
    missing: dict[Quantity, str] = {}
    for mention in _of(entry):
        if not mention.loose and mention.quantity not in proven:
            missing.setdefault(mention.quantity, mention.text)
    return list(missing.values())


def stale(entry: Entry) -> list[str]:
    """Return the listed figures that the entry does not tell."""
    told = {mention.quantity for mention in _of(entry)}
    return [
        figure.figure
        for figure in entry.figures
        if not (set(quantities(figure.figure)) <= told if quantities(figure.figure) else figure.figure in _told(entry))
    ]


def _told(entry: Entry) -> str:
    return "\n".join((entry.title, entry.conclusion, entry.steps, entry.deadline, entry.papers, entry.more))


def _of(entry: Entry) -> tuple[Mention, ...]:
    return mentions(_told(entry))


def quantities(text: str) -> frozenset[Quantity]:
    """Return all figures of a text, however loosely they are said."""
    return frozenset(mention.quantity for mention in mentions(text))


@lru_cache(maxsize=4096)
def mentions(text: str) -> tuple[Mention, ...]:
    """Find the figures of a text in the order of their kinds."""
    # One form for ％ and %, １ and 1, but ， stays: 300，500 are two. Blanks between a number and its unit are layout.
    clean = _WIDE.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    clean = re.sub(r"(?<=[\d一-鿿%])[ \t　]+(?=[\d一-鿿%])", "", _NO_FIGURE.sub("；", clean).replace("**", ""))
    found: list[Mention] = []
    for finder in (_fractions, _slashed, _halves, _counted):
        clean = finder(clean, found)
    return tuple(found)


def _fractions(text: str, found: list[Mention]) -> str:
    """Take 百分之八十 and 三分之一 out of a text."""
    for match in _FRACTION.finditer(text):
        whole = number(match["whole"])
        for part in (match["parts"], *_NUMBER.findall(match["more"].replace("百分之", ""))):
            value = number(part)
            if whole and value is not None:
                found.append(Mention(match[0], Quantity("ratio", value / whole), False))
    return _FRACTION.sub("；", text)


def _slashed(text: str, found: list[Mention]) -> str:
    """Take 1/3 out of a text."""
    found += [
        Mention(match[0], Quantity("ratio", Fraction(int(match[1]), int(match[2]))), False)
        for match in _SLASHED.finditer(text)
        if match[2] != "0"
    ]
    return _SLASHED.sub("；", text)


def _halves(text: str, found: list[Mention]) -> str:
    """Note 半年 and 一半; 一年半 is read where 年 is."""
    for match in _HALVED.finditer(text):
        before = text[max(0, match.start() - 1) : match.start()]
        if match[1] is None:
            found.append(Mention(match[0], Quantity("ratio", _HALF), match[0] != "一半"))
        elif before not in tuple("年月天个"):
            kind, value = _HALVES.get(match[1], ("hour", _HALF))
            # 半天 is more often a long while than four hours.
            found.append(Mention(match[0], Quantity(kind, value), kind == "day"))
    return text


def _counted(text: str, found: list[Mention]) -> str:
    for match in _COUNTED.finditer(text):
        found += _read(match, text)
    return text


def _read(match: re.Match[str], text: str) -> Iterator[Mention]:
    """Read one number with its unit, or several with one: 5到12%, 12、18、24个月."""
    kind, factor = next(_UNITS[place][1:] for place in range(len(_UNITS)) if match[f"unit{place}"] is not None)
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() :]
    numbers = _NUMBER.findall(match["numbers"])
    unit = match[0][match.end("numbers") - match.start() :]
    for place, written in enumerate(numbers):
        value = number(written)
        if value is None or (not place and before and before in _ABOUT) or written[0] in "百千万亿":
            continue
        last = place == len(numbers) - 1
        # 两年半, 三个半月
        halved = match["half"] or re.match(r"半(?!数)", after)
        extra = _HALF if last and halved else Fraction(0)
        quantity = Quantity(kind, (value + extra) * factor)
        loose = (
            bool(match["ordinal"])
            or _is_quoted(match, text)
            or _is_loose(written, quantity, before if not place else "", after)
        )
        yield Mention(written + unit + ("半" if extra and not match["half"] else ""), quantity, loose)


def _is_quoted(match: re.Match[str], text: str) -> bool:
    """Tell whether a number in words stands in quotation marks: “押一个月”, as a boss says, is no statement of ours."""
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return not match["numbers"][0].isdigit() and line.count("“") > line.count("”")


def _is_loose(written: str, quantity: Quantity, before: str, after: str) -> bool:
    """Tell whether a number is not counted but a manner of speaking, from what stands before and after it."""
    if quantity.kind in ("people", "times") and quantity.value == 1:
        return True
    if quantity == Quantity("hour", Fraction(24)) and _OPEN.match(after):
        return True
    if written[0].isdigit():
        return False
    if written == "一":
        return (
            (quantity.kind, quantity.value) in _UNCOUNTED
            or (bool(before) and before in _BEFORE_ONE)
            or bool(_AFTER_EACH.match(after))
        )
    return bool(before) and before in _BEFORE_FEW
