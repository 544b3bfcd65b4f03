"""A region is understood when it is named, and only when it is clear which."""

import pytest

from knowledge_base.regions import known_regions, named_in

NAMES = known_regions(["全国", "江苏", "江苏/无锡/梁溪", "山东/菏泽", "江苏/南京/鼓楼", "江苏/徐州/鼓楼"])


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("我在江苏打工", "江苏"),
        ("无锡的技能补贴", "江苏/无锡"),
        ("无锡梁溪区技能补贴多少", "江苏/无锡/梁溪"),
        ("菏泽工会", "山东/菏泽"),
        ("江苏人在菏泽干活", None),
        ("鼓楼区怎么入会", None),
        ("南京鼓楼怎么入会", "江苏/南京"),
        ("上海怎么入会", None),
        ("怎么入会", None),
    ],
)
def test_a_region_is_named(text: str, region: str | None) -> None:
    assert named_in(text, NAMES) == region
