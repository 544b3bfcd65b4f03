"""How text is normalised and cut into the terms that are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

import jieba
import opencc
from pypinyin import lazy_pinyin

WORDS = Path(__file__).with_name("words.txt")
"""Words of the field that jieba does not know, one a line."""

SYNONYMS = Path(__file__).with_name("synonyms.txt")
"""Concepts and the phrases that people say for them."""

LONGEST_HEARD = 4
"""Syllables of the longest word that is recognised by its sound."""

REMEMBERED = 64
"""Texts whose words are remembered: a question is cut for its vector, for BM25 and for the confidence. Not more: no
store of what workers wrote is to grow in memory."""

_LATIN = re.compile(r"[a-z]+")
_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+(?:\.[0-9]+)?")
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=REMEMBERED)
def normalise(text: str) -> str:
    """Return text in one spelling: NFKC, simplified characters, lower case, single spaces."""
    plain = unicodedata.normalize("NFKC", text)
    return _SPACE.sub(" ", _simplifier().convert(plain).lower()).strip()


def words(text: str) -> list[str]:
    """Cut normalised text into jieba words, long ones also into the words they contain."""
    return list(_words(text))


@lru_cache(maxsize=REMEMBERED)
def _words(text: str) -> tuple[str, ...]:
    """What jieba's cut_for_search does, on words that are cut once."""
    frequencies = _dictionary().FREQ
    found: list[str] = []
    for word in _cut(text):
        for size in (2, 3):
            if len(word) > size:
                parts = (word[at : at + size] for at in range(len(word) - size + 1))
                found.extend(part for part in parts if frequencies.get(part))
        found.append(word)
    return tuple(word for word in found if _RUN.fullmatch(word))


@lru_cache(maxsize=REMEMBERED)
def _cut(text: str) -> tuple[str, ...]:
    return tuple(_dictionary().cut(text, HMM=False))


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
    names, sizes = _concepts()
    found: list[str] = []
    start = 0
    while start < len(text):
        for size in sizes.get(text[start], ()):
            if (phrase := text[start : start + size]) in names:
                found.extend(names[phrase])
                start += size
                break
        else:
            start += 1
    return found


def heard(text: str) -> list[str]:
    """Name the words of the field that normalised text spells by their sound: 工赀, gongzi and gong zi are 工资.

    Characters count where they make up no word with their neighbours, Latin letters where they are whole syllables.
    """
    sounds = _sounds()
    found: list[str] = []
    for syllables, spelt in _spelt(text):
        start = 0
        while start < len(syllables):
            sizes = range(min(LONGEST_HEARD, len(syllables) - start), 1, -1)
            size = next((size for size in sizes if tuple(syllables[start : start + size]) in sounds), 0)
            names = sounds[tuple(syllables[start : start + size])] if size else ()
            found.extend(name for name in names if name != spelt[start : start + size])
            start += size or 1
    return found


def terms(text: str) -> list[str]:
    """Cut any text into all that BM25 compares: words, characters, pairs, concepts, and words known by their sound."""
    return list(_terms(text))


@lru_cache(maxsize=REMEMBERED)
def _terms(text: str) -> tuple[str, ...]:
    plain = normalise(text)
    return (*words(plain), *grams(plain, 1), *grams(plain, 2), *meant(plain))


def meant(text: str) -> list[str]:
    """Return what normalised text means beyond its spelling: words known by their sound, and concepts of both."""
    return list(_meant(text))


@lru_cache(maxsize=REMEMBERED)
def _meant(text: str) -> tuple[str, ...]:
    by_sound = heard(text)
    return tuple(by_sound + concepts(text) + [name for word in by_sound for name in concepts(word)])


def _spelt(text: str) -> list[tuple[list[str], str]]:
    """Return the stretches that may be spelt by sound: their syllables, and their characters where they have any."""
    stretches: list[tuple[list[str], str]] = [([], "")]
    for word in _cut(text):
        if len(word) == 1 and word >= "一" and _RUN.fullmatch(word):
            syllables, spelt = stretches[-1]
            if len(syllables) != len(spelt):
                stretches.append(([], ""))
                syllables, spelt = stretches[-1]
            stretches[-1] = ([*syllables, _sound(word)], spelt + word)
        elif _LATIN.fullmatch(word) and (parts := _syllables(word)):
            syllables, spelt = stretches[-1]
            if spelt:
                stretches.append(([], ""))
                syllables = []
            stretches[-1] = (syllables + parts, "")
        elif not word.isspace():
            stretches.append(([], ""))
    return [stretch for stretch in stretches if len(stretch[0]) > 1]


@lru_cache(maxsize=8192)
def _sound(character: str) -> str:
    return str(lazy_pinyin(character)[0])


@lru_cache(maxsize=1024)
def _syllables(letters: str) -> list[str]:
    """Cut letters into syllables of the field's words, the longest first; nothing where letters are left over."""
    if not letters:
        return []
    known = _known_syllables()
    for size in range(min(6, len(letters)), 0, -1):
        if letters[:size] in known:
            rest = _syllables(letters[size:])
            if rest or size == len(letters):
                return [letters[:size], *rest]
    return []


@lru_cache(maxsize=1)
def _known_syllables() -> frozenset[str]:
    return frozenset(syllable for syllables in _sounds() for syllable in syllables)


@lru_cache(maxsize=1)
def _sounds() -> dict[tuple[str, ...], list[str]]:
    """Return the words of the field by their syllables without tones."""
    spoken = {*WORDS.read_text(encoding="utf-8").split(), *_concepts()[0]}
    sounds: dict[tuple[str, ...], list[str]] = {}
    for word in sorted(spoken):
        if 1 < len(word) <= LONGEST_HEARD and all(character >= "一" for character in word):
            sounds.setdefault(tuple(_sound(character) for character in word), []).append(word)
    return sounds


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
def _concepts() -> tuple[dict[str, list[str]], dict[str, list[int]]]:
    """Return the concepts of each phrase, and how long those are that begin with a character, the longest first."""
    names: dict[str, list[str]] = {}
    for line in SYNONYMS.read_text(encoding="utf-8").splitlines():
        name, colon, phrases = line.partition(":")
        if colon and not line.startswith("#"):
            for phrase in phrases.split():
                names.setdefault(phrase, []).append(f"={name}")
    sizes: dict[str, set[int]] = {}
    for phrase in names:
        sizes.setdefault(phrase[0], set()).add(len(phrase))
    return names, {first: sorted(found, reverse=True) for first, found in sizes.items()}


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")
