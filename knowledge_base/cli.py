"""`python -m knowledge_base index|history|rollback|search|evaluate|check|coverage|train`.

Writes UTF-8 whatever the locale. Exit status: 0 all well, 1 checked and wrong, a line or an entry that cannot be read
while the others are served, 2 misuse or something missing.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from knowledge_base import artefact, coverage, evaluation, index, reliability, upkeep
from knowledge_base.base import KnowledgeBase
from knowledge_base.check import check
from knowledge_base.encoder import COMMITTED
from knowledge_base.errors import KnowledgeBaseError, SourceError
from knowledge_base.keeper import Keeper, confidence_of
from knowledge_base.loader import entry_files, load
from knowledge_base.model import Found
from knowledge_base.statutes import read_statutes
from settings import Settings, SettingsError, load_settings

FINE, WRONG, MISUSE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, load_settings()))
    except SettingsError as error:
        return _fail(error)
    except KnowledgeBaseError as error:
        return _fail(error)
    except OSError as error:
        return _fail(f"{error.filename or 'output'}: {error.strerror}")


def _fail(what: object) -> int:
    print(what, file=sys.stderr)
    return MISUSE


def _index(options: argparse.Namespace, settings: Settings) -> int:
    return upkeep.index(_keeper(options, settings), options.if_stale)


def _history(options: argparse.Namespace, settings: Settings) -> int:
    return upkeep.history(_keeper(options, settings))


def _rollback(options: argparse.Namespace, settings: Settings) -> int:
    return upkeep.rollback(_keeper(options, settings), options.name)


def _search(options: argparse.Namespace, settings: Settings) -> int:
    base = _keeper(options, settings).open()
    status = FINE
    for number, line in enumerate(sys.stdin.buffer, start=1):
        try:
            asked = _question(line, number)
        except ValueError as error:
            print(f"line {number}: {error}", file=sys.stderr)
            status = WRONG
            if options.json:
                _write({"id": str(number), "question": None, "answered": False, "results": [], "error": str(error)})
            continue
        if asked is None:
            continue
        found = base.search(asked[1], region=options.region, on=options.on, top_k=options.top_k)
        if options.json:
            _write(_as_json(*asked, found))
        else:
            print(_as_text(asked[1], found), flush=True)
    return status


def _question(line: bytes, number: int) -> tuple[Any, str] | None:
    """Read one line of input: an object when it begins with a brace, else the question itself.

    A question without an id is known by the number of its line. Raises ValueError in words.
    """
    try:
        text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8") from None
    if not text:
        return None
    if not text.startswith("{"):
        return str(number), text
    try:
        row = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is no JSON ({error.msg} at column {error.colno})") from None
    if not isinstance(row.get("question"), str):
        raise ValueError('has no "question" that is a string')
    return row.get("id", str(number)), row["question"]


def _as_json(identity: Any, question: str, found: Found) -> dict[str, Any]:
    return {
        "id": identity,
        "question": question,
        "answered": found.answered,
        "confidence": round(found.confidence, 4),
        "ambiguous": found.ambiguous,
        "results": [
            {
                "id": hit.entry.id,
                "title": hit.entry.title,
                "score": round(hit.score, 6),
                "citations": [
                    {"document": citation.document, "article": citation.article} for citation in hit.entry.citations
                ],
            }
            for hit in found.hits
        ],
    }


def _as_text(question: str, found: Found) -> str:
    state = "answered" if found.answered else "declined"
    lines = [f"{question}  ({state}, {found.confidence:.2f}{', ambiguous' if found.ambiguous else ''})"]
    for place, hit in enumerate(found.hits, start=1):
        sources = "、".join(f"{citation.document}{citation.article or ''}" for citation in hit.entry.citations)
        lines.append(f"{place:3}. {hit.entry.title}  [{hit.entry.id}]  {sources}")
    return "\n".join(lines)


def _write(row: dict[str, Any]) -> None:
    print(json.dumps(row, ensure_ascii=False), flush=True)


def _train(options: argparse.Namespace, settings: Settings) -> int:
    source = options.source or settings.kb_source
    if options.if_stale and not _is_trainable(_keeper(options, settings)):
        print("not trained: mend these entries first", file=sys.stderr)
        return WRONG
    entries = load(source)
    output = options.output or (settings.var_dir / "encoder" if options.if_stale else COMMITTED)
    if options.if_stale:
        folder, share = max(
            ((folder, artefact.known(folder, entries)) for folder in (COMMITTED, output)), key=lambda known: known[1]
        )
        if share >= artefact.FITS:
            later = "" if share == 1 else f"; {1 - share:.0%} of the entries are newer, make train learns them"
            print(f"{folder}: serves these entries{later}")
            return FINE
    manifest = artefact.make(entries, output)
    print(f"{output}: {manifest['entries']} entries, threshold {manifest['threshold']}")
    for name, value in manifest["measured"].items():
        print(f"  {name} {value}")
    return FINE


def _is_trainable(keeper: Keeper) -> bool:
    """Tell whether all entries can be read, and say what is wrong.

    Training takes minutes and would be thrown away with the next correction; the committed encoder serves meanwhile.
    """
    try:
        return not upkeep.good_entries(keeper)[1]
    except SourceError as error:
        print(error, file=sys.stderr)
        return False


def _check(options: argparse.Namespace, settings: Settings) -> int:
    source = options.source or settings.kb_source
    problems = check(source, options.laws)
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{source}: {len(entry_files(source))} entries, no problem")
    return WRONG if problems else FINE


def _coverage(options: argparse.Namespace, settings: Settings) -> int:
    """Show which articles and services the entries cover; one that is open makes the status 1."""
    if options.laws and not options.laws.is_dir():
        raise SourceError(options.laws, "no such folder")
    statutes = read_statutes(options.laws) if options.laws else {}
    covered = coverage.cover(load(options.source or settings.kb_source), statutes)
    print(coverage.as_text(covered))
    if options.markdown:
        options.markdown.write_text(coverage.as_markdown(covered), "utf-8")
    return FINE if covered.is_whole else WRONG


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    """Show what calibration measured on the project's own phrasings, and measure on the data folder."""
    if options.data and not options.data.is_dir():
        raise SourceError(options.data, "no such folder")
    entries = load(options.source or settings.kb_source)
    encoder = _keeper(options, settings).encoder
    confidence = confidence_of(encoder, entries)
    if confidence is None:
        raise SourceError(options.source or settings.kb_source, "holds no phrasings to measure by")
    tables = evaluation.own_phrasings(confidence)
    if options.data:
        built = index.build(entries, encoder, confidence)
        tables.append(evaluation.policies(options.data, KnowledgeBase(built, encoder)))
        tables.append(evaluation.statutes(options.data, encoder, built))
    report = "\n\n".join(table.markdown() for table in tables)
    print(report)
    if options.markdown:
        command = "python -m knowledge_base evaluate" + (" --data DIR" if options.data else "")
        write_between_marks(options.markdown, f"Made by `{command}`, {len(entries)} entries.\n\n{report}")
        drawing = options.markdown.parent / "images" / "reliability.svg"
        drawing.parent.mkdir(exist_ok=True)
        drawing.write_text(reliability.drawn(confidence.reliability), "utf-8")
    return FINE


