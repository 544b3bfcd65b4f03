"""The command line: `python -m bot gateway|console|retention`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import uvicorn
from sqlalchemy.exc import SQLAlchemyError

from bot import app
from bot.gateway.upkeep import Upkeep
from casework import migrate
from casework.attachments import Attachments
from casework.crypto import Keyring
from casework.database import Database
from casework.erasure import Erasure
from casework.logs import configure_logs
from casework.organisations import ensure_root
from settings import Settings, SettingsError, load_settings, with_secrets


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one process or command; 0 done, 1 it could not run, 2 used wrongly."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a terminal's or a pipe's stream has it
    parser = argparse.ArgumentParser(prog="python -m bot", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("gateway", help="the public port: web chat and the platforms' callbacks")
    commands.add_parser("console", help="the staff's pages")
    commands.add_parser("retention", help="delete now what need not be kept; the gateway does it by itself too")
    command = parser.parse_args(arguments).command
    try:
        settings = with_secrets(load_settings())
        configure_logs(settings.log_level)
        {"gateway": _gateway, "console": _console, "retention": _retention}[command](settings)
    except (SettingsError, SQLAlchemyError) as error:
        print(f"{command}: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    return 0


def _gateway(settings: Settings) -> None:
    database = Database(settings.database)
    migrate.upgrade(database)
    ensure_root(database)
    database.close()
    _serve(app.gateway(settings), settings.bot_host, settings.bot_port)


def _console(settings: Settings) -> None:
    _serve(app.console(settings), "127.0.0.1", settings.console_port)


def _retention(settings: Settings) -> None:
    database = Database(settings.database)
    attachments = Attachments(database, Keyring.from_data_key(settings.data_key.get_secret_value()), settings.files_dir)
    upkeep = Upkeep(Erasure(database, attachments), settings.var_dir / "rasa" / "tracker.db", settings.retention_days)
    contacts, senders = upkeep.run_once()
    database.close()
    print(f"deleted: {contacts} contacts, {senders} conversations in Rasa's tracker")


def _serve(application: object, host: str, port: int) -> None:
    uvicorn.run(
        application,  # type: ignore[arg-type]  # FastAPI's type, kept out of this signature
        host=host,
        port=port,
        log_level="warning",
        access_log=False,  # addresses and paths are a visitor's data
        proxy_headers=True,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64 * 1024,
    )
