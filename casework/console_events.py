"""What consoles are told of, written in the transaction of the change itself."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.tables import ConversationEvent


def tell(session: Session, conversation_id: int, kind: str) -> None:
    """Let every console know that this conversation changed; `kind` says what (`message`, `claimed`, …)."""
    session.add(ConversationEvent(conversation_id=conversation_id, kind=kind))
