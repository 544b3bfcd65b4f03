"""The staff's search: over what workers and staff wrote, over people and over numbers.

Words are kept in a plain inverted index, the same on both databases, which is erased with its messages
(docs/adr/0005-search.md). What can be asked:

* `#12` is conversation 12; plain digits are that too, or a word.
* a number of a phone, an identity paper or a bank card finds who wrote it, by its keyed hash;
* a name finds the contact of that name, by its keyed hash;
* everything else is words. Words between spaces may stand anywhere in a conversation (北城 工伤), those without a space
  between them stand in one message (拖欠工资).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import jieba
from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from casework.crypto import Keyring
from casework.names import name_digests
from casework.private_numbers import find_private_numbers
from casework.tables import Contact, Conversation, MessageWord, PrivateNumber
from casework.text import understood

LONGEST_QUERY = 100
LONGEST_WORD = 40
MOST_WORDS = 8
"""Words of one query that are looked at."""

_ID = re.compile(r"#?\s*(\d{1,9})")
_WORD = re.compile(r"[\w.]*\w")
_HAN = re.compile(r"[㐀-鿿]")
_STOP = frozenset("的了我你您他她它们是在和与就都也不有这那吗呢吧啊呀哦嗯么个一上下要会说到去来没很")
"""Single characters that stand in every second message."""


def words_of(text: str) -> frozenset[str]:
    """Return the words under which a message is found: jieba's, and each Chinese character by itself.

    Characters are there for names and other words that jieba's dictionary does not know.
    """
    plain = _plain(text)
    cut = {word[:LONGEST_WORD] for word in _dictionary().cut_for_search(plain, HMM=False) if _WORD.fullmatch(word)}
    return frozenset((cut | set(_HAN.findall(plain))) - _STOP)


def words_asked(text: str) -> list[str]:
    """Return the words that a message must have to fit: the shortest ones that cover the text."""
    cut = [word for word in _dictionary().cut(_plain(text), HMM=False) if _WORD.fullmatch(word)]
    asked = dict.fromkeys(part for word in cut for part in _parts(word))
    return [word[:LONGEST_WORD] for word in asked if word not in _STOP]


def find_conversations(words: Iterable[str]) -> Select[int]:
    """Select the conversations that have a message with all these words."""
    first, *others = sorted(words, key=len, reverse=True)  # a longer word stands in fewer messages
    found = select(MessageWord.conversation_id).where(MessageWord.word == first)
    for word in others:
        other = aliased(MessageWord)
        found = found.where(
            select(other.word)
            .where(
                other.word == word,
                other.conversation_id == MessageWord.conversation_id,
                other.message_id == MessageWord.message_id,
            )
            .exists()
        )
    return found


def matching(session: Session, keyring: Keyring, query: str) -> ColumnElement[bool]:
    """Return the condition on conversations that a query means; one that means nothing finds nothing."""
    query = unicodedata.normalize("NFKC", query).strip()[:LONGEST_QUERY]
    number = _ID.fullmatch(query)
    if number is not None and query.startswith("#"):
        return Conversation.id == int(number[1])
    numbers = _private_numbers(query)
    if numbers:
        digests = [digest for value in numbers for digest in keyring.digests(value, "private_number")]
        return Conversation.contact_id.in_(select(PrivateNumber.contact_id).where(PrivateNumber.digest.in_(digests)))
    named = select(Contact.id).where(Contact.name_digest.in_(name_digests(keyring, query)))
    found: list[ColumnElement[bool]] = [_with_words(query)]
    if number is not None:
        found.append(Conversation.id == int(number[1]))
    if contacts := session.scalars(named).all():
        found.append(Conversation.contact_id.in_(contacts))
    return or_(*found)


def _with_words(query: str) -> ColumnElement[bool]:
    pieces = [words_asked(piece)[:MOST_WORDS] for piece in query.split()[:MOST_WORDS]]
    conditions = [Conversation.id.in_(find_conversations(words)) for words in pieces if words]
    return and_(*conditions) if conditions else false()


def _private_numbers(query: str) -> set[str]:
    """Return the numbers in a query as they may have been written: with China's prefix and without."""
    found: set[str] = set()
    for number in find_private_numbers(query):
        found.add(number.value)
        if number.kind == "phone":
            national = re.sub(r"^(?:86|0086)(?=1\d{10}$)", "", number.value)
            found.update({national, f"86{national}", f"0086{national}"})
    return found


def _plain(text: str) -> str:
    return understood(text, limit=None).lower()


def _parts(word: str) -> list[str]:
    """Return the shorter words that a long word consists of, where they cover all of it; else the word."""
    if len(word) <= 2 or not _HAN.match(word):
        return [word]
    parts = [part for part in _dictionary().cut_for_search(word, HMM=False) if len(part) < len(word)]
    covered = [False] * len(word)
    for part in parts:
        place = word.find(part)
        covered[place : place + len(part)] = [True] * len(part)
    return parts if all(covered) else [word]


@cache
def _dictionary() -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    # What initialize() does, without its cache: a file of known name in the shared temporary folder,
    # which any local user could put there first.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    return tokenizer
