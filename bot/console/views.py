"""What pages show of what casework read: words, times, colours. Pure.

Times of day are those of `casework.hours.ZONE`, wherever the server and the browser stand.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import quote

from bot.console import words
from casework.hours import ZONE
from casework.inbox_details import File, Item
from casework.inbox_rows import Row
from casework.private_numbers import LABELS
from casework.reach import Reach

Level = Literal["usual", "long", "too_long", "alarm"]
LONG = timedelta(minutes=5)
TOO_LONG = timedelta(minutes=15)
ALARM = 2
LAST_HOURS = 6
"""Hours before a channel closes from which on the page says so loudly."""
LEVEL_WORDS: dict[Level, str] = {"usual": "", "long": "偏久", "too_long": "太久", "alarm": "马上接"}
"""What a colour says, for who does not see it."""

_NUMBER = re.compile("〔(?:" + "|".join(LABELS.values()) + r")\d{1,6}〕")
_URL = re.compile(r"https?://[^\s<>\"'，。；、！？：（）【】《》「」“”‘’]+")
_WEEKDAYS = "一二三四五六日"

Title = Callable[[str], str | None]
"""Gives the title of an entry of the knowledge base by its id."""


@dataclass(frozen=True)
class RowView:
    """A row of a list, ready to be shown; what is empty is hidden.

    `sort` is its place in the list, compared number by number; the page's script makes the same one.
    """

    id: int
    href: str
    title: str
    when: str
    at: str
    since: str
    level: Level
    waiting: str
    is_alarm: bool
    is_urgent: bool
    is_unanswered: bool
    is_current: bool
    reason: str
    department: str
    channel: str
    assignee: str
    snippet: str
    sort: str


@dataclass(frozen=True)
class Piece:
    """A part of a text: plain, a reference to a private number, or an address."""

    kind: Literal["text", "number", "link"]
    text: str


@dataclass(frozen=True)
class FileView:
    """An attachment; a photo is shown, a voice is played, everything is offered for download."""

    id: int
    kind: str
    kind_name: str
    name: str
    size: str


@dataclass(frozen=True)
class MessageView:
    """A message or a private note, ready to be shown; `version` changes with what is shown of it."""

    kind: Literal["message", "note"]
    id: int
    author: str
    name: str
    pieces: tuple[Piece, ...]
    day: str
    time: str
    at: str
    understood: tuple[str, ...] = ()
    tapped: bool = False
    buttons: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    basis: str = ""
    more: str = ""
    files: tuple[FileView, ...] = ()
    has_place: bool = False
    delivery: str = ""
    delivery_name: str = ""
    failed: bool = False
    version: str = ""


@dataclass(frozen=True)
class ReachView:
    """What the channel still takes; `level` is `ok`, `soon` (it closes within hours) or `closed`."""

    level: Literal["ok", "soon", "closed"]
    text: str


def row_view(row: Row, view: str, now: datetime, *, me: int, href: str, current: int | None = None) -> RowView:
    """Return a row as the list `view` shows it; `href` leads to conversations, `{id}` in it is filled."""
    is_alarm = row.priority >= ALARM and row.state == "open"
    level = waiting_level(row.waiting_since, now, is_alarm=is_alarm and row.assignee_id is None)
    return RowView(
        id=row.conversation_id,
        href=href.replace("{id}", str(row.conversation_id)),
        title=row.title,
        when=spoken_short(row.last_message_at, now),
        at=row.last_message_at.isoformat(),
        since=row.waiting_since.isoformat() if row.waiting_since else "",
        level=level,
        waiting=waiting_words(row.waiting_since, now, level),
        is_alarm=is_alarm,
        is_urgent=row.priority == 1 and row.state == "open",
        is_unanswered=row.is_unanswered,
        is_current=row.conversation_id == current,
        reason=words.REASONS.get(row.reason or "", ""),
        department=row.department or "",
        channel=words.CHANNELS.get(row.channel, row.channel),
        assignee=holder(row, me),
        snippet=snippet(row, me),
        sort=json.dumps(sort_key(row, view), separators=(",", ":")),
    )


def blank_row() -> RowView:
    """Return the row that the page's script copies and fills."""
    empty = dict.fromkeys(
        ("href", "title", "when", "at", "since", "waiting", "reason", "department", "channel", "assignee", "snippet"),
        "",
    )
    return RowView(
        id=0,
        level="usual",
        is_alarm=False,
        is_urgent=False,
        is_unanswered=False,
        is_current=False,
        sort="[]",
        **empty,
    )


