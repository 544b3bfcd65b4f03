"""`python -m bot keys …`: a new `DATA_KEY` in place of the old one, while the system runs."""

from __future__ import annotations

import argparse

from casework.crypto import Keyring
from casework.database import Database
from casework.errors import Invalid
from casework.file_store import FileStore
from casework.keys import Keys
from settings import Settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands."""
    keys = commands.add_parser("keys", help="change DATA_KEY: rotate, check")
    actions = keys.add_subparsers(dest="action", required=True)
    rotate = actions.add_parser("rotate", help="encrypt everything with DATA_KEY that DATA_KEY_PREVIOUS encrypted")
    rotate.set_defaults(run_with_settings=_rotate)
    check = actions.add_parser("check", help="how many values are under which key; 1 where not all are under DATA_KEY")
    check.set_defaults(run_with_settings=_check)


def _rotate(database: Database, settings: Settings, _options: argparse.Namespace) -> None:
    told: dict[str, int] = {}

    def tell(name: str, count: int) -> None:
        told[name] = told.get(name, 0) + count

    keys = _keys(database, settings)
    try:
        keys.rotate(tell)
    finally:  # also where it is stopped: it goes on from there
        for name, count in told.items():
            print(f"{name}\t{count}")
        print(f"changed: {sum(told.values())}")
    _check(database, settings, _options)


def _check(database: Database, settings: Settings, _options: argparse.Namespace) -> None:
    counted = _keys(database, settings).check()
    print("place\tnewest\tprevious\tunreadable")
    for name, tally in counted.items():
        print(f"{name}\t{tally.newest}\t{tally.previous}\t{tally.unreadable}")
    if previous := sum(tally.previous for tally in counted.values()):
        raise Invalid(f"{previous} values are under the previous key: python -m bot keys rotate")
    if unreadable := sum(tally.unreadable for tally in counted.values()):
        raise Invalid(f"{unreadable} values are under a third key, or damaged: set DATA_KEY_PREVIOUS to theirs")


def _keys(database: Database, settings: Settings) -> Keys:
    keyring = Keyring.from_data_key(*settings.data_keys)
    return Keys(database, keyring, FileStore(settings.files_dir, keyring))
