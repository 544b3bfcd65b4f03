"""Forms in a talk: interruptions, people, buttons of long ago, what is lost and sent again; and every text there is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest
from rasa_sdk import Tracker
from sqlalchemy import select
from stdnum.cn import ric

from actions.asked import Asked
from actions.procedures import given_in, known_already, wanted
from bot.gateway import turns as gateway
from casework.cards import Bubble, Button
from casework.crypto import Keyring
from casework.database import Database, now
from casework.hand_offs import HandOffs
from casework.messages import Shown
from casework.procedures import advice_aid, advice_people
from casework.procedures.filling import Given
from casework.procedures.library import Library
from casework.readers import CODES
from casework.tables import Case, Draft
from casework.wording import Wording
from settings import ROOT
from tests.actions.form_loop import FormTalk
from tests.union import Union

LIBRARY = Library.from_folder()


class Worker:
    """One worker who types and taps, and looks at what she is shown."""

    def __init__(self, talk: FormTalk, address: str = "wang") -> None:
        self.talk, self.address = talk, address
        self.shown: Sequence[Shown] = ()
        self.buttons: dict[str, str] = {}

    def says(self, text: str) -> list[str]:
        """Type something; return the bubbles that come."""
        return self._sees(asyncio.run(self.talk.say(self.address, text)))

    def taps(self, title: str) -> list[str]:
        """Tap a button of what was said last, or the last one with this title."""
        return self._sees(asyncio.run(self.talk.say(self.address, "", self.buttons[title])))

    def joins(self, until: str = "") -> list[str]:
        """Ask to join as a rider; answer all questions before one whose text has these words."""
        texts = self.says("我要入会")
        for answer in ("同意", "骑手", "徐州鼓楼区", "王小明", "13800138000", "跳过", "不同意"):
            if until and any(until in text for text in texts):
                return texts
            texts = self.says(answer)
        return texts

    def _sees(self, shown: list[Shown]) -> list[str]:
        self.shown = shown
        self.buttons |= {
            each["title"]: each["token"] for bubble in shown for each in bubble.extra["buttons"] if "token" in each
        }
        return [bubble.text for bubble in shown]


@pytest.fixture
def union(sqlite: Database) -> Union:
    return Union(sqlite, always_open=True)


@pytest.fixture
def worker(sqlite: Database, keyring: Keyring, wording: Wording, union: Union) -> Worker:
    assert union.city
    return Worker(FormTalk(sqlite, keyring, wording))


def drafts_of(database: Database) -> dict[str, str]:
    with database.read() as session:
        return {draft.procedure: draft.state for draft in session.scalars(select(Draft))}


def status(worker: Worker) -> str:
    return worker.talk.conversations.status(worker.talk.conversations.find("web", worker.address)).state


# In a talk.


def test_who_sees_it_and_what_for_is_said_before_the_first_question(worker: Worker) -> None:
    texts = "\n".join(worker.says("我要入会"))
    form = LIBRARY.get("join")
    assert form is not None
    assert form.eligibility in texts
    assert form.seen_by in texts
    assert form.purpose in texts
    assert {"同意，开始填", "先不填"} <= set(worker.buttons)


def test_a_no_keeps_nothing(worker: Worker, sqlite: Database, wording: Wording) -> None:
    worker.says("我要入会")
    assert worker.taps("先不填")[0] == wording.text("utter_form_not_begun")
    assert drafts_of(sqlite) == {}


def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(worker: Worker) -> None:
    assert "您的名字是" in "".join(worker.joins("您的名字是"))
    texts = worker.says("年假几天？")
    assert "满一年 5 天。" in texts[0]
    assert any("您的名字是" in text for text in texts[1:])
    assert any("手机号" in text for text in worker.says("王小明"))


def test_the_wish_for_another_form_puts_this_one_aside(worker: Worker, sqlite: Database) -> None:
    worker.joins("您的名字是")
    assert any("法律援助：" in text for text in worker.says("我要法律援助"))
    assert drafts_of(sqlite) == {"join": "paused", "legal": "active"}
    assert any("第 3/" in text for text in worker.says("我要入会"))
    assert any("您的名字是" in text for text in worker.taps("接着填"))
    assert drafts_of(sqlite) == {"join": "active", "legal": "paused"}


def test_a_form_is_gone_on_with_after_a_restart_of_everything(worker: Worker, wording: Wording) -> None:
    worker.joins("您的名字是")
    assert worker.taps("先停一下")[0] == wording.text("utter_form_paused", title="入会申请")
    worker.talk.start()
    worker.talk.engine.loops.clear()
    worker.says("我要入会")
    assert any("您的名字是" in text for text in worker.taps("接着填"))


def test_a_lost_answer_and_a_resend_do_one_step(
    worker: Worker, sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "BACKOFF", (0,))
    worker.joins()
    worker.talk.engine.lose_answers = 2
    texts = worker.says("提交")
    with sqlite.read() as session:
        (number,) = session.scalars(select(Case.number)).all()
    assert any(number in text for text in texts)
    assert any(number in text for text in worker.says("我的申请办到哪了"))


def test_a_second_wish_tells_of_the_case_that_is_under_way(worker: Worker, sqlite: Database) -> None:
    worker.joins()
    worker.says("提交")
    with sqlite.read() as session:
        number = session.scalars(select(Case.number)).one()
    assert any(number in text for text in worker.says("我要入会"))
    assert any("入会申请：" in text for text in worker.taps("再报一件"))


def test_a_button_of_a_form_that_was_sent_means_nothing_any_more(worker: Worker, wording: Wording) -> None:
    worker.joins()
    worker.says("提交")
    assert worker.taps("单位职工")[0] == wording.text("utter_button_expired")


def test_an_earlier_forms_button_answers_nothing_in_another(worker: Worker, wording: Wording) -> None:
    worker.joins("您的名字是")
    worker.says("我要法律援助")
    texts = worker.taps("骑手、司机")
    assert texts[0] == wording.text("utter_form_button_old")
    assert any("同意，开始填" in each["title"] for each in worker.shown[-1].extra["buttons"])


def test_a_person_puts_the_form_aside_and_it_is_offered_when_she_is_gone(
    worker: Worker, sqlite: Database, keyring: Keyring, wording: Wording, union: Union
) -> None:
    chen = union.hire("小陈")
    worker.joins("您的名字是")
    worker.says("转人工")
    assert (status(worker), drafts_of(sqlite)) == ("open", {"join": "paused"})
    number = worker.talk.conversations.find("web", "wang")
    assert number is not None
    desk = HandOffs(sqlite, keyring, wording, lambda _number: Bubble("满意吗"))
    desk.claim(chen, number)
    worker.says("王小明")
    desk.resolve(chen, number, "advised", "joining")
    texts = worker.says("年假几天？")
    assert texts[-1] == wording.text("utter_resume_offer", title="入会申请")
    assert any("您的名字是" in text for text in worker.taps("接着填"))


def test_distress_in_the_middle_calls_people_and_puts_the_form_aside(
    worker: Worker, sqlite: Database, wording: Wording
) -> None:
    worker.joins("您的名字是")
    assert worker.says("我不想活了")[0] == wording.text("utter_distress_self_harm")
    assert (status(worker), drafts_of(sqlite)) == ("open", {"join": "paused"})


def test_a_fresh_injury_calls_people_and_the_form_goes_on_while_she_waits(worker: Worker, wording: Wording) -> None:
    worker.says("我要法律援助")
    worker.says("同意")
    worker.says("干活受伤")
    worker.taps("同意，接着填")  # when she was hurt tells of her health
    texts = worker.says("今天")
    assert wording.text("utter_advice_injury_now") in texts
    assert status(worker) == "open"
    assert any("几个人" in text or "第 4/" in text for text in worker.says("跟单位干"))


def test_a_child_that_works_is_left_to_people(worker: Worker, sqlite: Database, wording: Wording) -> None:
    worker.joins("要您另外点头")
    worker.taps("同意，接着填")
    body = f"320102{now().year - 15}0101123"
    texts = worker.says(body + str(ric.calc_check_digit(f"{body}0")))
    assert wording.text("utter_advice_child_labour") in texts
    assert status(worker) == "open"
    assert drafts_of(sqlite) == {}  # people ask: nothing of a child's stays here


@pytest.mark.parametrize("form", [form for form in LIBRARY if form.ends != "calculation"], ids=lambda form: form.id)
def test_every_form_begins_by_its_title_and_by_a_button(worker: Worker, form: Any) -> None:
    assert any(text.startswith(f"{form.title}：") for text in worker.says(f"我要办{form.title}"))
    worker.taps("先不填")
    tokens = worker.talk.offer("wang", Button("开始", "inform", {"procedure": form.id}))
    worker.buttons |= tokens
    assert any(text.startswith(f"{form.title}：") for text in worker.taps("开始"))


def test_numbers_are_masked_in_the_summary(worker: Worker) -> None:
    summary = "\n".join(worker.joins())
    assert "王小明" in summary
    assert "13800138000" not in summary
    assert "8000" in summary


# The actions' own rules.


def asked(text: str, intent: str) -> Asked:
    return Asked(intent=intent, text=text, message_key="k")


@pytest.mark.parametrize(
    ("text", "intent", "form"),
    [
        ("我要入会", "join_union", "join"),
        ("能不能帮我申请困难补助", "apply_aid", "aid"),
        ("入会有什么好处？", "join_union", None),
        ("怎么加入工会", "join_union", None),
        ("怎么申请法律援助", "request_legal_aid", None),
        ("我想问一下怎么入会", "join_union", None),
        ("我在厂里干了三年了工会的人从来没有来过也不知道怎么回事", "join_union", None),
        ("转会籍", "join_union", "transfer"),
        ("求学圆梦报名", "ask_policy", "register_study"),
        ("你好", "greet", None),
        ("算一算", "calculate_entitlement", "calculate"),
        ("加班费怎么算", "calculate_entitlement", None),
    ],
)
def test_a_wish_begins_a_form_and_a_question_about_it_does_not(text: str, intent: str, form: str | None) -> None:
    found = wanted(asked(text, intent), {}, LIBRARY, tapped=False)
    assert (found.id if found else None) == form


@pytest.mark.parametrize(
    ("metadata", "form"),
    [({"procedure": "aid"}, "aid"), ({"procedure": "gone"}, None), ({"step": "x", "value": "y"}, None)],
)
def test_a_button_names_its_form(metadata: dict[str, str], form: str | None) -> None:
    found = wanted(asked("互助保障理赔", "inform"), metadata, LIBRARY, tapped=True)
    assert (found.id if found else None) == form


def tracker(text: str, **metadata: str) -> Tracker:
    message = {"text": text, "intent": {"name": "inform"}, "metadata": {"message_key": "k", **metadata}}
    return Tracker("s", {}, message, [], False, None, {}, "action_listen")


def test_what_is_given_with_a_tap_and_with_words() -> None:
    tap = tracker("/inform", step="name", value="x", form="join")
    assert given_in(tap) == ("k", Given(intent="inform", step="name", value="x", form="join"))
    assert given_in(tracker("王小明")) == ("k", Given(intent="inform"))
    assert given_in(tracker("/inform", procedure="join")) is None


def test_only_the_calculators_know_something_beforehand() -> None:
    join, calculate = LIBRARY.get("join"), LIBRARY.get("calculate")
    assert join is not None
    assert calculate is not None
    assert known_already(join, asked("x", "inform"), {"what": "severance"}) == {}
    assert known_already(calculate, asked("x", "inform"), {}) == {}
    known = known_already(calculate, asked("x", "inform"), {"what": "severance"})
    assert known == {"area": "leaving", "what_leaving": "severance"}


# Texts.


def source() -> str:
    files = [*(ROOT / "casework" / "procedures").glob("*.py"), *(ROOT / "actions").glob("*.py")]
    return "\n".join(path.read_text("utf-8") for path in files)


def used() -> set[str]:
    """Return the names of all responses that forms say."""
    text = source()
    names = set(re.findall(r"utter_(?:form|advice)_\w+\b(?!\{)", text))
    names |= {f"utter_form_{name}" for name in re.findall(r"_text\(\s*\"(\w+)\"", text)}
    return {name for name in names if not name.endswith("_") and name != "utter_form_asked"}


def advised() -> set[str]:
    names = {f"status_{status}" for status in advice_people.STATUSES}
    names |= {f"employer_{state}" for state in advice_people.STATES}
    names |= {f"aid_{situation}" for situation in advice_aid.ENTRIES}
    limits = ("arbitration", "injury", "enforcement")
    names |= {f"{limit}{when}" for limit in limits for when in ("", "_soon", "_over")}
    return {f"utter_advice_{name}" for name in names}


def in_domain(wording: Wording, prefix: str) -> set[str]:
    text = (ROOT / "domain.yml").read_text("utf-8")
    return {name for name in re.findall(rf"^  ({prefix}\w+):", text, re.MULTILINE) if wording.has(name)}


def test_every_text_of_a_form_is_there_and_none_is_left_over(wording: Wording) -> None:
    codes = {f"utter_form_unreadable_{code}" for code in (*CODES, "no_region")}
    expected = {name for name in used() if name.startswith("utter_form_")} | codes
    assert sorted(in_domain(wording, "utter_form_") ^ expected) == []


def test_every_advice_is_there_and_none_is_left_over(wording: Wording) -> None:
    expected = {name for name in used() if name.startswith("utter_advice_")} | advised()
    assert sorted(in_domain(wording, "utter_advice_") ^ expected) == []
