"""Asking for a person and leaving the queue: only where there is no doubt."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.distress import find_distress
from casework.queue_words import LONGEST, asks_for_person, leaves_queue
from casework.text import understood

NLU = sorted((Path(__file__).parents[2] / "nlu_data" / "nlu").glob("*.yml"))

ASKS = """\
人工
转人工
转人工！！！
找人工客服
我要跟真人说话
叫个人来
有人吗我要找人
有人吗？我要找人
转人功
转人公服务
专人工
轉人工
人工人工人工
转人工转人工
你好，我想转人工，谢谢
您好 转人工
麻烦帮我转一下人工客服
能不能给我转人工啊
不要机器人，转人工
机器人别回了，叫人来
算了转人工吧
zhuan rengong
请转人工客服，急！
人工[流泪]
人工😭😭
转一下人工
人工在吗
人工客服呢
要人工服务
可以人工吗
有人工吗
有没有真人客服
帮我找个人
快叫人来
我要找工会的人
直接给我转人工行不行
跟你说不清，找人工
说了半天你不懂，叫个人
怎么转人工
找个懂的人来
/人工"""

NOT_ASKED = """\
人工费怎么算
找人工作
找人工作难吗
人工流产假几天
人工流产
你是真人吗
真人吗
人工吗
你是人工吗
有人吗
请问有人吗
喂，有人吗
不转人工
我想找人说说话
人工智能会取代我们吗
人工成本
人工多少钱一天
客服电话
人
我要人
找人打他
叫人来打我们
老板找人工来顶我们
工作人员态度差
转人工要等多久
我在人工湖边上班
公司要裁人工客服
叫个人来修机器
我要找人算账
人工刚才说什么
后面有没有真人
聊天的是人工还是机器
你好
转正
转工资
找工会的人打官司要钱吗
转人工以后我的话谁能看到
老板三个月没发工资，转人工
？？？
"""

LEAVES = """\
不等了
算了不等了
取消排队
不用找人了
不转人工了
退出排队
我不等了
俺不等了，谢谢
不等了，明天再来
等太久了，不等了
唔等啦
唔等喇，不等了
不想等了
不想再等了
不用等了
不排了
不排队了
不找人工了
不用人工了
不要人工了谢谢
取消人工
不要人工
别转了
不用转人工了
不等你们了
算了，不用找人了，我自己解决
不等了不等了
排队取消吧
那我先不等了
解决了，不用人工了
帮我取消排队
没人理，不等了
要上班了，不等了"""

STAYS = """\
等不了了怎么还没人
公司不等了就开除我
不用等仲裁了吗
不等了吗
等不了了
不等了行吗
不等了？
还要等多久
再不来我就不等了
再不来人，我就不等了
不等了怎么办
取消
退出
算了
不用了
不用了谢谢
不要了
取消申请
老板说不等了
不等工资了
我不等了他就开除我
不找工作了
不用排队吗
不要等我了
等
不转正了
不找人了吗
取消社保
退出工会
不要人工费了
他们不等人
明天再来
谢谢
再见
我等着
人呢"""


def _lines(lines: str) -> list[str]:
    return [line for line in lines.splitlines() if line]


@pytest.mark.parametrize("typed", _lines(ASKS))
def test_a_person_is_asked_for(typed: str) -> None:
    assert asks_for_person(understood(typed))
    assert not leaves_queue(understood(typed))


@pytest.mark.parametrize("typed", _lines(NOT_ASKED) + _lines(LEAVES))
def test_no_person_is_asked_for(typed: str) -> None:
    assert not asks_for_person(understood(typed))


@pytest.mark.parametrize("typed", _lines(LEAVES))
def test_the_queue_is_left(typed: str) -> None:
    assert leaves_queue(understood(typed))


@pytest.mark.parametrize("typed", _lines(STAYS) + _lines(NOT_ASKED))
def test_the_queue_is_kept(typed: str) -> None:
    assert not leaves_queue(understood(typed))


@pytest.mark.parametrize("typed", _lines(ASKS) + _lines(LEAVES))
def test_neither_is_distress(typed: str) -> None:
    assert find_distress(understood(typed)) is None


@pytest.mark.parametrize("file", NLU, ids=lambda file: file.stem)
def test_nothing_that_the_dialogue_engine_learns_as_something_else_is_taken(file: Path) -> None:
    for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
        for line in block.get("examples", "").splitlines():
            text = understood(line.removeprefix("- "))
            assert not leaves_queue(text), text
            assert block.get("intent") == "request_human" or not asks_for_person(text), text


PIECES = """
我 要 想 只想 麻烦你们 请 请问 帮我 给我一下 下 一下 人工 客服 转 接 吗 了 吧 谢谢 算了 不等了 等 不 排队 取消
就 先 那 真人 个 人 找 没人 太久了 好 ， ？ 工资 老板"""
WORDS = st.sampled_from(PIECES.split())


@given(st.lists(WORDS, max_size=30).map("".join))
@settings(deadline=None)  # other tests may keep the machine busy
def test_no_message_is_both(typed: str) -> None:
    begun = time.perf_counter()
    assert not (asks_for_person(typed) and leaves_queue(typed))
    assert time.perf_counter() - begun < 0.5


@given(st.text(min_size=LONGEST + 1))
@settings(deadline=None)  # other tests may keep the machine busy
def test_a_long_message_is_neither(typed: str) -> None:
    assert not asks_for_person(typed)
    assert not leaves_queue(typed)


@given(st.sampled_from(_lines(ASKS) + _lines(LEAVES)), st.sampled_from(["怎么算", "工作", "老板", "工资没发"]))
@settings(deadline=None)  # other tests may keep the machine busy
def test_a_word_of_something_else_makes_it_something_else(typed: str, other: str) -> None:
    text = understood(typed + other)
    assert not asks_for_person(text)
    assert not leaves_queue(text)
