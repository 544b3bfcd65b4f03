"""The knowledge base as others use it: open it, ask it, look an entry up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

from knowledge_base import store
from knowledge_base.confidence import Confidence
from knowledge_base.encoder import Encoder, SentenceEncoder
from knowledge_base.filters import covers, in_force
from knowledge_base.index import Index
from knowledge_base.model import Entry, Found, Hit
from knowledge_base.pinyin import letters_of
from knowledge_base.points import Points, points
from knowledge_base.regions import known_regions, named_in
from knowledge_base.retriever import Ranking, allowed, rank, signals
from knowledge_base.text import normalise

BEYOND_DOUBT = 0.75
"""Chance of the first hit from which on it is offered even if the question's words look off topic (孩子学费不够)."""

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class _Snapshot:
    """What one answer is made from; it never changes, another takes its place."""

    index: Index
    encoder: Encoder
    regions: dict[str, str]


class KnowledgeBase:
    """An index and the encoder that made it; both can be replaced while others search."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        """Take both as they are; `open` makes sure that they belong together."""
        self._now = _Snapshot(index, encoder, known_regions(entry.region for entry in index.entries))

    @classmethod
    def open(cls, index_dir: Path, encoder: str) -> KnowledgeBase:
        """Open the index in a folder with the encoder at a path or of a name.

        Raises EncoderError, BrokenIndex, and WrongEncoder when another encoder made the index.
        """
        used = SentenceEncoder(encoder)
        return cls(store.load(index_dir, used), used)

    @property
    def encoder(self) -> Encoder:
        """The encoder in use."""
        return self._now.encoder

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self._now.index.entries)

    def adopt(self, other: KnowledgeBase) -> None:
        """Answer from another's index and encoder from now on; searches under way finish on what they began with."""
        self._now = other._now

    def search(
        self,
        question: str,
        *,
        region: str | None = None,
        on: date | None = None,
        top_k: int = 10,
        service: str | None = None,
    ) -> Found:
        """Find the entries that answer best among those in force on the day (today) for the region.

        `service` narrows the search to entries that lead to that procedure. The confidence is the calibrated
        chance that the first hit answers, 1 for a phrasing that an entry was written for. Answered but ambiguous
        means that one of the first hits is likely to answer, but not which. An index without phrasings has no
        confidence: there, what is found counts.
        """
        now = self._now
        question = _in_characters(now.index, question)
        mask = allowed(now.index, region, on or today(), service)
        ranking = rank(now.index, now.encoder, question, mask)
        hits = tuple(
            Hit(now.index.entries[position], float(ranking.scores[position])) for position in ranking.order[:top_k]
        )
        model = now.index.confidence
        if model is None:
            anything = bool(hits) and bool(ranking.sides["told_words"].max() > 0)
            return Found(hits, float(anything), anything, False)
        if not hits:
            return Found()
        if ranking.is_phrasing:
            return Found(hits, 1.0, True)
        seen = signals(now.index, question, ranking, model)
        confidence = model.first.probability(seen)
        answered = confidence >= BEYOND_DOUBT or model.offers(seen)
        unsure = confidence < model.direct or _is_tied(now.index, ranking, model)
        return Found(hits, confidence, answered, answered and unsure)

    def points(self, question: str, entry: Entry) -> Points:
        """Order the lines of an entry's `more` by what was asked, and single out the one that tells the very point."""
        now = self._now
        return points(now.index, now.encoder, _in_characters(now.index, question), entry)

    def entry(self, entry_id: str, *, region: str | None = None, on: date | None = None) -> Entry | None:
        """Return an entry, or None when there is none, it is not in force, or it is for another region."""
        index = self._now.index
        position = index.positions.get(entry_id)
        if position is None:
            return None
        entry = index.entries[position]
        return entry if in_force(entry, on or today()) and covers(entry, region) else None

    def region_named(self, text: str) -> str | None:
        """Return the region of some entry that a worker names; None when she names none that local entries know."""
        return named_in(text, self._now.regions)

    def supplements(self, entry_id: str, *, on: date | None = None) -> tuple[Entry, ...]:
        """Return the local entries in force that add to a wider one, of whatever region."""
        day, entries = on or today(), self._now.index.entries
        return tuple(entry for entry in entries if entry.supplements == entry_id and in_force(entry, day))


def _in_characters(index: Index, question: str) -> str:
    """Return a question that is typed in pinyin as it is read, any other as it is."""
    plain = normalise(question)
    if index.confidence is None or letters_of(plain) is None:
        return question
    return index.pinyin.read(plain) or question


def _is_tied(index: Index, ranking: Ranking, model: Confidence) -> bool:
    """Two entries lead, about equally likely, and neither says that it belongs to the other."""
    if len(ranking.order) < 2:
        return False
    first, second = (index.entries[place] for place in ranking.order[:2])
    chances = ranking.chances
    return not first.is_related(second) and bool(chances[1] >= model.near * (chances[0] + chances[1]))


def today() -> date:
    """Return the day in China, whatever the machine's time zone."""
    return datetime.now(UTC).astimezone(CHINA).date()
