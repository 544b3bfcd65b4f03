"""A form with a question of every kind that behaves in its own way, and a worker who fills it in without a database."""

from __future__ import annotations

from datetime import date

from casework.procedures.filled import Filled, next_step
from casework.procedures.filling import Filling, Given, Moved
from casework.procedures.model import Choice, Form, Step
from casework.procedures.reading import Reading

TODAY = date(2026, 11, 22)
UNIONS = {"7": "顺达物流工会", "8": "顺达快递工会"}
FORM = Form(
    id="small",
    title="小表",
    prefix="XB",
    topic="general",
    eligibility="谁都能填。",
    seen_by="办事的人",
    purpose="试一试",
    steps=(
        Step(
            "situation",
            "choice",
            "您的情况",
            "您是哪种？",
            choices=(Choice("employee", "单位职工", ("上班",)), Choice("platform", "骑手", ("外卖",))),
        ),
        Step("union", "union", "工会", "加入哪个工会？", when={"situation": ("employee",)}),
        Step("topics", "choices", "什么事", "哪几样？", choices=(Choice("pay", "工资"), Choice("hours", "加班"))),
        Step("told", "story", "经过", "怎么回事？"),
        Step("owed", "amount", "欠多少", "欠多少钱？", optional=True),
        Step("name", "name", "姓名", "您的名字是？"),
        Step("phone", "phone", "电话", "手机号是多少？"),
        Step("photos", "files", "照片", "有照片吗？", optional=True),
        Step("identity", "identity", "证件号", "证件号是多少？", sensitive=True),
        Step("income", "amount", "收入", "一个月多少？", sensitive=True, optional=True),
    ),
)
ANSWERED = (
    ("situation", "单位职工"),
    ("union", "红星砖瓦厂"),
    ("topics", "工资"),
    ("told", "老板一直拖着不给"),
    ("owed", "三千块"),
    ("name", "王小明"),
    ("phone", "13800138000"),
    ("photos", "跳过"),
)
"""What is typed at each step up to the second consent."""
READ = {
    "situation": "employee",
    "union": {"name": "红星砖瓦厂"},
    "topics": ["pay"],
    "told": "老板一直拖着不给",
    "owed": "3000",
    "name": "王小明",
    "phone": "13800138000",
}


def find_unions(text: str, by_district: bool) -> dict[str, str]:
    """Know two firms of one name, and no district."""
    return UNIONS if "顺达" in text and not by_district else {}


READING = Reading(TODAY, find_unions, lambda text: "江苏/徐州" if "徐州" in text else None)


class Pen:
    """Fills in a form by hand."""

    def __init__(self, form: Form = FORM, *, asks_sensitive: bool = True) -> None:
        self.form = form
        self.filling = Filling(form, READING, asks_sensitive=asks_sensitive)
        self.filled = Filled(declined=not asks_sensitive)
        self.step = next_step(form, self.filled)
        self.misses = 0

    def gives(self, given: Given) -> Moved:
        """Give something, and stand where that leads."""
        moved = self.filling.turn(self.filled, self.step, self.misses, given)
        self.filled, self.step, self.misses = moved.filled, moved.step, moved.misses
        return moved

    def types(self, text: str, intent: str = "") -> Moved:
        """Type something; `intent` is what the engine takes it for."""
        return self.gives(Given(text=text, intent=intent))

    def taps(self, step: str, value: str, form: str | None = None) -> Moved:
        """Tap an answer's button."""
        return self.gives(Given(step=step, value=value, form=form or self.form.id))

    def does(self, do: str, step: str | None = None) -> Moved:
        """Tap a command's button, of the question that is asked unless another is named."""
        return self.gives(Given(step=step or self.step, do=do, form=self.form.id))

    def until(self, step: str) -> Pen:
        """Agree, and answer all questions before one."""
        if self.step == "consent":
            self.types("同意")
        for step_id, text in ANSWERED:
            if self.step == step or self.step != step_id:
                break
            self.types(text)
        if self.step == "consent-sensitive" and step in ("identity", "income", "confirm"):
            self.types("同意")
        if self.step == "identity" and step in ("income", "confirm"):
            self.types("11010519491231002X")
        if self.step == "income" and step == "confirm":
            self.types("跳过")
        assert self.step == step, self.step
        return self


def said(moved: Moved) -> list[str]:
    """Return the names of what is said."""
    return [each.name.removeprefix("utter_form_") for each in moved.said]
