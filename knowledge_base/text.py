"""How text is normalised and cut into the terms that are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import jieba
import opencc

WORDS = Path(__file__).with_name("words.txt")
"""Words of the field that jieba does not know, one a line."""

SYNONYMS = Path(__file__).with_name("synonyms.txt")
"""Concepts and the phrases that people say for them."""

_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+(?:\.[0-9]+)?")
_SPACE = re.compile(r"\s+")


def normalise(text: str) -> str:
    """Return text in one spelling: NFKC, simplified characters, lower case, single spaces."""
    plain = unicodedata.normalize("NFKC", text)
    return _SPACE.sub(" ", _simplifier().convert(plain).lower()).strip()


def words(text: str) -> list[str]:
    """Cut normalised text into jieba words, long ones also into the words they contain."""
    cut = _dictionary().lcut_for_search(text, HMM=False)
    return [word for word in cut if _RUN.fullmatch(word)]


def wording(text: str) -> str:
    """Return what is left of any text when spelling, punctuation and spaces do not count."""
    return "".join(_RUN.findall(normalise(text)))


def grams(text: str, size: int) -> list[str]:
    """Cut normalised text into overlapping runs of `size` Chinese characters; other words stay whole."""
    found: list[str] = []
    for run in _RUN.findall(text):
        if run[0] < "一" or len(run) <= size:
            found.append(run)
        else:
            found.extend(run[start : start + size] for start in range(len(run) - size + 1))
    return found


def concepts(text: str) -> list[str]:
    """Name the concepts whose phrases occur in normalised text, the longest phrase at each place."""
    names, longest = _concepts()
    found: list[str] = []
    start = 0
    while start < len(text):
        sizes = range(min(longest, len(text) - start), 0, -1)
        size = next((size for size in sizes if text[start : start + size] in names), 0)
        found.extend(names.get(text[start : start + size], ()))
        start += size or 1
    return found


def terms(text: str) -> list[str]:
    """Cut any text into all that BM25 compares: words, characters, pairs of characters, concepts."""
    plain = normalise(text)
    return words(plain) + grams(plain, 1) + grams(plain, 2) + concepts(plain)


@lru_cache(maxsize=1)
def _dictionary() -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    # What initialize() does, without its cache: a file of known name in the shared temporary folder,
    # which any local user could put there first.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for word in WORDS.read_text(encoding="utf-8").split():
        tokenizer.add_word(word)
    return tokenizer


@lru_cache(maxsize=1)
def _concepts() -> tuple[dict[str, list[str]], int]:
    """Return the concepts of each phrase, and the length of the longest phrase."""
    names: dict[str, list[str]] = {}
    for line in SYNONYMS.read_text(encoding="utf-8").splitlines():
        name, colon, phrases = line.partition(":")
        if colon and not line.startswith("#"):
            for phrase in phrases.split():
                names.setdefault(phrase, []).append(f"={name}")
    return names, max(map(len, names))


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
