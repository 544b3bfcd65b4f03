"""The index in a folder: written, read back, and known by what it was made from.

    index.json          what it was made from and by, and which data folder is current
    data-<hash>/        entries.json, one .npy an array, one folder a BM25, confidence.json

`index.json` is replaced in one step after its data is complete, so that a reader sees the old index or the new.
A new array or BM25 of `Index` is one more name in `_ARRAYS` or `_BM25S`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from knowledge_base.confidence import Confidence
from knowledge_base.encoder import Encoder
from knowledge_base.errors import BrokenIndex, SourceError, WrongEncoder
from knowledge_base.index import Index
from knowledge_base.loader import digest
from knowledge_base.model import Citation, Entry, Figure

_HERE = Path(__file__).parent
_CODE = ("encoder.py", "text.py", "words.txt", "synonyms.txt", "splitter.py", "index.py", "store.py", "confidence.py")
MANIFEST = "index.json"
_ARRAYS = ("owners", "vectors")
"""The numpy arrays of an `Index`."""
_BM25S = ("bm25",)
"""The BM25 weights of an `Index`."""


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
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(index, name))
    for name in _BM25S:
        getattr(index, name).save(str(folder / name), show_progress=False)
    if index.confidence is not None:
        index.confidence.save(folder / "confidence.json")


def _read_data(folder: Path) -> Index:
    rows = json.loads((folder / "entries.json").read_text("utf-8"))
    saved = folder / "confidence.json"
    arrays: dict[str, Any] = {name: np.load(folder / f"{name}.npy") for name in _ARRAYS}
    weights = {name: bm25s.BM25.load(str(folder / name), load_corpus=False, show_progress=False) for name in _BM25S}
    return Index(
        entries=tuple(_entry(row) for row in rows),
        confidence=Confidence.load(saved) if saved.is_file() else None,
        **arrays,
        **weights,
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
