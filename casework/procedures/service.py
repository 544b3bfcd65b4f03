"""Forms as the actions use them: begin one, take a worker's message, send it. Each message does what it does once."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import union_finder
from casework.cards import Card
from casework.cases import Submission, open_case, open_cases_of
from casework.contacts import reveal_numbers
from casework.crypto import Keyring
from casework.database import Database, now
from casework.hours import ZONE
from casework.ledger import Ledger
from casework.messages import words_beside
from casework.procedures import drafts
from casework.procedures.drafts import Owner
from casework.procedures.filled import CONSENT, Filled, next_step, position, standing_at
from casework.procedures.filling import Filling, Given, Moved, Result, Say
from casework.procedures.library import Library
from casework.procedures.model import Form, Value
from casework.procedures.reading import NameRegion, Reading
from casework.tables import ActionResult, Contact, Conversation, Draft, Message
from casework.wording import Wording

OFFERED_UNIONS = 5
"""Unions that are offered when a worker names one."""
URGENT = 1
"""The priority of a case that people shall look at first."""
_BEGIN, _TURN = "procedure.begin", "procedure.turn"
_RESULT = "action_results.card"


@dataclass(frozen=True)
class Standing:
    """Where a worker's form stands: what the bot has to ask next.

    `files` counts what she sent for it; `again` is set where she asked something else in between.
    """

    form: Form
    filled: Filled
    step: str
    misses: int = 0
    files: int = 0
    again: bool = False


@dataclass(frozen=True)
class Begun:
    """What starting a form came to: `asks`, or the worker has to say first whether to go on with an older one.

    `resume` gives the step at which she stopped (from 1) and how many there are; `known` the number of a case of
    hers that is open already.
    """

    result: str
    form: str
    resume: tuple[int, int] | None = None
    known: str | None = None


@dataclass(frozen=True)
class Sent:
    """The case that a form became; `promised` says by when staff answer."""

    number: str
    promised: str


@dataclass(frozen=True)
class Turned:
    """What a message did to a form."""

    result: Result
    form: str = ""
    said: tuple[Say, ...] = ()
    urgent: str | None = None
    sent: Sent | None = None
    sealed: str | None = None
    """What an ending that is no case came to, or the papers of a case: a card, encrypted."""

    @property
    def is_aside(self) -> bool:
        """Tell whether something was answered in between, and the same question comes again."""
        return self.result == "not_ours" or any(say.name.startswith("utter_form_asked") for say in self.said)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON: it holds no word of the worker's."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Turned:
        """Read what `as_dict` gave."""
        said = tuple(Say(each["name"], each["values"]) for each in data["said"])
        sent = Sent(**data["sent"]) if data["sent"] else None
        return cls(data["result"], data["form"], said, data["urgent"], sent, data["sealed"])


Ending = Callable[[Session, Mapping[str, Value], date, str | None], Card]
"""Makes a card of a form's answers, on a day and for a region, where a form becomes no case."""


