"""Documents cannot rot: commands, paths, settings and the tree are compared with what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from ops import ROOT
from settings import Settings

READMES = ["README.md", "README.zh-CN.md"]
OPERATIONS = ["docs/operations.md", "docs/operations.zh-CN.md"]
DOCUMENTS = [*READMES, *OPERATIONS, "CHANGELOG.md", "docs/architecture.md", "docs/glossary.md"]


def text(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


@cache
def files() -> list[str]:
    """Return what is under version control or about to be: nothing generated, nothing ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def code_blocks(document: str) -> list[str]:
    return re.findall(r"^```\w*\n(.*?)^```", text(document), re.MULTILINE | re.DOTALL)


@cache
def help_of(module: str) -> str:
    command = [sys.executable, "-m", module, "--help"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_is_named_is_there(document: str) -> None:
    named = set(re.findall(r"(?:^|`|&& )make ([a-z-]+)", text(document), re.MULTILINE))
    assert named <= targets()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_module_and_command_that_is_named_is_there(document: str) -> None:
    for module, command in re.findall(r"python -m ([\w.]+)(?: ([a-z]+))?", text(document)):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), f"python -m {module}"
        if command and path.is_dir():
            assert command in help_of(module), f"python -m {module} {command}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", text(document))
    folder = (ROOT / document).parent
    missing = [link for link in links if "://" not in link and not (folder / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_in_backticks_is_there(document: str) -> None:
    made_while_running = ("var/", ".venv", ".env", "VAR_DIR")
    paths = re.findall(r"`([\w.-]+/[\w./-]*|[\w-]+\.(?:py|yml|toml|md))`", text(document))
    kept = [path for path in paths if not path.startswith(made_while_running)]
    in_var = {name for name in kept if document in OPERATIONS and not name.endswith(".py")}
    assert [path for path in kept if path not in in_var and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_setting_that_is_named_is_one(document: str) -> None:
    others = {"PIP_INDEX_URL", "PIP_FIND_LINKS", "LAWS_DIR"}
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)(?:=[^`]*)?`", text(document)))
    assert named <= {name.upper() for name in Settings.model_fields} | others


@pytest.mark.parametrize("twins", [READMES, OPERATIONS], ids=["readme", "operations"])
def test_both_languages_say_the_same(twins: list[str]) -> None:
    english, chinese = (code_blocks(document) for document in twins)
    assert len(english) == len(chinese)
    for one, other in zip(english, chinese, strict=True):
        if not one.startswith("flowchart"):
            assert [line.split("#")[0] for line in one.splitlines()] == [
                line.split("#")[0] for line in other.splitlines()
            ]
    headings = [len(re.findall(r"^#+ ", text(document), re.MULTILINE)) for document in twins]
    assert headings[0] == headings[1]
    itself = Path(twins[0]).name
    links = [set(re.findall(r"\]\(([^)]+)\)", text(document))) for document in twins]
    # Each names its twin; the Chinese one may lead to a document's Chinese twin.
    to_english = [{link.replace(".zh-CN.md", ".md") for link in found} - {itself} for found in links]
    assert to_english[0] == to_english[1]


def test_the_documents_themselves_are_named_in_the_readme() -> None:
    documents = [name for name in files() if re.fullmatch(r"docs/\w+\.md", name)]
    assert [name for name in documents if name not in text("README.md")] == []


def test_the_annotated_tree_is_the_real_tree() -> None:
    block = text("docs/architecture.md").split("<!-- tree -->")[1].split("```")[1]
    drawn: list[str] = []
    above: list[str] = []
    for line in block.strip("\n").splitlines():
        entry = re.fullmatch(r"( *)([\w.-]+)/ +(\S.*)", line)
        assert entry is not None, f"not 'folder/   what it is for': {line!r}"
        above = [*above[: len(entry[1]) // 2], entry[2]]
        drawn.append("/".join(above))
    folders = {folder for name in files() for folder in Path(name).parents if str(folder) != "."}
    # Below a package of tests there is only material for them.
    real = {str(folder) for folder in folders if folder.parts[0] != "tests" or len(folder.parts) < 3}
    assert set(drawn) == real
    assert len(drawn) == len(set(drawn))


def test_the_import_rules_name_every_room() -> None:
    rooms = {name.split("/")[0] for name in files() if name.endswith("__init__.py")} - {"tests", "bench"}
    rules = text("docs/architecture.md").split("## Import rules")[1]
    assert [room for room in sorted(rooms) if f"`{room}" not in rules] == []


def test_nothing_names_a_folder_of_one_machine() -> None:
    unwanted = re.compile(r"/(?:home|Users|root)/[a-z]")
    found = []
    for name in files():
        if (ROOT / name).suffix in {".png", ".npz", ".bin", ".safetensors"}:
            continue
        content = (ROOT / name).read_bytes().decode("utf-8", "ignore")
        found += [f"{name}: {match[0]}" for match in unwanted.finditer(content)]
    assert found == []
