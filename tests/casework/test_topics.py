"""What a matter is about, and whether it is a grievance: a complaint taken for none would reach the wrong union."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.tables import REASONS, TOPICS
from casework.text import understood
from casework.topics import Grievance, grievance_of, is_complaint, topic_of

JOINING = """\
我想入会
送外卖的咋入工会
会费一个月交好多
会费是从工资里扣吗
换厂了工会关系怎么转
会员证丢了
25个人能建工会不
职工代表怎么选
加入工会有啥好处
派遣工入哪边的工会
我们厂还没工会，怎么入会"""

AID = """\
娃考上大学没钱交学费
申请困难补助要啥材料
得了大病花光了积蓄，有救助没
两癌筛查啥时候
夜校怎么报名
失业金怎么领
住院了工会来慰问吗
老汉住院，工会能不能帮一哈
考了电工证有补贴吗"""

LEGAL = """\
老板三个月没发工资
工钱还没结
手被机器压了算工伤吗
公司把我开了一分钱没赔
没签合同怎么办
怀孕了公司让我走
加班费怎么算
社保断了能补吗
想去仲裁，材料怎么写
老板喊我滚蛋
车间粉尘大没口罩
公司不给开离职证明
干了半年没见钱
工伤认定的时候公司不盖章
入了工会就被开除，能告吗"""

GENERAL = """\
转人工
你好
在吗
有事想问
驿站在哪
你们几点上班的呢，想过去一趟
工会公众号能领什么券
找个人跟我说"""

GRIEVANCES = """\
老板三个月没发工资
我要投诉
我们主管老骂人
工会主席是老板的小舅子
工会主席不是我们选的
工会从来不管事
工会经费去哪了
慰问金被人冒领了
公司不让我们建工会
参加工会老板会知道吗
厂里的慰问品只发给坐办公室的，我们没有
公司说好的补助到现在没到账
宿舍着火烧了，公司让我申请救济就算了，也没人说赔的事，我们十几个人的东西全没了
入会以后经理天天找我麻烦
没签合同能入会吗
申请补助被拒绝了凭什么
想入会但是怕组长知道
手被机器压了
脚手架没护栏
被辞退了
算算我能拿多少N+1
退休返聘摔了谁管
工厂的事
单位让我来问问
干了一个月没有给一分钱，培训的时候说好的
老公工伤瘫了，想申请帮扶
女工怀孕被调岗
派出所说让我找工会，店长打我
反映一个事
面试问我生不生孩子
想问仲裁
我要维权
站长把我号封了
我十七，饭店做培训，没拿到钱
你们工作人员态度太差
累倒在岗位上住院了"""

NO_GRIEVANCES = """\
我想入会
送外卖的可以入会不
会费一个月多少
入会要带什么材料
会员卡丢了怎么补
工会关系怎么转
加入工会有什么好处
我们厂还没有工会，怎么入会
公司多少人要建工会
金秋助学怎么申请
娃考上大学，有没有助学
困难职工标准是啥
我老婆得了癌症，工会能帮点啥
失业金怎么领
夜校怎么报名
医疗互助一年交多少
两癌筛查免费吗
生了娃，给我登记慰问
报名求学圆梦
补助申请到哪一步了"""

UNKNOWN = """\
转人工
人工
你好，有人吗
找个人跟我说
有点事
12351和12345有啥区别
今天天气不错
驿站在哪
你是机器人吗"""


def _cases(lines: str) -> list[str]:
    return lines.splitlines()


@pytest.mark.parametrize(
    ("topic", "typed"),
    [
        (topic, typed)
        for topic, lines in (("joining", JOINING), ("aid", AID), ("legal", LEGAL), ("general", GENERAL))
        for typed in _cases(lines)
    ],
)
def test_the_words_tell_the_topic(topic: str, typed: str) -> None:
    assert topic_of(understood(typed)) == topic


@pytest.mark.parametrize(
    ("intent", "topic"),
    [("join_union", "joining"), ("apply_aid", "aid"), ("request_legal_aid", "legal"), ("report_hazard", "legal")],
)
def test_a_procedures_intent_names_the_topic(intent: str, topic: str) -> None:
    assert topic_of("帮我办一下", intent) == topic


def test_an_intent_that_says_nothing_leaves_it_to_the_words() -> None:
    assert topic_of("我要入会", "ask_policy") == "joining"
    assert topic_of("转人工", "request_human") == "general"
    assert topic_of("会费多少 转人工", "request_human") == "joining"


@pytest.mark.parametrize("typed", _cases(GRIEVANCES))
def test_a_grievance_is_seen(typed: str) -> None:
    assert grievance_of(understood(typed)) is Grievance.YES
    assert is_complaint(understood(typed))


@pytest.mark.parametrize("typed", _cases(GRIEVANCES))
@pytest.mark.parametrize("intent", ["join_union", "apply_aid", "ask_policy", "share_mood", "request_human", None])
def test_a_wrongly_understood_intent_hides_no_grievance(intent: str | None, typed: str) -> None:
    assert grievance_of(understood(typed), intent) is not Grievance.NO


@pytest.mark.parametrize("typed", _cases(NO_GRIEVANCES))
def test_joining_and_aid_are_none(typed: str) -> None:
    assert grievance_of(understood(typed), "ask_policy", "asked_for") is Grievance.NO
    assert not is_complaint(understood(typed), "ask_policy", "asked_for")


@pytest.mark.parametrize("typed", _cases(UNKNOWN))
def test_what_says_nothing_may_be_one(typed: str) -> None:
    assert grievance_of(understood(typed), "request_human", "asked_for") is Grievance.UNKNOWN
    assert not is_complaint(understood(typed), "request_human", "asked_for")


@pytest.mark.parametrize("reason", ["distress", "legal_urgency"])
@pytest.mark.parametrize("typed", _cases(NO_GRIEVANCES + "\n" + UNKNOWN))
def test_a_grave_reason_is_always_one(typed: str, reason: str) -> None:
    assert grievance_of(understood(typed), None, reason) is Grievance.YES


@pytest.mark.parametrize("typed", _cases(GRIEVANCES))
@pytest.mark.parametrize("other", ["转人工", "我想入会", "你好"])
def test_one_grievance_among_several_messages_is_enough(typed: str, other: str) -> None:
    assert grievance_of(understood(f"{other}\n{typed}")) is not Grievance.NO
    assert grievance_of(understood(f"{typed}\n{other}")) is not Grievance.NO


@given(st.text(max_size=80), st.sampled_from([None, "join_union", "ask_policy", "nonsense"]), st.sampled_from(REASONS))
@settings(deadline=None)  # other tests may keep the machine busy
def test_any_text_has_a_topic(typed: str, intent: str | None, reason: str) -> None:
    assert topic_of(understood(typed), intent) in TOPICS
    assert grievance_of(understood(typed), intent, reason) in Grievance
