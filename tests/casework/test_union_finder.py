"""Which union a worker can join, from what she types."""

from __future__ import annotations

import random
from collections.abc import Iterable
from time import perf_counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from casework import union_finder
from casework.database import Database, now
from casework.tables import Organisation
from casework.union_finder import by_code, by_district, by_name

FIRMS = {
    "徐州京东物流有限公司工会委员会": "江苏/徐州",
    "无锡京东物流有限公司工会委员会": "江苏/无锡",
    "徐工集团工程机械股份有限公司工会委员会": "江苏/徐州",
    "江苏恒顺醋业股份有限公司工会": "江苏/镇江",
    "徐州恒力机械制造有限公司工会": "江苏/徐州/铜山",
    "徐州恒力服饰有限公司工会": "江苏/徐州/云龙",
    "维维食品饮料股份有限公司工会委员会": "江苏/徐州",
    "江苏美的清洁电器有限公司工会": "江苏/苏州",
    "徐州卷烟厂工会": "江苏/徐州",
    "ABB（徐州）电气有限公司工会": "江苏/徐州",
    "徐州市快递行业工会联合会": "江苏/徐州",
}
DISTRICTS = {
    "徐州市铜山区总工会": ("county", "江苏/徐州/铜山"),
    "徐州市鼓楼区总工会": ("county", "江苏/徐州/鼓楼"),
    "南京市鼓楼区总工会": ("county", "江苏/南京/鼓楼"),
    "沛县总工会": ("county", "江苏/徐州/沛县"),
    "徐州经济技术开发区总工会": ("county", "江苏/徐州/经济技术开发区"),
    "铜山区三堡街道总工会": ("street", "江苏/徐州/铜山"),
    "月牙湖街道总工会": ("street", "江苏/南京/秦淮"),
    "张集镇总工会": ("street", "江苏/徐州/铜山"),
}


@pytest.fixture
def unions(sqlite: Database) -> Database:
    fill(sqlite)
    return sqlite


def fill(database: Database) -> None:
    add(database, (("enterprise", name, region) for name, region in FIRMS.items()))
    add(database, ((level, name, region) for name, (level, region) in DISTRICTS.items()))
    add(database, [("city", "徐州市总工会", "江苏/徐州")])


def add(database: Database, unions: Iterable[tuple[str, str, str]]) -> None:
    rows = [{"level": level, "name": name, "region": region, "created_at": now()} for level, name, region in unions]
    with database.write() as session:
        session.execute(insert(Organisation), rows)


def give_code(database: Database, name: str, code: str) -> None:
    with database.write() as session:
        session.execute(update(Organisation).where(Organisation.name == name).values(code=code))


def code_of(database: Database, code: str) -> str | None:
    with database.read() as session:
        found = by_code(session, code)
    return found.name if found else None


def names(database: Database, text: str, region: str | None = None, limit: int = 5) -> list[str]:
    with database.read() as session:
        return [union.name for union in by_name(session, text, region, limit)]


def districts(database: Database, text: str) -> list[str]:
    with database.read() as session:
        return [union.name for union in by_district(session, text)]


# By code.


@pytest.mark.parametrize(
    "typed", ["XZ-0012", "xz-0012", "ＸＺ－００１２", " XZ-0012\n", "xz - 0012", "qrscene_XZ-0012"]
)
def test_a_code_is_found_however_it_is_typed(unions: Database, typed: str) -> None:
    give_code(unions, "徐州卷烟厂工会", "XZ-0012")
    assert code_of(unions, typed) == "徐州卷烟厂工会"


@pytest.mark.parametrize("typed", ["XZ-001", "XZ-00123", "", "  ", "徐州", "%", "XZ_0012", "x" * 5000])
def test_another_code_finds_nothing(unions: Database, typed: str) -> None:
    give_code(unions, "徐州卷烟厂工会", "XZ-0012")
    assert code_of(unions, typed) is None


def test_codes_that_differ_only_in_case_are_taken_as_they_are_written(unions: Database) -> None:
    give_code(unions, "徐州卷烟厂工会", "Ab1")
    give_code(unions, "徐州恒力服饰有限公司工会", "aB1")
    assert [code_of(unions, each) for each in ("Ab1", "aB1", "AB1")] == [
        "徐州卷烟厂工会",
        "徐州恒力服饰有限公司工会",
        None,
    ]


