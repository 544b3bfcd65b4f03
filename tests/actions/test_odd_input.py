"""Whatever is typed gets a polite answer that helps on."""

import pytest

from casework.text import LIMIT
from casework.wording import Wording
from tests.actions.talk import Talk


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u200b", "///", "\x00\x01", "／／"])
async def test_nothing_to_read(talk: Talk, wording: Wording, typed: str) -> None:
    assert (await talk.say(typed)).texts == [wording.text("utter_empty_message")]


@pytest.mark.parametrize("typed", ["？？？", "👍👍", "😭", "12", "。。。", "!!!", "①②", "１２３"])
async def test_no_words(talk: Talk, wording: Wording, typed: str) -> None:
    said = await talk.say(typed, intent="goodbye")
    assert said.texts == [wording.text("utter_no_words")]
    assert "找人工" in said.buttons()


@pytest.mark.parametrize("typed", ["gongzi bu fa zenme ban", "ｇｏｎｇｚｉ", "hello my boss does not pay"])
async def test_without_chinese_it_asks_for_chinese(talk: Talk, wording: Wording, typed: str) -> None:
    said = await talk.say(typed)
    assert said.texts[0] == wording.text("utter_declined_latin")
    assert said.texts[0].startswith("可以发中文吗？")


@pytest.mark.parametrize(
    "typed",
    [
        "老闆拖欠工資怎麼辦",
        "工 资 不 发 怎么办 工资",
        "老板工资\x07\u202e不发",
        "工资ＡＢＣ不发",
        "那个我们老板嘛就是工资一直没发然后我问他他说下个月然后下个月又没发我就想问一下这个怎么弄啊",
        "工资不发" + "我在厂里干了很久" * 40,
    ],
)
async def test_odd_spelling_is_answered(talk: Talk, typed: str) -> None:
    assert (await talk.say(typed)).texts[0] == "打 12333。"


async def test_ten_thousand_characters_are_cut_with_a_word(talk: Talk, wording: Wording) -> None:
    said = await talk.say("工资不发。" * 2000)
    assert said.texts[0] == "打 12333。"
    assert said.texts[-1] == wording.text("utter_cut_overlong", limit=LIMIT)


async def test_ten_thousand_emoji_are_no_words(talk: Talk, wording: Wording) -> None:
    assert (await talk.say("😭" * 10_000)).texts[0] == wording.text("utter_no_words")


@pytest.mark.parametrize(
    ("typed", "response", "call"),
    [
        ("离婚怎么分财产", "utter_refer_legal_aid", "打 12348"),
        ("护照去哪里换", "utter_refer_city", "打 12345"),
        ("今天天气怎么样", "utter_out_of_scope", "打 12351"),
    ],
)
async def test_who_else_can_help(talk: Talk, wording: Wording, typed: str, response: str, call: str) -> None:
    said = await talk.say(typed, intent="out_of_scope")
    assert said.texts == [wording.text(response)]
    assert call in said.buttons()
    assert {"title": "打 12348", "url": "tel:12348"} in said.bubbles[0].extra["buttons"] or call != "打 12348"


async def test_a_referral_is_no_miss(talk: Talk) -> None:
    await talk.say("离婚怎么分财产")
    await talk.say("网贷还不上怎么办")
    assert talk.conversations.status(1).state == "pending"
