"""A worker who was asked something and would rather not answer. Pure."""

from __future__ import annotations

import re

_ENDING = r"[了吧呢啊呀的。.!！,，~]*"
_STOP = re.compile(
    rf"(?:那|还是|先)?(?:算了|不用|不要|不必|不留|不写|不说|不打|别打|取消|停|不想留|不想说|不想写|没有电话|没电话|没有手机|没手机|下次)"
    rf"(?:留|写|说|打|电话|号码){{0,2}}{_ENDING}"
)


def wants_to_stop(text: str) -> bool:
    """Tell whether a short word (as `understood`) drops what was asked."""
    return _STOP.fullmatch(text) is not None
