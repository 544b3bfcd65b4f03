"""The pages for those who run a union's service: departments for supervisors, accounts for administrators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi import Query as UrlQuery
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from bot.console.errors import wants_json
from bot.console.rendering import render
from bot.console.security import Admin, Supervisor
from casework.actors import Actor
from casework.department_admin import LAST_PLACE, LONGEST_DAY_NAME, DepartmentAdmin
from casework.errors import Conflict, Invalid
from casework.organisations import DEPARTMENTS
from casework.staff_admin import StaffAdmin
from casework.tables import ROLES

Number = Annotated[int, Path(gt=0, lt=2**31)]
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form()]
Query = Annotated[str, UrlQuery(max_length=60)]
PageNumber = Annotated[int, UrlQuery(ge=1, le=10_000)]
NOBODY_NEW: dict[str, Any] = {"username": "", "display_name": "", "role": "agent", "topics": []}


class DepartmentPages:
    """Serves the departments."""

    def __init__(self, departments: DepartmentAdmin) -> None:
        self._departments = departments

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/admin")
        router.add_api_route("/departments", self.listed, methods=["GET"])
        router.add_api_route("/departments/{number}", self.page, methods=["GET"])
        router.add_api_route("/departments/{number}/hours", self.set_hours, methods=["POST"])
        router.add_api_route("/departments/{number}/days", self.set_day, methods=["POST"])
        router.add_api_route("/departments/{number}/days/remove", self.remove_day, methods=["POST"])
        router.add_api_route("/departments/{number}/members", self.set_members, methods=["POST"])
        return router

    def listed(self, request: Request, signed_in: Supervisor, q: Query = "", page: PageNumber = 1) -> Response:
        """Show the departments of the union and of those below it."""
        listed = self._departments.departments(signed_in.actor, q.strip(), page)
        return render(request, "admin_departments.html", listed=listed, q=q.strip())

    def page(self, request: Request, signed_in: Supervisor, number: Number, saved: str = "") -> Response:
        """Show one of them with its forms."""
        return self._page(request, signed_in.actor, number, saved=saved)

    def set_hours(self, request: Request, signed_in: Supervisor, number: Number, hours: Text = "") -> Response:
        """Set the usual week."""
        actor = signed_in.actor
        return self._change(
            request, actor, number, "hours", {"hours": hours}, lambda: self._departments.set_hours(actor, number, hours)
        )

    def set_day(
        self, request: Request, signed_in: Supervisor, number: Number, day: Text = "", hours: Text = "", name: Text = ""
    ) -> Response:
        """Set the hours of one day."""
        actor = signed_in.actor
        written = {"day": day, "day_hours": hours, "day_name": name}
        return self._change(
            request, actor, number, "days", written, lambda: self._departments.set_day(actor, number, day, hours, name)
        )

    def remove_day(self, request: Request, signed_in: Supervisor, number: Number, day: Text = "") -> Response:
        """Let a day have the usual hours again."""
        actor = signed_in.actor
        return self._change(
            request, actor, number, "days", {}, lambda: self._departments.remove_day(actor, number, day)
        )

    async def set_members(self, request: Request, signed_in: Supervisor, number: Number) -> Response:
        """Say who works there and who is called first: fields `member` with numbers, `duty_<number>` with places."""
        actor = signed_in.actor
        form = await request.form()
        members = [str(value) for value in form.getlist("member")]
        places = {name.removeprefix("duty_"): str(value).strip() for name, value in form.items() if name[:5] == "duty_"}
        written = {"members": members, "places": places}

        def change() -> None:
            self._departments.set_members(actor, number, {_whole(m): _place(places.get(m, "")) for m in members})

        return await run_in_threadpool(self._change, request, actor, number, "members", written, change)

    def _change(
        self,
        request: Request,
        actor: Actor,
        number: int,
        form: str,
        written: dict[str, Any],
        change: Callable[[], None],
    ) -> Response:
        """Change something, and show the page again; after a mistake with what was written."""
        try:
            change()
        except Invalid as error:
            if wants_json(request):
                raise
            return self._page(request, actor, number, 422, form=form, error=error.message, written=written)
        if wants_json(request):
            return JSONResponse({"id": number})
        return RedirectResponse(f"/admin/departments/{number}?saved={form}#{form}", 303)

    def _page(self, request: Request, actor: Actor, number: int, status: int = 200, **context: Any) -> Response:
        given = {"saved": "", "form": "", "error": "", "written": {}, **context}
        return render(
            request,
            "admin_department.html",
            status,
            department=self._departments.get(actor, number),
            last_place=LAST_PLACE,
            longest_name=LONGEST_DAY_NAME,
            **given,
        )


class StaffPages:
    """Serves the accounts."""

    def __init__(self, staff: StaffAdmin) -> None:
        self._staff = staff

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/admin")
        router.add_api_route("/staff", self.listed, methods=["GET"])
        router.add_api_route("/staff", self.add, methods=["POST"])
        router.add_api_route("/staff/{number}/reset", self.reset, methods=["POST"])
        router.add_api_route("/staff/{number}/disable", self.disable, methods=["POST"])
        router.add_api_route("/staff/{number}/enable", self.enable, methods=["POST"])
        router.add_api_route("/staff/{number}/role", self.set_role, methods=["POST"])
        return router

    def listed(self, request: Request, signed_in: Admin, q: Query = "", page: PageNumber = 1) -> Response:
        """Show the accounts of the union and of those below it."""
        return self._page(request, signed_in.actor, q=q.strip(), page=page)

    def add(
        self,
        request: Request,
        signed_in: Admin,
        username: Text = "",
        display_name: Text = "",
        role: Text = "",
        organisation: Text = "",
        topics: Texts = [],  # noqa: B006  FastAPI copies it
    ) -> Response:
        """Make an account and show its password, this one time."""
        actor = signed_in.actor
        try:
            password = self._staff.add(actor, organisation, username, display_name, role, topics)
        except (Invalid, Conflict) as error:
            if wants_json(request):
                raise
            written = {
                "username": username,
                "display_name": display_name,
                "role": role,
                "organisation": organisation,
                "topics": topics,
            }
            status = 409 if isinstance(error, Conflict) else 422
            return self._page(request, actor, status, written=written, add_error=error.message)
        return self._with_password(request, actor, username.strip(), password)

    def reset(self, request: Request, signed_in: Admin, number: Number) -> Response:
        """Give an account another password and show it, this one time."""
        actor = signed_in.actor
        try:
            password = self._staff.reset_password(actor, number)
        except Invalid as error:
            return self._mistake(request, actor, error)
        return self._with_password(request, actor, self._staff.name(actor, number), password)

    def disable(self, request: Request, signed_in: Admin, number: Number) -> Response:
        """Close an account."""
        return self._change(request, signed_in.actor, lambda: self._staff.disable(signed_in.actor, number))

    def enable(self, request: Request, signed_in: Admin, number: Number) -> Response:
        """Open a closed account again."""
        return self._change(request, signed_in.actor, lambda: self._staff.enable(signed_in.actor, number))

    def set_role(self, request: Request, signed_in: Admin, number: Number, role: Text = "") -> Response:
        """Give an account another role."""
        return self._change(request, signed_in.actor, lambda: self._staff.set_role(signed_in.actor, number, role))

    def _change(self, request: Request, actor: Actor, change: Callable[[], None]) -> Response:
        try:
            change()
        except Invalid as error:
            return self._mistake(request, actor, error)
        return JSONResponse({}) if wants_json(request) else RedirectResponse("/admin/staff", 303)

    def _mistake(self, request: Request, actor: Actor, error: Invalid) -> Response:
        if wants_json(request):
            raise error
        return self._page(request, actor, 422, error=error.message)

    def _with_password(self, request: Request, actor: Actor, username: str, password: str) -> Response:
        if wants_json(request):
            return JSONResponse({"username": username, "password": password})
        return self._page(request, actor, told={"username": username, "password": password})

    def _page(
        self, request: Request, actor: Actor, status: int = 200, q: str = "", page: int = 1, **context: Any
    ) -> Response:
        organisations = self._staff.organisations(actor)
        nobody = NOBODY_NEW | {"organisation": organisations[0]}
        given = {"written": nobody, "add_error": "", "error": "", "told": None, **context}
        return render(
            request,
            "admin_staff.html",
            status,
            listed=self._staff.accounts(actor, q, page),
            q=q,
            organisations=organisations,
            roles=ROLES,
            departments=DEPARTMENTS,
            me=actor.id,
            **given,
        )


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("请从列表里选")
    return int(text)


def _place(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise Invalid(f"值班顺序要写 1 到 {LAST_PLACE} 的数字")
    return int(text)
