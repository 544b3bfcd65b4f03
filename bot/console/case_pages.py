"""One case: what the worker told, what happened, and what staff do with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.console import words
from bot.console.case_lists import CaseLists
from bot.console.case_views import answer_views, case_view, file_views, representatives_of, trail_views
from bot.console.errors import local_path, wants_json
from bot.console.rendering import render
from bot.console.security import Agent
from bot.console.views import spoken
from casework.actors import Actor
from casework.attachments import Attachments
from casework.cases.desk import LONGEST_REQUEST, LONGEST_WORDS
from casework.cases.listing import CaseRow, Detail
from casework.cases.states import CLOSED, NAMES, REASONS
from casework.documents.service import MEDIA_TYPES, PROCEDURES, CaseDocuments
from casework.errors import Conflict, Invalid, NotAllowed
from casework.wording import Wording

SOMEBODY_ELSE = "这件事现在由别人在办，你刚才点的没有执行。"
CHANGED = "这件事刚刚有了新的变化，你刚才点的没有执行。看过下面的经过再点。"

Text = Annotated[str, Form()]
Attachment = Annotated[int, Path(gt=0, lt=2**31)]
Act = Callable[[Actor, CaseRow], object]


def case_number(number: str) -> str:
    """Read a case's number out of an address; `CaseLists.find` says whether there is such a one."""
    return number


Number = Annotated[str, Depends(case_number)]


