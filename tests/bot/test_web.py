"""The web chat's HTTP contract, over real HTTP."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.channels.visitor import COOKIE
from casework.database import Database
from casework.tables import Message
from settings import Settings
from tests.bot.engine import ScriptedEngine
from tests.bot.gateway_server import running_gateway, visitor

HOTLINE = "12356"


@pytest.fixture(scope="module")
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, engine: ScriptedEngine) -> Iterator[tuple[str, Settings]]:
    with running_gateway(tmp_path_factory.mktemp("var"), engine, messages_per_minute=100_000) as running:
        yield running


@pytest.fixture
def address(gateway: tuple[str, Settings]) -> str:
    return gateway[0]


@pytest.fixture
def worker(address: str) -> Iterator[httpx.Client]:
    with visitor(address) as client:
        yield client


def say(client: httpx.Client, text: str, key: str | None = None) -> dict[str, Any]:
    body = {"text": text} if key is None else {"text": text, "id": key}
    response = client.post("/chat/api/messages", json=body)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer


def bot_texts(answer: dict[str, Any]) -> list[str]:
    return [message["text"] for message in answer["messages"] if message["author"] == "bot"]


def test_a_question_is_answered(worker: httpx.Client) -> None:
    answer = say(worker, "老板欠薪")
    assert answer["status"] == "answered"
    assert answer["conversation"] == {"state": "pending"}
    assert {message["reply_to"] for message in answer["messages"]} == {answer["received"]}
    assert bot_texts(answer) == ["答：老板欠薪"]
    (button,) = answer["messages"][0]["buttons"]
    assert set(button) == {"title", "token"}


def test_the_notice_comes_with_the_first_answer_only(worker: httpx.Client) -> None:
    authors = [[message["author"] for message in say(worker, text)["messages"]] for text in ("在吗", "还在吗")]
    assert authors == [["bot", "system"], ["bot"]]


def test_the_same_id_gets_the_same_answer(worker: httpx.Client, engine: ScriptedEngine) -> None:
    before = len(engine.asked)
    first = say(worker, "老板欠薪", key="a1")
    again = say(worker, "老板欠薪", key="a1")
    assert first == again
    assert len(engine.asked) == before + 1


def test_history_holds_both_sides(worker: httpx.Client) -> None:
    say(worker, "老板欠薪")
    history = worker.get("/chat/api/messages").json()["messages"]
    assert [message["author"] for message in history] == ["worker", "bot", "system"]
    later = worker.get("/chat/api/messages", params={"after": history[0]["id"]}).json()["messages"]
    assert later == history[1:]


def test_a_visitor_without_conversation_has_an_empty_history(worker: httpx.Client) -> None:
    assert worker.get("/chat/api/messages").json() == {"conversation": {"state": "pending"}, "messages": []}


def test_one_visitor_cannot_read_or_use_anothers(worker: httpx.Client, address: str) -> None:
    token = say(worker, "我是甲")["messages"][0]["buttons"][0]["token"]
    with visitor(address) as other:
        assert other.get("/chat/api/messages").json()["messages"] == []
        refused = other.post("/chat/api/messages", json={"button": token})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "unknown_button")
        say(other, "我是乙", key="same")
        say(worker, "我还是甲", key="same")
        assert [m["text"] for m in other.get("/chat/api/messages").json()["messages"] if m["author"] == "worker"] == [
            "我是乙"
        ]


def test_the_cookie_is_http_only_and_cannot_be_forged(address: str) -> None:
    response = httpx.get(f"{address}/chat")
    header = response.headers["set-cookie"].lower()
    assert "httponly" in header
    assert "samesite=lax" in header
    value = response.cookies[COOKIE]
    for forged in (value[:-2] + "xx", "abc", "", "é".encode().hex(), value + value):
        answer = httpx.get(f"{address}/chat/api/messages", headers={"Cookie": f"{COOKIE}={forged}"})
        assert answer.status_code == 401
    assert httpx.post(f"{address}/chat/api/messages", json={"text": "在吗"}).status_code == 401


def test_distress_is_answered_while_the_engine_is_away(worker: httpx.Client, engine: ScriptedEngine) -> None:
    engine.failing, engine.healthy = True, False
    try:
        kept = worker.post("/chat/api/messages", json={"text": "在吗"})
        assert (kept.status_code, kept.json()["status"]) == (202, "queued")
        assert kept.json()["messages"][0]["author"] == "system"
        answer = say(worker, "我不想活了")
        assert answer["status"] == "answered"
        assert HOTLINE in bot_texts(answer)[0]
    finally:
        engine.failing, engine.healthy = False, True


def test_a_kept_message_is_answered_by_events_when_the_engine_is_back(
    worker: httpx.Client, engine: ScriptedEngine
) -> None:
    engine.failing, engine.healthy = True, False
    try:
        assert say(worker, "在吗")["status"] == "queued"
    finally:
        engine.failing, engine.healthy = False, True
    with worker.stream("GET", "/chat/api/events", params={"after": 1}, timeout=15) as events:
        assert "答：在吗" in _first_bot_text(events)


def test_events_carry_what_is_said_meanwhile(worker: httpx.Client) -> None:
    speaker = threading.Timer(0.5, lambda: say(worker, "老板欠薪"))
    speaker.start()
    with worker.stream("GET", "/chat/api/events", timeout=15) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        assert _first_bot_text(events) == "答：老板欠薪"
    speaker.join()


def test_last_event_id_is_honoured(worker: httpx.Client) -> None:
    say(worker, "第一句")
    seen = worker.get("/chat/api/messages").json()["messages"][-1]["id"]
    say(worker, "第二句")
    headers = {"Last-Event-ID": seen}
    with worker.stream("GET", "/chat/api/events", headers=headers, timeout=15) as events:
        assert _first_bot_text(events) == "答：第二句"


def _first_bot_text(events: httpx.Response) -> str:
    for line in events.iter_lines():
        if line.startswith("data:"):
            message = json.loads(line.removeprefix("data:"))
            if message.get("author") == "bot":
                return str(message["text"])
    raise AssertionError("the stream ended")


def test_forgetting_takes_the_cookie_and_erasing_the_records(
    worker: httpx.Client, gateway: tuple[str, Settings]
) -> None:
    say(worker, "我叫王芳，住人民路")
    cookie = worker.cookies[COOKIE]
    assert worker.post("/chat/api/forget").status_code == 204
    assert COOKIE not in worker.cookies
    worker.cookies.set(COOKIE, cookie, path="/chat")
    assert worker.post("/chat/api/erase").status_code == 204
    database = Database(gateway[1].database)
    with database.read() as session:
        assert not [text for text in session.scalars(select(Message.text)) if "王芳" in text]
    database.close()


def test_one_visitors_messages_are_answered_in_order_one_at_a_time(address: str, engine: ScriptedEngine) -> None:
    engine.delay = 0.05
    with visitor(address) as client:
        say(client, "第零句")
        threads = [threading.Thread(target=say, args=(client, f"第{n}句")) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        history = client.get("/chat/api/messages").json()["messages"]
    engine.delay = 0.0
    asked = [m["id"] for m in history if m["author"] == "worker"]
    answered = [m["reply_to"] for m in history if m["author"] == "bot"]
    assert answered == asked
    sender = engine.asked[-1][0]
    assert engine.most_at_once[sender] == 1


def test_pages_and_headers(address: str) -> None:
    page = httpx.get(f"{address}/", follow_redirects=True)
    assert page.url.path == "/chat"
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert httpx.get(f"{address}/healthz").json() == {"parts": {"gateway": "ok"}}
    assert httpx.get(f"{address}/readyz").json()["parts"] == {"database": "ok", "rasa": "ok", "actions": "ok"}


@pytest.mark.parametrize("channel", ["wechat", "telegram", "nobody"])
def test_a_channel_that_is_off_says_so(address: str, channel: str) -> None:
    answer = httpx.post(f"{address}/webhooks/{channel}", content=b"<xml/>")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "channel_off")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        ("老板".encode("gbk"), 400),
        (b"[" * 20_000, 400),
        (b"null", 422),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"text": null}', 422),
        (b'{"text": 5}', 422),
        (b'{"text": ["a"]}', 422),
        (b'{"text": "a", "button": "b"}', 422),
        (b'{"text": "a", "id": ""}', 422),
        (b'{"text": "a", "id": 7}', 422),
        (b'{"text": "a", "id": "' + b"x" * 65 + b'"}', 422),
        (b'{"text": "a", "id": "\xe4\xbd\xa0"}', 422),
        (b'{"button": ""}', 422),
        (b'{"button": "nobody"}', 409),
        (b'{"text": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
def test_a_malformed_message_is_refused_with_a_sentence(worker: httpx.Client, body: bytes, status: int) -> None:
    answer = worker.post("/chat/api/messages", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"]
    assert any("一" <= character <= "鿿" for character in error["message"])


def test_broken_characters_are_cleaned_not_refused(worker: httpx.Client) -> None:
    body = b'{"text": "\\ud800\\u0000\\u0007\xe8\x80\x81\xe6\x9d\xbf\\udfff"}'
    answer = worker.post("/chat/api/messages", content=body, headers={"Content-Type": "application/json"})
    assert bot_texts(answer.json()) == ["答：老板"]


def test_a_form_is_not_json(worker: httpx.Client) -> None:
    assert worker.post("/chat/api/messages", data={"text": "在吗"}).status_code == 415


def test_too_many_messages_are_refused_but_never_a_cry_for_help(tmp_path: Path) -> None:
    with running_gateway(tmp_path, ScriptedEngine(), messages_per_minute=2) as (address, _), visitor(address) as client:
        codes = [client.post("/chat/api/messages", json={"text": "在吗"}).status_code for _ in range(6)]
        cry = client.post("/chat/api/messages", json={"text": "我不想活了"})
    assert codes[:4] == [200] * 4
    assert codes[4:] == [429] * 2
    assert cry.status_code == 200


ROUTES = [
    ("GET", "/chat"),
    ("POST", "/chat/api/messages"),
    ("GET", "/chat/api/messages"),
    ("GET", "/chat/api/events"),
    ("POST", "/chat/api/forget"),
    ("POST", "/chat/api/erase"),
    ("GET", "/healthz"),
    ("POST", "/webhooks/wechat"),
    ("POST", "/webhooks/telegram"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_thousand_malformed_requests_never_break_a_route(address: str, method: str, path: str) -> None:
    """Bad JSON, wrong types, huge bodies, wrong encodings, missing and forged cookies: 4xx, never 5xx."""
    chance = random.Random(path)
    with visitor(address) as known, httpx.Client(base_url=address, timeout=20) as stranger:
        for _request in range(1000):
            client = known if chance.random() < 0.7 else stranger
            answer = _malformed(chance, client, method, path)
            if answer.request.method == "GET" and path in {"/chat", "/healthz"}:
                assert answer.status_code < 500
            else:
                assert 400 <= answer.status_code < 500, (answer.status_code, answer.request.content[:80])
                assert answer.json()["error"]["message"]
            if path.endswith(("forget", "erase")) and COOKIE not in known.cookies:
                known.get("/chat")


def _malformed(chance: random.Random, client: httpx.Client, method: str, path: str) -> httpx.Response:
    body = chance.choice(
        [
            chance.randbytes(chance.randrange(200)),
            b'{"text":',
            json.dumps({"text": chance.choice([None, 1, 2.5, [], {}, True])}).encode(),
            json.dumps({"id": chance.choice([1, None, [], "x" * 99, "空"]), "txt": "在吗"}).encode(),
            json.dumps({"button": "".join(chance.choices("abcdef", k=20))}).encode(),
            json.dumps("在吗", ensure_ascii=False).encode(chance.choice(["gbk", "utf-16", "utf-8"])),
            b"x" * chance.choice([66_000, 200_000]),
        ]
    )
    headers = {"Content-Type": chance.choice(["application/json", "text/plain", "application/xml", "x", ""])}
    if chance.random() < 0.3:
        headers["Cookie"] = f"{COOKIE}=" + "".join(chance.choices("abc.-_", k=chance.randrange(1, 80)))
    if method == "POST" and not path.endswith("messages") and "webhooks" not in path:
        headers["Cookie"] = f"{COOKIE}=forged"  # these two need no body: only a missing visitor makes them malformed
    if method == "GET" and "api" in path:
        junk = chance.choice(["-1", "x", "1e9", "9" * 30, "0x1", "１", "1 ", "null"])
        return client.request(method, path, params={"after": junk}, headers=headers)
    return client.request(method, path, content=body, headers=headers)


def test_postgresql_serves_as_well(tmp_path: Path, postgresql: str) -> None:
    """Asked, answered, kept, streamed and erased on the other database, LISTEN and NOTIFY included."""
    engine = ScriptedEngine()
    with (
        running_gateway(tmp_path, engine, database_url=postgresql) as (address, _settings),
        visitor(address) as client,
    ):
        assert bot_texts(say(client, "老板欠薪")) == ["答：老板欠薪"]
        engine.failing, engine.healthy = True, False
        assert say(client, "在吗")["status"] == "queued"
        engine.failing, engine.healthy = False, True
        seen = client.get("/chat/api/messages").json()["messages"][-1]["id"]
        with client.stream("GET", "/chat/api/events", headers={"Last-Event-ID": seen}, timeout=20) as events:
            assert _first_bot_text(events) == "答：在吗"
        too_large = client.get("/chat/api/messages", params={"after": 2**31})
        assert (too_large.status_code, too_large.json()["error"]["code"]) == (422, "invalid")
        assert client.get("/chat/api/messages", params={"after": 2**31 - 1}).status_code == 200
        assert client.post("/chat/api/erase").status_code == 204
