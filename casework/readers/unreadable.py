"""Why an answer could not be read."""

from __future__ import annotations

from typing import Literal

from casework.errors import CaseworkError

Code = Literal[
    "empty",  # no letter and no digit
    "too_short",
    "too_long",
    "no_number",
    "vague",  # 几千, 十几个, 记不清: it could be anything
    "two",  # two answers at once
    "not_whole",  # a fraction of a person
    "too_small",
    "too_large",
    "foreign_money",
    "no_date",
    "no_such_day",  # 2月30日
    "future",
    "too_early",
    "length",  # a digit too many or too few
    "area_code",  # a fixed line's number without its area
    "abroad",
    "no_such_phone",
    "checksum",
    "birth_date",
    "old_card",  # the fifteen digits of before 1999
    "which_paper",
    "no_name",
    "whole_name",  # 王先生, 小李某
    "unknown_choice",
    "out_of_range",  # the fifth of three
    "yes_or_no",
]
"""`Unreadable.code`; the text for each is the form's."""
CODES: frozenset[str] = frozenset(Code.__args__)  # type: ignore[attr-defined]  # get_args, typed


class Unreadable(CaseworkError):
    """An answer that cannot be used; `code` says why and never holds a word of it."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code
