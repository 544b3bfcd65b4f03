"""What staff said goes into Rasa's tracker, and what stands there is read back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from bot.gateway.dialogue import DialogueClient, TurnFailed
from bot.gateway.staff_words import MOST, SESSION_START, tracker_events
from casework.messages import Shown

AT = datetime(2026, 11, 20, 6, 5, tzinfo=UTC)


def message(number: int, text: str, author: str = "staff", staff: str | None = "小陈") -> Shown:
    return Shown(number, author, text, {}, "message", None, AT, 1, staff if author == "staff" else None)


def test_only_what_staff_said_is_told_and_a_session_begins_with_it() -> None:
    said = [
        message(1, "欠我工资", "worker"),
        message(2, "带上身份证"),
        message(3, "好", "worker"),
        message(4, "周一来"),
    ]
    assert tracker_events(said) == [
        *SESSION_START,
        {
            "event": "bot",
            "text": "带上身份证",
            "data": {"author": "staff", "staff": "小陈", "at": "2026-11-20T06:05:00+00:00", "message": 2},
        },
        {
            "event": "bot",
            "text": "周一来",
            "data": {"author": "staff", "staff": "小陈", "at": "2026-11-20T06:05:00+00:00", "message": 4},
        },
    ]


def test_only_the_latest_are_told() -> None:
    events = tracker_events(message(number, f"第{number}条") for number in range(1, 40))
    assert len(events) == len(SESSION_START) + MOST
    assert tracker_events([message(1, "欠我工资", "worker")]) == []
    assert events[-1]["text"] == "第39条"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("律师电话 13912345678", "律师电话 〔手机号〕"),
        ("窗口电话 0516-83712345", "窗口电话 051683712345"),
        ("打 12333 就行", "打 12333 就行"),
        ("身份证 320102198601011236 对吗", "身份证 〔证件号〕 对吗"),
    ],
)
def test_private_numbers_do_not_reach_the_tracker(said: str, told: str) -> None:
    assert tracker_events([message(1, said)])[-1]["text"] == told


TRACKER: list[dict[str, Any]] = [
    {"event": "action", "name": "action_session_start"},
    {"event": "session_started"},
    *tracker_events([message(1, "早先说的")]),
    {
        "event": "user",
        "text": "欠薪怎么办",
        "metadata": {"message_key": "k1"},
        "parse_data": {"intent": {"name": "ask_policy", "confidence": 0.93}},
    },
    {"event": "slot", "name": "region", "value": "江苏/徐州"},
    {"event": "slot", "name": "requested_slot", "value": None},
    {"event": "bot", "text": "", "data": {"custom": {"card": {"outcome": "told", "conclusion": "先投诉"}}}},
    *tracker_events([message(2, "我来说")]),
    {"event": "user", "text": "喂", "metadata": {"message_key": "k2"}, "parse_data": {"intent": {"name": None}}},
]


def client(requests: list[httpx.Request], status: int = 200) -> DialogueClient:
    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(status, json={"events": TRACKER})

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return DialogueClient(http, "http://rasa", "secret", "http://actions")


async def test_what_was_understood_is_read_by_the_messages_keys() -> None:
    requests: list[httpx.Request] = []
    assert await client(requests).understandings("s1") == {
        "k1": {"intent": "ask_policy", "confidence": 0.93, "slots": {"region": "江苏/徐州"}},
        "k2": {"intent": None, "confidence": None, "slots": {}},
    }
    assert requests[0].url.path == "/conversations/s1/tracker"


async def test_what_staff_said_is_no_answer_of_the_bots() -> None:
    answer = await client([]).earlier_answer("s1", "k1")
    assert answer == [{"custom": {"card": {"outcome": "told", "conclusion": "先投诉"}}}]
    assert await client([]).earlier_answer("s1", "k2") == []


async def test_events_are_appended_with_the_token() -> None:
    requests: list[httpx.Request] = []
    events = tracker_events([message(1, "带上身份证")])
    await client(requests).append_events("s1", events)
    (request,) = requests
    assert (request.method, request.url.path) == ("POST", "/conversations/s1/tracker/events")
    assert request.url.params["token"] == "secret"
    assert "带上身份证" in request.content.decode()


async def test_an_engine_that_is_away_fails_the_turn() -> None:
    with pytest.raises(TurnFailed):
        await client([], status=500).append_events("s1", tracker_events([message(1, "好")]))
    with pytest.raises(TurnFailed):
        await client([], status=500).understandings("s1")
