"""From the web chat: a worker leaves her number, is served, rates; the engine hears what staff said, she no notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from casework.actors import Actor
from casework.call_back_desk import CallBackDesk
from casework.crypto import Keyring
from casework.database import Database
from casework.hand_offs import HandOffs
from casework.notes import Notes
from casework.ratings import Ratings
from casework.tables import Conversation, Organisation, Rating, Staff
from casework.wording import Wording
from tests.bot.engine import ScriptedEngine
from tests.bot.gateway_server import running_gateway, visitor


@dataclass
class House:
    """A running gateway, and staff who work on its database."""

    address: str
    engine: ScriptedEngine
    database: Database
    keyring: Keyring
    wording: Wording
    chen: Actor

    @property
    def hand_offs(self) -> HandOffs:
        ask = Ratings(self.database, self.wording).ask_bubble
        return HandOffs(self.database, self.keyring, self.wording, ask)


@pytest.fixture
def house(tmp_path: Path, wording: Wording) -> Iterator[House]:
    engine = ScriptedEngine()
    with running_gateway(tmp_path, engine) as (address, settings):
        database = Database(settings.database)
        keyring = Keyring.from_data_key(settings.data_key.get_secret_value())
        with database.write() as session:
            root = session.scalars(select(Organisation)).one()
            staff = Staff(organisation_id=root.id, username="chen", display_name="小陈", role="agent")
            session.add(staff)
            session.flush()
            chen = Actor(staff.id, "小陈", "agent", root.id, root.level)
        yield House(address, engine, database, keyring, wording, chen)
        database.close()


class Chat:
    """A visitor of the page."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.latest: list[dict[str, Any]] = []

    def says(self, text: str) -> str:
        return self._post({"text": text})

    def taps(self, title: str) -> str:
        buttons = [button for message in self.everything() for button in message["buttons"]]
        return self._post({"button": [button["token"] for button in buttons if button["title"] == title][-1]})

    def everything(self) -> list[dict[str, Any]]:
        response = self._client.get("/chat/api/messages")
        response.raise_for_status()
        said: list[dict[str, Any]] = response.json()["messages"]
        return said

    def _post(self, body: dict[str, str]) -> str:
        response = self._client.post("/chat/api/messages", json=body)
        response.raise_for_status()
        self.latest = response.json()["messages"]
        return "\n".join(message["text"] for message in self.latest)


def conversation(house: House) -> int:
    with house.database.read() as session:
        return session.scalars(select(Conversation.id)).one()


def test_from_the_number_she_leaves_to_the_bot_that_knows_what_was_said(house: House) -> None:
    desk = CallBackDesk(house.database, house.keyring, house.wording)
    with visitor(house.address) as client:
        chat = Chat(client)
        chat.says("转人工")
        assert chat.taps("留个电话") == house.wording.text("utter_call_back_ask_phone")
        assert "尾号 8000" in chat.says("138 0013 8000")
        assert chat.says("3") == house.wording.text("utter_call_back_promised", hours="晚上6点以后", last="8000")
        (promise,) = desk.open_promises(house.chen)
        assert promise.hours == "evening"
        assert house.engine.asked == []

        number = conversation(house)
        house.hand_offs.claim(house.chen, number)
        Notes(house.database).add(house.chen, number, "老板叫王强")
        house.hand_offs.reply(house.chen, number, "周一上午带合同来二楼", "k1")
        house.hand_offs.resolve(house.chen, number, "advised", "wages")
        said = [message["text"] for message in chat.everything()]
        assert "周一上午带合同来二楼" in said
        assert house.wording.text("utter_ask_rating") in said
        assert not [text for text in said if "王强" in text]

        assert chat.says("5") == house.wording.text("utter_rating_thanks")
        assert chat.taps("写两句") == house.wording.text("utter_rating_ask_words")
        assert chat.says("讲得很清楚") == house.wording.text("utter_rating_words_thanks")
        with house.database.read() as session:
            assert [(rating.score, rating.words) for rating in session.scalars(select(Rating))] == [(5, "讲得很清楚")]

        assert "刚才工作人员怎么说的" in chat.says("刚才工作人员怎么说的")
        ((_sender, events),) = house.engine.appended.items()
        assert [event["text"] for event in events if event["event"] == "bot"] == ["周一上午带合同来二楼"]
        assert "王强" not in str(events)
        assert chat.says("取消回电") == house.wording.text("utter_call_back_cancelled")
        assert desk.open_promises(house.chen) == []


def test_what_staff_note_is_in_no_event_of_the_worker(house: House) -> None:
    with visitor(house.address) as client:
        chat = Chat(client)
        chat.says("转人工")
        number = conversation(house)
        house.hand_offs.claim(house.chen, number)
        with client.stream("GET", "/chat/api/events?after=0") as stream:
            Notes(house.database).add(house.chen, number, "老板叫王强")
            house.hand_offs.reply(house.chen, number, "我看到了", "k1")
            lines: list[str] = []
            for line in stream.iter_lines():
                lines.append(line)
                if "我看到了" in line:
                    break
        assert not [line for line in lines if "王强" in line]
