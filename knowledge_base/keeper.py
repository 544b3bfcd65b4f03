"""Keep the index of a source: build it, find out whether it is the one to serve, put an earlier one back.

Without ENCODER the encoder is the project's own: the one that was trained on the entries as they are, else the
committed one. An index is opened with the copy of it that lies beside the index, so that training again, or entries
that changed since, take no index away.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from knowledge_base import artefact, index, records, store
from knowledge_base.base import KnowledgeBase
from knowledge_base.calibration import calibrate
from knowledge_base.confidence import Confidence
from knowledge_base.encoder import Encoder, SentenceEncoder
from knowledge_base.errors import BrokenIndex, EncoderError, SourceError
from knowledge_base.loader import load_good
from knowledge_base.model import Entry
from knowledge_base.records import Record
from knowledge_base.splitter import split


@dataclass(frozen=True)
class Made:
    """An index that was built, and what it took."""

    record: Record
    chunks: int
    encoded: int
    """Texts that were encoded, the others being known."""
    seconds: float


@dataclass(frozen=True)
class State:
    """Whether the index that is served may stay, and what the operator should know."""

    serves: bool
    words: str = ""
    is_behind: bool = False
    """The entries as they are now are not what is served."""


@dataclass(frozen=True)
class Keeper:
    """Keeps the index in one folder."""

    source: Path
    """Folder of entries, or JSONL of statutes."""
    folder: Path
    setting: str
    """ENCODER: a path or a name; empty for the project's own."""
    trained: Path
    """Where the project's own encoder is trained."""
    policies: Path
    """The entries that the project's own encoder has to fit; mostly the source."""

    @cached_property
    def encoder(self) -> SentenceEncoder:
        """The encoder for a new index. Raises EncoderError, SourceError."""
        if self.setting:
            return SentenceEncoder(self.setting)
        return SentenceEncoder(artefact.choose("", self.trained, load_good(self.policies)[0]))

    def entries(self) -> tuple[list[Entry], list[SourceError]]:
        """Read the good entries, and what is wrong with the others.

        One bad entry is no reason to answer nothing; without a good one SourceError is raised, with what is wrong.
        """
        entries, faults = load_good(self.source)
        if not entries:
            raise SourceError(
                self.source, f"holds no entry that can be read ({faults[0] if faults else 'none at all'})"
            )
        return entries, faults

    def build(self, entries: Sequence[Entry]) -> Made:
        """Build an index of entries and serve it; what the one that is served has encoded is taken from there."""
        began = time.perf_counter()
        known, citing = self._known(self.encoder), self._citing(entries)
        policies = index.build(citing, self.encoder, known=known) if citing else None
        built = index.build(entries, self.encoder, confidence_of(self.encoder, entries), known, policies)
        record = store.save(built, self.folder, self.encoder)
        new = {chunk.text for chunk in split([*entries, *citing])} - known.keys()
        return Made(record, len(built.vectors), len(new), time.perf_counter() - began)

    def state(self, entries: list[Entry]) -> State:
        """Tell whether the index that is served is whole, and of these entries or pinned."""
        try:
            record = records.current(self.folder)
            if record.pinned:
                self.open(record)
            records.verify(self.folder, record)
        except (BrokenIndex, EncoderError) as error:
            there = records.identity(self.folder) is not None
            return State(False, f"cannot be served and is built again: {error}" if there else "")
        is_like = record.marks == store.marks([*entries, *self._citing(entries)], self.encoder)
        if record.pinned and not is_like:
            return State(True, f"{record.data} is served, put back by rollback; {LIFT}", is_behind=True)
        return State(is_like, f"up to date, {len(entries)} entries" if is_like else "")

    def open(self, record: Record | None = None, loaded: Encoder | None = None) -> KnowledgeBase:
        """Open the index that is served, or another one; with the encoder that is loaded where that one made it.

        Raises BrokenIndex, WrongEncoder when ENCODER is not what made it, EncoderError.
        """
        record = record or records.current(self.folder)
        if loaded is None or loaded.fingerprint != record.fingerprint:
            loaded = SentenceEncoder(self.setting or self.encoder_of(record))
        return KnowledgeBase(store.read(self.folder, record, loaded), loaded)

    def encoder_of(self, record: Record) -> str:
        """Return the copy of the encoder that made an index, else its name."""
        copy = records.encoder_folder(self.folder, record.fingerprint)
        return str(copy) if copy.is_dir() else record.encoder

    def roll_back(self, name: str | None = None) -> Record:
        """Serve the index of that name, or the one before the one that is served; it is tried first.

        Raises BrokenIndex and WrongEncoder; then what is served stays.
        """
        record = replace(records.named(self.folder, name), pinned=True)
        with records.alone(self.folder):
            self.open(record).search("你好")
            records.serve(self.folder, record)
        return record

    def fall_back(self) -> Record:
        """Serve the index that is served, or the newest one that is whole; raise BrokenIndex when none is."""
        try:
            there = [records.current(self.folder)]
        except BrokenIndex:
            there = []
        for record in [*there, *records.kept(self.folder)]:
            try:
                self.open(record)
            except (BrokenIndex, EncoderError):
                continue
            if record not in there:
                with records.alone(self.folder):
                    records.serve(self.folder, record)
            return record
        raise BrokenIndex(f"no index in {self.folder} is whole, and there are no entries to build one from")

    def _citing(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the policies through which statutes are found; none for entries that have phrasings themselves."""
        return [] if any(entry.questions for entry in entries) else load_good(self.policies)[0]

    def _known(self, encoder: Encoder) -> index.Known:
        try:
            record = records.current(self.folder)
            if record.code != store.code():
                return {}
            read = store.read(self.folder, record, encoder)
            return index.known_vectors(read) | (index.known_vectors(read.bridge.index) if read.bridge else {})
        except BrokenIndex:
            return {}


LIFT = "newer entries are not served until python -m knowledge_base index lifts that"


def confidence_of(encoder: SentenceEncoder, entries: Sequence[Entry]) -> Confidence | None:
    """Take the calibration that came with the encoder, or fit one; entries without phrasings have none."""
    asked = [entry for entry in entries if entry.questions]
    if not asked:
        return None
    saved = Path(encoder.name) / artefact.CONFIDENCE
    if saved.is_file():
        return Confidence.load(saved)
    return calibrate(asked, artefact.read_off_topic(), lambda _entries, _off_topic: encoder)
