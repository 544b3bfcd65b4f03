"""`python -m bot members …`: the register of union members."""

from __future__ import annotations

import argparse
from pathlib import Path

from casework.crypto import Keyring
from casework.database import Database
from casework.errors import Invalid
from casework.member_lines import COLUMNS, read_table
from casework.members import count, import_members
from settings import Settings


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands."""
    members = commands.add_parser("members", help="the register of union members: import, count")
    actions = members.add_subparsers(dest="action", required=True)
    load = actions.add_parser("import", help="add or change members by union and identity number; all lines or none")
    load.add_argument("file", metavar="FILE.csv", type=Path, help=f"UTF-8 or GB18030, columns {','.join(COLUMNS)}")
    load.add_argument("--dry-run", action="store_true", help="check every line and write nothing")
    load.set_defaults(run_with_settings=_import)
    actions.add_parser("count", help="how many lines there are").set_defaults(run=_count)


def _import(database: Database, settings: Settings, options: argparse.Namespace) -> None:
    keyring = Keyring.from_data_key(*settings.data_keys)
    try:
        rows = read_table(options.file.read_bytes())
    except OSError as error:
        raise Invalid(f"{options.file}: {error.strerror}") from error
    done = import_members(database, keyring, rows, dry_run=options.dry_run)
    print(
        f"added: {done.added}, changed: {done.changed}, same: {done.same}{' (not written)' if options.dry_run else ''}"
    )


def _count(database: Database, _options: argparse.Namespace) -> None:
    with database.read() as session:
        counted = count(session)
    print(f"lines: {counted.lines}, left: {counted.left}")
