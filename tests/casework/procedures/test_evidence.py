"""Photos and files that come while a form is filled in belong to it, each once, and to the case it becomes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework.cards import Answer
from casework.conversations import Turn
from casework.crypto import Keyring
from casework.database import Database
from casework.procedures.evidence import FormFiles
from casework.tables import Case, CaseFile
from casework.wording import Wording
from tests.casework.procedures.writer import LIBRARY, Writer, photo


@pytest.fixture
def writer(database: Database, keyring: Keyring, wording: Wording) -> Writer:
    return Writer(database, keyring, wording)


@pytest.fixture
def files(database: Database, wording: Wording) -> FormFiles:
    return FormFiles(database, LIBRARY, wording)


def sends(writer: Writer, kind: str = "photo", text: str = "") -> Turn:
    """Send a photo and return its turn, which nobody has answered."""
    number = f"photo-of-{writer.address}-{writer.conversations.newest([writer.number])}"
    received = writer.conversations.receive("web", writer.address, number, text=text, enclosure=photo(kind))
    writer.conversations.claim(received.conversation_id, "p", timedelta(minutes=1))
    turn = writer.conversations.begin_turn(received.conversation_id, "p", timedelta(minutes=1))
    assert turn is not None
    return turn


def answered(writer: Writer, files: FormFiles, turn: Turn) -> Answer:
    answer = files.handle(turn)
    assert answer is not None
    writer.conversations.answer(turn.message_id, answer, owner="p")
    return answer


def kept(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(CaseFile)) or 0


def test_files_are_counted_and_taken_until_she_is_done(writer: Writer, files: FormFiles) -> None:
    writer.until("photos")
    for number in (1, 2, 3):
        answer = answered(writer, files, sends(writer))
        assert answer.outcome == "filling"
        assert f"一共 {number} 份" in answer.bubbles[0].text
    (done,) = answer.bubbles[0].buttons
    assert done.values == {"step": "photos", "do": "next", "form": "small"}
    writer.taps(done.values["step"], do=done.values["do"], form=done.values["form"])
    assert writer.step == "consent-sensitive"
    writer.taps("consent-sensitive", value="no")
    sent = writer.types("提交").sent
    assert sent is not None
    with writer.database.read() as session:
        case = session.scalars(select(Case)).one()
        rows = session.execute(select(CaseFile.case_id, CaseFile.draft_id)).all()
    assert [tuple(row) for row in rows] == [(case.id, None)] * 3


def test_a_file_at_another_question_is_kept_and_the_question_stays(writer: Writer, files: FormFiles) -> None:
    writer.until("name")
    answer = answered(writer, files, sends(writer))
    assert answer.bubbles[0].buttons == ()
    assert (writer.step, kept(writer.database)) == ("name", 1)


def test_the_same_message_brings_its_file_once(writer: Writer, files: FormFiles) -> None:
    writer.until("photos")
    turn = sends(writer)
    assert files.handle(turn) == files.handle(turn)
    assert kept(writer.database) == 1


@pytest.mark.parametrize("kind", ["document", "voice"])
def test_other_kinds_of_files_count_as_well(writer: Writer, files: FormFiles, kind: str) -> None:
    writer.until("photos")
    assert "一共 1 份" in answered(writer, files, sends(writer, kind)).bubbles[0].text


def test_a_place_is_no_file(writer: Writer, files: FormFiles) -> None:
    writer.until("photos")
    assert files.handle(sends(writer, "location")) is None
    assert kept(writer.database) == 0


def test_without_a_form_a_file_goes_its_usual_way(writer: Writer, files: FormFiles) -> None:
    writer.writes()
    assert files.handle(sends(writer)) is None
    assert kept(writer.database) == 0


def test_going_on_is_offered_for_a_form_that_is_there(files: FormFiles, wording: Wording) -> None:
    (bubble,) = files.resuming("small")
    assert bubble.text == wording.text("utter_resume_offer", title="小表")
    assert [button.values for button in bubble.buttons] == [
        {"procedure": "small", "do": "continue"},
        {"procedure": "small", "do": "discard"},
    ]
    assert list(files.resuming("nothing")) == []


@pytest.mark.parametrize(("text", "named"), [("小表", True), ("我要办另一张表", True), ("小表是什么", False)])
def test_a_title_is_known(files: FormFiles, text: str, named: bool) -> None:
    assert files.named(text) is named
