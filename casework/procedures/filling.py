"""One turn of a form: what a worker's message does to it. Pure.

A message is an answer, a command (back, skip, stop …), or neither: a question in the middle is left to whoever answers
questions, and the form goes on afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from casework.procedures.advice import Advice, advise
from casework.procedures.asked_of_form import asked_of_form
from casework.procedures.filled import (
    CONFIRM,
    CONSENT,
    SENSITIVE,
    Filled,
    applicable,
    next_step,
    standing_at,
    step_before,
)
from casework.procedures.model import Form, Step, Value
from casework.procedures.reading import Choose, Reading, UnknownPlace
from casework.readers import Command, Unreadable, command_in, is_question, read_yes_no

MISSES = 3
"""Unusable answers in a row, after which a person is offered."""
SMALL_TALK = frozenset({"greet", "thank", "goodbye", "help", "bot_challenge"})
"""Intents that are no answer where a question's answer cannot be read."""
_CHECKS = re.compile(r"进度|办到哪|到哪一步|审核到|批了没|查.{0,4}(?:申请|编号)")
"""What asks for a case under way."""
_NOTHING = re.compile(
    r"(?:在职|在岗|(?:我|我们|他们?)?(?:一分(?:钱)?(?:也|都)?没有?|还没有?|没有?|还在|暂时没有?|现在没有?|不清楚|不知道|记不清|记不得|忘了|忘记|想不起来?|不记得|说不清|说不准|不确定).{0,10})"
)
"""What says that there is nothing to tell: it leaves an optional question out."""
_SAYS_MORE = re.compile(
    r"(?:我们?|俺|咱)?(?:就|也|都|想|现在)?(?:有(?!的)[\u4e00-\u9fff]|(?:是|要|需要)"
    r"(?![的得了啊呀吧呢嘞是要有]|继续|开始|提交|填|办理)[\u4e00-\u9fff]{2})"
)
"""What begins like a yes and is about something."""
_PARTS = re.compile(r"[\s,，。.;；!！~～、…]+")
_GOES_ON = re.compile(
    r"(?:那|就|我|你们?|都|请|帮我)*(?:开始|继续|接着|马上|现在|提交|交|填|办|发)(?:上?去|填|办|交|写|吧|了|啊|呗|呀)*"
    r"|(?:那|就|多)?(?:谢谢|谢|感谢|麻烦|辛苦|拜托)(?:谢|你们?|您|了|啦|啊)*|[嗯恩哦噢啊]+"
)
"""What may stand beside a yes: that it shall go on, and thanks."""
WISHES = frozenset({"join_union", "apply_aid", "request_legal_aid"})
"""Intents that ask for another form."""
FREE = ("text", "union", "district")
"""Kinds of answers that any words may be."""
_WISH = re.compile(r"^(?:那|现在)?(?:我要|我想|帮我|给我|替我|请帮)")
SHORT = 15
"""Characters of a question that interrupts even where a story is asked for."""

Result = Literal["asks", "not_ours", "paused", "discarded", "sends", "people"]


@dataclass(frozen=True)
class Given:
    """A worker's message: what she typed, with her private numbers in it, or what a tapped button means."""

    text: str = ""
    intent: str = ""
    step: str | None = None
    value: str | None = None
    do: str | None = None
    form: str | None = None
    """The form whose button was tapped."""


