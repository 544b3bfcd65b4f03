"""A worker who fills in forms as people do: typos, detours, second thoughts, pauses; and what she meant by it.

She sees what the channel shows and nothing else, and knows the forms, so that she finds out which question it is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import cn2an  # type: ignore[import-untyped]  # publishes no types
from stdnum.cn import ric

from casework.procedures.filled import Filled
from casework.procedures.model import Form, Step

PERSONAL = ("name", "phone", "identity")
"""Kinds of answers that tell who somebody is."""
PATIENCE = 120
"""Messages of one worker."""
NAMES = ("王小明", "欧阳娜娜", "阿卜杜拉·买买提", "李秀英", "才让多杰", "刘洋", "周玉兰")
STORIES = (
    "老板说没钱，一直拖着不给，前后找了他五六次",
    "干活的时候摔了一跤，腿肿了，公司没人管",
    "突然叫我们不用来了，也没说给多少钱",
)
FIRMS = ("红星砖瓦厂", "宏远服装有限公司", "顺达物流")
PLACES = ("徐州", "徐州鼓楼区", "泰州海陵区")
QUESTIONS = ("这个要多久？", "会不会告诉老板？", "要不要交钱？")
NONSENSE = ("……", "？", "#")


@dataclass(frozen=True)
class Seen:
    """A bubble: its text, and its buttons by title."""

    text: str
    buttons: Mapping[str, str] = field(default_factory=dict)


Speak = Callable[[str, str | None], Sequence[Seen]]
"""Types a text, or taps the button of a token, and gives what the bot answers."""


@dataclass
class FormWorker:
    """One worker and one form."""

    form: Form
    speak: Speak
    chance: random.Random
    wish: str
    detours: float = 0.15
    restart: Callable[[], None] = lambda: None
    begin: Callable[[], Sequence[Seen]] | None = None
    """Begins the form, or asks for it again, where that is not done by typing the wish."""
    gives_up: bool = False
    meant: dict[str, Any] = field(default_factory=dict)
    number: str | None = None
    names: tuple[str, ...] = NAMES

    @property
    def answers(self) -> dict[str, Any]:
        """Return what her case has to hold: what she meant, but for questions that fell away as she thought again."""
        return Filled(answers=self.meant).sent(self.form)

    @property
    def hers(self) -> list[str]:
        """Return what she gave that tells who she is: it must be found nowhere once she is erased."""
        values = [self.meant[step.id] for step in self.form.steps if step.id in self.meant and step.kind in PERSONAL]
        return [str(value["number"]) if isinstance(value, dict) else str(value) for value in values]

    def fill(self) -> None:
        """Fill in the form to its end, or to where she gives up."""
        self.fill_from(self._begin())

    def fill_from(self, seen: Sequence[Seen]) -> None:
        """Go on from what the bot said last."""
        changed = False
        for message in range(PATIENCE):
            if self.gives_up and message > 6:
                self.speak("", seen[-1].buttons["先停一下"]) if "先停一下" in seen[-1].buttons else None
                return
            if self._has_number(seen):
                return
            buttons = _all_buttons(seen)
            if "提交" in buttons and not changed and self.chance.random() < self.detours:
                changed = True
                seen = self._change(seen)
            elif "提交" in buttons:
                seen = self.speak("", buttons["提交"])
            elif "同意，开始填" in buttons:
                seen = self.speak(*self.chance.choice([("", buttons["同意，开始填"]), ("同意", None), ("好的", None)]))
            elif "同意，接着填" in buttons:
                seen = self.speak("", buttons["同意，接着填"])
            elif "接着填" in buttons:
                seen = self.speak("", buttons["接着填"])
            else:
                seen = self._step(seen, buttons)
        raise AssertionError(f"the form {self.form.id} did not end: {[each.text for each in seen]}")

    def _has_number(self, seen: Sequence[Seen]) -> bool:
        for bubble in seen:
            if f"{self.form.prefix}-20" in bubble.text:
                start = bubble.text.index(f"{self.form.prefix}-20")
                self.number = bubble.text[start : start + 16]
                return True
        return False

    def _step(self, seen: Sequence[Seen], buttons: Mapping[str, str]) -> Sequence[Seen]:
        step = self._asked(seen)
        detour = self.chance.random()
        if detour < self.detours:
            return self._detour(step, buttons, detour / self.detours)
        return self._answer(step, buttons)

    def _detour(self, step: Step, buttons: Mapping[str, str], kind: float) -> Sequence[Seen]:
        if kind < 0.3:
            return self.speak(self.chance.choice(QUESTIONS), None)
        if kind < 0.5 and step.kind not in ("story", "text", "union", "district"):
            return self.speak(self.chance.choice(NONSENSE), None)
        if kind < 0.65 and "上一步" in buttons:
            return self.speak(self.chance.choice(["上一步", "返回"]), None)
        if kind < 0.85:
            self.speak("", buttons["先停一下"])
            self.restart()
            return self._begin()
        return self._answer(step, buttons)

    def _begin(self) -> Sequence[Seen]:
        return self.begin() if self.begin is not None else self.speak(self.wish, None)

    def _asked(self, seen: Sequence[Seen]) -> Step:
        """Return the step whose question stands in what the bot said last."""
        texts = [bubble.text for bubble in reversed(seen)]
        for text in texts:
            for step in self.form.steps:
                if text.endswith(f"步：{step.question}"):
                    return step
        raise AssertionError(f"no question of {self.form.id} in {texts}")

    def _change(self, seen: Sequence[Seen]) -> Sequence[Seen]:
        """Change a line of the summary that is typed."""
        lines = next(bubble.text for bubble in reversed(seen) if bubble.text.startswith("1. ")).splitlines()
        typed = [step for step in self.form.steps if step.kind in ("name", "phone") and step.id in self.meant]
        if not typed:
            return self.speak("", _all_buttons(seen)["提交"])
        step = self.chance.choice(typed)
        line = next(number for number, text in enumerate(lines, start=1) if text.split(". ")[1].startswith(step.label))
        return self.speak(str(line), None)

    def _answer(self, step: Step, buttons: Mapping[str, str]) -> Sequence[Seen]:
        if step.kind in ("union", "district") and "都不是" in buttons:
            self.meant[step.id] = {"name": ""}
            return self.speak("都不是", None) if self.chance.random() < 0.5 else self.speak("", buttons["都不是"])
        if step.optional and self.chance.random() < 0.4:
            self.meant.pop(step.id, None)
            return self.speak("跳过", None)
        if step.kind == "files":
            return self.speak("跳过", None) if step.optional else self.speak("没有", None)
        if step.kind in ("choice", "choices"):
            return self._chosen(step, buttons)
        typed, value = self._typed(step)
        self.meant[step.id] = value
        return self.speak(typed, None)

    def _chosen(self, step: Step, buttons: Mapping[str, str]) -> Sequence[Seen]:
        number = self.chance.randrange(len(step.choices))
        choice = step.choices[number]
        if step.kind == "choices":
            self.meant[step.id] = [choice.code]
            return self.speak(self.chance.choice([str(number + 1), choice.title]), None)
        self.meant[step.id] = choice.code
        way = self.chance.randrange(3)
        if way == 0:
            return self.speak("", buttons[choice.title])
        return self.speak(str(number + 1) if way == 1 else choice.title, None)

    def _typed(self, step: Step) -> tuple[str, Any]:
        match step.kind:
            case "name":
                name = self.chance.choice(self.names)
                return self.chance.choice([name, f"我叫{name}"]), name
            case "phone":
                number = f"13{self.chance.randrange(10**9):09}"
                return self._spaced(number), number
            case "identity":
                number = self._identity()
                return self.chance.choice([number, number.lower()]), {"type": "resident", "number": number}
            case "date":
                day = f"2026-0{self.chance.randrange(1, 10)}-1{self.chance.randrange(10)}"
                year, month, last = day.split("-")
                return self.chance.choice([day, f"{year}年{int(month)}月{int(last)}日"]), day
            case "amount":
                yuan = self.chance.randrange(5, 300) * 100
                spelt = [f"{yuan}", f"{yuan}块钱", f"{yuan} 元", f"{cn2an.an2cn(yuan)}块"]
                return self.chance.choice(spelt), f"{yuan}"
            case "integer":
                count = self.chance.randrange(max(step.least, 1), min(step.most or 30, 30) + 1)
                return self.chance.choice([f"{count}", f"{count}个"]), count
            case "region":
                return "徐州", "江苏/徐州"
            case "story":
                told = self.chance.choice(STORIES)
                return told, told
            case "union":
                firm = self.chance.choice(FIRMS)
                return firm, {"name": firm}
            case "district":
                place = self.chance.choice(PLACES)
                return place, {"name": place}
        firm = self.chance.choice(FIRMS)
        return firm, firm

    def _spaced(self, number: str) -> str:
        gap = self.chance.choice(["", " ", "-"])
        return gap.join([number[:3], number[3:7], number[7:]])

    def _identity(self) -> str:
        born = f"19{self.chance.randrange(70, 99)}0{self.chance.randrange(1, 10)}1{self.chance.randrange(10)}"
        body = f"320102{born}{self.chance.randrange(1000):03}"
        return body + str(ric.calc_check_digit(f"{body}0"))


def _all_buttons(seen: Sequence[Seen]) -> dict[str, str]:
    """Return the buttons of what the bot said last, the latest where a title stands twice."""
    return {title: token for bubble in seen for title, token in bubble.buttons.items()}