def sort_key(row: Row, view: str) -> list[int]:
    """Return the place of a row in a list, as `casework.inbox.Inbox.rows` orders it: the smaller comes first."""
    latest = [-_milliseconds(row.last_message_at), -row.conversation_id]
    if view == "unassigned":
        opened = _milliseconds(row.opened_at) if row.opened_at else 0
        return [-row.priority, opened, row.conversation_id]
    if view == "mine":
        if row.is_unanswered and row.waiting_since:
            return [0, _milliseconds(row.waiting_since), *latest]
        return [1, 0, *latest]
    return latest


def holder(row: Row, me: int) -> str:
    """Say who has a conversation: `我`, a name, or what it waits for."""
    if row.state == "open":
        if row.assignee_id is None:
            return "待接"
        return "我" if row.assignee_id == me else row.assignee or ""
    return words.STATES[row.state]


def snippet(row: Row, me: int) -> str:
    """Return the beginning of what was said last, with who said it unless it was the worker."""
    if row.last_author in {None, "worker"}:
        return row.last_text
    who = words.AUTHORS[str(row.last_author)]
    if row.last_author == "staff":
        who = "我" if row.assignee_id == me else row.assignee or who
    return f"{who}：{row.last_text}"


def waiting_level(since: datetime | None, now: datetime, *, is_alarm: bool = False) -> Level:
    """Return how bad it is that somebody waits since then; an alarm is the worst from its first second."""
    if since is None:
        return "usual"
    if is_alarm:
        return "alarm"
    if now - since >= TOO_LONG:
        return "too_long"
    return "long" if now - since >= LONG else "usual"


def waiting_words(since: datetime | None, now: datetime, level: Level = "usual") -> str:
    """Say how long somebody has waited: 刚开始等, 等 3 分钟, 太久 · 2 小时 5 分."""
    if since is None:
        return ""
    word, waited = LEVEL_WORDS[level], now - since
    if word:
        return f"{word} · {duration(waited)}"
    return f"等 {duration(waited)}" if waited >= timedelta(minutes=1) else "刚开始等"


def waited_words(span: timedelta) -> str:
    """Say how long somebody had to wait: 等了不到 1 分钟, 等了 8 分钟."""
    words_of_span = duration(span)
    return f"等了 {words_of_span}" if words_of_span[0].isdigit() else f"等了{words_of_span}"


def duration(span: timedelta) -> str:
    """Say a span of time: 不到 1 分钟, 3 分钟, 2 小时 5 分, 3 天."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    if minutes < 24 * 60:
        return f"{minutes // 60} 小时" + (f" {minutes % 60} 分" if minutes % 60 else "")
    return f"{minutes // (24 * 60)} 天"


def spoken_short(at: datetime, now: datetime) -> str:
    """Say a time in as few characters as a list has room for: 14:03, 昨天, 11月19日, 2025/11/19."""
    local, today = at.astimezone(ZONE), now.astimezone(ZONE)
    days = (today.date() - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return "昨天"
    return f"{local.month}月{local.day}日" if local.year == today.year else f"{local.year}/{local.month}/{local.day}"


def spoken(at: datetime, now: datetime) -> str:
    """Say a time: 今天 14:03, 昨天 9:10, 11月19日 14:03."""
    local = at.astimezone(ZONE)
    return f"{spoken_day(at, now).split(' ')[0]} {local:%H:%M}"


def spoken_day(at: datetime, now: datetime) -> str:
    """Say a day: 今天, 昨天, 11月19日 星期三."""
    local, today = at.astimezone(ZONE), now.astimezone(ZONE)
    days = (today.date() - local.date()).days
    if days in {0, 1}:
        return ("今天", "昨天")[days]
    year = "" if local.year == today.year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 星期{_WEEKDAYS[local.weekday()]}"


def message_view(item: Item, now: datetime, *, me: int, title: Title) -> MessageView:
    """Return what was said as the page shows it, with what the bot made of it."""
    extra = item.extra
    delivery, delivery_name = _delivery(item)
    shown = MessageView(
        kind=item.kind,
        id=item.id,
        author="note" if item.kind == "note" else item.author,
        name=_name(item, me),
        pieces=pieces(item.text),
        day=spoken_day(item.created_at, now),
        time=f"{item.created_at.astimezone(ZONE):%H:%M}",
        at=item.created_at.isoformat(timespec="seconds"),
        understood=understanding(item, title),
        tapped=item.author == "worker" and bool(extra.get("intent")),
        buttons=tuple(str(button.get("title", "")) for button in extra.get("buttons") or ()),
        citations=tuple(citation(each) for each in extra.get("citations") or ()),
        basis=str(extra.get("basis") or ""),
        more=str(extra.get("more") or ""),
        files=tuple(file_view(file) for file in item.files),
        has_place="location" in extra,
        delivery=delivery,
        delivery_name=delivery_name,
        failed=item.author == "worker" and item.handling == "failed",
    )
    return _with_version(shown)


def understanding(item: Item, title: Title) -> tuple[str, ...]:
    """Return what the bot made of a worker's message, a line each: intent and confidence, then the entries shown."""
    if not item.understood:
        return ()
    lines = []
    intent = item.understood.get("intent")
    confidence = item.understood.get("confidence")
    if intent:
        sure = f"，把握 {round(100 * float(confidence))}%" if isinstance(confidence, int | float) else ""
        lines.append(f"机器人听成：{words.INTENTS.get(str(intent), str(intent))}{sure}")
    named = (str(entry) for entry in item.understood.get("entries") or ())
    lines += [f"给了条目：{title(entry) or entry}" for entry in named]
    return tuple(lines)


