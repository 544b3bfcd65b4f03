"""Which kind of worker a message is about, and whether she says it of herself. Pure.

What a rule means depends on who asks. A kind that a message names holds for its question; it is remembered only where
the worker says it of herself: "我爸62岁" is about her father, "骑手能入会吗" about riders at large. In doubt it is not
remembered, and in doubt none is named: the ordinary employee's answer then asks back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

KINDS = ("劳务派遣", "超龄", "学生", "家政", "分包", "骑手", "车主")
"""As in `variants` of an entry."""
OVER_AGE = 60
"""Years from which on who still works is taken for over age; a woman's lower limits are too many to guess."""

_TO_WORK = r"[^，。？！]{0,4}(?:干|上班|打工|做工|工作)"
_VEHICLE = r"(?:货车|卡车|大车|网约车|车)"
_FOREMAN = r"(?:包工头|工头)"
_ANY = r"[^，。？！]"
_WORDS = {
    "劳务派遣": r"劳务派遣|派遣(?:工|员工|制|公司|的|[人职]员)|劳务公司|派遣(?=$|[，。？！,?!呢能有可])",
    "超龄": rf"超龄|退休返聘|返聘|(?:过|超过|到)了?退休年龄|退休了?(?:还|又|后又|以后又|之后又)在?{_TO_WORK}"
    rf"|(?:领着|拿着|领|有)(?:退休金|养老金|退休工资)[^。？！]{{0,4}}(?:还|又)在?{_TO_WORK}",
    "学生": r"实习生|实习(?!期|工资|证明|单位证|律师|记者)|学生|暑假工|寒假工|假期工|勤工俭学|还在(?:上学|读书|念书)"
    r"|(?:在读|在校)(?!的?孩子)|职高|技校",
    "家政": r"保姆|月嫂|育儿嫂|育婴(?:师|员)|住家阿姨|家政(?:工|阿姨|服务员|人员|员)|(?:做|干|搞|当|在|从事)家政"
    r"|钟点阿姨|家里做饭阿姨",
    "分包": rf"{_FOREMAN}|劳务班组|包工队|施工队|分包|转包|包活的?老板",
    "骑手": r"骑手|外卖员|外卖小哥|外卖骑士|(?:送|跑|做|干)(?:着)?(?:美团|饿了么)?(?:的)?外卖|跑单|送单的"
    r"|(?:跑|做|干)?众包|专送|跑腿(?:员|小哥|的)?|闪送",
    "车主": rf"(?:自己|自个|自家|个人)(?:买|贷款买|出钱买)?的?{_VEHICLE}|车(?:子|辆)?是(?:我|我们)?(?:自己|自个|自家)的"
    rf"|(?:我|我们|俺)的{_VEHICLE}|车(?:子|辆)?{_ANY}{{0,6}}挂靠|挂靠{_ANY}{{0,8}}车|自带车辆?|自有车辆?|自购车辆?"
    rf"|带车(?:加盟|上班|干活|入职|司机)|(?:货车|卡车|大车)车主|是个?车主|养(?:货|卡|大)?车跑",
}
_NAMED = {kind: re.compile(words) for kind, words in _WORDS.items()}

_NOT_HERS = {
    "劳务派遣": rf"(?:转|改|变|换|签)(?:成|为|到|给|去|签)?(?:了)?(?:劳务)?(?:派遣|劳务公司)|什么(?:是|叫)|外包还是"
    rf"|(?:逼|让|叫|要)(?:我|我们|咱|俺){_ANY}{{0,6}}(?:派遣|劳务公司)|派遣证|派遣到(?:外地|国外|海外)|外派"
    rf"|(?:不想|不愿|要不要|能不能|该不该){_ANY}{{0,6}}派遣|(?:和|与|还是)派遣|派遣(?:和|与|跟){_ANY}{{0,8}}(?:区别|不同)",
    "学生": r"(?:助|奖|休|开|上|同|转|入)学(?:金|生)?(?:补助|申请|资助)|金秋|毕业"
    r"|学生(?:证|时代|家长|票|贷款|宿舍|食堂|会)"
    r"|转正|老师|教师|学生[打骂闹告]|(?:职高|技校|学校)(?:里)?(?:上班|工作|当)",
    "家政": rf"(?:请|找|雇|招|用|辞退?|给)(?:了|个|一个|过|的)*{_ANY}{{0,4}}(?:保姆|月嫂|育儿嫂|住家阿姨)"
    r"|家里的?(?:保姆|月嫂)|我家(?:的)?(?:保姆|月嫂)",
    "分包": rf"(?:我|俺|我们|本人)就?(?:是|当|做)个?小?的?{_FOREMAN}"
    r"(?!叫|手|带|找|介绍|底下|那|下面|请|的?(?:工人|人|小工))"
    rf"|作为{_FOREMAN}|当包工头|(?:分包|转包)给(?!我|俺|咱)",
    "骑手": r"(?:点|叫|订|吃|偷|拿|取|丢)(?:了|的|个|份|过)*外卖|外卖(?:没到|洒)|专送饭"
    r"|(?:被|让|给|跟|和|与|把)(?:一个|个|送)*(?:骑手|外卖员|外卖小哥|送外卖|跑腿|闪送)"
    rf"|(?:骑手|外卖员|外卖小哥|送外卖的){_ANY}{{0,4}}(?:撞了?我|撞了?人|闯|态度|偷|不送)",
    "车主": r"上下班|上班路|下班路|(?:去|来|在)上班(?:的)?(?:路|途)|下班回|通勤|停车|车位|油补|车补|私车公用|给公司开"
    r"|买车险|骑自己",
}
_EXCLUDED = {kind: re.compile(words) for kind, words in _NOT_HERS.items()}
_DRIVES = re.compile(
    r"挂靠|拉货|运输|跑车|跑货|送货|接单|网约车|滴滴|货车|卡车|大车|货运|带车|加盟|车主|自有车|自购车|派活|拉活"
)
"""What an own vehicle is used for when it is her trade and not her way to work."""
_PAST = r"(?:以前|之前|原来|过去|曾经|当年)(?:是|在|做|干|当|跑|送)"

