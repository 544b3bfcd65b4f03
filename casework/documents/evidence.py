"""What proves a claim, by kind of claim and by status: a checklist, and the lines of an evidence list. Pure.

What shows that somebody works for an employer: 劳社部发〔2005〕12号. Who has to bring what: Mediation and Arbitration
Law, articles 6 and 39; Supreme People's Court, Interpretation (1) on labour disputes, articles 42 and 44.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from casework.documents.parts import Article, EvidenceLine

ARBITRATION, INTERPRETATION = "劳动争议调解仲裁法", "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）"
RELATION: Article = ("劳社部发〔2005〕12号", None)
"""The notice on establishing that there is a labour relation (关于确立劳动关系有关事项的通知)."""


@dataclass(frozen=True)
class EvidenceItem:
    """One thing to look for: how to get it, what it is for, and the law that says so where one does."""

    code: str
    title: str
    how: str
    why: str
    articles: tuple[Article, ...] = ()


_ITEMS = (
    EvidenceItem(
        "contract",
        "劳动合同、入职通知、协议",
        "自己那份拍照；没有的问公司要一份，发微信要，留下记录。",
        "写着岗位、工资、哪天开始，证明你是谁的人。",
        (("劳动合同法", "第十六条"),),
    ),
    EvidenceItem(
        "pay_record",
        "工资转账、银行流水",
        "手机银行或柜台打本人流水，标出每月工资那几笔；微信、支付宝转账下载电子账单。",
        "证明谁给你发钱、每月多少、哪几个月没发。",
        (RELATION,),
    ),
    EvidenceItem(
        "pay_slip",
        "工资条、工资表照片",
        "拍照、截图，工资群里的也算；公司必须记工资账并存两年以上，可以请仲裁庭叫它交。",
        "证明工资是怎么算的、扣了什么。",
        (("工资支付暂行规定", "第六条"), (ARBITRATION, "第三十九条")),
    ),
    EvidenceItem(
        "social_insurance",
        "社保缴费记录、个税记录",
        "手机上的社保平台和“个人所得税”App里下载，或到社保窗口打印。",
        "证明谁给你交、从哪个月起交，漏了哪几个月。",
        (RELATION,),
    ),
    EvidenceItem(
        "badge",
        "工牌、工作证、工服、门禁卡",
        "正反面拍照，带公司名字的那面要清楚，原件留着。",
        "证明你在这家上班。",
        (RELATION,),
    ),
    EvidenceItem(
        "hiring_form",
        "入职登记表、报名表、招聘广告",
        "拍照或截图，连日期和公司名一起；表在公司手里的，请仲裁庭叫它交。",
        "证明哪天入职、说好的岗位和工资。",
        (RELATION,),
    ),
    EvidenceItem(
        "attendance",
        "打卡、考勤、排班表",
        "打卡软件里一个月一个月截图，导出来更好；离职、退群前先存。",
        "证明你上了哪些天、加了多少班。",
        (RELATION, (INTERPRETATION, "第四十二条")),
    ),
    EvidenceItem(
        "chat",
        "和老板、主管、工作群的聊天",
        "原手机别换别删，截图要带对方头像、号码和日期；语音存原件。",
        "证明派活、催工资、叫你走这些话是谁说的。",
    ),
    EvidenceItem(
        "witness",
        "工友、客户的证言",
        "写清姓名、住址、电话，愿意开庭到场的最管用。",
        "证明你在这里干活，事情是怎么样的。",
        (RELATION, (ARBITRATION, "第二十八条")),
    ),
    EvidenceItem(
        "iou",
        "工资欠条、对账单、结算单",
        "原件收好，拍照；要有欠多少、欠谁、哪天、谁签的字。",
        "证明欠多少。只凭欠条要钱、没别的争议的，可以直接去法院。",
        ((INTERPRETATION, "第十五条"),),
    ),
    EvidenceItem(
        "dismissal_notice",
        "辞退通知、解除证明、离职的聊天",
        "书面的拍照；口头的，发微信问“是不是不让我上班了、为什么”，等回话。",
        "证明是谁提出的、哪天、什么理由；辞退的理由由公司拿证据。",
        ((INTERPRETATION, "第四十四条"),),
    ),
    EvidenceItem(
        "overtime_record",
        "加班的通知、审批、工作记录",
        "加班申请、群里派活的话、下班后的工作消息，一天一天截图。",
        "加班要你先证明有；公司手里有记录却不交的，由它担后果。",
        ((INTERPRETATION, "第四十二条"),),
    ),
    EvidenceItem(
        "leave_record",
        "休假记录、请假单",
        "请假软件截图；再备一份别处的社保记录，证明总共工作多少年。",
        "证明该休几天、休了几天。",
        (("职工带薪年休假条例", "第三条"),),
    ),
    EvidenceItem(
        "medical",
        "病历、诊断证明、医药费票据",
        "到医院病案室复印盖章，票据留原件。",
        "证明伤在哪里、花了多少。",
        (("工伤保险条例", "第十八条"),),
    ),
    EvidenceItem(
        "injury_decision",
        "工伤认定决定书、劳动能力鉴定结论",
        "没有的先去人社局申请工伤认定：单位 30 天内报，单位不报的自己 1 年内报。",
        "证明是工伤、几级，待遇照这个算。",
        (("工伤保险条例", "第十七条"), ("工伤保险条例", "第二十三条")),
    ),
    EvidenceItem(
        "deposit_receipt",
        "押金收据、扣证件的记录",
        "收据拍照；没有收据的，发微信问“押金哪天退”。",
        "证明交了多少、扣了什么。",
        (("劳动合同法", "第九条"),),
    ),
    EvidenceItem(
        "dispatch_paper",
        "派遣公司和用工单位两家的材料",
        "派遣合同、发钱的公司、每天管你的公司，各记下全名。",
        "两家是共同当事人，都要写上。",
        ((ARBITRATION, "第二十二条"),),
    ),
    EvidenceItem(
        "site_paper",
        "工地牌、分包合同、带班的人的信息",
        "拍工地公示牌（总包、分包、农民工工资专用账户），记下带班的姓名电话。",
        "证明活是哪家包出去的；分包欠的，总包先给。",
        (("保障农民工工资支付条例", "第三十条"),),
    ),
    EvidenceItem(
        "platform_paper",
        "接单记录、站点排班、罚款截图、合作协议",
        "App里的单子、提现、罚款一页一页截图；别急着注销账号、退群。",
        "看实际怎么管你，有没有劳动关系凭这些认。",
        (RELATION,),
    ),
    EvidenceItem(
        "agreement",
        "用工协议、实习协议、家政合同",
        "拍照；没签的，把说好的活、价钱、日子从聊天里截下来。",
        "证明说好给多少、干什么。",
    ),
)
ITEMS: dict[str, EvidenceItem] = {item.code: item for item in _ITEMS}
"""Every item by its code."""

_WORKS_THERE = ("contract", "pay_record", "badge", "hiring_form", "attendance", "chat", "witness")
_OF_KIND: dict[str, tuple[str, ...]] = {
    "arrears": ("iou", "pay_record", "pay_slip", "attendance", "chat"),
    "no_contract": ("hiring_form", "pay_record", "social_insurance", "badge"),
    "dismissal": ("dismissal_notice", "chat", "pay_record", "contract"),
    "overtime": ("overtime_record", "attendance", "pay_slip"),
    "injury": ("injury_decision", "medical", "witness", "social_insurance"),
    "leave": ("leave_record", "pay_slip", "social_insurance"),
    "insurance": ("social_insurance", "pay_record", "contract"),
    "deposit": ("deposit_receipt", "chat"),
    "other": (),
}
_OF_STATUS: dict[str, tuple[str, ...]] = {
    "dispatched": ("dispatch_paper",),
    "subcontracted": ("site_paper",),
    "platform": ("platform_paper",),
    "owner_driver": ("platform_paper",),
    "over_age": ("agreement",),
    "student": ("agreement",),
    "domestic": ("agreement",),
}


def checklist(kinds: Iterable[str], status: str | None = None) -> tuple[EvidenceItem, ...]:
    """Return what to look for: what these claims need, what this status needs, then what shows that she works there."""
    needed = [code for kind in kinds for code in _OF_KIND.get(kind, ())]
    wanted = dict.fromkeys([*needed, *_OF_STATUS.get(status or "", ()), *_WORKS_THERE])
    return tuple(ITEMS[code] for code in wanted)


def lines(told: Iterable[str]) -> tuple[EvidenceLine, ...]:
    """Return the list of evidence for codes of items; words of her own stand in it as she wrote them."""
    return tuple(_line(each) for each in told if each not in ("none", "no"))


def _line(told: str) -> EvidenceLine:
    item = ITEMS.get(told)
    if item is None:
        return EvidenceLine(told, "", "")
    return EvidenceLine(item.title, _PROVES[item.code], _SOURCES.get(item.code, "申请人自己保存"))


_PROVES = {
    "contract": "双方的劳动关系、岗位、工资和入职时间",
    "pay_record": "工资由谁发、每月数额、未发的月份",
    "pay_slip": "工资的组成和扣款",
    "social_insurance": "劳动关系和缴费的起止月份",
    "badge": "申请人在被申请人处工作",
    "hiring_form": "入职时间、岗位和约定的工资",
    "attendance": "出勤和加班的时间",
    "chat": "工作安排和事情的经过",
    "witness": "申请人的工作和事情的经过",
    "iou": "拖欠的数额",
    "dismissal_notice": "解除的时间、理由和提出的一方",
    "overtime_record": "加班的事实和时间",
    "leave_record": "应休和已休的年休假天数",
    "medical": "伤情和医疗费用",
    "injury_decision": "工伤和伤残等级",
    "deposit_receipt": "被收取的财物、被扣押的证件",
    "dispatch_paper": "派遣单位、用工单位各自是谁",
    "site_paper": "工程的发包、分包关系",
    "platform_paper": "接受的管理、结算和处罚",
    "agreement": "约定的工作和报酬",
}
_SOURCES = {
    "pay_record": "银行、支付平台",
    "social_insurance": "社保、税务平台",
    "witness": "证人（写明姓名、住所）",
    "medical": "医疗机构",
    "injury_decision": "人社部门、鉴定委员会",
}
