"""Make what the parts need before they start: model, encoder, index, database; and the first account."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from casework.database import Database
from casework.errors import Conflict
from casework.migrate import upgrade
from casework.organisations import ensure_root
from casework.staff import StaffAccounts
from ops import ROOT, OpsError, rasa_model
from ops.children import Children
from ops.parts import PYTHON, environment
from ops.progress import say
from settings import Settings

CONFIG = ROOT / "config.yml"
T = TypeVar("T")


async def model(children: Children, var: Path, config: Path, force: bool = False) -> Path:
    """Return the model of the sources as they are, training it where it is missing."""
    found = None if force else rasa_model.find(var, config)
    if found is not None:
        return found
    say(f"  training Rasa's model from {config.name}, domain.yml and nlu_data (minutes at the most)")
    return await timed("Rasa's model is trained", rasa_model.train(children, var, config))


async def knowledge(children: Children, settings: Settings, force: bool = False) -> None:
    """Bring the encoder and the index up to date; an encoder that is set is not ours to train."""
    env = environment(settings)
    if not settings.encoder:
        await _knowledge_base(children, env, "train", force)
    await _knowledge_base(children, env, "index", force)


async def database(settings: Settings) -> None:
    """Create the tables of this release. Raises `OpsError` when the database cannot be used."""
    opened = Database(settings.database)
    try:
        await asyncio.to_thread(upgrade, opened)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise OpsError(f"the database cannot be used ({reason}): check DATABASE_URL") from error
    finally:
        opened.close()


async def first_account(settings: Settings) -> str | None:
    """Make the account `admin` where there is none of any name; return its password, which is kept nowhere."""
    opened = Database(settings.database)
    try:
        return await asyncio.to_thread(_first_account, opened)
    finally:
        opened.close()


async def timed(line: str, work: Awaitable[T]) -> T:
    """Say a line with the seconds that the work took, once it is done."""
    began = time.monotonic()
    result = await work
    say(f"  {line} … {time.monotonic() - began:.1f} s")
    return result


def _first_account(opened: Database) -> str | None:
    ensure_root(opened)
    accounts = StaffAccounts(opened)
    if not accounts.is_empty():
        return None
    try:
        return accounts.add("admin", "admin", display_name="管理员")
    except Conflict:  # another system on the same database was faster
        return None


async def _knowledge_base(children: Children, env: Mapping[str, str], command: str, force: bool) -> None:
    words = [str(PYTHON), "-m", "knowledge_base", command, *([] if force else ["--if-stale"])]
    line = {"train": "the encoder is up to date", "index": "the index is up to date"}[command]
    # Status 1: what is served is not the entries as they stand, some of which cannot be read, say. It is told; the
    # system starts all the same.
    if told := await timed(line, children.run(f"knowledge-{command}", words, env, passable=1)):
        say(f"  not all entries are served as they stand:\n{told}")
