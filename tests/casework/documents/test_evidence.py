"""Lists of evidence: what fits the claim and the status, each thing with the way to get it."""

from __future__ import annotations

import pytest

from casework.documents.application import WARNINGS
from casework.documents.claims import KINDS
from casework.documents.evidence import ITEMS, checklist, lines


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("arrears", "iou"),
        ("no_contract", "hiring_form"),
        ("dismissal", "dismissal_notice"),
        ("overtime", "overtime_record"),
        ("injury", "injury_decision"),
        ("leave", "leave_record"),
        ("insurance", "social_insurance"),
        ("deposit", "deposit_receipt"),
    ],
)
def test_what_the_claim_needs_comes_first_and_what_shows_the_relation_is_never_left_out(kind: str, first: str) -> None:
    codes = [item.code for item in checklist([kind])]
    assert codes[0] == first
    assert {"contract", "pay_record", "badge", "hiring_form", "attendance", "witness"} <= set(codes)
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("dispatched", "dispatch_paper"),
        ("subcontracted", "site_paper"),
        ("platform", "platform_paper"),
        ("owner_driver", "platform_paper"),
        ("over_age", "agreement"),
        ("student", "agreement"),
        ("domestic", "agreement"),
    ],
)
def test_a_status_has_papers_of_its_own(status: str, code: str) -> None:
    assert code in [item.code for item in checklist(["arrears"], status)]
    assert code not in [item.code for item in checklist(["arrears"], "employee")]


def test_every_item_is_on_some_list_and_says_how_and_why() -> None:
    listed = {item.code for status in (*WARNINGS, "dispatched", "subcontracted") for item in checklist(KINDS, status)}
    assert listed == set(ITEMS)
    for item in ITEMS.values():
        assert item.how.endswith("。")
        assert item.why.endswith("。")
        assert len(item.title) <= 25


def test_the_list_in_the_letter_has_her_order_and_her_own_words() -> None:
    told = lines(["chat", "none", "自己写的记工本", "pay_record"])
    assert [line.title for line in told] == ["和老板、主管、工作群的聊天", "自己写的记工本", "工资转账、银行流水"]
    assert (told[1].proves, told[1].source) == ("", "")
    assert all(lines([code])[0].proves for code in ITEMS)
