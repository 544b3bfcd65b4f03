"""What a worker's matter is about, and whether it is a grievance: both decide to whom it goes. Pure.

Grievances never go to the union of a street or an enterprise, so in doubt a matter counts as one: the price is that
the county's union answers what the enterprise's could have answered.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Grievance(StrEnum):
    """Whether a matter is a complaint, a demand or a legal request.

    `UNKNOWN` is where too little was said to tell ("转人工"): it may be one, so it is routed as one, but it does not
    mark the conversation for good.
    """

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


_TOPICS_OF_INTENTS = {
    "join_union": "joining",
    "apply_aid": "aid",
    "request_legal_aid": "legal",
    "calculate_entitlement": "legal",
    "report_hazard": "legal",
    "share_mood": "general",
    "find_station": "general",
    "rate_service": "general",
}
"""Intents that name their topic; all others leave it to the words."""
_LEGAL_INTENTS = {"request_legal_aid", "calculate_entitlement", "report_hazard", "distress"}

_TOPICS = {
    "legal": re.compile(
        r"工资|工钱|工价|单价|底薪|薪|血汗钱|扣钱|克扣|拖欠|欠[我俺咱钱条]|白条|结[清账]|两清|[不没]见?(?:给|发|结|拿)?(?:我们?|一分)?钱|一分(?:钱)?[没未]|加班|调休"
        r"|仲裁|起诉|法院|开庭|官司|律师|法援|法律|劳动(?:法|监察|合同|关系|争议|局)|合同|立案|[要去想能]告|告[他她]|调解|诉求|公道|维权|证据|讨薪|讨说法|举报|投诉"
        r"|辞[退职工了]|被[辞开裁炒优]|开除|解雇|裁员|把我.{0,4}(?:开|辞|优化|踢)|离职|解除|滚蛋|别来了|n\+1|2n|不胜任|违纪|赔|补偿|私了"
        r"|工伤|工商认定|攻伤|工亡|受伤|负伤|伤残|伤了|职业病|尘肺|鉴定|抚恤|停工留薪|中暑|热射病|摔|砸|[扭崴]了|[压轧夹]|撞|猝死"
        r"|社保|五险|养老|公积金|试用期|怀孕|孕|产假|哺乳|流产|生育津贴|病假|年假|年休|婚假|丧假|探亲|休假|请假|事假|工时|上下班|夜班|倒班|罚|押金|违约金|竞业|调岗|降薪"
        r"|派遣|外包|待岗|骚扰|歧视|霸凌|辱骂|威胁|童工|未成年|安全[帽网绳带]|护栏|脚手架|漏电|隐患|粉尘|有毒|危险|高温|劳保|违法|合法|犯法|跑路|跑了|退休|超龄|返聘|奖金|提成|绩效|年终奖|工龄|旷工"
        r"|考勤|打卡|工作群|岗位|上岗|干活|面试|放假|职业健康|职业伤害|安全培训|护理费|误工费|临时工|兼职|实习|平台|接单|派单|封号"
    ),
    "aid": re.compile(
        r"困难|帮扶|(?<!就业)补助|补贴|救助|救济|慰问|助学|学费|学杂费|上学|读书|读高中|低保|大病|重病|白血病|癌|尿毒症|看病|做了?手术|住院|失业金|互助|理赔|疗养"
        r"|送清凉|送温暖|金秋|体检|两癌|求学圆梦|技能|培训|夜校|考个?证|拿了.{0,4}证|高级工证|中级工证|找工作|工作介绍|招聘会|残疾|单亲|孤儿|遗属|下岗|心理|优惠|过节|过年工会|中秋"
        r"|生日|结婚|礼金|老人走了|托管|暑托|爱心|贷款|六个帮|劳模|[没莫冇][有得]?钱[看治交吃过读]|揭不开锅|吃不上饭"
    ),
    "joining": re.compile(
        r"入会|入[^，。？！\s]{0,7}工会|入个会|退会|转会|[加参]入|参加[^，。？！\s]{0,4}工会|会员|会籍|会费|工会卡|工会关系|职代会|职工代表|建会|[建办立]个?工会|工会换届"
        r"|女工委员|工会(?:经费|干部|委员|小组|是干|有什么用|能干|管什么|有啥|的?好处|福利|活动)|[没有]工会|工会交|集体合同|集体协商|能不?能?入[吗不么]"
    ),
}
_JOINS = re.compile(r"入会|入[^，。？！\s]{0,7}工会|加入|退会|会费|会员|会籍|建会|[建办立]个?工会")
"""Words that are about membership whatever stands beside them (会费从工资里扣吗)."""

_BOSS = re.compile(
    r"老板|老总|领导|主管|经理|厂长|矿长|场长|店长|站长|队长|工头|包工|组长|班长|主任|董事|法人|主席|人事|(?<![a-z])hr(?![a-z])|雇主|东家|总包|分包|负责人|上司|上级|头儿"
)
_FIRM = re.compile(
    r"公司|单位|企业|工厂|厂[里子方家]|[我俺咱]们?厂|车间|工地|项目部|店里|酒店|饭店|学校|医院里上班|平台|站点|中介|劳务|物业|矿[上里]"
)
_CONFLICT = re.compile(
    r"不(?:给|发|让|准|许|肯|管|交|签|批|理|认|缴|买|承认|同意|作为|公平|公开|公正|公|合理|满|服|干事|办事|解决|通知|入账)|(?:没有?|未)(?:给|发|签|交|缴|买|批|人管|人理|选|公开|拿)|拒|克扣|拖|欠|扣"
    r"|罚|骗|骂|[殴挨]打|打(?:我|人|骂)|动手|逼|赶|威胁|恐吓|报复|刁难|为难|小鞋|欺|压榨|剥削|坑|黑心|黑幕|歧视|骚扰|霸凌|举报|投诉|告[他她状发]|[要去想能]告|反映|维权|讨|说法|公道|违法|违规|犯法|违反"
    r"|贪|挪用|冒领|截留|假的|造假|走过场|摆设|没用|没啥用|形同|去哪了|去哪儿了|去向|不选|选的|意见|差评|态度|工伤|受伤|伤了|负伤|摔|砸|[压轧夹]|职业病|尘肺|中毒|中暑|仲裁|起诉|法院|官司|律师|法援"
    r"|赔|要工资|要钱|要回|累倒|岗位|上岗|干活|面试|辞退|开除|解雇|裁员|被[辞开裁炒]|炒了|劝退|隐患|危险|瞒|怕|知道了?会|调岗|降薪|押|跑了|跑路|违约|纠纷|争议|调解|强迫|强制|硬要|非要|私吞|白干|过分|合理吗|未满1|冤|委屈|讨厌|恶劣|凭什么|凭啥|为啥不|为什么不|怎么不"
)

_NEUTRAL = re.compile(
    r"工资|社保|养老|离职|退休|公积金|怀孕|产假|临时工|兼职|实习|派遣|平台|集体合同|高温|法律援助|体检|夜班|考勤|医保|失业"
)
"""Legal words that also stand in plain questions on joining and aid (离职以后会籍还在不在)."""
_NEGATED = re.compile(r"[不没未无莫]")
_NO_UNION = re.compile(r"[没无]有?(?:成立|建|建立|组建)?工会")
_LONG = 40
"""Characters from which a text that names the firm is taken for a story of what happened there."""


def topic_of(understood: str, intent: str | None = None) -> str:
    """Return the department's topic, one of `tables.TOPICS`; "general" when it is not clear.

    `understood` is the text, or the latest texts, as `casework.text.understood` gives them; `intent` what the dialogue
    engine made of the last one. The topic with the most different words wins, the legal one at a tie.
    """
    if intent in _TOPICS_OF_INTENTS:
        return _TOPICS_OF_INTENTS[intent]
    text = understood.lower()
    count = {topic: len(set(rule.findall(text))) for topic, rule in _TOPICS.items()}
    count["joining"] += len(set(_JOINS.findall(text)))
    if not any(count.values()):
        return "legal" if _names_employer(text) and _CONFLICT.search(text) else "general"
    return max(("legal", "aid", "joining"), key=lambda topic: count[topic])


def grievance_of(understood: str, intent: str | None = None, reason: str | None = None) -> Grievance:
    """Tell whether a matter is a grievance; text and intent as for `topic_of`, `reason` that of the hand-off.

    A question on joining or aid is none as long as nothing in it sounds of conflict, it names no superior, and what
    it says of the firm is neither denied ("公司的慰问金没到") nor a long story.
    """
    if reason in {"distress", "legal_urgency"} or intent in _LEGAL_INTENTS:
        return Grievance.YES
    text = understood.lower()
    parts = [_judged(part) for part in {text, *text.split()}]
    return next((each for each in (Grievance.YES, Grievance.NO) if each in parts), Grievance.UNKNOWN)


def is_complaint(understood: str, intent: str | None = None, reason: str | None = None) -> bool:
    """Tell whether the matter marks its conversation as a complaint, which local unions never see again."""
    return grievance_of(understood, intent, reason) is Grievance.YES


def _judged(text: str) -> Grievance:
    """Judge one message by its words alone: an intent that was understood wrongly must not hide a grievance."""
    topic = topic_of(text)
    if topic == "legal" or _BOSS.search(text) or _CONFLICT.search(text):
        return Grievance.YES
    firm = _FIRM.search(text) is not None
    if topic == "general":
        return Grievance.YES if firm else Grievance.UNKNOWN
    negated = _NEGATED.search(_NO_UNION.sub("", text)) is not None
    doubtful = _TOPICS["legal"].search(_NEUTRAL.sub("", text)) or (firm and (negated or len(text) > _LONG))
    return Grievance.YES if doubtful else Grievance.NO


def _names_employer(text: str) -> bool:
    return bool(_BOSS.search(text) or _FIRM.search(text))
