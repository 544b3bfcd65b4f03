"""`.env.example` names every setting, and its values are the defaults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from ops import ROOT
from settings import Settings, SettingsError, load_settings

EXAMPLE = ROOT / ".env.example"


def test_every_setting_is_there_and_nothing_else() -> None:
    assert [name.upper() for name in Settings.model_fields if name.upper() not in dotenv_values(EXAMPLE)] == []
    assert set(dotenv_values(EXAMPLE)) <= {name.upper() for name in Settings.model_fields}


def test_the_example_as_it_stands_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert load_settings(EXAMPLE) == load_settings(None)


def test_every_setting_has_a_comment_above_it() -> None:
    commented = False
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and not line.startswith("# --"):
            commented = True
        elif not line:
            commented = False
        elif re.match(r"[A-Z_]+=", line):
            assert commented, f"{line} has no comment above it"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("BOT_PORT=eighty\n", "BOT_PORT"),
        ("# a comment\nBOT_PORT=8000\nCONSOLE_PORT 8001\n", "line 3"),
        ("RASA_PORT=70000\n", "RASA_PORT"),
        ("DATABASE_URL=mysql://localhost/x\n", "DATABASE_URL"),
    ],
)
def test_a_broken_file_is_one_line_that_names_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    broken = tmp_path / ".env"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=told) as error:
        load_settings(broken)
    assert "\n" not in str(error.value)
