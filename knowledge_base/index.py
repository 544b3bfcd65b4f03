"""The index: entries, their chunks' vectors and their BM25 weights, kept in a folder.

    index.json          what it was made from and by, and which data folder is current
    data-<hash>/        entries.json, vectors.npz, bm25/

`index.json` is replaced in one step after its data is complete, so that a reader sees the old index or the new.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge_base.confidence import Confidence
from knowledge_base.encoder import Encoder, Vectors
from knowledge_base.errors import BrokenIndex, SourceError, WrongEncoder
from knowledge_base.loader import digest
from knowledge_base.model import Citation, Entry, Figure
from knowledge_base.splitter import split
from knowledge_base.text import terms, wording

_HERE = Path(__file__).parent
_CODE = ("encoder.py", "text.py", "words.txt", "synonyms.txt", "splitter.py", "index.py", "confidence.py")
MANIFEST = "index.json"


@dataclass(frozen=True)
class Index:
    """Everything that a search reads; entries are known by their position."""

    entries: tuple[Entry, ...]
    owners: NDArray[np.int64]
    """The entry of each chunk, ascending."""
    vectors: Vectors
    """One unit row a chunk."""
    bm25: bm25s.BM25
    confidence: Confidence | None = None
    """None for an index without phrasings, such as one of statutes."""

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """The first chunk of each entry."""
        return np.searchsorted(self.owners, np.arange(len(self.entries)))

    @cached_property
    def phrasings(self) -> dict[str, int]:
        """The entry that each phrasing was written for."""
        return {wording(text): place for place, entry in enumerate(self.entries) for text in entry.questions}

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each id is."""
        return {entry.id: position for position, entry in enumerate(self.entries)}


def build(entries: Sequence[Entry], encoder: Encoder, confidence: Confidence | None = None) -> Index:
    """Index entries in memory."""
    chunks = split(entries)
    documents: list[list[str]] = [[] for _ in entries]
    for chunk in chunks:
        documents[chunk.entry].extend(terms(chunk.text))
    bm25 = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
    bm25.index(documents, show_progress=False)
    return Index(
        entries=tuple(entries),
        owners=np.array([chunk.entry for chunk in chunks], dtype=np.int64),
        vectors=encoder.encode([chunk.text for chunk in chunks]),
        bm25=bm25,
        confidence=confidence,
    )


def save(index: Index, folder: Path, encoder: Encoder) -> None:
    """Write an index into a folder, replacing the one that is there in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder))
    try:
        _write_data(index, draft)
        made = fresh_marks(list(index.entries), encoder)
        data = folder / f"data-{hashlib.sha256(json.dumps(made).encode()).hexdigest()[:12]}-{os.getpid()}"
        shutil.rmtree(data, ignore_errors=True)
        draft.rename(data)
        manifest = folder / f".{MANIFEST}.{os.getpid()}"
        manifest.write_text(json.dumps(made | {"data": data.name}, ensure_ascii=False, indent=1), "utf-8")
        manifest.replace(folder / MANIFEST)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for old in folder.glob("data-*"):
        if old != data:
            shutil.rmtree(old, ignore_errors=True)


def load(folder: Path, encoder: Encoder) -> Index:
    """Read an index; raise BrokenIndex without one, WrongEncoder when another encoder made it."""
    manifest = read_manifest(folder)
    if manifest["fingerprint"] != encoder.fingerprint:
        raise WrongEncoder(
            f"the index in {folder} was made by the encoder {manifest['encoder']}"
            f" ({manifest['fingerprint'][:12]}), not by {encoder.name} ({encoder.fingerprint[:12]}):"
            " build it again with python -m knowledge_base index, or set ENCODER back"
        )
    data = folder / manifest["data"]
    try:
        return _read_data(data)
    except (OSError, KeyError, ValueError, TypeError, SourceError) as error:
        raise BrokenIndex(f"the index in {folder} is damaged ({error}): build it again") from error


def is_fresh(folder: Path, entries: list[Entry], encoder: Encoder) -> bool:
    """Tell whether the index in the folder was made of these entries, by this encoder and this code."""
    try:
        manifest = read_manifest(folder)
    except BrokenIndex:
        return False
    return all(manifest.get(key) == value for key, value in fresh_marks(entries, encoder).items())


def fresh_marks(entries: list[Entry], encoder: Encoder) -> dict[str, str]:
    """Return what an index of these entries is known by."""
    code = hashlib.sha256(b"\0".join((_HERE / name).read_bytes() for name in _CODE)).hexdigest()
    return {
        "encoder": encoder.name,
        "fingerprint": encoder.fingerprint,
        "source": digest(entries),
        "code": code,
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what an index says of itself; raise BrokenIndex where there is none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError as error:
        raise BrokenIndex(f"there is no index in {folder}: make one with python -m knowledge_base index") from error
    except (OSError, ValueError) as error:
        raise BrokenIndex(f"{folder / MANIFEST} cannot be read: build the index again") from error
    if not isinstance(manifest, dict) or not {"encoder", "fingerprint", "data"} <= manifest.keys():
        raise BrokenIndex(f"{folder / MANIFEST} is no index: build it again")
    return manifest


def _write_data(index: Index, folder: Path) -> None:
    rows = [asdict(entry) for entry in index.entries]
    text = json.dumps(rows, ensure_ascii=False, default=date.isoformat)
    (folder / "entries.json").write_text(text, "utf-8")
    np.savez(folder / "vectors.npz", vectors=index.vectors, owners=index.owners)
    index.bm25.save(str(folder / "bm25"), show_progress=False)
    if index.confidence is not None:
        index.confidence.save(folder / "confidence.json")


def _read_data(folder: Path) -> Index:
    rows = json.loads((folder / "entries.json").read_text("utf-8"))
    with np.load(folder / "vectors.npz") as arrays:
        vectors, owners = arrays["vectors"], arrays["owners"]
    saved = folder / "confidence.json"
    return Index(
        entries=tuple(_entry(row) for row in rows),
        owners=owners,
        vectors=vectors,
        bm25=bm25s.BM25.load(str(folder / "bm25"), load_corpus=False, show_progress=False),
        confidence=Confidence.load(saved) if saved.is_file() else None,
    )


def _entry(row: dict[str, Any]) -> Entry:
    days = {
        name: date.fromisoformat(row[name]) if row[name] else None
        for name in ("effective_from", "effective_until", "reviewed")
    }
    lists = {name: tuple(row[name]) for name in ("audience", "questions", "related")}
    nested = {
        "citations": tuple(Citation(**citation) for citation in row["citations"]),
        "figures": tuple(Figure(**figure) for figure in row["figures"]),
        "variants": tuple((kind, other) for kind, other in row["variants"]),
    }
    return Entry(**{**row, **days, **lists, **nested})
