"""Random workers fill in forms: each finished one is one correct case, each other one can be gone on with."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from casework.cards import Button
from casework.cases.records import open_answers
from casework.crypto import Keyring
from casework.database import Database
from casework.organisations import ensure_root
from casework.procedures.model import Form
from casework.tables import Case, Draft
from casework.wording import Wording
from tests.actions.form_loop import FormTalk, seen
from tests.form_worker import FormWorker, Seen

WISHES = {
    "join": "我要入会",
    "aid": "我想申请困难补助",
    "legal": "我要法律援助",
    "enforcement": "赢了拿不到钱",
    "register_study": "我要办求学圆梦报名",
}
"""What is typed for a form; the others begin with a button."""
WORKERS = 24


def worker(talk: FormTalk, form: Form, number: int) -> FormWorker:
    chance = random.Random(number)
    address = f"worker-{number}"

    def speak(text: str, token: str | None) -> Sequence[Seen]:
        return seen(asyncio.run(talk.say(address, text, token)))

    def tap() -> Sequence[Seen]:
        token = talk.offer(address, Button(form.title, "inform", {"procedure": form.id}))[form.title]
        return speak("", token)

    begin = None if form.id in WISHES else tap
    wish = WISHES.get(form.id, "")
    return FormWorker(form, speak, chance, wish, restart=talk.start, gives_up=number % 5 == 0, begin=begin)


@pytest.mark.timeout(600)
def test_random_workers(sqlite: Database, keyring: Keyring, wording: Wording) -> None:
    ensure_root(sqlite)
    talk = FormTalk(sqlite, keyring, wording)
    forms = [form for form in talk.library if form.ends == "case"]
    workers = [worker(talk, forms[number % len(forms)], number) for number in range(WORKERS)]
    for each in workers:
        each.fill()
    with sqlite.read() as session:
        cases = {case.number: open_answers(keyring, case) for case in session.scalars(select(Case))}
        drafts = session.scalar(select(func.count()).select_from(Draft))
    done = [each for each in workers if each.number is not None]
    assert sorted(cases) == sorted(str(each.number) for each in done)
    for each in done:
        assert cases[str(each.number)] == each.answers
    assert drafts == len(workers) - len(done)
    assert len(done) >= WORKERS * 3 // 4
