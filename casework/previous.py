"""What was asked before in a conversation, so that "那要多久" can be understood.

The answering action notes with each answer what it was about, as `topic` in what was understood: `question` (the words
to search with), `entry` where one was given, and `asked` where the bot asked for the worker's `kind` or `region`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.tables import Message

KEPT = timedelta(minutes=30)
"""After a longer silence a question stands for itself."""
LOOKED_AT = 5
"""Messages back that are looked at: thanks and the like have no topic and do not end one."""


def previous_topic(session: Session, message: Message) -> dict[str, Any] | None:
    """Return the topic of the worker's latest answered message before this one, None where there is none lately."""
    before = (
        select(Message.extra)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.id < message.id,
            Message.author == "worker",
            Message.created_at >= message.created_at - KEPT,
        )
        .order_by(Message.id.desc())
        .limit(LOOKED_AT)
    )
    for extra in session.scalars(before):
        topic = (extra.get("understood") or {}).get("topic")
        if topic:
            return dict(topic)
    return None
