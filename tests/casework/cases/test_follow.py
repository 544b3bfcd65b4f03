"""What the gateway answers itself: taps on cases, a bare number, and what staff asked a worker for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.cards import Answer, Bubble, Button
from casework.cases import CaseDesk, CaseFollow
from casework.messages import Enclosure
from casework.tables import Attachment, CaseEvent, CaseFile, Conversation, Draft, Message
from casework.wording import Wording
from tests.casework.cases.office import Office
from tests.casework.worker import LEASE, OWNER, Worker


class Asked:
    """A worker with one case, of whom staff may want something."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.opened = office.opens()
        self.chen = office.union.hire("小陈", office.union.city, "agent", "aid")
        self.desk = CaseDesk(office.database, office.keyring, office.wording, office.clock)
        self.follow = CaseFollow(office.database, office.keyring, office.wording, office.clock)
        self.wang = Worker(office.database, office.keyring, office.wording)
        self.wang._count = 10

    def ask(self) -> None:
        self.desk.ask_worker(self.chen, self.opened.case_id, "十月的工资条")

    def says(self, text: str) -> str | None:
        return self.wang.says(text, self.follow)

    def taps(self, title: str) -> str | None:
        return self.wang.taps(title, self.follow)

    def sends_photo(self, text: str = "") -> str | None:
        """Send a photo as the gateway stores it; return the answer."""

        def keep(session, message):  # type: ignore[no-untyped-def]  # an Enclosure's
            row = Attachment(
                message_id=message.id,
                kind="photo",
                media_type="image/png",
                size=1,
                name_sealed=b"",
                path=str(message.id),
            )
            session.add(row)
            session.flush()
            message.extra = {**message.extra, "attachment": {"kind": "photo", "id": row.id}}

        self.wang._count += 1
        key = f"wang:{self.wang._count}"
        number = self.wang.number
        self.wang.conversations.receive("web", "wang", key, text=text, enclosure=Enclosure("〔照片〕", keep))
        return self._answered(number)

    def _answered(self, number: int) -> str | None:
        self.wang.conversations.claim(number, OWNER, LEASE)
        turn = self.wang.conversations.begin_turn(number, OWNER, LEASE)
        assert turn is not None
        answer = self.follow.handle(turn)
        self.wang.conversations.answer(turn.message_id, answer or Answer((Bubble("收到"),)), owner=OWNER)
        return answer.bubbles[0].text if answer else None

    def files(self) -> int:
        with self.office.database.read() as session:
            rows = session.scalars(select(CaseFile).where(CaseFile.case_id == self.opened.case_id)).all()
            return len(rows)

    def added(self) -> list[str]:
        """Return the words that were added to the case."""
        steps = self.desk.detail(self.chen, self.opened.case_id).events
        return [step.words for step in steps if step.event == "added"]


@pytest.fixture
def asked(office: Office) -> Asked:
    return Asked(office)


def test_what_she_writes_next_becomes_part_of_the_case(asked: Asked, wording: Wording) -> None:
    asked.ask()
    promised = "11月19日（周四）下班前"
    expected = wording.text("utter_case_added", number=asked.opened.number, promised=promised)
    assert asked.says("工资条丢了，只有银行流水") == expected
    assert asked.added() == ["工资条丢了，只有银行流水"]
    case = asked.office.case(asked.opened.case_id)
    assert (case.awaits_worker, case.lapsed) == (False, 0)
    assert asked.says("谢谢") is None
    assert asked.wang.awaits() is None
    assert asked.says("还有一件事") is None
    assert asked.added() == ["工资条丢了，只有银行流水"]


def test_photos_become_part_of_the_case_one_after_another(asked: Asked) -> None:
    asked.ask()
    assert asked.opened.number in (asked.sends_photo() or "")
    assert asked.opened.number in (asked.sends_photo("反面") or "")
    assert asked.files() == 2
    assert asked.added() == ["", "反面"]
    assert asked.says("发完了") is None
    assert asked.sends_photo() is None
    assert asked.files() == 2


def test_a_question_meanwhile_goes_its_usual_way(asked: Asked) -> None:
    asked.ask()
    assert asked.says("工资条是什么？") is None
    assert asked.says("没有工资条怎么办") is None
    assert asked.wang.awaits() == f"case:{asked.opened.case_id}"
    assert asked.opened.number in (asked.says("就是这样的") or "")


@pytest.mark.parametrize("wish", ["查进度", "我要查一下进度。", "我想撤回"])
def test_a_wish_meanwhile_goes_its_usual_way(asked: Asked, wish: str) -> None:
    asked.ask()
    assert asked.says(wish) is None
    assert asked.added() == []
    assert asked.opened.number in (asked.says("工资条丢了") or "")


