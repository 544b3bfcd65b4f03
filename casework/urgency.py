"""What cannot wait for its turn: a limit about to lapse, an injury today, a danger at work now. Pure.

Emergencies of this minute are `casework.distress`, which is asked first. A question about the law ("仲裁时效是多久",
"工伤怎么认定") is not urgent; a worker's own case is, as far as her words tell. In doubt a limit counts as near: a miss
may cost her the claim, a false alarm costs a member of staff one look.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from casework.limits import is_near_limit
from casework.told_dates import NUMBER


class Urgency(StrEnum):
    """What is urgent; kept as the detail of a hand-off."""

    DEADLINE = "deadline"
    INJURY = "injury"
    HAZARD = "hazard"


def find_urgency(understood: str, today: date) -> Urgency | None:
    """Return what is urgent, or None; `understood` is the text as `casework.text.understood` gives it."""
    if _is_injury(understood):
        return Urgency.INJURY
    if is_near_limit(understood, today):
        return Urgency.DEADLINE
    return Urgency.HAZARD if _is_hazard(understood) else None


def tells_of_injury(understood: str) -> bool:
    """Tell whether somebody was hurt, whenever that was."""
    plain = _THINGS.sub("", understood)
    return _NO_HARM.search(plain) is None and (_HURT.search(plain) or _MAIMED.search(plain)) is not None


# An injury today that is no emergency any more.

_TODAY = re.compile(
    r"今[天日早晨晚儿](?!.{0,3}(?:问|咨询|想知道|来查|体检))|今(?:上午|下午|中午)|刚刚?才?(?!入职|来|进|到|上岗|毕业)|方才|昨[天日晚夜儿]|(?<![天每])(?:早上|上午|中午|下午|傍晚|夜里|半夜|凌晨)"
    rf"|(?:{NUMBER}|半)个?多?(?:小时|钟头|分钟)前"
)
_IN_HOSPITAL = re.compile(
    r"(?:还|正|人|现在|都|躺|就|我|俺|他|她|，|,|^)(?:躺|在)+(?:人民|中心|县|市|区|镇)?(?:医院|急诊|卫生院|骨科|手术室|抢救|icu)|送(?:到|去|进|来)?了?(?:人民|中心|县|市|区)?(?:医院|急诊|卫生院|抢救)"
    r"|(?:正在|等着?|刚)(?:缝针|拍片|做?手术|包扎|打石膏)"
)
_BODY = (
    r"(?:手指头?|手(?![机续工头下段册法动套术里艺把])|脚(?!手架|本)|腿|胳膊|手臂|膝盖|腰(?!带|包)|头(?![一天次等回条版盔像条])|眼睛?|脸|肋骨|骨头|锁骨|肩膀?|背(?!后|锅|景|着)|牙"
    r"|耳朵|拇指|食指|屁股|脖子|胸口?)"
)
_BLOW = r"[压夹砸轧碾挤碰磕撞摔扭崴割切划扎烫烧烤绞卷锯刮戳电咬闪扯拉蹭剁削冲弄搞打崩溅拍踩钉滑跌绊烙弹甩钻蹦]"
_RESULT = r"(?:到|了|伤|断|破|掉|着|肿|扁|烂|开|坏|穿|进|裂|飞|青|紫|起泡|出血|骨折|得|没)"
_HURT = re.compile(
    rf"{_BODY}[^，。,.？?]{{0,6}}{_BLOW}{_RESULT}|{_BLOW}{_RESULT}?[^，。,.？?]{{0,4}}{_BODY}|{_BODY}[^，。,.？?]{{0,3}}(?:断|肿|骨折|骨?裂|出血|流血|缝|发紫|起泡|洞)"
    r"|受了?伤(?!害)|骨折|出了?(?:工伤|事故|车祸)|(?<!餐)摔(?:了|倒|下|伤|着|跤|得)|(?:摔|掉|跌|坠)了?下|被.{0,10}(?:撞|砸|压|夹|烫|烧)(?:了|到|倒|伤|断|飞)"
    r"|晕倒|昏倒|晕过去|中暑|[流出]了?.{0,3}血|缝了?.{0,3}针|打了?石膏|骨裂|破伤风|吸(?:了|入)[^，。,]{0,4}[气烟毒]|扭伤|烫伤|烧伤|割伤|砸伤|压伤|摔伤|撞伤|拉伤|电伤|灼伤|工伤了|触电"
)
_MAIMED = re.compile(r"截肢|断[指肢臂]|植皮|瘫痪|高位截瘫|失明|摘除|烧到了?[一二三四五六七八九十百0-9]")
_THINGS = re.compile(
    r"(?<!被)(?<!送)(?:手机|电脑|屏幕?|餐|瓶子?|碗|杯子?|零件|产品|包裹)[^，。,.？?我]{0,3}(?:摔|撞|压|砸|碰|刮|烧|弄)[^，。,.]{0,2}"
    r"|(?:工资|钱|款|价)[^，。,.？?]{0,3}(?:压|扣)[^，。,.]{0,2}"
)
"""What was hurt is no person."""
_LONG_AGO = re.compile(
    r"去年|前年|上个?月|上周|上星期|上个?礼拜|以前|之前|曾经|当年|那年|(?:几|[0-9一二两三四五六七八九十]+)(?:年|个多?月|周|个?星期)|(?:[2-9]|[1-9][0-9]|[两三四五六七八九十]+|好几)天前|前几天|前天"
    r"|20[0-9]{2}年|[0-9]+月份?|元旦|春节|过年|清明|五一|端午|中秋|国庆|每天|天天|经常|老是|如果|要是|假如|万一"
)
_NO_HARM = re.compile(r"没啥?什?么?事|没大碍|不碍事|没受伤|不要紧|没伤[到着]|没摔[到着坏]|差一?点|险些")
_PRIVATE = re.compile(
    r"在家|家里|做饭|切菜(?!机)|打球|踢球|打篮球|健身|跑步|游泳|旅游|爬山|孩子|小孩|娃|儿子|女儿|喝酒|打架|房东|小区|狗咬"
)
_WORKING = re.compile(
    r"上班|下班|工地|车间|厂|干活|机器|送餐|送单|送货|送外卖|跑单|师傅|工友|老板|班上|站点|仓库|公司|单位|加班|值班|出差|工伤|作业|骑手|配送"
)


def _is_injury(text: str) -> bool:
    if not (_TODAY.search(text) or _IN_HOSPITAL.search(text)) or not _HURT.search(_THINGS.sub("", text)):
        return False
    if _LONG_AGO.search(text) or _NO_HARM.search(text):
        return False
    return _WORKING.search(text) is not None or not _PRIVATE.search(text)


# A danger at work now.

_GUARD = (
    r"(?:护[栏拦烂]|栏杆|围栏|围挡|临边防护|安全[网带绳帽锁门措]|防护|护罩|罩子|防尘|口罩|防毒|面罩|面具|手套|护目镜|护具|劳保|绝缘|漏电保护|漏保|刹车|急停|限位|光栅|光电|红外"
    r"|通风|排风|抽风|排气|换气|除尘|灭火器?|消[防火]栓|喷淋|烟感|应急灯|警示|盖板?|井盖|支护|支撑|监护|检测|报警|扶手|吊钩|钢丝绳|安全销|接地|地线|防滑|防坠|防暑|耳塞|检验|年检|照明|反光衣|棉衣|灯(?!会|具)|风扇|急救)"
)
_MISSING = (
    r"(?:没有?(?!事|关系|问题)|无(?!所|法)|不[给发配戴装检]|缺|少|坏|断(?!电)|松|拆|失灵|失效|过期|老化|短接|掉了|不灵|不好使"
    r"|不管用|不行|很?差|没装|不够|用不了|打不开|挡|被.{0,3}拆|形同)"
)
_UNGUARDED = re.compile(
    rf"{_MISSING}[^，。,.？?]{{0,6}}{_GUARD}|{_GUARD}[^，。,.？?]{{0,6}}{_MISSING}|(?:啥|什么)(?:防护|措施|保护)(?:都|也)没|没(?:任何|有任何|啥|什么)(?:防护|保护|措施)"
)
_DANGER = re.compile(
    r"(?:脚手架|脚手板|架子|吊篮|塔吊|吊车|行车|升降机|施工电梯|货梯|货架|墙|围墙|楼板|厂房|屋顶|顶棚|棚子|基坑|基槽|边坡|梯子|巷道|顶板|扶手|锅炉|反应釜|压力表|叉车|机器|设备|冲床|电梯|冷库门|门)"
    r"[^，。,.？?]{0,6}(?:松|晃|歪|要倒|要塌|快塌|快倒|快断|变形|裂|倾斜|掉渣|渗水|冒烟|漏油|漏气|失灵|没绑|没固定|少扣件|坏了|坏掉|超载|打不开|异响|失控|超压|不动|不准)"
    r"|(?<!消)漏电|冒火花?|打火花|(?:电线|线路|电缆|插座|配电箱|电箱|开关)[^，。,.？?]{0,6}(?:裸露|泡|漏|破|老化|乱拉|露|烧|烫|没盖|进水|没人换)|(?:私拉|乱拉)[^，。]{0,2}(?:电线|线)"
    r"|(?:煤气|燃气|天然气|瓦斯|氨气?|氯气|毒气|有毒气体|硫化氢|一氧化碳|甲醛)[^，。,.？?]{0,4}(?:漏|泄|味|超标|报警|浓|大)|(?:钢丝绳|绳子?)[^，。]{0,5}(?:断|磨|毛了)|高压线[^。]{0,6}(?:吊|下|干|作业)"
    r"|(?:消防通道|安全出口|逃生[门通]道?|疏散通道|疏散门|防火门|安全门|消防门|车间门)[^，。,.？?]{0,6}(?:堵|锁|封|焊死|堆|上锁|打不开|当仓库)"
    r"|(?:粉尘|灰尘|烟尘|油烟|油雾|毒气|药味|油漆味|胶水味|化学味|气味|味道?|味儿)[^，。,.？?]{0,4}(?:大得|很大|太大|特别大|好大|太重|很重|重得|刺鼻|呛|熏|看不[见清]|满天|超标|浓)"
    r"|(?:全|都|净|满)是(?:粉尘|灰尘?|烟|油雾|毒气|粉)|(?:刺鼻|呛得|熏得)|(?:好几个|几个|大家|我们)[^，。]{0,6}(?:头晕|恶心|呕吐|流鼻血|起疹子)"
    r"|(?:无证|没证|没有证|没资质|没培训)[^，。]{0,6}(?:开|操作|作业|焊|上岗|爬)|[让叫逼][我俺][^，。,]{0,3}(?:开|操作|焊|爬|用)[^。]{0,10}(?:没证|没有证|没学过|不会)|(?:司机|师傅|操作工|[电焊]工)[^，。,]{0,3}[没无]有?证|积水[^。]{0,6}电|水里[^，。,]{0,4}电|(?:甲醇|酒精|油漆|稀料|汽油|柴油|天那水|乙炔)[^，。,]{0,8}(?:焊|火|烟)|化学品[^，。]{0,4}乱|油桶|气瓶[^，。]{0,4}(?:乱|晒|倒)|洞口[^，。]{0,4}(?:没|敞)|有限空间|(?:危房|危楼)|没有?人?指挥|(?:全|都|净|到处)是油|滑倒(?:了?好?几|一片)|要塌|要倒了|煤气[瓶罐][^，。]{0,6}(?:宿舍|里|旁)|楼[^，。,]{0,6}裂|裂缝|要出人命|要出事|早晚出事"
)
_STRAIN = re.compile(
    r"打雷|雷雨|暴雨|大雨|大风|台风|刮风|下雪|结冰|冰雹|洪水|[三四34][十0-9][几多来十]?[一二三四五六七八九]?度|高温|中暑|[1-9][0-9]度|危险|不安全|吓人|会死人|摔死|没学过|不会(?:开|用|弄)|没教|没培训"
    r"|无证|没证|冷库|高空|下井|带电|超载|有毒|农药|硫酸|甲苯|坏了|裂了|漏了|断了"
)
_FORCED = re.compile(
    r"(?:还|仍|照样|照旧|硬|非|偏|强行|逼|就|都|天天|一直|也)(?:是|要|得|在|着)?(?:让|叫|要|喊|逼|催|派|安排|赶|使唤)(?:着|[我俺咱]们?|工人|人家?|大家|员工|师傅|骑手|司机|女工){0,2}"
    r"[^，。,.？?]{0,8}(?:上|干|做|进|下|开(?!会|除)|爬|用|施工|作业|焊|搬|送|跑|操作|吊|拆|出车|赶工|站|待|装|卸|推|踩|拉货|钻|住)|(?:还|照样|照旧|仍)在?(?:干|做|施工|作业|吊装|开工|生产|用)(?!净|脆)"
    r"|[让叫喊逼](?:[我俺咱]们?|工人|大家)[^，。,.？?]{0,3}(?:下|上|进|爬)(?:化粪池|井|罐|池|坑|楼顶|塔吊|脚手架|窨井|反应釜|冷库|电杆)"
    r"|不(?:干|上|做|去|下|接|送)就(?:扣|罚|开|滚|走|算|别)|不让(?:停|歇|出来|下来|躲)"
)
_PLEA = re.compile(
    r"(?:啥|什么)[^，。,]{0,4}[都也]没|怎么办|咋办|咋整|咋弄|怎么弄|怎么搞|有没有人管|有人管[吗没不]?|谁[来能]?管[一管]?|没人管|管不管|能管[吗不]|[该去]?哪里?举报|怎么举报|怎么投诉|向谁反映|找谁|打什么电话|能不能来|快来|你们管管|管管|能不能查"
)
_QUESTION = re.compile(
    r"[?？吗么嘛]|怎么|咋|什么|啥|多少|哪|几度|合不合|能不能|能否|可不可以|可以不|要不要|有没有|是不是|算不算|该不该|违反|违法|规定|标准|赔偿|补贴|津贴"
)
_NOT_WORKPLACE = re.compile(r"小区|邻居|物业|楼上|家里|出租屋|房东|地铁|商场|我家|[我俺]妈|路边|手机|充电宝")
_MENDED = re.compile(
    r"修好了|整改(?:了|好)|已经(?:换|修|装|处理)|换新了|以前|去年|前年|上个?月|当年|曾经|听说|新闻|考试|培训课|题目"
)


def _is_hazard(text: str) -> bool:
    """Danger that is told as a fact, or into which somebody is sent; not what is only asked about."""
    if _NOT_WORKPLACE.search(text) or _MENDED.search(text):
        return False
    danger = _UNGUARDED.search(text) or _DANGER.search(text)
    if (danger or _STRAIN.search(text)) and _FORCED.search(text):
        return True
    return danger is not None and not _QUESTION.search(_PLEA.sub("", text))
