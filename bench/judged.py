"""Have answers judged by a second reader: `python -m bench.judged draw` makes the sheet, `tally` counts the judgements.

`draw` takes served questions at random from `labour_questions_dev.jsonl` of a data folder (seed recorded) and writes, a
line each, the question and all that the worker would read: the answer with its sources and the buttons to what else she
may have meant, or the titles among which she is asked to choose. The reader sees nothing else and writes one line of
JSON a question to docs/judgements.jsonl:

    {"id", "entries": [ids], "kind": "answer" | "asked", "stake": bool, "verdict": "right" | "partly" | "wrong",
     "button": bool, "harmful": bool, "note"}

`stake`: money, a deadline or an injury is at stake. `button`: the answer is not right, but one of its buttons leads to
the matter. The sheet holds questions of others and stays outside the project.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from scipy.stats import binomtest  # type: ignore[import-untyped]  # scipy publishes no types

from actions.answers import Answers
from actions.asked import Asked
from actions.cards import AnswerCards
from casework.cards import Card
from casework.wording import Wording
from knowledge_base import Found
from knowledge_base.cli import _keeper
from settings import ROOT, load_settings

JUDGEMENTS = ROOT / "docs" / "judgements.jsonl"
SEED = 20261121
DRAWN = 200


def draw(data: Path, sheet: Path, seed: int, count: int) -> None:
    """Write the sheet."""
    base = _keeper(argparse.Namespace(), load_settings()).open()
    nothing_kept: Any = None  # where nothing is asked back, nothing of the worker is remembered
    answers = Answers(base, AnswerCards(base, Wording.from_domain(ROOT / "domain.yml")), nothing_kept)
    rows = [json.loads(line) for line in (data / "labour_questions_dev.jsonl").read_text("utf-8").splitlines() if line]
    served = [(row, found) for row in rows if (found := base.search(row["question"])).answered and found.hits]
    drawn = random.Random(seed).sample(sorted(served, key=lambda pair: str(pair[0]["id"])), count)
    lines = [json.dumps(_shown(row, found, answers), ensure_ascii=False) for row, found in drawn]
    sheet.write_text("\n".join(lines) + "\n", "utf-8")
    print(f"{sheet}: {len(lines)} of {len(served)} served questions ({len(rows)} asked), seed {seed}")


def _shown(row: dict[str, Any], found: Found, answers: Answers) -> dict[str, Any]:
    question = str(row["question"])
    shown: dict[str, Any] = {"id": row["id"], "question": question}
    if found.ambiguous:
        entries, titles = [entry.id for entry in found.choices], [entry.title for entry in found.choices]
        return shown | {"entries": entries, "kind": "asked", "choices": titles}
    given = answers.found(found, Asked("ask_policy", question, ""), question, ask=False)
    buttons = [button.title for button in given[0].buttons if "entry" in button.values]
    entries = [entry for card in given for entry in card.understood["entries"]]
    return shown | {
        "entries": list(dict.fromkeys(entries)),
        "kind": "answer",
        "answer": "\n\n".join(_read(card) for card in given),
        "buttons": buttons,
    }


def _read(card: Card) -> str:
    sources = "、".join(f"{citation.document}{citation.article or ''}" for citation in card.citations)
    told = [bubble.text for bubble in card.bubbles()]
    return "\n".join([*told, *([f"更多：\n{card.more}"] if card.more else []), f"依据：{sources}", card.basis])


def tally(judgements: Path) -> str:
    """Count the judgements; return a Markdown table."""
    rows = [json.loads(line) for line in judgements.read_text("utf-8").splitlines() if line.strip()]
    staked = [row for row in rows if row["stake"]]
    answered, asked = ([row for row in rows if row["kind"] == kind] for kind in ("answer", "asked"))
    lines = [
        ("right, or rightly asked back", _right(rows)),
        ("the same, where money, a deadline or an injury is at stake", _right(staked)),
        ("of those answered at once, right", _right(answered)),
        ("of those asked back, rightly", _right(asked)),
        (
            "right, rightly asked back, or one tap away",
            _share(row["verdict"] == "right" or row["button"] for row in rows),
        ),
        ("right or partly right", _share(row["verdict"] != "wrong" for row in rows)),
        ("harmful", _share(row["harmful"] for row in rows)),
    ]
    return "\n".join(["| measure | share |", "|---|---|", *(f"| {name} | {value} |" for name, value in lines)])


def _right(rows: Iterable[dict[str, Any]]) -> str:
    return _share(row["verdict"] == "right" for row in rows)


def _share(values: Iterable[bool]) -> str:
    counted = list(values)
    if not counted:
        return "–"
    interval = binomtest(sum(counted), len(counted)).proportion_ci(method="wilson")
    share = f"{sum(counted) / len(counted):.3f}"
    return f"{share} ({interval.low:.2f}–{interval.high:.2f}), {sum(counted)} of {len(counted)}"


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.judged", description=__doc__.partition("\n")[0])
    parser.add_argument("command", choices=("draw", "tally"))
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of questions (draw)")
    parser.add_argument("--sheet", type=Path, metavar="FILE", help="where the sheet goes (draw)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--count", type=int, default=DRAWN)
    parser.add_argument("--judgements", type=Path, default=JUDGEMENTS, metavar="FILE")
    options = parser.parse_args()
    if options.command == "tally":
        print(tally(options.judgements))
    elif options.data and options.sheet:
        draw(options.data, options.sheet, options.seed, options.count)
    else:
        parser.error("draw needs --data and --sheet")


if __name__ == "__main__":
    main()
