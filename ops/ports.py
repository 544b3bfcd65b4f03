"""Tell before anything is started whether a port is taken, and by whom."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ops import OpsError


class PortBusy(OpsError):
    """Another process listens where one of ours should."""


@dataclass(frozen=True)
class Port:
    """Where a part will listen, and the setting that moves it."""

    setting: str
    host: str
    number: int


def check_ports(ports: Iterable[Port]) -> None:
    """Raise `PortBusy` for the first port that cannot be taken, `OpsError` for an address not of this machine."""
    for port in ports:
        family = socket.AF_INET6 if ":" in port.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # As servers do: a connection that just ended does not keep a port busy.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((port.host, port.number))
                probe.listen(1)
            except OSError as error:
                raise _in_words(port, error) from error


def _in_words(port: Port, error: OSError) -> OpsError:
    if error.errno == errno.EADDRINUSE:
        holder = _holder(port.number)
        by = f" by {holder}" if holder else ""
        return PortBusy(f"port {port.number} is taken{by}: stop that, or set {port.setting} to another number in .env")
    if error.errno == errno.EACCES:
        return OpsError(f"port {port.number} needs a privileged account: set {port.setting} above 1023 in .env")
    return OpsError(f"{port.host}:{port.number} cannot be listened on ({error.strerror}): check BOT_HOST in .env")


def _holder(number: int) -> str:
    """Name the process that listens on a port; empty where `/proc` does not tell (other accounts, macOS)."""
    sockets = {f"socket:[{inode}]" for inode in _listening(number)}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(handle.readlink()) in sockets for handle in (process / "fd").iterdir()):
                words = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
                return f"process {process.name} ({' '.join(words).strip()[:80]})"
        except OSError:
            continue  # gone meanwhile, or of another account
    return ""


def _listening(number: int) -> list[str]:
    """Return the inodes of the sockets in state LISTEN (0A) on a port, as proc(5) describes the table."""
    inodes = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if not table.exists():
            continue
        for line in table.read_text(encoding="ascii").splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rsplit(":", 1)[1], 16) == number:
                inodes.append(fields[9])
    return inodes
