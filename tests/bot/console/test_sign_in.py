"""Signing in and out, one's own password, and how long a session lasts."""

from __future__ import annotations

import pytest

from tests.bot.console.conftest import PASSWORD, Clock, Console


@pytest.fixture
def clock() -> Clock:
    return Clock()


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