@dataclass
class Procedures:
    """Begins forms, takes answers and sends them.

    `endings` are those of `Form.ends` that are no case; `papers` makes what goes with a case that has documents.
    """

    database: Database
    keyring: Keyring
    library: Library
    wording: Wording
    name_region: NameRegion
    endings: Mapping[str, Ending] = field(default_factory=dict)
    papers: Ending | None = None
    clock: Callable[[], datetime] = now
    _ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self._ledger = Ledger(self.database)

    def begin(self, message_key: str, form_id: str, do: str = "", known: Mapping[str, Value] | None = None) -> Begun:
        """Begin a form, or go on with it: `do` is `continue`, `fresh` or empty where the worker has not said.

        `known` are answers that she has given already. Raises `KeyError` for a form that is not there.
        """
        form = self._form(form_id)
        done = self._ledger.once(
            message_key, _BEGIN, lambda session: self._begin(session, message_key, form, do, known or {})
        )
        resume = tuple(done["resume"]) if done["resume"] else None
        return Begun(done["result"], done["form"], resume, done["known"])

    def turn(self, message_key: str, given: Given) -> Turned:
        """Take a worker's message; `not_ours` where no form waits for it, or it is no answer."""
        done = self._ledger.once(message_key, _TURN, lambda session: self._turn(session, message_key, given))
        return Turned.from_dict(done)

    def standing(self, message_key: str) -> Standing | None:
        """Return where the form of this message's conversation stands, None where none is being filled in."""
        with self.database.read() as session:
            owner = _owner(session, message_key)
            draft = drafts.active_draft(session, owner.conversation_id) if owner else None
            form = self.library.get(draft.procedure) if draft else None
            if draft is None or form is None:
                return None
            files = len(drafts.files_of(session, draft.id))
            done = session.get(ActionResult, (message_key, _TURN))
            begun = session.get(ActionResult, (message_key, _BEGIN)) is not None
            again = done is not None and not begun and Turned.from_dict(done.result).is_aside
            filled = drafts.filled_of(self.keyring, draft)
            step = standing_at(form, filled, draft.step)
            return Standing(form, filled, step, draft.misses, files, again)

    # Beginning.

    def _begin(
        self, session: Session, message_key: str, form: Form, do: str, given: Mapping[str, Value]
    ) -> dict[str, Any]:
        owner = _owner(session, message_key, lock=True)
        if owner is None:  # erased meanwhile
            return _begun("gone", form)
        draft = drafts.draft_of(session, owner.contact_id, form.id)
        if do == "discard":
            if draft is not None:
                drafts.drop(session, draft, self.clock())
            return _begun("discarded", form)
        if draft is not None and do == "continue":
            drafts.resume(session, draft, owner.conversation_id)
            return _begun("asks", form)
        if draft is not None and do != "fresh" and draft.step != CONSENT:
            drafts.pause(session, owner.conversation_id)
            return _begun("resume", form, position(form, drafts.filled_of(self.keyring, draft), draft.step))
        known = open_cases_of(session, self.keyring, form.id, contact_id=owner.contact_id)
        if known and do not in ("fresh", "another"):
            return _begun("known", form, known=known[0])
        filled = Filled(answers=dict(given), declined=not _asks_sensitive(owner))
        drafts.new_draft(session, self.keyring, owner, form.id, filled, next_step(form, filled))
        return _begun("asks", form)

    # One message.

    def _turn(self, session: Session, message_key: str, given: Given) -> dict[str, Any]:
        owner = _owner(session, message_key, lock=True)
        draft = drafts.active_draft(session, owner.conversation_id) if owner else None
        form = self.library.get(draft.procedure) if draft else None
        begun = session.get(ActionResult, (message_key, _BEGIN))  # Rasa validates as a form begins, too
        if owner is None or draft is None or form is None or begun is not None:
            return Turned("not_ours").as_dict()
        if given.value is None and given.do is None:
            given = replace(given, text=self._words(session, message_key, owner))
        filled = drafts.filled_of(self.keyring, draft)
        moved = self._filling(session, owner, form).turn(filled, draft.step, draft.misses, given)
        return self._keep(session, owner, draft, form, filled, moved).as_dict()

    def _keep(self, session: Session, owner: Owner, draft: Draft, form: Form, before: Filled, moved: Moved) -> Turned:
        # once a form; but where people take over they are called whatever they were called for before
        urgent = moved.urgent if before.urgent is None or moved.result == "people" else None
        filled = replace(moved.filled, urgent=before.urgent or moved.urgent)
        turned = Turned(moved.result, form.id, moved.said, urgent)
        if moved.result == "sends" and form.ends != "case":
            # what a calculator was told before it asked is no answer to a question of its
            answers = filled.answers if form.ends == "calculation" else filled.sent(form)
            card = self.endings[form.ends](session, answers, self._today(), owner.region)
            session.delete(draft)
            turned = replace(turned, sealed=self._seal(card))
        elif moved.result == "sends":
            turned = replace(turned, sent=self._send(session, owner, draft, form, filled))
            if form.documents and self.papers is not None:
                card = self.papers(session, filled.sent(form), self._today(), owner.region)
                turned = replace(turned, sealed=self._seal(card))
        elif moved.result in ("discarded", "people"):  # who people have to look after is asked by people
            drafts.drop(session, draft, self.clock())
        elif moved.result != "not_ours":
            drafts.keep(session, self.keyring, draft, filled, moved.step, moved.misses, self.clock())
            if moved.result == "paused":
                draft.state = "paused"
        return turned

    def _send(self, session: Session, owner: Owner, draft: Draft, form: Form, filled: Filled) -> Sent:
        answers = filled.sent(form)
        opened = open_case(
            session,
            self.keyring,
            Submission(
                procedure=form.id,
                prefix=form.prefix,
                contact_id=owner.contact_id,
                conversation_id=owner.conversation_id,
                topic=form.topic,
                grievance=form.grievance,
                answers=answers,
                files=tuple(drafts.files_of(session, draft.id)),
                employer_contact=str(answers.get("employer_contact", "ask_first")),
                priority=URGENT if filled.urgent else 0,
                urgent_reason=filled.urgent,
                working_days=form.working_days,
            ),
            self.wording,
        )
        session.delete(draft)
        return Sent(opened.number, opened.promised)

    def result_of(self, turned: Turned) -> Card | None:
        """Return the card that a message came to beside what is said of the form."""
        if turned.sealed is None:
            return None
        return Card.from_dict(json.loads(self.keyring.open(bytes.fromhex(turned.sealed), _RESULT)))

    def _seal(self, card: Card) -> str:
        return self.keyring.seal(json.dumps(card.as_dict()), _RESULT).hex()

    def _words(self, session: Session, message_key: str, owner: Owner) -> str:
        """Return what she typed, as she typed it, with her numbers in it."""
        message = session.scalars(select(Message).where(Message.message_key == message_key)).one()
        return reveal_numbers(session, self.keyring, owner.contact_id, words_beside(message))

    def _filling(self, session: Session, owner: Owner, form: Form) -> Filling:
        return Filling(form, self._reading(session, owner), asks_sensitive=_asks_sensitive(owner))

    def _reading(self, session: Session, owner: Owner) -> Reading:
        def find_unions(text: str, by_district: bool) -> dict[str, str]:
            coded = None if by_district else union_finder.by_code(session, text)
            if coded is not None:
                found = [coded]
            elif by_district:
                found = union_finder.by_district(session, text)
            else:
                found = union_finder.by_name(session, text, owner.region)
            return {str(union.id): union.name for union in found[:OFFERED_UNIONS]}

        return Reading(self._today(), find_unions, self.name_region)

    def _today(self) -> date:
        return self.clock().astimezone(ZONE).date()

    def _form(self, form_id: str) -> Form:
        form = self.library.get(form_id)
        if form is None:
            raise KeyError(form_id)
        return form


def _owner(session: Session, message_key: str, *, lock: bool = False) -> Owner | None:
    """Return who wrote a message; `lock` keeps the conversation's row, which is locked before all that hangs on it."""
    query = (
        select(Conversation.contact_id, Conversation.id, Conversation.channel, Contact.region)
        .join(Message, Message.conversation_id == Conversation.id)
        .join(Contact, Contact.id == Conversation.contact_id)
        .where(Message.message_key == message_key)
    )
    row = session.execute(query.with_for_update(of=Conversation) if lock else query).first()
    return Owner(*row) if row else None


def _asks_sensitive(owner: Owner) -> bool:
    """Tell whether she may be asked for what is sensitive: Telegram keeps data abroad."""
    return owner.channel != "telegram"


def _begun(result: str, form: Form, resume: tuple[int, int] | None = None, known: str | None = None) -> dict[str, Any]:
    return {"result": result, "form": form.id, "resume": resume, "known": known}
