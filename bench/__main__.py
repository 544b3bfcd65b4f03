"""Measure latency over the web chat's REST contract, with everything on, beside a stock Rasa pipeline.

Both systems run at the same time on this machine, trained on the same data, with the same gateway, action server and
knowledge base; they are measured in turns, so that a noisy machine hits both. `make bench` prints the table;
`--markdown FILE` writes it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

import httpx

from knowledge_base.loader import load
from settings import ROOT
from tests.bot.gateway_server import visitor
from tests.end_to_end.stack import Stack

STOCK = ROOT / "bench" / "stock-config.yml"
EPOCHS = 5
"""Instead of the stock 100: how long a network was trained does not change how long it takes to answer."""
CLIENTS = (1, 8)


@dataclass
class Figures:
    """What was measured of one system with so many clients."""

    seconds: list[float] = field(default_factory=list)
    wall: float = 0.0

    def row(self) -> list[str]:
        """Return messages, p50, p95 and messages a second."""
        ranked = statistics.quantiles(self.seconds, n=100)
        return [
            str(len(self.seconds)),
            f"{ranked[49] * 1000:.0f}",
            f"{ranked[94] * 1000:.0f}",
            f"{len(self.seconds) / self.wall:.1f}",
        ]


def main() -> None:
    """Start both systems, measure them in turns, print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--messages", type=int, default=60, help="messages of one client in one round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the systems take turns in each")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the table here too")
    options = parser.parse_args()
    questions = [entry.questions[0] for entry in load(ROOT / "knowledge_base" / "policies") if entry.questions]
    with tempfile.TemporaryDirectory() as folder:
        quick = Path(folder) / STOCK.name
        quick.write_text(STOCK.read_text("utf-8").replace("epochs: 100", f"epochs: {EPOCHS}"), "utf-8")
        stacks = {
            "ours (config.yml)": Stack(Path(folder) / "ours"),
            "stock (bench/stock-config.yml)": Stack(Path(folder) / "stock", "--rasa-config", str(quick)),
        }
        try:
            for name, stack in stacks.items():
                print(f"starting {name}", flush=True)
                stack.start()
                stack.wait_until_well()
            figures = _measure(stacks, questions, options.messages, options.rounds)
            memory = {name: _memory(stack.pid("rasa")) for name, stack in stacks.items()}
        finally:
            for stack in stacks.values():
                stack.stop()
    table = _table(figures, memory)
    print(table)
    if options.markdown:
        command = f'make bench ARGS="--messages {options.messages} --rounds {options.rounds}"'
        options.markdown.write_text(_page(table, command), encoding="utf-8")


def _measure(
    stacks: dict[str, Stack], questions: list[str], messages: int, rounds: int
) -> dict[tuple[str, int], Figures]:
    figures = {(name, clients): Figures() for clients in CLIENTS for name in stacks}
    for stack in stacks.values():
        _client(stack, questions[:10])  # the first turns load what later ones find in memory
    for number in range(rounds):
        for clients in CLIENTS:
            for name, stack in stacks.items():
                print(f"round {number + 1}, {clients} client(s), {name}", flush=True)
                asked = list(islice(cycle(questions), number * 7, number * 7 + messages))
                _round(figures[name, clients], stack, asked, clients)
    return figures


def _round(figures: Figures, stack: Stack, asked: list[str], clients: int) -> None:
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for seconds in pool.map(lambda _number: _client(stack, asked), range(clients)):
            figures.seconds.extend(seconds)
    figures.wall += time.perf_counter() - began


def _client(stack: Stack, asked: list[str]) -> list[float]:
    """Ask one question after another as one visitor; return the seconds of each."""
    seconds = []
    with visitor(stack.chat) as client:
        for question in asked:
            began = time.perf_counter()
            answer: httpx.Response = client.post("/chat/api/messages", json={"text": question})
            seconds.append(time.perf_counter() - began)
            assert answer.json()["status"] == "answered", answer.text
    return seconds


def _memory(pid: int) -> int:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) // 1024


def _table(figures: dict[tuple[str, int], Figures], memory: dict[str, int]) -> str:
    lines = [
        "| system | clients | messages | p50 ms | p95 ms | messages/s | Rasa's memory, MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for (name, clients), figure in figures.items():
        lines.append(f"| {name} | {clients} | {' | '.join(figure.row())} | {memory[name]} |")
    return "\n".join(lines)


def _page(table: str, command: str) -> str:
    return f"""# Latency

One question, `POST /chat/api/messages` until its answer: gateway, database, Rasa, action server, search and back.
Both systems ran at the same time on two cores and took turns; compare the rows of one table, not of two. A client
sends its next message when it has its answer. The stock networks were trained for {EPOCHS} epochs instead of 100, which
does not change how long they take to answer.

{table}

Made by `{command}`.
"""


if __name__ == "__main__":
    main()
