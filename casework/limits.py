"""Limits for a claim that are about to lapse, as far as a worker's words tell. Pure.

They are said ("时效快到了", "还有5天就过期"), or reckoned from when something happened ("去年12月离职的",
"收到裁决书第十天了").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from casework.told_dates import NUMBER, YEAR, Told, number, told_dates

SOON = timedelta(days=30)
"""A limit that ends within this time is near."""


@dataclass(frozen=True)
class _Event:
    """Words for something that happened, and the days that one has from then; None where no limit runs from it."""

    words: re.Pattern[str]
    days: int | None


_NOT_PLANNED = r"(?<!打算)(?<!准备)(?<!计划)(?<!想要)(?<![想要])"
_LEFT_WORK = _Event(  # 劳动争议调解仲裁法 27
    re.compile(
        rf"{_NOT_PLANNED}(?:离(?:职|开|厂)|辞(?:职|工|退)(?!报告|信|申请)|开除|解雇|劝退|炒(?:了|掉|鱿鱼)|被[^，。,]{{0,6}}(?:[裁辞炒]|开(?!会)|优化|赶)|裁[掉员]|优化|[把将][我俺咱]们?[^，。,]{{0,5}}[开辞裁炒]"
        r"|[开辞裁炒]了[我俺]|不[干做]了|走人|走[了的]|赶走|[让叫][我俺]们?走|滚蛋|解除(?:了|劳动|合同)|合同(?:到期|终止|解除)|合同去年[^，。]{0,6}到期|下岗"
        r"|(?:工程|活儿?|项目|工地)(?:干|做)?完|完工|收工|停工|撤场)"
    ),
    YEAR,
)
_WAS_HURT = _Event(  # 工伤保险条例 17
    re.compile(
        r"受了?伤|负伤|工伤(?!保险|的?决定|认定|待遇)|伤了|摔|砸|[压夹轧扎烫烧割切]到?[伤断了]|骨折|出了?(?:事|事故|车祸)|被.{0,3}车.{0,2}撞"
        r"|(?:诊断|查|确诊|得了?)(?:为|出|是|成)?(?:职业病|[尘矽]肺)|断了"
    ),
    YEAR,
)
_RULED = _Event(  # 劳动争议调解仲裁法 48, 50; 民事诉讼法 171; 工伤保险条例 26
    re.compile(
        r"裁决书?|判决书?|[一二]审|上诉|鉴定(?:结论|结果|书)|不予受理|仲裁(?:输|结果|下来|判|书)|官司输|判下来|[败输]诉|败诉"
    ),
    15,
)
_NOT_RECOGNISED = _Event(  # 行政复议法 20
    re.compile(
        r"不予?认定(?:为?工伤)?(?:的?决定书?)?|不算工伤的?(?:决定|通知|认定)|认定(?:决定|结论|书)|没[给有]?认定[上成]"
    ),
    60,
)
_OTHER = _Event(
    re.compile(
        r"入职|进[厂公]|来[厂公这]|(?<![没找])(?:工作|上班|打工)|[干做待呆跑](?:了|满|过)|签(?:了|的|过)?合同|[买交缴](?!的?辞|了辞)|欠|拖|工资|工钱|怀孕|生(?:了|孩|娃)"
        r"|结婚|休|请假|试用|续签|培训|领[了过]|转正|入会|退休|认定了|申请|报[了上]|开始|住院|立案|开庭|答复|受理"
    ),
    None,
)
_EVENTS = (_NOT_RECOGNISED, _LEFT_WORK, _WAS_HURT, _RULED, _OTHER)
_APART = 20
"""How far a time and what happened then may be apart."""
_NOT_LEFT = re.compile(
    r"(?:老人|父亲|母亲|爸|妈|爷爷?|奶奶?|爱人|亲人|丈夫|妻子)[^，。,]{0,4}走了"
    r"|(?:打算|准备|计划|想)[^，。,]{0,8}(?:离职|辞职|辞工|走)"
)
"""Somebody died, or only means to leave."""
_OTHER_CLAIM = re.compile(r"会籍|会员|入会|失业金|公积金|档案|社保转|转社保|医保|救助|慰问|互助")
_AT_WORK = re.compile(r"工|厂|上班|公司|老板|单位|车间|机器|送[餐货外快单]|跑单|站点|平台|职业病|尘肺|矽肺|认定")
_RECOGNISED = re.compile(
    r"(?:已经?|都)认定|认定[^，。,]{0,3}(?:了|下来|完|好|成功)|认定是?工伤了|鉴定.{0,4}(?:级|完|了)|[一二三四五六七八九十]级"
)
_WON = re.compile(r"不给(?:钱|我)?|不执行|不履行|不付|不赔|赢了|胜诉|强制执行")


def _is_reckoned_near(text: str, today: date) -> bool:
    """Tell whether a limit that runs from what a worker tells ends within thirty days."""
    events = [
        (found.start(), found.end(), event)
        for event in _EVENTS
        for found in event.words.finditer(_NOT_LEFT.sub(lambda other: "　" * len(other[0]), text))
    ]
    for told in told_dates(text, today):
        beside = [(_gap(text, told, start, end), start > told.start, event.days, event) for start, end, event in events]
        gap, _, days, event = min(beside, key=lambda each: each[:2], default=(_APART + 1, False, None, _OTHER))
        if gap > _APART or days is None or not _counts(event, told, text):
            continue
        if told.last + timedelta(days=days) >= today and told.first + timedelta(days=days) <= today + SOON:
            return True
    return False


def _counts(event: _Event, told: Told, text: str) -> bool:
    """Tell whether a time says when this event was, exactly enough, in a case that is still to be claimed."""
    if told.last - told.first > timedelta(days=62):
        return False
    if text[told.end - 1] == "年" and text[told.start] in "一1" and not re.match(r"了|啦|前|整", text[told.end :]):
        return False  # "离职一年还能仲裁吗" asks for the rule
    if event is _WAS_HURT:
        return _AT_WORK.search(text) is not None and not _RECOGNISED.search(text)
    return event is not _RULED or not _WON.search(text)


def _gap(text: str, told: Told, start: int, end: int) -> int:
    """Return how far a time and an event are apart in characters; what stands in the same clause is nearer."""
    between = text[told.end : start] or text[end : told.start]
    return len(between) + 5 * len(re.findall(r"[，,。.；;]", between))


# Limits that are said to run out.

_CLAIM = (
    r"(?:诉讼时效|仲裁时效|[时实][效笑]|仲裁期|起诉期?|上诉期?|诉讼期?|申诉期?|复议期?"
    r"|仲裁|裁决|判决|工伤(?:申请|认定)|申请工伤|申请期|举证期?|答辩期?|法定期限)"
)
_LEFT_OVER = re.compile(
    rf"(?:还有|还剩下?|只有|只剩下?|就剩下?|仅剩|剩下?|最后|再过|再有|不到|差)(?:不到|大概|大约|差不多)?(?P<amount>{NUMBER}|几|半)[几多来]?"
    r"(?P<unit>天|日|个?(?:星期|礼拜)|周|个?月)"
)
_LAPSES = re.compile(rf"过期|到期|截止|失效|超期|逾期|期满|就过了|就没了|来不及|{_CLAIM}")
_RUNS_OUT = re.compile(
    rf"{_CLAIM}(?:的?(?:时间|期限?|时效|有效期))?(?:是不是)?(?:就|都|也|眼看|眼瞅着)*(?:快|马上|要|即将|明天|后天|今天|月底|差点)[就要到天]*(?:到|过|没|超|截止|满|完|失效|最后)"
    r"|(?:快|马上|眼看|眼瞅着|就要|即将|要)[就要]*(?:过|超过?|到|错过)了?[^，。？?不没]{0,5}(?:时效|起诉期|上诉期|仲裁期|申请期|申请期限|一年期)"
    r"|(?:(?:再过|还?差|再有)[^，。,]{1,6}|(?:下个?(?:周|星期|礼拜|月)|月底|明天|后天)就?要?)[满到够就][一1]年"
    r"[^？?]{0,12}(?:没赔|没给|不赔|不给|仲裁|告|工伤|没结|欠|离职|辞)"
    r"|再(?:不|晚|拖|等)[^，。,]{0,6}[就要](?:过|超)了?(?:[时实]效|期|一年|仲裁)|再不(?:仲裁|起诉|上诉|申请工伤)"
    r"|(?:离职|辞|[被把][^，。]{0,4}开|受伤|工伤|摔)[^，。]{0,8}(?:月底|下周|下个?月|明天|后天|[0-9]号|这几天)[^，。]{0,3}(?:刚好|正好|就|满|整|是)[^，。]{0,2}一年"
    r"|(?:离职|辞|工伤|受伤)[^，。]{0,4}一年就?[是在]?这几天"
    rf"|(?:月底|这周|下周|明天|后天|(?:{NUMBER})号)[^，。,]{{0,4}}{_CLAIM}[^，。,]{{0,3}}(?:到期|截止|过期|失效|到了)"
    rf"|(?:来不及|赶不上|怕错过|快错过|要错过){_CLAIM}|{_CLAIM}[^，。？?]{{0,4}}(?:来不及|赶不上)|最后[一两三几]天[^，。]{{0,6}}{_CLAIM}"
    rf"|{_CLAIM}[^，。？?]{{0,8}}最后[一两三几]?天"
)
_HEARING = re.compile(
    rf"(?:今天|今早|今下午|明[天早儿]|大?后天|[本这下]个?(?:周|星期|礼拜)[一二三四五六日天]?|(?<![每上])周[一二三四五]|(?:{NUMBER})天后|还有(?:{NUMBER})天|{NUMBER}[号日]|月底)"
    r"[^，。,.]{0,8}(?:开庭|出庭|举证|答辩|质证)(?!完|过)"
)
_CAME = r"(?:收到|拿到|接到|领到|寄来|送来|发来|下来|出来|送到)"
_PAPER = r"(?:裁决|判决|仲裁结果|鉴定结论|鉴定结果)"
_PAPER_CAME = re.compile(rf"{_CAME}[^，。？?]{{0,8}}{_PAPER}|{_PAPER}书?[^，。？?]{{0,4}}{_CAME}")
_DISPUTED = re.compile(
    r"不服|不认可|不满意|不合理|不公|要起诉|想起诉|去起诉|要上诉|想上诉|还能告|再告|输了|没支持|不支持|驳回|判少了|怎么办|咋办|咋整"
)
_ENDS_ELSEWHERE = re.compile(
    r"合同|试用|会员|会籍|[卡券证]|保险|社保|医保|体检|补助|助学|报名|入会|产假|病假|年假|假期|休假|签证|停工留薪|失业金|公积金|优惠|活动|比赛"
    r"|食品|奶|押金|借|贷|房租|房子|档案|返岗|放假|过年|发工资|发薪"
)
_STILL_LAW = re.compile(
    r"合同(?:纠纷|争议)|证[据明件言]|认证|举证|证人|质证|工伤保险|社保(?:仲裁|争议)|保险(?:条例|待遇)|伤残补助|(?:认定|通知|决定)书"
)
_ASKS_RULE = re.compile(r"多久|多长|多少天|几[天年个]|是什么|啥意思|怎么算|从.{0,6}算|从什么|哪天(?:算|开始)|一般|规定")


def _few_days_left(text: str) -> bool:
    """Tell whether thirty days at the most are left until something lapses (还有5天就过期)."""
    for found in _LEFT_OVER.finditer(text):
        amount = {"几": 5, "半": 0.5}.get(found["amount"]) or number(found["amount"])
        days = amount * (30 if "月" in found["unit"] else 1 if found["unit"] in "天日" else 7)
        if days <= SOON.days and _LAPSES.search(text[max(0, found.start() - 15) : found.end() + 15]):
            return True
    return False


def is_near_limit(text: str, today: date) -> bool:
    """Tell whether a limit for arbitration, a lawsuit, an appeal or the recognition of an injury ends within 30 days.

    A hearing within that time counts as well. A question about the rule ("仲裁时效是多久") does not.
    """
    if _RUNS_OUT.search(text) or _HEARING.search(text) or _few_days_left(text):
        return not _ENDS_ELSEWHERE.search(_STILL_LAW.sub("", text))
    if _PAPER_CAME.search(text) and _DISPUTED.search(text) and not _WON.search(text) and not _ASKS_RULE.search(text):
        return all(today - told.last <= timedelta(days=15) for told in told_dates(text, today))
    return not _OTHER_CLAIM.search(text) and _is_reckoned_near(text, today)
