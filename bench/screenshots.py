"""Take the README's pictures: the chat page of the running system, and the console with made-up people.

`python -m bench.screenshots docs/images`; the machine needs a Chinese font.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from bench import console_screenshots
from tests.bot.web_page_phone import ask, bubbles
from tests.conftest import CHROMIUM, FLAGS
from tests.end_to_end.stack import Stack

SIZES = {1280: 900, 360: 740}
QUESTION = "老板拖欠我三个月工资怎么办"


def main(folder: Path) -> None:
    """Start the system, ask one question at each size, keep what is seen."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        stack = Stack(Path(temporary) / "var")
        stack.start()
        stack.wait_until_well()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM", CHROMIUM), args=FLAGS)
                for width, height in SIZES.items():
                    _picture(browser, stack, width, height, folder / f"chat-{width}.png")
                browser.close()
        finally:
            stack.stop()
    console_screenshots.main(folder)


def _picture(browser: Browser, stack: Stack, width: int, height: int, file: Path) -> None:
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    page.goto(f"{stack.chat}/chat")
    ask(page, QUESTION)
    bubbles(page, "bot").nth(1).wait_for()
    page.wait_for_timeout(1500)  # scrolling comes to rest
    page.screenshot(path=file)
    print(file)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