class CasePages:
    """Serves cases and what is done with them.

    What a form sends is answered by leading back to a page, what a script sends by JSON.
    """

    def __init__(self, lists: CaseLists, attachments: Attachments, documents: CaseDocuments, wording: Wording) -> None:
        self._lists = lists
        self._desk = lists.desk
        self._attachments = attachments
        self._documents = documents
        self._wording = wording

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/cases/{number}")
        router.add_api_route("", self.page, methods=["GET"])
        router.add_api_route("/files/{attachment}", self.file, methods=["GET"])
        router.add_api_route("/paper.{kind}", self.paper, methods=["GET"])
        router.add_api_route("/reveal", self.reveal, methods=["POST"])
        router.add_api_route("/take", self.take, methods=["POST"])
        router.add_api_route("/assign", self.assign, methods=["POST"])
        router.add_api_route("/move", self.move, methods=["POST"])
        router.add_api_route("/ask", self.ask, methods=["POST"])
        router.add_api_route("/note", self.note, methods=["POST"])
        return router

    def page(self, request: Request, signed_in: Agent, number: Number, do: str = "") -> Response:
        """Show a case; `do` names the form that stands open."""
        row = self._lists.find(signed_in.actor, number)
        return self._page(request, signed_in.actor, row.id, do=do)

    def file(self, request: Request, signed_in: Agent, number: Number, attachment: Attachment) -> Response:
        """Give a photo to be shown, anything else as a download; that somebody opened it is written down."""
        row = self._lists.find(signed_in.actor, number)
        conversation_id = self._desk.file_of(signed_in.actor, row.id, attachment)
        file = self._attachments.of_conversation(conversation_id, attachment)
        status, content, headers = file.part(request.headers.get("range"), inline=file.kind == "photo")
        return Response(content, status, media_type=file.media_type, headers=headers)

    def paper(self, signed_in: Agent, number: Number, kind: Literal["docx", "pdf"]) -> Response:
        """Give the drafted application as a file; that somebody took it is written down."""
        content = self._documents.for_staff(signed_in.actor, number, kind)
        headers = {
            "Content-Disposition": f'attachment; filename="{number}.{kind}"',
            "Cache-Control": "private, no-store",
        }
        return Response(content, media_type=MEDIA_TYPES[kind], headers=headers)

    def reveal(self, request: Request, signed_in: Agent, number: Number, field: Text = "") -> Response:
        """Show one masked answer; that somebody looked is written down."""
        row = self._lists.find(signed_in.actor, number)
        try:
            shown = self._desk.reveal(signed_in.actor, row.id, field)
        except NotAllowed:
            return self._refused(request, signed_in.actor, row, NotAllowed(""))
        if wants_json(request):
            return JSONResponse({"answer": shown})
        return self._page(request, signed_in.actor, row.id, shown={field: shown})

    def take(self, request: Request, signed_in: Agent, number: Number, next: Text = "") -> Response:
        """Take a case that nobody has."""
        return self._do(request, signed_in.actor, number, lambda actor, row: self._desk.take(actor, row.id), next=next)

    def assign(self, request: Request, signed_in: Agent, number: Number, person: Text = "") -> Response:
        """Give the case to a colleague, or back to the department."""

        def act(actor: Actor, row: CaseRow) -> None:
            if person != "nobody" and not (person.isascii() and person.isdecimal() and len(person) < 10):
                raise Invalid("请选交给谁")
            self._desk.assign(actor, row.id, None if person == "nobody" else int(person))

        return self._do(request, signed_in.actor, number, act, do="assign")

    def move(
        self,
        request: Request,
        signed_in: Agent,
        number: Number,
        to: Text = "",
        reason: Text = "",
        words: Text = "",
        seen: Text = "",
        next: Text = "",
    ) -> Response:
        """Bring the case to its next state; the worker is told."""

        def act(actor: Actor, row: CaseRow) -> None:
            self._check_seen(actor, row, seen)
            if to == "refused" and not words.strip():
                raise Invalid("不予办理要写清楚为什么，以后查起来有依据")
            self._desk.move(actor, row.id, to, reason or None, words)

        return self._do(
            request, signed_in.actor, number, act, do=to, next=next, kept={"words": words, "reason": reason}
        )

    def ask(self, request: Request, signed_in: Agent, number: Number, words: Text = "", seen: Text = "") -> Response:
        """Ask the worker for something that is missing."""

        def act(actor: Actor, row: CaseRow) -> None:
            self._check_seen(actor, row, seen)
            self._desk.ask_worker(actor, row.id, words)

        return self._do(request, signed_in.actor, number, act, do="ask", kept={"words": words})

    def note(self, request: Request, signed_in: Agent, number: Number, words: Text = "", seen: Text = "") -> Response:
        """Write something down for colleagues."""

        def act(actor: Actor, row: CaseRow) -> None:
            self._check_seen(actor, row, seen)
            self._desk.note(actor, row.id, words)

        return self._do(request, signed_in.actor, number, act, do="note", kept={"words": words})

    def _check_seen(self, actor: Actor, row: CaseRow, seen: str) -> None:
        """See that nothing happened since the page was made; a double click is such a thing. Raises `Conflict`."""
        if seen and seen != str(len(self._desk.detail(actor, row.id).events)):
            raise Conflict(CHANGED)

    def _do(
        self,
        request: Request,
        actor: Actor,
        number: str,
        act: Act,
        *,
        do: str = "",
        next: str = "",
        kept: dict[str, str] | None = None,
    ) -> Response:
        """Do something and lead on; what cannot be done is told on the page, with what was written."""
        row = self._lists.find(actor, number)
        try:
            act(actor, row)
        except (Conflict, Invalid, NotAllowed) as error:
            return self._refused(request, actor, row, error, do=do, kept=kept)
        if wants_json(request):
            return JSONResponse({"done": True})
        return RedirectResponse(local_path(next, f"/cases/{row.number}"), 303)

    def _refused(
        self,
        request: Request,
        actor: Actor,
        row: CaseRow,
        error: Conflict | Invalid | NotAllowed,
        *,
        do: str = "",
        kept: dict[str, str] | None = None,
    ) -> Response:
        if wants_json(request):
            raise error
        status = {Conflict: 409, NotAllowed: 403}.get(type(error), 422)
        told = SOMEBODY_ELSE if isinstance(error, NotAllowed) else error.message
        return self._page(request, actor, row.id, status, error=told, do=do, kept=kept)

    def _page(
        self,
        request: Request,
        actor: Actor,
        case_id: int,
        status: int = 200,
        *,
        shown: dict[str, str] | None = None,
        error: str = "",
        do: str = "",
        kept: dict[str, str] | None = None,
    ) -> Response:
        heard = self._lists.heard()
        detail = self._desk.detail(actor, case_id)
        return render(
            request,
            "case.html",
            status,
            **self._shown(actor, detail, shown or {}),
            heard=heard,
            error=error,
            do=do,
            kept={"words": "", "reason": ""} | (kept or {}),
            words=words,
            names=NAMES,
            longest_words=LONGEST_WORDS,
            longest_request=LONGEST_REQUEST,
        )

    def _shown(self, actor: Actor, detail: Detail, shown: dict[str, str]) -> dict[str, Any]:
        """Return what the template needs of the case itself."""
        row, moment = detail.row, self._lists.clock()
        form = self._lists.library.get(row.procedure)
        targets = self._desk.targets(actor, row.id)
        return {
            "case": case_view(row, moment, me=actor.id, form=form, several=True),
            "row": row,
            "detail": detail,
            "is_open": row.state not in CLOSED,
            "answers": answer_views(detail.answers, form, shown),
            "files": file_views(detail.files, moment),
            "trail": trail_views(detail.events, {**dict(targets), actor.id: actor.name}, moment),
            "representatives": representatives_of(detail),
            "targets": [(number, name) for number, name in targets if number != row.assignee_id],
            "papers": form.documents if form and row.procedure in PROCEDURES and not row.is_erased else (),
            "reasons": {state: self._reasons(state) for state in detail.next_states if state in REASONS},
            "spoken": lambda at: spoken(at, moment),
        }

    def _reasons(self, state: str) -> list[tuple[str, str, str]]:
        """Return the reasons for closing a case so: code, name, and what the worker reads."""
        told = self._wording.text
        return [(code, name, told(f"utter_case_reason_{state}_{code}")) for code, name in REASONS[state].items()]
