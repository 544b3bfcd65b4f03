"""The real Rasa keeps what staff said, answers as before afterwards, and the console's search is there."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import httpx

from bot.gateway.dialogue import DialogueClient
from bot.gateway.staff_words import tracker_events
from casework.cards import Answer, answer_from_rasa
from casework.messages import Shown
from tests.end_to_end.stack import Stack

ASKED = "刚才工作人员让我带什么来着"


def said(number: int, text: str, author: str = "staff") -> Shown:
    return Shown(number, author, text, {}, "message", None, datetime.now(UTC), 1, "小陈" if author == "staff" else None)


async def ask(dialogue: DialogueClient, sender: str, text: str) -> Answer:
    messages = await dialogue.ask(sender, text, {"message_key": f"{sender}{text}", "text": text})
    answer = answer_from_rasa(messages)
    assert answer is not None
    return answer


async def test_the_bot_knows_what_staff_said(stack: Stack) -> None:
    settings = stack.settings()
    words = [said(1, "我被拖欠工资", "worker"), said(2, "周一带身份证来二楼"), said(3, "别忘了合同")]
    async with httpx.AsyncClient(trust_env=False) as http:
        dialogue = DialogueClient(http, stack.rasa, settings.rasa_token.get_secret_value(), stack.actions)
        sender, stranger = secrets.token_urlsafe(8), secrets.token_urlsafe(8)
        nothing = await ask(dialogue, stranger, ASKED)
        assert "还没有工作人员" in nothing.bubbles[0].text
        await dialogue.append_events(sender, tracker_events(words))
        await dialogue.append_events(sender, tracker_events(words))  # a turn that was begun twice
        first = await ask(dialogue, sender, ASKED)
        assert "小陈" in first.bubbles[0].text
        assert first.bubbles[1].text == "周一带身份证来二楼\n别忘了合同"
        question = await ask(dialogue, sender, "公司不给交社保怎么办")
        assert question.outcome == "answered"
        assert (await ask(dialogue, sender, "他刚跟我说要带什么来着")).bubbles[1].text == first.bubbles[1].text
        understood = await dialogue.understandings(sender)
        assert understood[f"{sender}{ASKED}"]["intent"] == "recall_staff"
        assert understood[f"{sender}公司不给交社保怎么办"]["intent"] == "ask_policy"


def test_the_console_searches_what_the_action_server_holds(stack: Stack) -> None:
    token = stack.settings().actions_token.get_secret_value()
    asked = {"question": "老板拖欠工资怎么办", "top_k": 3}
    response = httpx.post(f"{stack.actions}/search", params={"token": token}, json=asked)
    first, *others = response.raise_for_status().json()["results"]
    assert first["confidence"] > 0.5
    assert first["citations"]
    assert [other["confidence"] for other in others] == [None, None]
    assert httpx.post(f"{stack.actions}/search", params={"token": "guess"}, json=asked).status_code == 401
