"""`python -m bot staff …`: the accounts of those who work in the console."""

from __future__ import annotations

import argparse
import sys

from casework.database import Database
from casework.errors import Invalid
from casework.staff import Account, Membership, StaffAccounts
from casework.tables import ROLES, TOPICS


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command with its own commands."""
    staff = commands.add_parser("staff", help="accounts of the console: add, set, reset, disable, enable, list")
    actions = staff.add_subparsers(dest="action", required=True)

    add = actions.add_parser("add", help="make an account; without --password-stdin its first password is printed once")
    add.add_argument("username", metavar="NAME", help="2 to 40 letters, digits, Chinese characters and . _ -")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--name", metavar="SHOWN", help="what colleagues and workers see; the username where not given")
    add.add_argument("--organisation", metavar="CODE", help="the union; the topmost one where not given")
    _add_departments(add)
    _add_password(add)
    add.set_defaults(run=_add)

    change = actions.add_parser("set", help="give an account another role or other departments")
    change.add_argument("username", metavar="NAME")
    change.add_argument("--role", choices=ROLES)
    _add_departments(change)
    change.set_defaults(run=_set)

    reset = actions.add_parser("reset", help="give an account another password; signs it out, ends its lock")
    reset.add_argument("username", metavar="NAME")
    _add_password(reset)
    reset.set_defaults(run=_reset)

    for name, about in (("disable", "close an account; it is signed out at once"), ("enable", "open it again")):
        parser = actions.add_parser(name, help=about)
        parser.add_argument("username", metavar="NAME")
        parser.set_defaults(run=_disable if name == "disable" else _enable)

    actions.add_parser("list", help="show all accounts").set_defaults(run=_list)


def membership(written: str) -> Membership:
    """Read `legal`, or `legal:2` for the second place on the duty list."""
    topic, colon, place = written.partition(":")
    if topic not in TOPICS:
        raise argparse.ArgumentTypeError(f"{topic!r} is none of {', '.join(TOPICS)}")
    if not colon:
        return Membership(topic)
    if not (place.isascii() and place.isdigit() and 1 <= int(place) <= 99):
        raise argparse.ArgumentTypeError(f"{place!r} is no place on the duty list: 1 to 99")
    return Membership(topic, int(place))


def _add_departments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--department",
        metavar="TOPIC[:PLACE]",
        nargs="*",
        type=membership,
        dest="memberships",
        help=f"departments of that union ({', '.join(TOPICS)}), with the place on the list for alarms: legal:1 aid",
    )


def _add_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _add(database: Database, options: argparse.Namespace) -> None:
    made_up = StaffAccounts(database).add(
        options.username,
        options.role,
        password=_password(options),
        display_name=options.name,
        organisation=options.organisation,
        memberships=options.memberships or (),
    )
    print(f"added: {options.username} ({options.role})")
    _tell(made_up)


def _set(database: Database, options: argparse.Namespace) -> None:
    accounts = StaffAccounts(database)
    if options.role is None and options.memberships is None:
        raise Invalid("nothing to set: give --role or --department")
    if options.role is not None:
        accounts.set_role(options.username, options.role)
    if options.memberships is not None:
        accounts.set_memberships(options.username, options.memberships)
    print(f"set: {options.username}")


def _reset(database: Database, options: argparse.Namespace) -> None:
    made_up = StaffAccounts(database).reset_password(options.username, _password(options))
    print(f"reset: {options.username}")
    _tell(made_up)


def _disable(database: Database, options: argparse.Namespace) -> None:
    StaffAccounts(database).disable(options.username)
    print(f"disabled: {options.username}")


def _enable(database: Database, options: argparse.Namespace) -> None:
    StaffAccounts(database).enable(options.username)
    print(f"enabled: {options.username}")


def _list(database: Database, _options: argparse.Namespace) -> None:
    print("username\tname\trole\torganisation\tdepartments\tlast seen\tstate")
    for account in StaffAccounts(database).list():
        print("\t".join(_cells(account)))


def _cells(account: Account) -> list[str]:
    departments = [f"{each.topic}:{each.duty}" if each.duty else each.topic for each in account.memberships]
    seen = account.last_seen_at.astimezone().strftime("%Y-%m-%d %H:%M") if account.last_seen_at else "-"
    state = "disabled" if account.disabled else "first password" if account.must_change_password else "active"
    shown = [account.username, account.display_name, account.role, account.organisation]
    return [*shown, " ".join(departments) or "-", seen, state]


def _password(options: argparse.Namespace) -> str | None:
    """Return what stands on the first line of standard input, None where it is not to be read."""
    if not options.password_stdin:
        return None
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Invalid("the password on standard input is not UTF-8") from error


def _tell(made_up: str | None) -> None:
    if made_up is not None:
        print(f"password: {made_up} (shown only now; it has to be changed at the first sign-in)")
