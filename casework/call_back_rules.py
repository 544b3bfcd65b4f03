"""What a worker says about being telephoned: numbers, hours, second thoughts. Pure."""

from __future__ import annotations

import re
from datetime import datetime, time

import phonenumbers

from casework.hours import ZONE

HOURS = ("any", "noon", "evening", "weekend")
"""Hours that have a button. Others are kept in the worker's own words."""
UNKNOWN = "unknown"
"""She was asked for her hours and did not say."""
LONGEST_HOURS = 40
"""Characters of hours in her own words."""
DAYTIME = (time(8), time(21))
"""When nobody is rung out of bed."""
_NOON = (time(12), time(13))
_EVENING = (time(18), time(21))

_REFERENCE = re.compile(r"〔(?:手机号|号码)(?P<position>\d+)〕(?:\s*(?:转|分机|-)\s*(?P<extension>\d{1,6})(?!\d))?")
_MOBILE = re.compile(r"(?:0{0,2}86|0)?(1[3-9]\d{9})")

_ENDING = r"[了吧呢啊呀的。.!！,，~]*"
_CANCEL = re.compile(
    rf"(?:我|我想|我要|请|麻烦|帮我|把){{0,2}}取消(?:掉|一下)?(?:我的|这个|那个)?(?:回电|回电话){_ENDING}"
)
_CANCEL_TOO = re.compile(
    rf"(?:不要|不用|不必|别|不需要)再?(?:给我|跟我)?(?:回电|回电话|打电话|打给我|来电话)(?:给我|过来)?{_ENDING}"
)

_YES = r"(?:都|也)?(?:行|可以|方便|好|成)?(?:打)?[吧的啊。.!！]*"
_CODES = (
    ("any", re.compile(rf"(?:随时|(?:什么|啥)时候|几点|哪天|任何时候|任何时间|全天){_YES}|都(?:行|可以){_ENDING}")),
    ("noon", re.compile(rf"中午(?:(?:12|十二)点(?:到|至|-|~)?(?:1|一|13)点)?{_YES}")),
    ("evening", re.compile(rf"(?:晚上|下班)(?:(?:6|六|18)点)?(?:以后|之后|后)?{_YES}")),
    ("weekend", re.compile(rf"(?:周末|双休日|(?:周|星期|礼拜)六[、,和]?(?:(?:周|星期|礼拜)?[日天])){_YES}")),
)
_TIME = re.compile(
    r"\d\s*[点时:：]|[一二三四五六七八九十两]点|早|上午|中午|下午|晚|傍晚|夜|周|星期|礼拜|今天|明天|后天|天以后|"
    r"下班|上班|下工|收工|午休|休息|轮休|休班|\d+[号日]|小时|分钟"
)
_QUESTION = re.compile(r"[吗么?？]|怎么|多少|为什么|为啥|能不能|可不可以|要不要|多久|啥时")


def phone_reference(text: str) -> tuple[int, str] | None:
    """Return the place (from 1) of the first telephone number in a stored text, with an extension if one follows.

    Numbers were replaced by references before the text was stored (`casework/private_numbers.py`).
    """
    found = _REFERENCE.search(text)
    return (int(found["position"]), found["extension"] or "") if found else None


def kind_of_reference(text: str) -> str:
    """Return the kind of the number at `phone_reference`: `phone`, or `number` for one that has another length."""
    found = _REFERENCE.search(text)
    return "phone" if found and found[0].startswith("〔手机号") else "number"


def usable_phone(digits: str, extension: str = "") -> str | None:
    """Return a number as it is dialled inside China, or None when nobody could be reached by it."""
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return mobile[1]
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 86 or not phonenumbers.is_valid_number(number):
        return None
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return re.sub(r"[^\d]+", "-", national).strip("-") + (f" 转 {extension}" if extension else "")


def last_digits(phone: str) -> str:
    """Return the four digits by which its owner knows a number again."""
    return re.sub(r"\D", "", phone.split("转")[0])[-4:]


def masked(phone: str) -> str:
    """Return a number of which only the ends can be read."""
    digits = re.sub(r"\D", "", phone.split("转")[0])
    return f"{digits[:3]}****{digits[-4:]}"


def is_number_try(text: str) -> bool:
    """Tell whether somebody who was asked for a number tried to give one, or said too little to mean anything else."""
    return "〔" in text or len(re.findall(r"\d", text)) >= 5 or (len(text) <= 6 and not is_question(text))


def is_question(text: str) -> bool:
    """Tell whether she asks something instead of answering."""
    return _QUESTION.search(text) is not None


def asks_to_cancel(text: str) -> bool:
    """Tell whether the worker does not want to be telephoned any more."""
    return names_call_back(text) or _CANCEL_TOO.fullmatch(text) is not None


def names_call_back(text: str) -> bool:
    """Tell whether she cancels a call back by its name, as the bot told her to."""
    return _CANCEL.fullmatch(text) is not None


def hours_in(text: str) -> str | None:
    """Return when it is safe to ring: one of `HOURS`, or the worker's own words; None when she says no time."""
    plain = text.strip()
    for code, pattern in _CODES:
        if pattern.fullmatch(plain):
            return code
    is_time = _TIME.search(plain) and not is_question(plain) and len(plain) <= LONGEST_HOURS
    return plain if is_time else None


def is_safe_now(hours: str, at: datetime) -> bool | None:
    """Tell whether these hours are now; None for words that somebody has to read."""
    local = at.astimezone(ZONE)
    spans = {"any": DAYTIME, "noon": _NOON, "evening": _EVENING, "weekend": DAYTIME}
    if hours not in spans:
        return None
    start, end = spans[hours]
    return start <= local.time() < end and (hours != "weekend" or local.weekday() >= 5)
