"""Distress in a worker's words: self-harm, violence, being locked in, an accident now. Pure.

It is decided here, before the dialogue engine and whoever answers, so that it holds while the engine is away. A miss
is worse than a false alarm, whose price is one humane message; but a question about the law of accidents ("摔死了
怎么赔") and everyday talk ("累死了") must reach their answer.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Distress(StrEnum):
    """What is happening; the response is `utter_distress_<value>` in `domain.yml`."""

    SELF_HARM = "self_harm"
    VIOLENCE = "violence"
    LOCKED_IN = "locked_in"
    ACCIDENT = "accident"


_SELF_HARM_ACTS = (
    r"(?:自杀|自尽|自残|寻死|轻生|跳楼|跳河|跳江|跳海|跳桥|跳下去|割腕|上吊|喝了?农药|喝药|吃了?安眠药|撞死|寻短见)"
)
_INTENT = r"(?:想|要|准备|打算|只能|只好|只有|干脆|不如|去|逼[我俺]|就)"
_PEOPLE = r"(?:[我俺咱]|有人|工友|同事|老乡|师傅|兄弟|他|她)"

_SURE: dict[Distress, str] = {
    Distress.SELF_HARM: (
        r"(?:不想|唔想|不愿意?|没法|没办法|懒得)再?活(?!动|儿)|活不下去|活不成了|不活了|活够了|死了算了|一死了之|生不如死"
        r"|(?<![不没])想死(?!你|他|她|家|磕|心)|[我俺]就?(?:要|想|去|宁愿|宁可|只有|只能)去?死(?!磕|等|守|记|扛|心|要活)|不如死"
        r"|死给(?:他|她|你|老板|公司)|活[着著].{0,4}(?:没|沒|无)(?:什么|啥)?(?:意思|意义|盼头|劲)|结束(?:自己的?|我的?)?生命|了结自己"
        r"|(?:[我俺]|写)[^老父母爸妈爷奶]{0,4}遗书|不想(?:在|待在)?(?:这|这个)?世上"
        r"|没有?活下去的|一了百了|结束这一切|(?:不想|没法|没办法)再?撑下去|吃了一[瓶把].{0,3}(?:药|农药)"
        r"|[我俺].{0,6}(?:站|坐|爬)(?:在|到|上).{0,4}(?:楼顶|天台|塔吊|塔顶|桥上|桥边|窗台)(?:上|了|边|，|,|$)"
        rf"|(?<!不){_INTENT}[^不没。，,？?]{{0,5}}{_SELF_HARM_ACTS}|[我俺](?:都|真|现在)?{_SELF_HARM_ACTS}"
    ),
    Distress.VIOLENCE: (
        r"拿(?:着|了|出)?(?:一?把|根)?.{0,2}(?:刀|斧|钢管|铁棍|棍子|砖头).{0,6}(?:砍|捅|追|打|威胁|对着|[我俺])"
        r"|(?:要|想|说|威胁|扬言).{0,6}(?:弄死|打死|砍死|杀了|杀死|整死)[我俺人](?!也|都)"
        r"|(?:正在|在|现在|又|还在|一直在)(?:被)?(?:人)?(?:打|揍|殴打|砍|追打|围殴)(?:[我俺人]|工友|同事)(?!电话|手机|卡|款)"
        r"|被.{0,8}(?:围住|堵在|堵住|追着)(?:打|了|厂|家|宿舍|车)|强奸|强暴[我了]|性侵"
        r"|(?:要|想|来)杀(?:了|死)?[我俺]|按在地上打|把[我俺](?:硬)?(?:拖|拽)(?:进|到|上|去)"
    ),
    Distress.LOCKED_IN: (
        r"(?:被|给|把[我俺人]).{0,10}(?:关|锁|反锁|困|软禁)(?:在(?!门外|外)|进|到|起来|住了?)(?!系统|账)"
        r"|困在.{0,8}(?:里|内|上面|下面|井|电梯|冷库|仓库)|[我俺]们?.{0,4}困住了|(?:门|铁门|大门|宿舍|厂里|车间|仓库|冷库|电梯|罐|井).{0,8}出不[去来]"
        r"|不让[我俺]?们?(?:走|出去|离开).{0,6}门.{0,2}锁|把[我俺]们?锁.{0,6}(?:里|内)(?!面的)"
        r"|扣在.{0,8}(?:走不了|出不[去来]|不让走|跑不)|骗[到进].{0,10}(?:出不[去来]|走不了|跑不)"
        r"|(?:没收|收走|抢走).{0,4}手机.{0,10}(?:关|锁|不让(?:出|走))|(?:现在|正|正在)(?:被)?限制.{0,4}人身自由"
    ),
    Distress.ACCIDENT: (
        r"血(?:止|停)不住|(?:一直|不停|大量|好多|很多).{0,3}(?:流|出|吐|淌)血|(?:流|出|吐|淌)了?(?:好|很)多血"
        r"|叫不醒(?!装睡)|喊不醒|不省人事|昏迷不醒|没(?:有)?(?:呼吸|心跳|气)了|(?<![压大多]得)喘不(?:上|过)来?气|胸.{0,6}喘不(?:上|过)|口吐白沫|倒在?地上?(?:不|没)"
        r"|(?:人|他|她|工友|师傅|下来了?|地上)[，, ]?(?:已经|都|就)?不动了"
        r"|(?:人|他|她|工友|师傅).{0,6}(?:埋在|被埋|埋住|压在下面|压住了)"
        r"|(?:人|工友|师傅|同事)掉(?:进|到|下).{0,6}(?:池|井|坑|罐|河|水里)|塌了.{0,4}(?:压|埋|砸).{0,2}人|没跑出来"
        r"|撞(?:了|倒).{0,10}(?:动不了|躺在|起不来)|(?:人|工友|师傅|同事)(?:触电)?倒下了"
        r"|(?:着火|起火|失火|爆炸|塌方|坍塌|触电)了"
        r"|(?:煤气|瓦斯|毒气|氨气|氯气|硫化氢).{0,4}(?:泄漏|漏了|中毒)"
    ),
}

_NOW = r"(?:刚|刚刚|刚才|现在|正在|突然|马上|快来|救命|赶紧|这会儿?|眼下)"
_HURT = (
    r"(?:晕倒|昏倒|晕过去|昏过去|中暑|热射病|抽搐|触电|电到|摔下|掉下|坠落|砸到|砸中|压到|压住|压断|夹住|夹断|绞进|绞断|绞住|卷进|切断"
    r"|切到|烫伤|烧伤|中毒|流血|吐血|休克|心梗)"
)
_LIKELY: dict[Distress, str] = {
    Distress.VIOLENCE: (
        r"(?:打|揍|殴打|砍|捅|掐)(?:了)?(?:[我俺](?!们?(?:电话|手机|卡|款|的|工资|账|微信|也|都))|人了)"
        r"|被[^，。,;；]{0,8}(?:打了(?!破伤风|针|疫苗|电话)|打伤|打得|揍了|殴打|砍了|捅了)"
    ),
    Distress.LOCKED_IN: r"出不去了",
    Distress.ACCIDENT: (
        rf"{_NOW}.{{0,14}}{_HURT}|{_PEOPLE}.{{0,10}}(?:晕倒|昏倒|昏过去|晕过去|中暑|触电|电到|休克|抽搐)了"
        rf"|{_PEOPLE}.{{0,8}}从.{{0,8}}(?:摔|掉|坠)下来?了?|(?<!用钱)救命(?!钱|的|药)|[我人]快(?:死|不行)了|被.{{0,6}}(?:卷|绞)进去|(?:手|手指|胳膊|腿)断了怎么办"
        rf"|{_HURT}.{{0,6}}(?:快|怎么急救|要不要叫救护车|叫救护车)"
    ),
}

_PAST = re.compile(
    r"去年|前年|大前年|上个?月|上周|上星期|以前|之前|曾经|当年|那年|几年前|个月前|天前|年前|昨天|前天|前几天|20\d\d年|\d+月份?"
)
_ABOUT_LAW = re.compile(
    r"算工伤|算不算|算是工伤|属于工伤|是工伤|怎么算|怎么赔|咋赔|赔多少|赔偿|赔吗|赔不赔|谁赔|认定|鉴定|报销|医药费|能告|可以告|起诉|怎么处罚"
    r"|什么待遇|伤残|几级|误工|停工留薪|法律规定|犯法|违法吗|私了|负责吗|要负责|承担责任"
)
_TREATED = re.compile(r"住院|出院|医院(?:检查|诊断|治)|到医院|去医院|诊断|骨折|缝了|手术|CT")
"""A doctor has seen it: a question of law, not an emergency."""
_SURE_RULES = {kind: re.compile(pattern) for kind, pattern in _SURE.items()}
_LIKELY_RULES = {kind: re.compile(pattern) for kind, pattern in _LIKELY.items()}
_VITAL = re.compile(
    r"血(?:止|停)不住|叫不醒|喊不醒|不省人事|昏迷不醒|没(?:有)?(?:呼吸|心跳)了|(?<![压大多]得)喘不(?:上|过)来?气|胸.{0,6}喘不(?:上|过)|口吐白沫"
)
"""A life may be in danger this minute, even if the worker also asks about the law."""
_DENIED = re.compile(rf"(?:不会|不想|不要|不是要|没想|没有想|没想过|别)(?:去)?(?:{_SELF_HARM_ACTS}|想不开|死)")


def find_distress(understood: str) -> Distress | None:
    """Return what is happening, or None; `understood` is the text as `casework.text.understood` gives it.

    Words that leave no doubt count always, unless they tell of the past or ask about the law of it; words that may
    also be a question count only when neither is there.
    """
    text = _DENIED.sub("", understood)
    told_of = _PAST.search(text) is not None
    about_law = _ABOUT_LAW.search(text) is not None
    if _SURE_RULES[Distress.SELF_HARM].search(text):
        return Distress.SELF_HARM
    if told_of:
        return None
    for kind, rule in _SURE_RULES.items():
        if rule.search(text) and (not about_law or kind is Distress.LOCKED_IN or _VITAL.search(text)):
            return kind
    if about_law or _TREATED.search(text):
        return None
    return next((kind for kind, rule in _LIKELY_RULES.items() if rule.search(text)), None)
