"""An answer is read from Rasa's messages and becomes at most three bubbles."""

from dataclasses import replace
from typing import Any

import pytest

from casework.cards import Bubble, Button, Card, CardError, Citation, answer_from_rasa

CARD = Card(
    outcome="answered",
    conclusion="先打 12333。",
    detail="怎么办：…",
    more="派遣工也一样。",
    basis="2026-11-21 核对，长期有效",
    citations=(Citation("劳动合同法", "第三十条", "老板拖欠工资怎么办"),),
    buttons=(Button("怎么仲裁", "ask_policy", {"entry": "arbitration-how"}), Button("打 12351", url="tel:12351")),
)


def test_a_card_survives_the_way_through_rasa() -> None:
    assert Card.from_dict(CARD.as_dict()) == CARD


def test_what_unfolds_hangs_on_the_second_bubble() -> None:
    first, second = CARD.bubbles()
    assert first == Bubble("先打 12333。")
    assert (second.text, second.citations, second.buttons) == (CARD.detail, CARD.citations, CARD.buttons)


def test_the_point_asked_stands_between() -> None:
    card = replace(CARD, point="派遣工找派遣公司要。")
    assert [bubble.text for bubble in card.bubbles()] == [CARD.conclusion, card.point, CARD.detail]
    assert Card.from_dict(card.as_dict()) == card
    (_, last) = replace(card, detail="").bubbles()
    assert (last.text, last.more) == (card.point, CARD.more)


def test_a_card_without_detail_is_one_bubble() -> None:
    (only,) = Card("declined", "没查到。", buttons=(Button("找人工", "request_human"),)).bubbles()
    assert only.buttons[0].intent == "request_human"


def test_plain_responses_are_taken_too() -> None:
    answer = answer_from_rasa([{"text": "你好", "buttons": [{"title": "找人工", "payload": "/request_human"}]}])
    assert answer is not None
    assert answer.bubbles == (Bubble("你好", (Button("找人工", "request_human"),)),)


def test_an_empty_answer_is_none() -> None:
    assert answer_from_rasa([]) is None
    assert answer_from_rasa([{"recipient_id": "x"}]) is None


@pytest.mark.parametrize("custom", [{"card": {}}, {"other": 1}, {"card": {"conclusion": "x", "outcome": "?"}}])
def test_a_broken_card_is_refused(custom: dict[str, object]) -> None:
    with pytest.raises(CardError):
        answer_from_rasa([{"custom": custom}])


@pytest.mark.parametrize("button", [{}, {"title": "x"}, {"title": "", "intent": "a"}, {"title": "x", "payload": "no"}])
def test_a_button_that_leads_nowhere_is_refused(button: dict[str, str]) -> None:
    with pytest.raises(CardError):
        Button.from_dict(button)


@pytest.mark.parametrize(
    "messages",
    [
        ["text"],
        [{"text": "好", "buttons": ["找人工"]}],
        [{"custom": {"card": {"outcome": "told", "conclusion": "好", "citations": [{"article": "第一条"}]}}}],
        [{"custom": {"card": {"outcome": "told", "conclusion": "好", "buttons": 5}}}],
    ],
)
def test_a_part_of_another_shape_is_a_failed_turn(messages: Any) -> None:
    with pytest.raises(CardError):
        answer_from_rasa(messages)


def test_several_cards_of_a_turn_are_one_answer_in_their_order() -> None:
    first = Card("answered", "先打 12333。", understood={"entries": ["wages"], "topic": {"entry": "wages"}})
    second = Card(
        "asked_back", "您是哪种情况？", understood={"entries": ["wages", "leave"], "topic": {"entry": "other"}}
    )
    answer = answer_from_rasa([{"custom": first.as_dict()}, {"custom": second.as_dict()}])
    assert answer is not None
    assert [bubble.text for bubble in answer.bubbles] == ["先打 12333。", "您是哪种情况？"]
    assert answer.outcome == "answered"
    assert answer.understood == {"entries": ["wages", "leave"], "topic": {"entry": "wages"}}


def test_a_card_that_calls_for_people_counts_for_the_turn() -> None:
    cards = [Card("answered", "先打 12333。"), Card("distress", "打 110。")]
    answer = answer_from_rasa([{"custom": card.as_dict()} for card in cards])
    assert answer is not None
    assert answer.outcome == "distress"
