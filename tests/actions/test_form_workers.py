"""Random workers fill in forms: each finished one is one correct case, each other one can be gone on with."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from casework.cases.records import open_answers
from casework.crypto import Keyring
from casework.database import Database
from casework.organisations import ensure_root
from casework.procedures.model import Form
from casework.tables import Case, Draft
from casework.wording import Wording
from tests.actions.form_loop import FormTalk, seen
from tests.form_worker import FormWorker, Seen

WISHES = {"join": "我要入会"}
WORKERS = 25


def worker(talk: FormTalk, form: Form, number: int) -> FormWorker:
    chance = random.Random(number)
    address = f"worker-{number}"

    def speak(text: str, token: str | None) -> Sequence[Seen]:
        return seen(asyncio.run(talk.say(address, text, token)))

    return FormWorker(form, speak, chance, WISHES[form.id], restart=talk.start, gives_up=number % 5 == 0)


@pytest.mark.timeout(600)
def test_random_workers(sqlite: Database, keyring: Keyring, wording: Wording) -> None:
    ensure_root(sqlite)
    talk = FormTalk(sqlite, keyring, wording)
    forms = [form for form in talk.library if form.id in WISHES]
    workers = [worker(talk, forms[number % len(forms)], number) for number in range(WORKERS)]
    for each in workers:
        each.fill()
    with sqlite.read() as session:
        cases = {case.number: open_answers(keyring, case) for case in session.scalars(select(Case))}
        drafts = session.scalar(select(func.count()).select_from(Draft))
    done = [each for each in workers if each.number is not None]
    assert sorted(cases) == sorted(str(each.number) for each in done)
    for each in done:
        assert cases[str(each.number)] == each.meant
    assert drafts == len(workers) - len(done)
    assert len(done) >= WORKERS * 3 // 4
