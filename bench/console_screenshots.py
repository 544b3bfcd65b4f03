"""Take the pictures of the staff's console, with made-up people: `python -m bench.console_screenshots docs/images`.

It needs a Chinese font on the machine, but neither Rasa nor the knowledge base.
"""

from __future__ import annotations

import base64
import io
import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select, update

from casework import migrate
from casework.crypto import Keyring
from casework.database import Database, now
from casework.organisations import ensure_root
from casework.tables import Conversation, Message
from casework.wording import Wording
from settings import ROOT
from tests.bot.console.case_workers import CaseWorkers
from tests.bot.console.page_site import Site, ready, running_site
from tests.conftest import CHROMIUM, FLAGS

SIZES = {1280: 900, 390: 780}
WAITING = (
    ("李秀英", "厂里搬到外省，不去的就算自动离职，这合法吗", 22, "not_understood", "web"),
    ("阿卜杜拉·买买提", "我送外卖的，想入会，站长说不行", 9, "asked_for", "wechat"),
    ("", "孩子考上大学了，学费不够，工会能帮一点吗", 6, "asked_for", "web"),
    ("张伟", "下班路上被车撞了，算不算工伤", 3, "legal_urgency", "wechat"),
    ("", "夜班补贴从来没发过", 1, "asked_for", "web"),
)

ARREARS = "从 8 月起没发工资，老板说货款没到账。上周让我签一张工资已经结清的条子，我没签。"


