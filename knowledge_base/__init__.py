"""What the union knows: policies are loaded, split, encoded, indexed, and found with a confidence."""

from knowledge_base.base import KnowledgeBase
from knowledge_base.errors import BrokenIndex, EncoderError, KnowledgeBaseError, SourceError, WrongEncoder
from knowledge_base.model import Citation, Entry, Found, Hit

__all__ = [
    "BrokenIndex",
    "Citation",
    "EncoderError",
    "Entry",
    "Found",
    "Hit",
    "KnowledgeBase",
    "KnowledgeBaseError",
    "SourceError",
    "WrongEncoder",
]
