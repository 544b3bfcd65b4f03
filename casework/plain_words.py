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


def intent_of_words(text: str) -> str | None:
    """Return the intent of a text (as `understood`) that says only what kind of worker one is or where, or nothing."""
    if not has_words(text) or says_only_kind(text) or _WHERE.fullmatch(text.strip("。，.!！ ")):
        return ASK_POLICY
    return None


def has_words(text: str) -> bool:
    """Tell whether there is a letter in a text, of whatever script; emoji, digits and punctuation are none."""
    return _WORD.search(text) is not None


def is_latin(text: str) -> bool:
    """Tell whether a text has letters but no Chinese character: pinyin, or another language."""
    return has_words(text) and re.search(r"[㐀-鿿]", text) is None
