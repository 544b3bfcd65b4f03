"""What is typed in pinyin without tones (gongzi bu fa), read as the words that the entries use (工资不发).

The reading with the likeliest words is taken, each as likely as it is frequent in the entries' questions; spaces do not
count. Text that is not pinyin from end to end is not read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from pypinyin import lazy_pinyin

LONGEST = 4
"""Characters of a word that is known by its sound."""
MOST = 200
"""Letters that are read: a longer text is no question."""

_CHINESE = re.compile(rf"[一-鿿]{{1,{LONGEST}}}")
_LETTERS = re.compile(r"[a-z]+")
_BETWEEN = re.compile(r"[\s'’,.?!;:，。？！；：、~…-]+")


def letters_of(text: str) -> str | None:
    """Return the letters of normalised text that has nothing else but spaces and punctuation; None for other text."""
    letters = _BETWEEN.sub("", text)
    return letters if len(letters) <= MOST and _LETTERS.fullmatch(letters) else None


class Pinyin:
    """Reads pinyin by a vocabulary."""

    def __init__(self, frequencies: Mapping[str, int]) -> None:
        """Learn terms and how many entries ask with them; what is not Chinese, or long, is passed over."""
        words = {term: count for term, count in frequencies.items() if count > 0 and _CHINESE.fullmatch(term)}
        total = sum(words.values())
        self._words: dict[str, tuple[float, str]] = {}
        for word, count in words.items():
            sound, cost = "".join(lazy_pinyin(word)), math.log(total / count)
            if sound not in self._words or cost < self._words[sound][0]:
                self._words[sound] = (cost, word)
        self._longest = max(map(len, self._words), default=0)

    def read(self, text: str) -> str | None:
        """Return normalised text in characters; None where it is not all pinyin."""
        letters = letters_of(text)
        if letters is None:
            return None
        best: list[tuple[float, str] | None] = [(0.0, ""), *([None] * len(letters))]
        for start in range(len(letters)):
            here = best[start]
            if here is None:
                continue
            for end in range(start + 1, min(len(letters), start + self._longest) + 1):
                known = self._words.get(letters[start:end])
                there = best[end]
                if known is not None and (there is None or here[0] + known[0] < there[0]):
                    best[end] = (here[0] + known[0], here[1] + known[1])
        found = best[-1]
        return found[1] if found else None
