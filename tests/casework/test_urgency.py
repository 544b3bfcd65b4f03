"""What cannot wait is noticed, in workers' own words; questions of law and everyday talk are not taken for it."""

from __future__ import annotations

import time
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.distress import find_distress
from casework.text import LIMIT, understood
from casework.urgency import Urgency, find_urgency, tells_of_injury

TODAY = date(2026, 11, 20)
NLU = sorted((Path(__file__).parents[2] / "nlu_data" / "nlu").glob("*.yml"))

DEADLINE = """\
仲裁时效快到了怎么办
还有5天就过期
还有五天就过时效了
收到裁决书第十天了
离职快一年了还没仲裁
工伤快一年没申请认定
去年12月离职的
我去年12月10号被辞退，工资到现在没给
时效马上过了，咋整
我被开了十一个月了，还能告不
辞职差三天就一年了
再过一个星期就满一年了，公司还没赔我
离职一年差十天
裁决书上周收到的，我不服
昨天拿到仲裁裁决，判少了，想起诉
仲裁输了，裁决书前天下来的，咋办
判决书收到八天了，想上诉
一审判决下来十二天了，还来得及上诉不
上诉期快过了
起诉期还剩两天
仲裁期限只剩半个月了
明天开庭了我啥都没准备
下周三仲裁开庭，公司说要告我
后天就要举证了，录音咋交
俺去年十二月从工地走的，工钱一分没拿
去年这个时候被裁的，赔偿没给
2025年12月3日被公司辞退，一直没仲裁
25年12月底离职，现在还来得及不
去年年底让我走的，说好给两个月工资没给
手指头去年12月被机器压断的，厂里一直不给报工伤
工伤都十一个月了老板拖着不申请
摔伤快一年了公司没给我报工伤
受伤到现在11个多月，还没认定
在厂里被叉车撞了快一年，没做工伤认定
查出尘肺快一年了，公司不给报
鉴定结论收到十天了，级别定低了
劳动能力鉴定结果上礼拜出来的，不服
不予认定工伤的决定书收到快两个月了
仲裁不予受理通知书收到第六天了
离职十一个多月，老板天天说下个月给
走的时候是去年12月中旬，押金没退
合同去年12月到期没续，没给补偿
老板去年12月5日把我开除的
被炒鱿鱼快一年咯，还能讨说法不
时笑快到了，我要仲裁
来不及仲裁了吗，就剩一个星期
今天是仲裁最后一天
眼看就要过仲裁时效了
怕错过仲裁时效，还剩十来天
公司倒闭不干了快一年了，钱没给
工程完工快一年了，包工头的钱还没结
判决书下来了不服怎么上诉，收到十三天
裁决书收到好几天了，不服
裁决书到手两个星期了，还能起诉吗
一年时效还剩20天
收到裁决书了，不服，怎么办
离职一年了，仲裁还来得及吗
我是去年12月1日离职的，现在申请仲裁晚不晚
工伤认定还有一周就过期了
还有3天就到仲裁时效
复议期还剩十天
我2025年11月28号被公司劝退，到现在一分没赔
去年11月底让我走人的，能不能还去仲裁
人家说一年就过期，我去年十二月初走的
再不仲裁就过时效了，就这几天的事
法院判决书上个星期四到的，我要上诉
裁决书到手十四天了，明天就满十五天
跟厂里闹了快一年了，离职证明都没给，辞职也快一年了
娃他爸去年12月8号工地上摔的，包工头没给报工伤
工伤申请只有一年，我还差半个月就到了
手断了十一个月零二十天了，工伤没报
听说起诉只有15天，我收到裁决9天了
后天开庭，我一个人害怕
13号开庭要带啥
这个月底仲裁就到期了
离开那个厂十一个半月了，工资没要回来
老板去年年底把我们十几个都开了，赔偿没影
我被优化了快一年，N+1没给
仲裁裁决收了一个多星期，公司不服我也不服
上诉期只有十五天，今天第十三天
下个礼拜就满一年，离职的时候欠我两个月工资
我是去年十一月二十五号被公司辞掉的，现在去仲裁还行不
再有八天我离职就整一年了，加班费还没要
辞工快满一年，欠的提成没结
仲裁委的裁决书我10号签收的，不想认，想告到法院
二审要在15天里提，我今天第十二天了
我妈去年12月在食堂滑倒骨折，单位到现在没报工伤
下星期二开庭，公司律师找我和解
时效只剩下两周了，材料还没齐
公司去年十二月份注销的，我也是那时候走的，补偿没拿
离职满一年就这几天的事，怎么赶紧申请
裁决下来一礼拜了没支持我的加班费
申请工伤认定期限要到了，医院证明还没开
快一年前被开的，钱一直拖
再晚就超一年了，我得赶紧去仲裁
我离职到这个月底刚好一年
我被厂里开除快满一年啦，一直没去告
仲裁时效还有一个礼拜就没了
去年11月30日交的辞职，工资现在还欠着
裁决书寄到家五天了，我对结果不服气
三天后开庭，能不能派个律师
离职时间是2025年12月20号，想申请仲裁
一审判了十天了，我想上诉来得及吗
从摔伤到今天十一个月多了，工伤还没报上去
上诉状今天必须交，最后一天了
我爸去年底在矿上砸断腿，矿上没报工伤，快过期了"""

