"""Names of every kind are read, and what is none is not taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.readers import Unreadable, read_name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("张三", "张三"),
        ("欧阳娜娜", "欧阳娜娜"),
        ("阿卜杜拉·买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉・买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 · 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 买买提", "阿卜杜拉·买买提"),
        ("才让多杰", "才让多杰"),
        ("Maria Santos", "Maria Santos"),
        ("我叫王小明", "王小明"),
        ("王小明，男", "王小明"),
        ("王小明 男 35岁", "王小明"),
        ("𬭎三", "𬭎三"),
        ("张㛃", "张㛃"),
        ("我是王小明", "王小明"),
        ("姓名：李有才", "李有才"),
        ("名字叫赵六", "赵六"),
        ("毛不易", "毛不易"),
        ("张为民", "张为民"),
        ("Nguyễn Văn An", "Nguyễn Văn An"),
        ("O'Brien", "O'Brien"),
        ("Jean-Pierre", "Jean-Pierre"),
        ("NGUYEN VAN A", "NGUYEN VAN A"),
        ("你好,我叫王小明", "王小明"),
        ("阿不都热依木", "阿不都热依木"),
        ("阿卜杜热合曼艾合买提", "阿卜杜热合曼艾合买提"),
        ("阿布来提·阿不都拉", "阿布来提·阿不都拉"),
        ("吉克隽逸", "吉克隽逸"),
        ("那英", "那英"),
        ("么红", "么红"),
        ("阿的江", "阿的江"),
        ("古丽巴哈尔", "古丽巴哈尔"),
        ("乌兰图雅", "乌兰图雅"),
        ("王小明 13800138000", "王小明"),
        ("张 三", "张三"),
        ("李　四", "李四"),
        ("本人王五", "王五"),
        ("俺叫刘二狗", "刘二狗"),
        ("我的名字是陈晨", "陈晨"),
        ("王小明吧", "王小明"),
        ("王乾", "王乾"),
        ("乾隆", "乾隆"),
        ("蘇小妹", "蘇小妹"),
        ("ئابدۇللا", "ئابدۇللا"),
        ("བཀྲ་ཤིས་", "བཀྲ་ཤིས་"),
        ("Александр", "Александр"),
        ("김철수", "김철수"),
        ("张三(男)", "张三"),
        ("zhangsan", "zhangsan"),
        ("小王", "小王"),
        ("王小明。", "王小明"),
        ("王小明!", "王小明"),
        ("艾力·买买提江·吐尔逊", "艾力·买买提江·吐尔逊"),
        ("尼玛次仁", "尼玛次仁"),
        ("李·小龙", "李·小龙"),
        ("司马相如", "司马相如"),
        ("陈一二", "陈一二"),
        ("我姓王叫小明", "王小明"),
        ("王小明，汉族，1990年生", "王小明"),
        ("司徒慧敏", "司徒慧敏"),
        ("爱新觉罗·溥仪", "爱新觉罗·溥仪"),
        ("姓名 李四", "李四"),
        ("孙子涵", "孙子涵"),
        ("何是非", "何是非"),
        ("刘给力", "刘给力"),
        ("李了然", "李了然"),
        ("李和平", "李和平"),
        ("安之若", "安之若"),
        ("林子", "林子"),
        ("叫小明", "小明"),
        ("是王小明", "王小明"),
        ("姓名是张三", "张三"),
        ("我就叫张三", "张三"),
        ("我叫:李四", "李四"),
        ("我是叫李四", "李四"),
        ("你好我叫王小明", "王小明"),
    ],
)
def test_a_name_is_read(typed: str, name: str) -> None:
    assert read_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("不告诉你", "no_name"),
        ("为什么要填名字", "no_name"),
        ("工资没发三个月", "no_name"),
        ("12345", "no_name"),
        ("王", "whole_name"),
        ("王先生", "whole_name"),
        ("姓张", "whole_name"),
        ("张某某", "whole_name"),
        ("李**", "whole_name"),
        ("张三和李四", "two"),
        ("张三、李四", "two"),
        ("no", "no_name"),
        ("ok", "no_name"),
        ("你好", "no_name"),
        ("我叫王小明在苏州打工", "no_name"),
        ("🙂", "empty"),
        ("不想说", "no_name"),
        ("随便", "no_name"),
        ("匿名", "no_name"),
        ("无", "no_name"),
        ("转人工", "no_name"),
        ("张三?", "no_name"),
        ("老板拖欠工资", "no_name"),
        ("没有", "no_name"),
        ("好的", "no_name"),
        ("叫我小王", "no_name"),
        ("在不", "no_name"),
        ("我不想跳过", "no_name"),
        ("张3", "no_name"),
        ("a", "no_name"),
    ],
)
def test_what_is_no_whole_name_is_refused(typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_name(typed)
    assert caught.value.code == code


@given(
    st.sampled_from(["王", "李", "欧阳", "买买提"]),
    st.sampled_from("·•・．."),
    st.sampled_from(["艾力", "库尔班", "阿依古丽"]),
)
def test_any_dot_becomes_the_one(first: str, dot: str, second: str) -> None:
    assert read_name(f"{first}{dot}{second}") == f"{first}·{second}"
