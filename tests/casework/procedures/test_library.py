"""Forms are read from their files, what is wrong with one is named, and a worker's words find one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.procedures.library import FORMS, FormError, Library, read_form

LIBRARY = Library.from_folder()
SMALL: dict[str, Any] = {
    "id": "small",
    "title": "小表",
    "prefix": "XB",
    "topic": "general",
    "eligibility": "谁都能填。",
    "seen_by": "办事的人",
    "purpose": "试一试",
    "steps": [
        {
            "id": "kind",
            "kind": "choice",
            "label": "哪种",
            "question": "哪种？",
            "choices": [{"code": "a", "title": "甲"}],
        },
        {"id": "name", "kind": "name", "label": "姓名", "question": "名字？", "when": {"kind": ["a"]}},
    ],
}


def written(folder: Path, name: str = "small", **changes: Any) -> Path:
    path = folder / f"{name}.yml"
    path.write_text(yaml.safe_dump({**SMALL, **changes}, allow_unicode=True), "utf-8")
    return path


def steps(**changes: Any) -> list[dict[str, Any]]:
    """Return the two questions, the second one changed."""
    first, second = SMALL["steps"]
    return [first, {**second, **changes}]


def test_a_form_is_read_as_it_is_written(tmp_path: Path) -> None:
    form = read_form(written(tmp_path))
    assert (form.id, form.ends, form.working_days, form.grievance) == ("small", "case", 5, False)
    assert [step.id for step in form.steps] == ["kind", "name"]
    assert form.steps[1].when == {"kind": ("a",)}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"id": "other"}, "not the file's name"),
        ({"steps": []}, "asks for nothing"),
        ({"steps": steps(kind="colour")}, "steps.1.kind"),
        ({"steps": steps(hint="x")}, "hint"),
        ({"steps": steps(id="kind")}, "kind: the id is taken"),
        ({"steps": steps(id="consent")}, "consent: the id is taken"),
        ({"steps": steps(kind="choice")}, "name: a choice needs choices"),
        ({"steps": steps(choices=[{"code": "a", "title": "甲"}])}, "name: a choice needs choices"),
        ({"steps": steps(kind="choice", choices=[{"code": "a", "title": "甲"}] * 2)}, "stands there twice"),
        ({"steps": steps(when={"later": ["a"]})}, "later, which is not asked before"),
        ({"steps": steps(when={"kind": ["b"]})}, "kind has no choice b"),
        ({"prefix": None}, "prefix"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_with_a_form_is_named_with_its_file(tmp_path: Path, changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(FormError) as caught:
        read_form(written(tmp_path, **changes))
    assert str(caught.value).startswith("small.yml: ")
    assert fault in str(caught.value)


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "small.yml"
    path.write_text("id: [", "utf-8")
    with pytest.raises(FormError, match=r"small\.yml"):
        read_form(path)


@pytest.mark.parametrize("same", [{"prefix": "XB"}, {"intent": "join_union"}])
def test_no_two_forms_share_numbers_or_a_wish(tmp_path: Path, same: dict[str, str]) -> None:
    written(tmp_path, **{"prefix": "AA", **same})
    written(tmp_path, "second", **{"id": "second", "prefix": "BB", **same})
    with pytest.raises(FormError, match="two forms have the"):
        Library.from_folder(tmp_path)


def test_all_files_are_read_and_the_calculators_beside_them() -> None:
    assert {form.id for form in LIBRARY} == {path.stem for path in FORMS.glob("*.yml")} | {"calculate"}
    assert LIBRARY.get("nothing") is None


def test_a_wish_finds_its_form() -> None:
    for form in LIBRARY:
        assert form.intent is None or LIBRARY.of_intent(form.intent) is form
    assert LIBRARY.of_intent("greet") is None


@pytest.mark.parametrize("form", list(LIBRARY), ids=lambda form: form.id)
@pytest.mark.parametrize("words", ["{}", "我要{}", "我想办{}。", "帮我办理{}吧", " {}！"])
def test_a_typed_title_finds_its_form(form: Any, words: str) -> None:
    assert LIBRARY.titled(words.format(form.title)) is form


@pytest.mark.parametrize("text", ["", "转", "转会籍要什么材料", "不要转会籍", "法律援助是什么", "我在转会籍那边上班"])
def test_what_says_more_than_a_title_finds_none(text: str) -> None:
    assert LIBRARY.titled(text) is None
