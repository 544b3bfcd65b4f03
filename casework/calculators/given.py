"""What a worker gave a calculator: the answers of a form, or figures read from her words. Pure.

Answers are as the forms keep them: an amount as a decimal string in yuan or `{"yuan", "about"}`, a date as
`YYYY-MM-DD` or `{"from", "to"}` where only a span is known, a whole number, a choice's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from casework.calculators.calculation import NotCalculable, yuan
from casework.calculators.figures import Figured, Figures, title_of
from casework.calculators.periods import dated

Answers = Mapping[str, Any]


class Missing(NotCalculable):
    """An answer that the calculation cannot do without is not there; `question` is its id."""

    def __init__(self, question: str) -> None:
        super().__init__(f"{question} is not known")
        self.question = question


class Given:
    """Answers and local figures; `notes` tells what of them was taken for what, for the assumptions."""

    def __init__(self, answers: Answers, figures: Figures, today: date) -> None:
        self._answers = answers
        self._figures = figures
        self.today = today
        self.notes: list[str] = []

    def has(self, question: str) -> bool:
        """Tell whether an answer is there."""
        return self._answers.get(question) not in (None, "")

    def money(self, question: str) -> Decimal:
        """Return an amount in yuan. Raises `Missing`, `NotCalculable`."""
        value = self._value(question)
        about = isinstance(value, Mapping)
        try:
            amount = Decimal(str(value["yuan"] if about else value))
        except (InvalidOperation, KeyError) as error:
            raise NotCalculable(f"{question} is no amount") from error
        if not amount.is_finite():
            raise NotCalculable(f"{question} is no amount")
        if about:
            self._note(f"你说的是大概数，这里按 {yuan(amount)}算，准数以工资流水为准。")
        return amount

    def whole(self, question: str) -> int:
        """Return a whole number. Raises `Missing`, `NotCalculable`."""
        number = self.number(question)
        if number != number.to_integral_value():
            raise NotCalculable(f"{question} is no whole number")
        return int(number)

    def number(self, question: str) -> Decimal:
        """Return a number. Raises `Missing`, `NotCalculable`."""
        try:
            number = Decimal(str(self._value(question)))
        except InvalidOperation as error:
            raise NotCalculable(f"{question} is no number") from error
        if not number.is_finite():
            raise NotCalculable(f"{question} is no number")
        return number

    def code(self, question: str) -> str:
        """Return a choice. Raises `Missing`."""
        return str(self._value(question))

    def yes(self, question: str) -> bool:
        """Tell whether a question was answered with yes."""
        return self.has(question) and self.code(question) == "yes"

    def earliest(self, question: str) -> date:
        """Return a day, the first that may be meant. Raises `Missing`, `NotCalculable`."""
        return self._day(question, "from")

    def latest(self, question: str) -> date:
        """Return a day, the last that may be meant. Raises `Missing`, `NotCalculable`."""
        return self._day(question, "to")

    def local(self, code: str) -> Figured | None:
        """Return a local figure where it is known."""
        region = str(self._answers["region"]) if self.has("region") else None
        return self._figures.of(code, region, self.today)

    def local_value(self, code: str) -> Decimal | None:
        """Return a local figure's value where it is known, and note where it is from."""
        figured = self.local(code)
        if figured is None:
            return None
        self._note(f"{title_of(code)}：{figured.origin}")
        return figured.value

    def _day(self, question: str, end: str) -> date:
        value = self._value(question)
        try:
            if not isinstance(value, Mapping):
                return date.fromisoformat(str(value))
            day = date.fromisoformat(str(value[end]))
        except (ValueError, KeyError) as error:
            raise NotCalculable(f"{question} is no day") from error
        self._note(f"日子没说准，按{dated(day)}算（往稳里算），准的日子告诉我可以重算。")
        return day

    def _value(self, question: str) -> Any:
        if not self.has(question):
            raise Missing(question)
        return self._answers[question]

    def _note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)
