"""The action server knows every action of the domain (its token is tested where it runs: tests/end_to_end)."""

from __future__ import annotations

import yaml

from actions.answer_policy import ActionAnswerPolicy
from settings import ROOT


def test_the_domains_actions_are_the_servers() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    names = [ActionAnswerPolicy(None, None, None).name()]  # type: ignore[arg-type]  # only its name is asked for
    assert [name for name in domain["actions"] if name.startswith("action_")] == names
