"""A province's worth of conversations, put into the tables in bulk, to measure what a full database costs."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Table, insert

from casework.actors import Actor
from casework.crypto import Keyring
from casework.database import Database
from casework.names import name_digest, seal_name
from casework.search import words_of
from casework.tables import (
    REASONS,
    TOPICS,
    Base,
    Contact,
    Conversation,
    Department,
    DepartmentMember,
    HandOff,
    Message,
    MessageWord,
    Organisation,
    Staff,
)
from settings import ROOT

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
MESSAGES = 6
"""Messages of one conversation."""
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙朱马胡郭林何高梁"
_GIVEN = "伟芳娜敏静秀丽强磊军洋勇艳杰娟涛明超霞平刚桂"

Rows = Sequence[dict[str, Any]]


class Province:
    """Fills an empty database; `chief`, `agent` and `chair` are people at its root, in a county, in a firm."""

    def __init__(self, database: Database, keyring: Keyring, conversations: int = 10_000) -> None:
        self._database = database
        self._keyring = keyring
        self._chance = random.Random(conversations)
        self.departments: list[int] = []
        self._add_organisations()
        self._add_conversations(conversations)

    def _add_organisations(self) -> None:
        levels = ["province"] + ["city"] * 4 + ["county"] * 20 + ["street"] * 20 + ["enterprise"] * 40
        parents = [None, *[1] * 4, *(2 + n // 5 for n in range(20)), *(6 + n for n in range(20))]
        parents += [26 + n // 2 for n in range(40)]
        organisations = [
            {"id": n + 1, "level": level, "name": f"第{n + 1}工会", "region": "江苏", "parent_id": parent}
            for n, (level, parent) in enumerate(zip(levels, parents, strict=True))
        ]
        self._insert(Organisation, organisations)
        departments: list[dict[str, Any]] = [
            {"id": 4 * n + t + 1, "organisation_id": n + 1, "topic": topic, "name": topic, "hours": {}}
            for n in range(len(levels))
            for t, topic in enumerate(TOPICS)
        ]
        self._insert(Department, departments)
        self.departments = [row["id"] for row in departments]
        staff = [
            {
                "id": n + 1,
                "organisation_id": n % len(levels) + 1,
                "username": f"staff{n + 1}",
                "display_name": f"工作人员{n + 1}",
                "role": "supervisor" if n < len(levels) else "agent",
            }
            for n in range(200)
        ]
        self._insert(Staff, staff)
        # the first county's departments are 21 to 24
        self._insert(DepartmentMember, [{"department_id": department, "staff_id": 91} for department in (21, 22)])
        self.chief = Actor(1, "工作人员1", "supervisor", 1, "province")
        self.agent = Actor(91, "工作人员91", "agent", 6, "county", (21, 22))
        self.chair = Actor(46, "工作人员46", "supervisor", 46, "enterprise")

    def _add_conversations(self, number: int) -> None:
        chance, names = self._chance, self._names()
        self._insert(
            Contact,
            [
                {
                    "id": n,
                    "name_sealed": seal_name(self._keyring, name) if name else None,
                    "name_digest": name_digest(self._keyring, name) if name else None,
                }
                for n, name in zip(range(1, number + 1), names, strict=False)
            ],
        )
        conversations = [self._conversation(n, number) for n in range(1, number + 1)]
        self._insert(Conversation, conversations)
        self._insert(HandOff, [each for row in conversations for each in self._hand_offs(row)])
        texts = _sentences()
        messages = [
            {
                "id": (row["id"] - 1) * MESSAGES + place + 1,
                "conversation_id": row["id"],
                "author": ("worker", "bot", "worker", "bot", "worker", "staff")[place],
                "text": chance.choice(texts) + "，" + chance.choice(texts),
                "extra": {},
                "channel": "web",
                "created_at": row["created_at"],
            }
            for row in conversations
            for place in range(MESSAGES)
        ]
        self._insert(Message, messages)
        self._insert(
            MessageWord,
            [
                {"word": word, "conversation_id": message["conversation_id"], "message_id": message["id"]}
                for message in messages
                if message["author"] != "bot"
                for word in _words(message["text"])
            ],
        )

    def _conversation(self, number: int, of: int) -> dict[str, Any]:
        chance = self._chance
        at = START + timedelta(minutes=5 * number + chance.random())
        kind = chance.random()
        state = "open" if kind < 0.1 else "resolved" if kind < 0.6 else "pending"
        handed_over = state != "pending" or chance.random() < 0.25
        assigned = state == "open" and chance.random() < 0.7
        return {
            "id": number,
            "contact_id": number,
            "channel": chance.choice(("web", "web", "wechat", "telegram")),
            "state": state,
            # a fifth of the departments has most of the work
            "department_id": chance.choice(self.departments[:64] * 4 + self.departments) if handed_over else None,
            "assignee_id": chance.choice((1, 91, chance.randrange(1, 200))) if assigned else None,
            "complaint": handed_over and chance.random() < 0.2,
            "unanswered_since": at if state == "open" and chance.random() < 0.6 else None,
            "rasa_sender": f"sender-{number}-of-{of}",
            "last_message_at": at + timedelta(minutes=chance.randrange(60 * 24 * 20)),
            "created_at": at,
        }

    def _hand_offs(self, conversation: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if conversation["department_id"] is None:
            return
        chance = self._chance
        for last in (False, True)[chance.random() < 0.7 :]:
            over = not last or conversation["state"] != "open"
            yield {
                "conversation_id": conversation["id"],
                "department_id": conversation["department_id"],
                "reason": chance.choice(REASONS),
                "priority": chance.choice((0, 0, 0, 0, 1, 2)),
                "opened_at": conversation["created_at"] + timedelta(minutes=int(last)),
                "ended_at": conversation["last_message_at"] if over else None,
                "outcome": "solved" if over else None,
            }

    def _names(self) -> Iterator[str | None]:
        chance = self._chance
        while True:
            given = chance.choice(_GIVEN) + chance.choice(("", chance.choice(_GIVEN)))
            yield chance.choice(_SURNAMES) + given if chance.random() < 0.5 else None

    def _insert(self, kind: type[Base], rows: Rows) -> None:
        table = kind.__table__
        assert isinstance(table, Table)
        with self._database.write() as session:
            if self._database.is_sqlite or kind is not MessageWord:
                session.execute(insert(table), rows)
                if not self._database.is_sqlite and "id" in table.c:
                    session.connection().exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
                    )
                return
            raw: Any = session.connection().connection.driver_connection
            with raw.cursor() as cursor, cursor.copy(f"COPY {table.name} ({', '.join(rows[0])}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(tuple(row.values()))


@cache
def _sentences() -> list[str]:
    """Return what workers ask in the training data: some two thousand sentences."""
    found: list[str] = []
    for path in sorted((ROOT / "nlu_data" / "nlu").glob("policy_*.yml")):
        found += re.findall(r"^ +- (?!intent)(.+)$", path.read_text("utf-8"), re.MULTILINE)
    return [re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", sentence) for sentence in found]


@cache
def _words(text: str) -> frozenset[str]:
    first, _, second = text.partition("，")
    return words_of(text) if not second else _words(first) | _words(second)
