"""Five faces and a few words: the first counts, a low one reaches supervisors, and who may see them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from casework.actors import Actor
from casework.cases import CaseDesk
from casework.crypto import Keyring
from casework.database import Database
from casework.errors import NotAllowed
from casework.hand_offs import HandOffs
from casework.ratings import LONGEST_WORDS, Ratings
from casework.tables import Conversation, HandOff, Rating
from casework.wording import Wording
from tests.casework.cases.office import Office
from tests.casework.worker import Union, Worker, told_consoles

NOVEMBER = datetime(2026, 11, 20, 6, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.moment = NOVEMBER

    def __call__(self) -> datetime:
        return self.moment


class Hall:
    """A union whose hand-offs are rated."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording) -> None:
        self.database, self.keyring, self.wording = database, keyring, wording
        self.union = Union(database)
        self.chen = self.union.hire("小陈")
        self.lead = self.union.hire("老李", None, "supervisor")
        self.clock = Clock()
        self.ratings = Ratings(database, wording, self.clock)

    def served(self, name: str = "wang") -> Worker:
        """Return somebody whose hand-off just ended and who was asked how it was."""
        worker = Worker(self.database, self.keyring, self.wording, name)
        number = worker.is_served_by(self.chen)
        worker.is_shown(self.ratings.ask_bubble(number))
        return worker

    def kept(self) -> list[tuple[int, str]]:
        with self.database.read() as session:
            return [(rating.score, rating.words) for rating in session.scalars(select(Rating).order_by(Rating.id))]


@pytest.fixture
def hall(database: Database, keyring: Keyring, wording: Wording) -> Hall:
    return Hall(database, keyring, wording)


def test_the_question_has_five_faces(hall: Hall, wording: Wording) -> None:
    bubble = hall.ratings.ask_bubble(7)
    assert bubble.text == wording.text("utter_ask_rating")
    assert [button.title[0] for button in bubble.buttons] == ["😞", "🙁", "😐", "🙂", "😄"]
    assert [(button.intent, button.values["hand_off"], button.values["score"]) for button in bubble.buttons] == [
        ("rate_hand_off", "7", str(score)) for score in range(1, 6)
    ]


def test_a_good_rating_with_words(hall: Hall, wording: Wording) -> None:
    wang = hall.served()
    assert wang.taps("😄 很满意", hall.ratings) == wording.text("utter_rating_thanks")
    assert [button.title for button in wang.buttons] == ["写两句", "不用了"]
    assert wang.taps("写两句", hall.ratings) == wording.text("utter_rating_ask_words")
    assert wang.awaits() == "rating_words"
    assert wang.says("小陈很耐心，\n多谢", hall.ratings) == wording.text("utter_rating_words_thanks")
    assert wang.awaits() is None
    assert hall.kept() == [(5, "小陈很耐心，\n多谢")]
    assert wang.says("那我先走了", hall.ratings) is None
    assert "low_rating" not in told_consoles(hall.database)


def test_a_low_rating_offers_a_person_and_tells_supervisors(hall: Hall, wording: Wording) -> None:
    wang = hall.served()
    assert wang.taps("😞 很不满意", hall.ratings) == wording.text("utter_rating_sorry")
    assert [button.intent for button in wang.buttons] == ["request_human", "rate_hand_off", "rate_hand_off"]
    assert told_consoles(hall.database).count("low_rating") == 1
    assert wang.taps("不用了", hall.ratings) == wording.text("utter_rating_done")
    assert hall.kept() == [(1, "")]


def test_within_a_day_it_can_be_changed_later_not(hall: Hall, wording: Wording) -> None:
    wang = hall.served()
    wang.taps("😐 一般", hall.ratings)
    hall.clock.moment += timedelta(hours=23)
    wang.is_shown(hall.ratings.ask_bubble(1))
    wang.taps("🙂 满意", hall.ratings)
    assert hall.kept() == [(4, "")]
    hall.clock.moment += timedelta(hours=2)
    wang.is_shown(hall.ratings.ask_bubble(1))
    assert wang.taps("😞 很不满意", hall.ratings) == wording.text("utter_rating_closed")
    assert hall.kept() == [(4, "")]


def test_words_are_cut_and_their_numbers_hidden(hall: Hall) -> None:
    wang = hall.served()
    wang.taps("🙂 满意", hall.ratings)
    wang.taps("写两句", hall.ratings)
    wang.says("打我电话13800138000" + "好" * 600, hall.ratings)
    ((_score, words),) = hall.kept()
    assert "13800138000" not in words
    assert len(words) == LONGEST_WORDS


@pytest.mark.parametrize("said", ["算了", "不写了", "不用了"])
def test_who_would_rather_not_write_is_let_go(hall: Hall, wording: Wording, said: str) -> None:
    wang = hall.served()
    wang.taps("🙂 满意", hall.ratings)
    wang.taps("写两句", hall.ratings)
    assert wang.says(said, hall.ratings) == wording.text("utter_rating_done")
    assert hall.kept() == [(4, "")]
    assert wang.says("仲裁去哪里办", hall.ratings) is None


def test_another_button_ends_the_question(hall: Hall, wording: Wording) -> None:
    wang = hall.served()
    wang.taps("🙂 满意", hall.ratings)
    wang.taps("写两句", hall.ratings)
    wang.is_shown(wording.bubble("utter_greet"))
    assert wang.taps("我能问什么", hall.ratings) is None
    assert wang.awaits() is None


def test_nobody_rates_anothers_hand_off(hall: Hall) -> None:
    hall.served("wang")
    li = Worker(hall.database, hall.keyring, hall.wording, "li")
    li.is_shown(hall.ratings.ask_bubble(1))
    assert li.taps("😄 很满意", hall.ratings) is None
    assert hall.kept() == []


