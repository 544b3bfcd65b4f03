"""The commands that keep the index: `index`, `history`, `rollback`.

Exit status: 0 all well; 1 something is served, but not the entries as they stand; 2, by the errors, nothing done.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from knowledge_base import records
from knowledge_base.base import CHINA
from knowledge_base.errors import BrokenIndex, SourceError
from knowledge_base.keeper import LIFT, Keeper
from knowledge_base.model import Entry
from knowledge_base.records import Record

FINE, WRONG = 0, 1


def index(keeper: Keeper, if_stale: bool) -> int:
    """Build an index of the entries as they are; with `if_stale` only where there is not one to serve already.

    Entries that cannot be read are named, the others served. Without any, `if_stale` serves what is there.
    Raises SourceError, EncoderError, BrokenIndex.
    """
    try:
        entries, faulty = good_entries(keeper)
    except SourceError as error:
        if not if_stale:
            raise
        return _serve_kept(keeper, error)
    if if_stale:
        state = keeper.state(entries)
        if state.words:
            print(f"{keeper.folder}: {state.words}", file=sys.stderr if state.is_behind else sys.stdout)
        if state.serves:
            return WRONG if faulty or state.is_behind else FINE
    made = keeper.build(entries)
    print(
        f"{keeper.folder}: {made.record.entries} entries, {made.chunks} chunks, {made.encoded} encoded again,"
        f" {made.seconds:.1f} s, encoder {made.record.encoder}"
    )
    return WRONG if faulty else FINE


def history(keeper: Keeper) -> int:
    """List the indexes that are kept, the newest first, and mark the one that is served."""
    served = records.current(keeper.folder)
    print("   made              entries  name                       encoder")
    for record in records.kept(keeper.folder):
        mark = "*" if record.data == served.data else " "
        notes = [record.encoder, *_notes(keeper.folder, served if mark == "*" else record)]
        print(f"{mark}  {_in_china(record)}  {record.entries:7}  {record.data:25}  {'; '.join(notes)}")
    return FINE


def rollback(keeper: Keeper, name: str | None) -> int:
    """Serve an earlier index again until somebody builds a new one."""
    record = keeper.roll_back(name)
    print(f"{keeper.folder}: {record.data} of {_in_china(record)} is served, {record.entries} entries; {LIFT}")
    return FINE


def good_entries(keeper: Keeper) -> tuple[list[Entry], bool]:
    """Read the entries, say what is wrong with those that cannot be read, and tell whether there are such."""
    entries, faults = keeper.entries()
    for fault in faults:
        print(fault, file=sys.stderr)
    return entries, bool(faults)


def _serve_kept(keeper: Keeper, error: SourceError) -> int:
    try:
        record = keeper.fall_back()
    except BrokenIndex:
        raise error from None
    print(error, file=sys.stderr)
    print(f"{keeper.folder}: {record.data} of {_in_china(record)} is served meanwhile", file=sys.stderr)
    return WRONG


def _notes(folder: Path, record: Record) -> list[str]:
    """Say what is special about an index."""
    notes = ["put back by rollback"] if record.pinned else []
    try:
        records.verify(folder, record)
    except BrokenIndex as error:
        notes.append(str(error))
    return notes


def _in_china(record: Record) -> str:
    return f"{datetime.fromisoformat(record.made).astimezone(CHINA):%Y-%m-%d %H:%M}"
