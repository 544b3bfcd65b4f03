"""A person's name: 王小明, 欧阳娜娜, 阿卜杜拉·买买提, 才让多杰, Maria Santos. Pure."""

from __future__ import annotations

import re
import unicodedata

from casework.readers.plain import HAN, bare, spelt
from casework.readers.unreadable import Unreadable

LONGEST = 40
LONGEST_IN_ONE = 12
"""Chinese characters without a dot: 阿卜杜热合曼艾合买提 has ten, a sentence often more."""
_DOTS = re.compile(rf"(?<=[{HAN}])\s*[·•・‧∙⋅●᛫.．。‐-]\s*(?=[{HAN}])")
_LEAD = re.compile(
    r"(?:^|[,，。.!！;；:：\s])(?:你好|您好)?(?:(?:我的?|俺的?|本人的?)?(?:大名|全名|名字|"
    r"姓名)\s*(?:就?叫做?|是叫?|为|:)?"
    r"|(?:我|俺|咱|本人)?\s*(?:就?叫做?|名叫|是叫?)|本人)\s*:?\s*(?P<name>[^,，。!！;；:：?？\n]+)"
)
_SURNAME = re.compile(rf"姓\s*(?P<surname>[{HAN}]{{1,2}}?)[,，\s]*(?:名字?叫?|叫)\s*(?P<given>[{HAN}]{{1,4}})")
_BESIDE = re.compile(
    r"[\s,，、。.;；/(（]+(?:性别[:：]?)?(?:男|女|男性|女性|[男女]的|汉族|\w{1,4}族|\d{1,3}岁?|"
    r"\+?[\d\s-]{5,}[Xx]?|电话.*|手机.*|身份证.*|\d{4}年.*)[)）]?$"
)
_ENDING = re.compile(rf"(?<=[{HAN}]{{2}})(?:吧|啊|呀|哈|哦|噢)+$")
_TITLED = re.compile(
    rf"(?:[{HAN}]{{1,3}}(?:先生|女士|小姐|师傅|师父|大哥|大姐|老师|同志|经理|阿姨|叔叔)|"
    rf"姓[{HAN}]{{1,2}}|[{HAN}]{{1,2}}(?:某{{1,2}}|[xX*]{{1,2}}))"
)
_TWO = re.compile(rf"[{HAN}]{{2,4}}\s*(?:和|跟|与|、|,|，|/|以及)\s*[{HAN}]{{2,4}}")
_ASKING = re.compile(
    r"[?？你您吗呢嘛啥咋谁她它们哪我]|什么|怎么|为何|告诉|知道|不[说想填能给用方便行可愿是会好叫敢必需对同清]"
    r"|没[有名]|保密|匿名|名字|姓名|身份|电话|手机|工资|工钱|公司|老板|入会|申请|可以|谢谢|人工|"
    r"有人|跳过|随便|秘密|不详|"
    r"上一步|返回|下一步|好的|是的|是啊|已经|之前|刚才|写过|填过|同上|无名|工会|欠薪|拖欠|辞退|"
    r"受伤|打工|上班|工厂|帮忙|帮我|要求|投诉|举报"
)
_NO_NAME = re.compile(
    r"没有|有的|行啊|好啊|好吧|嗯嗯|呵呵|哈哈|嘿嘿|算了|退出|确认|提交|继续|取消|"
    r"重来|重填|是的|对的|不是|不行|不用|不要|不对|没了|在吗|在不|喂喂|滚蛋|保密|"
    r"匿名|未知|测试|先生|女士|小姐|师傅|男的|女的|汉族|本人|自己|老公|老婆|谢谢|"
    r"再见|拜拜|早上好|晚上好|下午好|中午好|救命|帮助|人工|客服|完了|名字|不|无|略|"
    r"骑手|司机|保安|保洁|工人|农民|学生|外卖员|快递员|上海|北京|广州|深圳|苏州|"
    r"江苏|浙江|广东"
    r"|no|yes|ok|okay|none|null|name|test|hello|hi|hey|skip|back|stop"
    r"|quit|exit|help|secret|nothing|why|what|who"
)
_SENTENCE = re.compile(r"[了是在没要给就还把被让跟说想欠拿问着过个这那很]")
_LETTERS_BETWEEN = frozenset(" ·'’-.་")


def read_name(text: str) -> str:
    """Return the name in a text; between the parts of one stands `·`, whatever dot was typed.

    Raises `Unreadable` (`no_name`, `whole_name`, `two`, `too_long`).
    """
    told = spelt(text)
    if "?" in told or "？" in told:
        raise Unreadable("no_name")
    name = _ENDING.sub("", bare(_without_neighbours(_told(told))))
    name = _joined(name)
    if _TWO.fullmatch(name):
        raise Unreadable("two")
    if _TITLED.fullmatch(name) or (not _NO_NAME.fullmatch(name) and len(name) == 1 and re.fullmatch(f"[{HAN}]", name)):
        raise Unreadable("whole_name")
    if _NO_NAME.fullmatch(name.casefold()) or _ASKING.search(name) or not _is_spelt_like_one(name):
        raise Unreadable("no_name")
    if len(name) > LONGEST:
        raise Unreadable("too_long")
    return name


def _told(told: str) -> str:
    """Return what stands behind 我叫, else all."""
    if surname := _SURNAME.search(told):
        return surname["surname"] + surname["given"].removeprefix(surname["surname"])
    found = _LEAD.search(told)
    return (found["name"] if found else told).strip()


def _without_neighbours(told: str) -> str:
    while (shorter := _BESIDE.sub("", told)) != told:
        told = shorter
    return told


def _joined(name: str) -> str:
    """Return a name with one kind of dot; 张 三 is 张三, and 阿卜杜拉 买买提 has a dot."""
    name = re.sub(r"\s+", " ", _DOTS.sub("·", name))
    if re.fullmatch(rf"[{HAN}]+(?: [{HAN}]+)+", name):
        return name.replace(" ", "" if len(name.replace(" ", "")) <= 4 else "·")
    return name


def _is_spelt_like_one(name: str) -> bool:
    letters = [character for character in name if _is_letter(character)]
    if len(letters) < 2 or any(each not in _LETTERS_BETWEEN for each in name if each not in letters):
        return False
    parts = re.findall(f"[{HAN}]+", name)
    if not parts:
        return name[0].isalpha() and len(name.split()) <= 8
    if any(len(part) > LONGEST_IN_ONE for part in parts):
        return False
    return not any(len(part) >= 5 and _SENTENCE.search(part) for part in parts)


def _is_letter(character: str) -> bool:
    return character == "〇" or unicodedata.category(character)[0] in "LM"