def test_a_turn_that_is_handled_again_does_nothing_twice(hall: Hall) -> None:
    wang = hall.served()
    wang.taps("😞 很不满意", hall.ratings)
    assert wang.turn is not None
    assert hall.ratings.handle(wang.turn) == wang.latest
    assert told_consoles(hall.database).count("low_rating") == 1


def test_the_summary_by_month_and_department(hall: Hall) -> None:
    for name, face in (("a", "😄 很满意"), ("b", "😞 很不满意"), ("c", "😄 很满意")):
        worker = hall.served(name)
        worker.taps(face, hall.ratings)
        if name == "b":
            worker.taps("写两句", hall.ratings)
            worker.says("等了三天", hall.ratings)
    hall.clock.moment = datetime(2026, 11, 30, 17, tzinfo=UTC)  # December has begun in China
    hall.served("d").taps("😐 一般", hall.ratings)
    december, november = hall.ratings.summary(hall.lead)
    assert (december.month, december.count, december.mean) == ("2026-12", 1, 3)
    assert (november.month, november.department) == ("2026-11", "综合服务")
    assert (november.count, november.distribution) == (3, (1, 0, 0, 0, 2))
    assert november.mean == pytest.approx(11 / 3)
    assert [(each.score, each.words) for each in november.words] == [(1, "等了三天")]


def test_supervisors_see_ratings_of_what_they_may_see(hall: Hall) -> None:
    worker = hall.served()
    worker.taps("😄 很满意", hall.ratings)
    local = hall.union.hire("小孙", hall.union.firm, "supervisor")
    firm = hall.union.departments[hall.union.firm, "general"]

    def place_at_the_firm(*, complaint: bool) -> None:
        with hall.database.write() as session:
            session.execute(update(Conversation).values(department_id=firm, complaint=complaint))
            session.execute(update(HandOff).values(department_id=firm))

    def seen(actor: Actor) -> int:
        return len(hall.ratings.summary(actor))

    assert (seen(hall.lead), seen(local)) == (1, 0)
    place_at_the_firm(complaint=False)
    assert (seen(hall.lead), seen(local)) == (1, 1)
    place_at_the_firm(complaint=True)
    assert (seen(hall.lead), seen(local)) == (1, 0)
    with pytest.raises(NotAllowed):
        hall.ratings.summary(hall.chen)


def test_the_hand_off_ends_with_the_question(hall: Hall, wording: Wording) -> None:
    worker = Worker(hall.database, hall.keyring, wording)
    worker.hand_offs = HandOffs(hall.database, hall.keyring, wording, hall.ratings.ask_bubble)
    worker.is_served_by(hall.chen)
    assert worker.taps("🙂 满意", hall.ratings) == wording.text("utter_rating_thanks")
    assert hall.kept() == [(4, "")]


def test_a_closed_case_is_rated_once_by_its_worker(hall: Hall, wording: Wording) -> None:
    office = Office(hall.database, hall.keyring, wording, hall.union)
    opened = office.opens("wang")
    desk = CaseDesk(hall.database, hall.keyring, wording, hall.clock)
    desk.move(hall.chen, opened.case_id, "refused", "not_ours")
    assert office.told("wang")[-1] == hall.ratings.ask_case_bubble(opened.case_id).text
    wang = Worker(hall.database, hall.keyring, wording, "wang")
    assert wang.taps("🙁 不太满意", hall.ratings) == wording.text("utter_rating_sorry")
    assert wang.taps("写两句", hall.ratings) == wording.text("utter_rating_ask_words")
    assert wang.says("没说为什么", hall.ratings) == wording.text("utter_rating_words_thanks")
    assert hall.kept() == [(2, "没说为什么")]
    with hall.database.read() as session:
        (rating,) = session.scalars(select(Rating))
        assert (rating.case_id, rating.hand_off_id) == (opened.case_id, None)
    li = Worker(hall.database, hall.keyring, wording, "li")
    li.is_shown(hall.ratings.ask_case_bubble(opened.case_id))
    assert li.taps("😄 很满意", hall.ratings) is None
    assert hall.kept() == [(2, "没说为什么")]
    (summary,) = hall.ratings.summary(hall.lead)
    assert (summary.department, summary.distribution) == ("困难帮扶", (0, 1, 0, 0, 0))
    assert [each.words for each in summary.words] == ["没说为什么"]
    local = hall.union.hire("小孙", hall.union.firm, "supervisor")
    assert hall.ratings.summary(local) == []


def test_a_case_that_goes_on_is_not_rated(hall: Hall, wording: Wording) -> None:
    office = Office(hall.database, hall.keyring, wording, hall.union)
    opened = office.opens("wang")
    wang = Worker(hall.database, hall.keyring, wording, "wang")
    wang.is_shown(hall.ratings.ask_case_bubble(opened.case_id))
    assert wang.taps("😄 很满意", hall.ratings) is None
    assert hall.kept() == []


def test_hand_offs_and_cases_are_summed_up_together(hall: Hall, wording: Wording) -> None:
    office = Office(hall.database, hall.keyring, wording, hall.union)
    hall.served("wang").taps("😄 很满意", hall.ratings)
    opened = office.opens("zhao")
    CaseDesk(hall.database, hall.keyring, wording, hall.clock).move(hall.chen, opened.case_id, "refused", "not_ours")
    Worker(hall.database, hall.keyring, wording, "zhao").taps("🙂 满意", hall.ratings)
    found = {each.department: each.distribution for each in hall.ratings.summary(hall.lead)}
    assert found == {"综合服务": (0, 0, 0, 0, 1), "困难帮扶": (0, 0, 0, 1, 0)}
