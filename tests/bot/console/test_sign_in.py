"""Signing in and out, one's own password, being there or away: the pages, as a browser without scripts uses them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot.console.app import SIGN_INS_PER_MINUTE
from bot.console.security import COOKIE
from casework.staff_sessions import IDLE, LIFE, TRIES
from tests.bot.console.conftest import PASSWORD, Clock, Console, StaffBrowser

WRONG = "wrong password"
NEW = "another good one"


@pytest.fixture
def clock() -> Clock:
    return Clock()


def controls(page: str) -> set[str]:
    return set(re.findall(r'data-testid="([^"]+)"', page))


def is_signed_in(browser: StaffBrowser) -> bool:
    return bool(browser.get("/password").status_code == 200)


def test_who_is_not_signed_in_is_asked_to_and_comes_back_to_where_she_wanted(console: Console) -> None:
    username = console.add_staff("editor")
    browser = console.browser()
    response = browser.get("/password?from=mail")
    assert response.status_code == 303
    assert response.headers["location"] == "/login?next=/password%3Ffrom%3Dmail"
    page = browser.get(response.headers["location"])
    assert 'value="/password?from=mail"' in page.text
    done = browser.post("/login", data={"username": username, "password": PASSWORD, "next": "/password?from=mail"})
    assert (done.status_code, done.headers["location"]) == (303, "/password?from=mail")
    assert 'data-testid="password-old"' in browser.get("/password?from=mail").text


def test_the_form_is_plain_and_chinese(console: Console) -> None:
    page = console.browser().get("/login")
    assert page.status_code == 200
    assert '<html lang="zh-CN">' in page.text
    assert {"login-username", "login-password", "login-submit"} <= controls(page.text)
    assert "login-error" not in controls(page.text)
    assert "logout" not in controls(page.text)


def test_a_wrong_password_says_so_and_keeps_the_name_only(console: Console) -> None:
    username = console.add_staff()
    page = console.browser().post("/login", data={"username": username, "password": WRONG, "next": "/password"})
    assert page.status_code == 401
    assert "login-error" in controls(page.text)
    assert f'value="{username}"' in page.text
    assert 'value="/password"' in page.text
    assert WRONG not in page.text
    assert "set-cookie" not in page.headers


def test_every_reason_not_to_be_let_in_looks_the_same(console: Console) -> None:
    known, locked, closed = (console.add_staff() for _ in range(3))
    console.accounts.disable(closed)
    for _ in range(TRIES):
        console.sessions.sign_in(locked, WRONG)
    answers = set()
    for username, password in [
        (known, WRONG),
        (locked, PASSWORD),
        (locked, WRONG),
        (closed, PASSWORD),
        ("nobody", PASSWORD),
        ("", ""),
    ]:
        page = console.browser().post("/login", data={"username": username, "password": password})
        answers.add((page.status_code, page.text.replace(f'value="{username}"', "").replace("autofocus", "")))
    assert len(answers) == 1


def test_what_is_typed_into_the_form_comes_back_as_text(console: Console) -> None:
    typed = '"><script>alert(1)</script>'
    page = console.browser().post("/login", data={"username": typed, "password": WRONG, "next": typed})
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


def test_without_any_field_it_is_a_wrong_password_too(console: Console) -> None:
    assert console.browser().post("/login").status_code == 401
    assert console.browser().post("/login", data={"username": ["a", "b"]}).status_code == 401


def test_a_script_signs_in_with_two_fields(console: Console) -> None:
    username = console.add_staff()
    browser = console.browser(headers={"Accept": "application/json"})
    assert browser.post("/login", data={"username": username, "password": WRONG}).json()["error"]["code"] == (
        "wrong_password"
    )
    assert browser.post("/login", data={"username": username, "password": PASSWORD}).json() == {"next": "/"}
    assert is_signed_in(browser)


def test_who_works_with_conversations_comes_to_the_inbox_an_editor_learns_what_she_may_do(console: Console) -> None:
    for role in ("agent", "supervisor", "admin"):
        assert console.sign_in(role).get("/").headers["location"] == "/inbox"
    page = console.sign_in("editor").get("/")
    assert page.status_code == 200
    assert "知识库编辑" in page.text
    assert "nav-inbox" not in controls(page.text)
    assert "availability" not in controls(page.text)


def test_who_is_signed_in_already_is_not_asked_again(console: Console) -> None:
    response = console.sign_in("agent").get("/login?next=/password")
    assert (response.status_code, response.headers["location"]) == (303, "/password")


@pytest.mark.parametrize("path", ["/login", "/logout", "/login?next=/login", "/presence"])
def test_signing_in_never_leads_back_to_signing_in(console: Console, path: str) -> None:
    username = console.add_staff()
    response = console.browser().post("/login", data={"username": username, "password": PASSWORD, "next": path})
    assert response.headers["location"] == "/"


# Sessions.


def test_the_token_is_new_whatever_the_browser_held_before(console: Console) -> None:
    planted = "x" * 43
    username = console.add_staff()
    browser = console.browser(cookies={COOKIE: planted})
    browser.post("/login", data={"username": username, "password": PASSWORD})
    tokens = [cookie.value for cookie in browser.cookies.jar if cookie.value != planted]
    assert len(tokens) == 1
    assert console.sessions.session(planted) is None
    assert console.sessions.session(str(tokens[0])) is not None


def test_another_person_at_the_same_browser_ends_the_session_before(console: Console) -> None:
    browser = console.sign_in("agent")
    before = browser.cookies[COOKIE]
    other = console.add_staff("supervisor")
    browser.post("/login", data={"username": other, "password": PASSWORD})
    assert browser.cookies[COOKIE] != before
    assert console.sessions.session(before) is None
    assert f"{other}<span" in browser.get("/password").text


def test_signing_out_ends_the_session_for_a_copied_cookie_too(console: Console) -> None:
    browser = console.sign_in("agent")
    copied = console.browser(cookies={COOKIE: browser.cookies[COOKIE]})
    assert is_signed_in(copied)
    response = browser.submit("/logout")
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert COOKIE not in browser.cookies
    assert not is_signed_in(browser)
    assert not is_signed_in(copied)


def test_an_account_that_is_closed_or_reset_is_out_with_its_next_request(console: Console) -> None:
    first, second = console.sign_in("agent"), console.sign_in("agent")
    console.accounts.disable(first.username)
    console.accounts.reset_password(second.username)
    for browser in (first, second):
        assert browser.get("/").headers["location"] == "/login"
        assert browser.call("/presence").status_code == 401


def test_an_idle_browser_is_signed_out_one_that_is_used_is_not(console: Console, clock: Clock) -> None:
    idle, used = console.sign_in("agent"), console.sign_in("agent")
    for _ in range(4):
        clock.go_on(seconds=(IDLE / 2).total_seconds())
        assert used.call("/presence").status_code == 204
    assert not is_signed_in(idle)
    assert is_signed_in(used)


def test_nobody_is_signed_in_for_longer_than_a_working_day(console: Console, clock: Clock) -> None:
    browser = console.sign_in("agent")
    passed = timedelta()
    while passed + IDLE / 2 < LIFE:
        clock.go_on(seconds=(IDLE / 2).total_seconds())
        passed += IDLE / 2
        assert browser.call("/presence").status_code == 204
    clock.go_on(seconds=(IDLE / 2).total_seconds())
    assert browser.call("/presence").status_code == 401


# Guessing.


def test_one_address_may_try_so_often_a_minute_and_others_still_may(console: Console) -> None:
    username = console.add_staff()
    attacker = console.browser(client=("203.0.113.7", 1))
    codes = [
        attacker.post("/login", data={"username": f"user{number}", "password": WRONG}).status_code
        for number in range(SIGN_INS_PER_MINUTE + 2)
    ]
    assert codes == [401] * SIGN_INS_PER_MINUTE + [429] * 2
    refused = attacker.post("/login", data={"username": username, "password": PASSWORD})
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "60"
    assert "set-cookie" not in refused.headers
    assert console.sign_in_as(username, client=("203.0.113.8", 1)).csrf


def test_a_guessed_account_is_locked_for_a_while(console: Console, clock: Clock) -> None:
    username = console.add_staff()
    for _ in range(TRIES):
        console.browser().post("/login", data={"username": username, "password": WRONG})
    right = {"username": username, "password": PASSWORD}
    assert console.browser().post("/login", data=right).status_code == 401
    clock.go_on(minutes=1)
    assert console.browser().post("/login", data=right).status_code == 303


# One's own password.


def test_the_first_password_has_to_be_changed_before_anything_else(console: Console) -> None:
    made_up = console.accounts.add("xiaochen", "agent")
    assert made_up is not None
    browser = console.sign_in_as("xiaochen", made_up)
    assert browser.get("/").headers["location"] == "/password"
    assert browser.call("/availability").json()["error"]["code"] == "must_change_password"
    page = browser.get("/password")
    assert "password-first" in controls(page.text)
    assert not {"nav-inbox", "availability", "nav-password"} & controls(page.text)
    assert "logout" in controls(page.text)
    done = browser.submit("/password", old=made_up, new=NEW, repeat=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert browser.get("/").headers["location"] == "/inbox"


def test_who_will_not_change_it_may_leave(console: Console) -> None:
    made_up = console.accounts.add("xiaochen", "agent")
    assert made_up is not None
    assert console.sign_in_as("xiaochen", made_up).submit("/logout").headers["location"] == "/login"


def test_a_changed_password_signs_the_other_browsers_out(console: Console) -> None:
    browser = console.sign_in("agent")
    elsewhere = console.sign_in_as(browser.username)
    before = browser.cookies[COOKIE]
    done = browser.submit("/password", old=PASSWORD, new=NEW, repeat=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/password?changed=1")
    assert "password-changed" in controls(browser.get("/password?changed=1").text)
    assert browser.cookies[COOKIE] != before
    assert console.sessions.session(before) is None
    assert not is_signed_in(elsewhere)
    assert (
        console.browser().post("/login", data={"username": browser.username, "password": PASSWORD}).status_code == 401
    )
    assert is_signed_in(console.sign_in_as(browser.username, NEW))


@pytest.mark.parametrize(
    ("old", "new", "repeat", "reason"),
    [
        (WRONG, NEW, NEW, "原来的密码不对"),
        (PASSWORD, NEW, NEW + "!", "两次输入"),
        (PASSWORD, "short", "short", "太短"),
        (PASSWORD, "password123", "password123", "常见"),
        (PASSWORD, PASSWORD, PASSWORD, "一样"),
        ("", "", "", "太短"),
    ],
)
def test_what_is_wrong_with_it_is_said_and_nothing_changes(
    console: Console, old: str, new: str, repeat: str, reason: str
) -> None:
    browser = console.sign_in("agent")
    page = browser.submit("/password", old=old, new=new, repeat=repeat)
    assert page.status_code == 422
    message = re.search(r'data-testid="password-error">([^<]+)<', page.text)
    assert message is not None
    assert reason in message[1]
    assert not any(word in page.text for word in (old, new, repeat) if word and word != PASSWORD)
    assert is_signed_in(browser)
    assert console.sign_in_as(browser.username)
    as_json = browser.post(
        "/password",
        data={"csrf": browser.csrf, "old": old, "new": new, "repeat": repeat},
        headers={"Accept": "application/json"},
    )
    assert (as_json.status_code, as_json.json()["error"]["code"]) == (422, "invalid")


# Being there.


def test_being_there_or_away_is_one_tap(console: Console) -> None:
    browser = console.sign_in("agent")
    assert 'data-available="yes"' in browser.get("/password").text
    done = browser.submit("/availability", available="no", next="/password?x=1")
    assert (done.status_code, done.headers["location"]) == (303, "/password?x=1")
    assert not console.staff(browser.username).available
    assert 'data-available="no"' in browser.get("/password").text
    as_json = browser.post(
        "/availability", data={"csrf": browser.csrf, "available": "yes"}, headers={"Accept": "application/json"}
    )
    assert as_json.json() == {"available": True}
    assert console.staff(browser.username).available
    assert browser.submit("/availability", available="perhaps").status_code == 422


def test_whoever_uses_the_console_is_seen(console: Console, clock: Clock) -> None:
    browser = console.sign_in("agent")
    assert console.staff(browser.username).last_seen_at is None
    browser.get("/password")
    assert console.staff(browser.username).last_seen_at == clock()
    browser.submit("/logout")
    assert console.staff(browser.username).last_seen_at is None
