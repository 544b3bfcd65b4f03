"""One conversation: what was said, who writes to whom, and what staff do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.console import words
from bot.console.case_views import CaseView
from bot.console.errors import wants_json
from bot.console.fragments import fragment
from bot.console.inbox_pages import Filters, Lists, ReadFilters
from bot.console.rendering import render
from bot.console.security import Agent
from bot.console.views import (
    Title,
    message_view,
    reach_view,
    row_view,
    safe_hours,
    score_words,
    spoken,
    version_of,
    waited_words,
)
from casework.actors import Actor
from casework.database import now
from casework.errors import Invalid, NotFound
from casework.hand_offs import LONGEST_NAME, LONGEST_REPLY, HandOffs
from casework.inbox import Inbox
from casework.inbox_details import Detail
from casework.notes import Notes
from casework.staff import is_present

MESSAGES = 25
"""Messages that are loaded at once; older ones come when somebody scrolls up."""
RECENT = 15
"""Messages that a page asks about again, because something about them may have changed."""
TALK_MODULES = ("canned", "composer", "dialogs", "inbox", "reveal", "suggestions", "transcript")
"""Modules that `conversation.js` imports beside the list's."""

Text = Annotated[str, Form()]
CasesOf = Callable[[Actor, int], Sequence[CaseView]]
"""Gives what the worker of a conversation has sent in, as far as the actor may see it."""


def conversation_id(number: str) -> int:
    """Read a conversation's number out of an address. Raises `NotFound` for anything else."""
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise NotFound("no number of a conversation")
    return int(number)


Id = Annotated[int, Depends(conversation_id)]


