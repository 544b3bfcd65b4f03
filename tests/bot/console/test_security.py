"""Doors, CSRF, headers and errors: what holds for every route of the console."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from fastapi import APIRouter, Form
from fastapi.responses import PlainTextResponse, Response, StreamingResponse
from structlog.testing import capture_logs

from bot.console.app import build_console, check_doors
from bot.console.errors import local_path
from bot.console.limits import MAX_BODY
from bot.console.security import COOKIE, HEADERS, Admin, Agent, Anyone, Supervisor
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.bot.console.conftest import PASSWORD, Console

SECRET = "李师傅 13800138000"
JSON = {"Accept": "application/json"}
OWN_POSTS = ["/logout", "/password", "/availability", "/presence"]


def raising(error: Exception) -> Any:
    def route(_signed_in: Anyone) -> Response:
        raise error

    return route


def agents(signed_in: Agent) -> Response:
    return PlainTextResponse(signed_in.actor.name)


def supervisors(signed_in: Supervisor) -> Response:
    return PlainTextResponse(signed_in.actor.name)


def admins(signed_in: Admin) -> Response:
    return PlainTextResponse(signed_in.actor.name)


def typed(_signed_in: Agent, number: int) -> Response:
    return PlainTextResponse(str(number))


def write(_signed_in: Agent, text: Annotated[str, Form()]) -> Response:
    return PlainTextResponse(text)


def broken(_signed_in: Agent) -> Response:
    async def chunks() -> AsyncIterator[bytes]:
        yield b"begun"
        raise ValueError(SECRET)

    return StreamingResponse(chunks())


@pytest.fixture
def console_routers() -> list[APIRouter]:
    router = APIRouter()
    for path, error in {
        "/not-found": NotFound(SECRET),
        "/not-allowed": NotAllowed(SECRET),
        "/conflict": Conflict("已被小陈接走"),
        "/invalid": Invalid("请写上处理结果"),
        "/crash": ValueError(SECRET),
    }.items():
        router.add_api_route(path, raising(error), methods=["GET"])
    router.add_api_route("/agents", agents, methods=["GET", "POST"])
    router.add_api_route("/supervisors", supervisors, methods=["GET"])
    router.add_api_route("/admins", admins, methods=["GET"])
    router.add_api_route("/typed/{number}", typed, methods=["GET"])
    router.add_api_route("/write", write, methods=["POST"])
    router.add_api_route("/broken", broken, methods=["GET"])
    return [router]


# Doors.


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("agent", {"/agents"}),
        ("supervisor", {"/agents", "/supervisors"}),
        ("admin", {"/agents", "/supervisors", "/admins"}),
        ("editor", set()),
    ],
)
def test_each_role_passes_its_own_doors(console: Console, role: str, allowed: set[str]) -> None:
    browser = console.sign_in(role)
    codes = {path: browser.get(path).status_code for path in ("/agents", "/supervisors", "/admins")}
    assert codes == {path: 200 if path in allowed else 403 for path in codes}


def test_an_editor_is_told_kindly_that_conversations_are_not_hers(console: Console) -> None:
    browser = console.sign_in("editor")
    page = browser.get("/agents")
    assert page.status_code == 403
    assert 'data-code="no_conversations"' in page.text
    assert "知识库" in page.text
    assert browser.get("/agents", headers=JSON).json()["error"]["code"] == "no_conversations"


@pytest.mark.parametrize("path", ["/", "/agents", "/supervisors", "/admins", "/password"])
@pytest.mark.parametrize("cookie", [None, "", "x", "x" * 43, "é", "' OR 1=1 --"])
def test_without_a_session_there_is_no_way_in(console: Console, path: str, cookie: str | None) -> None:
    browser = console.browser()
    headers = [] if cookie is None else [(b"cookie", f"{COOKIE}={cookie}".encode())]
    page = browser.get(path, headers=headers)
    assert page.status_code == 303
    assert page.headers["location"].startswith("/login")
    for accept in ("application/json", "text/event-stream"):
        refused = browser.get(path, headers=[(b"accept", accept.encode()), *headers])
        assert refused.status_code == 401
        assert refused.json()["error"]["code"] == "not_signed_in"


def test_a_router_with_an_open_route_is_refused() -> None:
    async def anybody() -> Response:
        return PlainTextResponse("open")

    router = APIRouter()
    router.add_api_route("/ok", agents, methods=["GET"])
    check_doors(router)
    router.add_api_route("/open", anybody, methods=["GET"])
    with pytest.raises(ValueError, match="no door on /open"):
        check_doors(router)
    inner = APIRouter()
    inner.add_api_route("/open", anybody, methods=["GET"])
    outer = APIRouter()
    outer.include_router(inner)
    with pytest.raises(ValueError, match="no door"):
        check_doors(outer)


# CSRF.


@pytest.mark.parametrize("path", [*OWN_POSTS, "/agents"])
@pytest.mark.parametrize("sent", ["nothing", "wrong", "another's", "in the address", "twice", "a file"])
def test_no_change_without_the_sessions_own_token(console: Console, path: str, sent: str) -> None:
    browser, other = console.sign_in("agent"), console.sign_in("agent")
    before = console.staff(browser.username).available
    requests: dict[str, dict[str, Any]] = {
        "nothing": {},
        "wrong": {"data": {"csrf": "x" * 43, "available": "no"}},
        "another's": {"data": {"csrf": other.csrf, "available": "no"}},
        "in the address": {"params": {"csrf": browser.csrf}, "data": {"available": "no"}},
        "twice": {"data": {"csrf": browser.csrf, "available": "no"}, "headers": {"X-CSRF-Token": other.csrf}},
        "a file": {"files": {"csrf": ("csrf", browser.csrf.encode())}},
    }
    refused = browser.post(path, **requests[sent])
    assert refused.status_code == 403
    assert 'data-code="stale_page"' in refused.text
    assert browser.get("/password").status_code == 200
    assert console.staff(browser.username).available == before


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_no_other_method_passes_by_the_token(console: Console, method: str) -> None:
    assert console.sign_in("agent").request(method, "/agents").status_code == 405


def test_the_token_is_taken_from_the_form_or_the_header(console: Console) -> None:
    browser = console.sign_in("agent")
    assert browser.submit("/write", text="你好").text == "你好"
    header = {"X-CSRF-Token": browser.csrf}
    assert browser.post("/write", data={"text": "你好"}, headers=header).text == "你好"
    assert browser.post("/write", files={"text": (None, "你好"), "csrf": (None, browser.csrf)}).text == "你好"
    assert browser.call("/agents").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://console.test.evil.example"},
        {"Origin": "http://console.test:8080"},
        {"Origin": "http://console.test", "Sec-Fetch-Site": "cross-site"},
    ],
    ids=str,
)
def test_another_sites_page_changes_nothing_and_signs_nobody_in(console: Console, headers: dict[str, str]) -> None:
    browser = console.sign_in("agent")
    refused = browser.post("/availability", data={"csrf": browser.csrf, "available": "no"}, headers=headers)
    assert refused.status_code == 403
    assert console.staff(browser.username).available
    stranger = console.browser()
    login = stranger.post("/login", data={"username": browser.username, "password": PASSWORD}, headers=headers)
    assert login.status_code == 403
    assert "set-cookie" not in login.headers


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://console.test"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
def test_its_own_page_and_a_script_sign_in(console: Console, headers: dict[str, str]) -> None:
    username = console.add_staff()
    form = {"username": username, "password": PASSWORD}
    assert console.browser().post("/login", data=form, headers=headers).status_code == 303


# Going on to another place.


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "/\n/evil.example/",
        "\t//evil.example/",
        "/ /evil.example",
        "javascript:alert(1)",
        "data:text/html,hello",
        "evil.example",
        "http:evil.example",
        "@evil.example",
        "",
        "/" + "x" * 600,
        "/\x00",
    ],
)
def test_nobody_is_sent_to_another_site(console: Console, address: str) -> None:
    username = console.add_staff()
    browser = console.browser()
    assert local_path(address) == "/"
    form = {"username": username, "password": PASSWORD, "next": address}
    assert browser.post("/login", data=form).headers["location"] == "/"
    assert browser.get("/login", params={"next": address}).headers["location"] == "/"
    browser = console.sign_in_as(username)
    assert browser.submit("/availability", available="no", next=address).headers["location"] == "/"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/conversations/7?tab=notes#m3", "/conversations/7?tab=notes#m3"),
        ("/inbox?q=工资", "/inbox?q=%E5%B7%A5%E8%B5%84"),
        ("/inbox?q=%E5%B7%A5%E8%B5%84", "/inbox?q=%E5%B7%A5%E8%B5%84"),
        ('/inbox?q="<b>', "/inbox?q=%22%3Cb%3E"),
    ],
)
def test_a_path_of_this_site_is_kept(address: str, kept: str) -> None:
    assert local_path(address) == kept


def test_an_error_leads_back_to_the_page_before_and_nowhere_else(console: Console) -> None:
    browser = console.sign_in("agent")
    for before, back in {
        "http://console.test/inbox?mine=1": "/inbox?mine=1",
        "http://console.test/conflict": "/",
        "https://evil.example/inbox": "/",
        "http://console.test//evil.example": "/",
        "": "/",
    }.items():
        page = browser.get("/conflict", headers={"Referer": before})
        assert f'href="{back}" data-testid="error-back"' in page.text


# Headers.


PATHS = {
    "/login": 200,
    "/": 303,
    "/password": 200,
    "/static/forms.css": 200,
    "/static/none.css": 404,
    "/static/../app.py": 404,
    "/healthz": 200,
    "/nowhere": 404,
    "/not-found": 404,
    "/not-allowed": 403,
    "/conflict": 409,
    "/invalid": 422,
    "/typed/x": 422,
    "/crash": 500,
    "/write": 405,
}


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_every_answer_has_the_headers(console: Console, secure: bool) -> None:
    browser = console.sign_in("agent", base_url="https://console.test" if secure else "http://console.test")
    answers = [(path, code, browser.get(path)) for path, code in PATHS.items() if path != "/login"]
    stranger = console.browser(base_url=browser.base_url)
    answers += [("/login", 200, stranger.get("/login")), ("/login", 401, stranger.post("/login"))]
    answers += [("/write", 413, browser.submit("/write", text="x" * MAX_BODY))]
    answers += [("/logout", 403, browser.post("/logout")), ("/agents", 303, stranger.get("/agents"))]
    for path, code, answer in answers:
        assert (path, answer.status_code) == (path, code)
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value], path
        assert ("strict-transport-security" in answer.headers) is secure, path
        assert answer.headers["cache-control"] == ("no-cache" if path == "/static/forms.css" else "no-store"), path


def test_the_policy_lets_nothing_foreign_in() -> None:
    policy = dict(part.strip().partition(" ")[::2] for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert not any("unsafe" in value or "*" in value or "http" in value for value in policy.values())
    for name in ("frame-ancestors", "base-uri", "object-src"):
        assert policy[name] == "'none'"
    assert policy["form-action"] == "'self'"


def test_our_pages_need_no_exception_from_the_policy(console: Console) -> None:
    browser = console.sign_in("agent")
    for page in (console.browser().get("/login"), browser.get("/password"), browser.get("/nowhere")):
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", page.text)


def test_the_cookie_is_out_of_reach(console: Console) -> None:
    form = {"username": console.add_staff(), "password": PASSWORD}
    plain = console.browser().post("/login", data=form).headers["set-cookie"]
    assert re.fullmatch(rf"{COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax", plain)
    secure = console.browser(base_url="https://console.test").post("/login", data=form).headers["set-cookie"]
    assert re.fullmatch(rf"__Host-{COOKIE}=[\w-]{{43}}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure", secure)


def test_over_https_the_cookie_that_anybody_may_plant_is_not_read(console: Console) -> None:
    token = console.sign_in("agent").cookies[COOKIE]
    planted = console.browser(base_url="https://console.test", cookies={COOKIE: token})
    assert planted.get("/agents").status_code == 303


# Errors.


@pytest.mark.parametrize(
    ("path", "status", "code", "message"),
    [
        ("/not-found", 404, "not_found", "没有找到"),
        ("/nowhere", 404, "not_found", "没有找到"),
        ("/not-allowed", 403, "not_allowed", "你的角色不能做这件事"),
        ("/conflict", 409, "conflict", "已被小陈接走"),
        ("/invalid", 422, "invalid", "请写上处理结果"),
        ("/typed/x", 422, "invalid", "格式不对"),
        ("/write", 405, "not_allowed_method", "不能这样用"),
        ("/crash", 500, "unexpected", "系统出了点问题"),
    ],
)
def test_an_error_is_a_page_for_people_and_json_for_scripts(
    console: Console, path: str, status: int, code: str, message: str
) -> None:
    browser = console.sign_in("agent")
    page = browser.get(path)
    assert page.status_code == status
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'data-code="{code}"' in page.text
    assert message in page.text
    assert SECRET not in page.text
    as_json = browser.get(path, headers=JSON)
    assert as_json.status_code == status
    assert set(as_json.json()) == {"error"}
    assert as_json.json()["error"]["code"] == code
    assert message in as_json.json()["error"]["message"]


def test_a_fault_is_logged_without_words(console: Console) -> None:
    browser = console.sign_in("agent")
    with capture_logs() as logs:
        browser.get("/crash")
    (entry,) = logs
    assert entry["event"] == "console.failed"
    assert entry["error"] == "ValueError"
    assert entry["place"].startswith("test_security.py:")
    assert SECRET not in str(entry)


def test_an_answer_that_has_begun_is_broken_off_without_words(console: Console) -> None:
    browser = console.sign_in("agent")
    with capture_logs() as logs, pytest.raises(ConnectionError) as raised:
        browser.get("/broken")
    assert SECRET not in str(logs)
    assert raised.value.__cause__ is None
    assert SECRET not in str(raised.value)


def test_passwords_are_not_logged(
    console: Console, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    username = console.add_staff()
    with capture_logs() as logs:
        for password in ("wrong-secret-one", PASSWORD):
            console.browser().post("/login", data={"username": username, "password": password})
        browser = console.sign_in_as(username)
        browser.submit("/password", old="wrong-secret-two", new="secret-three-x", repeat="secret-three-x")
        browser.submit("/password", old=PASSWORD, new="secret-four-x", repeat="secret-four-x")
    written = f"{logs} {caplog.text} {''.join(capsys.readouterr())}"
    for word in ("secret", PASSWORD, browser.cookies[COOKIE], browser.csrf):
        assert word not in written


# Size.


def chunks(size: int) -> Iterator[bytes]:
    yield b"text="
    for _ in range(size // 1024):
        yield b"x" * 1024


@pytest.mark.parametrize(
    ("path", "csrf"),
    [("/write", "header"), ("/write", "form"), ("/login", "form"), ("/password", "header"), ("/presence", "form")],
)
def test_what_is_too_long_is_refused_with_and_without_its_length(console: Console, path: str, csrf: str) -> None:
    browser = console.sign_in("agent")
    headers = {"Content-Type": "application/x-www-form-urlencoded", **JSON}
    if csrf == "header":
        headers["X-CSRF-Token"] = browser.csrf
    declared = browser.post(path, content=b"text=" + b"x" * MAX_BODY, headers=headers)
    counted = browser.post(path, content=chunks(MAX_BODY), headers=headers)
    for refused in (declared, counted):
        assert refused.status_code == 413
        assert refused.json()["error"]["code"] == "too_large"


def test_what_just_fits_is_taken(console: Console) -> None:
    browser = console.sign_in("agent")
    headers = {"X-CSRF-Token": browser.csrf, "Content-Type": "application/x-www-form-urlencoded"}
    taken = browser.post("/write", content=chunks(MAX_BODY - 1024), headers=headers)
    assert taken.status_code == 200
    assert len(taken.text) == MAX_BODY - 1024


def test_a_broken_form_is_the_clients_fault(console: Console) -> None:
    browser = console.sign_in("agent")
    headers = {"X-CSRF-Token": browser.csrf, "Content-Type": "multipart/form-data; boundary=b", **JSON}
    assert browser.post("/write", content=b"--b\r\nnonsense", headers=headers).status_code in {400, 422}
    del headers["X-CSRF-Token"]
    assert browser.post("/availability", content=b"--c\r\nnonsense", headers=headers).status_code in {400, 403}


def test_it_lives(console: Console) -> None:
    assert console.browser().get("/healthz").json() == {"parts": {"console": "ok"}}


def test_nothing_describes_the_routes_to_strangers(console: Console) -> None:
    assert build_console(console.accounts, console.sessions).openapi_url is None
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert console.browser().get(path).status_code == 404