INJURY = """\
今天上班手指被压了，在医院
今天在工地把脚砸了
刚才搬货闪了腰，动不了劲
刚刚切菜机把手指割了，在缝针
早上送餐路上摔了，膝盖破了
今早骑车上班被车撞了，交警来过了
昨天在厂里被钢板砸到脚，今天肿得走不了
昨晚夜班机器夹到手，缝了五针
我在医院，手被冲床压了，老板不来
工友今天在架子上摔伤了，送医院了，公司让我们别说
刚从医院出来，手指骨折，老板让私了
下午下料的时候铁屑崩到眼睛里了
今天中午在食堂后厨被油烫了
今天打磨时砂轮碎了划伤脸
今儿个干活把脚崴了
老公今天在工地摔断了腿，现在在医院
上午装货被箱子砸了头，有点晕，咋申请工伤
我人在急诊，干活把肋骨摔断了
今天叉车倒车压到我脚了
今天上班路上摔了一跤手骨折了，算工伤吗
俺今天手叫锯子锯了，老板就给了二百块
今日在车间被酸溅到手烧伤
两个小时前在仓库摔了，腰疼得不行
凌晨下夜班被电动车撞了，人在医院
师傅今天手被电焊烧了，已经送医院
今天手被轧了，厂里不肯垫医药费
刚做完手术，今天被机器绞断一截手指
昨天扛水泥扭伤腰，工头不管
今天送外卖被狗追摔了，胳膊骨折
今天高温干活中暑了，刚挂完水
今天在脚手架上摔了，人没大问题但手断了
刚才开料机把我食指削掉一块，在医院等着缝
昨天夜里上班眼睛被焊光打了，今天疼得睁不开
下午三点多从货车上跌下来，尾椎疼
今天搬家具腰扭了，站不起来
老公早上在工地被砸到头，现在人民医院
今天送单跟人撞车了，腿上缝了七针
今天热得在车间晕倒了，现在缓过来了
今天小拇指被门夹断了，厂里说自己负责
同事今天被烫伤，送去医院了，厂里叫我们保密
昨天下班回来路上被三轮撞倒，胳膊打石膏了
今天卸货脚背被砸肿了
早上卸车让铁板拍到脚指头，发紫了
刚刚被飞出来的木屑扎了眼
今天爬架子踩空了，脚后跟骨裂，打了石膏
昨晚上班手背被蒸汽烫起泡
今天电钻打滑把手钻了个洞
今儿在工地踩了钉子，脚扎穿了
今天骑手同事被汽车撞飞了，已经进手术室，站点说跟他们没关系
干活时候腰闪了，人现在躺在骨科
今天被行车吊的管子碰到头，缝针了
今天上午在厂里吸了氯气，喉咙疼，在医院挂水
今天搬砖砸到大脚趾，指甲盖都掉了
中午炒菜油溅到胳膊上，烫了一片
刚才下楼送水摔了一跤，尾巴骨疼
我在急诊，手腕让角磨机划了个大口子
昨天铲车碾到我脚面，拍片说骨折了
今天锯木头锯到手指了，老板让我自己去诊所
工地今天有人被钢管打到头，缝了八针，包工头不让说
今早扫雪滑倒，手腕骨裂，在单位门口"""

