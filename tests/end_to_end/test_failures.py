"""Parts die, hang and come back: every message is there once and is answered once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.gateway.dialogue import DialogueClient, TurnFailed
from casework.database import Database
from casework.tables import Message, UnansweredQuestion
from casework.wording import Wording
from tests.bot.gateway_server import visitor
from tests.end_to_end.stack import Stack

QUESTIONS = [
    "老板拖欠工资怎么办",
    "怎么加入工会",
    "工伤怎么申请",
    "你好",
    "怎么申请法律援助",
    "今天天气怎么样",
    "年假有几天",
    "谢谢",
]


def send(client: httpx.Client, text: str, key: str) -> int:
    """Send a message as the page does: again with the same id until the gateway took it."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            answer = client.post("/chat/api/messages", json={"text": text, "id": key}, timeout=20)
        except httpx.HTTPError:
            time.sleep(0.5)
            continue
        if answer.status_code in {200, 202}:
            return answer.status_code
        assert answer.status_code >= 500 or answer.status_code == 429, answer.text
        time.sleep(0.5)
    raise AssertionError(f"never taken: {key}")


def authors(client: httpx.Client, wanted: str) -> list[dict[str, str]]:
    history = client.get("/chat/api/messages").json()["messages"]
    return [message for message in history if message["author"] == wanted]


def test_an_action_server_that_died_keeps_the_message_and_answers_later(stack: Stack, wording: Wording) -> None:
    with visitor(stack.chat) as client:
        send(client, "你好", "1")
        stack.signal("actions", signal.SIGKILL)
        assert send(client, "老板拖欠我三个月工资怎么办", "2") == 202
        kept = authors(client, "system")
        assert wording.text("utter_message_kept") in [message["text"] for message in kept]
        asked = authors(client, "worker")[-1]["id"]
        stack.wait_until("the answer", lambda: _answers(client, asked), 120)
        texts = [answer["text"] for answer in _answers(client, asked)]
        assert len(texts) >= 2
        assert len(set(texts)) == len(texts), "answered once"


def test_an_action_server_that_hangs_is_not_waited_for_longer_than_the_deadline(stack: Stack) -> None:
    with visitor(stack.chat) as client:
        stopped = stack.signal("actions", signal.SIGSTOP)
        try:
            began = time.monotonic()
            assert send(client, "外星人怎么缴纳星际税款", "1") == 202
            assert time.monotonic() - began < 14
        finally:
            os.kill(stopped, signal.SIGCONT)
        asked = authors(client, "worker")[-1]["id"]
        stack.wait_until("the answer", lambda: _answers(client, asked), 120)
        assert len(_answers(client, asked)) == 1
    database = Database(stack.settings().database)
    with database.read() as session:
        noted = session.scalars(select(UnansweredQuestion.question)).all()
    database.close()
    assert noted.count("外星人怎么缴纳星际税款") <= 1


def test_a_gateway_that_died_in_the_middle_answers_after_its_restart(stack: Stack) -> None:
    with visitor(stack.chat) as client:
        send(client, "你好", "0")
        sender = threading.Thread(target=send, args=(client, "工伤怎么申请", "1"))
        sender.start()
        time.sleep(0.05)
        stack.signal("gateway", signal.SIGKILL)
        sender.join(180)
        assert not sender.is_alive()
        asked = authors(client, "worker")[-1]["id"]
        stack.wait_until("the answer", lambda: _answers(client, asked), 60)
        assert [message["text"] for message in authors(client, "worker")] == ["你好", "工伤怎么申请"]


async def test_an_action_that_raises_reports_itself(stack: Stack, wording: Wording) -> None:
    """Without the wrapper Rasa would answer nothing at all and go on as if it had worked."""
    token = stack.settings().rasa_token.get_secret_value()
    async with httpx.AsyncClient(trust_env=False) as http:
        dialogue = DialogueClient(http, stack.rasa, token, stack.actions)
        (message,) = await dialogue.ask("broken", "怎么仲裁", {"misses": "no number"})
    card = message["custom"]["card"]
    assert (card["outcome"], card["conclusion"]) == ("failed", wording.text("utter_action_failed"))


async def test_an_empty_answer_is_a_failed_turn(stack: Stack) -> None:
    """Rasa answers 200 [] to metadata of the wrong type."""
    async with httpx.AsyncClient(trust_env=False) as http:
        body = {"sender": "broken", "message": "怎么仲裁", "metadata": "no object"}
        response = await http.post(f"{stack.rasa}/webhooks/rest/webhook", json=body)
        assert (response.status_code, response.json()) == (200, [])
        dialogue = _Wrongly(http, stack.rasa, "", stack.actions)
        with pytest.raises(TurnFailed):
            await dialogue.ask("broken", "怎么仲裁", {})


class _Wrongly(DialogueClient):
    """Sends metadata of the wrong type."""

    async def _json(self, method: str, path: str, **arguments: Any) -> Any:
        arguments["json"]["metadata"] = "no object"
        return await super()._json(method, path, **arguments)


def test_two_hundred_messages_survive_both_crashes(stack: Stack, tmp_path: Path) -> None:
    """20 visitors send 10 messages each; the action server, then the gateway is killed (-9) on the way."""
    sent = Counter[str]()
    half, most = threading.Event(), threading.Event()

    def visit(number: int) -> None:
        with visitor_after(stack) as client:
            for count in range(10):
                send(client, QUESTIONS[(number + count) % len(QUESTIONS)], f"crash{number}-{count}")
                sent["messages"] += 1
                if sent["messages"] >= 70:
                    half.set()
                if sent["messages"] >= 130:
                    most.set()

    with ThreadPoolExecutor(20) as pool:
        visits = [pool.submit(visit, number) for number in range(20)]
        assert half.wait(180)
        stack.signal("actions", signal.SIGKILL)
        assert most.wait(180)
        stack.signal("gateway", signal.SIGKILL)
        for each in visits:
            each.result(timeout=280)

    database = Database(stack.settings().database)
    stack.wait_until("every message has its answer", lambda: not _unanswered(database), 240)
    with database.read() as session:
        asked = session.scalars(select(Message).where(Message.platform_message_id.like("%:crash%-%"))).all()
        ids = [message.id for message in asked]
        answers = session.scalars(
            select(Message.reply_to_id).where(
                Message.purpose == "answer", Message.part == 0, Message.reply_to_id.in_(ids)
            )
        ).all()
        conversations = Counter(message.conversation_id for message in asked)
    database.close()
    assert len(asked) == 200
    assert len({message.platform_message_id for message in asked}) == 200
    assert sorted(answer or 0 for answer in answers) == sorted(ids)
    assert set(conversations.values()) == {10}


def visitor_after(stack: Stack):  # type: ignore[no-untyped-def]  # the fixture's own type
    """Open the page as a new visitor, waiting while the gateway is away."""
    stack.wait_until("the page", lambda: _opens(stack), 60)
    return visitor(stack.chat)


def _opens(stack: Stack) -> bool:
    try:
        return httpx.get(f"{stack.chat}/healthz", timeout=2).is_success
    except httpx.HTTPError:
        return False


def _unanswered(database: Database) -> list[int]:
    with database.read() as session:
        return list(session.scalars(select(Message.id).where(Message.handling == "received")))


def _answers(client: httpx.Client, message_id: str) -> list[dict[str, str]]:
    try:
        return [message for message in authors(client, "bot") if message["reply_to"] == message_id]
    except httpx.HTTPError:
        return []
