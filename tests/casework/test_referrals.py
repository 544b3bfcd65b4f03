"""What is not the union's business is sent to who can help."""

import pytest

from casework.referrals import referral_of


@pytest.mark.parametrize(
    ("text", "referral"),
    [
        ("离婚怎么分财产", "legal_aid"),
        ("网贷还不上被催收怎么办", "legal_aid"),
        ("骑电动车出了车祸对方不赔", "legal_aid"),
        ("邻居天天半夜吵", "legal_aid"),
        ("老人走了遗产怎么分", "legal_aid"),
        ("房东不退押金", "legal_aid"),
        ("刷单被骗了五千", "legal_aid"),
        ("护照去哪办", "city"),
        ("居住证怎么续", "city"),
        ("孩子转学要什么手续", "city"),
        ("个税怎么退", "city"),
        ("房产证多久能下来", "city"),
        ("驾照扣分了", "city"),
        ("小区停水了找谁", "city"),
        ("今天天气怎么样", None),
        ("给我讲个笑话", None),
        ("工资不发怎么办", None),
        ("怎么入会", None),
        ("", None),
    ],
)
def test_who_else_can_help(text: str, referral: str | None) -> None:
    assert referral_of(text) == referral
