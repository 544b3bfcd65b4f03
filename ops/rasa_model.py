"""The trained Rasa model: kept under the hash of what it was trained from, trained when that one is missing.

`python -m ops.rasa_model` prints the path of the model of the sources as they are.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from ops import ROOT
from ops.children import Children

PYTHON = ROOT / ".venv-rasa" / "bin" / "python"
DOMAIN = ROOT / "domain.yml"
DATA = ROOT / "nlu_data"
LOCK = ROOT / "requirements" / "rasa.txt"
KEPT = 3
"""Trained models that stay on disk, the newest first: going back to an earlier state needs no training."""

QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
}
"""Rasa tells its makers nothing, looks for no graphics card, and spares us SQLAlchemy 2's advertisement."""


def sources(config: Path, domain: Path = DOMAIN, data: Path = DATA, lock: Path = LOCK) -> list[Path]:
    """Return the files that a model is made from."""
    return [config, domain, lock, *sorted(data.rglob("*.yml"))]


def fingerprint(files: Iterable[Path], root: Path = ROOT) -> str:
    """Return the hash of the files' contents and of their places below `root`."""
    digest = hashlib.sha256()
    for file in files:
        place = file.relative_to(root) if file.is_relative_to(root) else Path(file.name)
        content = file.read_bytes()
        digest.update(f"{place}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def find(var: Path, config: Path) -> Path | None:
    """Return the trained model of these sources, None when there is none.

    A second system with a `var` of its own uses what was trained in the checkout's.
    """
    name = f"{fingerprint(sources(config))}.tar.gz"
    places = (folder / "rasa" / "models" / name for folder in (var, ROOT / "var"))
    return next((place for place in places if place.exists()), None)


async def train(children: Children, var: Path, config: Path) -> Path:
    """Train a model and keep it. Raises `CommandFailed` with Rasa's last lines."""
    name = fingerprint(sources(config))
    models = var / "rasa" / "models"
    draft = models / f"draft-{os.getpid()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True, mode=0o700)
    try:
        await children.run("rasa-train", _command(config, draft, name), _environment(os.environ, var))
        (draft / f"{name}.tar.gz").replace(models / f"{name}.tar.gz")
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    prune(models)
    return models / f"{name}.tar.gz"


def prune(models: Path) -> None:
    """Remove all but the newest models."""
    trained = sorted(models.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in trained[KEPT:]:
        old.unlink(missing_ok=True)


def _command(config: Path, out: Path, name: str) -> list[str]:
    command = [str(PYTHON), "-m", "rasa", "train", "--config", str(config), "--domain", str(DOMAIN)]
    command += ["--data", str(DATA), "--out", str(out), "--fixed-model-name", name]
    if "TEDPolicy" not in config.read_text(encoding="utf-8"):
        command += ["--augmentation", "0"]  # gluing stories together helps only a policy that generalises
    return command


def _environment(environ: Mapping[str, str], var: Path) -> dict[str, str]:
    return {**environ, **QUIET, "RASA_CACHE_DIRECTORY": str(var / "rasa" / "cache"), "PYTHONUTF8": "1"}


if __name__ == "__main__":
    print(find(ROOT / "var", ROOT / "config.yml") or sys.exit("no model of these sources: run `make train`"))