def main(folder: Path) -> None:
    """Fill a console with a busy morning and keep what is seen of it."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        database = Database(f"sqlite:///{Path(temporary) / 'console.db'}")
        migrate.upgrade(database)
        ensure_root(database, "徐州市总工会")
        keyring = Keyring.from_data_key(base64.b64encode(os.urandom(32)).decode())
        wording = Wording.from_domain(ROOT / "domain.yml")
        with running_site(database, keyring, wording, Path(temporary) / "files") as site:
            number = _busy_morning(site)
            case = _cases(site, CaseWorkers(database, keyring, wording))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
                for width in SIZES:
                    _pictures(browser, site, number, width, folder)
                    _pictures_of_cases(browser, site, case, width, folder)
                browser.close()
        database.close()


def _busy_morning(site: Site) -> int:
    """Let people write; return the conversation that 小陈 (`supervisor1`) works on."""
    chen = site.hire("小陈", "supervisor")
    number = site.write("wang", "老板拖欠我三个月工资怎么办")
    site.bot_answers(number, intent="ask_policy", confidence=0.93, entries=["wage-arrears"])
    site.past_hand_off(number, now() - timedelta(days=40), 5, "小伙子很耐心")
    site.ask_for_person("wang", "找人工。我的电话 13812345678", name="王建国", minutes=8)
    with site.database.write() as session:
        earlier = now() - timedelta(minutes=8)
        session.execute(update(Message).where(Message.conversation_id == number).values(created_at=earlier))
    actor = site.actor(chen)
    site.hand_offs.claim(actor, number)
    site.notes.add(actor, number, "同厂已有三人来问，可能要集体谈。先别联系单位。")
    site.hand_offs.reply(actor, number, "王师傅您好，我是小陈。您先别签任何字据，工资条和考勤拍下来留着。", "1")
    with site.database.write() as session:
        sent = session.scalars(select(Message).where(Message.author == "staff")).one()
        sent.delivered_at = now()
    site.write("wang", "好的。要是他们还不给，我可以直接去仲裁吗？")
    for n, (name, text, minutes, reason, channel) in enumerate(WAITING):
        site.ask_for_person(f"worker-{n}", text, minutes=minutes + 0.5, name=name, reason=reason, channel=channel)
    site.ask_for_person("alarm", "我被锁在宿舍里了，出不去", reason="distress", detail="locked_in", minutes=1.5)
    with site.database.read() as session:
        assert len(session.scalars(select(Conversation.id)).all()) == len(WAITING) + 2
    return number


def _cases(site: Site, workers: CaseWorkers) -> str:
    """Let people send in cases, some of which 小陈 works on; return the number of the one that is shown whole."""
    chen, today = site.actor("supervisor1"), now()
    for n, name in enumerate(("赵敏", "钱洪", "孙丽", "周强", "吴刚", "郑芳", "冯军", "陈晓", "褚燕", "卫东", "蒋涛")):
        told = {"name": name, "employer": "宏远纺织有限公司", "phone": f"1390000{n:04}", "identity": None}
        workers.sends(f"textile-{n}", answers=told, at=today - timedelta(days=2, hours=n))
    case = workers.sends(
        "zheng",
        answers={"employer": "顺达物流有限公司", "happened": ARREARS, "owed_since": "2026-08-01", "contract": "no"},
        files=tuple(workers.photo(site.attachments, _payslip(month), "zheng") for month in ("8 月", "9 月")),
        employer_contact="never",
        urgent_reason="deadline",
        at=today - timedelta(days=3),
    )
    for worker, procedure, name in (
        ("li", "join", "李秀英"),
        ("amat", "join", "阿卜杜拉·买买提"),
        ("he", "aid", "何平"),
    ):
        workers.sends(worker, procedure, answers={"name": name}, at=today - timedelta(hours=2))
    moved = [
        workers.sends(f"w{n}", "join", answers={"name": n}, at=today - timedelta(days=4))
        for n in ("许静", "韩雪", "杨帆")
    ]
    for each in moved:
        site.cases.take(chen, each.case_id)
        site.cases.move(chen, each.case_id, "accepted")
    site.cases.ask_worker(chen, moved[0].case_id, "接单页面的截图，能看到名字就行。")
    site.cases.move(chen, moved[1].case_id, "in_progress")
    site.cases.move(chen, moved[2].case_id, "done", "granted", "会员卡已寄出")
    site.cases.take(chen, case.case_id)
    site.cases.move(chen, case.case_id, "accepted", words="本人不愿意留在厂里，先帮他把证据备齐")
    site.cases.ask_worker(chen, case.case_id, "9 月的考勤，拍得到日期和名字的那一页。")
    workers.answers("考勤在这，白班打卡，夜班没有", "zheng")
    site.cases.note(chen, case.case_id, "考勤和工资条对得上，申请书先按 3 个月算。")
    site.cases.move(chen, case.case_id, "in_progress")
    workers.shift(case.number, due_at=today + timedelta(minutes=40))
    return case.number


def _payslip(month: str) -> bytes:
    picture = Image.new("RGB", (480, 320), "#f3efe4")
    draw = ImageDraw.Draw(picture)
    for line in range(6):
        draw.rectangle((40, 60 + line * 40, 40 + (380 if line % 2 else 260), 70 + line * 40), fill="#b9b0a0")
    draw.rectangle((40, 20, 40 + 20 * len(month), 40), fill="#7d7262")
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return file.getvalue()


def _pictures_of_cases(browser: Browser, site: Site, number: str, width: int, folder: Path) -> None:
    options = {"viewport": {"width": width, "height": SIZES[width]}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    page = site.enter(browser.new_context(**options), "supervisor1", "/cases")  # type: ignore[arg-type]  # by name
    for path, name in (("/cases", "cases"), ("/cases/board", "case-board"), (f"/cases/{number}", "case")):
        page.goto(f"{site.url}{path}")
        ready(page)
        page.wait_for_timeout(800)  # photos
        file = folder / f"console-{name}-{width}.png"
        page.screenshot(path=file, full_page=name == "case" and width > 390)
        print(file)


def _pictures(browser: Browser, site: Site, number: int, width: int, folder: Path) -> None:
    options = {"viewport": {"width": width, "height": SIZES[width]}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    page = site.enter(browser.new_context(**options), "supervisor1")  # type: ignore[arg-type]  # options by name
    _keep(page, folder / f"console-inbox-{width}.png")
    page.goto(f"{site.url}/conversations/{number}")
    ready(page)
    page.get_by_test_id("suggestion").first.wait_for()
    _keep(page, folder / f"console-conversation-{width}.png")


def _keep(page: Page, file: Path) -> None:
    page.mouse.click(1, 1)  # a page may sound only after it was touched
    page.wait_for_timeout(7000)  # words that go by are gone
    page.screenshot(path=file)
    print(file)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
