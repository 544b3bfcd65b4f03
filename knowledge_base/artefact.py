"""The trained encoder as a folder: made, recorded with what it was made from, and found again.

`manifest.json` holds the hashes of the text and of the code that it was trained with and of the artefact itself, so
that a stale one is noticed. Training takes a quarter of an hour, so a start waits for it only when the encoder that is
there does not know most of the entries: a few that were edited since are found by their words. `confidence.json` is the
calibration that belongs to it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from knowledge_base import calibration, training
from knowledge_base.confidence import Confidence
from knowledge_base.encoder import COMMITTED, hash_folder
from knowledge_base.errors import SourceError
from knowledge_base.model import Entry

OFF_TOPIC = Path(__file__).with_name("off_topic.txt")
"""Sentences that the union's assistant is to decline, one a line."""

MANIFEST = "manifest.json"
CONFIDENCE = "confidence.json"
CARD = "README.md"
FITS = 0.8
"""Share of the entries that an encoder was trained on as they are, from which on it serves without another training."""
_HERE = Path(__file__).parent
_CODE = (
    "training.py",
    "calibration.py",
    "confidence.py",
    "retriever.py",
    "splitter.py",
    "text.py",
    "words.txt",
    "synonyms.txt",
)
_TRAINED_ON = ("id", "title", "questions", "heard", "related", "conclusion", "steps", "deadline", "papers", "more")


def make(entries: Sequence[Entry], folder: Path) -> dict[str, Any]:
    """Train and calibrate an encoder on entries with phrasings, write its folder, return its manifest."""
    asked = [entry for entry in entries if entry.questions]
    if len(asked) < 2:
        raise SourceError(folder, "training needs at least two entries with phrasings")
    off_topic = read_off_topic()
    confidence = calibration.calibrate(
        asked, off_topic, training.train, workers=min(calibration.FOLDS, os.cpu_count() or 1)
    )
    training.train(asked, off_topic).save(folder)
    confidence.save(folder / CONFIDENCE)
    manifest = marks(entries) | {
        "artefact": hash_folder(folder),
        "entries": len(asked),
        "threshold": confidence.threshold,
        "measured": confidence.measured,
        "texts": texts(entries),
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
    (folder / CARD).write_text(card(asked, len(off_topic), confidence, _size(folder)), "utf-8")
    return manifest


def card(entries: Sequence[Entry], off_topic: int, confidence: Confidence, size: int) -> str:
    """Write the model card: what it is, what it was trained on, what it comes to, where it ends."""
    phrasings = sum(len(entry.questions) for entry in entries)
    heard = sum(len(entry.heard) for entry in entries)
    figures = "\n".join(f"| {name} | {value:g} |" for name, value in confidence.measured.items())
    weights = "\n".join(f"| {name} | {weight:g} |" for name, weight in confidence.fusion.items())
    return f"""# Model card: the project's own encoder

Made by `make train`; do not edit.

* **What**: a StaticEmbedding (sentence-transformers) of {training.DIMENSIONS} dimensions over jieba words, characters,
  concepts and words known by their sound; a text's vector is the mean of its terms'. {size / 1e6:.1f} MB, in half
  precision.
* **For**: comparing a worker's question with the phrasings and answers of this knowledge base, in Chinese, on a CPU.
* **Trained on**: the project's own text alone: {phrasings} phrasings and the answers of {len(entries)} entries, {heard}
  questions in the way workers ask, labelled with the entries that answer them, and {off_topic} off-topic sentences
  (`knowledge_base/policies`, `knowledge_base/off_topic.txt`), by multiple negatives ranking, {training.STEPS} steps,
  seed {training.SEED}. No personal data, no text of other people.
* **Licence**: the project's.

## Figures
On questions held out in five rounds from encoder and index; the shares are explained in `docs/quality.md`.

| measure | |
|---|---|
{figures}

Weights of the ranking's sides, fitted in the same rounds:

| side | weight |
|---|---|
{weights}

## Limits
* It knows no word that is in none of these texts; the lexical side of the ranking does.
* Word order and negation are lost: 要交 and 不交 are near each other.
* Phrasings and labelled questions were written for this project, not gathered from workers: real ones are harder.
* Its confidence belongs to these entries. After larger changes train again; a test says when it is stale.
"""


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def is_fresh(folder: Path, entries: Sequence[Entry]) -> bool:
    """Tell whether the folder's encoder is whole and was trained on this text by this code."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return all(manifest.get(key) == value for key, value in marks(entries).items()) and is_whole(folder)


def is_whole(folder: Path) -> bool:
    """Tell whether the folder's files are those that its manifest was written for."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    return bool(manifest.get("artefact") == hash_folder(folder))


def known(folder: Path, entries: Sequence[Entry]) -> float:
    """Return the share of the entries that a folder's encoder was trained on; 0 for other code or a damaged one."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return 0.0
    there = texts(entries)
    if not there or manifest.get("code") != marks(entries)["code"] or not is_whole(folder):
        return 0.0
    return len(set(there) & set(manifest.get("texts", ()))) / len(there)


def choose(setting: str, trained: Path, entries: Sequence[Entry]) -> str:
    """Name the encoder to use: the one that is set, else the one that knows more of the entries."""
    if setting:
        return setting
    return str(trained if known(trained, entries) > known(COMMITTED, entries) else COMMITTED)


def marks(entries: Sequence[Entry]) -> dict[str, str]:
    """Return the hashes of the text and of the code that an encoder of these entries is made with."""
    text = json.dumps([_trained_on(entries), read_off_topic()], ensure_ascii=False)
    code = hashlib.sha256(b"\0".join((_HERE / name).read_bytes() for name in _CODE))
    return {"sources": hashlib.sha256(text.encode()).hexdigest(), "code": code.hexdigest()}


def texts(entries: Sequence[Entry]) -> list[str]:
    """Return a short hash of what is trained on of each entry."""
    told = _trained_on(entries)
    return sorted(hashlib.sha256(json.dumps(each, ensure_ascii=False).encode()).hexdigest()[:16] for each in told)


def _trained_on(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    every = (asdict(entry) for entry in entries if entry.questions)
    return [{name: entry[name] for name in _TRAINED_ON} for entry in every]


def read_off_topic() -> list[str]:
    """Read the off-topic sentences."""
    lines = OFF_TOPIC.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
