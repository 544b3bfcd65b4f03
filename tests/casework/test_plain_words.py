"""Words whose intent the gateway does not leave to the engine."""

import pytest

from casework.plain_words import intent_of_words, is_latin


@pytest.mark.parametrize(
    "text",
    ["我是骑手", "我不是骑手了", "那派遣的呢", "在徐州", "我在上海上班", "我们公司", "？？", "👍", "12", "。。。"],
)
def test_what_the_action_reads_itself(text: str) -> None:
    assert intent_of_words(text) == (None if text == "我们公司" else "ask_policy")


@pytest.mark.parametrize(
    "text", ["在吗", "在不在", "你好", "好的", "谢谢", "工资不发怎么办", "在家", "我在忙", "ok", "在哪办"]
)
def test_what_the_engine_is_asked(text: str) -> None:
    assert intent_of_words(text) is None


def test_pinyin_has_no_chinese_character() -> None:
    assert is_latin("gongzi bu fa zenme ban")
    assert not is_latin("gongzi不发")
    assert not is_latin("12 ?")


@pytest.mark.parametrize("text", ["具体怎么弄", "电话多少", "可以找人代办吗", "打电话没人接怎么办", "星期天有人吗"])
def test_a_short_question_goes_on_with_what_was_asked_before(text: str) -> None:
    assert intent_of_words(text, goes_on=True) == "ask_policy"
    assert intent_of_words(text) is None


@pytest.mark.parametrize(
    "text", ["有人吗", "转人工怎么弄", "你是机器人吗", "我不想活了怎么办", "谢谢", "工作人员电话多少"]
)
def test_what_is_said_to_us_is_left_to_the_engine(text: str) -> None:
    assert intent_of_words(text, goes_on=True) is None