_OTHERS = re.compile(
    r"爸爸?|妈妈?|爹|父亲|母亲|父母|老公|老婆|丈夫|妻子|媳妇|爱人|对象|男朋友|女朋友|男友|女友|儿子|女儿|闺女|姑娘|小孩"
    r"|孩子|娃|[我俺咱](?:家|的)?[弟妹哥姐娘叔伯舅姑姨]|弟弟|妹妹|哥哥|姐姐|姐夫|妹夫|嫂子|爷爷|奶奶|外公|外婆|姥姥|姥爷"
    r"|公公|婆婆|岳父|岳母|丈人|叔叔|伯伯|大伯|舅舅|侄子|外甥|亲戚|[表堂][哥弟姐妹]|同事|工友|朋友|邻居|老乡|同学|室友"
    r"|老板|经理|主管|(?<!其)(?<!吉)[他她]|有个?人|有些|一些|很多|好多|别人|人家|老人|老头|老太"
)
_I = r"(?:我|俺|咱|本人|阿拉)(?:们|几个|俩)?"
_PLANS = r"不是|算不算|如果|要是|假如|想|去[当做送跑]|准备|打算|考虑|可以|能|请|找|雇|招|被|问|改|转"
_BETWEEN = rf"(?:(?!{_PLANS})[^，。？！,?!；;、]){{0,10}}?"
_OWN_WAYS = {
    "劳务派遣": r"^(?:被)?派遣(?:到|在|去)|^(?:劳务)?派遣(?:工|员工|的)?[，, ]|^(?:和|跟|与)(?:劳务|派遣)公司签",
    "超龄": r"^退休了?(?:还|又)|^超龄(?:了|的)?[，, ]|^(?:退休)?返聘的?[，, ]",
    "学生": rf"^(?:大学|在校|高职|中专|大专)?(?:实习生|学生|暑假工|寒假工)(?:一个|一枚)?[，, ]|^在{_ANY}{{1,10}}实习"
    rf"|^(?:学校|老师)(?:安排|派|分){_ANY}{{0,10}}实习|^还在(?:上学|读书|念书)",
    "家政": rf"^(?:做|当|干)(?:了)?{_ANY}{{0,6}}(?:保姆|月嫂|育儿嫂|家政)|^(?:住家)?(?:保姆|月嫂|育儿嫂)[，, ]",
    "分包": rf"^(?:给|跟|跟着|在){_ANY}{{0,4}}(?:{_FOREMAN}|包工队|施工队){_ANY}{{0,4}}(?:干|做|手下|打工)"
    rf"|^{_FOREMAN}(?:手下|手底下)",
    "骑手": rf"^(?:送|跑)(?:着|了)?{_ANY}{{0,5}}外卖(?:的)?[，, ]|^(?:骑手|外卖员)[，, ]"
    rf"|^(?:送|跑)外卖{_ANY}{{0,4}}(?:摔|受伤|被撞|撞)",
    "车主": rf"^(?:用|开|拿|是)?(?:自己|自个|自家)的?{_VEHICLE}{_ANY}{{0,4}}(?:挂靠|拉货|跑运输|跑货|送货|接单)"
    r"|^车(?:子|辆)?挂靠|^带车|^自带车",
}
_OWN = {kind: re.compile(rf"{_I}{_BETWEEN}(?:{words})|{_OWN_WAYS[kind]}") for kind, words in _WORDS.items()}
_FOR_OTHERS = re.compile(
    r"[我俺咱](?:们)?家?的?(?:爸|妈|爹|娘|父亲|母亲|老公|老婆|丈夫|妻子|媳妇|爱人|对象|男朋友|女朋友|儿子|女儿|闺女|弟|妹|哥|姐"
    r"|爷爷|奶奶|公公|婆婆|岳父|岳母|叔|伯|舅|姑|姨|亲戚|朋友|老乡|同学)(?!给我|让我|叫我|和我|跟我|生病|住院|上学|要上)"
)
_HYPOTHESIS = re.compile(r"^(?:那)?(?:如果|要是|假如|假设|万一)")
_SENTENCES = re.compile(r"[。？！?!；;\n]+")
_CLAUSES = re.compile(r"[，。！,!；;]")

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_AGE = re.compile(
    r"(?P<before>[^，。？！,?!；;]{0,3})(?P<years>\d{2}|[六七八]十[一二三四五六七八九]?)(?:多)?(?:周)?岁(?P<after>[^。？！?!；;]{0,8})"
)
_TO_COME = re.compile(r"(?:到|满|等|至|快|不满|未满|没到|差|干到|交到|过)$")
_STILL = re.compile(r"^(?:了|多了|的人)|还在|还干|还上班|在干|在上班|打工|干活|做工")
_STILL_AT_IT = re.compile(r"岁(?:多)?(?:了|还|仍)|岁.{0,3}(?:还在|还干|还上班)")
_RULE = re.compile(r"^(?:才|能不能退|可以退|可以领|退休|以后|之后|之前|以前|前|后|开始|就|办|领|拿|为止|以下|生日)")

