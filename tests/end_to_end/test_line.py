"""The whole line for real: a worker asks in her words, the bot answers with its source."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
import yaml

from bot.gateway.dialogue import DialogueClient
from casework.cards import FIRST_BUBBLE, SECOND_BUBBLE
from casework.wording import Wording
from settings import ROOT
from tests.bot.gateway_server import visitor
from tests.end_to_end.stack import Stack


def say(client: httpx.Client, text: str) -> list[dict[str, Any]]:
    """Say something and return the bot's bubbles."""
    answer = client.post("/chat/api/messages", json={"text": text})
    answer.raise_for_status()
    assert answer.json()["status"] == "answered"
    return [message for message in answer.json()["messages"] if message["author"] == "bot"]


def tap(client: httpx.Client, token: str) -> list[dict[str, Any]]:
    """Tap a button and return the bot's bubbles."""
    answer = client.post("/chat/api/messages", json={"button": token})
    answer.raise_for_status()
    return [message for message in answer.json()["messages"] if message["author"] == "bot"]


@pytest.mark.parametrize(
    ("question", "title", "source"),
    [
        ("老板拖欠我三个月工资怎么办", "老板拖欠工资怎么办", ("劳动合同法", "第三十条")),
        ("送外卖算不算有劳动关系", "送外卖、跑网约车算劳动关系吗", ("人社部发〔2021〕56号", None)),
        ("会费一个月交多少", "加入工会要交多少会费", ("中国工会章程", "第四条")),
        ("孩子考上大学学费不够能找工会吗", "孩子上学学费不够怎么办", ("工会法", "第六条")),
        ("怎么仲裁", "劳动仲裁怎么申请", ("劳动争议调解仲裁法", "第二十八条")),
    ],
)
def test_a_question_gets_its_entry_with_law_and_article(
    stack: Stack, question: str, title: str, source: tuple[str, str | None]
) -> None:
    with visitor(stack.chat) as client:
        first, *others = say(client, question)
    told = next(bubble for bubble in others if bubble["citations"])  # before it may stand the point, behind it more
    assert len(first["text"]) <= FIRST_BUBBLE
    assert len(told["text"]) <= SECOND_BUBBLE
    assert {citation["title"] for citation in told["citations"]} == {title}
    assert source in [(citation["document"], citation["article"]) for citation in told["citations"]]
    assert "核对" in told["basis"]
    assert told["buttons"][-1]["title"] == "找人工"


def test_what_is_not_the_unions_business_is_declined_kindly(stack: Stack, wording: Wording) -> None:
    with visitor(stack.chat) as client:
        (only,) = say(client, "今天天气怎么样")
    assert only["text"] == wording.text("utter_out_of_scope")
    assert only["citations"] == []


def test_a_person_is_asked_for_once(stack: Stack) -> None:
    with visitor(stack.chat) as client:
        answer = client.post("/chat/api/messages", json={"text": "人工"}).json()
    assert answer["conversation"]["state"] == "open"
    assert answer["conversation"]["queue"] >= 1
    assert [message["author"] for message in answer["messages"]].count("system") == 2  # the notice, and the place


def test_buttons_lead_to_related_entries_by_tap_and_by_digit(stack: Stack) -> None:
    with visitor(stack.chat) as client:
        related = say(client, "年休假有几天")[-1]["buttons"][0]
        by_tap = tap(client, related["token"])
        say(client, "年休假有几天")
        by_digit = say(client, "1")
    assert [bubble["text"] for bubble in by_tap] == [bubble["text"] for bubble in by_digit]
    assert by_tap[-1]["citations"][0]["title"] == related["title"]


COMMANDS = [
    "/restart",
    " /restart",
    "／restart",
    "/ /restart",
    "/request_human",
    '/ask_policy{"region":"x"}',
    "\n/help",
]


async def test_typed_commands_are_text(stack: Stack) -> None:
    """What was typed reaches Rasa without its slash, and none of it was executed."""
    with visitor(stack.chat) as client:
        for typed in COMMANDS:  # nobody knows an answer to these: after two of them a person is asked for
            taken = client.post("/chat/api/messages", json={"text": typed}).json()
            assert taken["status"] in {"answered", "staff"}
    settings = stack.settings()
    async with httpx.AsyncClient(trust_env=False) as http:
        sender = _latest_sender(stack)
        response = await http.get(
            f"{stack.rasa}/conversations/{sender}/tracker",
            params={"include_events": "ALL", "token": settings.rasa_token.get_secret_value()},
        )
    events = response.json()["events"]
    read = [event["text"] for event in events if event["event"] == "user"]
    assert read == [command.strip().lstrip("/／ ") for command in COMMANDS]
    assert not [event for event in events if event["event"] == "restart"]


async def test_the_tracker_gives_back_an_answer_as_rest_gave_it(stack: Stack) -> None:
    """What a resend relies on: cards, plain texts and their buttons are read from the real tracker unchanged."""
    settings = stack.settings()
    async with httpx.AsyncClient(trust_env=False) as http:
        dialogue = DialogueClient(http, stack.rasa, settings.rasa_token.get_secret_value(), stack.actions)
        for text in ("老板拖欠我三个月工资怎么办", "你好", "人工"):
            key = f"key of {text}"
            asked = await dialogue.ask("tracker-test", text, {"message_key": key, "misses": 0, "text": text})
            told = [{name: m[name] for name in ("text", "custom", "buttons") if m.get(name)} for m in asked]
            assert await dialogue.earlier_answer("tracker-test", key) == told
        assert await dialogue.earlier_answer("tracker-test", "never asked") == []


def test_the_servers_behind_are_closed_to_strangers(stack: Stack) -> None:
    assert httpx.get(f"{stack.rasa}/conversations/x/tracker").status_code == 401
    assert httpx.get(f"{stack.actions}/actions").status_code == 401
    assert httpx.get(f"{stack.actions}/actions", params={"token": "wrong"}).status_code == 401
    assert httpx.get(f"{stack.actions}/health").status_code == 200
    token = stack.settings().actions_token.get_secret_value()
    known = httpx.get(f"{stack.actions}/actions", params={"token": token}).json()
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert {action["name"] for action in known} == set(domain["actions"])


def test_the_first_account_signs_in_and_is_asked_for_a_password_of_its_own(stack: Stack) -> None:
    said = stack.output.read_text(encoding="utf-8")
    (password,) = re.findall(r"^  first account  admin / (\S+) \(shown only now", said, re.MULTILINE)
    with httpx.Client(base_url=stack.console) as browser:
        assert browser.get("/inbox").status_code in {303, 404}
        done = browser.post("/login", data={"username": "admin", "password": password})
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert browser.get("/").headers["location"] == "/password"
        assert 'data-testid="password-first"' in browser.get("/password").text
        assert re.search(r"^niangjia_staff_present [1-9]", browser.get("/metrics").text, re.MULTILINE)


def _latest_sender(stack: Stack) -> str:
    from sqlalchemy import select

    from casework.database import Database
    from casework.tables import Conversation

    database = Database(stack.settings().database)
    with database.read() as session:
        sender = session.scalar(select(Conversation.rasa_sender).order_by(Conversation.id.desc()).limit(1))
    database.close()
    return str(sender)
