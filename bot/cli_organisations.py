"""`python -m bot organisations …` and `departments …`: the tree of unions and when people are there."""

from __future__ import annotations

import argparse
import csv
from datetime import date
from pathlib import Path

from casework.database import Database
from casework.departments import Departments
from casework.errors import Invalid
from casework.hours import format_hours, parse_day, parse_hours
from casework.organisations import COLUMNS, import_organisations
from casework.tables import TOPICS


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both commands with their own commands."""
    organisations = commands.add_parser("organisations", help="the tree of unions: import")
    actions = organisations.add_subparsers(dest="action", required=True)
    load = actions.add_parser("import", help="add or change unions by their code; all lines or none")
    load.add_argument("file", metavar="FILE.csv", type=Path, help=f"UTF-8, columns {','.join(COLUMNS)}[,departments]")
    load.set_defaults(run=_import)

    departments = commands.add_parser("departments", help="opening hours of departments: hours, list")
    actions = departments.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="show all departments with their hours").set_defaults(run=_list)
    hours = actions.add_parser("hours", help="set when a department is open")
    hours.add_argument("topic", choices=TOPICS)
    hours.add_argument("hours", metavar="HOURS", help="周一至周五 9:00-12:00 13:30-17:30；周六 9:00-12:00")
    hours.add_argument("--day", metavar="YYYY-MM-DD", type=date.fromisoformat, help="only this day: 9:00-12:00, 休息")
    hours.add_argument("--name", metavar="NAME", default="", help="what that day is")
    hours.add_argument("--organisation", metavar="CODE", help="the union; the topmost one where not given")
    hours.set_defaults(run=_hours)


def _import(database: Database, options: argparse.Namespace) -> None:
    try:
        with options.file.open(encoding="utf-8-sig", newline="") as stream:
            imported = import_organisations(database, csv.DictReader(stream))
    except OSError as error:
        raise Invalid(f"{options.file}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid(f"{options.file}: no CSV in UTF-8") from error
    print(f"added: {imported.added}, changed: {imported.changed}")


def _hours(database: Database, options: argparse.Namespace) -> None:
    departments = Departments(database)
    if options.day is None:
        departments.set_hours(options.topic, parse_hours(options.hours), options.organisation)
    else:
        day_hours = parse_day(options.hours)
        departments.set_day(options.topic, options.day, day_hours, options.name, options.organisation)
    print(f"set: {options.topic}")


def _list(database: Database, _options: argparse.Namespace) -> None:
    print("organisation\tcode\ttopic\thours\tother days\tmembers")
    for row in Departments(database).list():
        days = [f"{day} {' '.join('-'.join(span) for span in hours) or '休息'}" for day, hours in row.days.items()]
        cells = [row.organisation, row.code or "-", row.topic, format_hours(row.week), "；".join(days) or "-"]
        print("\t".join([*cells, " ".join(row.members) or "-"]))
