"""Forms on a database: begun, filled in, put aside, gone on with and sent, each message once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from stdnum.cn import ric

from casework.cards import Card
from casework.cases.records import open_answers
from casework.conversations import SESSION
from casework.crypto import Keyring
from casework.database import Database, now
from casework.erasure import Erasure
from casework.procedures.filling import Given
from casework.procedures.library import Library
from casework.procedures.model import Step
from casework.tables import ActionResult, Base, Case, CaseFile, Consent, Conversation, Draft, Message
from casework.wording import Wording
from tests.casework.procedures.small_form import FORM, READ
from tests.casework.procedures.writer import Writer, photo

IDENTITY = {"type": "resident", "number": "11010519491231002X"}


@pytest.fixture
def writer(database: Database, keyring: Keyring, wording: Wording) -> Writer:
    return Writer(database, keyring, wording)


def count(database: Database, table: type[Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def consents(database: Database) -> list[str]:
    with database.read() as session:
        return list(session.scalars(select(Consent.kind).order_by(Consent.id)))


def cases(database: Database, keyring: Keyring) -> dict[str, Any]:
    with database.read() as session:
        return {case.number: open_answers(keyring, case) for case in session.scalars(select(Case).order_by(Case.id))}


# Begin, fill in, send.


def test_a_form_begins_with_its_consent_and_keeps_nothing_without_it(writer: Writer) -> None:
    assert writer.begins().result == "asks"
    assert writer.step == "consent"
    assert consents(writer.database) == []
    assert writer.types("不同意").result == "discarded"
    assert (writer.drafts(), consents(writer.database)) == ([], [])


def test_a_filled_form_becomes_a_case_and_leaves_no_draft(writer: Writer) -> None:
    turned = writer.until("confirm").types("提交")
    assert turned.result == "sends"
    assert turned.sent is not None
    assert turned.sent.number.startswith("XB-")
    assert cases(writer.database, writer.keyring) == {turned.sent.number: {**READ, "identity": IDENTITY}}
    assert (writer.drafts(), consents(writer.database)) == ([], ["general", "sensitive"])


def test_a_number_is_taken_though_the_message_holds_a_reference_only(writer: Writer) -> None:
    writer.until("phone").types("13800138000")
    assert writer.answers()["phone"] == "13800138000"
    with writer.database.read() as session:
        assert session.scalars(select(Message.id).where(Message.text.contains("13800138000"))).all() == []


def test_nothing_that_she_answers_stands_in_the_draft_in_plain_words(writer: Writer) -> None:
    writer.until("confirm")
    with writer.database.read() as session:
        sealed = session.scalars(select(Draft.answers_sealed)).one()
    for value in ("王小明", "红星", "13800138000", "11010519491231002X", "老板", "employee", "situation"):
        for spelt in (value.encode(), json.dumps(value).strip('"').encode(), value.encode("utf-16-le")):
            assert spelt not in sealed


def test_no_result_of_an_action_holds_a_word_of_hers(writer: Writer) -> None:
    writer.until("confirm").types("提交")
    with writer.database.read() as session:
        results = [json.dumps(each, ensure_ascii=False) for each in session.scalars(select(ActionResult.result))]
    assert results
    assert not [
        each for each in results for word in ("王小明", "红星", "13800138000", "1949", "老板一直") if word in each
    ]


def test_the_same_message_does_one_step(writer: Writer) -> None:
    key = writer.until("name").writes("王小明")
    first = writer.procedures.turn(key, Given())
    assert writer.step == "phone"
    assert writer.procedures.turn(key, Given()) == first
    assert (writer.step, writer.answers()["name"]) == ("phone", "王小明")


def test_the_same_message_sends_once(writer: Writer) -> None:
    key = writer.until("confirm").writes("提交")
    first = writer.procedures.turn(key, Given())
    assert writer.procedures.turn(key, Given()) == first
    assert count(writer.database, Case) == 1


def test_the_message_that_begins_a_form_answers_none_of_its_questions(writer: Writer) -> None:
    key = writer.writes("好的，我要小表")
    for _time in range(2):
        assert writer.procedures.begin(key, "small").result == "asks"
    assert writer.procedures.turn(key, Given()).result == "not_ours"
    assert (writer.step, writer.drafts()) == ("consent", [("small", "active")])


def test_misses_are_counted_from_message_to_message(writer: Writer) -> None:
    writer.until("phone")
    names = [[say.name for say in writer.types(text).said] for text in ("我家", "这个", "那个")]
    assert "utter_form_person_helps" not in names[0] + names[1]
    assert "utter_form_person_helps" in names[2]


def test_what_is_not_the_form_s_leaves_it_as_it_is(writer: Writer) -> None:
    writer.until("phone").types("工伤怎么认定？")
    standing = writer.standing
    assert standing is not None
    assert (standing.step, standing.misses, standing.again) == ("phone", 0, True)


def test_no_form_of_that_name(writer: Writer) -> None:
    with pytest.raises(KeyError):
        writer.begins("nothing")


# Put aside and gone on with.


def test_a_form_that_was_put_aside_takes_no_answers_until_she_goes_on(writer: Writer) -> None:
    assert writer.until("name").types("等会再填").result == "paused"
    assert writer.types("王小明").result == "not_ours"
    assert writer.standing is None
    begun = writer.begins()
    assert (begun.result, begun.resume) == ("resume", (6, 10))
    assert writer.standing is None
    assert writer.begins(do="continue").result == "asks"
    assert (writer.step, "name" in writer.answers()) == ("name", False)


def test_fresh_begins_anew_with_the_consent(writer: Writer) -> None:
    writer.until("name").types("等会再填")
    assert writer.begins(do="fresh").result == "asks"
    assert (writer.step, writer.answers(), len(writer.drafts())) == ("consent", {}, 1)


def test_discard_deletes_and_a_second_tap_begins_nothing(writer: Writer) -> None:
    writer.until("name").types("等会再填")
    for _time in range(2):
        assert writer.begins(do="discard").result == "discarded"
        assert writer.drafts() == []


def test_going_on_with_what_was_deleted_begins_anew(writer: Writer) -> None:
    assert writer.begins(do="continue").result == "asks"
    assert writer.step == "consent"


def test_a_case_that_is_under_way_is_told_before_another_is_begun(writer: Writer) -> None:
    sent = writer.until("confirm").types("提交").sent
    assert sent is not None
    begun = writer.begins()
    assert (begun.result, begun.known, writer.drafts()) == ("known", sent.number, [])
    assert writer.begins("other").result == "asks"
    assert writer.begins(do="another").result == "asks"
    assert writer.drafts() == [("other", "paused"), ("small", "active")]


def test_a_second_form_puts_the_first_aside(writer: Writer) -> None:
    writer.until("name")
    writer.until("told", "other")
    assert writer.drafts() == [("small", "paused"), ("other", "active")]
    writer.begins(do="continue")
    assert (writer.step, writer.drafts()) == ("name", [("small", "active"), ("other", "paused")])
    writer.types("王小明")
    assert ("name" in writer.answers("small"), "name" in writer.answers("other")) == (True, False)


def test_an_hour_of_silence_puts_the_form_aside_and_it_is_offered(writer: Writer) -> None:
    writer.until("name")
    with writer.database.write() as session:
        session.execute(update(Conversation).values(last_message_at=now() - SESSION - timedelta(minutes=1)))
    received = writer.conversations.receive("web", "wang", "later", text="在吗")
    writer.conversations.claim(received.conversation_id, "p", timedelta(minutes=1))
    turn = writer.conversations.begin_turn(received.conversation_id, "p", timedelta(minutes=1))
    assert turn is not None
    assert (turn.in_form, turn.paused, turn.is_first) == (False, "small", True)
    assert writer.drafts() == [("small", "paused")]


def test_two_workers_have_a_form_each(writer: Writer, keyring: Keyring, wording: Wording) -> None:
    other = Writer(writer.database, keyring, wording, "li")
    writer.until("name")
    assert other.standing is None
    other.begins()
    assert (other.step, writer.step) == ("consent", "name")


# Telegram, changed files, endings, erasure.


def test_telegram_is_asked_for_no_identity_number_whatever_she_does(
    database: Database, keyring: Keyring, wording: Wording
) -> None:
    writer = Writer(database, keyring, wording, channel="telegram")
    writer.until("photos").types("跳过")
    assert writer.step == "confirm"
    writer.types("重新填")
    writer.types("骑手")
    for text in ("工资", "老板一直拖着", "跳过", "王小明", "13800138000", "跳过"):
        writer.types(text)
    turned = writer.types("提交")
    assert turned.sent is not None
    assert not {"identity", "income"} & set(cases(database, keyring)[turned.sent.number])


def test_a_form_that_is_there_no_more_waits_for_nothing(writer: Writer, keyring: Keyring, wording: Wording) -> None:
    writer.until("name")
    later = Writer(writer.database, keyring, wording, library=Library({}))
    assert later.types("王小明").result == "not_ours"
    assert later.standing is None


@pytest.mark.parametrize("at", ["name", "phone", "confirm"])
def test_a_question_that_was_taken_out_meanwhile_is_neither_asked_nor_sent(
    writer: Writer, keyring: Keyring, wording: Wording, at: str
) -> None:
    writer.until(at)
    changed = replace(FORM, steps=tuple(step for step in FORM.steps if step.id != "name"))
    later = Writer(writer.database, keyring, wording, library=Library({"small": changed}))
    later.key = writer.key
    assert later.step == ("confirm" if at == "confirm" else "phone")
    for text in ("13800138000", "跳过", "不同意", "提交"):
        turned = later.types(text) if later.step != "confirm" or text == "提交" else None
    assert turned is not None
    assert turned.sent is not None
    assert "name" not in cases(writer.database, keyring)[turned.sent.number]


def test_an_ending_that_is_no_case_is_kept_sealed(database: Database, keyring: Keyring, wording: Wording) -> None:
    asked: list[tuple[Mapping[str, Any], date, str | None]] = []

    def ending(_session: Session, answers: Mapping[str, Any], today: date, region: str | None) -> Card:
        asked.append((answers, today, region))
        return Card("told", f"查到了：{answers['name']}")

    form = replace(FORM, ends="membership", steps=tuple(step for step in FORM.steps if step.id in ("name", "phone")))
    writer = Writer(database, keyring, wording, library=Library({"small": form}), endings={"membership": ending})
    writer.begins()
    for text in ("同意", "王小明", "13800138000"):
        writer.types(text)
    key = writer.writes("提交")
    turned = writer.procedures.turn(key, Given())
    again = writer.procedures.turn(key, Given())
    assert [answers for answers, _today, _region in asked] == [{"name": "王小明", "phone": "13800138000"}]
    assert again == turned
    card = writer.procedures.result_of(again)
    assert card is not None
    assert card.conclusion == "查到了：王小明"
    assert (writer.drafts(), cases(database, keyring)) == ([], {})
    with database.read() as session:
        results = json.dumps(list(session.scalars(select(ActionResult.result))), ensure_ascii=False)
    assert "王小明" not in results
    assert card.conclusion.encode().hex() not in results


def test_a_child_is_for_people_whatever_they_were_called_for_before(
    database: Database, keyring: Keyring, wording: Wording
) -> None:
    people = Step("people", "integer", "人数", "几个人？")
    identity = Step("identity", "identity", "证件号", "证件号是多少？", sensitive=True)
    form = replace(FORM, steps=(people, identity))
    writer = Writer(database, keyring, wording, library=Library({"small": form}))
    writer.begins()
    writer.types("同意")
    assert writer.types("30").urgent == "group"
    writer.types("同意")
    child = "32031120120101001"
    turned = writer.types(child + ric.calc_check_digit(child + "0"))
    assert (turned.result, turned.urgent) == ("people", "child_labour")


def test_erasure_leaves_no_draft_no_consent_and_no_result(writer: Writer) -> None:
    writer.until("name").writes(enclosure=photo())
    writer.begins("other")
    Erasure(writer.database).erase_contact_of(writer.number)
    for table in (Draft, Consent, ActionResult, CaseFile, Message):
        assert count(writer.database, table) == 0, table
    assert writer.procedures.turn(writer.key, Given()).result == "not_ours"
    assert writer.procedures.begin(writer.key + "x", "small").result == "gone"
    assert writer.standing is None
    assert count(writer.database, Draft) == 0
