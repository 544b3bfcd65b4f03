"""Train the project's own encoder from the project's own text.

A StaticEmbedding: a text's vector is the mean of its words', characters' and concepts' vectors. It starts as a random
projection weighted by rarity, which already compares texts by their words, and learns which words mean the same:
two phrasings of one entry, or a phrasing and a piece of its answer, are pulled together, those of other entries in
the batch and off-topic sentences pushed apart (multiple negatives ranking, Henderson et al. 2017, arXiv:1705.00652).
Terms are left out at random, so that no single one decides.
"""

from __future__ import annotations

import json
import math
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.encoder import SEGMENTS, Vectors, segment, unit
from knowledge_base.model import Entry
from knowledge_base.splitter import split

if TYPE_CHECKING:
    import torch

DIMENSIONS = 256
STEPS = 1200
LEARNING_RATE = 1e-2
SCALE = 20.0
"""Inverse temperature of the softmax over cosines."""
DROPPED = 0.6
"""Share of terms left out in training."""
PHRASING_SHARE = 0.6
"""How often a phrasing is paired with another phrasing rather than with a piece of the answer."""
OFF_TOPIC = 16
"""Off-topic sentences in each batch."""
BATCH = 384
LEAST_TEXTS = 2
"""Texts that have a term which gets a vector: one text alone teaches nothing of it, and these are a third of all."""
SEED = 20261121


@dataclass(frozen=True)
class StaticEncoder:
    """Term vectors in memory; what SentenceEncoder gives after saving and loading."""

    vocabulary: dict[str, int]
    weights: Vectors
    name: str = "in training"
    fingerprint: str = "in training"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, one row a text."""
        rows = np.zeros((len(texts), self.weights.shape[1]), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            known = [self.vocabulary[term] for term in segment(text).split() if term in self.vocabulary]
            if known:
                row[:] = self.weights[known].mean(axis=0)
        return unit(rows)

    def save(self, folder: Path) -> None:
        """Write a SentenceTransformer folder with half-precision weights."""
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.sentence_transformer.modules import StaticEmbedding
        from tokenizers import Tokenizer, models, pre_tokenizers

        # Every term costs the same, so that text which was not cut before is cut into the fewest, longest ones.
        pieces = [("[UNK]", 0.0), *((term, -1.0) for term in self.vocabulary)]
        tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
        tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
        unknown = np.zeros((1, self.weights.shape[1]), dtype=np.float32)
        table = torch.from_numpy(np.vstack([unknown, self.weights])).half()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        SentenceTransformer(modules=[StaticEmbedding(tokenizer, embedding_weights=table)]).save(
            str(folder), create_model_card=False
        )
        (folder / SEGMENTS).write_text(json.dumps({"terms": ["words", "characters", "concepts"]}) + "\n", "utf-8")


def train(entries: Sequence[Entry], off_topic: Sequence[str], *, steps: int = STEPS) -> StaticEncoder:
    """Train an encoder on entries that have phrasings; the same input gives the same vectors."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums keep their order, and busy machines are not slowed by waiting threads
    try:
        return _Trainer(entries, off_topic, torch.Generator().manual_seed(SEED)).run(steps)
    finally:
        torch.set_num_threads(threads)


class _Trainer:
    def __init__(self, entries: Sequence[Entry], off_topic: Sequence[str], generator: torch.Generator) -> None:
        import torch

        asked = [[segment(question).split() for question in entry.asked] for entry in entries]
        told = [
            [segment(chunk.text).split() for chunk in split([entry]) if chunk.kind != "question"] for entry in entries
        ]
        off = [segment(sentence).split() for sentence in off_topic]
        texts = [text for group in (*asked, *told, off) for text in group]
        counts = Counter(term for text in texts for term in set(text))
        terms = sorted(term for term, count in counts.items() if count >= LEAST_TEXTS)
        self.vocabulary = {term: place for place, term in enumerate(terms)}
        rarity = torch.tensor([math.log(1 + len(texts) / counts[term]) for term in terms])
        start = torch.randn(len(terms), DIMENSIONS, generator=generator) * rarity[:, None]
        self.bag = torch.nn.EmbeddingBag.from_pretrained(start / math.sqrt(DIMENSIONS), freeze=False, sparse=True)
        self.asked = [[self._places(text) for text in group] for group in asked]
        self.told = [[self._places(text) for text in group] for group in told]
        self.off = [self._places(text) for text in off]
        self.random = np.random.default_rng(SEED)

    def run(self, steps: int) -> StaticEncoder:
        import torch

        # Only the terms of a batch are moved: many times faster than all, and rare terms keep their momentum.
        optimizer = torch.optim.SparseAdam(list(self.bag.parameters()), lr=LEARNING_RATE)
        schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, steps)
        for _ in range(steps):
            optimizer.zero_grad()
            self._loss().backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
            optimizer.step()  # type: ignore[no-untyped-call]  # torch does not annotate it
            schedule.step()
        return StaticEncoder(self.vocabulary, self.bag.weight.detach().numpy().astype(np.float32))

    def _loss(self) -> torch.Tensor:
        """Cross-entropy of finding each text's partner among all of the batch, from both sides."""
        import torch
        from torch.nn.functional import cross_entropy

        pairs = [self._pair(place) for place in self.random.permutation(len(self.asked))[:BATCH]]
        off = [self.off[place] for place in self.random.integers(len(self.off), size=OFF_TOPIC)] if self.off else []
        left = self._embed([pair[0] for pair in pairs])
        right = self._embed([pair[1] for pair in pairs] + off)
        cosines = left @ right.T * SCALE
        partners = torch.arange(len(pairs))
        loss: torch.Tensor = cross_entropy(cosines, partners) + cross_entropy(cosines[:, : len(pairs)].T, partners)
        return loss

    def _pair(self, place: int) -> tuple[list[int], list[int]]:
        asked, told = self.asked[place], self.told[place]
        first = int(self.random.integers(len(asked)))
        if len(asked) > 1 and self.random.random() < PHRASING_SHARE:
            other = (first + 1 + int(self.random.integers(len(asked) - 1))) % len(asked)
            return asked[first], asked[other]
        return asked[first], told[int(self.random.integers(len(told)))]

    def _embed(self, texts: list[list[int]]) -> torch.Tensor:
        import torch

        kept = [self._drop(text) for text in texts]
        offsets = np.cumsum([0, *(len(text) for text in kept[:-1])])
        places = torch.tensor([place for text in kept for place in text])
        return torch.nn.functional.normalize(self.bag(places, torch.from_numpy(offsets)), dim=1)

    def _drop(self, text: list[int]) -> list[int]:
        keep = self.random.random(len(text)) >= DROPPED
        return [place for place, kept in zip(text, keep, strict=True) if kept] or text

    def _places(self, text: list[str]) -> list[int]:
        return [self.vocabulary[term] for term in text if term in self.vocabulary]
