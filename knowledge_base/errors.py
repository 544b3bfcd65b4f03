"""What can go wrong in the knowledge base.

KnowledgeBaseError
├── SourceError      a source file cannot be read as an entry, a statute or a list
├── EncoderError     no encoder at the path or name, or it cannot be loaded
└── BrokenIndex      no index in the folder, or a damaged one
    └── WrongEncoder made by another encoder than the one in use
"""

from __future__ import annotations

from pathlib import Path


class KnowledgeBaseError(Exception):
    """Anything this package raises; the message is one line for the operator."""


class SourceError(KnowledgeBaseError):
    """A source file is wrong: `path`, and what is wrong with it; its line and field where these are known."""

    def __init__(self, path: Path | str, what: str, *, line: int | None = None, field: str | None = None) -> None:
        self.path = path
        self.line = line
        self.field = field
        self.what = (f"line {line}: " if line else "") + (f"{field}: " if field else "") + what
        super().__init__(f"{path}: {self.what}")


class EncoderError(KnowledgeBaseError):
    """An encoder cannot be found or loaded."""


class BrokenIndex(KnowledgeBaseError):
    """There is no usable index in the folder."""


class WrongEncoder(BrokenIndex):
    """The index was made by another encoder than the one in use."""