def test_what_nobody_asked_for_postpones_no_promise(asked: Asked) -> None:
    asked.ask()
    assert asked.sends_photo() is not None
    promised = asked.office.case(asked.opened.case_id).due_at
    asked.office.clock.moment += timedelta(days=1)
    assert "今天下班前" in (asked.sends_photo() or "")
    assert asked.office.case(asked.opened.case_id).due_at == promised


def test_who_would_rather_not_is_let_go_and_may_come_back(asked: Asked, wording: Wording) -> None:
    asked.ask()
    assert asked.says("算了") == wording.text("utter_case_add_later")
    assert asked.says("别的事") is None
    asked.wang.is_shown(wording.bubble("utter_greet"))
    assert asked.office.case(asked.opened.case_id).awaits_worker
    asked.says(asked.opened.number)
    assert asked.taps("现在补") == wording.text("utter_case_ask_add", number=asked.opened.number)
    asked.says("发给你")
    assert asked.added() == ["发给你"]


def test_another_button_ends_the_question(asked: Asked, wording: Wording) -> None:
    asked.ask()
    asked.wang.is_shown(wording.bubble("utter_greet"))
    assert asked.taps("我能问什么") is None
    assert asked.wang.awaits() is None


def test_what_is_typed_into_a_form_is_left_to_the_form(asked: Asked) -> None:
    asked.ask()
    contact_id, conversation_id = asked.office.conversation()
    with asked.office.database.write() as session:
        values = {"contact_id": contact_id, "conversation_id": conversation_id, "procedure": "x", "step": "y"}
        session.add(Draft(**values, answers_sealed=b""))
    assert asked.says("王芳") is None
    assert asked.says(asked.opened.number) is None
    assert asked.added() == []


def test_a_bare_number_shows_how_it_goes(asked: Asked, wording: Wording) -> None:
    told = asked.says(f" {asked.opened.number.lower()} ")
    assert told is not None
    assert asked.opened.number in told
    assert asked.says("BF-20261118-9999") == wording.text("utter_case_unknown")
    assert asked.says(f"{asked.opened.number}为什么还没人办") is None


def test_withdrawing_asks_once(asked: Asked, wording: Wording) -> None:
    asked.says(asked.opened.number)
    number = asked.opened.number
    assert asked.taps("不办了，撤回") == wording.text("utter_case_ask_withdraw", number=number)
    assert asked.taps("先不撤") == wording.text("utter_case_kept", number=number)
    assert asked.office.case(asked.opened.case_id).state == "submitted"
    asked.says(number)
    asked.taps("不办了，撤回")
    assert asked.taps("确定撤回") == wording.text("utter_case_withdrawn", number=number)
    assert asked.office.case(asked.opened.case_id).state == "withdrawn"
    assert asked.wang.turn is not None
    assert asked.follow.handle(asked.wang.turn) == asked.wang.latest, "a turn that is handled again says the same"
    assert asked.office.trail(asked.opened.case_id)[-1] == ("worker", "moved")


def test_who_taps_too_late_is_told(asked: Asked, wording: Wording) -> None:
    asked.says(asked.opened.number)
    asked.taps("不办了，撤回")
    asked.desk.move(asked.chen, asked.opened.case_id, "refused", "not_ours")
    buttons = asked.wang.buttons
    assert [button.title for button in buttons] == ["确定撤回", "先不撤"]
    asked.wang.is_shown(_bubble(asked))
    assert asked.taps("确定撤回") == wording.text("utter_case_closed", number=asked.opened.number)
    assert asked.office.case(asked.opened.case_id).state == "refused"


def test_nobody_touches_anothers_case(asked: Asked, wording: Wording) -> None:
    li = Worker(asked.office.database, asked.office.keyring, wording, "li")
    li.is_shown(_bubble(asked))
    assert li.taps("确定撤回", asked.follow) == wording.text("utter_case_unknown")
    assert asked.office.case(asked.opened.case_id).state == "submitted"


def test_a_case_that_was_closed_meanwhile_takes_nothing_more(asked: Asked, wording: Wording) -> None:
    asked.ask()
    asked.desk.move(asked.chen, asked.opened.case_id, "refused", "papers_missing")
    with asked.office.database.write() as session:
        session.get_one(Conversation, asked.wang.number).awaits = f"case:{asked.opened.case_id}"
    assert asked.says("工资条在这") == wording.text("utter_case_closed", number=asked.opened.number)
    assert asked.added() == []


def test_words_are_kept_encrypted(asked: Asked) -> None:
    asked.ask()
    asked.says("工资条丢了")
    with asked.office.database.read() as session:
        sealed = session.scalars(select(CaseEvent.words_sealed).where(CaseEvent.event == "added")).one()
        assert session.scalar(select(Message.id).where(Message.text == "工资条丢了")) is not None
    assert sealed is not None
    assert "工资条".encode() not in sealed


def _bubble(asked: Asked) -> Bubble:
    return Bubble("撤回？", (Button("确定撤回", "withdraw_case", {"case": asked.opened.number, "sure": "yes"}),))
