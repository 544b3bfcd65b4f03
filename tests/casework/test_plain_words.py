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
