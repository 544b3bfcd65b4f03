"""What a worker wants to know just now, for the staff's suggestions: her last words that ask or tell something."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import func, select

from casework.actors import Actor
from casework.database import Database
from casework.errors import NotFound
from casework.organisations import visible_to
from casework.private_numbers import LABELS
from casework.tables import Contact, Conversation, Message
from casework.text import understood

JOINED = 2
"""Messages that are taken together: a matter is often told in two."""
LOOKED_AT = 20
SHORTEST = 4
"""Characters from which on a message can hold a question; 好的, 在吗 and 谢谢 are shorter."""

_EMPTY = re.compile(
    r"(?:你好|您好|你|您|在吗|有人吗|好的|好吧|嗯+|哦+|谢谢|感谢|多谢|知道了|明白了|收到|可以的?|没事了?|再见|麻烦(?:你|您)?了|"
    r"(?:转|找|要|叫)?人工(?:客服|服务)?|等一下|稍等|不用了|辛苦了?|师傅|老师|同志|啊|呀|吧|哈|了|[ ,，.。!！?？~、])+"
)
_REFERENCE = re.compile("〔(?:" + "|".join(LABELS.values()) + r")\d+〕")


@dataclass(frozen=True)
class LastQuestion:
    """The words to search for, empty where there are none, and the worker's region."""

    text: str
    region: str | None


def worth_searching(text: str) -> bool:
    """Tell whether a message (as `understood`) says enough to be searched for."""
    return len(text) >= SHORTEST and _EMPTY.fullmatch(text) is None


class LastQuestions:
    """Reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, actor: Actor, conversation_id: int) -> LastQuestion:
        """Return what the worker typed last, up to two messages since staff answered her. Raises `NotFound`."""
        with self._database.read() as session:
            row = session.execute(
                select(Conversation.id, Contact.region)
                .join(Contact, Contact.id == Conversation.contact_id)
                .where(Conversation.id == conversation_id, visible_to(actor))
            ).first()
            if row is None:
                raise NotFound(f"conversation {conversation_id}")
            answered = select(func.coalesce(func.max(Message.id), 0)).where(
                Message.conversation_id == conversation_id, Message.author == "staff"
            )
            messages = session.scalars(
                select(Message)
                .where(Message.conversation_id == conversation_id, Message.author == "worker")
                .where(Message.id > answered.scalar_subquery())
                .order_by(Message.id.desc())
                .limit(LOOKED_AT)
            ).all()
        typed = (message.text for message in messages if not message.extra.get("intent"))
        plain = (_REFERENCE.sub("", understood(text)).strip() for text in typed)
        latest = [text for text in plain if worth_searching(text)][:JOINED]
        return LastQuestion("，".join(reversed(latest)), row.region)
