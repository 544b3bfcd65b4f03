"""Texts that staff insert with a few keys: each union's own and those of the unions above it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework.actors import Actor
from casework.database import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.tables import AuditEvent, CannedAnswer, Organisation
from casework.text import clean

LONGEST_SHORTCUT = 20
LONGEST_TITLE = 60
LONGEST_TEXT = 1000
PLACEHOLDERS = {"worker": "职工的称呼", "staff": "我的名字", "department": "部门", "phone": "部门电话"}
"""What is filled in, with what it means to staff."""
STARTING_ANSWERS = Path(__file__).with_name("starting_answers.yml")

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_SHORTCUT = re.compile(rf"[\w-]{{1,{LONGEST_SHORTCUT}}}")


@dataclass(frozen=True)
class Canned:
    """A canned answer; `is_own` tells whether it is the actor's own union's, not one above it."""

    id: int
    shortcut: str
    title: str
    text: str
    organisation: str
    is_own: bool


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in for `{names}`; what is not known stays as it is, and values are not looked into again."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def seed_answers(session: Session, organisation_id: int) -> None:
    """Give an organisation the answers that a new installation starts with."""
    for answer in yaml.safe_load(STARTING_ANSWERS.read_text(encoding="utf-8")):
        session.add(
            CannedAnswer(
                organisation_id=organisation_id,
                shortcut=answer["shortcut"],
                title=answer["title"],
                text=answer["text"],
            )
        )


class CannedAnswers:
    """Keeps canned answers; supervisors write those of their own union."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all_for(self, actor: Actor) -> list[Canned]:
        """Return what the actor can insert, by shortcut; of two with the same the nearest union's comes first."""
        with self._database.read() as session:
            near = _own_and_above(session, actor.organisation_id)
            rows = session.execute(
                select(CannedAnswer, Organisation.name)
                .join(Organisation, Organisation.id == CannedAnswer.organisation_id)
                .where(CannedAnswer.organisation_id.in_(near))
            ).all()
        found = sorted(rows, key=lambda row: (row[0].shortcut, near.index(row[0].organisation_id)))
        return [_as_canned(answer, name, actor) for answer, name in found]

    def get(self, actor: Actor, answer_id: int) -> Canned:
        """Return one of them. Raises `NotFound`."""
        found = next((answer for answer in self.all_for(actor) if answer.id == answer_id), None)
        if found is None:
            raise NotFound(f"canned answer {answer_id}")
        return found

    def add(self, actor: Actor, shortcut: str, title: str, text: str) -> int:
        """Store an answer for the actor's union. Raises `NotAllowed`, `Invalid`, `Conflict`."""
        _check_role(actor)
        checked = _checked(shortcut, title, text)
        try:
            with self._database.write() as session:
                answer = CannedAnswer(organisation_id=actor.organisation_id, **checked)
                session.add(answer)
                session.flush()
                _record(session, actor, "canned_answer.added", answer.id)
                return answer.id
        except IntegrityError as error:
            raise _taken(checked["shortcut"]) from error

    def change(self, actor: Actor, answer_id: int, shortcut: str, title: str, text: str) -> None:
        """Change an answer of the actor's union. Raises `NotFound`, `NotAllowed`, `Invalid`, `Conflict`."""
        _check_role(actor)
        checked = _checked(shortcut, title, text)
        try:
            with self._database.write() as session:
                answer = _own(session, actor, answer_id)
                answer.shortcut, answer.title, answer.text = checked["shortcut"], checked["title"], checked["text"]
                _record(session, actor, "canned_answer.changed", answer_id)
        except IntegrityError as error:
            raise _taken(checked["shortcut"]) from error

    def delete(self, actor: Actor, answer_id: int) -> None:
        """Delete an answer of the actor's union. Raises `NotFound`, `NotAllowed`."""
        _check_role(actor)
        with self._database.write() as session:
            session.delete(_own(session, actor, answer_id))
            _record(session, actor, "canned_answer.deleted", answer_id)


def _as_canned(answer: CannedAnswer, organisation: str, actor: Actor) -> Canned:
    is_own = answer.organisation_id == actor.organisation_id
    return Canned(answer.id, answer.shortcut, answer.title, answer.text, organisation, is_own)


def _own_and_above(session: Session, organisation_id: int) -> list[int]:
    """Return an organisation and all above it, the nearest first."""
    chain: list[int] = []
    current: int | None = organisation_id
    while current is not None and current not in chain:
        chain.append(current)
        current = session.scalar(select(Organisation.parent_id).where(Organisation.id == current))
    return chain


def _own(session: Session, actor: Actor, answer_id: int) -> CannedAnswer:
    answer = session.scalar(select(CannedAnswer).where(CannedAnswer.id == answer_id).with_for_update())
    if answer is None or answer.organisation_id not in _own_and_above(session, actor.organisation_id):
        raise NotFound(f"canned answer {answer_id}")
    if answer.organisation_id != actor.organisation_id:
        raise NotAllowed("the answer belongs to a union above")
    return answer


def _check_role(actor: Actor) -> None:
    if not actor.is_at_least("supervisor"):
        raise NotAllowed("supervisors write canned answers")


def _checked(shortcut: str, title: str, text: str) -> dict[str, str]:
    shortcut, title, text = clean(shortcut).lower(), " ".join(clean(title).split()), clean(text)
    if not _SHORTCUT.fullmatch(shortcut):
        raise Invalid(f"快捷词用 1 到 {LONGEST_SHORTCUT} 个字母、数字或汉字，中间不要空格")
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(f"标题要写，最多 {LONGEST_TITLE} 字")
    if not text or len(text) > LONGEST_TEXT:
        raise Invalid(f"内容要写，最多 {LONGEST_TEXT} 字")
    return {"shortcut": shortcut, "title": title, "text": text}


def _taken(shortcut: str) -> Conflict:
    return Conflict(f"快捷词“{shortcut}”已经用在另一条上了，换一个")


def _record(session: Session, actor: Actor, event: str, answer_id: int) -> None:
    session.add(
        AuditEvent(actor=f"staff:{actor.id}", event=event, object_type="canned_answer", object_id=answer_id, details={})
    )