HAZARD = """\
脚手架没护栏还让我们上
车间全是粉尘没口罩
冷库门坏了还让进去
塔吊钢丝绳快断了还在用
冲床防护罩拆了，天天让我们赶工
四十度高温还叫我们在外头干
打雷还让我们上塔吊
台风天还逼着送单
安全出口锁着，怕着火
车间消防通道堵死了
电线泡在水里，赶紧来人看看
叉车刹车坏了还叫开
有限空间没检测就叫我们下去
厂里漏电，没人管
煤气味好重，老板说没事接着干
机器急停按钮失灵，老板不修
没给我们发防毒面具，喷漆车间味道刺鼻
我们好几个人头晕恶心，胶水味太大了
瓦斯报警了还让干
基坑边坡裂了，还叫下去挖
吊篮没有安全锁还让上
没证的人在开叉车
没学过电焊就硬让我去焊
安全带都断了还叫我们高空作业
货架歪了快倒了
大风天还在吊装
安全绳都不给，叫俺爬上去
宿舍楼裂缝越来越大，厂里没人管
油漆房没通风，我们在里头干一天
反应釜压力表坏了还在生产
配电箱漏水冒火花
电梯坏了还叫我们坐着上下货
冲床没得防护罩，手都要伸进去
灭火器全过期了，仓库堆满纸箱
井下通风不行，头晕得很
工地洞口没盖板，昨天差点掉下去
安全帽都没有就让上楼顶
让我们下化粪池清理，啥防护都没有
光栅被短接了，手伸进去机器不停
零下二十度冷库不给棉衣还叫干
农药车间不发手套口罩，手都烂了
不上去就扣钱，架子都晃的
脚手架没护烂还喊我们上
老板把安全门锁了怕我们出去
楼板裂了，随时要塌，还让住
吊篮晃得厉害，安全绳就一根，让我们照样上
厂里到处是油，滑倒好几个了
喷漆房味道熏得人头疼，口罩都不发
高空作业没系安全绳的地方，还催我们快点
外面39度还让我们装卸
老板让我开叉车，我没证
电焊旁边堆着油桶
煤矿顶板掉渣了还让下
消防通道堆满货，门都推不开
砂轮机没罩子，昨天差点崩到人
大半夜一个人下井检修，连个监护都没有
机器漏电麻手，报了三次没人修
暴雨天桥都淹了平台还派单，不接就扣分
梯子断了一截还在用
锅炉压力表都不动了还烧着
五楼外墙没有防护网，我们天天在下面走
老板把机器的防护门拆了说干得快
塔吊司机没证，天天在我们头顶上吊
地下室积水还有电线，叫我们去抽水
厂房顶铁皮松了，一刮风就掉
甲醇桶就放在电焊边上
井里没通风就喊人下
仓库里叉车乱窜，没人指挥，差点撞到人
四十一度送快递，站长不让歇
升降机限位坏了两个月，照用
车间里粉尘呛得睁不开眼，口罩三天才发一个
冲压机没有光电保护，手天天在里面送料
外墙吊篮绳子磨毛了，工头说还能用
地下车库焊管子没通风，头昏
高压线底下叫我们吊钢筋
老板叫我们没系安全带就上屋顶换瓦
氨机房漏氨味道刺鼻，不让我们走
夜里高速上叫我们下车摆锥桶，连反光衣都没有"""

