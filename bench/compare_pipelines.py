"""Compare NLU pipelines on the project's own training data, side by side in one run.

Run it with the interpreter that has Rasa (Python 3.10), from the root of the repository:

    nice -n 5 .venv-rasa/bin/python bench/compare_pipelines.py bench/stock-config.yml config.yml

For each configuration: stratified cross-validation (accuracy, F1, what the fallback threshold lets through and where
the rules then lead), the held-out file, and the time of a parse. The folds of all configurations alternate, so that
other load on the machine meets each of them. Models and predictions are kept under --work and not made again, so
that a run may be broken off and taken up; the tables go to standard output as Markdown.
"""

import argparse
import asyncio
import importlib
import json
import logging
import os
import statistics
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

FALLBACK = "nlu_fallback"
NLU_FOLDER = Path("nlu_data/nlu")
RULES_FOLDER = Path("nlu_data/rules")
HELD_OUT = Path("tests/conversations/nlu_held_out.yml")
FOLDS = 5
SEED = 20261121


@dataclass(frozen=True)
class Example:
    """One labelled sentence."""

    text: str
    intent: str


@dataclass(frozen=True)
class Prediction:
    """What a model made of an example before the fallback rule: best intent, its confidence and the second's."""

    intent: str
    predicted: str
    confidence: float
    runner_up: float
    milliseconds: float

    def decided(self, threshold: float, ambiguity: float) -> str:
        """Return the intent that the dialogue sees under a fallback threshold and an ambiguity threshold."""
        unsure = self.confidence < threshold or self.confidence - self.runner_up < ambiguity
        return FALLBACK if unsure else self.predicted


def load_yaml(path: Path) -> dict[str, Any]:
    """Read one YAML file."""
    loaded: dict[str, Any] = importlib.import_module("ruamel.yaml").YAML(typ="safe").load(path)
    return loaded


def read_examples(path: Path) -> list[Example]:
    """Read the examples of a file or of all files in a folder, in a stable order."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    return [
        Example(line.removeprefix("- ").strip(), block["intent"])
        for file in files
        for block in load_yaml(file)["nlu"]
        for line in block["examples"].splitlines()
    ]


def read_routes() -> dict[str, str]:
    """Map each intent to the action that its rule leads to."""
    rules = [rule for file in sorted(RULES_FOLDER.glob("*.yml")) for rule in load_yaml(file)["rules"]]
    return {rule["steps"][0]["intent"]: rule["steps"][1]["action"] for rule in rules}


def write_nlu(path: Path, examples: Iterable[Example]) -> None:
    """Write examples as a Rasa training file."""
    intents: dict[str, list[str]] = {}
    for example in examples:
        intents.setdefault(example.intent, []).append(example.text)
    blocks = [
        f"  - intent: {intent}\n    examples: |\n" + "".join(f"      - {text}\n" for text in texts)
        for intent, texts in sorted(intents.items())
    ]
    path.write_text('version: "3.1"\nnlu:\n' + "".join(blocks), encoding="utf-8")


def folds(examples: list[Example], number: int) -> Iterator[tuple[list[Example], list[Example]]]:
    """Yield (training, test) parts in which every intent has its share."""
    splitter = importlib.import_module("sklearn.model_selection").StratifiedKFold(
        number, shuffle=True, random_state=SEED
    )
    for train, test in splitter.split(examples, [example.intent for example in examples]):
        yield [examples[i] for i in train], [examples[i] for i in test]


def load_agent(model: str) -> Any:
    """Load a trained model into this process."""
    return importlib.import_module("rasa.core.agent").Agent.load(model)


async def parse_all(agent: Any, examples: list[Example]) -> list[Prediction]:
    """Parse every example, one after another, after ten unmeasured ones."""
    for example in examples[:10]:
        await agent.parse_message(example.text)
    predictions = []
    for example in examples:
        started = time.perf_counter()
        parsed = await agent.parse_message(example.text)
        elapsed = (time.perf_counter() - started) * 1000
        ranking = [entry for entry in parsed["intent_ranking"] if entry["name"] != FALLBACK]
        first, second = ranking[0], ranking[1]
        predictions.append(
            Prediction(example.intent, first["name"], float(first["confidence"]), float(second["confidence"]), elapsed)
        )
    return predictions


def train_fold(config: Path, fold: int, train: list[Example], work: Path) -> Path:
    """Train one fold's model and note how long it took; a model that is there is taken as it is."""
    name = f"{config.stem}-fold-{fold}"
    model, data = work / f"{name}.tar.gz", work / f"{name}.yml"
    if not model.exists():
        write_nlu(data, train)
        started = time.perf_counter()
        importlib.import_module("rasa.model_training").train_nlu(
            config=str(config), nlu_data=str(data), output=str(work), fixed_model_name=name
        )
        (work / f"{name}.seconds").write_text(f"{time.perf_counter() - started:.0f}", "utf-8")
    return model


