"""Start the whole system and keep it: `python -m ops.run`, called by `make run`.

Options: `--var DIR` and `--rasa-config FILE` for a second system beside the first (with ports of its own from the
environment), `--prepare` to make model, encoder, index and database and start nothing, `--force` to make them anew.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import difflib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from ops import ROOT, OpsError, parts, prepare
from ops.children import Children
from ops.ports import check_ports
from ops.progress import say, use_utf8
from ops.supervisor import Part, Supervisor, until_well
from settings import Settings, SettingsError, load_settings, with_secrets


def main(arguments: list[str] | None = None) -> int:
    """Run until told to stop: 0 when asked to, 1 when something failed, 2 when used wrongly."""
    use_utf8()
    options = _options(arguments)
    if options.var:
        os.environ["VAR_DIR"] = str(options.var.resolve())
    try:
        settings = load_settings()
        for note in unknown_settings(ROOT / ".env"):
            say(f"note: {note}")
        with alone(settings.var_dir):
            settings = with_secrets(settings)
            if not options.prepare:
                check_ports(parts.ports(settings))
            return asyncio.run(_run(settings, options))
    except (OpsError, SettingsError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ops.run", description=__doc__.partition("\n")[0])
    parser.add_argument("--var", type=Path, metavar="DIR", help="keep what is made here instead of in VAR_DIR")
    parser.add_argument("--rasa-config", type=Path, metavar="FILE", default=prepare.CONFIG)
    parser.add_argument("--prepare", action="store_true", help="make model, encoder, index, database; no start")
    parser.add_argument("--force", action="store_true", help="make model, encoder and index anew")
    return parser.parse_args(arguments)


def unknown_settings(env_file: Path) -> list[str]:
    """Return a line for every name in `.env` that is no setting: most likely it is misspelt."""
    known = [name.upper() for name in Settings.model_fields]
    names = dotenv_values(env_file) if env_file.exists() else {}
    lines = []
    for name in names:
        if name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, 1)
            lines.append(f"{name} in .env is no setting" + (f": {close[0]}?" if close else ""))
    return lines


@contextlib.contextmanager
def alone(var: Path) -> Iterator[None]:
    """Hold the folder for one system at a time; its files are for the service's account only."""
    try:
        (var / "rasa").mkdir(parents=True, exist_ok=True)  # Rasa's tracker does not make it
        var.chmod(0o700)
        stream = (var / "run.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise OpsError(f"{var} cannot be written ({error.strerror}): set VAR_DIR") from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            stream.seek(0)
            number = stream.read().strip()
            raise OpsError(
                f"the system already runs from {var} (process {number}): stop it with `kill {number}`"
            ) from error
        stream.truncate(0)
        stream.write(f"{os.getpid()}\n")
        stream.flush()
        yield


async def _run(settings: Settings, options: argparse.Namespace) -> int:
    """Do the work and wait for a signal; whatever happens, nothing is left running."""
    told_to_stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    children = Children(settings.var_dir / "log")
    supervisor = Supervisor(children, say)
    work = (
        _prepare_all(children, settings, options)
        if options.prepare
        else _start_all(supervisor, children, settings, options)
    )
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(told_to_stop.wait())
    ends: list[asyncio.Future[Any]] = [stopping, supervisor.failure]
    try:
        await asyncio.wait([*ends, working], return_when="FIRST_COMPLETED")
        if working.done():
            await working
            if not options.prepare:
                await asyncio.wait(ends, return_when="FIRST_COMPLETED")
        if supervisor.failure.done():
            await supervisor.failure
        return 130 if options.prepare and stopping.done() else 0
    finally:
        if not options.prepare:
            say("stopping")
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)
        await supervisor.stop(parts.ORDER)


async def _prepare_all(children: Children, settings: Settings, options: argparse.Namespace) -> None:
    await together(
        prepare.model(children, settings.var_dir, options.rasa_config, options.force),
        prepare.knowledge(children, settings, options.force),
        prepare.database(settings),
    )


async def _start_all(
    supervisor: Supervisor, children: Children, settings: Settings, options: argparse.Namespace
) -> None:
    """Start each part as soon as what it needs is there, and say where the system is."""

    async def rasa() -> None:
        model = await prepare.model(children, settings.var_dir, options.rasa_config)
        await supervisor.start(parts.rasa(settings, model))

    async def actions() -> None:
        await asyncio.gather(made, prepare.knowledge(children, settings))
        await supervisor.start(parts.actions(settings))

    async def with_database(part: Part) -> None:
        await made
        await supervisor.start(part)

    say("Starting Rasa, the action server, the gateway and the console")
    made = asyncio.ensure_future(prepare.database(settings))
    await together(rasa(), actions(), with_database(parts.gateway(settings)), with_database(parts.console(settings)))
    await until_well(f"{parts.bot_url(settings)}/readyz", seconds=60)
    for line in [*addresses(settings), *account(await prepare.first_account(settings))]:
        say(line)
    say("ready")


async def together(*work: Coroutine[Any, Any, object]) -> None:
    """Do all side by side; at the first error stop the others and raise that error alone."""
    try:
        async with asyncio.TaskGroup() as group:
            for each in work:
                group.create_task(each)
    except BaseExceptionGroup as error:
        raise error.exceptions[0] from error


def addresses(settings: Settings) -> list[str]:
    """Return where the operator finds the pages, and what the network sees of them."""
    lines = [
        f"  chat page      {parts.bot_url(settings)}/chat",
        f"  staff console  http://127.0.0.1:{settings.console_port}/",
    ]
    if settings.bot_host in {"0.0.0.0", "::"}:  # noqa: S104 - compared
        lines.insert(1, f"  in the network http://{_own_address()}:{settings.bot_port}/chat")
    return lines


def account(password: str | None) -> list[str]:
    """Return the line about the first account, none where it was made before."""
    if password is None:
        return []
    return [f"  first account  admin / {password} (shown only now; you are asked to change it)"]


def _own_address() -> str:
    """Return this machine's address in its network; nothing is sent to find it out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


if __name__ == "__main__":
    sys.exit(main())
