"""Whom else to call with what is not the union's business. Pure; distress is seen before, and names 110 and 120."""

from __future__ import annotations

import re
from typing import Literal

Referral = Literal["legal_aid", "city"]
"""`legal_aid` is 12348, for law that is not about work; `city` 12345, for what offices of the government do."""

_OTHER_LAW = re.compile(
    r"离婚|离了婚|抚养[费权]|赡养|彩礼|嫁妆|家暴|出轨|遗产|遗嘱|继承|分家产|财产分割|分财产|借条|借给.{0,6}钱|借钱|民间借贷|贷款|网贷"
    r"|高利贷|信用卡|花呗|催收|征信|担保|抵押|车祸|交通事故|追尾|肇事|酒驾|碰瓷|邻居|楼上漏水|楼上.{0,4}吵|物业费|房东|租房|房租"
    r"|租客|押一付三|买房|卖房|二手房|烂尾|首付|定金|退货|假货|网购|商家|消费者|办卡|健身房|狗咬|被狗|宠物|名誉|诽谤|网上骂"
    r"|诈骗|被骗|刷单|传销|合伙|股权|专利|打架|拘留|判刑|取保|律师费"
)
_OFFICES = re.compile(
    r"护照|签证|通行证|居住证|居住登记|暂住证|身份证|户口|落户|迁户|积分入户|出生证|准生证|结婚证|领证|入学|学区|转学|学位|择校|幼升小"
    r"|小升初|异地高考|个税|报税|退税|税务|发票|纳税|房产证|不动产|公租房|廉租房|经适房|保障房|拆迁|征地|宅基地|土地证|驾照|驾驶证|违章"
    r"|扣分|车牌|摇号|年检|营业执照|注册公司|开店|摆摊|停水|停电|燃气|路灯|垃圾|城管|公交|地铁|修路|噪音扰民|油烟|污水|快递柜|天然气"
)


def referral_of(understood: str) -> Referral | None:
    """Return who can help with a text (as `understood`) that the knowledge base does not answer; None where unclear."""
    if _OTHER_LAW.search(understood):
        return "legal_aid"
    return "city" if _OFFICES.search(understood) else None