@dataclass(frozen=True)
class Say:
    """A response of `domain.yml` by its name, with its values; never a worker's own words."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Moved:
    """What a message did: where the form stands now, and what is said before its next question.

    `urgent` is the code of what makes the matter one for people at once.
    """

    result: Result
    filled: Filled
    step: str
    misses: int = 0
    said: tuple[Say, ...] = ()
    urgent: str | None = None


class Filling:
    """The rules of one form."""

    def __init__(self, form: Form, reading: Reading, *, asks_sensitive: bool = True) -> None:
        """Without `asks_sensitive` what is sensitive is never asked for."""
        self._form = form
        self._reading = reading
        self._asks_sensitive = asks_sensitive

    def turn(self, filled: Filled, step_id: str, misses: int, given: Given) -> Moved:
        """Return what a message does to the form, which stands at `step_id`."""
        step_id = standing_at(self._form, filled, step_id)
        if given.form not in (None, self._form.id):
            return self._stay(filled, step_id, Say("utter_form_button_old"))
        if given.do is not None:
            return self._do(filled, step_id, Command(given.do), given.step)
        if given.value is not None:
            return self._tapped(filled, step_id, given)
        if (asked := self._asked_of_form(step_id, given.text)) is not None:
            return Moved("asks", filled, step_id, misses, (Say(asked, self._facts()),))
        labels = [step.label for step in applicable(self._form, filled)]
        command = command_in(given.text, labels)
        if command is not None and _is_meant(command, step_id):
            return self._do(filled, step_id, command, step_id)
        if step_id in (CONSENT, SENSITIVE):
            return self._consent_typed(filled, step_id, misses, given)
        if step_id == CONFIRM:
            return self._confirm_typed(filled, misses, given)
        return self._answer(filled, step_id, misses, given)

    def _asked_of_form(self, step_id: str, text: str) -> str | None:
        step = self._form.step(step_id)
        tells = step is not None and step.kind == "story" and len(text) > SHORT
        return asked_of_form(text) if self._form.ends == "case" and not tells else None

    def _facts(self) -> dict[str, str]:
        """Return what a form says of itself, for the responses that answer a question about it."""
        form = self._form
        return {"seen_by": form.seen_by, "purpose": form.purpose, "working_days": str(form.working_days)}

    # Taps and commands.

    def _tapped(self, filled: Filled, step_id: str, given: Given) -> Moved:
        value = str(given.value)
        if given.step in (CONSENT, SENSITIVE) and given.step == step_id:
            return self._consented(filled, step_id, value == "yes")
        step = self._form.step(given.step or "")
        asked = step is not None and (step.id == step_id or step.id in filled.answers or step.id in filled.skipped)
        if step is None or not asked or step not in applicable(self._form, filled):
            return self._stay(filled, step_id, Say("utter_form_button_old"))
        try:
            read = self._reading.tapped(step, value, filled.options)
        except Unreadable:
            return self._stay(filled, step_id, Say("utter_form_button_old"))
        if step.kind == "choices":
            return Moved("asks", filled.with_answer(step, _toggled(filled.answers.get(step.id), read)), step.id)
        return self._taken(filled, step, read)

    def _do(self, filled: Filled, step_id: str, command: Command, at: str | None) -> Moved:
        step = self._form.step(step_id)
        match command.name:
            case "stop":
                return self._stopped(filled, step_id)
            case "discard":
                return Moved("discarded", filled, step_id, said=(Say("utter_form_discarded"),))
            case "restart":
                fresh = Filled(agreed=filled.agreed & {"general"}, declined=not self._asks_sensitive)
                return Moved("asks", fresh, next_step(self._form, fresh), said=(Say("utter_form_restarted"),))
            case "back":
                return self._back(filled, step_id)
            case "skip" if step is not None and at == step_id:
                return self._skip(filled, step)
            case "next" if step is not None and at == step_id:
                return self._next(filled, step)
            case "change":
                return self._change(filled, step_id, command.value)
            case "submit" | "summary" if step_id == CONFIRM:
                submits = command.name == "submit"
                return Moved("sends" if submits else "asks", filled, step_id)
            case "summary":
                return self._stay(filled, step_id, Say("utter_form_summary_later"))
        typed_here = at == step_id == CONFIRM
        return self._stay(filled, step_id, Say("utter_form_which_line" if typed_here else "utter_form_button_old"))

    def _stopped(self, filled: Filled, step_id: str) -> Moved:
        if step_id == CONSENT:
            return Moved("discarded", filled, step_id, said=(Say("utter_form_not_begun"),))
        return Moved("paused", filled, step_id, said=(Say("utter_form_paused", {"title": self._form.title}),))

    def _back(self, filled: Filled, step_id: str) -> Moved:
        before = step_before(self._form, filled, step_id)
        if before is None:
            return self._stay(filled, step_id, Say("utter_form_first"))
        return Moved("asks", replace(filled, options={}), before.id)

    def _skip(self, filled: Filled, step: Step) -> Moved:
        if not step.optional:
            return self._stay(filled, step.id, Say("utter_form_needed", {"label": step.label}))
        return self._onward(filled.without(step))

    def _next(self, filled: Filled, step: Step) -> Moved:
        """Go on from a question that takes several answers, or from one whose answer stays as it is."""
        if filled.answers.get(step.id) is not None and filled.answers[step.id] != []:
            return self._onward(filled)
        if step.optional:
            return self._onward(filled.without(step))
        return self._stay(filled, step.id, Say("utter_form_needed", {"label": step.label}))

    def _change(self, filled: Filled, step_id: str, line: int | None) -> Moved:
        steps = applicable(self._form, filled)
        if line is None or not 1 <= line <= len(steps):
            return self._stay(filled, step_id, Say("utter_form_which_line"))
        wanted = steps[line - 1]
        known = wanted.id in filled.answers or wanted.id in filled.skipped
        return Moved("asks", replace(filled, options={}), wanted.id if known else step_id)

    # Consents and the summary.

    def _consent_typed(self, filled: Filled, step_id: str, misses: int, given: Given) -> Moved:
        if is_question(given.text) or given.intent in SMALL_TALK | WISHES:
            return Moved("not_ours", filled, step_id, misses)
        try:
            return self._consented(filled, step_id, _agrees(given.text))
        except Unreadable:
            return self._missed(filled, step_id, misses, Say("utter_form_say_yes_or_no"))

    def _consented(self, filled: Filled, step_id: str, agrees: bool) -> Moved:
        if agrees:
            kind = "general" if step_id == CONSENT else "sensitive"
            return self._onward(replace(filled, agreed=filled.agreed | {kind}))
        if step_id == CONSENT:
            return Moved("discarded", filled, step_id, said=(Say("utter_form_not_begun"),))
        moved = self._onward(replace(filled, declined=True))
        return replace(moved, said=(Say("utter_form_sensitive_declined"), *moved.said))

    def _confirm_typed(self, filled: Filled, misses: int, given: Given) -> Moved:
        if is_question(given.text) or given.intent in SMALL_TALK | WISHES:
            return Moved("not_ours", filled, CONFIRM, misses)
        text = given.text.strip()
        if text.isdecimal() and text.isascii() and len(text) <= 2:
            return self._change(filled, CONFIRM, int(text))
        try:
            agrees = _agrees(text)
        except Unreadable:
            return self._missed(filled, CONFIRM, misses, Say("utter_form_which_line"))
        return Moved("sends", filled, CONFIRM) if agrees else self._stay(filled, CONFIRM, Say("utter_form_which_line"))

    # Answers.

    def _answer(self, filled: Filled, step_id: str, misses: int, given: Given) -> Moved:
        step = self._form.step(step_id)
        if step is None:
            return self._onward(filled)
        if is_question(given.text) and (step.kind != "story" or len(given.text) <= SHORT):
            return Moved("not_ours", filled, step_id, misses)
        if step.kind in FREE and _is_wish(given):
            return Moved("not_ours", filled, step_id, misses)
        if step.kind == "files":
            return self._no_file(filled, step, misses, given)
        try:
            value = self._reading.read(step, given.text, filled.options)
        except Choose as several:
            return Moved("asks", replace(filled, options=several.options), step_id, said=(Say("utter_form_which"),))
        except (Unreadable, UnknownPlace) as unreadable:
            if given.intent in SMALL_TALK or _CHECKS.search(given.text) or _is_wish(given):
                return Moved("not_ours", filled, step_id, misses)
            if step.optional and _NOTHING.fullmatch(given.text.strip(" 。，！~呢了")):
                return self._skip(filled, step)
            return self._missed(filled, step_id, misses, Say("utter_form_unreadable", {"code": _code(unreadable)}))
        if value == []:  # 都没有
            return self._skip(filled, step)
        return self._taken(filled, step, value)

    def _no_file(self, filled: Filled, step: Step, misses: int, given: Given) -> Moved:
        """Take words where a photo was asked for: that there is none, or something else."""
        try:
            none = not read_yes_no(given.text)
        except Unreadable:
            none = False
        if none:
            return self._next(filled, step)
        return self._missed(filled, step.id, misses, Say("utter_form_no_file"))

    def _taken(self, filled: Filled, step: Step, value: Value) -> Moved:
        answered = filled.with_answer(step, value)
        moved = self._onward(answered)
        advice = advise(self._form.id, step.id, answered.answers, self._reading.today)
        return _advised(moved, advice)

    def _onward(self, filled: Filled) -> Moved:
        following = next_step(self._form, filled)
        counts = following == CONFIRM and self._form.ends == "calculation"  # nothing leaves: nothing to confirm
        return Moved("sends" if counts else "asks", filled, following)

    def _missed(self, filled: Filled, step_id: str, misses: int, say: Say) -> Moved:
        more = (Say("utter_form_person_helps"),) if misses + 1 >= MISSES else ()
        return Moved("asks", filled, step_id, misses + 1, (say, *more))

    def _stay(self, filled: Filled, step_id: str, say: Say) -> Moved:
        return Moved("asks", filled, step_id, said=(say,))


def _advised(moved: Moved, advice: tuple[Advice, ...]) -> Moved:
    said = tuple(Say(each.response, each.values) for each in advice)
    urgent = next((each.urgent for each in advice if each.urgent), None)
    ends = any(each.ends for each in advice)
    return replace(moved, said=(*moved.said, *said), urgent=urgent, result="people" if ends else moved.result)


def _is_meant(command: Command, step_id: str) -> bool:
    """Tell whether a typed command can be one here: 继续 is a yes where a consent is asked for."""
    if command.name == "submit":
        return step_id == CONFIRM
    return command.name not in ("skip", "next") or step_id not in (CONSENT, SENSITIVE)


def _agrees(text: str) -> bool:
    """Read a yes that something is kept or sent on, with nothing beside it. Raises `Unreadable`.

    我是骑手 and 我要查进度 are none, and neither is 对了，工资写错了.
    """
    agrees = read_yes_no(text)
    if agrees and (_SAYS_MORE.match(text.strip()) or not all(_is_yes(part) for part in _PARTS.split(text) if part)):
        raise Unreadable("yes_or_no")
    return agrees


def _is_yes(part: str) -> bool:
    if _GOES_ON.fullmatch(part):
        return True
    try:
        return read_yes_no(part)
    except Unreadable:
        return False


def _toggled(chosen: Value, code: Value) -> list[str]:
    before = list(chosen or ())
    return [each for each in before if each != code] if code in before else [*before, str(code)]


def _code(unreadable: Unreadable | UnknownPlace) -> str:
    return unreadable.code if isinstance(unreadable, Unreadable) else "no_region"


def _is_wish(given: Given) -> bool:
    """Tell whether another form is asked for in so many words: 是会员 is an answer, whatever it is classified as."""
    return given.intent in WISHES and len(given.text) <= SHORT and _WISH.match(given.text) is not None
