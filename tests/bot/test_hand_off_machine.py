"""Random days at the union, against the real gateway: workers write, staff take and leave, processes die.

What must never be seen: the bot speaking where a person is assigned (distress excepted), a message lost, answered
twice or out of order, two people with one conversation.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select, update

from bot.gateway.desk import Desk
from bot.gateway.insight import Insight
from bot.gateway.pump import Pump
from bot.gateway.service import Gateway
from bot.gateway.turns import Turns
from casework import migrate
from casework.cards import Bubble
from casework.conversations import Conversations, UnknownButton
from casework.crypto import Keyring
from casework.database import Database, now
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.hand_offs import HandOffs
from casework.tables import Conversation, HandOff, Message
from casework.wording import Wording
from settings import ROOT
from tests.bot.engine import ScriptedEngine
from tests.union import Union

WORDING = Wording.from_domain(ROOT / "domain.yml")
KEYRING = Keyring.from_data_key(base64.b64encode(b"k" * 32).decode())
WORKERS = ("wang", "li")
PLAIN = ("工伤怎么认定", "/restart", " ／restart", "在吗", "老板欠我工资", "13800138000", "好", "")
PERSON = ("人工", "转人工")
LEAVE = ("不等了",)
DISTRESS = ("我不想活了", "我被关在仓库里出不去")


class SlowEngine(ScriptedEngine):
    """Answers when it is let; a process that dies meanwhile never hears the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.outcome = "answered"
        self.held = False
        self.blocked = 0
        self.gate = asyncio.Event()

    async def ask(self, sender: str, text: str, metadata: Mapping[str, object]) -> list[dict[str, Any]]:
        if self.held:
            self.blocked += 1
            try:
                await self.gate.wait()
            finally:
                self.blocked -= 1
        return await super().ask(sender, text, metadata)

    def let(self) -> None:
        self.held = False
        self.gate.set()
        self.gate = asyncio.Event()


