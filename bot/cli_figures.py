"""`python -m bot figures …`: local figures such as mean and minimum wages, from a dated table."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

from casework.database import Database
from casework.errors import Invalid
from casework.local_figures import COLUMNS, KNOWN, import_figures, list_figures, told


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands."""
    figures = commands.add_parser("figures", help="figures that differ by place and year: import, list")
    actions = figures.add_subparsers(dest="action", required=True)
    load = actions.add_parser(
        "import",
        help="add or change figures; all lines or none",
        epilog="; ".join(f"{code}: {about}" for code, about in KNOWN.items()),
    )
    load.add_argument("file", metavar="FILE.csv", type=Path, help=f"UTF-8, columns {','.join(COLUMNS)}")
    load.set_defaults(run=_import)
    actions.add_parser("list", help="show all figures").set_defaults(run=_list)


def _import(database: Database, options: argparse.Namespace) -> None:
    try:
        with options.file.open(encoding="utf-8-sig", newline="") as stream:
            imported = import_figures(database, csv.DictReader(stream))
    except OSError as error:
        raise Invalid(f"{options.file}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{options.file}: no CSV in UTF-8") from error
    print(f"added: {imported.added}, changed: {imported.changed}")


def _list(database: Database, _options: argparse.Namespace) -> None:
    print("\t".join(COLUMNS))
    with database.read() as session:
        for row in list_figures(session):
            print("\t".join(told(row)))
