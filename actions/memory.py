"""What the bot remembers of a worker, written once per message."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from casework.contacts import Fact, ask_no_more, may_ask, remember_kind, remember_region
from casework.ledger import Ledger


class Memory:
    """Keeps kind and region of the contact who wrote a message, and how often she was asked for them."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def keep_region(self, message_key: str, region: str) -> None:
        """Remember where the worker is."""
        self._once(message_key, "remember_region", lambda session: remember_region(session, message_key, region))

    def keep_kind(self, message_key: str, kind: str | None) -> None:
        """Remember what kind of worker she is, or that she is of it no more."""
        self._once(message_key, "remember_kind", lambda session: remember_kind(session, message_key, kind))

    def may_ask(self, message_key: str, fact: Fact) -> bool:
        """Tell whether she may be asked, and count it; a resend of the message gets the same word."""
        done = self._ledger.once(
            message_key, f"ask_{fact}", lambda session: {"ask": may_ask(session, message_key, fact)}
        )
        return bool(done["ask"])

    def ask_no_more(self, message_key: str, fact: Fact) -> None:
        """Note that none of what was offered fits her."""
        self._once(message_key, f"ask_no_more_{fact}", lambda session: ask_no_more(session, message_key, fact))

    def _once(self, message_key: str, action: str, write: Callable[[Session], None]) -> None:
        def work(session: Session) -> dict[str, object]:
            write(session)
            return {}

        self._ledger.once(message_key, action, work)