def test_a_union_comes_with_what_a_worker_is_shown(unions: Database) -> None:
    give_code(unions, "徐州卷烟厂工会", "XZ1")
    with unions.read() as session:
        found = by_code(session, "xz1")
    assert found is not None
    assert (found.name, found.level, found.region, found.code) == ("徐州卷烟厂工会", "enterprise", "江苏/徐州", "XZ1")


# On both databases.


def test_all_three_ways_lead_to_a_union_on_either_database(database: Database) -> None:
    assert (names(database, "徐州京东物流"), districts(database, "铜山"), code_of(database, "XZ1")) == ([], [], None)
    fill(database)
    give_code(database, "徐州卷烟厂工会", "Xz1")
    assert names(database, "京东徐州那个仓") == ["徐州京东物流有限公司工会委员会"]
    assert districts(database, "铜山") == ["徐州市铜山区总工会"]
    assert code_of(database, "XZ1") == "徐州卷烟厂工会"


# By the employer's name.


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("徐州京东物流有限公司", "徐州京东物流有限公司工会委员会"),
        ("京东徐州那个仓", "徐州京东物流有限公司工会委员会"),
        ("我在徐州京东上班", "徐州京东物流有限公司工会委员会"),
        ("京东物流（徐州）有限责任公司", "徐州京东物流有限公司工会委员会"),
        ("经东徐州", "徐州京东物流有限公司工会委员会"),
        ("徐工", "徐工集团工程机械股份有限公司工会委员会"),
        ("徐工机械", "徐工集团工程机械股份有限公司工会委员会"),
        ("恒顺醋业", "江苏恒顺醋业股份有限公司工会"),
        ("横顺醋业", "江苏恒顺醋业股份有限公司工会"),
        ("恒顺", "江苏恒顺醋业股份有限公司工会"),
        ("我们公司叫维维食品", "维维食品饮料股份有限公司工会委员会"),
        ("单位是维维", "维维食品饮料股份有限公司工会委员会"),
        ("美的", "江苏美的清洁电器有限公司工会"),
        ("卷烟厂", "徐州卷烟厂工会"),
        ("abb", "ABB（徐州）电气有限公司工会"),
        ("ＡＢＢ电气", "ABB（徐州）电气有限公司工会"),
        ("快递行业工会", "徐州市快递行业工会联合会"),
        ("恒力服装厂", "徐州恒力服饰有限公司工会"),
        ("恒力服饰", "徐州恒力服饰有限公司工会"),
        ("恒力机械厂", "徐州恒力机械制造有限公司工会"),
        ("月牙湖街道", "月牙湖街道总工会"),
        ("三堡街道办事处", "铜山区三堡街道总工会"),
    ],
)
def test_a_firm_is_found_as_workers_call_it(unions: Database, typed: str, first: str) -> None:
    assert names(unions, typed)[:1] == [first]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "  ",
        "我",
        "公司",
        "有限公司",
        "工会",
        "不知道",
        "我不记得了",
        "大润发超市",
        "富士康",
        "那个厂",
        "😀😀",
        "%%",
        "a",
    ],
)
def test_what_is_like_no_name_is_not_offered(unions: Database, typed: str) -> None:
    assert names(unions, typed) == []


def test_only_grassroots_unions_are_found_by_name(unions: Database) -> None:
    assert names(unions, "徐州市总工会") == []
    assert names(unions, "铜山区总工会") == []


def test_of_equal_names_those_of_the_worker_s_region_are_offered(unions: Database) -> None:
    both = names(unions, "京东物流")
    assert sorted(both) == ["徐州京东物流有限公司工会委员会", "无锡京东物流有限公司工会委员会"]
    assert names(unions, "京东物流", "江苏/徐州/铜山") == ["徐州京东物流有限公司工会委员会"]
    assert names(unions, "京东物流", "江苏省/无锡市") == ["无锡京东物流有限公司工会委员会"]
    assert names(unions, "京东物流", "山东/菏泽") == both


def test_a_place_that_is_named_counts_more_than_the_worker_s_region(unions: Database) -> None:
    assert names(unions, "无锡京东", "江苏/徐州")[0] == "无锡京东物流有限公司工会委员会"


def test_a_better_name_elsewhere_is_not_hidden_by_the_region(unions: Database) -> None:
    assert names(unions, "恒顺醋业", "江苏/徐州")[0] == "江苏恒顺醋业股份有限公司工会"


def test_no_more_are_offered_than_asked_for(unions: Database) -> None:
    assert len(names(unions, "恒力")) == 2
    assert len(names(unions, "恒力", limit=1)) == 1


