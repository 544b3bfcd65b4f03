"""The real gateway on a free loopback port, in a thread, with the engine that a test gives it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from bot import app
from bot.gateway.dialogue import Dialogue
from casework import migrate
from casework.database import Database
from casework.organisations import ensure_root
from settings import Settings, load_settings, with_secrets


@contextmanager
def running_gateway(var: Path, engine: Dialogue, **overrides: object) -> Iterator[tuple[str, Settings]]:
    """Run a gateway; give its address and settings."""
    settings = with_secrets(load_settings(None, var_dir=var, **overrides))
    database = Database(settings.database)
    migrate.upgrade(database)
    ensure_root(database)
    database.close()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app.gateway(settings, engine), log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield address, settings
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@contextmanager
def visitor(address: str) -> Iterator[httpx.Client]:
    """Give a client that opened the page and has its cookie."""
    with httpx.Client(base_url=address, timeout=20) as client:
        client.get("/chat").raise_for_status()
        yield client
