"""Measure retrieval and confidence, on the project's own phrasings or on a folder of questions from elsewhere.

The folder holds `labour_corpus.jsonl` (statute articles), `labour_retrieval_dev.jsonl` (questions with the articles
that answer them), `labour_questions_dev.jsonl` (workers' questions) and `offtopic_questions_dev.jsonl`. They measure
only: nothing is fitted to them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from scipy.stats import binomtest  # type: ignore[import-untyped]  # scipy publishes no types

from knowledge_base import index as indexing
from knowledge_base.base import KnowledgeBase
from knowledge_base.confidence import Confidence
from knowledge_base.encoder import Encoder
from knowledge_base.errors import SourceError
from knowledge_base.index import Index
from knowledge_base.loader import load
from knowledge_base.model import Entry
from knowledge_base.retriever import STATUTE_WEIGHTS, Scores, fuse, side_scores
from knowledge_base.text import grams, normalise, words

NOWHERE = 1_000_000
"""The place of an article that is not in the corpus: beyond every depth."""


@dataclass(frozen=True)
class Table:
    """One table of the report: a caption, the names of its columns, and its rows."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """Write the table as Markdown."""
        lines = [self.columns, tuple("---" for _ in self.columns), *self.rows]
        return f"{self.caption}\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def own_phrasings(model: Confidence) -> list[Table]:
    """Report what calibration measured: phrasings and off-topic sentences that index and encoder had not seen."""
    measured = {"threshold": model.threshold, "direct": model.direct, "on_topic": model.on_topic} | model.measured
    return [
        Table(
            "The project's own questions, each asked of an index and an encoder that had not seen it (five rounds)",
            ("measure", "share"),
            tuple((name, f"{value:g}") for name, value in measured.items()),
        ),
        Table(
            "The same questions, by the sides of the ranking: one side alone, all but one, all (weights fitted anew)",
            ("sides", "hit@1", "hit@3", "hit@10"),
            tuple((name, *(f"{share:.3f}" for share in shares)) for name, shares in model.ablation.items()),
        ),
        Table(
            "Reliability of the confidence: of first hits, the mean chance that was given and the share that was right",
            ("mean chance", "right", "questions"),
            tuple((f"{chance:.2f}", f"{right:.2f}", str(count)) for chance, right, count in model.reliability),
        ),
    ]


def statutes(data: Path, encoder: Encoder, policies: Index) -> Table:
    """Measure hit@1/3/10 over statute articles: a plain BM25, each side alone, and all together."""
    questions = _well_fitted(data)
    index = indexing.build(load(data / "labour_corpus.jsonl"), encoder, policies=policies)
    everything = np.ones(len(index.entries), dtype=bool)
    sides = [side_scores(index, encoder, row["question"]) for row in questions]
    plain = _plain_bm25([f"{entry.title} {entry.conclusion}" for entry in index.entries])
    scores = {
        "BM25, words and pairs of characters": [plain(row["question"]) for row in questions],
        "BM25 as here (words, characters, pairs, concepts, sounds)": [side["told_words"] for side in sides],
        "dense": [side["told"] for side in sides],
        "through the entries that cite the article": [side["cited"] for side in sides],
        "hybrid": [fuse(side, STATUTE_WEIGHTS, everything) for side in sides],
    }
    rows = [(name, *_hit_shares(index, questions, found)) for name, found in scores.items()]
    return Table(
        f"{len(questions)} questions over {len(index.entries)} statute articles: share with a right article among the "
        "first 1, 3, 10",
        ("", "hit@1", "hit@3", "hit@10"),
        tuple(rows),
    )


def _plain_bm25(texts: Sequence[str]) -> Callable[[str], Scores]:
    """Return the baseline: BM25 over jieba words and pairs of characters, each summed."""

    def cut(text: str) -> list[str]:
        plain = normalise(text)
        return words(plain) + grams(plain, 2)

    bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    bm25.index([cut(text) for text in texts], show_progress=False)
    return lambda question: np.asarray(bm25.get_scores(cut(question)), dtype=np.float64)


def policies(data: Path, base: KnowledgeBase) -> Table:
    """Measure what the curated entries answer, decline, and cite."""
    core = [row["question"] for row in _rows(data / "labour_questions_dev.jsonl") if row["scope"] == "core"]
    off = [row["question"] for row in _rows(data / "offtopic_questions_dev.jsonl")]
    questions = _well_fitted(data)
    found = [(base.search(row["question"]), set(row["gold"])) for row in questions]
    first = [bool(hits_of(search.hits[0].entry) & gold) for search, gold in found]
    three = [any(hits_of(hit.entry) & gold for hit in search.hits[:3]) for search, gold in found]
    answered = [search.answered for search, _ in found]
    right = [given for given, told in zip(first, answered, strict=True) if told]
    asked = [base.search(text) for text in core]
    shares = (
        (f"workers' questions answered or asked back ({len(core)})", [search.answered for search in asked]),
        (f"of these, answered at once ({len(core)})", [search.answered and not search.ambiguous for search in asked]),
        (f"off-topic questions declined ({len(off)})", [not base.search(text).answered for text in off]),
        (f"a right article among the first three citations of the first entry ({len(found)})", first),
        (f"the same, of any of the first three entries ({len(found)})", three),
        (f"of these questions, answered ({len(found)})", answered),
        (f"of those answered, a right article cited by the first entry ({len(right)})", right),
    )
    return Table(
        "The curated entries",
        ("measure", "share"),
        tuple((name, _share(values)) for name, values in shares),
    )


def hits_of(entry: Entry) -> set[str]:
    """Return the first three citations of an entry as ids of statute articles."""
    return {f"{citation.document}#{citation.article}" for citation in entry.citations[:3]}


def _hit_shares(index: Index, questions: Sequence[dict[str, Any]], scored: Sequence[Scores]) -> tuple[str, ...]:
    places = []
    for row, scores in zip(questions, scored, strict=True):
        gold = [index.positions[name] for name in row["gold"] if name in index.positions]
        order = np.argsort(-scores, kind="stable")
        places.append(int(min(np.flatnonzero(np.isin(order, gold)), default=NOWHERE)))
    return tuple(_share([place < depth for place in places]) for depth in (1, 3, 10))


def _share(values: Sequence[bool]) -> str:
    """Return a share with its 95 % interval (Wilson 1927)."""
    if not values:
        return "–"
    interval = binomtest(sum(values), len(values)).proportion_ci(method="wilson")
    return f"{np.mean(values):.3f} ({interval.low:.2f}–{interval.high:.2f})"


def _well_fitted(data: Path) -> list[dict[str, Any]]:
    return [row for row in _rows(data / "labour_retrieval_dev.jsonl") if row["gold_fit"] == "good"]


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    except OSError as error:
        raise SourceError(path, f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise SourceError(path, f"is no JSONL ({error})") from error