def test_a_union_is_found_as_soon_as_it_is_there_and_never_after_it_went(unions: Database) -> None:
    assert names(unions, "富士康") == []
    add(unions, [("enterprise", "富士康科技集团工会", "江苏/徐州")])
    assert names(unions, "富士康") == ["富士康科技集团工会"]
    with unions.write() as session:
        session.execute(delete(Organisation).where(Organisation.name == "富士康科技集团工会"))
    assert names(unions, "富士康") == []


def test_a_renamed_union_is_offered_by_its_present_name_and_found_by_it_soon(
    unions: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert names(unions, "恒顺") == ["江苏恒顺醋业股份有限公司工会"]
    with unions.write() as session:
        renamed = update(Organisation).where(Organisation.name == "江苏恒顺醋业股份有限公司工会")
        session.execute(renamed.values(name="江苏东方红酒业有限公司工会"))
    assert names(unions, "恒顺") == []
    monkeypatch.setattr(union_finder, "STALE_AFTER", 0.0)
    assert names(unions, "东方红") == ["江苏东方红酒业有限公司工会"]


# By district.


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("铜山", ["徐州市铜山区总工会"]),
        ("我在铜山区送外卖", ["徐州市铜山区总工会"]),
        ("江苏/徐州/铜山", ["徐州市铜山区总工会"]),
        ("江苏省徐州市铜山区", ["徐州市铜山区总工会"]),
        ("桐山", ["徐州市铜山区总工会"]),
        ("沛县", ["沛县总工会"]),
        ("三堡街道", ["铜山区三堡街道总工会"]),
        ("铜山三堡", ["铜山区三堡街道总工会"]),
        ("张集镇", ["张集镇总工会"]),
        ("江苏/徐州/铜山/张集", ["张集镇总工会"]),
        ("江苏/徐州/铜山/柳泉", ["徐州市铜山区总工会"]),
        ("开发区", ["徐州经济技术开发区总工会"]),
        ("徐州经开区", ["徐州经济技术开发区总工会"]),
        ("徐州经济开发区那边", ["徐州经济技术开发区总工会"]),
        ("鼓楼区", ["徐州市鼓楼区总工会", "南京市鼓楼区总工会"]),
        ("南京鼓楼", ["南京市鼓楼区总工会"]),
        ("江苏/徐州/鼓楼", ["徐州市鼓楼区总工会"]),
        ("徐州", []),
        ("江苏/徐州", []),
        ("不知道", []),
        ("", []),
    ],
)
def test_a_district_s_union_is_found(unions: Database, text: str, found: list[str]) -> None:
    assert districts(unions, text) == found


# What holds for any text.


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=80))
@example("(" * 60)
@example("/".join("徐州" for _ in range(30)))
def test_any_text_gets_an_answer(sqlite: Database, text: str) -> None:
    for found in (names(sqlite, text, text), districts(sqlite, text)):
        assert found == []
    assert code_of(sqlite, text) is None


@pytest.mark.alone
def test_one_of_a_hundred_thousand_is_found_within_a_third_of_a_second(sqlite: Database) -> None:
    chance = random.Random(7)
    own = "华东恒力金鹏天宇鑫源盛达佳美联创宏远瑞丰泰安康博雅信诚新维苏宁海龙凤祥云锦绣三元富贵圆通顺利德胜"
    trades = ("物流", "科技", "电子", "机械制造", "商贸", "餐饮管理", "服饰", "建筑工程", "快递", "食品")
    regions = [
        f"江苏/{city}/{place}" for city in ("徐州", "南京", "苏州", "南通") for place in ("鼓楼", "滨湖", "高新")
    ]

    def random_firm() -> tuple[str, str, str]:
        region = chance.choice(regions)
        name = "".join(chance.choices(own, k=chance.randint(2, 4))) + chance.choice(trades)
        return "enterprise", f"{region.split('/')[1]}{name}有限公司工会委员会", region

    add(sqlite, [random_firm() for _ in range(100_000)])
    add(sqlite, [("enterprise", "徐州京东物流有限公司工会委员会", "江苏/徐州")])
    assert names(sqlite, "京东徐州那个仓") == ["徐州京东物流有限公司工会委员会"]  # reads the names once
    times = []
    for text in ("经东徐州", "华东恒力科技", "我们公司叫徐州鑫源电子有限公司", "没有这样一家公司"):
        start = perf_counter()
        names(sqlite, text, "江苏/徐州")
        times.append(perf_counter() - start)
    assert sorted(times)[1] < 0.3
