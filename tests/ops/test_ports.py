"""A busy port is told before anything starts: which, by whom, and what moves it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from ops import OpsError
from ops.ports import Port, PortBusy, check_ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield int(server.getsockname()[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_free_ports_pass() -> None:
    check_ports([Port("BOT_PORT", "127.0.0.1", free_port()), Port("RASA_PORT", "127.0.0.1", free_port())])


def test_a_busy_port_names_its_setting_and_its_holder(taken: int) -> None:
    with pytest.raises(PortBusy) as told:
        check_ports([Port("BOT_PORT", "127.0.0.1", free_port()), Port("CONSOLE_PORT", "127.0.0.1", taken)])
    line = str(told.value)
    assert line.startswith(f"port {taken} is taken by process {os.getpid()} (")
    assert line.endswith("stop that, or set CONSOLE_PORT to another number in .env")
    assert "\n" not in line


def test_a_port_that_was_just_left_is_not_busy() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as uvicorn and sanic do
        server.bind(("127.0.0.1", 0))
        server.listen()
        number = int(server.getsockname()[1])
        with socket.create_connection(("127.0.0.1", number)) as client:
            accepted, _ = server.accept()
            accepted.close()  # the side that closes first keeps the address in TIME_WAIT
            client.recv(1)
    check_ports([Port("BOT_PORT", "127.0.0.1", number)])


def test_an_address_of_another_machine_names_the_setting() -> None:
    with pytest.raises(OpsError, match=r"check BOT_HOST in \.env"):
        check_ports([Port("BOT_PORT", "192.0.2.1", free_port())])