def measure_fold(config: Path, fold: int, parts: tuple[list[Example], list[Example]], work: Path) -> None:
    """Predict what a fold left out and the held-out file, and keep both."""
    result = work / f"{config.stem}-fold-{fold}.json"
    if result.exists():
        return
    train, test = parts
    agent = load_agent(str(train_fold(config, fold, train, work)))
    kept = {
        name: [asdict(prediction) for prediction in asyncio.run(parse_all(agent, examples))]
        for name, examples in (("crossed", test), ("held_out", read_examples(HELD_OUT)))
    }
    result.write_text(json.dumps(kept), "utf-8")


def percentile(values: list[float], share: float) -> float:
    """Return the value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def share(count: int, of: int) -> str:
    """Write a share as a percentage."""
    return f"{100 * count / of:.1f} %" if of else "–"


def quality(predictions: list[Prediction]) -> list[str]:
    """Score predictions before the fallback: accuracy, weighted and macro F1."""
    metrics = importlib.import_module("sklearn.metrics")
    truth, made = [p.intent for p in predictions], [p.predicted for p in predictions]
    return [
        f"{metrics.accuracy_score(truth, made):.3f}",
        f"{metrics.f1_score(truth, made, average='weighted'):.3f}",
        f"{metrics.f1_score(truth, made, average='macro'):.3f}",
    ]


def behind_threshold(
    predictions: list[Prediction], routes: dict[str, str], threshold: float, ambiguity: float
) -> list[str]:
    """Describe what a threshold does: fallbacks, accuracy of the rest, and where the rules lead to."""
    decided = [(p.intent, p.decided(threshold, ambiguity)) for p in predictions]
    sure = [(truth, made) for truth, made in decided if made != FALLBACK]
    asked = [made for truth, made in decided if routes[truth] == routes["ask_policy"]]
    answered_wrongly = sum(routes[made] != routes["ask_policy"] for made in asked)
    spoken = [(truth, made) for truth, made in decided if routes[truth] != routes["ask_policy"]]
    said_otherwise = sum(routes[made] not in (routes[truth], routes["ask_policy"]) for truth, made in spoken)
    distress = [made for truth, made in decided if truth == "distress"]
    alarms = [truth for truth, made in decided if made == "distress"]
    return [
        share(len(decided) - len(sure), len(decided)),
        f"{sum(truth == made for truth, made in sure) / len(sure):.3f}",
        share(answered_wrongly, len(asked)),
        share(said_otherwise, len(spoken)),
        share(distress.count("distress"), len(distress)),
        share(alarms.count("distress"), len(alarms)),
    ]


def table(head: list[str], rows: list[list[str]]) -> str:
    """Write a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def read_predictions(paths: Iterable[Path], part: str) -> list[Prediction]:
    """Read kept predictions back; part is "crossed" or "held_out"."""
    return [Prediction(**kept) for path in paths for kept in json.loads(path.read_text("utf-8"))[part]]


def report(configs: list[Path], folds_made: int, work: Path) -> None:
    """Print the tables of the first folds, those that every configuration has gone through."""
    routes = read_routes()
    overview, thresholds = [], []
    for config in configs:
        parts = [work / f"{config.stem}-fold-{fold}.json" for fold in range(folds_made)]
        crossed, held_out = read_predictions(parts, "crossed"), read_predictions(parts, "held_out")
        parse = [prediction.milliseconds for prediction in crossed]
        seconds = statistics.mean(int(part.with_suffix(".seconds").read_text("utf-8")) for part in parts)
        size = statistics.mean(part.with_suffix(".tar.gz").stat().st_size for part in parts) / 1e6
        costs = [f"{seconds:.0f}", f"{size:.1f}", *(f"{percentile(parse, at):.1f}" for at in (0.5, 0.95))]
        overview.append([config.name, str(folds_made), *quality(crossed), *quality(held_out), *costs])
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
            for ambiguity in (0.0, 0.1):
                behind = behind_threshold(crossed, routes, threshold, ambiguity)
                thresholds.append([config.name, f"{threshold:.1f}", f"{ambiguity:.1f}", *behind])
    scores = ["accuracy", "weighted F1", "macro F1"]
    costs = ["training s/fold", "model MB", "parse p50 ms", "parse p95 ms"]
    print(table(["configuration", "folds", *scores, *(f"held-out {name}" for name in scores), *costs], overview))
    print()
    effects = ["to fallback", "accuracy above", "questions led astray", "small talk led astray"]
    alarms = ["distress found", "distress right"]
    print(table(["configuration", "threshold", "ambiguity", *effects, *alarms], thresholds))


def main() -> None:
    """Measure all configurations, fold by fold, and report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("configs", nargs="+", type=Path)
    parser.add_argument("--folds", type=int, default=FOLDS, help=f"measure the first folds only, of {FOLDS}")
    parser.add_argument("--work", type=Path, default=Path("var/bench/nlu"))
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    importlib.import_module("rasa.utils.log_utils").configure_structlog(logging.ERROR)
    os.environ.setdefault("RASA_CACHE_DIRECTORY", str(arguments.work / "cache"))
    examples = read_examples(NLU_FOLDER)
    for fold, parts in enumerate(folds(examples, FOLDS)):
        if fold == arguments.folds:
            break
        for config in arguments.configs:
            measure_fold(config, fold, parts, arguments.work)
    report(arguments.configs, arguments.folds, arguments.work)


if __name__ == "__main__":
    main()
