"""Turn text into vectors: any SentenceTransformer, the project's own by default.

The project's own is a StaticEmbedding whose vocabulary holds jieba words, characters and concepts. Its folder
carries `segments.json`, which says that text is cut into these here, before the tokenizer of the folder sees it;
a plain `SentenceTransformer(folder)` loads it too and then finds the longest words itself.

sentence-transformers costs some seconds and 565 MB: it is imported when the first text is encoded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge_base.errors import EncoderError
from knowledge_base.text import grams, meant, normalise, words

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

COMMITTED = Path(__file__).with_name("encoder")
"""The encoder that comes with the project."""

SEGMENTS = "segments.json"
_NOT_THE_MODEL = {"manifest.json", "README.md"}


class Encoder(Protocol):
    """What the index needs of an encoder."""

    @property
    def name(self) -> str:
        """How it is called in settings and messages."""

    @property
    def fingerprint(self) -> str:
        """Tell encoders apart that give different vectors."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one row of length 1 a text (all zeros for a text without a known word)."""


class SentenceEncoder:
    """A SentenceTransformer at a path or, where models can be downloaded, of a name."""

    def __init__(self, name: str) -> None:
        """`name`: a folder, or a name such as BAAI/bge-small-zh-v1.5. Raises EncoderError."""
        self.name = name
        self._folder = Path(name) if name and Path(name).is_dir() else None
        if self._folder is None and (name.count("/") > 1 or name.startswith((".", "/", "~")) or not name):
            raise EncoderError(f"there is no encoder at {name!r}: check ENCODER, or run make train")
        if self._folder is not None and not (self._folder / "modules.json").is_file():
            raise EncoderError(f"{name} is no SentenceTransformer folder: it lacks modules.json")
        self._segments = self._folder is not None and (self._folder / SEGMENTS).is_file()

    @cached_property
    def fingerprint(self) -> str:
        """Hash the files of a folder, or the weights of a model known by name."""
        if self._folder is not None:
            return hash_folder(self._folder)
        digest = hashlib.sha256(self.name.encode())
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode() + tensor.cpu().numpy().tobytes())
        return digest.hexdigest()

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row a text."""
        cut = [self._known(segment(text)) if self._segments else normalise(text) for text in texts]
        found = self._model.encode(cut, batch_size=256, show_progress_bar=False, convert_to_numpy=True)
        return unit(np.asarray(found, dtype=np.float32))

    def _known(self, terms: str) -> str:
        """Leave out terms that were not trained: the tokenizer would take them apart instead."""
        return " ".join(term for term in terms.split() if term in self._vocabulary)

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(self._model.tokenizer.get_vocab())

    @cached_property
    def _model(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(self.name, device="cpu", local_files_only=self._folder is not None)
        except (OSError, ValueError, RuntimeError) as error:
            reason = str(error).strip().splitlines()[0]
            raise EncoderError(f"the encoder {self.name} cannot be loaded: {reason}") from error


def segment(text: str) -> str:
    """Cut text into its jieba words, its characters and what it means beyond them, parted by spaces."""
    plain = normalise(text)
    return " ".join(words(plain) + grams(plain, 1) + meant(plain))


def unit(vectors: Vectors) -> Vectors:
    """Scale rows to length 1; zero rows stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
    return scaled


def hash_folder(folder: Path) -> str:
    """Hash the names and contents of the files that make a model."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in _NOT_THE_MODEL:
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
