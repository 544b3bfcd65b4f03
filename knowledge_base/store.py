"""The index in a folder: written, read back, and known by what it was made from.

    data-<time>-<xx>/   record.json, entries.json, one .npy an array, one folder a BM25, confidence.json

What else the folder holds, and which index of several is served, is the matter of `records`. A new array or BM25 of
`Index` is one more name in `_ARRAYS` or `_BM25S`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from knowledge_base.confidence import Confidence
from knowledge_base.encoder import SEGMENTS, Encoder, hash_folder
from knowledge_base.errors import BrokenIndex, SourceError, WrongEncoder
from knowledge_base.index import Bridge, Index
from knowledge_base.loader import digest
from knowledge_base.model import Citation, Entry, Figure, Heard
from knowledge_base.records import RECORD, Record, alone, current, encoder_folder, hashes, prune, serve, verify

_HERE = Path(__file__).parent
_CODE = ("encoder.py", "text.py", "words.txt", "synonyms.txt", "splitter.py", "index.py", "store.py", "confidence.py")
_ARRAYS = ("owners", "phrased", "vectors")
"""The numpy arrays of an `Index`."""
_BM25S = ("told", "asked")
"""The BM25 weights of an `Index`."""
_LINKS = ("entries", "articles", "weights")
"""The numpy arrays of a `Bridge`, which is kept in a folder of this name below an index of statutes."""
_BRIDGE = "bridge"


def save(index: Index, folder: Path, encoder: Encoder) -> Record:
    """Write an index into a folder and serve it instead of the one that is there, in one step."""
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder), _draft(folder) as draft:
        _write_data(index, draft)
        _keep_encoder(folder, encoder)
        now = datetime.now(UTC)
        record = Record(
            data=f"data-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
            made=now.isoformat(),
            entries=len(index.entries),
            files=hashes(draft),
            pinned=False,
            **marks([*index.entries, *(index.bridge.index.entries if index.bridge else ())], encoder),
        )
        record.write(draft / RECORD)
        draft.rename(folder / record.data)
        serve(folder, record)
        prune(folder, record)
    return record


def load(folder: Path, encoder: Encoder) -> Index:
    """Read the index that is served; raise BrokenIndex without one, WrongEncoder when another encoder made it."""
    return read(folder, current(folder), encoder)


def read(folder: Path, record: Record, encoder: Encoder) -> Index:
    """Check and read one of the indexes in a folder.

    Raises WrongEncoder when another encoder made it, BrokenIndex naming the file that is not as it was written.
    """
    if record.fingerprint != encoder.fingerprint:
        raise WrongEncoder(
            f"the index in {folder} was made by the encoder {record.encoder}"
            f" ({record.fingerprint[:12]}), not by {encoder.name} ({encoder.fingerprint[:12]}):"
            " build it again with python -m knowledge_base index, or set ENCODER back"
        )
    verify(folder, record)
    try:
        return _read_data(folder / record.data)
    except (OSError, KeyError, ValueError, TypeError, SourceError) as error:
        raise BrokenIndex(f"{folder / record.data} is not of this version ({error}): build it again") from error


def is_fresh(folder: Path, entries: list[Entry], encoder: Encoder) -> bool:
    """Tell whether the index that is served is whole and was made of these entries, by this encoder and this code."""
    try:
        record = current(folder)
        verify(folder, record)
    except BrokenIndex:
        return False
    return record.marks == marks(entries, encoder)


def marks(entries: list[Entry], encoder: Encoder) -> dict[str, str]:
    """Return what an index of these entries is known by."""
    return {
        "encoder": encoder.name,
        "fingerprint": encoder.fingerprint,
        "source": digest(entries),
        "code": code(),
    }


def code() -> str:
    """Hash the code that an index depends on."""
    return hashlib.sha256(b"\0".join((_HERE / name).read_bytes() for name in _CODE)).hexdigest()


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """Give a folder to write into, and remove what is left of it and of earlier ones that were interrupted."""
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder))
    try:
        yield draft
    finally:
        for left in folder.glob("draft-*"):
            shutil.rmtree(left, ignore_errors=True)


def _keep_encoder(folder: Path, encoder: Encoder) -> None:
    """Keep a copy of the project's own encoder, which is trained over in its place, as long as its indexes."""
    source, kept = Path(encoder.name), encoder_folder(folder, encoder.fingerprint)
    if not (source / SEGMENTS).is_file() or (kept.is_dir() and hash_folder(kept) == encoder.fingerprint):
        return
    draft = Path(tempfile.mkdtemp(prefix="draft-", dir=folder))
    shutil.copytree(source, draft, dirs_exist_ok=True)
    shutil.rmtree(kept, ignore_errors=True)
    draft.rename(kept)


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
    if index.bridge is not None:
        (folder / _BRIDGE).mkdir()
        _write_data(index.bridge.index, folder / _BRIDGE)
        for name in _LINKS:
            np.save(folder / _BRIDGE / f"link-{name}.npy", getattr(index.bridge, name))


def _read_data(folder: Path) -> Index:
    rows = json.loads((folder / "entries.json").read_text("utf-8"))
    saved = folder / "confidence.json"
    arrays: dict[str, Any] = {name: np.load(folder / f"{name}.npy") for name in _ARRAYS}
    weights = {name: bm25s.BM25.load(str(folder / name), load_corpus=False, show_progress=False) for name in _BM25S}
    return Index(
        entries=tuple(_entry(row) for row in rows),
        confidence=Confidence.load(saved) if saved.is_file() else None,
        bridge=_read_bridge(folder / _BRIDGE) if (folder / _BRIDGE).is_dir() else None,
        **arrays,
        **weights,
    )


def _read_bridge(folder: Path) -> Bridge:
    return Bridge(_read_data(folder), **{name: np.load(folder / f"link-{name}.npy") for name in _LINKS})


def _entry(row: dict[str, Any]) -> Entry:
    days = {
        name: date.fromisoformat(row[name]) if row[name] else None
        for name in ("effective_from", "effective_until", "reviewed")
    }
    lists = {name: tuple(row[name]) for name in ("audience", "questions", "related")}
    nested = {
        "citations": tuple(Citation(**citation) for citation in row["citations"]),
        "figures": tuple(Figure(**figure) for figure in row["figures"]),
        "heard": tuple(Heard(heard["text"], tuple(heard["also"])) for heard in row["heard"]),
        "variants": tuple((kind, other) for kind, other in row["variants"]),
    }
    return Entry(**{**row, **days, **lists, **nested})
