"""The command line: `python -m bot COMMAND`; the commands are listed below, `COMMAND --help` tells more."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError

from bot import cli_figures, cli_keys, cli_members, cli_notices, cli_organisations, cli_staff
from casework import migrate
from casework.crypto import Keyring
from casework.database import Database
from casework.erasure import Erasure
from casework.errors import CaseworkError
from casework.logs import configure_logs
from casework.organisations import ensure_root
from settings import Settings, SettingsError, load_settings, with_secrets


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one process or command; 0 done, 1 it could not run, 2 used wrongly."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a terminal's or a pipe's stream has it
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run, about in (
        ("gateway", _gateway, "the public port: web chat and the platforms' callbacks"),
        ("console", _console, "the staff's pages"),
        ("retention", _retention, "delete now what need not be kept; the gateway does it by itself too"),
    ):
        commands.add_parser(name, help=about).set_defaults(process=run)
    cli_notices.add_parser(commands)
    cli_staff.add_parser(commands)
    cli_organisations.add_parsers(commands)
    cli_figures.add_parser(commands)
    cli_members.add_parser(commands)
    cli_keys.add_parser(commands)
    options = parser.parse_args(arguments)
    try:
        settings = with_secrets(load_settings())
        configure_logs(settings.log_level)
        if "process" in options:
            return int(options.process(settings) or 0)
        _administer(settings, options)
    except (SettingsError, SQLAlchemyError, CaseworkError) as error:
        # Lines of an import's faults are all of use; a database's error goes on with its statement.
        message = str(error) if isinstance(error, CaseworkError) else str(error).splitlines()[0]
        print(f"{options.command}: {message}", file=sys.stderr)
        return 1
    return 0


# The servers' modules are imported where a server is started: a command about accounts answers at once without them.


def _gateway(settings: Settings) -> None:
    from bot import app

    _open(settings).close()
    _serve(app.gateway(settings), settings.bot_host, settings.bot_port)


def _console(settings: Settings) -> None:
    from bot import app

    _open(settings).close()
    _serve(app.console(settings), "127.0.0.1", settings.console_port)


def _administer(settings: Settings, options: argparse.Namespace) -> None:
    """Run a command of one of the `cli_` modules, with the settings where it wants them."""
    database = _open(settings)
    try:
        if "run_with_settings" in options:
            options.run_with_settings(database, settings, options)
        else:
            options.run(database, options)
    finally:
        database.close()


def _open(settings: Settings) -> Database:
    """Return the database with the tables of this release and the first organisation."""
    database = Database(settings.database)
    migrate.upgrade(database)
    ensure_root(database)
    return database


def _retention(settings: Settings) -> None:
    from bot.gateway.upkeep import Upkeep
    from casework.attachments import Attachments

    database = Database(settings.database)
    attachments = Attachments(database, Keyring.from_data_key(*settings.data_keys), settings.files_dir)
    upkeep = Upkeep(Erasure(database, attachments), settings.var_dir / "rasa" / "tracker.db", settings.retention_days)
    contacts, senders = upkeep.run_once()
    database.close()
    print(f"deleted: {contacts} contacts, {senders} conversations in Rasa's tracker")


def _serve(application: object, host: str, port: int) -> None:
    import uvicorn

    uvicorn.run(
        application,  # type: ignore[arg-type]  # FastAPI's type, kept out of this signature
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # addresses and paths are a visitor's data
        proxy_headers=True,
        server_header=False,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64 * 1024,
    )
