"""Yes or no, as it is said: 签了, 还没有, 好的, 没问题, 木有. Pure."""

from __future__ import annotations

import re

from casework.readers.plain import ENDINGS, plain
from casework.readers.unreadable import Unreadable

_NEITHER = re.compile(
    r"([一-鿿])[不没]\1|有没有|可不可以|同不同意|什么|怎么|[?吗]|不知道|不清楚|不确定|不晓得|"
    r"不太清楚|不记得|记不|不好说|说不好|说不准|看情况"
    r"|可能|也许|大概|好像|应该|不一定|随便|都行|都可以|无所谓|一半|有的.*没|有时|不是没|不是不|"
    r"没有不|没关系|没事|想想|考虑|再说|以后"
)
_WORDLESS = re.compile(r"[嗯恩哦噢啊呃额哎唉诶哈]+|那个|这个|我|就|那|你好|您好|请|谢谢")
_WORDLESS_YES = re.compile(r"[嗯恩]+|en|enen")
_YES_BY_NO = re.compile(r"没问题|没有问题|没错|没有错|没意见|没有意见|不错|不反对|不介意|没毛病")
_NO = re.compile(
    r"^(?:我|我们|公司|老板|厂里|单位|他们|他)?(?:也|都|就|还|从来|一直|根本|压根|至今|目前|现在|"
    r"暂时|真的|并|绝|坚决|合同|劳动合同|社保|其他|别的)*"
    r"(?:不|没|未|无|否|别|莫|冇|甭|木有|么有|么得|莫得|拒绝|取消|算了|免了|no(?![a-z])|nope|n$|"
    r"假的?$|错了?$|反对)"
)
_LATER_NO = re.compile(r"[没未不]|拒绝")
_SURE = r"(?:当然|必须|肯定|确实|真的|已经|早就|早|都|也|我|我们|公司|老板|厂里|单位|就|那|有|是)*"
_DONE = re.compile(
    rf"^{_SURE}(?:合同|社保|保险|工资条|协议)?[签交给发办买上做报去看拿收打写领入参缴有]+(?:过|了|的|完)"
)
_SHORT_YES = r"[对好行可成中得系会能想真妥闷确必][的了啊呀吧呢哈哟嘞滴啦哦噢头事勒]*"
_YES = re.compile(
    rf"^(?:我|我们|俺|咱)?(?:当然|必须|肯定|非常|完全|都|也|就|很|那就?|确实|真的?)*(?:(?:{_SHORT_YES})+$"
    r"|是|有|嗯|要|可以|同意|愿意|乐意|需要|确认|确定|允许|授权|接受|赞成|答应|继续|来吧|ok|yes|"
    r"yep|y$|yeah|要得|必须|当然|肯定"
    r"|欧了|欧克|哦克|奥克|阔以|sure|正确|true)"
)


def read_yes_no(text: str) -> bool:
    """Tell whether a text says yes. Raises `Unreadable` (`vague`, `two`, `yes_or_no`)."""
    told = plain(text)
    if _NEITHER.search(told):
        raise Unreadable("vague")
    words = [word for word in re.split(rf"[{re.escape(ENDINGS)}]+", told) if word]
    said = [answer for word in words if not _WORDLESS.fullmatch(word) and (answer := _answer(word)) is not None]
    if not said:
        if any(_WORDLESS_YES.fullmatch(word) for word in words):
            return True
        raise Unreadable("yes_or_no")
    if len(words) == 2 and max(map(len, words)) <= 2 and len(set(said)) == 2:  # 有, 没有
        raise Unreadable("two")
    return said[0]


def _answer(word: str) -> bool | None:
    if _YES_BY_NO.search(word):
        return True
    if _NO.match(word):
        return False
    if _LATER_NO.search(word):  # 合同没签, 他不给交
        return False if len(_LATER_NO.findall(word)) == 1 else None
    if _YES.match(word) or _DONE.match(word):
        return True
    return None
