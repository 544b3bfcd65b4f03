"""Forms through all processes: filled in with detours, across a restart of everything, into one correct case each."""

from __future__ import annotations

import random
import signal
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import select

from casework.cases.records import open_answers
from casework.crypto import Keyring
from casework.database import Database
from casework.procedures.library import Library
from casework.tables import Case, CaseKey, Consent, Draft
from casework.wording import Wording
from tests.bot.gateway_server import visitor
from tests.end_to_end.stack import Stack
from tests.end_to_end.test_privacy import _settle, holders
from tests.form_worker import FormWorker, Seen

FORMS = {
    "join": "我要入会",
    "aid": "帮我申请困难补助",
    "legal": "我要申请法律援助",
}
SURNAMES = ("诸葛", "慕容", "司徒")
PARTS = ("gateway", "actions", "rasa", "console")


@dataclass
class Visit:
    """One worker's page; it knows the id of the message that was sent last, to send it again."""

    client: httpx.Client
    last: dict[str, str] = field(default_factory=dict)

    def speak(self, text: str, token: str | None = None) -> Sequence[Seen]:
        """Type or tap, and see what is said in reply."""
        content = {"text": text} if token is None else {"button": token}
        self.last = {"id": uuid.uuid4().hex, **content}
        return self.send()

    def send(self) -> Sequence[Seen]:
        """Send the last message, again where it was sent before."""
        answer = self.client.post("/chat/api/messages", json=self.last)
        answer.raise_for_status()
        assert answer.json()["status"] == "answered", answer.json()
        return [_seen(message) for message in answer.json()["messages"] if message["author"] != "worker"]


def _seen(message: dict[str, object]) -> Seen:
    buttons: list[dict[str, str]] = message["buttons"]  # type: ignore[assignment]  # as the contract has it
    return Seen(str(message["text"]), {button["title"]: button["token"] for button in buttons if "token" in button})


@dataclass
class Filler:
    """A worker in the middle of a form."""

    worker: FormWorker
    visit: Visit
    seen: Sequence[Seen] = ()

    def question(self) -> str:
        """Return the question that she is asked."""
        return self.worker._asked(self.seen).question

    def on(self) -> None:
        """Answer the next question."""
        buttons = {title: token for bubble in self.seen for title, token in bubble.buttons.items()}
        consent = next((title for title in ("同意，开始填", "同意，接着填") if title in buttons), None)
        if consent is not None:
            self.seen = self.visit.speak("", buttons[consent])
        else:
            self.seen = self.worker._answer(self.worker._asked(self.seen), buttons)

    def tap(self, title: str) -> None:
        """Tap a button that is offered."""
        self.seen = self.visit.speak("", next(b.buttons[title] for b in reversed(self.seen) if title in b.buttons))


@pytest.fixture
def fillers(stack: Stack) -> Iterator[dict[str, Filler]]:
    """Give a worker for each form who has not begun."""
    library = Library.from_folder()
    with ExitStack() as held:
        found = {}
        for number, (form_id, wish) in enumerate(FORMS.items()):
            visit = Visit(held.enter_context(visitor(stack.chat)))
            form = library.get(form_id)
            assert form is not None
            worker = FormWorker(form, visit.speak, random.Random(number + 7), wish, detours=0)
            worker.names = (f"{SURNAMES[number]}云岭",)
            found[form_id] = Filler(worker, visit)
        yield found


@pytest.mark.timeout(900)
def test_forms_survive_detours_and_a_restart_of_everything(
    stack: Stack, fillers: dict[str, Filler], wording: Wording
) -> None:
    for filler in fillers.values():
        _begin(filler)
        _ask_in_the_middle(filler)
        _send_again(filler)
    for part in PARTS:
        stack.signal(part, signal.SIGKILL)
    stack.wait_until_well()
    for filler in fillers.values():
        filler.on()
        _person_in_the_middle(filler, wording)
        _pause_and_resume(filler)
        filler.worker.fill_from(filler.seen)
        assert filler.worker.number is not None
    _check_cases(stack, fillers)
    _erase(stack, fillers)


def _begin(filler: Filler) -> None:
    filler.seen = filler.visit.speak(filler.worker.wish)
    assert "同意，开始填" in filler.seen[-1].buttons or any("同意，开始填" in each.buttons for each in filler.seen)
    for _step in range(3):
        filler.on()


def _ask_in_the_middle(filler: Filler) -> None:
    """A question is answered, and the form asks again what it asked."""
    question = filler.question()
    filler.seen = filler.visit.speak("年休假有几天？")
    assert len(filler.seen) > 1
    assert filler.question() == question


def _send_again(filler: Filler) -> None:
    """A lost answer: the same message again does one step."""
    filler.on()
    again = filler.visit.send()
    assert [each.text for each in again] == [each.text for each in filler.seen]


def _person_in_the_middle(filler: Filler, wording: Wording) -> None:
    """A person is asked for; what is said then is no answer, and the form is there afterwards."""
    told = filler.visit.speak("转人工")
    assert told, "the place in the queue is said"
    left = filler.visit.speak("不等了")
    assert left[0].text == wording.text("utter_left_queue")
    filler.seen = filler.visit.speak(filler.worker.wish)
    filler.tap("接着填")


def _pause_and_resume(filler: Filler) -> None:
    question = filler.question() if "同意，接着填" not in filler.seen[-1].buttons else None
    if question is None:
        return
    filler.tap("先停一下")
    filler.seen = filler.visit.speak(filler.worker.wish)
    assert any("接着填" in each.buttons for each in filler.seen)
    filler.tap("接着填")
    assert filler.question() == question


def _check_cases(stack: Stack, fillers: dict[str, Filler]) -> None:
    settings = stack.settings()
    keyring = Keyring.from_data_key(settings.data_key.get_secret_value())
    database = Database(settings.database)
    with database.read() as session:
        for filler in fillers.values():
            case = session.scalars(select(Case).where(Case.number == filler.worker.number)).one()
            assert open_answers(keyring, case) == filler.worker.meant
    database.close()


def _erase(stack: Stack, fillers: dict[str, Filler]) -> None:
    """After erasure the cases are there without a person, and nothing of hers is anywhere, the tracker included."""
    hers = [text for filler in fillers.values() for text in filler.worker.hers]
    assert any(holders(stack.var, text) for text in hers), "the search finds what is kept"
    for filler in fillers.values():
        assert filler.visit.client.post("/chat/api/erase").status_code == 204
    stack.run("bot", "retention")
    _settle(stack)
    kept = {place for text in hers for place in holders(stack.var, text)}
    assert [place for place in sorted(kept) if not place.endswith(("-wal", "-journal"))] == []
    database = Database(stack.settings().database)
    with database.read() as session:
        numbers = [filler.worker.number for filler in fillers.values()]
        cases = session.scalars(select(Case).where(Case.number.in_(numbers))).all()
        assert len(cases) == len(numbers)
        assert all(case.answers_sealed is None and case.contact_id is None for case in cases)
        assert session.scalars(select(CaseKey).where(CaseKey.case_id.in_([case.id for case in cases]))).all() == []
        assert session.scalars(select(Draft)).all() == []
        assert session.scalars(select(Consent)).all() == []
    database.close()