NOT_URGENT = """\
仲裁时效是多久
工伤怎么认定
劳动仲裁要多长时间
不服仲裁裁决多少天内起诉
离职一年多了还能仲裁不
离职后多久之内要申请仲裁
超过一年还能仲裁吗
时效过了怎么办
工伤认定要在几天内申请
收到裁决书几天内要起诉
仲裁输了咋办
仲裁时效从什么时候算
合同还有5天到期
劳动合同快到期了，要续签吗
试用期还有一周就到了
会员卡快过期了
助学申请还有三天截止
产假还有十天就结束了
离职两个月了，工资还没结
去年3月离职的，工资没给
我前年离职的
今年10月离职，离职证明没给
刚离职，失业金怎么领
离职快一年了，会籍还在吗
入职快一年了没签合同
工资拖了快一年了
干了十一个月被辞退，赔多少
在这厂干了快一年，没交社保
打算12月底离职，年假怎么算
我想去年底的奖金什么时候发
判决下来公司不给钱怎么办
仲裁赢了三个月老板不给钱
开庭我不去行吗
上周开庭了，什么时候出结果
工伤认定已经下来快一年了，赔偿怎么算
怀孕十一个月工龄能休产假吗
上班受伤了怎么办
中暑算工伤吗
手被机器夹了赔多少
工伤认定需要什么材料
去年受的伤，今天想问问怎么赔
上个月在厂里摔了
今天下雨跑单摔了一跤没啥事，就是郁闷
今天手机摔了，公司赔吗
今天被主管骂了，伤心
昨天打球扭了脚，能请病假吗
今天孩子在幼儿园摔了
今天餐摔了，站长扣我钱
昨天工资被压了两千
今天想咨询一下骨折能评几级
在医院上班，夜班多
我在医院当护工，工资拖着不发
以前在工地砸过脚
前年压断手指，现在阴天还疼
上下班路上被车撞了算工伤吗
今天累死了，腰酸背疼
工地不发安全帽可以不干吗
厂里消防通道堵着合不合法
没电焊证能干电焊吗
口罩手套厂里不发，违反什么
车间太热有没有温度标准
高温补贴多少钱
粉尘岗位多久体检一次
怎么举报工厂有安全问题
我要报隐患
隐患上报在哪填
叫我干危险的活，能不能拒绝
特种作业证怎么考
小区电梯坏了找谁
手机充电冒烟了
家里漏电怎么办
上次报的隐患整改了吗
安全培训要培训多少学时
防暑降温费几月发
消防员怎么考
转人工
你好
我想入会
补助什么时候发
护栏多高才合格
没有口罩了去哪买
我还在上班，晚点说
夜班还让加班，给加班费吗
老板还让我们写辞职
领导让我们签放弃社保
辞职要提前多久说
公司辞退我没给钱，去年6月的事
裁决书怎么送达
判决书丢了怎么补
收到法院传票怎么办
离职三个月社保怎么转
签了协议15天内能反悔吗
工伤认定60天内出结果吗
劳动仲裁45天没结果怎么办
停工留薪期快到了
医疗期还剩半个月
孕期还有一个月生
我在厂里干了快两年了没签合同
去年12月入职的，没签合同
去年12月的工资还没发
今年过年前能拿到工资吗
去年年底的年终奖没发
受伤了公司不管怎么办
手指断了评几级
工伤住院谁护理
今天发工资吗
刚入职，社保什么时候交
昨天被老板辞退了
今天被通知降薪
早上打卡迟到扣钱
下午请假算旷工吗
昨天加班到十二点
手机坏了能请假吗
安全帽要自己买吗
劳保用品多久发一次
高温天气几度可以停工
夜里一个人值班公司负责吗
脚手架搭设有什么规定
冷库工作有补贴吗
危险岗位津贴多少
电工证怎么考
消防通道多宽
口罩能报销吗
还让不让人活了
他们还叫我写检讨
天天让我们开会
老板逼我们签字
我还在用公司的手机
宿舍没空调
食堂饭太难吃
宿舍太吵睡不着
一年内没去仲裁怎么补救
起诉和仲裁有什么区别
去年工伤鉴定九级赔多少
我离职半年了，社保断了
仲裁开庭要带什么
开庭几次
去年五月被裁的
今天去体检，骨折能体检吗
刚签合同
早上迟到
车间太吵
安全员证怎么办
脚手架工一天多少钱
下井补贴多少
工作服谁出钱
我还要上班，没空
让我加班到十点
老板还叫我请他吃饭
手续怎么办
快到年底了奖金有吗
离退休还有一年
差一年退休
还有两年合同到期
一年差不多挣多少
医院护工有工会吗
昨天入会的，卡什么时候到
今天申请了补助，多久批
工伤鉴定要多少天
上诉要交多少钱
一审要多久
仲裁委地址
我去年年初离职的
今天开会说要裁员
今天发现工资少了三百
刚才打你们电话没人接
昨天社保断了
手续费多少
背锅了被扣钱
头一次来，怎么入会
脚手架工证怎么考
通风工程是什么
灯具厂招人吗
离职证明拖了一个月
还让不让人休息
公司叫我们去团建
今天做体检查出血糖高"""


def _cases(lines: str) -> list[str]:
    return lines.splitlines()


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (kind, typed)
        for kind, lines in ((Urgency.DEADLINE, DEADLINE), (Urgency.INJURY, INJURY), (Urgency.HAZARD, HAZARD))
        for typed in _cases(lines)
    ],
)
def test_urgency_is_noticed(kind: Urgency, typed: str) -> None:
    assert find_urgency(understood(typed), TODAY) is kind


@pytest.mark.parametrize("typed", _cases(DEADLINE) + _cases(INJURY) + _cases(HAZARD))
def test_it_is_no_emergency_which_is_noticed_elsewhere(typed: str) -> None:
    assert find_distress(understood(typed)) is None


@pytest.mark.parametrize("typed", _cases(NOT_URGENT))
def test_questions_of_law_and_talk_are_not_urgent(typed: str) -> None:
    assert find_urgency(understood(typed), TODAY) is None


OWN_CASES = {
    "我去年12月离职的，算算还在不在时效",
    "明天就开庭了，快给我安排援助律师",
    "四十度还让在外面干活",
}
"""What the dialogue engine learns as a question or procedure, and is urgent all the same."""


