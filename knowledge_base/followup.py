"""Whether a question lacks its own topic and goes on with what was asked before. Pure.

A question is elliptical when all its words fit any matter: who (他, 公司), what is done with anything (办, 给, 同意),
how it is asked (多久, 怎么办). One unknown word is a topic: in doubt a question is whole, because one that is pulled to
the old topic is answered wrongly.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Literal

import jieba

from knowledge_base.text import concepts, normalise, words

Section = Literal["deadline", "papers", "steps", "money"]

TOPICLESS = Path(__file__).with_name("topicless.txt")
"""Words that carry no topic."""
LONGEST = 20
"""Characters; who writes more says what it is about."""
LONGEST_FUNCTION = 3
"""Characters of a function word; longer ones are idioms."""
CARRIED = 200
"""Characters of the earlier question that are searched with."""

_GREETING = re.compile(
    r"(?:你好|您好|谢谢|感谢|多谢|好的?|行|嗯|哦|知道了?|明白了?|收到|再见|拜拜|在吗|在不在|有人吗|辛苦了?|没事了?"
    r"|不用了?|算了|可以的?|对|是的?|不是|没有?|有|要|不要|他|她|公司|老板)+[啊呀哈吧了的]*"
)
_CONDITION = re.compile(
    r"^(?:那|可|但|可是|但是)?(?:我们?)?(?:如果|要是|假如|万一|若)?(?:我们?|当时|还|他们?|公司|老板)*"
    r"(?:没有?(?:签|交|买)?(?:过|到)?(?:书面|劳动)?(?:合同|社保|证据|工牌|打卡记录|工资条|录音)|是?(?:劳务)?派遣|是?(?:临时工|小时工|兼职|实习生|骑手|外包|超龄|退休返聘))(?:的|了|人员|工)?呢?$"
)
_TOPICS = re.compile(r"会费|退会|过年|年会|没收|被告|退费|人事代理")
"""Topics that are put together of words without one."""
_MATTERS = frozenset("入调伤摔病孕骂打偷骗罚扣薪假班税房车娃癌死残累饿烦哭恨气")
_EVERYWHERE = frozenset(
    ["=用人单位", "=劳动者", "=多少钱", "=仲裁时效", "=证据", "=包工头", "=农民工", "=跑路", "=打击报复"]
)
"""Concepts that are named with any matter."""
_FUNCTION = frozenset(
    ["d", "r", "c", "p", "u", "ud", "ug", "uj", "ul", "uv", "uz", "y", "e", "q", "f", "df", "rr", "rz"]
)
"""Word classes of jieba: adverbs, pronouns, conjunctions, prepositions, particles, measure words, directions."""
_POINTS_BACK = re.compile(r"(?:那(?!个?[时年天月])|要是|如果|万一|可是|但是|他们?|她们?|这|去了|然后)")
_NOT_SAID = re.compile(r"[^\w一-鿿]+")
_ASKS = re.compile(
    r"怎|咋|什么|啥|哪|谁|几|多久|多长|多少|吗|嘛|么|呢|如何|为何|为什么|[?？]|能不能|可不可以|要不要|是不是|有没有|不$|还是|(.)不\1"
)
_LINKED = re.compile(r"^(?:那|可是|但是|不过|可我|但我|如果|要是|万一|然后|他|她|这)")

_SECTIONS: tuple[tuple[Section, re.Pattern[str]], ...] = (
    (
        "papers",
        re.compile(
            r"带(?:些|点)?(?:什么|啥|哪些)|(?:什么|啥|哪些)(?:材料|资料|证件|手续|东西|证明|表)|准备(?:些|点)?(?:什么|啥|哪些)|材料有哪些|要交(?:什么|啥|哪些)"
        ),
    ),
    (
        "money",
        re.compile(
            r"多少钱|要钱|交钱|收费|花钱|费用|免费|(?:拿|赔|给|领|补|发|要)(?:到|回)?(?:我)?多少(?!天|年|月)|多少$"
        ),
    ),
    (
        "deadline",
        re.compile(
            r"多久|多长时间|几天|几个月|几个工作日|多少天|什么时候|啥时候|期限|时间限制|时效|来得及|过期|超过时间|超期|截止|最晚|最快"
        ),
    ),
    (
        "steps",
        re.compile(
            r"去哪|在哪|到哪|哪里|哪儿|找谁|找哪|打(?:什么|哪个)电话|电话(?:是)?多少|怎么(?:弄|搞|办理|申请|操作|去|走)|流程|步骤|下一步|第一步|网上|代办"
        ),
    ),
)


def is_follow_up(text: str) -> bool:
    """Tell whether a question (in any spelling) can only be understood with the one before it."""
    plain = _NOT_SAID.sub("", unicodedata.normalize("NFKC", text).lower())
    if not plain or len(plain) > LONGEST or _GREETING.fullmatch(plain):
        return False
    if _CONDITION.match(plain):
        return True
    asks = _ASKS.search(text) is not None or _LINKED.match(plain) is not None
    return asks and not (has_topic(text) and (_POINTS_BACK.match(plain) is None or names_matter(text)))


def names_matter(text: str) -> bool:
    """Tell whether a text names a matter of the field, which counts where its first word points back (那, 他们)."""
    plain = normalise(text)
    named = set(concepts(_topicless()[0].sub(" ", plain))) - _EVERYWHERE
    return _TOPICS.search(plain) is not None or bool(named) or any(character in _MATTERS for character in plain)


def has_topic(text: str) -> bool:
    """Tell whether a text has a word that is about something: one that words without a topic do not make up.

    One single character that is not known is taken for a topic only where it is a matter of its own (伤, 孕, 罚).
    """
    if _TOPICS.search(text):
        return True
    phrases, anything = _topicless()
    rest = phrases.sub(" ", normalise(text))
    unknown = [word for word in words(rest) if anything.sub("", word)]
    return len(unknown) > 1 or any(len(word) > 1 or word in _MATTERS for word in unknown)


def combined(previous: str, text: str) -> str:
    """Return what is searched for: the earlier question and this one."""
    return f"{previous[:CARRIED].rstrip('，。？！,.?! ')}，{text}"


def asks_of(text: str) -> Section | None:
    """Return which part of the answer just given a follow-up asks for: by when, with what, where and how, how much."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return next((section for section, asked in _SECTIONS if asked.search(plain)), None)


@lru_cache(maxsize=1)
def _topicless() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return patterns of the words without a topic, those of two characters and more, and all; the longest first."""
    lines = TOPICLESS.read_text("utf-8").splitlines()
    listed = {word for line in lines if not line.startswith("#") for word in line.split()}
    known = sorted(listed | _function_words(), key=len, reverse=True)
    phrases = (re.escape(word) for word in known if len(word) > 1)
    put_together = "|".join(map(re.escape, sorted(listed, key=len, reverse=True)))
    alone = "|".join(map(re.escape, known))
    return re.compile("|".join(phrases)), re.compile(rf"^(?:{alone})$|{put_together}|\d+")


def _function_words() -> set[str]:
    """Return the words of jieba's dictionary that only link, count, point or qualify: adverbs, pronouns, particles."""
    with jieba.Tokenizer().get_dict_file() as dictionary:
        entries = (line.decode("utf-8").split() for line in dictionary)
        return {
            entry[0] for entry in entries if len(entry) == 3 and entry[2] in _FUNCTION and len(entry[0]) <= 3
        } - _MATTERS
