"""Serve the newest index while the action server runs, and one that is whole when it starts."""

from __future__ import annotations

import threading

import structlog

from casework.logs import place_of
from knowledge_base import BrokenIndex, KnowledgeBase, KnowledgeBaseError, SourceError, WrongEncoder
from knowledge_base.keeper import Keeper
from knowledge_base.records import Identity, identity

_log = structlog.get_logger()

EVERY = 1.0
"""Seconds between two looks at `index.json`."""
_FIRST = ("你好", "ni hao")
"""The first search of an encoder loads it, the first in pinyin learns sounds: both take longer than a turn may."""


class Follower:
    """Looks whether another index is served, loads it beside the old one, tries it, and puts it in its place.

    One that cannot be used leaves the old one serving; it is logged once and tried again when `index.json` changes.
    """

    def __init__(self, keeper: Keeper, every: float = EVERY) -> None:
        self._keeper = keeper
        self._every = every
        self._seen: Identity | None = None
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="index", daemon=True)
        self.knowledge_base = self._open()

    def start(self) -> None:
        """Follow in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop and wait for what is being loaded."""
        self._stopped.set()
        self._thread.join()

    def look(self) -> None:
        """Follow a change, if there is one."""
        found = identity(self._keeper.folder)
        if found == self._seen:
            return
        self._seen = found
        try:
            new = self._keeper.open(loaded=self.knowledge_base.encoder)
            for question in _FIRST:
                new.search(question)
        except KnowledgeBaseError as error:
            _log.error("index.not_followed", reason=str(error))
        except Exception as error:  # the boundary of the thread: the old index goes on serving
            _log.error("index.not_followed", reason=type(error).__name__, at=place_of(error))
        else:
            self.knowledge_base.adopt(new)
            _log.info("index.followed", entries=new.size)

    def _run(self) -> None:
        while not self._stopped.wait(self._every):
            self.look()

    def _open(self) -> KnowledgeBase:
        self._seen = identity(self._keeper.folder)
        opened = open_or_mend(self._keeper)
        for question in _FIRST:
            opened.search(question)
        return opened


def open_or_mend(keeper: Keeper) -> KnowledgeBase:
    """Open the index that is served; build one that is damaged or missing anew, or else serve the newest whole one.

    Raises WrongEncoder, EncoderError, and BrokenIndex when nothing can be served.
    """
    try:
        return keeper.open()
    except WrongEncoder:
        raise
    except BrokenIndex as error:
        _log.error("index.damaged", reason=str(error))
    try:
        made = keeper.build(keeper.entries()[0])
        _log.warning("index.built_again", entries=made.record.entries, seconds=round(made.seconds, 1))
    except (SourceError, OSError) as error:
        record = keeper.fall_back()
        _log.error("index.fell_back", data=record.data, made=record.made, reason=str(error))
    return keeper.open()