_DENIED = re.compile(
    rf"(?:{_I}|^){_ANY}{{0,6}}(?<!是)(?:不是|不算|不再是|不做|不干|不当|不送|不跑|没有?再?做|没再干|早就?不)(?P<what>{_ANY}{{0,10}})"
)
_DOES = re.compile(r"不(?=[送跑做干])")
_ASKED = re.compile(r"吗|嘛|么[?？]?$|[?？]")
_BESIDE_KIND = re.compile(r"手下|手底下|挂靠|公司|送|外卖|美团|饿了么|在校|住家|退休|大学|不是|不再|不|早")
_FILLERS = re.compile(
    r"[那我俺咱们你您是如果要换成若的了呢啊呀吧吗嘛哦噢额嗯在做干跑当一个名员也算属于还就本人今年都已经现目前对叫着种情况这类像咋怎么样办]"
    r"|\d+|[六七八九十岁多]|工人|[\s，。？！,?!、~.…]"
)


@dataclass(frozen=True)
class Named:
    """A kind that a message is about; `own` where the worker says it of herself."""

    kind: str
    own: bool


def kind_named(text: str) -> Named | None:
    """Return the kind that a message is about, None where it names none or denies it."""
    denied = kind_denied(text)
    for kind in KINDS:
        if kind != denied and _is_about(kind, text):
            return Named(kind, _is_hers(kind, text))
    return None


def kind_denied(text: str) -> str | None:
    """Return the kind that the worker says she is not, or not any more ("我不是骑手了")."""
    for clause in _CLAUSES.split(text):
        match = _DENIED.search(clause)
        if match is None or _ASKED.search(clause) or _OTHERS.search(clause):
            continue
        does = _DOES.sub("", clause[match.start() :])
        for kind in KINDS:
            if _NAMED[kind].search(match["what"]) or _NAMED[kind].search(does):
                return kind
    return None


def says_only_kind(text: str) -> bool:
    """Tell whether a message says nothing but a kind, or that she is of it no more: 我是骑手, 那派遣的呢."""
    denied = kind_denied(text)
    kind = next((kind for kind in KINDS if kind == denied or _is_about(kind, text)), None)
    if kind is None:
        return False
    rest = _BESIDE_KIND.sub("", _NAMED[kind].sub("", text))
    return _FILLERS.sub("", rest) == ""


def is_about_other(text: str) -> bool:
    """Tell whether a message asks for somebody of the worker's family or friends, and not for herself."""
    return _FOR_OTHERS.search(text) is not None


def _is_about(kind: str, text: str) -> bool:
    if kind == "超龄" and _over_age(text):
        return True
    if not _NAMED[kind].search(text) or re.search(rf"{_PAST}{_ANY}{{0,4}}(?:{_WORDS[kind]})", text):
        return False
    excluded = _EXCLUDED.get(kind)
    if excluded is not None and excluded.search(text):
        return False
    return kind != "车主" or _DRIVES.search(text) is not None


def _over_age(text: str) -> bool:
    """Tell whether somebody is said to be over age; an age that a rule or a plan speaks of is nobody's."""
    for match in _AGE.finditer(text):
        years = int(match["years"]) if match["years"].isdigit() else _spoken(match["years"])
        planned = _TO_COME.search(match["before"]) or _RULE.search(match["after"])
        if years >= OVER_AGE and (not planned or _STILL.search(match["after"])):
            return True
    return False


def _spoken(years: str) -> int:
    tens, _ten, ones = years.partition("十")
    return 10 * _DIGITS[tens] + _DIGITS.get(ones, 0)


def _is_hers(kind: str, text: str) -> bool:
    """Tell whether a sentence says of the worker herself that she is of this kind."""
    for sentence in map(str.strip, _SENTENCES.split(text)):
        if _OTHERS.search(sentence) or _HYPOTHESIS.search(sentence):
            continue
        if _OWN[kind].search(sentence) or _NAMED[kind].fullmatch(sentence.strip("，,")):
            return True
        if kind == "超龄" and _over_age(sentence) and (re.search(_I, sentence) or _STILL_AT_IT.search(sentence)):
            return True
    return False
