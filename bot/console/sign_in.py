"""Signing in and out, one's own password, being there or away."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.console.errors import ConsoleError, local_path, wants_json
from bot.console.limits import AddressLimit
from bot.console.rendering import render
from bot.console.security import Anyone, check_origin, drop_session, session_token, set_session, signed_in
from casework.actors import RANKS
from casework.errors import Invalid
from casework.passwords import SHORTEST
from casework.staff import StaffAccounts
from casework.staff_sessions import SignedIn, StaffSessions

WRONG = "用户名或密码不对。连续输错 5 次后，这个账号要等 1 到 15 分钟才能再试；忘了密码请找管理员重置。"
DIFFERENT = "两次输入的新密码不一样，请再输一次。"

Starting = Annotated[SignedIn, Depends(signed_in("anyone", with_first_password=True))]
"""Also who has not changed the password she was given."""
Text = Annotated[str, Form()]


class SignInPages:
    """Serves everybody who works with the console, before and after signing in."""

    def __init__(self, accounts: StaffAccounts, sessions: StaffSessions, limit: AddressLimit) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._limit = limit

    def public_router(self) -> APIRouter:
        """Return the routes that are there for everybody."""
        router = APIRouter()
        router.add_api_route("/login", self.login_page, methods=["GET"])
        router.add_api_route("/login", self.login, methods=["POST"])
        return router

    def router(self) -> APIRouter:
        """Return the routes for whoever is signed in."""
        router = APIRouter()
        router.add_api_route("/", self.start, methods=["GET"])
        router.add_api_route("/logout", self.logout, methods=["POST"])
        router.add_api_route("/password", self.password_page, methods=["GET"])
        router.add_api_route("/password", self.change_password, methods=["POST"])
        router.add_api_route("/availability", self.set_available, methods=["POST"])
        router.add_api_route("/presence", self.note_presence, methods=["POST"])
        return router

    def login_page(self, request: Request) -> Response:
        """Show the form, or go on when one is signed in already."""
        target = _target(request.query_params.get("next"))
        token = session_token(request)
        if token and self._sessions.session(token) is not None:
            return RedirectResponse(target, 303)
        return _login_page(request, target)

    def login(self, request: Request, username: Text = "", password: Text = "", next: Text = "") -> Response:
        """Open a session with a new token, whatever the browser held before."""
        check_origin(request)
        if not self._limit.take(request.client.host if request.client else ""):
            raise ConsoleError("too_many")
        target = _target(next)
        token = self._sessions.sign_in(username, password)
        if token is None:
            if wants_json(request):
                return JSONResponse({"error": {"code": "wrong_password", "message": WRONG}}, 401)
            return _login_page(request, target, username=username, error=WRONG, status=401)
        held = session_token(request)
        if held:
            self._sessions.sign_out(held)
        response = _done(request, target)
        set_session(request, response, token)
        return response

    def logout(self, request: Request, _signed_in: Starting) -> Response:
        """End the session."""
        self._sessions.sign_out(session_token(request) or "")
        response = _done(request, "/login")
        drop_session(request, response)
        return response

    def start(self, request: Request, signed_in: Anyone) -> Response:
        """Lead to the inbox; who has none learns what her role may do."""
        if signed_in.actor.role in RANKS:
            return RedirectResponse("/inbox", 303)
        return render(request, "start.html")

    def password_page(self, request: Request, _signed_in: Starting, changed: str = "") -> Response:
        """Show the form for another password."""
        return _password_page(request, changed=bool(changed))

    def change_password(
        self, request: Request, signed_in: Starting, old: Text = "", new: Text = "", repeat: Text = ""
    ) -> Response:
        """Set the password; every other browser of the account is signed out."""
        try:
            if new != repeat:
                raise Invalid(DIFFERENT)
            token = self._sessions.change_password(signed_in.actor, old, new)
        except Invalid as error:
            if wants_json(request):
                raise
            return _password_page(request, error=error.message, status=422)
        response = _done(request, "/" if signed_in.must_change_password else "/password?changed=1")
        set_session(request, response, token)
        return response

    def set_available(
        self,
        request: Request,
        signed_in: Anyone,
        available: Text = "",
        next: Text = "",
    ) -> Response:
        """Say whether one takes new conversations just now."""
        if available not in {"yes", "no"}:
            raise ConsoleError("invalid")
        self._accounts.set_available(signed_in.actor, available == "yes")
        if wants_json(request):
            return JSONResponse({"available": available == "yes"})
        return RedirectResponse(_target(next), 303)

    def note_presence(self, _signed_in: Anyone) -> Response:
        """Keep the session alive: somebody moves the mouse or types in an open page."""
        return Response(status_code=204)


def _target(address: str | None) -> str:
    """Return where to go on; never a page that leads straight back here."""
    target = local_path(address)
    return "/" if target.split("?")[0] in {"/login", "/logout", "/presence"} else target


def _done(request: Request, target: str) -> Response:
    return JSONResponse({"next": target}) if wants_json(request) else RedirectResponse(target, 303)


def _login_page(request: Request, target: str, username: str = "", error: str = "", status: int = 200) -> Response:
    return render(request, "login.html", status, target=target, username=username, error=error)


def _password_page(request: Request, error: str = "", changed: bool = False, status: int = 200) -> Response:
    return render(request, "password.html", status, error=error, changed=changed, shortest=SHORTEST)