def citation(kept: dict[str, Any]) -> str:
    """Return a source in words: 《劳动合同法》第三十条."""
    document = str(kept.get("document") or "")
    named = document if re.match(r"[《〔]|.*〔\d{4}〕", document) else f"《{document}》"
    return f"{named}{kept.get('article') or ''}"


def pieces(text: str) -> tuple[Piece, ...]:
    """Split a text at references to private numbers (〔手机号1〕) and at addresses."""
    found: list[Piece] = []
    done = 0
    for match in re.finditer(f"{_NUMBER.pattern}|{_URL.pattern}", text):
        if match.start() > done:
            found.append(Piece("text", text[done : match.start()]))
        found.append(Piece("link" if match[0].startswith("http") else "number", match[0]))
        done = match.end()
    if done < len(text):
        found.append(Piece("text", text[done:]))
    return tuple(found)


def file_view(file: File) -> FileView:
    """Return an attachment as the page shows it."""
    return FileView(
        id=file.id,
        kind=file.kind,
        kind_name=words.FILE_KINDS.get(file.kind, "文件"),
        name=file.name,
        size=size_words(file.size),
    )


def size_words(size: int) -> str:
    """Say how large a file is."""
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def reach_view(reach: Reach, channel: str) -> ReachView:
    """Say what can still be sent on a channel, and what to do when nothing can."""
    name = words.CHANNELS.get(channel, channel)
    if reach.hours_left is None:
        text = "职工没开着网页时也会存好，下次打开就能看到。" if channel == "web" else f"{name}随时可以发。"
        return ReachView("ok", text)
    if not reach.is_open:
        why = "职工太久没有来消息" if reach.hours_left == 0 else "职工上次来消息后能发的条数用完了"
        return ReachView("closed", f"{name}现在发不出去：{why}。留了电话的，打电话；没留的，要等职工再来消息。")
    left = duration(timedelta(hours=reach.hours_left))
    if reach.messages_left is not None:
        left = f"{reach.messages_left} 条，{left}内有效"
    if reach.hours_left < LAST_HOURS or reach.messages_left == 1:
        return ReachView("soon", f"{name}还能发 {left}，之后要等职工再来消息。要紧的话合成一条说，再请职工留个电话。")
    return ReachView("ok", f"{name}还能发 {left}。")


def conversation_href(**filters: str | int | None) -> str:
    """Return the address of conversations within a list: `{id}` stands for the number."""
    return "/conversations/{id}" + query(**filters)


def query(**filters: str | int | None) -> str:
    """Return the query part of an address, without what is empty; `view=unassigned` is what is meant anyway."""
    given = {name: value for name, value in filters.items() if value not in (None, "")}
    if given.get("view") == "unassigned":
        del given["view"]
    return "?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in given.items()) if given else ""


def score_words(score: int | None) -> str:
    """Return a rating in words, with its number of five."""
    return f"{words.SCORES[score]}（{score}/5）" if score else ""


def safe_hours(hours: str) -> str:
    """Return when it is safe to ring: a known time in words, or the worker's own words."""
    return words.SAFE_HOURS.get(hours, hours)


def version_of(html: str) -> str:
    """Return a short mark that changes with the text."""
    return hashlib.sha256(html.encode()).hexdigest()[:12]


def _with_version(shown: MessageView) -> MessageView:
    return replace(shown, version=version_of(json.dumps(asdict(shown), sort_keys=True)))


def _name(item: Item, me: int) -> str:
    if item.author == "staff":
        return "我" if item.staff_id == me else item.staff or words.AUTHORS["staff"]
    return words.AUTHORS[item.author]


def _delivery(item: Item) -> tuple[str, str]:
    """Return the state of what staff sent: `delivered`, `failed` or `stored`, and its name."""
    if item.kind == "note" or item.author != "staff":
        return "", ""
    if item.delivered_at is not None:
        return "delivered", "已送达"
    return ("failed", "没送出去") if item.handling == "failed" else ("stored", "已存，还没送达")


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def row_views(rows: Sequence[Row], view: str, now: datetime, **options: Any) -> list[RowView]:
    """Return several rows."""
    return [row_view(row, view, now, **options) for row in rows]