class ConversationPages:
    """Serves conversations and what is done with them.

    What a form sends is answered by leading back to the page, what a script sends by JSON.
    """

    def __init__(
        self,
        lists: Lists,
        inbox: Inbox,
        hand_offs: HandOffs,
        notes: Notes,
        title: Title,
        clock: Callable[[], datetime] = now,
        cases: CasesOf = lambda _actor, _id: (),
    ) -> None:
        self._lists = lists
        self._inbox = inbox
        self._hand_offs = hand_offs
        self._notes = notes
        self._title = title
        self._clock = clock
        self._cases = cases

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/conversations/{number}")
        router.add_api_route("", self.page, methods=["GET"])
        router.add_api_route("/messages", self.messages, methods=["GET"])
        router.add_api_route("/targets", self.targets, methods=["GET"])
        router.add_api_route("/messages", self.reply, methods=["POST"])
        router.add_api_route("/claim", self.claim, methods=["POST"])
        router.add_api_route("/release", self.release, methods=["POST"])
        router.add_api_route("/transfer", self.transfer, methods=["POST"])
        router.add_api_route("/resolve", self.resolve, methods=["POST"])
        router.add_api_route("/back-to-bot", self.back_to_bot, methods=["POST"])
        router.add_api_route("/typing", self.typing, methods=["POST"])
        router.add_api_route("/name", self.name, methods=["POST"])
        router.add_api_route("/reveal", self.reveal, methods=["POST"])
        return router

    def page(self, request: Request, signed_in: Agent, id: Id, filters: ReadFilters) -> Response:
        """Show a conversation beside the list that it was opened from."""
        actor = signed_in.actor
        detail = self._inbox.conversation(actor, id)
        said = self._inbox.transcript(actor, id, limit=MESSAGES)
        context = self._lists.page(actor, filters, current=id) | self._shown(actor, detail, filters)
        return render(
            request,
            "conversation.html",
            **context,
            messages=[message_view(item, self._clock(), me=actor.id, title=self._title) for item in said.items],
            has_earlier=said.has_earlier,
            longest_reply=LONGEST_REPLY,
            longest_name=LONGEST_NAME,
            recent=RECENT,
            talk_modules=TALK_MODULES,
        )

    def messages(
        self,
        request: Request,
        signed_in: Agent,
        id: Id,
        filters: ReadFilters,
        after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
        before: Annotated[int | None, Query(gt=0, lt=2**31)] = None,
    ) -> Response:
        """Give what was said after a message, with all that stands around it; or what was said before one."""
        actor = signed_in.actor
        said = self._inbox.transcript(actor, id, after=after, before=before, limit=MESSAGES)
        answer: dict[str, Any] = {
            "messages": [self._as_json(request, actor, item) for item in said.items],
            "newest": said.newest,
            "has_earlier": said.has_earlier,
        }
        if before is None:
            answer |= self._around(request, actor, id, filters)
        return JSONResponse(answer)

    def reply(self, request: Request, signed_in: Agent, id: Id, text: Text = "", key: Text = "") -> Response:
        """Say something to the worker; the same key again says it once."""
        if not key or len(key) > 64:
            raise Invalid("这一页打开太久了，请刷新后再发。")
        said = self._hand_offs.reply(signed_in.actor, id, text, key)
        return self._done(request, id, message=said.id)

    def claim(self, request: Request, signed_in: Agent, id: Id) -> Response:
        """Take the conversation."""
        self._hand_offs.claim(signed_in.actor, id)
        return self._done(request, id)

    def release(self, request: Request, signed_in: Agent, id: Id) -> Response:
        """Put the conversation back into the queue."""
        self._hand_offs.release(signed_in.actor, id)
        return self._done(request, id)

    def targets(self, signed_in: Agent, id: Id) -> Response:
        """Give the departments and people that the conversation may be passed to."""
        actor = signed_in.actor
        found = self._hand_offs.targets(actor, id)
        several = len({organisation for _department, organisation, _people in found}) > 1
        moment = self._clock()
        return JSONResponse(
            {
                "departments": [
                    {
                        "id": department.id,
                        "name": f"{department.name} · {organisation}" if several else department.name,
                        "people": [
                            {"id": each.id, "name": each.display_name, "present": is_present(each, moment)}
                            for each in people
                            if each.id != actor.id
                        ],
                    }
                    for department, organisation, people in found
                ]
            }
        )

    def transfer(
        self, request: Request, signed_in: Agent, id: Id, department: Text = "", person: Text = "", note: Text = ""
    ) -> Response:
        """Pass the conversation on; the note is for who takes it, and is kept whatever becomes of the rest."""
        if not department.isdecimal():
            raise Invalid("请选要转给哪个部门")
        if note.strip():  # first: afterwards the actor may not see the conversation any more
            self._notes.add(signed_in.actor, id, note)
        colleague = int(person) if person.isdecimal() else None
        self._hand_offs.transfer(signed_in.actor, id, int(department), colleague)
        return self._done(request, id)

    def resolve(
        self, request: Request, signed_in: Agent, id: Id, outcome: Text = "", category: Text = "", note: Text = ""
    ) -> Response:
        """End the hand-off."""
        if note.strip():
            self._notes.add(signed_in.actor, id, note)
        self._hand_offs.resolve(signed_in.actor, id, outcome, category)
        return self._done(request, id)

    def back_to_bot(self, request: Request, signed_in: Agent, id: Id) -> Response:
        """Let the bot go on."""
        self._hand_offs.back_to_bot(signed_in.actor, id)
        return self._done(request, id)

    def typing(self, signed_in: Agent, id: Id) -> Response:
        """Let the worker see that somebody writes."""
        self._hand_offs.typing(signed_in.actor, id)
        return Response(status_code=204)

    def name(self, request: Request, signed_in: Agent, id: Id, name: Text = "") -> Response:
        """Note what the worker is called."""
        self._hand_offs.rename(signed_in.actor, id, name)
        return self._done(request, id)

    def reveal(self, signed_in: Agent, id: Id, label: Text = "") -> Response:
        """Show a number that was replaced in what the worker wrote; that somebody looked is written down."""
        return JSONResponse({"number": self._inbox.private_number(signed_in.actor, id, label)})

    def _shown(self, actor: Actor, detail: Detail, filters: Filters) -> dict[str, Any]:
        """Return what the templates of one conversation need beside its messages."""
        row, moment = detail.row, self._clock()
        is_mine = row.assignee_id == actor.id
        return {
            "conversation": row,
            "suffix": filters.query(),
            "shown": row_view(row, "all", moment, me=actor.id, href=""),
            "detail": detail,
            "hand_off": next((each for each in detail.hand_offs if each.ended_at is None), None),
            "past": [each for each in detail.hand_offs if each.ended_at is not None],
            "reach": reach_view(detail.reach, row.channel),
            "is_mine": is_mine,
            "cases": self._cases(actor, row.conversation_id),
            "may_lead": is_mine or (row.assignee_id is not None and actor.is_at_least("supervisor")),
            "may_ring": row.assignee_id in {None, actor.id} or actor.is_at_least("supervisor"),
            "category": words.TOPIC_CATEGORIES.get(row.topic or "", ""),
            "words": words,
            "spoken": lambda at: spoken(at, moment),
            "waited": waited_words,
            "score_words": score_words,
            "safe_hours": safe_hours,
        }

    def _around(self, request: Request, actor: Actor, id: int, filters: Filters) -> dict[str, Any]:
        """Return the parts of the page around the messages, each with a mark that changes with it."""
        detail = self._inbox.conversation(actor, id)
        shown = self._shown(actor, detail, filters)
        parts = {
            name: fragment(request, f"conversation_{name}.html", **shown) for name in ("head", "details", "standing")
        }
        return {
            "parts": {name: {"html": html, "version": version_of(html)} for name, html in parts.items()},
            "state": detail.row.state,
            "assignee": detail.row.assignee or "",
            "mine": shown["is_mine"],
        }

    def _as_json(self, request: Request, actor: Actor, item: Any) -> dict[str, Any]:
        shown = message_view(item, self._clock(), me=actor.id, title=self._title)
        html = fragment(request, "conversation_item.html", message=shown)
        return {
            "id": shown.id,
            "kind": shown.kind,
            "author": shown.author,
            "name": shown.name,
            "day": shown.day,
            "version": shown.version,
            "html": html,
        }

    def _done(self, request: Request, id: int, **told: Any) -> Response:
        if wants_json(request):
            return JSONResponse({"done": True, **told})
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/conversations/{id}{query}", 303)
