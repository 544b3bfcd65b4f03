"""How much a channel still takes for a worker who does not write: so many messages, for so long.

WeChat takes five customer-service messages in the 48 hours after a user's message, and refuses the next with 45047,
later ones with 45015 (developers.weixin.qq.com, 客服消息). Answers in the turn of her message are passive replies and
do not count. Channels that are not named here set no limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.tables import Conversation


@dataclass(frozen=True)
class Allowance:
    """What may be sent once a worker did something, and for how long."""

    messages: int
    lasts: timedelta


AFTER_MESSAGE = {"wechat": Allowance(5, timedelta(hours=48))}
"""By channel, what a worker's message allows; it replaces what was left of the last one."""


@dataclass(frozen=True)
class Reach:
    """What the channel still takes: the three are None where it sets no limit."""

    until: datetime | None = None
    hours_left: float | None = None
    messages_left: int | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether anything can be sent now."""
        return self.hours_left != 0 and self.messages_left != 0


def allow(conversation: Conversation, moment: datetime) -> None:
    """Start the allowance anew: the worker has just written."""
    allowance = AFTER_MESSAGE.get(conversation.channel)
    if allowance is not None:
        conversation.reachable_until = moment + allowance.lasts
        conversation.reachable_messages = allowance.messages


def spend(conversation: Conversation) -> None:
    """Count one message that is no answer in the worker's own turn."""
    if conversation.reachable_messages:
        conversation.reachable_messages -= 1


def reach_of(conversation: Conversation, moment: datetime) -> Reach:
    """Return what is left now."""
    until = conversation.reachable_until
    if until is None:
        return Reach()
    return Reach(until, max(0.0, (until - moment).total_seconds() / 3600), conversation.reachable_messages)
