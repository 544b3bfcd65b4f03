"""Words whose intent needs no guess: the engine takes "我是骑手" for a yes and "12" for a goodbye. Pure."""

from __future__ import annotations

import re

from casework.kinds import says_only_kind

ASK_POLICY = "ask_policy"
"""The intent whose action reads the words itself."""

_WORD = re.compile(r"[^\W\d_]")
_WHERE = re.compile(
    r"(?:我|我们|俺|咱|人|公司|单位|厂)?(?:现在|目前|就|是|也)*(?:在|位于)(?![吗么嘛不呢线的哪这那干职忙家])[一-鿿]{2,8}"
)
_GOES_ON = re.compile(
    r"怎么[弄办搞]|咋[弄办整]|代办|没人接|[上去到在]哪|电话(?:号码)?是?多少|^(?:周|星期|礼拜|晚上|中午|节假日).{0,3}有人吗"
)
_TO_US = re.compile(r"人工|客服|机器人|真人|转接|你们?(?:是|能|会|叫)|工作人员|刚才|救|死|活|撑不|熬不")
_SHORT = 16


def intent_of_words(text: str, goes_on: bool = False) -> str | None:
    """Return the intent of a text (as `understood`) that says only what kind of worker one is or where, or nothing.

    Where something was asked before (`goes_on`), short questions that the engine takes for a call for help or for a
    person ("具体怎么弄", "电话多少") are about that.
    """
    if not has_words(text) or says_only_kind(text) or _WHERE.fullmatch(text.strip("。，.!！ ")):
        return ASK_POLICY
    if goes_on and len(text) <= _SHORT and _GOES_ON.search(text) and not _TO_US.search(text):
        return ASK_POLICY
    return None


def has_words(text: str) -> bool:
    """Tell whether there is a letter in a text, of whatever script; emoji, digits and punctuation are none."""
    return _WORD.search(text) is not None


def is_latin(text: str) -> bool:
    """Tell whether a text has letters but no Chinese character: pinyin, or another language."""
    return has_words(text) and re.search(r"[㐀-鿿]", text) is None
