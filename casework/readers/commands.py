"""What is no answer but steers the form: 上一步, 跳过, 等会再填, 第三项不对, 提交. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casework.readers.plain import bare
from casework.text import understood
from casework.told_dates import number

LONGEST = 24
"""Characters of a command; what is longer is a story in which its words happen to stand."""


@dataclass(frozen=True)
class Command:
    """`back`, `skip`, `next`, `stop`, `discard`, `restart`, `summary`, `submit`, or `change` of line `value` from 1.

    A change without a line has None: she has to be asked which.
    """

    name: str
    value: int | None = None


_POLITE = (
    r"(?:请|麻烦|帮我|给我|我想?要?|我要|我想|那就?|就|先|可以|能不能|能|想|要|再|嗯|好的?|哦|"
    r"算了)?[,，\s]*"
)
_ENDING = r"[吧了的啊呀呢嘛哈啦哦噢\s]*(?:谢谢)?"
_WRONG = (
    r"(?:(?:我|刚才|刚刚|之前|前面|上面)*(?:填|写|打|输|选|弄|搞|说|点)错了?|错了|有错|有误|不对|"
    r"有问题|不正确|(?:要|想|得|需要)?(?:改|修改|更正|重填)(?:一下|下)?)"
)
_CHANGE = r"(?:修改|更改|更正|改正|改动|改一下|改下|改|换一下|换|重填|重新填写?|纠正)"
_NUMBER = r"(?P<number>\d{1,2}|[一二两三四五六七八九十]{1,3})"
_LINE = rf"(?:第\s*)?{_NUMBER}\s*(?:项|个|条|行|题|步|点|处)?"

_COMMANDS: tuple[tuple[str, str], ...] = (
    (
        "back",
        r"(?:回到?|返回|退回?到?|改|重填|修改)?(?:上|前)(?:一|1)?(?:步|个|题|项|条|页)(?:(?:问题|"
        r"答案)?(?:我)?(?:填|写|打|输|选|弄)错了?|错了|不对|重填|重新填|改一下)?",
    ),
    (
        "back",
        r"返回|后退|往回|回退|退回去?|倒回去|回去(?:改)?(?:一下)?|back|(?:刚才|刚刚|前面|上面|"
        r"刚)(?:那个|的|填的|写的)*(?:填|写|打|输|选|弄)错(?:了)?|(?:填|写|打|输|选|弄|说)错",
    ),
    ("stop", r"(?:不|不想)再?(?:填|办|弄|搞|写|申请|做|继续)(?:下去)?了"),
    (
        "skip",
        r"(?:跳过|略过)(?:这个|这一?[步题项个]|去|它|此项|该项)?|(?:这个|这[步题项条])(?:跳过|略过|"
        r"不填|不说|不想[说填]|先?不写|没有|空着)|skip|pass",
    ),
    (
        "skip",
        r"(?:不想|不愿意?|不方便|不便)(?:说|填|透露|讲|告诉|回答|写|提供|告诉你们?)|没有这个|没这个|"
        r"没有这[项样]|空着|留空|先空着|不填|不写|不说|不提供",
    ),
    (
        "next",
        r"下一?(?:步|个|题|项)|继续|接着来|(?:选|发|传|填|上传|拍|写)(?:好|完)(?:了|啦)?|就这些|"
        r"就这几个|就这么多|没有?(?:别的|其他的?|更多)了?|没有?其他的?了?|next",
    ),
    (
        "stop",
        r"(?:先不|暂时不|暂不|以后再|下次再|回头再|改天再|明天再|晚点再?|等会儿?再?|等下再?|"
        r"过会儿?再?|待会儿?再?|一会儿?再?|有空再|下班再)(?:想)?(?:填|办|弄|说|搞|写|申请|做|来|"
        r"继续)(?:了|这个|吧|它|好了)*",
    ),
    (
        "stop",
        r"算了|退出|停止?|暂停|停一下|取消|放弃|先到这[里儿]?|到这[里儿]?|不办|不搞|不弄|不申请|"
        r"不用了|quit|exit|stop|存着(?:以后再填)?|保存",
    ),
    (
        "discard",
        r"(?:把)?(?:我?填的|草稿|这些|这个|这份|都|全部?|全都|内容|刚才的|信息|申请|资料)*(?:删掉|"
        r"删除|删了|清空|清除|作废|销毁|别存|不要保存|别保存)(?:我?填的|草稿|这些|全部|内容|刚才的|"
        r"信息|这份|资料|所有)*",
    ),
    (
        "restart",
        r"重新(?:填写?|来|开始|填一遍|来过|申请)(?:一遍|一次)?|(?:从|重)头(?:开始)?(?:来|填|再来|再填|"
        r"开始)(?:一遍|过)?|重来(?:一遍|一次)?|从头(?:再)?开始|全部重填|重填|都重填|restart",
    ),
    (
        "summary",
        r"(?:让我)?(?:看看?|看一下|看一看|看一遍|查看|检查|检查一下|瞧瞧|核对|核对一下|"
        r"预览)(?:一下)?(?:我)?(?:都|已经|前面|刚才|之前)*(?:填|写|答|说)(?:了|过|"
        r"好)?(?:的)?(?:些)?(?:什么|啥|哪些|内容|东西|信息|资料|情况)?",
    ),
    ("summary", (r"我?(?:都|已经)?(?:填|写)了(?:些)?(?:什么|啥|哪些)|汇总|预览|查看|总结一下|核对一下|填到哪了?")),
    (
        "submit",
        r"(?:确认|确定|马上|现在|直接)?(?:提交|递交|上交|发送|发出去?|交上?去?)(?:申请|出去|上去|了)?|"
        r"(?:都|全都?|完全|内容)?(?:没问题|没有问题|没错|对的?|正确|是对的|无误|没毛病)(?:提交|确认|"
        r"可以提交|交|发)?|确认(?:无误|一下)?|确定|就这样|可以提交|对(?:的)?(?:提交|确认)|submit|"
        r"核对无误",
    ),
)
_SAME = (
    ("电话", "手机", "号码", "联系方式"),
    ("身份证", "证件"),
    ("名字", "姓名"),
    ("公司", "单位", "工厂", "厂名", "企业", "老板"),
    ("金额", "数额", "钱数", "多少钱"),
    ("日期", "时间", "日子"),
    ("地区", "地址", "地方", "城市"),
    ("人数", "几个人", "多少人"),
    ("经过", "情况", "事情"),
)
"""What workers and forms call the same line."""
_PATTERNS = tuple((name, re.compile(rf"{_POLITE}(?:{words}){_ENDING}")) for name, words in _COMMANDS)
_LINES = (
    re.compile(rf"{_POLITE}(?:把)?{_LINE}\s*(?:那个|的)?{_WRONG}{_ENDING}"),
    re.compile(rf"{_POLITE}{_CHANGE}(?:一下)?\s*{_LINE}{_ENDING}"),
)
_NAMED = (
    re.compile(
        rf"{_POLITE}(?:把)?(?:我的)?(?P<label>.{{1,12}}?)(?:那[个里]|这[个里]|那[项条行]|"
        rf"一[项栏])?(?:是)?{_WRONG}{_ENDING}"
    ),
    re.compile(rf"{_POLITE}{_CHANGE}(?:一下)?(?:我的)?(?P<label>.{{1,12}}?){_ENDING}"),
)
_WHICH = re.compile(
    rf"{_POLITE}(?:有(?:个|一个|一处|地方)*(?:{_WRONG})|{_CHANGE}(?:一下|信息|内容|资料)?)(?:的地方)?{_ENDING}"
)


def command_in(text: str, labels: Sequence[str] = ()) -> Command | None:
    """Return the command that a text is, None for an answer; `labels` are the form's lines in their order."""
    if len(text) > 4 * LONGEST:
        return None
    told = bare(understood(text, None).casefold())
    if not told or len(told) > LONGEST:
        return None
    if whole := _command(told, labels):
        return whole
    parts = {_command(part, labels) for part in re.split(r"[,，。;；!！]+\s*", told) if bare(part)}
    return parts.pop() if len(parts) == 1 else None  # 先不填了，晚点再填


