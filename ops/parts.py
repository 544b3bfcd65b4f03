"""The four processes of the system: how each is started and when it is ready."""

from __future__ import annotations

import os
from pathlib import Path

from ops import ROOT
from ops.ports import Port
from ops.rasa_model import PYTHON as RASA_PYTHON
from ops.rasa_model import QUIET
from ops.supervisor import Part
from settings import Settings

ORDER = ["rasa", "actions", "gateway", "console"]
"""The parts in the order in which they need each other; they are stopped from the last to the first."""

PYTHON = ROOT / ".venv" / "bin" / "python"

RASA_LAUNCH = """
import os, sys, warnings
warnings.showwarning = lambda *arguments, **options: None
sys.argv.insert(2, "--auth-token=" + os.environ["RASA_TOKEN"])
from rasa.__main__ import main
main()
"""
"""Rasa takes its token as an argument only; given this way it does not show in the list of processes. Its warnings
can hold a worker's words and pass by the logging levels."""

SILENT = {"LOG_LEVEL": "CRITICAL", "LOG_LEVEL_LIBRARIES": "CRITICAL"}
"""Rasa logs a worker's words at ERROR too, as escapes. What fails in a turn, the gateway notices and logs."""


def ports(settings: Settings) -> list[Port]:
    """Return every port that the system listens on."""
    return [
        Port("BOT_PORT", settings.bot_host, settings.bot_port),
        Port("CONSOLE_PORT", "127.0.0.1", settings.console_port),
        Port("RASA_PORT", "127.0.0.1", settings.rasa_port),
        Port("ACTIONS_PORT", "127.0.0.1", settings.actions_port),
    ]


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of our own processes; they read `.env` and the secrets themselves."""
    env = {**os.environ, "VAR_DIR": str(settings.var_dir), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    if not settings.encoder or Path(settings.encoder).exists():
        env["HF_HUB_OFFLINE"] = "1"
    return env


def rasa_environment(settings: Settings) -> dict[str, str]:
    """Return Rasa's environment: what `endpoints.yml` names, silence, and none of the keys to the database."""
    env = {**environment(settings), **QUIET, **SILENT}
    for name in ("DATA_KEY", "DATA_KEY_PREVIOUS", "DATABASE_URL"):
        env.pop(name, None)
    env.update(
        RASA_TOKEN=settings.rasa_token.get_secret_value(),
        ACTIONS_TOKEN=settings.actions_token.get_secret_value(),
        ACTIONS_URL=settings.actions_url,
        RASA_CACHE_DIRECTORY=str(settings.var_dir / "rasa" / "cache"),
    )
    return env


def rasa(settings: Settings, model: Path) -> Part:
    """Return Rasa with its stock REST channel and its HTTP API, on loopback, behind a token."""
    arguments = {
        "--model": str(model),
        "--endpoints": str(ROOT / "endpoints.yml"),
        "--credentials": str(ROOT / "credentials.yml"),
        "--interface": "127.0.0.1",
        "--port": str(settings.rasa_port),
    }
    token = settings.rasa_token.get_secret_value()
    return Part(
        "rasa",
        (str(RASA_PYTHON), "-c", RASA_LAUNCH, "run", "--enable-api", *_flat(arguments)),
        rasa_environment(settings),
        f"{settings.rasa_url}/status?token={token}",
    )


def actions(settings: Settings) -> Part:
    """Return the action server, the only one that loads the encoder."""
    env = {**environment(settings), "SANIC_HOST": "127.0.0.1"}
    return Part("actions", (str(PYTHON), "-m", "actions"), env, f"{settings.actions_url}/health")


def gateway(settings: Settings) -> Part:
    """Return the gateway; it takes messages in, and keeps them, before Rasa and the action server are there."""
    command = (str(PYTHON), "-m", "bot", "gateway")
    return Part("gateway", command, environment(settings), f"{bot_url(settings)}/healthz")


def console(settings: Settings) -> Part:
    """Return the staff's console."""
    command = (str(PYTHON), "-m", "bot", "console")
    return Part("console", command, environment(settings), f"http://127.0.0.1:{settings.console_port}/healthz")


def bot_url(settings: Settings) -> str:
    """Return the public port's address as this machine reaches it."""
    host = "127.0.0.1" if settings.bot_host in {"0.0.0.0", "::", ""} else settings.bot_host  # noqa: S104 - compared
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.bot_port}"


def _flat(arguments: dict[str, str]) -> list[str]:
    return [word for pair in arguments.items() for word in pair]
