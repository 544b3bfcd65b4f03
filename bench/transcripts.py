"""Talk with the whole system as written in `TALKS` and write down what was said: docs/transcripts.zh-CN.md.

`python -m bench.transcripts --markdown docs/transcripts.zh-CN.md` starts everything, real Rasa included, types, taps,
and kills every process in the middle of one talk. Names and numbers are invented.
"""

from __future__ import annotations

import argparse
import re
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx

from tests.bot.gateway_server import visitor
from tests.end_to_end.stack import Stack

RESTART = "!重启"
"""A line of a talk: every process is killed, and comes back."""
PARTS = ("gateway", "actions", "rasa")
TALKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "入会：中间问一句、改一处、停下来、系统全部重启、接着填",
        (
            "我要入会",
            "会不会告诉我老板？",
            "#同意",
            "送外卖的",
            "年休假有几天？",
            "徐州鼓楼区",
            "我叫诸葛云岭",
            "#先停",
            RESTART,
            "我要入会",
            "#接着填",
            "1390013 9000",
            "跳过",
            "#同意",
            "32010219900101123",
            "跳过",
            "改电话",
            "139-0013-9001",
            "#提交",
            "我的申请到哪了",
        ),
    ),
    (
        "讨薪：老板会不会知道、期限、转人工、证据和申请书",
        (
            "我要申请法律援助",
            "#同意",
            "欠工资，没签合同",
            "#选好了",
            "#跟单位干",
            "就我一个",
            "徐州宏远建筑有限公司",
            "去年三月",
            "上个月15号",
            "没签过",
            "一万二左右",
            "今年六月",
            "活干完了老板一直拖，说甲方没给他钱，上个月电话也不接了",
            "转人工",
            "不等了",
            "我要申请法律援助",
            "#接着填",
            "绝对不要",
            "我叫司徒建国",
            "13900139002",
            "#这些不填",
            "#提交",
        ),
    ),
    (
        "帮扶：哪一种适合我",
        ("帮我申请困难补助", "同意", "2", "徐州", "不清楚", "上一步", "#不改"),
    ),
    (
        "算一算：话里说过的不再问",
        ("我干了三年半, 一个月五千, 公司突然让我走", "算算该拿多少钱", "#加班", "#加班费", "5000", "40", "16", "8"),
    ),
    ("查会籍：名字和证件号都对上才说", ("查会籍", "#同意", "慕容桂香", "#同意", "320102199001010010")),
)


def main() -> None:
    """Run all talks and print or write them."""
    parser = argparse.ArgumentParser(prog="python -m bench.transcripts", description=__doc__.partition("\n")[0])
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write them here instead of printing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as held:
        stack = Stack(Path(folder) / "var")
        stack.start()
        held.callback(stack.stop)
        lines = [line for title, talk in TALKS for line in _talk(stack, title, talk)]
    text = "\n".join([*_HEAD, *lines]).rstrip() + "\n"
    if options.markdown:
        options.markdown.write_text(text, "utf-8")
    else:
        print(text)


_HEAD = (
    "# 办事对话实录",
    "",
    "由 `python -m bench.transcripts` 对着整套系统（真实的 Rasa）逐句跑出来，名字和号码都是编的。`〔…〕` 是点的按钮，"
    "`［…］` 是给出的按钮。",
    "",
)


def _talk(stack: Stack, title: str, talk: Sequence[str]) -> Iterator[str]:
    yield f"## {title}\n"
    buttons: dict[str, str] = {}
    with visitor(stack.chat) as client:
        for said in talk:
            if said == RESTART:
                for part in PARTS:
                    stack.signal(part, signal.SIGKILL)
                stack.wait_until_well()
                yield "> （所有进程被杀掉，又起来了）\n"
                continue
            body, shown = _message(said, buttons)
            yield f"**职工**：{shown}\n"
            for message in _answered(client, body):
                buttons |= {each["title"]: each["token"] for each in message["buttons"] if "token" in each}
                yield from _told(message)


def _message(said: str, buttons: dict[str, str]) -> tuple[dict[str, str], str]:
    if not said.startswith("#"):
        return {"text": said}, said
    title = next(title for title in reversed(buttons) if said[1:] in title)
    return {"button": buttons[title]}, f"〔{title}〕"


def _answered(client: httpx.Client, body: dict[str, str]) -> list[dict[str, list[dict[str, str]]]]:
    answer = client.post("/chat/api/messages", json=body)
    answer.raise_for_status()
    messages: list[dict[str, list[dict[str, str]]]] = answer.json()["messages"]
    return [message for message in messages if str(message["author"]) != "worker"]


def _told(message: dict[str, list[dict[str, str]]]) -> Iterator[str]:
    text = re.sub(r"\n", "  \n", str(message["text"]))
    titles = "".join(f"［{button['title']}］" for button in message["buttons"])
    yield f"**娘家人**：{text}" + (f"  \n{titles}" if titles else "") + "\n"


if __name__ == "__main__":
    main()