def _command(told: str, labels: Sequence[str]) -> Command | None:
    for pattern in _LINES:
        if match := pattern.fullmatch(told):
            return Command("change", _line(match["number"]))
    if line := _labelled(told, labels):
        return line
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(told):
            return Command(name)
    return Command("change") if _WHICH.fullmatch(told) else None


def _line(written: str) -> int | None:
    try:
        return number(written)
    except (ValueError, KeyError):
        return None


def _labelled(told: str, labels: Sequence[str]) -> Command | None:
    """Read 电话填错了 and 改工资 where the form has such a line."""
    for pattern in _NAMED:
        match = pattern.fullmatch(told)
        lines = set(_lines_called(match["label"], labels)) if match else set()
        if lines:
            return Command("change", lines.pop() if len(lines) == 1 else None)
    return None


def _lines_called(word: str, labels: Sequence[str]) -> Iterable[int]:
    plain = [understood(label, None).casefold() for label in labels]
    exact = [line for line, label in enumerate(plain, start=1) if label == word]
    if exact or len(word) < 2:
        return exact
    near = [line for line, label in enumerate(plain, start=1) if label and (word in label or label in word)]
    if near:
        return near
    alike = next((words for words in _SAME if any(each in word for each in words)), ())
    return [line for line, label in enumerate(plain, start=1) if any(each in label for each in alike)]