@pytest.mark.parametrize("file", NLU, ids=lambda file: file.stem)
def test_nothing_that_the_dialogue_engine_learns_as_a_question_is_urgent(file: Path) -> None:
    for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
        if block.get("intent") in ("report_hazard", "distress"):
            continue
        for line in block.get("examples", "").splitlines():
            typed = line.removeprefix("- ")
            assert find_urgency(understood(typed), TODAY) is None or typed in OWN_CASES, typed


def test_a_danger_that_is_described_is_urgent_and_a_wish_to_report_one_is_not() -> None:
    blocks = yaml.safe_load((NLU[0].parent / "procedures.yml").read_text(encoding="utf-8"))["nlu"]
    reports = next(block["examples"] for block in blocks if block.get("intent") == "report_hazard").splitlines()
    found = {line: find_urgency(understood(line.removeprefix("- ")), TODAY) for line in reports}
    assert set(found.values()) == {None, Urgency.HAZARD}
    assert sum(kind is Urgency.HAZARD for kind in found.values()) >= 70


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2025年12月3日被辞退", date(2026, 11, 3), date(2026, 12, 3)),
        ("去年12月离职的", date(2026, 11, 1), date(2026, 12, 31)),
        ("2026年11月10日收到裁决书", date(2026, 11, 10), date(2026, 11, 25)),
        ("2025年12月3日在厂里摔伤，没报工伤", date(2026, 11, 3), date(2026, 12, 3)),
        ("2026年10月1日收到不予认定工伤决定书", date(2026, 10, 31), date(2026, 11, 30)),
    ],
)
def test_a_limit_is_near_in_its_last_thirty_days_and_no_longer(typed: str, first: date, last: date) -> None:
    for day in (first - timedelta(days=1), last + timedelta(days=1)):
        assert find_urgency(typed, day) is None, day
    for day in (first, first + (last - first) // 2, last):
        assert find_urgency(typed, day) is Urgency.DEADLINE, day


@pytest.mark.parametrize(("days", "urgent"), [(1, True), (15, True), (30, True), (31, False), (60, False)])
def test_days_that_are_left_are_counted(days: int, urgent: bool) -> None:
    assert (find_urgency(f"仲裁时效还有{days}天就到期", TODAY) is Urgency.DEADLINE) is urgent


def test_the_nearest_event_decides_what_a_time_belongs_to() -> None:
    assert find_urgency("2024年3月入职，去年12月被辞退", TODAY) is Urgency.DEADLINE
    assert find_urgency("去年12月入职，上个月被辞退", TODAY) is None


PIECES = """
今天 去年 12月 快 一年 离职 仲裁 时效 裁决书 收到 第 十 天 了 还有 5 就 过期 手 被 压 断 摔 医院 没 护栏 还 让 我们 上
口罩 粉尘 电线 漏电 ， 。 吗 怎么 工伤 工资 老板 在 的"""


@given(st.lists(st.sampled_from(PIECES.split()), max_size=400).map("".join), st.dates(date(2000, 1, 1)))
@settings(deadline=None, max_examples=60)
def test_any_message_is_read_quickly(typed: str, today: date) -> None:
    text = understood(typed)
    assert len(text) <= LIMIT
    begun = time.perf_counter()
    assert find_urgency(text, today) in (None, *Urgency)
    assert time.perf_counter() - begun < 0.5


@given(st.text(max_size=200), st.dates())
@settings(deadline=None)  # other tests may keep the machine busy
def test_any_text_and_any_day_can_be_read(typed: str, today: date) -> None:
    assert find_urgency(understood(typed), today) in (None, *Urgency)


HURT = """\
胳膊被机器绞断了截肢，老板三个月没发工资
去年在工地摔下来骨折，包工头只给了两千
手指压断了老板想私了
烧到了百分之三十还在住院
我老公在厂里触电了
"""
NOT_HURT = """\
老板三个月没发工资
手机摔坏了公司让我赔
差点摔下来，没事
工伤怎么认定
把餐撒了摔碎了扣我钱
受了伤害的是我们的感情
"""


@pytest.mark.parametrize("text", HURT.splitlines())
def test_who_was_hurt_is_noticed_whenever_it_was(text: str) -> None:
    assert tells_of_injury(understood(text))


@pytest.mark.parametrize("text", NOT_HURT.splitlines())
def test_things_and_questions_of_law_are_nobody_hurt(text: str) -> None:
    assert not tells_of_injury(understood(text))
