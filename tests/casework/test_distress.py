"""Distress is noticed; the law of accidents and everyday talk are not taken for it."""

import pytest

from casework.distress import Distress, find_distress
from casework.text import understood
from casework.wording import Wording

SELF_HARM = """\
我不想活了
活着没意思
老板不给钱我只有跳楼了
我要从楼上跳下去
想死的心都有了
再不给工资我就去死
工友要跳楼快来人
真的活不下去了欠我半年工资
我想自杀
唔想活了
不如死了算了
公司逼得我想跳楼
我不想活了，以前的工伤也没赔
活著沒意思
我想一了百了
我喝了农药
吃了一瓶安眠药
我已经爬到塔吊上了，不给钱就跳
我想结束这一切
没有活下去的意义了"""

VIOLENCE = """\
老板带人正在打我
有人拿刀要砍我
被工头打了头破血流
老板说要弄死我
主管打我耳光
我被老板堵在办公室打了
保安把我按在地上打
有人要杀我
主管对我动手动脚把我拖进房间"""

LOCKED_IN = """\
我被锁在厂里出不去
他们把我关在宿舍不让走
困在电梯里了
门被反锁了我们出不去
冷库里出不来
他们不让我走把门锁了
被人扣在工厂里走不了手机也没了
老板把我们锁宿舍里了
救救我被骗到这里出不去"""

ACCIDENT = """\
刚才手被机器压住了
工友从架子上掉下来了不动了
有人触电了
我中暑了头好晕
师傅晕倒了怎么办
着火了
血止不住怎么办算工伤吗
工地塌方了埋了人
同事晕倒叫不醒
刚刚有人从三楼摔下来
人被埋在下面了
救命
有人掉进化粪池了
工友被机器卷进去了
手被绞进去了
脚手架塌了压着人
仓库失火有人没跑出来
我被车撞了现在躺在路上
工友触电倒下了
胸口压得喘不上气
我手指断了怎么办
我快死了"""

NOT_NOW = """\
被钢筋扎了脚，去打了破伤风
累死了
气死我了老板不发工资
热死了有高温补贴吗
忙死了
累得要命
今天有点烦
想死你们了
老板打我电话叫我加班
工资打我卡上少了两千
打我们工资的账户
打死我也不去那家公司
去年被老板打了能告他吗
中暑算工伤吗
员工自杀算工伤吗
同事跳楼了公司赔吗
上班路上被车撞了算不算工伤
在工地摔死了怎么赔
右手压断了赔多少
上个月从架子上摔下来老板不管
爆炸事故怎么上报
辞职老板不让走怎么办
身份证被公司扣在那里
工资被扣在公司
被领导关在门外不让上班
公司限制人身自由违法吗
突然被辞退了怎么办
公司不动了怎么办
厂里没活了让我们回家
拖欠工资老板跑了
老板拿了一把工资条给我
中毒了职业病怎么鉴定
我不会自杀的就是问问
现在骑手送餐摔伤了谁赔
从高空摔下肋骨骨折已经去医院检查了
救命钱什么时候发
想死磕到底，怎么告
活多压得喘不过气
拖得我要死要活的
急着用钱救命借不到
我要死心了
我在塔吊上上班算特种作业吗
骗到手的押金拿不回来
物料卷进去停机扣我钱
叫不醒装睡的老板"""


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        (kind, typed)
        for kind, lines in (
            (Distress.SELF_HARM, SELF_HARM),
            (Distress.VIOLENCE, VIOLENCE),
            (Distress.LOCKED_IN, LOCKED_IN),
            (Distress.ACCIDENT, ACCIDENT),
        )
        for typed in lines.splitlines()
    ],
)
def test_distress_is_noticed(kind: Distress, typed: str) -> None:
    assert find_distress(understood(typed)) is kind


@pytest.mark.parametrize("typed", NOT_NOW.splitlines())
def test_talk_and_questions_of_law_are_not_distress(typed: str) -> None:
    assert find_distress(understood(typed)) is None


@pytest.mark.parametrize("kind", list(Distress))
def test_each_kind_has_a_short_answer_with_a_number_to_call(kind: Distress, wording: Wording) -> None:
    text = wording.text(f"utter_distress_{kind}")
    assert len(text) <= 120
    assert any(number in text for number in ("110", "120", "12356", "119"))
