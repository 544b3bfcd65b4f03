"""Three small entries, and an encoder that needs no training."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.confidence import Confidence, Logistic, Scope
from knowledge_base.encoder import Vectors, segment, unit
from knowledge_base.loader import load
from knowledge_base.model import Entry

POLICIES = Path(__file__).with_name("policies")


class HashedTerms:
    """Adds up one fixed random direction a term, so that texts with common terms are near each other."""

    def __init__(self, name: str = "hashed", salt: int = 0) -> None:
        self.name = name
        self.fingerprint = f"{name}-{salt}"
        self._salt = salt

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row a text."""
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in segment(text).split():
                seed = [self._salt, zlib.crc32(term.encode())]
                row += np.random.default_rng(seed).standard_normal(64).astype(np.float32)
        return unit(rows)


def model_of(first: float = 5.0, choices: float = 5.0) -> Confidence:
    """A confidence whose log-odds are the same for every question."""
    even = {"near": 1.0, "centre": 1.0, "told": 1.0, "told_words": 1.0, "asked_words": 1.0}
    answers, fits, belongs = (Logistic((0.0,) * 9, (1.0,) * 9, (0.0,) * 9, bias) for bias in (first, choices, 5.0))
    scope = Scope({"工资": 1.0}, 0.0)
    return Confidence(scope, even, answers, fits, belongs, direct=0.5, threshold=0.5, on_topic=0.5, near=0.4)


@pytest.fixture
def encoder() -> HashedTerms:
    """An encoder that compares texts by their terms."""
    return HashedTerms()


@pytest.fixture(scope="session")
def entries() -> list[Entry]:
    """The three entries, ordered by id: dues, wages-late, wuxi-card."""
    return load(POLICIES)


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A copy of the entries' folder that a test may spoil."""
    return Path(shutil.copytree(POLICIES, tmp_path / "policies"))
