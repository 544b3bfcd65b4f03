"""What a worker does on the chat page, in the words of the tests."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page

OpenPage = Callable[..., Page]


def ask(page: Page, text: str) -> None:
    page.get_by_test_id("input").fill(text)
    page.get_by_test_id("send").click()


def bubbles(page: Page, author: str | None = None) -> Locator:
    """The messages on the page, all or one author's (worker, bot, staff, system)."""
    messages = page.get_by_test_id("message")
    return messages if author is None else messages.and_(page.locator(f"[data-author={author}]"))


def unsent(page: Page) -> int:
    """Return how many messages the phone still keeps to send."""
    return int(page.evaluate("Object.keys(localStorage).filter((key) => key.includes('.out.')).length"))


def wait_until_sent(page: Page) -> None:
    """Wait for the phone to have nothing left to send (the page's policy forbids Playwright's own waiting)."""
    deadline = time.monotonic() + 30
    while unsent(page):
        assert time.monotonic() < deadline, "a message was never sent"
        page.wait_for_timeout(50)
