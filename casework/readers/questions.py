"""Whether she asks instead of answering: 要多久? 会不会告诉老板, 为什么要身份证. Pure."""

from __future__ import annotations

import re

from casework.text import LIMIT, understood

_ENDS_ASKING = re.compile(r"(?:[吗嘛么呢]|没有?啊|不呀?)\s*$")
_NOT_ASKING_END = re.compile(
    r"(?:什么|多么|这么|那么|怎么|要么|好嘛|是嘛|对嘛|行嘛|有嘛|就是嘛|没呢|没有呢|是呢|嗯呢|对呢|"
    r"好呢|还没.*呢|着呢|才不呢?)\s*$"
)
_ASKING = re.compile(
    r"为什么|为啥|为何|凭什么|凭啥|干嘛|干吗|什么是|是什么|啥是|是啥|什么意思|啥意思|什么用|啥用|"
    r"什么时候能|什么时候会|什么时候可以"
    r"|怎么[办弄做填写算查找申要用知改交报退去赔处]|咋[办弄整填写算]|如何|多久|多长时间|"
    r"多少钱[?？]?$|要花钱|收费|收不收|要钱不|花不花钱"
    r"|([一-鿿])不\1(?!得)|能不能|可不可以|会不会|是不是|要不要|有没有(?!签|交|发|给)|是否|行不行"
    r"|谁(?:能|会|可以|来|看|管|知道|处理|负责)|哪些人|哪个部门|(?:在|去|到|上)哪|哪里(?:填|找|看|"
    r"办|交|查|有|可以)"
    r"|安全不|靠谱不|真的假的|需要(?:什么|啥|哪些)|要(?:带|交|准备)?(?:什么|啥|哪些)|能(?:拿|得|"
    r"赔)多少|请问|问一下|想问|咨询"
)
_NOT_ASKED = re.compile(
    r"(?:不知道|不晓得|不清楚|不明白|搞不懂|没说|没告诉我?|没问|问我)[^,。;!?]{0,12}|没什么|"
    r"什么都|什么也|差不多|好不容易|不管[^,。]{0,10}|不论[^,。]{0,10}|无论[^,。]{0,10}"
)
_TELLS = re.compile(r"[了过没被欠扣]|不(?:给|发|让|交|签|肯|认|管)")
_PREFACE = re.compile(r"^(?:你好|您好|请问|我?想?问一?下?|咨询一?下?|在吗|喂)")
_CLAUSES = re.compile(r"[,，。;；!！\n]+|\s+")


def is_question(text: str) -> bool:
    """Tell whether a text asks something; one that tells what happened as well is a question too (`tells_facts`)."""
    told = understood(text[:LIMIT]).casefold()
    if told.endswith("?") or "?" in told[:-1]:
        return True
    return any(_asks(clause) for clause in _CLAUSES.split(told) if clause)


def tells_facts(text: str) -> bool:
    """Tell whether a text says what happened, whatever it asks at its end: 欠了我三个月工资，老板说没钱怎么办."""
    told = understood(text[:LIMIT]).casefold()
    clauses = [clause for clause in _CLAUSES.split(told) if len(clause) >= 5]
    return any(_TELLS.search(clause) and not _PREFACE.match(clause) and not _is_asked(clause) for clause in clauses)


def _is_asked(clause: str) -> bool:
    return "?" in clause or _asks(clause)


def _asks(clause: str) -> bool:
    rest = _NOT_ASKED.sub("", clause.strip(" ~…"))
    if _ENDS_ASKING.search(rest) and len(rest) > 1 and not _NOT_ASKING_END.search(clause):
        return not re.fullmatch(r"(?:是|要|同意|愿意|可以|好|行)?不", rest) and not rest.endswith(("没有", "没"))
    return _ASKING.search(rest) is not None
