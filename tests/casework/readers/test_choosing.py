"""Choices, yes and no, commands and questions are told apart in whatever words they come."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest

from casework.readers import (
    CODES,
    Choice,
    Unreadable,
    command_in,
    is_question,
    read_amount,
    read_choice,
    read_choices,
    read_date,
    read_identity,
    read_integer,
    read_name,
    read_phone,
    read_text,
    read_yes_no,
    tells_facts,
)

TODAY = date(2026, 11, 20)
MATTERS = (
    Choice("wage", "拖欠工资", ("欠薪", "没发工资", "不发工资")),
    Choice("fired", "被辞退", ("开除", "炒了", "让我走")),
    Choice("injury", "工伤", ("受伤",)),
    Choice("social", "没交社保", ("社保",)),
    Choice("other", "其他"),
)
LABELS = ("姓名", "手机号", "单位名称", "拖欠金额", "工资", "事情经过", "工资标准")


def refusal(read: Callable[[], object]) -> str:
    with pytest.raises(Unreadable) as caught:
        read()
    return caught.value.code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1", "wage"),
        ("2", "fired"),
        ("第二个", "fired"),
        ("B", "fired"),
        ("b", "fired"),
        ("选3", "injury"),
        ("工伤", "injury"),
        ("受伤了", "injury"),
        ("欠薪", "wage"),
        ("工资", "wage"),
        ("辞退", "fired"),
        ("我被炒了", "fired"),
        ("老板不发工资", "wage"),
        ("拖欠公资", "wage"),
        ("其它", "other"),
        ("社保没交", "social"),
        ("最后一个", "other"),
        ("三", "injury"),
        ("我要选第二项", "fired"),
        ("2.", "fired"),
        ("第 2 个", "fired"),
        ("2吧", "fired"),
        ("拖欠", "wage"),
        ("就第一个", "wage"),
        ("没交社保", "social"),
    ],
)
def test_one_of_the_answers_is_meant(typed: str, code: str) -> None:
    assert read_choice(typed, MATTERS) == code


@pytest.mark.parametrize("typed", ["怕", "敢", "同意"])
def test_what_is_left_of_a_word_without_its_no_does_not_mean_it(typed: str) -> None:
    options = [Choice("never", "别找他们", ("不敢", "不同意")), Choice("yes", "去找", ("不怕",))]
    assert refusal(lambda: read_choice(typed, options)) == "unknown_choice"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("6", "out_of_range"),
        ("不是工伤", "unknown_choice"),
        ("拖欠工资和工伤", "two"),
        ("第六个", "out_of_range"),
        ("不知道", "unknown_choice"),
        ("嗯", "unknown_choice"),
    ],
)
def test_what_is_none_of_the_answers_is_refused(typed: str, code: str) -> None:
    assert refusal(lambda: read_choice(typed, MATTERS)) == code


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("1和3", ("wage", "injury")),
        ("1,2", ("wage", "fired")),
        ("1、2、4", ("wage", "fired", "social")),
        ("都有", ("wage", "fired", "injury", "social")),
        ("都没有", ()),
        ("13", ("wage", "injury")),
        ("1 3 4", ("wage", "injury", "social")),
        ("一三", ("wage", "injury")),
        ("工伤和欠薪", ("wage", "injury")),
        ("ABD", ("wage", "fired", "social")),
        ("A和C", ("wage", "injury")),
        ("1-3", ("wage", "fired", "injury")),
        ("除了2都有", ("wage", "injury", "social")),
        ("全部", ("wage", "fired", "injury", "social")),
        ("欠薪,还有社保", ("wage", "social")),
        ("没有", ()),
        ("以上都有", ("wage", "fired", "injury", "social")),
        ("第一个和第三个", ("wage", "injury")),
        ("123", ("wage", "fired", "injury")),
        ("工伤", ("injury",)),
        ("欠薪 工伤", ("wage", "injury")),
        ("1到3", ("wage", "fired", "injury")),
        ("除了工伤都有", ("wage", "fired", "social")),
        ("都不是", ()),
        ("不是工伤是欠薪", ("wage",)),
        ("一样都没有", ()),
        ("老板不发工资还把我炒了", ("wage", "fired")),
        ("1，3", ("wage", "injury")),
    ],
)
def test_several_answers_are_meant(typed: str, codes: tuple[str, ...]) -> None:
    assert read_choices(typed, MATTERS) == codes


def test_a_number_beyond_the_last_is_refused() -> None:
    assert refusal(lambda: read_choices("9", MATTERS)) == "out_of_range"


def test_none_is_an_answer_where_it_is_offered() -> None:
    assert read_choices("都没有", (*MATTERS, Choice("none", "以上都没有"))) == ("none",)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("签了", "yes"),
        ("没签", "no"),
        ("有", "yes"),
        ("没有", "no"),
        ("1", "yes"),
        ("2", "no"),
        ("签过", "yes"),
        ("没签过", "no"),
        ("还没签", "no"),
        ("签了一年的", "yes"),
        ("没有签合同", "no"),
        ("有签", "yes"),
    ],
)
def test_yes_and_no_as_choices(typed: str, code: str) -> None:
    assert read_choice(typed, (Choice("yes", "签了"), Choice("no", "没签"))) == code


@pytest.mark.parametrize(
    ("typed", "says_yes"),
    [
        ("是", True),
        ("有", True),
        ("签了", True),
        ("没有", False),
        ("没签", False),
        ("不是", False),
        ("好的", True),
        ("行", True),
        ("嗯", True),
        ("不", False),
        ("算了", False),
        ("还没", False),
        ("没签合同", False),
        ("没有签", False),
        ("木有", False),
        ("冇", False),
        ("莫得", False),
        ("no", False),
        ("未签", False),
        ("是的", True),
        ("对", True),
        ("可以", True),
        ("同意", True),
        ("愿意", True),
        ("ok", True),
        ("yes", True),
        ("成", True),
        ("中", True),
        ("要得", True),
        ("没错", True),
        ("没问题", True),
        ("当然", True),
        ("没有问题", True),
        ("不行", False),
        ("不用", False),
        ("不错", True),
        ("签过", True),
        ("公司没给交", False),
        ("合同没有", False),
        ("嗯,没有", False),
        ("嗯嗯", True),
        ("给了", True),
        ("交了的", True),
        ("从来没交过", False),
        ("好的好的", True),
        ("OK啊", True),
        ("不同意", False),
        ("拒绝", False),
        ("不可以", False),
        ("没", False),
        ("无", False),
        ("否", False),
        ("都没", False),
        ("不反对", True),
        ("公司给交了", True),
        ("老板给签了", True),
        ("恩", True),
        ("好滴", True),
        ("阔以", True),
        ("已经签了", True),
        ("嗯呢", True),
        ("不要", False),
        ("同意，继续", True),
        ("是啊", True),
        ("对头", True),
        ("对的", True),
        ("不对", False),
        ("不签", False),
        ("我同意", True),
        ("我不同意", False),
        ("早就签了", True),
        ("一直没签", False),
        ("没给我签,不给", False),
    ],
)
def test_yes_or_no(typed: str, says_yes: bool) -> None:
    assert read_yes_no(typed) is says_yes


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("哦", "yes_or_no"),
        ("不知道", "vague"),
        ("是不是", "vague"),
        ("有没有", "vague"),
        ("有,没有", "two"),
        ("可能吧", "vague"),
        ("没事", "vague"),
        ("👌", "empty"),
        ("签了吗", "vague"),
        ("张三", "yes_or_no"),
        ("3000", "yes_or_no"),
        ("成都", "yes_or_no"),
        ("会计", "yes_or_no"),
    ],
)
def test_neither_yes_nor_no(typed: str, code: str) -> None:
    assert refusal(lambda: read_yes_no(typed)) == code


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("上一步", ("back", None)),
        ("返回", ("back", None)),
        ("刚才填错了", ("back", None)),
        ("改上一个", ("back", None)),
        ("上一个填错了", ("back", None)),
        ("回到上一步", ("back", None)),
        ("跳过", ("skip", None)),
        ("不想说", ("skip", None)),
        ("没有这个", ("skip", None)),
        ("不填", ("skip", None)),
        ("这个不填", ("skip", None)),
        ("不填了", ("stop", None)),
        ("先不办了", ("stop", None)),
        ("算了", ("stop", None)),
        ("退出", ("stop", None)),
        ("等会再填", ("stop", None)),
        ("等会儿再说", ("stop", None)),
        ("重新填", ("restart", None)),
        ("从头来", ("restart", None)),
        ("看看填了什么", ("summary", None)),
        ("我填了什么", ("summary", None)),
        ("改第3项", ("change", 3)),
        ("第三项不对", ("change", 3)),
        ("修改3", ("change", 3)),
        ("改3", ("change", 3)),
        ("3不对", ("change", 3)),
        ("第3个填错了", ("change", 3)),
        ("把第3项改一下", ("change", 3)),
        ("手机号填错了", ("change", 2)),
        ("电话填错了", ("change", 2)),
        ("改手机号", ("change", 2)),
        ("改姓名", ("change", 1)),
        ("姓名不对", ("change", 1)),
        ("工资不对", ("change", 5)),
        ("改金额", ("change", 4)),
        ("改公司名", ("change", 3)),
        ("我要改单位", ("change", 3)),
        ("提交", ("submit", None)),
        ("没问题", ("submit", None)),
        ("确认", ("submit", None)),
        ("对的", ("submit", None)),
        ("没问题提交吧", ("submit", None)),
        ("改一下", ("change", None)),
        ("有个地方填错了", ("change", None)),
        ("我不想跳过吃饭时间", None),
        ("我要退出工会", None),
        ("下一步", ("next", None)),
        ("选好了", ("next", None)),
        ("就这些", ("next", None)),
        ("继续", ("next", None)),
        ("删掉我填的", ("discard", None)),
        ("取消", ("stop", None)),
        ("不对", None),
        ("没有", None),
        ("是的", None),
        ("张三", None),
        ("老板不给我们退出", None),
        ("我想回家", None),
        ("第3项是工资", None),
        ("停工三个月", None),
        ("厂里停了", None),
        ("跳过吧", ("skip", None)),
        ("先不填了，晚点再填", ("stop", None)),
        ("下班再填", ("stop", None)),
        ("改天再说", ("stop", None)),
        ("重填", ("restart", None)),
        ("不知道", None),
        ("等一下", None),
        ("好的", None),
        ("好", None),
        ("好了", None),
        ("填好了", ("next", None)),
        ("我不想填了", ("stop", None)),
        ("不说", ("skip", None)),
        ("没问题的", ("submit", None)),
        ("确定提交", ("submit", None)),
        ("对，提交", ("submit", None)),
        ("提交吧，谢谢", None),
        ("保存", ("stop", None)),
        ("3", None),
        ("三", None),
        ("工资", None),
        ("工资错了", ("change", 5)),
        ("我说错了", ("back", None)),
        ("写错了", ("back", None)),
        ("能不能跳过", ("skip", None)),
        ("返回上一步", ("back", None)),
        ("back", ("back", None)),
        ("skip", ("skip", None)),
        ("查看", ("summary", None)),
        ("看看", None),
        ("删除", ("discard", None)),
        ("全部删掉", ("discard", None)),
        ("发完了", ("next", None)),
        ("单位名称写错了", ("change", 3)),
        ("不想告诉你", ("skip", None)),
        ("不方便透露", ("skip", None)),
        ("不写了", ("stop", None)),
        ("等下再弄", ("stop", None)),
        ("我的姓名错了", ("change", 1)),
        ("第十二项错了", ("change", 12)),
    ],
)
def test_commands_are_told_from_answers(typed: str, command: tuple[str, int | None] | None) -> None:
    found = command_in(typed, LABELS)
    assert (found and (found.name, found.value)) == command


@pytest.mark.parametrize(
    ("typed", "asks"),
    [
        ("要多久?", True),
        ("这个要钱吗", True),
        ("会不会告诉老板", True),
        ("为什么要身份证", True),
        ("什么是劳务派遣", True),
        ("欠了我三个月工资，老板说没钱怎么办", True),
        ("张三", False),
        ("没签合同", False),
        ("不知道怎么就被开了", False),
        ("没什么", False),
        ("要多久", True),
        ("谁能看到", True),
        ("安全吗", True),
        ("你们会告诉我老板吗", True),
        ("在哪填", True),
        ("有什么用", True),
        ("能拿多少", True),
        ("多少钱", True),
        ("有没有签都无所谓", False),
        ("工资发没发不知道", False),
        ("没有呢", False),
        ("还没呢", False),
        ("嗯呢", False),
        ("是嘛", False),
        ("?", True),
        ("差不多三千", False),
        ("2025年3月", False),
        ("签了吗", True),
        ("请问这个怎么填", True),
        ("我可以不填吗", True),
        ("收费不", True),
        ("需要什么材料", True),
        ("老板叫什么我不知道", False),
        ("什么都没给", False),
        ("怎么都不给", False),
        ("啥意思", True),
        ("要不要钱", True),
        ("可以吗", True),
        ("行吗", True),
        ("填错了怎么改", True),
        ("你是机器人吗", True),
        ("老板问我要不要走我说不走", False),
        ("好不容易找的工作", False),
        ("必须填身份证么", True),
        ("那我怎么办", True),
        ("什么时候能办好", True),
        ("13800138000", False),
    ],
)
def test_questions_are_told_from_answers(typed: str, asks: bool) -> None:
    assert is_question(typed) is asks


def test_a_story_that_ends_in_a_question_tells_facts() -> None:
    assert tells_facts("欠了我三个月工资，老板说没钱怎么办")
    assert not tells_facts("会不会告诉老板")


def test_a_text_keeps_her_spelling_and_lines() -> None:
    assert read_text("  老闆說：\r\n\r\n 沒錢  了 ", 2, 20) == "老闆說：\n沒錢 了"
    assert refusal(lambda: read_text("…", 1, 20)) == "empty"
    assert refusal(lambda: read_text("欠", 2, 20)) == "too_short"
    assert refusal(lambda: read_text("欠" * 21, 2, 20)) == "too_long"


READERS: dict[str, Callable[[str], object]] = {
    "amount": read_amount,
    "integer": lambda text: read_integer(text, 0, 100),
    "date": lambda text: read_date(text, TODAY),
    "future": lambda text: read_date(text, TODAY, future=True),
    "phone": read_phone,
    "identity": lambda text: read_identity(text, today=TODAY),
    "name": read_name,
    "choice": lambda text: read_choice(text, MATTERS),
    "choices": lambda text: read_choices(text, MATTERS),
    "yes_no": read_yes_no,
    "text": lambda text: read_text(text, 1, 100),
    "command": lambda text: command_in(text, LABELS),
    "question": is_question,
    "facts": tells_facts,
}
ALPHABET = (
    "零一二两三四五六七八九十百千万亿几多来半第个月年日号周天去今前明上下这春节后到至-.,/ 0123456789０９²½①〇Xx+k w"
    "块元毛分把大概不没有是了吗改项填错我叫·姓名和跟男\n\t\u200b\ud800亿点廿农历"
)


@pytest.mark.parametrize("reader", sorted(READERS))
def test_nothing_else_is_ever_raised(reader: str) -> None:
    chance = random.Random(reader)
    for _ in range(400):
        text = "".join(chance.choice(ALPHABET) for _ in range(chance.randint(0, 14)))
        try:
            READERS[reader](text)
        except Unreadable as unreadable:
            code = unreadable.code
        else:
            continue
        assert code in CODES


@pytest.mark.alone
@pytest.mark.parametrize("reader", sorted(READERS))
def test_a_long_text_takes_no_long_time(reader: str) -> None:
    for part in ("1", "一", "3000块 ", "不", "张", "1 ", "去年", "吗,", "填错", "1-", "万", "A1", "没什么", "改第"):
        for length in (300, 10_000):
            text = (part * length)[:length]
            began = time.perf_counter()
            with suppress(Unreadable):
                READERS[reader](text)
            assert time.perf_counter() - began < 0.25, (part, length)
