"""Measure on one core how fast entries are encoded and indexed, what a search costs, and what an index costs to open.

`python -m bench.indexing` prints the table for the committed encoder and entries; `--markdown FILE` writes it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

from knowledge_base import index, records, store
from knowledge_base.base import KnowledgeBase
from knowledge_base.encoder import COMMITTED, SentenceEncoder
from knowledge_base.keeper import confidence_of
from knowledge_base.loader import load_good
from knowledge_base.model import Entry
from knowledge_base.splitter import split
from settings import ROOT

CHUNKS = 10_000
"""About so many chunks are searched."""
QUESTIONS = 300
GOALS = {"encode": "3,000 chunks/s", "search": "8 ms"}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.indexing", description=__doc__.partition("\n")[0])
    parser.add_argument("--encoder", default=str(COMMITTED), help="path or name (the committed one)")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table here too")
    options = parser.parse_args()
    _one_core()
    encoder = SentenceEncoder(options.encoder)
    encoder.encode(["你好"])  # loads it
    entries = _about(load_good(ROOT / "knowledge_base" / "policies")[0], CHUNKS)
    rows = [*_indexing(entries, encoder), *_searching(entries, encoder)]
    table = "\n".join(["| what | seconds of one core | measured | goal |", "|---|---|---|---|", *rows])
    print(table)
    if options.markdown:
        options.markdown.write_text(f"# Indexing\n\n{table}\n\nMade by `python -m bench.indexing`.\n", "utf-8")
    return 0


def _one_core() -> None:
    import torch
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it publishes no types

    threadpool_limits(1)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    torch.set_num_threads(1)


def _about(entries: Sequence[Entry], chunks: int) -> list[Entry]:
    """Take entries until they come to so many chunks."""
    taken: list[Entry] = []
    count = 0
    for entry in entries:
        if count >= chunks:
            break
        taken.append(entry)
        count += len(split([entry]))
    return taken


def _indexing(entries: list[Entry], encoder: SentenceEncoder) -> list[str]:
    texts = [chunk.text for chunk in split(entries)]
    encode = _seconds(lambda: encoder.encode(texts))
    build = _seconds(lambda: index.build(entries, encoder))
    known = index.known_vectors(index.build(entries, encoder))
    again = _seconds(lambda: index.build(entries, encoder, known=known))
    tracemalloc.start()
    vectors = index.encoded(texts, encoder, {})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return [
        _row(f"encode {len(texts)} chunks", encode, f"{len(texts) / encode:,.0f} chunks/s", GOALS["encode"]),
        _row("build an index of them", build, f"{len(texts) / build:,.0f} chunks/s"),
        _row("build it again, no text new", again, f"{len(texts) / again:,.0f} chunks/s"),
        _row(
            f"memory of vectors ({vectors.nbytes / 1e6:.1f} MB)",
            None,
            f"peak {peak / vectors.nbytes:.2f} times them",
            "2 times",
        ),
    ]


def _searching(entries: list[Entry], encoder: SentenceEncoder) -> list[str]:
    built = index.build(entries, encoder, confidence_of(encoder, entries))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record = store.save(built, folder, encoder)
        verify = _seconds(lambda: records.verify(folder, record))
        read = _seconds(lambda: store.read(folder, record, encoder))
    base = KnowledgeBase(built, encoder)
    questions = [f"请问{entry.questions[at % len(entry.questions)]}" for at, entry in enumerate(entries)][:QUESTIONS]
    base.search(questions[0])
    taken = sorted(_seconds(lambda question=question: base.search(question)) for question in questions)  # type: ignore[misc]  # mypy infers no lambda with a default
    ranked = statistics.quantiles(taken, n=100)
    size = f"{len(built.vectors)} chunks, {len(entries)} entries"
    return [
        _row("check the hashes of its files", verify, f"{verify * 1000:.0f} ms"),
        _row("open it, hashes included", read, f"{read * 1000:.0f} ms"),
        _row(
            f"search {size}, encoding included",
            sum(taken),
            f"p50 {ranked[49] * 1000:.1f}, p95 {ranked[94] * 1000:.1f} ms",
            GOALS["search"],
        ),
    ]


def _seconds(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that something takes: others on this machine do not count."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _row(what: str, seconds: float | None, measured: str, goal: str = "") -> str:
    return f"| {what} | {'' if seconds is None else f'{seconds:.2f}'} | {measured} | {goal} |"


if __name__ == "__main__":
    sys.exit(main())
