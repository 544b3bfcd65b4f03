"""The states of a case, who may move it where, and with what reason. Pure.

    submitted → accepted → in_progress → done
        └──────────┴────────────┴─────→ refused (by staff), withdrawn (by the worker)

`done` needs somebody who accepted the case before. What is closed stays closed: whoever has more to say sends in a new
case. Time alone never closes one.
"""

from __future__ import annotations

from typing import Literal

from casework.errors import Conflict, Invalid, NotAllowed

Who = Literal["worker", "staff", "system"]

CLOSED = frozenset({"done", "refused", "withdrawn"})
OPEN = ("submitted", "accepted", "in_progress")

MOVES: dict[str, frozenset[str]] = {
    "submitted": frozenset({"accepted", "refused", "withdrawn"}),
    "accepted": frozenset({"in_progress", "done", "refused", "withdrawn"}),
    "in_progress": frozenset({"done", "refused", "withdrawn"}),
    "done": frozenset(),
    "refused": frozenset(),
    "withdrawn": frozenset(),
}
"""Where a case may go from each state."""
MAY: dict[Who, frozenset[str]] = {
    "worker": frozenset({"withdrawn"}),
    "staff": frozenset({"accepted", "in_progress", "done", "refused"}),
    "system": frozenset(),
}
"""To which states each of them may move a case."""

NAMES = {
    "submitted": "待受理",
    "accepted": "已受理",
    "in_progress": "办理中",
    "done": "已办结",
    "refused": "不予办理",
    "withdrawn": "已撤回",
}
"""The states in the staff's words; the worker's stand in `domain.yml` (`utter_case_state_…`)."""
REASONS: dict[str, dict[str, str]] = {
    "done": {
        "granted": "申请已批准",
        "settled": "争议已解决",
        "advised": "已给意见和办法",
        "referred": "已转其他部门办理",
        "other": "其他",
    },
    "refused": {
        "not_eligible": "不符合条件",
        "papers_missing": "材料没补齐",
        "not_ours": "不归工会办",
        "duplicate": "重复提交",
        "unreachable": "一直联系不上本人",
        "not_true": "内容不属实",
        "other": "其他",
    },
    "withdrawn": {"own_wish": "本人不办了", "solved": "本人说已经解决", "worried": "本人有顾虑"},
}
"""Why a case is closed, in the staff's words; the worker's are `utter_case_reason_<state>_<code>`."""


def check_move(state: str, to: str, who: Who, reason: str | None = None) -> None:
    """See that a case may be moved so.

    Raises `Conflict` where the state has no such way (somebody may have been faster), `NotAllowed` where it is not for
    them, `Invalid` for a reason that is missing or unknown.
    """
    if to not in MOVES.get(state, frozenset()):
        raise Conflict(f"现在是“{NAMES.get(state, state)}”，不能改成“{NAMES.get(to, to)}”，请刷新页面看看")
    if to not in MAY[who]:
        raise NotAllowed(f"{who} may not move a case to {to}")
    if to in REASONS and reason not in REASONS[to]:
        raise Invalid("请选原因")
    if to not in REASONS and reason is not None:
        raise Invalid("这一步不用写原因")


def next_states(state: str, who: Who) -> tuple[str, ...]:
    """Return where a case may be moved to by them, in the order of the states."""
    return tuple(to for to in NAMES if to in MOVES[state] & MAY[who])
