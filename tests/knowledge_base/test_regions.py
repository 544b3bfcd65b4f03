"""A region is understood when it is named, and only when it is clear which."""

import pytest

from knowledge_base.regions import divisions, known_regions, named_in, names_only_region

NAMES = known_regions(iter(["全国", "江苏", "江苏/无锡/梁溪", "山东/菏泽", "江苏/南京/鼓楼", "江苏/徐州/鼓楼"]))


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("我在江苏打工", "江苏"),
        ("无锡的技能补贴", "江苏/无锡"),
        ("无锡梁溪区技能补贴多少", "江苏/无锡/梁溪"),
        ("菏泽工会", "山东/菏泽"),
        ("江苏人在菏泽干活", "山东/菏泽"),
        ("老家河南，在上海打工", "上海"),
        ("我在江苏菏泽都干过", None),
        ("鼓楼区怎么入会", None),
        ("南京鼓楼怎么入会", "江苏/南京"),
        ("上海怎么入会", "上海"),
        ("徐州", "江苏/徐州"),
        ("徐州怎么入会", "江苏/徐州"),
        ("我在昆山电子厂", "江苏/苏州/昆山"),
        ("上海南站那边打工", "上海"),
        ("上海南京东路上的店", "上海"),
        ("徐州人社局怎么走", "江苏/徐州"),
        ("中山怎么入会", None),
        ("中山市怎么入会", "广东/中山"),
        ("朝阳区怎么入会", "北京/朝阳"),
        ("朝阳市怎么入会", "辽宁/朝阳"),
        ("来宾登记", None),
        ("吃兰州拉面食物中毒", None),
        ("怎么入会", None),
    ],
)
def test_a_region_is_named(text: str, region: str | None) -> None:
    assert named_in(text, NAMES) == region


def test_every_division_is_below_a_province() -> None:
    provinces = {path for path in divisions().values() if "/" not in path}
    assert len(provinces) == 34
    assert all(path.split("/")[0] in provinces for path in divisions().values())
    assert divisions()["徐州"] == "江苏/徐州"


def test_a_name_of_the_entries_counts_before_the_divisions() -> None:
    names = known_regions(["江苏/南京/鼓楼", "江苏/徐州/鼓楼", "广东/中山"])
    assert "鼓楼" not in names
    assert names["中山"] == "广东/中山"


@pytest.mark.parametrize("text", ["徐州", "在徐州", "我在江苏徐州上班", "那徐州呢？", "徐州市的"])
def test_only_where_is_said(text: str) -> None:
    assert names_only_region(text, "江苏/徐州")


@pytest.mark.parametrize("text", ["徐州怎么入会", "在哪里", "工资", "", "徐州公司不发钱"])
def test_more_than_where_is_said(text: str) -> None:
    assert not names_only_region(text, "江苏/徐州")