class Day(RuleBasedStateMachine):
    """One database, gateways that come and go, two workers, three of the staff."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{Path(self.folder.name) / 'day.db'}")
        migrate.upgrade(self.database)
        self.union = Union(self.database, always_open=True)
        self.staff = [
            self.union.hire("小陈"),
            self.union.hire("小李"),
            self.union.hire("主任", None, "supervisor"),
        ]
        self.conversations = Conversations(self.database, KEYRING)
        self.hand_offs = HandOffs(self.database, KEYRING, WORDING, lambda number: Bubble(f"满意吗 {number}"))
        self.engine = SlowEngine()
        self.sent: dict[str, list[str]] = {worker: [] for worker in WORKERS}
        self.count = 0
        self.seen_up_to = 0
        self.assigned: dict[int, int | None] = {}
        self.cries: set[int] = set()

    @initialize()
    def start(self) -> None:
        self.pump: Pump | None = None
        self._start_gateway()

    def _start_gateway(self) -> None:
        async def build() -> None:
            desk = Desk(WORDING)
            insight = Insight(self.conversations, self.engine)
            notice = Bubble("你说的话存 180 天。")
            turns = Turns(self.conversations, self.engine, WORDING, desk, [], insight, notice)
            self.pump = Pump(self.conversations, turns)
            self.gateway = Gateway(self.conversations, self.pump, desk, insight, notice)

        self.loop.run_until_complete(build())

    def _settle(self) -> None:
        """Wait until every conversation is handled, or waits for the engine."""

        async def wait() -> None:
            assert self.pump is not None
            for conversation_id in self.conversations.due():
                self.pump.kick(conversation_id)
            async with asyncio.timeout(20):
                while len(self.pump._running) > self.engine.blocked:  # noqa: ASYNC110  nobody tells when a task ends
                    await asyncio.sleep(0.001)

        self.loop.run_until_complete(wait())

    @rule(worker=st.sampled_from(WORKERS), text=st.sampled_from(PLAIN + PERSON + LEAVE + DISTRESS))
    def worker_writes(self, worker: str, text: str) -> None:
        self._submit(worker, text=text)

    def _submit(self, worker: str, **said: Any) -> None:
        self.count += 1
        key = f"{worker}:{self.count}"
        received = self.loop.run_until_complete(self.gateway.submit("web", worker, key, **said))
        again = self.loop.run_until_complete(self.gateway.submit("web", worker, key, **said))
        assert not again.is_new
        assert again.message_id == received.message_id
        if said.get("text") in DISTRESS:
            self.cries.add(received.message_id)
        self.sent[worker].append(key)
        self._settle()

    @rule(worker=st.sampled_from(WORKERS), position=st.integers(0, 5))
    def worker_taps(self, worker: str, position: int) -> None:
        conversation = self.conversations.find("web", worker)
        offers = [o for o in self.conversations.latest_offers(conversation) if o.token] if conversation else []
        if offers:
            with contextlib.suppress(UnknownButton):
                self._submit(worker, button=offers[position % len(offers)].token)

    @rule(worker=st.sampled_from(WORKERS))
    def session_expires(self, worker: str) -> None:
        conversation = self.conversations.find("web", worker)
        with self.database.write() as session:
            session.execute(
                update(Conversation)
                .where(Conversation.id == conversation)
                .values(last_message_at=now() - timedelta(hours=3))
            )

    @rule()
    def engine_becomes_slow(self) -> None:
        self.engine.held = True

    @rule()
    def engine_answers(self) -> None:
        self.engine.let()
        self._settle()

    @rule(worker=st.sampled_from(WORKERS), text=st.sampled_from(PLAIN))
    def somebody_steps_in_while_the_engine_thinks(self, worker: str, text: str) -> None:
        """The bot's answer is under way when a person takes the conversation: she speaks, not it."""
        self.engine.held = True
        self._submit(worker, text=text)
        conversation = self.conversations.find("web", worker)
        assert conversation is not None
        if self._assignee(conversation) is None:
            self.hand_offs.claim(self.staff[2], conversation)
        self.the_bot_is_silent_where_a_person_is()
        self.engine.let()
        self._settle()

    @rule(failing=st.booleans())
    def engine_fails_or_recovers(self, failing: bool) -> None:
        self.engine.failing = failing
        if not failing:
            with self.database.write() as session:
                session.execute(update(Message).where(Message.handling == "received").values(next_attempt_at=now()))
        self._settle()

    @rule(outcome=st.sampled_from(["answered", "declined", "asked_back", "told", "hand_off", "distress", "off_topic"]))
    def engine_thinks_otherwise(self, outcome: str) -> None:
        self.engine.outcome = outcome

    @rule()
    def gateway_is_killed(self) -> None:
        async def kill() -> None:
            assert self.pump is not None
            while tasks := list(self.pump._running.values()):
                self.pump._again.clear()  # a dead process begins nothing more
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

        self.loop.run_until_complete(kill())
        with self.database.write() as session:  # a dead process's leases run out
            session.execute(update(Conversation).values(lease_until=now() - timedelta(seconds=1)))
        self._start_gateway()
        self._settle()

    @rule(
        who=st.integers(0, 2),
        worker=st.sampled_from(WORKERS),
        act=st.sampled_from(
            ["claim", "claim", "claim", "reply", "release", "transfer", "resolve", "back_to_bot", "typing"]
        ),
    )
    def staff_act(self, who: int, worker: str, act: str) -> None:
        conversation = self.conversations.find("web", worker)
        if conversation is None:
            return
        actor = self.staff[who]
        before = self._assignee(conversation)
        try:
            match act:
                case "claim":
                    self.hand_offs.claim(actor, conversation)
                case "reply":
                    self.count += 1
                    self.hand_offs.reply(actor, conversation, f"工作人员的话 {self.count}", str(self.count))
                    assert before == actor.id
                case "release":
                    self.hand_offs.release(actor, conversation)
                case "transfer":
                    self.hand_offs.transfer(actor, conversation, self.union.departments[self.union.city, "aid"])
                case "resolve":
                    self.hand_offs.resolve(actor, conversation, "solved", "wages")
                case "back_to_bot":
                    self.hand_offs.back_to_bot(actor, conversation)
                case "typing":
                    self.hand_offs.typing(actor, conversation)
        except Conflict:
            assert act == "claim"
            assert before not in (None, actor.id)
            assert self._assignee(conversation) == before
        except NotFound:  # agents do not see what no department has had
            assert actor.role == "agent"
            assert self._department(conversation) is None
        except NotAllowed:
            assert before != actor.id
        except Invalid:
            assert act == "transfer"
        else:
            if act == "claim":
                assert before in (None, actor.id)
                assert self._assignee(conversation) == actor.id

    @rule(worker=st.sampled_from(WORKERS))
    def two_claim_at_once(self, worker: str) -> None:
        conversation = self.conversations.find("web", worker)
        if conversation is None or self._assignee(conversation) is not None:
            return

        async def both() -> list[Any]:
            claims = [asyncio.to_thread(self.hand_offs.claim, actor, conversation) for actor in self.staff[:2]]
            return await asyncio.gather(*claims, return_exceptions=True)

        results = self.loop.run_until_complete(both())
        # agents do not see what the bot leads: there both are refused alike
        assert sum(result is None for result in results) <= 1
        if any(result is None for result in results):
            assert self._assignee(conversation) in {actor.id for actor in self.staff[:2]}

    def _assignee(self, conversation: int) -> int | None:
        with self.database.read() as session:
            return session.scalar(select(Conversation.assignee_id).where(Conversation.id == conversation))

    def _department(self, conversation: int) -> int | None:
        with self.database.read() as session:
            return session.scalar(select(Conversation.department_id).where(Conversation.id == conversation))

    @invariant()
    def the_bot_is_silent_where_a_person_is(self) -> None:
        """Every bubble of the bot since the last step was said to somebody who had no person before or after it."""
        with self.database.read() as session:
            rows = session.scalars(select(Message).where(Message.id > self.seen_up_to).order_by(Message.id)).all()
            now_assigned = dict(session.execute(select(Conversation.id, Conversation.assignee_id)).all())
        for message in rows:
            held = self.assigned.get(message.conversation_id)
            if message.author == "bot" and held is not None and held == now_assigned.get(message.conversation_id):
                assert message.reply_to_id in self.cries
            self.seen_up_to = message.id
        self.assigned = now_assigned

    @invariant()
    def nobody_waits_twice(self) -> None:
        with self.database.read() as session:
            open_ones = session.scalars(select(HandOff.conversation_id).where(HandOff.ended_at.is_(None))).all()
            states = dict(session.execute(select(Conversation.id, Conversation.state)).all())
            assigned = session.scalars(select(Conversation.id).where(Conversation.assignee_id.is_not(None))).all()
        assert len(open_ones) == len(set(open_ones))
        assert sorted(open_ones) == sorted(key for key, state in states.items() if state == "open")
        assert set(assigned) <= set(open_ones)

    @invariant()
    def every_message_is_there_once_and_in_order(self) -> None:
        with self.database.read() as session:
            for worker in WORKERS:
                conversation = self.conversations.find("web", worker)
                keys = session.scalars(
                    select(Message.platform_message_id)
                    .where(Message.conversation_id == conversation, Message.author == "worker")
                    .order_by(Message.id)
                ).all()
                assert keys == self.sent[worker]

    @precondition(lambda self: self.count > 0)
    @rule()
    def the_day_ends(self) -> None:
        """With everything well again, each message is answered or with staff, and no answer came twice."""
        self.engine.failing = False
        self.engine.let()
        self._settle()
        for _ in range(3):
            with self.database.write() as session:
                session.execute(update(Message).where(Message.handling == "received").values(next_attempt_at=now()))
            self._settle()
        with self.database.read() as session:
            waiting = session.scalars(select(Message.id).where(Message.handling == "received")).all()
            answers = session.execute(select(Message.reply_to_id, Message.part).where(Message.purpose == "answer"))
            assert waiting == []
            listed = list(answers)
            assert len(listed) == len(set(listed))
            for conversation in session.scalars(select(Conversation.id)):
                self._check_order(session, conversation)

    def _check_order(self, session: Any, conversation: int) -> None:
        """Answers that come through the engine follow the order of the messages."""
        answered = session.scalars(
            select(Message.reply_to_id)
            .where(Message.conversation_id == conversation, Message.author == "bot", Message.purpose == "answer")
            .where(Message.reply_to_id.not_in(self.cries))
            .order_by(Message.id)
        ).all()
        assert answered == sorted(answered)

    def teardown(self) -> None:
        if getattr(self, "pump", None) is not None:
            self.engine.failing = False
            self.engine.let()
            self.loop.run_until_complete(self.pump.stop())  # type: ignore[union-attr]  # looked at above
        self.loop.close()
        self.database.close()
        self.folder.cleanup()


TestDay = Day.TestCase
TestDay.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking replays whole days, for minutes
    report_multiple_bugs=False,
)
