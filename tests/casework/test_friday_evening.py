"""A worker who writes on Friday evening is reached on Monday without writing again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from casework import queue
from casework.call_back_desk import CallBackDesk
from casework.call_backs import CALL_BACK, CALL_BACK_HOURS, CallBacks
from casework.cards import Answer, Bubble
from casework.conversations import Conversations, Received
from casework.crypto import Keyring
from casework.database import Database
from casework.hand_offs import HandOffs
from casework.hours import ZONE
from casework.notifications import Notifications
from casework.patrol import Patrol
from casework.queue import Opening, open_hand_off, told_of_place
from casework.tables import Conversation, HandOff, Message, Notification
from casework.wording import Wording
from tests.union import Union

FRIDAY = datetime(2026, 11, 20, 20, 30, tzinfo=ZONE)
MONDAY = datetime(2026, 11, 23, 9, 0, 10, tzinfo=ZONE)
LEASE = timedelta(minutes=1)


class Evening:
    """One worker, who is answered as the gateway does it."""

    def __init__(self, database: Database, keyring: Keyring, wording: Wording) -> None:
        self.database, self.keyring, self.wording = database, keyring, wording
        self.conversations = Conversations(database, keyring)
        self.call_backs = CallBacks(database, keyring, wording)
        self._count = 0

    def ask_for_person(self) -> int:
        received = self._say("老板欠我三个月工资，转人工")

        def hand_over(session, conversation, _message):  # type: ignore[no-untyped-def]  # an Effect
            hand_off = open_hand_off(session, conversation, Opening("asked_for"))
            return [told_of_place(session, hand_off, self.wording)]

        self.conversations.answer(received.message_id, Answer(()), effect=hand_over)
        return received.conversation_id

    def follow_up(self, text: str = "", button: str | None = None) -> None:
        received = self._say(text, button)
        self.conversations.claim(received.conversation_id, "gateway", LEASE)
        turn = self.conversations.begin_turn(received.conversation_id, "gateway", LEASE)
        assert turn is not None
        answer = self.call_backs.handle(turn)
        assert answer is not None
        self.conversations.answer(turn.message_id, answer, owner="gateway", asked_engine=False)

    def token(self, conversation: int, intent: str) -> str:
        for message in reversed(self.conversations.shown(conversation)):
            for button in message.extra.get("buttons", ()):
                if button.get("token") and self.conversations.offered(conversation, button["token"]).intent == intent:
                    return str(button["token"])
        raise LookupError(intent)

    def last(self, conversation: int) -> str:
        return self.conversations.shown(conversation)[-1].text

    def _say(self, text: str = "", button: str | None = None) -> Received:
        self._count += 1
        return self.conversations.receive("web", "wang", f"wang:{self._count}", text=text, button=button)


def test_from_friday_evening_to_monday_morning(
    database: Database, keyring: Keyring, wording: Wording, monkeypatch: pytest.MonkeyPatch
) -> None:
    union = Union(database)
    chen = union.hire("小陈", None, "agent", "legal")
    monkeypatch.setattr(queue, "now", lambda: FRIDAY.astimezone(UTC))
    evening = Evening(database, keyring, wording)
    conversation = evening.ask_for_person()
    with database.write() as session:
        session.execute(update(HandOff).values(opened_at=FRIDAY))
    assert "下班" in evening.last(conversation)
    assert "周一" in evening.last(conversation)

    evening.follow_up(button=evening.token(conversation, CALL_BACK))
    evening.follow_up("13800138000")
    evening.follow_up(button=evening.token(conversation, CALL_BACK_HOURS))
    assert "8000" in evening.last(conversation)
    with database.read() as session:
        assert not any("13800138000" in message.text for message in session.query(Message))
        kept = session.get_one(Conversation, conversation)
        assert (kept.state, kept.assignee_id) == ("open", None)

    monkeypatch.setattr(queue, "now", lambda: MONDAY.astimezone(UTC))
    notifications = Notifications(database, ["webhook"], lambda: MONDAY)
    Patrol(database, notifications, wording, lambda: MONDAY).run_once()
    with database.read() as session:
        assert "morning" in [row.kind for row in session.query(Notification)]

    hand_offs = HandOffs(database, keyring, wording, lambda _number: Bubble("满意吗"))
    desk = CallBackDesk(database, keyring, wording, lambda: MONDAY)
    hand_offs.claim(chen, conversation)
    (promise,) = desk.open_promises(chen)
    assert promise.conversation_id == conversation
    assert desk.reveal(chen, promise.id).endswith("13800138000")
    desk.record(chen, promise.id, "reached", "约好周二带工资条来", 0)
    assert desk.open_promises(chen) == []
    hand_offs.reply(chen, conversation, "刚才电话里说的，周二带工资条来", "k")
    assert evening.last(conversation) == "刚才电话里说的，周二带工资条来"
