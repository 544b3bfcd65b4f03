"""The action server knows every action of the domain (its token is tested where it runs: tests/end_to_end)."""

from __future__ import annotations

from typing import Any

import yaml

from actions.answer_policy import ActionAnswerPolicy
from actions.check_case import ActionCheckCase
from actions.procedures import ActionAskProcedureStep, ActionBeginProcedure, ValidateProcedureForm
from actions.recall_staff import ActionRecallStaff
from settings import ROOT


def test_the_domains_actions_are_the_servers() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    actions: list[Any] = [
        ActionAnswerPolicy(None, None, None),  # type: ignore[arg-type]  # only its name is asked for
        ActionRecallStaff(None, None, None),  # type: ignore[arg-type]  # as above
        ActionBeginProcedure(None, None, None, None),  # type: ignore[arg-type]  # as above
        ActionCheckCase(None),  # type: ignore[arg-type]  # as above
        ActionAskProcedureStep(None, None),  # type: ignore[arg-type]  # as above
        ValidateProcedureForm(None, None),  # type: ignore[arg-type]  # as above
    ]
    assert domain["actions"] == [each.name() for each in actions]
