"""A question that lacks its topic is told from one that stands for itself."""

import pytest

from knowledge_base.followup import asks_of, combined, is_follow_up

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
