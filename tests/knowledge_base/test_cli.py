"""The command line: what goes in and out, in UTF-8 whatever the locale, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge_base.artefact import CONFIDENCE
from knowledge_base.loader import load
from knowledge_base.training import train
from tests.knowledge_base.conftest import POLICIES, model_of

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: object, given: bytes = b"", locale: str = "C") -> subprocess.CompletedProcess[bytes]:
    """Run the command line in a locale that is not UTF-8 and without Python's help to make it so."""
    environment = os.environ | {
        "LC_ALL": locale,
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "HF_HUB_OFFLINE": "1",
        "KB_SOURCE": str(POLICIES),
    }
    command = [sys.executable, "-m", "knowledge_base", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, cwd=ROOT, env=environment, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A small encoder and an index that it made."""
    folder = tmp_path_factory.mktemp("made")
    train(load(POLICIES), ["今天天气怎么样"], steps=20).save(folder / "encoder")
    model_of().save(folder / "encoder" / CONFIDENCE)
    done = run("index", "--source", POLICIES, "--index", folder / "index", "--encoder", folder / "encoder")
    assert done.returncode == 0, done.stderr.decode()
    assert "3 entries" in done.stdout.decode()
    return folder / "index", folder / "encoder"


def search(made: tuple[Path, Path], *arguments: object, given: bytes) -> subprocess.CompletedProcess[bytes]:
    """Search the small index on a day when all entries are in force."""
    return run("search", "--index", made[0], "--encoder", made[1], "--on", "2026-11-21", *arguments, given=given)


def test_questions_are_answered_line_by_line(made: tuple[Path, Path]) -> None:
    given = '工钱要不回来咋办\n\n{"id": "q7", "question": "入会要交钱吗"}\n'.encode()
    done = search(made, "--top-k", 2, "--json", given=given)
    assert (done.returncode, done.stderr) == (0, b"")
    first, second = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert first["question"] == "工钱要不回来咋办"
    assert first["id"] == "1"
    assert first["answered"] is True
    assert first["results"][0]["id"] == "wages-late"
    assert first["results"][0]["title"] == "老板拖着工资不发怎么办"
    assert first["results"][0]["citations"][0] == {"document": "劳动合同法", "article": "第三十条"}
    assert isinstance(first["results"][0]["score"], float)
    assert len(first["results"]) == 2
    assert second["id"] == "q7"
    assert second["results"][0]["id"] == "dues"


def test_a_region_in_utf8_is_understood_in_any_locale(made: tuple[Path, Path]) -> None:
    there = search(made, "--json", "--region", "江苏/无锡", given="会员卡去哪办".encode())
    elsewhere = search(made, "--json", "--region", "山东", given="会员卡去哪办".encode())
    assert "wuxi-card" in there.stdout.decode("utf-8")
    assert "wuxi-card" not in elsewhere.stdout.decode("utf-8")


def test_a_bad_line_is_told_and_the_others_are_answered(made: tuple[Path, Path]) -> None:
    given = '欠薪找谁\n{"question": \n{"id": 3}\n'.encode() + "拖欠".encode("gb18030") + "\n会费怎么算".encode()
    done = search(made, "--json", given=given)
    assert done.returncode == 1
    assert [line.split(":")[0] for line in done.stderr.decode().splitlines()] == ["line 2", "line 3", "line 4"]
    rows = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert ["error" in row for row in rows] == [False, True, True, True, False]


def test_without_json_the_output_is_for_people(made: tuple[Path, Path]) -> None:
    done = search(made, given="欠薪找谁".encode())
    assert done.returncode == 0
    assert "1. 老板拖着工资不发怎么办  [wages-late]  劳动合同法第三十条" in done.stdout.decode("utf-8")


def test_an_index_of_another_encoder_is_refused(made: tuple[Path, Path], tmp_path: Path) -> None:
    train(load(POLICIES), ["今天天气怎么样"], steps=1).save(tmp_path / "other")
    done = run("search", "--index", made[0], "--encoder", tmp_path / "other", given=b"x")
    assert done.returncode == 2
    assert "was made by the encoder" in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_a_fresh_index_is_not_built_again(made: tuple[Path, Path]) -> None:
    before = (made[0] / "index.json").stat().st_mtime_ns
    done = run("index", "--source", POLICIES, "--index", made[0], "--encoder", made[1], "--if-stale")
    assert "up to date" in done.stdout.decode()
    assert (made[0] / "index.json").stat().st_mtime_ns == before


def test_statutes_are_indexed_and_come_back_by_their_ids(made: tuple[Path, Path], tmp_path: Path) -> None:
    rows = [
        {"id": "甲法#第一条", "law": "甲法", "article": "第一条", "text": "用人单位应当按月支付工资。"},
        {"id": "乙法#第二条", "law": "乙法", "article": "第二条", "text": "工会会员应当交纳会费。"},
    ]
    source = tmp_path / "articles.jsonl"
    source.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    assert run("index", "--source", source, "--index", tmp_path / "i", "--encoder", made[1]).returncode == 0
    done = run("search", "--index", tmp_path / "i", "--encoder", made[1], "--json", given="会费要交吗".encode())
    (found,) = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    assert found["results"][0]["id"] == "乙法#第二条"
    assert found["results"][0]["citations"] == [{"document": "乙法", "article": "第二条"}]


def test_check_tells_right_from_wrong(policies: Path) -> None:
    done = run("check", "--source", policies)
    assert (done.returncode, "no problem" in done.stdout.decode()) == (0, True)
    path = policies / "joining" / "dues.md"
    path.write_text(path.read_text("utf-8").replace("related: [wages-late]", "related: [没有]"), "utf-8")
    done = run("check", "--source", policies)
    assert done.returncode == 1
    assert "joining/dues.md: related 没有 is no other entry" in done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("dance",),
        ("search", "--top-k", "0"),
        ("search", "--on", "tomorrow"),
        ("search", "--index", "/nowhere"),
        ("check", "--source", "/nowhere"),
        ("index", "--source", "/nowhere"),
        ("evaluate", "--data", "/nowhere"),
        ("search", "--encoder", "/nowhere"),
    ],
)
def test_misuse_is_two_and_one_clear_message(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr
    assert b"Traceback" not in done.stderr


def test_an_entry_that_cannot_be_read_is_named_and_the_others_are_served(
    made: tuple[Path, Path], policies: Path, tmp_path: Path
) -> None:
    path = policies / "joining" / "dues.md"
    path.write_text(path.read_text("utf-8").replace("region: 全国", "region: 全 国"), "utf-8")
    done = run("index", "--source", policies, "--index", tmp_path / "i", "--encoder", made[1])
    assert done.returncode == 1
    assert f"{path}: line 6: region: '全 国' does not match" in done.stderr.decode("utf-8")
    assert "2 entries" in done.stdout.decode("utf-8")
    again = run("index", "--source", policies, "--index", tmp_path / "i", "--encoder", made[1], "--if-stale")
    assert (again.returncode, "up to date, 2 entries" in again.stdout.decode("utf-8")) == (1, True)
    found = run("search", "--index", tmp_path / "i", "--encoder", made[1], "--json", given="欠薪找谁".encode())
    assert json.loads(found.stdout)["results"][0]["id"] == "wages-late"


def test_without_a_good_entry_there_is_no_index(made: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "legal").mkdir()
    (tmp_path / "legal" / "bad.md").write_text("nothing", "utf-8")
    done = run("index", "--source", tmp_path, "--index", tmp_path / "i", "--encoder", made[1])
    assert done.returncode == 2
    assert "bad.md: has no front matter" in done.stderr.decode("utf-8")
    assert not (tmp_path / "i").exists()


def test_coverage_says_what_is_open_and_writes_the_tables(tmp_path: Path) -> None:
    done = run("coverage", "--markdown", tmp_path / "coverage.md")
    assert done.returncode == 1
    assert "open: 第二条" in done.stdout.decode("utf-8")
    assert (tmp_path / "coverage.md").read_text("utf-8").startswith("# What the entries cover")
