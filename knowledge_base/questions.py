"""Two questions in one message: told apart when both stand for themselves. Pure.

Three ways are known: sentences that each ask ("押金不退怎么办？年假有几天？"), a second question that is said to be one
("……，还有年假有几天"), and two matters with one question at the end ("工资拖了三个月，社保也没交，怎么办"). In doubt a
message is one question: a story is told in many sentences.
"""

from __future__ import annotations

import re

from knowledge_base.followup import has_topic, is_follow_up

LONGEST = 80
"""Characters; more is a story."""
SHORTEST = 4
"""Characters of a question that stands for itself."""
LONGEST_MATTER = 18
"""Characters of one of two matters that share their question."""

_SENTENCES = re.compile(r"[。？！?!；;\n]+")
_NEXT = re.compile(
    r"[，,。？?；;\s]*(?:还有就是|还有一个(?:问题)?|还有个问题|还有|另外(?:再)?(?:问(?:一下)?|想问)?|顺便(?:再)?问(?:一下|下)?|再问(?:一下|下|个)?|还想(?:再)?问(?:一下|下|问)?"
    r"|第二个?(?:问题)?|其次|再就是)[，,：:、\s]*"
)
_CLAUSES = re.compile(r"[，,、\s]+")
_ASKS = re.compile(
    r"怎么|咋|什么|啥|哪|谁|几[天个年次岁]|多久|多长|多少|吗|嘛|么$|呢$|如何|能不能|可不可以|可以.{0,8}不$|要不要|是不是|有没有|合不合法|算不算|该不该"
)
_SHARED = re.compile(
    r"(?:我|我们)?(?:这|现在|都|该|应该|可以|能|要)*(?:怎么(?:办|处理|维权|弄|搞)|咋(?:办|整|弄)|如何(?:处理|维权)|(?:去|找)(?:谁|哪里|哪儿|哪)(?:说|告|管|投诉)?"
    r"|合法吗|违法吗|犯法吗|(?:能|可以)(?:告|投诉|仲裁)(?:他|公司|老板|单位)?吗|(?:能|可以)(?:要|拿)?(?:到)?(?:赔偿|补偿|赔)吗)(?:呢|啊|呀)?"
)
_MORE = re.compile(r"也|还|又|而且|并且|同时|再加上|连")
_OPENING = re.compile(
    r"^(?:我想问(?:一下|下)?|想问(?:一下|下)?|请问(?:一下|下)?|问一下|你好|您好|老师|第一个?(?:问题)?|1[、.．]|2[、.．]|[，,：:\s])+"
)


def questions_in(text: str) -> tuple[str, ...]:
    """Return the questions of a message, each so that it can be searched for; one where it asks one thing."""
    if len(text) <= LONGEST:
        for split in (_said_to_be_more, _sentences, _matters):
            parts = split(text)
            if len(parts) > 1:
                return parts
    return (text,)


def _said_to_be_more(text: str) -> tuple[str, ...]:
    return _whole_questions(_NEXT.split(text))


def _sentences(text: str) -> tuple[str, ...]:
    return _whole_questions(_SENTENCES.split(text))


def _whole_questions(parts: list[str]) -> tuple[str, ...]:
    """Return the parts if every one of them is a question with a topic of its own."""
    asked = [_OPENING.sub("", part).strip("，,。？?！! ") for part in parts]
    asked = [part for part in asked if part]
    whole = all(len(part) >= SHORTEST and _ASKS.search(part) and not is_follow_up(part) for part in asked)
    return tuple(asked) if whole else ()


def _matters(text: str) -> tuple[str, ...]:
    """Return two matters, each with the question that they share."""
    clauses = [clause for clause in _CLAUSES.split(_OPENING.sub("", text).strip("。？?！! ")) if clause]
    if len(clauses) != 3 or not _SHARED.fullmatch(clauses[2]):
        return ()
    first, second, question = clauses
    short = all(SHORTEST <= len(matter) <= LONGEST_MATTER and not _ASKS.search(matter) for matter in (first, second))
    if not short or not _MORE.search(second) or not (has_topic(first) and has_topic(second)):
        return ()
    return (f"{first}{question}", f"{second}{question}")
