"""What a notice says, in words that may stand on anybody's screen: no worker, no matter, no employer. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from casework.notifications import Line, Parcel

MARK = "【娘家人】"
"""Every notice begins with it: group robots can be told to let only messages with such a word through."""
MOST_LINES = 10
REASONS = {
    "asked_for": "要找人工",
    "not_understood": "机器人没听懂",
    "distress": "情况危急",
    "legal_urgency": "有时限，比较急",
    "staff": "同事发起",
}


@dataclass(frozen=True)
class NoticeMessage:
    """One message to a target. `text` ends with the link where there is one; `ids` are the notices that it tells."""

    subject: str
    text: str
    link: str
    is_alarm: bool
    lines: tuple[Line, ...] = ()
    ids: tuple[int, ...] = ()


class NoticeFailed(Exception):
    """The target did not take a notice. `code` is for logs, `explanation` says in words what to do about it."""

    def __init__(self, code: str, explanation: str) -> None:
        super().__init__(f"{code}: {explanation}")
        self.code = code
        self.explanation = explanation


class Target(Protocol):
    """Where notices go."""

    name: str

    async def send(self, message: NoticeMessage) -> None:
        """Deliver the message before the target's deadline. Raises `NoticeFailed`."""


def compose(parcel: Parcel, console_url: str) -> NoticeMessage:
    """Put a message together; `console_url` is empty where it is not known."""
    told = [_sentence(line) for line in parcel.lines[:MOST_LINES]]
    left = len(parcel.lines) - len(told)
    if left:
        told.append(f"另外 {left} 个部门也有人在等。")
    return _message(_subject(parcel), told, _link(parcel, console_url), parcel)


def trial_message(console_url: str) -> NoticeMessage:
    """Return the message that shows an operator that a target works."""
    nobody = Parcel("", (), (), is_alarm=False)
    link = f"{console_url}/inbox" if console_url else ""
    return _message("测试通知", ["这是一条测试通知。能看到它，说明已经接通。"], link, nobody)


def _message(subject: str, told: list[str], link: str, parcel: Parcel) -> NoticeMessage:
    last = [link] if link else ["请打开工作台查看。"]
    text = MARK + "\n".join([*told, *last])
    return NoticeMessage(f"{MARK}{subject}", text, link, parcel.is_alarm, parcel.lines, parcel.ids)


def _subject(parcel: Parcel) -> str:
    if parcel.is_alarm:
        return "危急，请马上接"
    waiting = sum({line.department: line.waiting for line in parcel.lines}.values())
    return f"{waiting} 位在等" if waiting else "有事要看一下"


def _link(parcel: Parcel, console_url: str) -> str:
    if not console_url:
        return ""
    (first, *others) = parcel.lines
    if others or first.conversation_id is None:
        return f"{console_url}/inbox"
    return f"{console_url}/conversations/{first.conversation_id}"


def _sentence(line: Line) -> str:
    return f"{line.department}：{_told(line)}"


def _told(line: Line) -> str:
    reason = f"（{REASONS[line.reason]}）" if line.reason in REASONS else ""
    others = f"，现在一共 {line.waiting} 位在等" if line.waiting > line.count else ""
    people = "、".join(line.people)
    match line.kind:
        case "alarm":
            call = f"请 {people} 接。" if people else "谁看到谁接。"
            return f"危急！{line.count} 位职工在等，请马上接。{call}"
        case "new":
            return f"新来 {line.count} 位{reason}{others}。"
        case "raised" if people:
            return f"{people}，你接待的职工在等回复{reason}。"
        case "raised":
            return f"有 {line.count} 位等了好一会儿，还没人接{reason}{others}。"
        case "supervisor":
            return f"有 {line.count} 位等得太久了，请主管看一下{reason}{others}。"
        case "morning":
            return f"上班了，{line.waiting} 位在等。"
        case "silent":
            return f"有 {line.count} 件事 30 天没有动静，请主管看看怎么办。"
        case _:
            return f"有 {line.count} 件事要看一下{others}。"
