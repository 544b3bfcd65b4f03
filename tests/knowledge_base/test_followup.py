"""A question that lacks its topic is told from one that stands for itself."""

import pytest

from knowledge_base.followup import asks_of, combined, is_follow_up
from tests.knowledge_base import followups_unseen as unseen

PRECISION, RECALL = 0.95, 0.8
"""Of the unseen questions: measured 1.0 and 0.85."""

ELLIPTICAL = [
    "那要多久?",
    "如果没签合同呢?",
    "他说不给怎么办",
    "要带什么",
    "超过时间了咋办",
    "那派遣的呢",
    "多少钱",
    "去哪办",
    "要什么材料",
    "能网上办吗",
    "可以找人代办吗",
    "老板不同意呢",
    "公司不认怎么办",
    "那我该怎么办",
    "要交钱吗",
    "几天能下来",
    "找谁",
    "电话多少",
    "没有证据怎么办",
    "那试用期呢",
    "如果他跑了呢",
    "要是公司倒闭了呢",
    "还需要准备什么",
    "具体怎么弄",
    "为什么",
    "有时间限制吗",
    "那我能拿多少",
    "不去会怎么样",
    "对结果不服呢",
    "人事不理我怎么办",
    "这个在哪里申请",
    "可是我已经签字了",
    "但是我没有那些东西啊",
    "万一输了呢",
    "多久能到账",
    "过期了还能办吗",
    "他们要是不承认呢",
    "然后呢",
    "那大概要等几天呢",
    "需要本人去吗",
    "我身份证丢了还能办不",
    "他们要是拖着不批咋整",
    "打电话没人接怎么办",
    "那个表在哪儿下载",
    "要不要盖公章",
    "我人在外地能办吗",
    "一共能给多少",
    "多长时间给答复",
    "如果超过一年了呢",
    "家里人能替我去吗",
    "那公司不给开证明呢",
    "晚上能打吗",
    "他不签字怎么弄",
    "还有没有别的办法",
    "得花多少钱",
    "是去区里还是市里",
    "那我要是没录音呢",
    "结果下来了不满意怎么办",
    "这个要排队吗",
    "我没带原件可以吗",
    "那边几点下班",
    "如果单位故意不配合呢",
    "可以让我老婆去办吗",
    "多少天之内要交上去",
    "能不能加快一点",
    "那我直接去行不行",
    "去了找哪个科室",
    "他要是把证据删了呢",
    "钱是打到卡里吗",
    "要填哪张表",
    "网上操作不来怎么办",
    "得跑几趟",
    "他们说材料不齐怎么办",
    "这钱什么时候能拿到手",
    "过了半年还来得及不",
    "没有老板的电话咋办",
    "要预约吗",
    "那我先做哪一步",
]
WHOLE = [
    "工资拖着不发怎么办",
    "年假有几天",
    "怎么入会",
    "那年假呢",
    "押金不退怎么办",
    "老板打我怎么办",
    "孕妇能辞退吗",
    "上班摔伤了怎么办",
    "迟到扣钱合法吗",
    "今天天气怎么样",
    "离婚怎么分财产",
    "护照去哪办",
    "没签合同能要双倍工资吗",
    "如果公司拖欠工资怎么办",
    "社保断了有什么影响",
    "加班费怎么算",
    "工伤认定要多久",
    "仲裁要带什么材料",
    "困难补助多少钱",
    "法律援助去哪申请",
    "他们不让我进厂门",
    "你好",
    "谢谢",
    "好的知道了",
    "在吗",
    "老板不给加班费怎么办",
    "公司倒闭了工资怎么办",
    "产假多少天",
    "试用期能随便开除吗",
    "那社保呢",
    "失业金怎么领",
    "高温补贴多少钱一个月",
    "夜班不给补贴怎么办",
    "我想找工作",
    "怎么办健康证",
    "人事让我签空白合同怎么办",
    "厂里不放假",
    "那工伤怎么赔",
    "食堂的饭太难吃了",
    "我被骗了",
    "会费交多少",
    "怎么退会",
    "公积金怎么提取",
    "老板让我写辞职信怎么办",
    "哺乳期能上夜班吗",
    "工会卡有什么用",
    "宿舍漏水没人管",
    "能不能报个电工班",
    "孩子上大学能申请多少钱",
    "加班到十二点没有加班费",
    "那病假工资怎么发",
    "调去外地不去行吗",
    "职业病怎么鉴定",
    "想找个律师",
    "高温天给不给降温费",
    "怎么查有没有交社保",
    "老板骂人怎么办",
    "你是机器人吗",
    "那女职工体检呢",
    "合同到期不续签给钱吗",
    "周末上班算加班吗",
    "他把我打伤了怎么办",
    "年终奖不发能要吗",
    "我想换个工种",
    "厂里让我们周六义务劳动",
    "怎么给孩子报暑托班",
    "那工会经费谁交",
    "骑车上班被撞了算谁的",
    "女的几岁退休",
    "工服要自己花钱买吗",
    "老板说干满一年才给结账",
    "被优化了有什么说法",
    "车间太吵耳朵听不清了",
    "身份证被人事扣了怎么办",
    "夫妻吵架找谁调解",
    "感冒了请假不批",
    "体检查出肺有问题怎么办",
    "哪里能免费喝水休息",
    "简历上写错了会被开除吗",
    "那押金条丢了能退吗",
    "孩子没人带能不上夜班吗",
    "有没有免费的电影看",
]


@pytest.mark.parametrize("text", ELLIPTICAL)
def test_what_lacks_its_topic_follows_up(text: str) -> None:
    assert is_follow_up(text)


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_whole_is_not_pulled_to_the_old_topic(text: str) -> None:
    assert not is_follow_up(text)


def test_a_story_is_never_a_follow_up() -> None:
    assert not is_follow_up("那" * 60)
    assert not is_follow_up("")


def test_both_questions_are_searched_for() -> None:
    assert combined("工资拖着不发怎么办？", "那要多久?") == "工资拖着不发怎么办，那要多久?"
    assert len(combined("工" * 500, "那要多久?")) < 250


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("那要多久?", "deadline"),
        ("有时间限制吗", "deadline"),
        ("几天能下来", "deadline"),
        ("要带什么", "papers"),
        ("需要什么材料", "papers"),
        ("还需要准备什么", "papers"),
        ("去哪办", "steps"),
        ("具体怎么弄", "steps"),
        ("找谁", "steps"),
        ("多少钱", "money"),
        ("要交钱吗", "money"),
        ("那我能拿多少", "money"),
        ("他说不给怎么办", None),
        ("为什么", None),
    ],
)
def test_a_part_of_the_answer_is_asked_for(text: str, section: str | None) -> None:
    assert asks_of(text) == section


def test_it_holds_for_questions_that_it_was_not_written_for() -> None:
    right = [text for text in unseen.ELLIPTICAL if is_follow_up(text)]
    pulled = [text for text in unseen.WHOLE if is_follow_up(text)]
    assert len(right) / (len(right) + len(pulled)) >= PRECISION, pulled
    assert len(right) / len(unseen.ELLIPTICAL) >= RECALL, set(unseen.ELLIPTICAL) - set(right)
