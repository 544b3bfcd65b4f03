"""Every fault of an entry is one line that begins with its file."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.check import check
from knowledge_base.documents import Document
from knowledge_base.errors import SourceError
from knowledge_base.numerals import article_number
from knowledge_base.statutes import copied, read_statutes

DISPUTES = "最高人民法院关于审理劳动争议案件适用法律问题的解释（一）"
LONG = "用人单位应当按照劳动合同约定和国家规定向劳动者及时足额支付他们的劳动报酬并且不得克扣"


def change(folder: Path, old: str, new: str) -> None:
    """Spoil the entry on wages."""
    path = folder / "legal" / "wages-late.md"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_good_entries_have_no_problem(policies: Path) -> None:
    assert check(policies) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("id: wages-late", "id: wages", "id wages is not the file's name"),
        ("category: legal", "category: aid", "category aid is not the folder's name"),
        ("category: legal", "category: law", "category: 'law' is not one of"),
        ("region: 全国", "region: [全国", "front matter is no YAML"),
        ("---\nid", "id", "has no front matter"),
        ("title: 老板拖着工资不发怎么办", f"title: {LONG}", "title"),
        ("audience: [all]", "audience: [谁]", "audience.0"),
        ("  - 月底又没发工资\n", "", "questions"),
        ("  - 月底又没发工资", "  - 讨薪去哪里", "asks one of its questions twice"),
        ("  - 月底又没发工资", "  - 会费怎么算", "asks 会费怎么算, as dues.md does"),
        ("article: 第三十条", "article: 30", "citations.0.article"),
        ("article: 第三十条", "article: 第一百三十条", "but it has 98 articles"),
        ("document: 劳动合同法, article: 第三十条", "document: 劳动法, article: 第六十二条", "no longer holds"),
        ("document: 劳动合同法, article: 第三十条", "document: 某某法, article: 第一条", "not in documents.yml"),
        ("service: request_legal_aid", "service: order_pizza", "service"),
        ("related: [dues]", "related: [nothing]", "related nothing is no other entry"),
        ("related: [dues]", "related: [wages-late]", "related wages-late is no other entry"),
        ("工资该按月足额发。", f"{LONG * 3}。", "first paragraph has"),
        ("工资该按月足额发。", "工资该按月足额发。\n\n", "more than one paragraph"),
        ("## 怎么办", "## 更多", "更多 twice"),
        ("劳动监察管两年内的事。", f"{LONG * 7}。", "characters together, at most 300"),
        ("劳动监察管两年内的事。", "最低工资是2490元一个月。", "needs effective_until"),
        ("劳动监察管两年内的事。", "最低工资是2490元一个月。", "needs its year in the text"),
        ("劳动监察管两年内的事。", "每月领1200元补贴。", "needs effective_until"),
        ("document: 劳动合同法, article: 第三十条", f"document: {DISPUTES}, article: 第三十二条", "was repealed"),
        ("  - 月底又没发工资", "  - 会费，怎么算的呢？", "asks 会费，怎么算的呢？, which is 会费怎么算 in dues.md"),
        ("related: [dues]", "related: [dues]\nvariants: {骑手: nobody}", "variants.骑手: nobody is no other entry"),
        ("related: [dues]", "related: [dues]\nvariants: {骑手: wages-late}", "wages-late is no other entry"),
        ("related: [dues]", "related: [dues]\nsupplements: nobody", "supplements nobody is no other entry"),
        ("related: [dues]", "related: [dues]\nsupplements: dues", "its region 全国 is not within 全国"),
        ("effective_until: null", "effective_until: 2001-01-01", "effective_until is before"),
        ("reviewed: 2026-11-21", "reviewed: yesterday", "reviewed"),
        (
            "2. 去劳动监察投诉。",
            "2. 看“会费怎么交”“劳动监察在哪”。",
            "says 看“劳动监察在哪”, which is no entry's title",
        ),
        ("1. 存好工资流水和聊天记录。", "1. **存好**工资流水和聊天记录。", "Markdown"),
    ],
)
def test_a_fault_is_one_line_with_its_file(policies: Path, old: str, new: str, what: str) -> None:
    change(policies, old, new)
    problems = check(policies)
    assert any(what in problem for problem in problems), problems
    assert all("\n" not in problem and ": " in problem for problem in problems)
    assert any(problem.startswith(("legal/wages-late.md: ", "joining/dues.md: ")) for problem in problems)


def test_a_missing_how_to_is_a_fault(policies: Path) -> None:
    change(policies, "## 怎么办\n1. 存好工资流水和聊天记录。\n2. 去劳动监察投诉。\n", "")
    assert check(policies) == ["legal/wages-late.md: has no 怎么办"]


def test_a_figure_with_an_end_is_fine(policies: Path) -> None:
    change(policies, "劳动监察管两年内的事。", "2026年的最低工资是2490元一个月。")
    change(policies, "effective_until: null", "effective_until: 2027-01-01")
    assert check(policies) == []


def test_one_id_in_two_files_is_a_fault(policies: Path) -> None:
    (policies / "legal" / "dues.md").write_bytes((policies / "joining" / "dues.md").read_bytes())
    assert any("the id dues is also in" in problem for problem in check(policies))


def test_with_texts_articles_are_looked_up_and_copies_found(policies: Path, tmp_path: Path) -> None:
    laws = tmp_path / "laws"
    laws.mkdir()
    (laws / "劳动合同法(2012-12-28).txt").write_text(f"劳动合同法\n\n第三十条 {LONG}。\n", "utf-8")
    change(policies, "劳动监察管两年内的事。", f"{LONG[:20]}，{LONG[20:]}。")
    problems = check(policies, laws)
    assert "legal/wages-late.md: cites 劳动合同法第八十五条, which the text does not have" in problems
    assert any("copies 劳动合同法: " in problem for problem in problems)
    assert any(problem.startswith("joining/dues.md: 千分之五 is in no cited article") for problem in problems)
    assert (
        "documents.yml: 工会法 has no text in the folder, so it needs a date and a note that says what it is"
        in problems
    )
    assert len(problems) == 4


def test_a_figure_is_compared_with_what_is_cited(policies: Path, tmp_path: Path) -> None:
    laws = tmp_path / "laws"
    laws.mkdir()
    text = "第二十九条 不得拖欠。\n第三十条 按月支付。\n\n三日内付清。\n第八十五条 六十日内。\n"
    (laws / "劳动合同法.txt").write_text(text, "utf-8")
    change(policies, "劳动监察管两年内的事。", "3天、60日、29天。")
    change(policies, "related: [dues]", "related: [dues]\nfigures: [{figure: 5元, source: 举例}]")
    assert [problem for problem in check(policies, laws) if problem.startswith("legal/")] == [
        "legal/wages-late.md: 29天 is in no cited article; cite it, or list it under figures with its source",
        "legal/wages-late.md: lists the figure 5元, which the text does not have",
    ]
    change(policies, "article: 第三十条", "article: null")
    assert any("29天" in problem for problem in check(policies, laws))


def test_an_example_is_nobodys_figure(policies: Path) -> None:
    change(policies, "劳动监察管两年内的事。", "比如最低工资2000元，就发1600元。")
    change(policies, "related: [dues]", "related: [dues]\nfigures: [{figure: 2000元, source: 举例}]")
    assert check(policies) == []


def test_a_local_entry_adds_to_a_wider_one(policies: Path) -> None:
    change(policies, "related: [dues]", "related: [dues]\nsupplements: wuxi-card")
    assert any("its region 全国 is not within" in problem for problem in check(policies))
    change(policies, "region: 全国", "region: 江苏/无锡/梁溪")
    assert check(policies) == []


def test_an_old_local_rule_alone_is_told_with_its_year(policies: Path) -> None:
    change(policies, "document: 劳动合同法, article: 第三十条", "document: 河南省工会条例, article: 第三条")
    assert check(policies) == []
    change(policies, "document: 劳动合同法, article: 第八十五条", "document: 上海市工会条例, article: 第三条")
    only = "legal/wages-late.md: rests only on local rules"
    assert check(policies) == [
        f"{only} from before 2015 and does not say that 河南省工会条例 is of 2004",
        f"{only}, of which 上海市工会条例 has no date",
    ]
    change(policies, "上海市工会条例, article: 第三条", "河南省工会条例, article: 第四条")
    change(policies, "劳动监察管两年内的事。", "按2004年的条例。")
    assert check(policies) == []


def test_a_document_without_a_text_is_explained(
    policies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laws = tmp_path / "laws"
    laws.mkdir()
    listed = {
        "工会法": Document("工会法", 58, date="2021-12-24", note="年修正"),
        "劳动合同法": Document("劳动合同法", 98),
    }
    monkeypatch.setattr("knowledge_base.check.documents", lambda: listed)
    (told,) = [problem for problem in check(policies, laws) if problem.startswith("documents.yml: ")]
    assert (
        told
        == "documents.yml: 劳动合同法 has no text in the folder, so it needs a date and a note that says what it is"
    )


def test_an_entry_that_cannot_be_read_is_still_there_for_others(policies: Path) -> None:
    (policies / "joining" / "dues.md").write_text("---\nid: dues\n---\n", "utf-8")
    assert {problem.split(":")[0] for problem in check(policies)} == {"joining/dues.md"}


def test_a_listed_figure_is_in_the_article_that_is_its_source(policies: Path, tmp_path: Path) -> None:
    laws = tmp_path / "laws"
    laws.mkdir()
    (laws / "劳动合同法.txt").write_text("第三十条 两年。\n第八十五条 六十日。\n第八十六条 一年。\n", "utf-8")
    change(policies, "劳动监察管两年内的事。", "60天内、一年内、13天内、75天内。")
    listed = [
        "{figure: 60天, source: 劳动合同法第八十五条}",
        "{figure: 一年, source: 劳动合同法第八十五条、第八十六条}",
        "{figure: 13天, source: 劳动合同法第八十六条}",
        "{figure: 75天, source: 劳动合同法第八十五条：60日加15日}",
    ]
    change(policies, "related: [dues]", f"related: [dues]\nfigures: [{', '.join(listed)}]")
    assert [problem for problem in check(policies, laws) if problem.startswith("legal/")] == [
        "legal/wages-late.md: lists 13天 from 劳动合同法第八十六条, which does not have it"
    ]


def test_27_characters_may_be_the_same_and_28_not(tmp_path: Path) -> None:
    (tmp_path / "某法.txt").write_text(f"第一条 {LONG}", "utf-8")
    statutes = read_statutes(tmp_path)
    assert list(copied(LONG[:27], statutes)) == []
    assert [name for name, _ in copied(LONG[:28], statutes)] == ["某法"]


def test_missing_folders_are_named(policies: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder"):
        check(tmp_path / "nowhere")
    with pytest.raises(SourceError, match="no such folder"):
        check(policies, tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("article", "number"),
    [
        ("第十条", 10),
        ("第十六条", 16),
        ("第八十二条", 82),
        ("第一百零七条", 107),
        ("第一千二百六十条", 1260),
        ("第三条之一", 3),
    ],
)
def test_articles_are_counted(article: str, number: int) -> None:
    assert article_number(article) == number
