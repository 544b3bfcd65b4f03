"""A person's words and numbers are where they belong, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import httpx

from tests.bot.gateway_server import visitor
from tests.end_to_end.stack import Stack

PHONE, IDENTITY, CARD = "13912345678", "320102199001011230", "6222021234567890123"
NAME = "欧阳铁柱"
WORDS = f"我叫{NAME}，电话{PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}，身份证{IDENTITY}，卡号{CARD}，老板拖欠我工资"


def spellings(text: str) -> list[bytes]:
    """Return a text as it may stand in a file: plain, and with escapes."""
    escaped = text.encode("ascii", "backslashreplace")
    return [text.encode(), escaped, escaped.replace(b"\\", b"\\\\"), escaped.upper()]


def holders(folder: Path, text: str) -> list[str]:
    return sorted(
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and any(spelling in file.read_bytes() for spelling in spellings(text))
    )


def test_numbers_are_kept_nowhere_and_words_never_in_logs(stack: Stack) -> None:
    with visitor(stack.chat) as client:
        client.post("/chat/api/messages", json={"text": WORDS}).raise_for_status()
        client.post("/chat/api/messages", json={"text": f"{NAME}被打了"}).raise_for_status()
        client.post("/chat/api/messages", content=f'{{"text": "{NAME}'.encode())
        client.get("/chat/api/messages", params={"after": NAME})
    for number in (PHONE, IDENTITY, CARD):
        assert holders(stack.var, number) == []
    assert all(not place.startswith(("log", "stack.out")) for place in holders(stack.var, NAME))
    assert holders(stack.var, NAME), "the search finds the words where they are kept"


def test_erasure_reaches_the_tracker(stack: Stack) -> None:
    secret = "我在红星砖瓦厂干活"
    with visitor(stack.chat) as client:
        client.post("/chat/api/messages", json={"text": secret}).raise_for_status()
        assert any("tracker" in place for place in holders(stack.var, secret))
        assert client.post("/chat/api/erase").status_code == 204
        assert client.get("/chat/api/messages").status_code == 401
    stack.run("bot", "retention")
    _settle(stack)
    assert [place for place in holders(stack.var, secret) if not place.endswith(("-wal", "-journal"))] == []


def _settle(stack: Stack) -> None:
    """Fold the write-ahead log into the database, as it happens by itself on the next thousand pages."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(stack.var / "niangjia.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_secrets_and_data_are_readable_by_the_services_account_only(stack: Stack) -> None:
    assert stack.var.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in (stack.var / "secrets").iterdir())


def test_health_says_nothing_about_people(stack: Stack) -> None:
    assert httpx.get(f"{stack.chat}/readyz").json() == {"parts": {"database": "ok", "rasa": "ok", "actions": "ok"}}
