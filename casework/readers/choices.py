"""One or several of the answers that were offered: 2, 第二个, B, a title, a part of one, other words for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from casework.readers.plain import ENDINGS, bare, plain
from casework.readers.unreadable import Unreadable
from casework.readers.yes_no import read_yes_no
from casework.told_dates import number


@dataclass(frozen=True)
class Choice:
    """One of the answers; `words` are other ways in which people say it."""

    code: str
    title: str
    words: tuple[str, ...] = ()


NONE, OTHER = "none", "other"
"""Codes of the answers that are left out of 都有."""
_ALIKE = 75
"""Out of 100, from which a misspelt title is taken for it."""
_HAN = "一二两三四五六七八九十"
_ORDINAL = re.compile(
    rf"(?:我?(?:要选?|选择?|是|就)|答案是?)?\s*(?:第\s*)?(?:(?P<number>\d{{1,2}}|[{_HAN}]{{1,3}})|"
    rf"(?P<letter>[a-j])|(?P<last>最后一?|末)|(?P<first>首))"
    r"\s*(?:号|个|项|条|种|类|款|选项|那个|这个|个选项|一个)?(?:吧|的|了)?"
)
_RANGE = re.compile(r"第?(?P<first>\d{1,2})\s*(?:-|~|到|至)\s*第?(?P<last>\d{1,2})(?:个|项)?(?:都有|都是)?")
_AND = re.compile(rf"(?:[{re.escape(ENDINGS)}/+&|和跟与及]|还有|以及|加上|外加|另外)+")
_ALL = re.compile(
    r"(?:以上|上面|这些|这几[个种样]|全部|所有|它们|他们)*(?:全|都|皆)(?:部|都)?(?:有|是|要|选|对|"
    r"占|没有?发|沾|符合|算)?(?:了|的|吧)*|全部|所有的?|以上所有|全选|样样都有|统统都?有?"
)
_NONE = re.compile(
    r"(?:以上|上面|这些|这几[个种样]|全|都|一个|一样|哪个|哪样|啥|什么)*(?:也|都)*(?:没有?|不是|"
    r"无|没)(?:有|了|的|符合的)*"
)
_BUT = re.compile(r"(?:除了|除)(?P<but>.{1,12}?)(?:以外|之外|外)?[,，]?(?:其他|其它|别的|剩下|其余|全|都)+.{0,4}")
_NEGATION = re.compile(r"(?:不是|没有|并非|不算|不属于|不|没|非|别|无|不想|不要|没给?我?)$")


def read_choice(text: str, options: Sequence[Choice]) -> str:
    """Return the code of the one that is meant.

    Raises `Unreadable` (`unknown_choice`, `out_of_range`, `two`, `vague`).
    """
    told = bare(_simple(text))
    if (named := _named(told, options)) is not None:
        return named
    ordinal = _ORDINAL.fullmatch(told)
    if ordinal:
        return _at(ordinal, options)
    denied = re.match(r"(?:不是|没有|不|没)", told)
    within = _within(told, options)
    if len(within) == 1:
        return within[0]
    if len(within) > 1:
        raise Unreadable("two")
    if denied and len(options) == 2 and len(mentioned := _mentioned(told, options)) == 1:
        return next(option.code for option in options if option.code not in mentioned)
    parts = [option.code for option in options if _is_part(told, option)]
    if len(parts) == 1 and not denied:
        return parts[0]
    if {option.code for option in options} == {"yes", "no"}:
        return "yes" if read_yes_no(text) else "no"
    if len(parts) > 1:
        raise Unreadable("two")
    return _alike(told, options)


def read_choices(text: str, options: Sequence[Choice]) -> tuple[str, ...]:
    """Return the codes of all that are meant, in the order of the options; none for 都没有.

    Raises `Unreadable` (`unknown_choice`, `out_of_range`, `two`).
    """
    told = bare(_simple(text))
    codes = [option.code for option in options]
    if (named := _named(told, options)) is not None:
        return (named,)
    if _NONE.fullmatch(told):
        return (NONE,) if NONE in codes else ()
    everything = [code for code in codes if code not in (NONE, OTHER)]
    if _ALL.fullmatch(told):
        return tuple(everything)
    if but := _BUT.fullmatch(told):
        left_out = read_choices(but["but"], options)
        return tuple(code for code in everything if code not in left_out)
    found = set(_several(told, options))
    return tuple(code for code in codes if code in found)


def _several(told: str, options: Sequence[Choice]) -> Iterator[str]:
    if run := _RANGE.fullmatch(told):
        first, last = int(run["first"]), int(run["last"])
        if not 1 <= first <= last <= len(options):
            raise Unreadable("out_of_range")
        yield from (option.code for option in options[first - 1 : last])
        return
    if (
        re.fullmatch(rf"\d{{2,}}|[{_HAN[:-1]}]{{2,}}|[a-j]{{2,}}", told)
        and len(options) < 10
        and len(told) <= len(options)
    ):
        told = ",".join(told)
    if within := _within(told, options):
        yield from within
        return
    parts = [part for part in _AND.split(told) if part]
    for part in parts:
        yield read_choice(part, options)
    if not parts:
        raise Unreadable("unknown_choice")


def _named(told: str, options: Sequence[Choice]) -> str | None:
    """Return the option whose title, word or code this is."""
    for option in options:
        if told in _phrases(option) or told == option.code.casefold():
            return option.code
    return None


def _phrases(option: Choice) -> tuple[str, ...]:
    return tuple(phrase for each in (option.title, *option.words) if (phrase := bare(_simple(each))))


def _simple(phrase: str) -> str:
    return plain(phrase).replace("其它", "其他")


def _at(ordinal: re.Match[str], options: Sequence[Choice]) -> str:
    if ordinal["last"]:
        return options[-1].code
    try:
        place = _place(ordinal)
    except (ValueError, KeyError):
        raise Unreadable("unknown_choice") from None
    if not 1 <= place <= len(options):
        raise Unreadable("out_of_range")
    return options[place - 1].code


def _place(ordinal: re.Match[str]) -> int:
    if ordinal["letter"]:
        return ord(ordinal["letter"]) - ord("a") + 1
    return 1 if ordinal["first"] else number(ordinal["number"])


def _within(told: str, options: Sequence[Choice]) -> list[str]:
    """Return the options that are named in a text, in their order, without those of which it says no."""
    spans = [
        (match.start(), match.end(), option.code)
        for option in options
        for phrase in _phrases(option)
        if len(phrase) >= 2
        for match in re.finditer(re.escape(phrase), told)
    ]
    longest = [
        span
        for span in spans
        if not any(o[0] <= span[0] and span[1] <= o[1] and (o[1] - o[0]) > (span[1] - span[0]) for o in spans)
    ]
    found = {code for start, _, code in longest if not _NEGATION.search(told[:start][-4:])}
    return [option.code for option in options if option.code in found]


def _mentioned(told: str, options: Sequence[Choice]) -> list[str]:
    return [option.code for option in options if any(len(p) >= 2 and p in told for p in _phrases(option))]


def _is_part(told: str, option: Choice) -> bool:
    """Tell whether a text is a part of a title or word, but not what is left of one without its no: 怕 of 不怕."""
    if not told or told.isdigit():
        return False
    found = [phrase[: phrase.index(told)] for phrase in _phrases(option) if told in phrase]
    return any(not _NEGATION.search(before) for before in found)


def _alike(told: str, options: Sequence[Choice]) -> str:
    """Return the option whose title is spelt nearly like this, where no other is."""
    scores = sorted(
        (
            (max((fuzz.ratio(told, phrase) for phrase in _phrases(option)), default=0.0), option.code)
            for option in options
        ),
        reverse=True,
    )
    if len(told) < 3 or not scores or scores[0][0] < _ALIKE or (len(scores) > 1 and scores[1][0] > scores[0][0] - 10):
        raise Unreadable("unknown_choice")
    return scores[0][1]
