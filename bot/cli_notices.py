"""The command line: `python -m bot notices test`."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.gateway.notice_messages import NoticeFailed, NoticeMessage, Target, trial_message
from bot.notice_targets import build_targets, webhook_client
from settings import Settings


def add_parser(commands: Any) -> None:
    """Add `notices` to the commands of `python -m bot`."""
    parser = commands.add_parser("notices", help="notices to staff: group robot, e-mail")
    actions = parser.add_subparsers(dest="action", required=True)
    test = actions.add_parser("test", help="send a test message to every target that is set up")
    test.set_defaults(process=run)


def run(settings: Settings) -> int:
    """Send a test message to every target and say how it went; 0 when all took it, 1 otherwise."""
    return asyncio.run(_test(settings))


async def _test(settings: Settings) -> int:
    async with webhook_client(settings) as http:
        targets = build_targets(settings, http)
        if not targets:
            print("no target is set up: NOTIFY_WEBHOOK_URL for a group robot, SMTP_HOST for e-mail (see .env.example)")
            return 1
        if not settings.console_url:
            print("CONSOLE_URL is not set: notices carry no link to the console")
        message = trial_message(settings.console_url)
        went_well = [await _try(target, message) for target in targets]
    return 0 if all(went_well) else 1


async def _try(target: Target, message: NoticeMessage) -> bool:
    try:
        await target.send(message)
    except NoticeFailed as failure:
        print(f"{target.name}: failed ({failure.code}): {failure.explanation}")
        return False
    print(f"{target.name}: sent; look whether it arrived")
    return True