def write_between_marks(path: Path, report: str) -> None:
    """Replace what stands between the two marks of a document, or write a new document of the report alone."""
    begin, end = "<!-- evaluate: begin -->", "<!-- evaluate: end -->"
    old = path.read_text("utf-8") if path.exists() else f"# Quality\n\n{begin}\n{end}\n"
    if begin not in old or end not in old:
        raise SourceError(path, f"lacks the lines {begin} and {end} between which the tables go")
    head, tail = old.split(begin)[0], old.split(end)[1]
    path.write_text(f"{head}{begin}\n{report}\n{end}{tail}", "utf-8")


def _keeper(options: argparse.Namespace, settings: Settings) -> Keeper:
    """Return the keeper of the index that the options and settings name; a command has not every option."""
    given = vars(options)
    return Keeper(
        source=given.get("source") or settings.kb_source,
        folder=given.get("index") or settings.index_dir,
        setting=str(given.get("encoder") or settings.encoder),
        trained=settings.var_dir / "encoder",
        policies=settings.kb_source,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m knowledge_base", description="The union's policies, searched.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for run, about, names in (
        (_index, "build an index", ("source", "index", "encoder", "if_stale")),
        (_history, "list the indexes that are kept", ("index",)),
        (_rollback, "serve an earlier index again", ("index", "encoder", "name")),
        (_search, "answer the questions on standard input, one a line", ("index", "encoder", "search")),
        (_evaluate, "measure, on the project's own phrasings and on a folder of data", ("source", "encoder", "data")),
        (_check, "check the entries", ("source", "laws")),
        (_coverage, "show which articles and services the entries cover", ("source", "laws", "markdown")),
        (_train, "train and calibrate the project's own encoder", ("source", "output", "if_stale")),
    ):
        command = commands.add_parser(run.__name__[1:], help=about, description=about)
        command.set_defaults(run=run)
        for name in names:
            _OPTIONS[name](command)
    return parser


def _search_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--top-k", type=_positive, default=10, metavar="N", help="results a question (10)")
    command.add_argument("--json", action="store_true", help="one JSON object a line instead of text")
    command.add_argument("--region", type=_text, help="the worker's region, such as 江苏/无锡")
    command.add_argument("--on", type=_day, metavar="DATE", help="the day that counts, YYYY-MM-DD (today)")


def _data_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, metavar="DIR", help="folder of questions to measure by")
    command.add_argument("--markdown", type=Path, metavar="FILE", help="also write the tables between its marks")


_OPTIONS: dict[str, Any] = {
    "source": lambda command: command.add_argument(
        "--source", type=Path, help="folder of entries, or JSONL of id, law, article, text (KB_SOURCE)"
    ),
    "index": lambda command: command.add_argument("--index", type=Path, metavar="DIR", help="its folder (KB_INDEX)"),
    "encoder": lambda command: command.add_argument("--encoder", type=_text, help="path or name (ENCODER)"),
    "if_stale": lambda command: command.add_argument(
        "--if-stale", action="store_true", help="do nothing when nothing changed"
    ),
    "name": lambda command: command.add_argument(
        "name", nargs="?", metavar="NAME", help="as in history (the one before the one that is served)"
    ),
    "output": lambda command: command.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        help="folder of the encoder (the committed one; with --if-stale, the one in VAR_DIR)",
    ),
    "data": lambda command: _data_options(command),
    "markdown": lambda command: command.add_argument(
        "--markdown", type=Path, metavar="FILE", help="also write the tables there"
    ),
    "laws": lambda command: command.add_argument("--laws", type=Path, metavar="DIR", help="folder of statute texts"),
    "search": _search_options,
}


def _text(value: str) -> str:
    """Read an argument as UTF-8, whatever the locale made of its bytes."""
    try:
        return os.fsencode(value).decode("utf-8")
    except UnicodeError:
        return value


def _positive(value: str) -> int:
    number = int(value)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value} is no day like 2026-11-21") from None
